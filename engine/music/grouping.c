#include "engine/music/grouping.h"

#include <limits.h>

/* Equal written bars one after another. */
typedef struct {
    Meter meter;
    int32_t start, bar_ticks;
    int count;   /* INT_MAX: to the end of time */
    int written; /* the first of them */
    int model;   /* the model bar in which they begin */
    int steps;   /* sixteenths of one of them */
    int held;    /* read at a time, 1 unless they are short */
    int parts;   /* of one of them */
    uint8_t part[GROUPING_PARTS_MAX];
} Run;

int grouping_cut(Meter meter, int sixteenths, uint8_t *steps) {
    const int beat = meter_beat_ticks(meter, 4); /* a division of 4: one tick is a sixteenth */
    const int unit = beat <= GROUPING_STEPS_MAX ? beat : 1, beats = (sixteenths + unit - 1) / unit;
    const int most = GROUPING_STEPS_MAX / unit;
    int parts = sixteenths <= GROUPING_STEPS_MAX ? 1 : (beats + most - 1) / most, left = sixteenths;
    if (parts > GROUPING_PARTS_MAX) parts = GROUPING_PARTS_MAX;
    for (int i = 0; i < parts; i++) {
        const int share = unit * (beats / parts + (i < beats % parts)), last = i + 1 == parts;
        const int length = last || share > left ? left : share;
        steps[i] = (uint8_t)(length > GROUPING_STEPS_MAX ? GROUPING_STEPS_MAX : length);
        left -= steps[i];
    }
    return parts;
}

static int model_bars(const Run *run, int count) {
    return run->held > 1 ? (count + run->held - 1) / run->held : count * run->parts;
}

static void measure(Run *run, int division) {
    const int64_t sixteenths = ((int64_t)4 * run->bar_ticks + division / 2) / division;
    run->steps = sixteenths < 1 ? 1 : sixteenths > 4096 ? 4096 : (int)sixteenths;
    run->held = run->count > 1 && 2 * run->steps <= GROUPING_STEPS_MAX ? GROUPING_STEPS_MAX / run->steps : 1;
    run->parts = grouping_cut(run->meter, run->steps, run->part);
}

/* ---- a walk over the runs of a timeline ---- */

typedef struct {
    const Timeline *timeline;
    TimelineMap map;
    Run run;
} Walk;

/* The run that begins with this written bar: up to the next change of meter, without a bar that it cuts short. */
static Run run_from(const Walk *walk, int written, int model) {
    const TimelineBar bar = timeline_bar(walk->timeline, written);
    Run run = {.meter = bar.meter,
               .start = bar.start,
               .bar_ticks = bar.ticks,
               .count = INT_MAX,
               .written = written,
               .model = model};
    const int division = timeline_division(walk->timeline);
    if (bar.ticks != meter_bar_ticks(bar.meter, division)) {
        run.count = 1;
    } else {
        for (int i = 0; i < walk->map.meters && run.count == INT_MAX; i++)
            if (walk->map.meter[i].tick > bar.start)
                run.count = (walk->map.meter[i].tick - bar.start) / bar.ticks;
    }
    measure(&run, division);
    return run;
}

static Walk walk_from_start(const Timeline *timeline) {
    Walk walk = {.timeline = timeline, .map = timeline_map(timeline)};
    walk.run = run_from(&walk, 0, 0);
    return walk;
}

/* False behind the last one. */
static bool next_run(Walk *walk) {
    const Run *run = &walk->run;
    if (run->count == INT_MAX) return false;
    walk->run = run_from(walk, run->written + run->count, run->model + model_bars(run, run->count));
    return true;
}

/* ---- bars ---- */

static int32_t ticks_of_steps(int steps, int division) {
    return (int32_t)((int64_t)steps * division / 4);
}

static GroupingBar part_of(const Run *run, int nth, int part, int division) {
    int before = 0;
    for (int i = 0; i < part; i++) before += run->part[i];
    const int32_t start = run->start + nth * run->bar_ticks;
    const int32_t from = ticks_of_steps(before, division),
                  to = part + 1 == run->parts ? run->bar_ticks
                                              : ticks_of_steps(before + run->part[part], division);
    return (GroupingBar){.start = start + from,
                         .ticks = to - from,
                         .steps = run->part[part],
                         .beats = meter_beat_ticks(run->meter, 4) % 4 == 0,
                         .written = run->written + nth,
                         .held = 1,
                         .part = part,
                         .parts = run->parts};
}

static GroupingBar group_of(const Run *run, int nth) {
    const int first = nth * run->held;
    const int held = run->count - first < run->held ? run->count - first : run->held;
    return (GroupingBar){.start = run->start + first * run->bar_ticks,
                         .ticks = held * run->bar_ticks,
                         .steps = held * run->steps,
                         .beats = meter_beat_ticks(run->meter, 4) % 4 == 0,
                         .written = run->written + first,
                         .held = held,
                         .parts = 1};
}

GroupingBar grouping_bar(const Timeline *timeline, int bar) {
    Walk walk = walk_from_start(timeline);
    const Run *run = &walk.run;
    if (bar < 0) bar = 0;
    while (run->count != INT_MAX && bar - run->model >= model_bars(run, run->count)) next_run(&walk);
    const int nth = bar - run->model;
    return run->held > 1 ? group_of(run, nth)
                         : part_of(run, nth / run->parts, nth % run->parts, timeline_division(timeline));
}

int grouping_bar_at(const Timeline *timeline, int32_t tick) {
    Walk walk = walk_from_start(timeline);
    const Run *run = &walk.run;
    if (tick < 0) tick = 0;
    while (run->count != INT_MAX && (tick - run->start) / run->bar_ticks >= run->count) next_run(&walk);
    const int nth = (tick - run->start) / run->bar_ticks;
    if (run->held > 1) return run->model + nth / run->held;
    int part = run->parts - 1;
    while (part > 0 && part_of(run, nth, part, timeline_division(timeline)).start > tick) part--;
    return run->model + nth * run->parts + part;
}

int grouping_bar_count(const Timeline *timeline, int32_t end) {
    return end > 0 ? grouping_bar_at(timeline, end - 1) + 1 : 1;
}

bool grouping_is_plain(const Timeline *timeline) {
    Walk walk = walk_from_start(timeline);
    do {
        if (walk.run.held > 1 || walk.run.parts > 1) return false;
    } while (next_run(&walk));
    return true;
}
