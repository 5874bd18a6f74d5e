#!/usr/bin/env python3
"""An independent reader of Standard MIDI Files, to check what refrain writes. Standard library only; shares no code
and no author's assumptions with refrain: it is written from the file format alone and forgives nothing.

read_smf.py FILE                          prints format, tempo, meter, title, and every track with its notes
read_smf.py --melodies MELODIES.tsv FOLDER  compares the demo melodies' text with their .mid files
read_smf.py --result FILE NAME LIKE       checks a result: its first track with notes is called NAME, and tempo and
                                          meter are those of LIKE
read_smf.py --notes A B [A B ..]          compares the notes of two files, all tracks together, to a 32nd of a quarter
read_smf.py --same A B [A B ..]           compares files event by event: the same (tick, bytes) list in every track, the
                                          same chunks of other kinds, the same division
"""
import struct
import sys


class Broken(Exception):
    pass


def need(condition, sentence):
    if not condition:
        raise Broken(sentence)


def quantity(data, at):
    value = 0
    for count in range(4):
        need(at < len(data), "a delta or length runs over the end")
        value = value << 7 | data[at] & 0x7F
        at += 1
        if data[at - 1] < 0x80:
            return value, at
    raise Broken("a quantity has more than four bytes")


def events(data):
    """(tick, status, payload) of one track; payload of a meta event is (type, text)."""
    at = tick = 0
    status = None
    while at < len(data):
        delta, at = quantity(data, at)
        tick += delta
        need(at < len(data), "an event is missing after its delta")
        if data[at] & 0x80:
            status = data[at]
            at += 1
        need(status is not None, "the first event has no status")
        if status == 0xFF:
            kind = data[at]
            size, at = quantity(data, at + 1)
            need(at + size <= len(data), "a meta event runs over the end")
            yield tick, status, (kind, data[at:at + size])
            at += size
            if kind == 0x2F:
                need(at == len(data), "bytes follow End Of Track")
                return
            status = None
        else:
            need(status < 0xF0, "a system event, status %02x" % status)
            size = 1 if status & 0xE0 == 0xC0 else 2
            payload = data[at:at + size]
            need(len(payload) == size and max(payload) < 0x80, "a channel event has wrong data bytes")
            yield tick, status, tuple(payload)
            at += size
    raise Broken("End Of Track is missing")


def read_track(data, song):
    track = {"name": "", "program": None, "notes": [], "channels": set()}
    sounding = {}
    for tick, status, payload in events(data):
        kind = status & 0xF0
        if status == 0xFF and payload[0] == 0x03:
            track["name"] = payload[1].decode("utf-8")
        elif status == 0xFF and payload[0] == 0x51:
            song["tempos"].append((tick, int.from_bytes(payload[1], "big")))
        elif status == 0xFF and payload[0] == 0x58:
            song["meters"].append((tick, payload[1][0], 1 << payload[1][1]))
        elif kind == 0xC0:
            track["program"] = payload[0]
        elif kind == 0x90 and payload[1] > 0:
            track["channels"].add(status & 15)
            sounding.setdefault((status & 15, payload[0]), []).append((tick, payload[1]))
        elif kind in (0x80, 0x90):
            waiting = sounding.get((status & 15, payload[0]))
            need(waiting, "a note-off without its note at tick %d" % tick)
            start, velocity = waiting.pop(0)
            track["notes"].append((start, tick - start, payload[0], velocity))
    need(not any(sounding.values()), "a note never ends")
    track["notes"].sort()
    return track


def read(path):
    with open(path, "rb") as file:
        data = file.read()
    need(data[:4] == b"MThd" and len(data) >= 14, "no MIDI header")
    size, form, count, division = struct.unpack(">IHHH", data[4:14])
    need(size == 6, "the header is not six bytes long")
    need(form in (0, 1) and 0 < division < 0x8000, "format or division")
    song = {"format": form, "division": division, "tempos": [], "meters": [], "tracks": []}
    at = 14
    while at < len(data):
        need(data[at:at + 4] == b"MTrk" and at + 8 <= len(data), "a chunk that is no track")
        size = int.from_bytes(data[at + 4:at + 8], "big")
        need(at + 8 + size <= len(data), "a track runs over the end of the file")
        song["tracks"].append(read_track(data[at + 8:at + 8 + size], song))
        at += 8 + size
    need(len(song["tracks"]) == count, "%d tracks instead of %d" % (len(song["tracks"]), count))
    return song


