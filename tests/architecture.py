#!/usr/bin/env python3
"""architecture.py OUT.svg: draws the rooms of the source and which of them include which, read from the #include lines.

Rooms stand in the order of their dependence, what is included below what includes it; an arrow says that at least one file
includes one of the other room, two heads that each includes files of the other (no two files include each other: make lint). What a
longer way of arrows says too is left out. The picture changes when a room or an arrow does; --check OUT.svg says whether it would.
"""
import math
import pathlib
import re
import sys

ROOMS = {  # folder: what lives there
    "app": "main, the loop, signals, the view",
    "app/verbs": "commands without a screen",
    "app/studio": "the open song and its actions",
    "app/cli": "options, settings, console",
    "ui": "pictures and the list of commands",
    "midi_io": "MIDI files, the player, devices",
    "engine": "bars, references, results, the engine thread",
    "engine/learn": "training",
    "engine/measure": "figures",
    "engine/draw": "new bars",
    "engine/nn": "the mathematics",
    "engine/music": "notes, time, keys, recipes",
    "engine/base": "errors, files, threads, clocks",
}
BOX_WIDTH, BOX_HEIGHT, GAP_X, GAP_Y, MARGIN = 212, 58, 34, 62, 24
INCLUDE = re.compile(r'^#include "([^"]+)/[^/"]+"', re.M)
HERE = pathlib.Path(__file__).resolve().parents[1]


def read_arrows():
    """{(room, included room)} of all sources; a folder that has no room is an error."""
    arrows = set()
    for top in ("app", "ui", "midi_io", "engine"):
        for path in sorted((HERE / top).rglob("*.[ch]")):
            room = path.parent.relative_to(HERE).as_posix()
            for included in INCLUDE.findall(path.read_text(encoding="utf-8")):
                for name in (room, included):
                    if name not in ROOMS:
                        sys.exit(f"{path}: {name} is not among the rooms of tests/architecture.py")
                if included != room:
                    arrows.add((room, included))
    return arrows


def split_mutual(arrows):
    """Arrows of one direction, and those of rooms that include each other's files, once each."""
    mutual = {a for a in arrows if (a[1], a[0]) in arrows}
    return arrows - mutual, {a for a in mutual if a[0] < a[1]}


def find_levels(arrows):
    """Level of each room: 0 at the bottom."""
    level = dict.fromkeys(ROOMS, 0)
    for _ in ROOMS:
        for room, below in arrows:
            level[room] = max(level[room], level[below] + 1)
    return level


def reduce_arrows(arrows):
    """Without those that a longer way says too."""

    def reaches(start, end, skipped, seen):
        steps = [b for a, b in arrows if a == start and (a, b) != skipped and b not in seen]
        return end in steps or any(reaches(b, end, skipped, seen | {b}) for b in steps)

    return sorted(a for a in arrows if not reaches(a[0], a[1], a, {a[0]}))


def draw_head(tip, behind):
    angle = math.atan2(tip[1] - behind[1], tip[0] - behind[0])
    corners = [tip] + [(tip[0] - 9 * math.cos(angle + a), tip[1] - 9 * math.sin(angle + a)) for a in (-0.4, 0.4)]
    return '<polygon points="{}" fill="#555"/>'.format(" ".join(f"{x:.1f},{y:.1f}" for x, y in corners))


def draw(arrows):
    one_way, mutual = split_mutual(arrows)
    level = find_levels(one_way)
    rows = [[r for r in ROOMS if level[r] == n] for n in range(max(level.values()), -1, -1)]
    width = max(len(row) for row in rows) * (BOX_WIDTH + GAP_X) - GAP_X + 2 * MARGIN
    height = len(rows) * (BOX_HEIGHT + GAP_Y) - GAP_Y + 2 * MARGIN
    place = {}
    for y, row in enumerate(rows):
        left = (width - len(row) * (BOX_WIDTH + GAP_X) + GAP_X) / 2
        for x, room in enumerate(row):
            place[room] = (left + x * (BOX_WIDTH + GAP_X), MARGIN + y * (BOX_HEIGHT + GAP_Y))
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
        'font-family="Helvetica, Arial, sans-serif">',
        "<title>The rooms of refrain, drawn from its includes by tests/architecture.py</title>",
        '<rect width="100%" height="100%" fill="white"/>',
    ]
    for room, below in reduce_arrows(one_way) + sorted(mutual):
        (x0, y0), (x1, y1) = place[room], place[below]
        both = (room, below) in mutual
        if both and level[room] < level[below]:
            (x0, y0), (x1, y1) = (x1, y1), (x0, y0)
        if level[room] == level[below]:
            right = x1 > x0
            start, end = (x0 + BOX_WIDTH * right, y0 + BOX_HEIGHT / 2), (x1 + BOX_WIDTH * (not right), y1 + BOX_HEIGHT / 2)
            path = [start, start, end, end]
        elif x0 == x1 and any(x - BOX_WIDTH / 2 < x0 < x + BOX_WIDTH / 2 and y0 < y < y1 for x, y in place.values()):  # around it
            start, end = (x0 + BOX_WIDTH, y0 + BOX_HEIGHT / 2), (x1 + BOX_WIDTH, y1 + BOX_HEIGHT / 4)
            path = [start, (start[0] + 60, start[1] + 20), (end[0] + 60, end[1] - 20), end]
        else:
            start, end = (x0 + BOX_WIDTH / 2, y0 + BOX_HEIGHT), (x1 + BOX_WIDTH / 2, y1)
            path = [start, start, end, end]
        lines.append(
            '<path d="M{:g} {:g}C{:g} {:g} {:g} {:g} {:g} {:g}" fill="none" stroke="#555" stroke-width="1.4"/>'.format(
                *(n for point in path for n in point)
            )
        )
        lines.append(draw_head(path[3], path[2] if path[2] != path[3] else path[0]))
        if both:
            lines.append(draw_head(path[0], path[1] if path[1] != path[0] else path[3]))
    for room, (x, y) in place.items():
        lines.append(
            f'<g><rect x="{x:g}" y="{y:g}" width="{BOX_WIDTH}" height="{BOX_HEIGHT}" rx="6" fill="#EAF3FA" stroke="#0072B2"/>'
            f'<text x="{x + BOX_WIDTH / 2:g}" y="{y + 24:g}" text-anchor="middle" font-size="15" font-weight="bold">{room}/</text>'
            f'<text x="{x + BOX_WIDTH / 2:g}" y="{y + 44:g}" text-anchor="middle" font-size="11">{ROOMS[room]}</text></g>'
        )
    return "\n".join(lines + ["</svg>"]) + "\n"


def main():
    check, path = sys.argv[1] == "--check", pathlib.Path(sys.argv[-1])
    picture = draw(read_arrows())
    if not check:
        path.write_text(picture, encoding="utf-8")
    elif path.read_text(encoding="utf-8") != picture:
        sys.exit(f"{path}:1: is not what the includes say: make architecture")


main()
