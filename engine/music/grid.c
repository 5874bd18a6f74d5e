#include "engine/music/grid.h"

#include <assert.h>

static int parts_of(Grid grid) {
    return grid.parts ? grid.parts : GRID_PARTS;
}

static int quarters_of(Grid grid) {
    return grid.quarters ? grid.quarters : 1;
}

Grid grid_of(int lines) {
    assert(lines >= 1 && lines <= GRID_LINES_MAX);
    int quarters = 4;
    for (; quarters > 1 && lines % 2 == 0; quarters /= 2) lines /= 2;
    return (Grid){(uint8_t)lines, (uint8_t)quarters};
}

int grid_lines(Grid grid) {
    return parts_of(grid) * 4 / quarters_of(grid);
}

int32_t grid_step(Grid grid, int division) {
    int32_t ticks = (quarters_of(grid) * division + parts_of(grid) / 2) / parts_of(grid);
    return ticks > 0 ? ticks : 1;
}

/* The k-th line of a bar. A division below the parts has several lines on one tick. */
static int64_t line_of(Grid grid, const Timeline *timeline, const TimelineBar *bar, int64_t k) {
    int parts = parts_of(grid);
    return bar->start + (k * quarters_of(grid) * timeline_division(timeline) + parts / 2) / parts;
}

/* The last line of the bar that is not behind tick. */
static int64_t line_before(Grid grid, const Timeline *timeline, const TimelineBar *bar, int32_t tick) {
    int64_t k =
        (int64_t)(tick - bar->start) * parts_of(grid) / (quarters_of(grid) * timeline_division(timeline));
    while (line_of(grid, timeline, bar, k + 1) <= tick) k++;
    while (k > 0 && line_of(grid, timeline, bar, k) > tick) k--;
    return k;
}

int32_t grid_floor(Grid grid, const Timeline *timeline, int32_t tick) {
    if (tick < 0) tick = 0;
    TimelineBar bar = timeline_bar_at(timeline, tick);
    return (int32_t)line_of(grid, timeline, &bar, line_before(grid, timeline, &bar, tick));
}

/* The first line behind tick: the next bar line always is one. */
static int32_t line_after(Grid grid, const Timeline *timeline, int32_t tick) {
    TimelineBar bar = timeline_bar_at(timeline, tick);
    int64_t next = line_of(grid, timeline, &bar, line_before(grid, timeline, &bar, tick) + 1);
    int64_t end = (int64_t)bar.start + bar.ticks;
    return (int32_t)(next < end ? next : end);
}

int32_t grid_nearest(Grid grid, const Timeline *timeline, int32_t tick) {
    if (tick < 0) tick = 0;
    int32_t before = grid_floor(grid, timeline, tick), after = line_after(grid, timeline, tick);
    return tick - before < after - tick ? before : after;
}

int32_t grid_move(Grid grid, const Timeline *timeline, int32_t tick, int steps) {
    if (tick < 0) tick = 0;
    for (; steps > 0; steps--) tick = line_after(grid, timeline, tick);
    for (; steps < 0 && tick > 0; steps++) tick = grid_floor(grid, timeline, tick - 1);
    return tick;
}