def show(song):
    print("format %d, %d ticks a quarter" % (song["format"], song["division"]))
    for tick, quarter_us in song["tempos"]:
        print("tempo at %d: %d us a quarter" % (tick, quarter_us))
    for tick, beats, unit in song["meters"]:
        print("meter at %d: %d/%d" % (tick, beats, unit))
    for number, track in enumerate(song["tracks"]):
        print("track %d \"%s\", program %s" % (number, track["name"], track["program"]))
        for start, length, pitch, velocity in track["notes"]:
            print("  %6d %5d %3d %3d" % (start, length, pitch, velocity))


def text_notes(bars):
    """The notes of a line of MELODIES.tsv, in ticks of 480 a quarter."""
    steps, notes = 0, []
    for bar in bars.split("|"):
        for word in bar.split(" "):
            name, length = word.split(":")
            if name != "r":
                pitch = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}[name[0]]
                pitch += 12 * (int(name[-1]) + 1) + {"": 0, "#": 1, "b": -1}[name[1:-1]]
                notes.append((120 * steps, 120 * int(length), pitch, 80))
            steps += int(length)
    return notes


def compare_melodies(text, folder):
    passed = failed = 0
    with open(text, encoding="utf-8") as lines:
        for line in lines:
            if line.startswith("#"):
                continue
            name, title, meter, bpm, program, bars = line.rstrip("\n").split("\t")
            beats, unit = map(int, meter.split("/"))
            try:
                song = read("%s/%s.mid" % (folder, name))
                need(song["format"] == 1 and song["division"] == 480, "format or division")
                need(song["tempos"] == [(0, round(60e6 / int(bpm)))], "tempos %s" % song["tempos"])
                need(song["meters"] == [(0, beats, unit)], "meters %s" % song["meters"])
                need(len(song["tracks"]) == 2 and not song["tracks"][0]["notes"], "tracks")
                need([track["name"] for track in song["tracks"]] == [title, title], "names")
                need(song["tracks"][1]["program"] == int(program), "program")
                need(song["tracks"][1]["notes"] == text_notes(bars), "notes")
                passed += 1
            except Broken as broken:
                print("%s.mid: %s" % (name, broken))
                failed += 1
    return passed, failed


def check_result(path, name, like):
    song, model = read(path), read(like)
    need(song["format"] == 1, "the result is no type 1 file")
    with_notes = [track for track in song["tracks"] if track["notes"]]
    need(with_notes, "the result has no notes")
    need(with_notes[0]["name"] == name, "the first track with notes is called \"%s\"" % with_notes[0]["name"])
    need(song["tempos"][0] == model["tempos"][0], "another tempo than %s" % like)
    need(song["meters"][0] == model["meters"][0], "another meter than %s" % like)
    bar = 4 * song["division"] * song["meters"][0][1] // song["meters"][0][2]
    need(with_notes[0]["notes"][0][0] < bar, "nothing sounds in the first bar")


def raw_events(data):
    """(tick, bytes) of one track with running status resolved. Reads what other programs read: data bytes over 127 are
    masked, running status goes on behind metas, a missing End Of Track stands behind the last event, and what comes behind
    an End Of Track, or is no event any more, is not there. System common and real-time events, which no file may hold,
    are left out."""
    at = tick = 0
    status = None
    found = []
    try:
        while at < len(data):
            delta, at = quantity(data, at)
            now = tick + delta
            if now >= 1 << 28:
                break
            need(at < len(data), "an event is missing")
            kind = data[at] if data[at] & 0x80 else status
            at += data[at] >> 7
            need(kind is not None, "the first event has no status")
            if kind in (0xFF, 0xF0, 0xF7):
                head = bytes([kind]) + (data[at:at + 1] if kind == 0xFF else b"")
                size, after = quantity(data, at + len(head) - 1)
                need(after + size <= len(data), "an event runs over the end")
                tick = now
                found.append((tick, head + data[after:after + size]))
                at = after + size
                if head == b"\xff\x2f":
                    return found
                continue
            tick = now
            if kind >= 0xF0:
                at += {0xF2: 2, 0xF1: 1, 0xF3: 1}.get(kind, 0)
                need(at <= len(data), "an event runs over the end")
                continue
            status = kind
            size = 1 if status & 0xE0 == 0xC0 else 2
            need(at + size <= len(data), "an event runs over the end")
            found.append((tick, bytes([status]) + bytes(byte & 0x7F for byte in data[at:at + size])))
            at += size
    except Broken:
        pass
    return found + [(tick, b"\xff\x2f")]


def find_header(data):
    """Where the file proper begins: at once, in a RIFF file, or behind a MacBinary header."""
    if data[:4] == b"RIFF" and data[8:12] == b"RMID":
        at = 12
        while at + 8 <= len(data) and data[at:at + 4] != b"data":
            at += 8 + int.from_bytes(data[at + 4:at + 8], "little")
            at += at & 1
        return at + 8
    return 128 if data[:4] != b"MThd" and data[128:132] == b"MThd" else 0


def raw_chunks(path):
    """(division, [(kind, events or bytes)]) of a file, as forgiving as raw_events."""
    with open(path, "rb") as file:
        data = file.read()
    at = find_header(data)
    need(data[at:at + 4] == b"MThd" and len(data) >= at + 14, "no MIDI header")
    size, form, count, division = struct.unpack(">IHHH", data[at + 4:at + 14])
    at += 8 + size
    chunks = []
    while at + 8 <= len(data):
        kind, size = data[at:at + 4], int.from_bytes(data[at + 4:at + 8], "big")
        whole = at + 8 + size <= len(data)
        if sum(k == b"MTrk" for k, _ in chunks) >= count and not (whole and kind.isalnum()):
            break
        body = data[at + 8:at + 8 + size]
        if kind == b"MTrk":
            chunks.append((kind, raw_events(body)))
        elif whole:
            chunks.append((kind, body))
        at += 8 + size
    return form, division or 480, chunks


def compare(path, other):
    form, division, chunks = raw_chunks(path)
    _, saved_division, saved = raw_chunks(other)
    need(form != 2 and division < 0x8000, "type 2, or time in frames")
    need(division == saved_division, "division %d became %d" % (division, saved_division))
    need(len(chunks) == len(saved), "%d chunks became %d" % (len(chunks), len(saved)))
    for number, ((kind, old), (saved_kind, new)) in enumerate(zip(chunks, saved), 1):
        need(kind == saved_kind, "chunk %d is another kind" % number)
        if old == new:
            continue
        need(kind == b"MTrk", "chunk %d has other bytes" % number)
        for index, (a, b) in enumerate(zip(old, new)):
            need(a == b, "track %d, event %d: (%d, %s) became (%d, %s)" %
                 (number, index, a[0], a[1][:20].hex(), b[0], b[1][:20].hex()))
        need(len(old) == len(new), "track %d: %d events became %d" % (number, len(old), len(new)))
    return sum(len(events) for kind, events in chunks if kind == b"MTrk")


def compare_pairs(paths):
    passed = failed = events = 0
    for path, other in zip(paths[::2], paths[1::2]):
        try:
            events += compare(path, other)
            passed += 1
        except (Broken, OSError) as broken:
            print("%s: %s" % (path, broken))
            failed += 1
    print("%d files the same, %d events; %d not" % (passed, events, failed))
    return failed > 0


def all_notes(path):
    """(start, end, pitch) in quarters, of all tracks together."""
    song = read(path)
    quarter = song["division"]
    return sorted(((start / quarter, (start + length) / quarter, pitch)
                   for track in song["tracks"] for start, length, pitch, _ in track["notes"]),
                  key=lambda note: (int(24 * note[0] + 0.25), int(24 * note[1] + 0.25)))


def compare_notes(path, other):
    """Notes of two programs: some play chords a hair apart and end notes a tick early."""
    tolerance = 1 / 32
    left, right = all_notes(path), all_notes(other)
    need(len(left) == len(right), "%d notes, and %d in %s" % (len(left), len(right), other))
    for pitch in range(128):
        a, b = ([note for note in notes if note[2] == pitch] for notes in (left, right))
        need(len(a) == len(b), "pitch %d: %d notes, and %d in %s" % (pitch, len(a), len(b), other))
        for x, y in zip(a, b):
            need(abs(x[0] - y[0]) < tolerance and abs(x[1] - y[1]) < tolerance,
                 "%d at %g to %g, and at %g to %g in %s" % (pitch, x[0], x[1], y[0], y[1], other))


def try_notes(path, other):
    try:
        compare_notes(path, other)
    except Broken as broken:
        print("%s: %s" % (path, broken))
        return False
    return True


def main(arguments):
    try:
        if len(arguments) == 3 and arguments[0] == "--melodies":
            passed, failed = compare_melodies(arguments[1], arguments[2])
            print("%d passed, %d failed" % (passed, failed))
            return failed > 0
        if len(arguments) == 4 and arguments[0] == "--result":
            check_result(*arguments[1:])
            return 0
        if len(arguments) >= 3 and len(arguments) % 2 and arguments[0] == "--same":
            return compare_pairs(arguments[1:])
        if len(arguments) >= 3 and len(arguments) % 2 and arguments[0] == "--notes":
            return sum(not try_notes(*pair) for pair in zip(arguments[1::2], arguments[2::2])) > 0
        if len(arguments) == 1:
            show(read(arguments[0]))
            return 0
    except Broken as broken:
        print("%s: %s" % (arguments[-1] if len(arguments) == 1 else arguments[1], broken), file=sys.stderr)
        return 1
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
