#include "engine/music/timeline.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

/* Times are kept as ticks x microseconds a quarter, the sum over all tempos before: exact, and divided only at the end. With
 * 2^31 ticks of at most 2^24 microseconds it stays below 2^55. */
typedef struct {
    int64_t scaled_us; /* of the tempo's tick */
} TempoSum;

/* Equal bars between two places where their row begins anew; the last of them may be cut short by the next stretch. */
typedef struct {
    int32_t tick;
    int32_t bar_ticks;
    int first_bar;
    Meter meter;
} Stretch;

struct Timeline {
    atomic_int references;
    int division;
    int32_t pickup;
    TimelineTempo *tempo; /* the first at tick 0 */
    TempoSum *sum;
    int tempos;
    TimelineMeter *meter; /* the first at tick 0 */
    int meters;
    Stretch *stretch; /* one a meter, and one more behind a pickup */
    int stretches;
};

static TimelineTempo plain_tempo[] = {{0, TIMELINE_QUARTER_US}};
static TempoSum plain_sum[] = {{0}};
static TimelineMeter plain_meter[] = {{0, {4, 4}}};
static Stretch plain_stretch[] = {{0, 4 * TIMELINE_DIVISION, 0, {4, 4}}};
static const Timeline PLAIN = {.division = TIMELINE_DIVISION,
                               .tempo = plain_tempo,
                               .sum = plain_sum,
                               .tempos = 1,
                               .meter = plain_meter,
                               .meters = 1,
                               .stretch = plain_stretch,
                               .stretches = 1};

static const Timeline *or_plain(const Timeline *timeline) {
    return timeline ? timeline : &PLAIN;
}

/* ---- making ---- */

static bool check_map(const TimelineMap *map, Error *err) {
    if (map->division < 0 || map->division > TIMELINE_DIVISION_MAX)
        return error_set(err, "A quarter cannot have %d ticks: 1 to %d can be read.", map->division,
                         TIMELINE_DIVISION_MAX);
    if (map->tempos < 0 || map->tempos > TIMELINE_EVENTS_MAX || map->meters < 0 ||
        map->meters > TIMELINE_EVENTS_MAX)
        return error_set(err, "There are too many changes of tempo or meter: at most %d can be read.",
                         TIMELINE_EVENTS_MAX);
    for (int i = 0; i < map->tempos; i++)
        if (map->tempo[i].tick < (i > 0 ? map->tempo[i - 1].tick : 0) || map->tempo[i].quarter_us < 1 ||
            map->tempo[i].quarter_us > TIMELINE_QUARTER_US_MAX)
            return error_set(err, "Tempo %d of the song is no tempo, or comes before the one before it.",
                             i + 1);
    for (int i = 0; i < map->meters; i++)
        if (map->meter[i].tick < (i > 0 ? map->meter[i - 1].tick : 0) ||
            !meter_is_valid(meter_beats(map->meter[i].meter), meter_unit(map->meter[i].meter)))
            return error_set(err, "Meter %d of the song is no meter, or comes before the one before it.",
                             i + 1);
    return true;
}

static void take_tempos(Timeline *timeline, const TimelineMap *map) {
    timeline->tempo[0] = plain_tempo[0];
    timeline->tempos = 1;
    for (int i = 0; i < map->tempos; i++) {
        TimelineTempo *last = &timeline->tempo[timeline->tempos - 1];
        if (map->tempo[i].tick == last->tick) {
            *last = map->tempo[i];
            bool again = timeline->tempos > 1 && last->quarter_us == last[-1].quarter_us;
            timeline->tempos -= again;
        } else if (map->tempo[i].quarter_us != last->quarter_us) {
            timeline->tempo[timeline->tempos++] = map->tempo[i];
        }
    }
}

static int32_t played_us(int32_t quarter_us) {
    return quarter_us < TIMELINE_QUARTER_US_MIN ? TIMELINE_QUARTER_US_MIN : quarter_us;
}

static void add_up_tempos(Timeline *timeline) {
    timeline->sum[0].scaled_us = 0;
    for (int i = 1; i < timeline->tempos; i++) {
        const TimelineTempo *before = &timeline->tempo[i - 1];
        int64_t ticks = timeline->tempo[i].tick - before->tick;
        timeline->sum[i].scaled_us = timeline->sum[i - 1].scaled_us + ticks * played_us(before->quarter_us);
    }
}

static void take_meters(Timeline *timeline, const TimelineMap *map) {
    timeline->meter[0] = plain_meter[0];
    timeline->meters = 1;
    for (int i = 0; i < map->meters; i++) {
        TimelineMeter *last = &timeline->meter[timeline->meters - 1];
        TimelineMeter next = {
            map->meter[i].tick,
            {(uint8_t)meter_beats(map->meter[i].meter), (uint16_t)meter_unit(map->meter[i].meter)}};
        if (next.tick == last->tick) {
            *last = next;
            timeline->meters -= timeline->meters > 1 && meter_equal(last->meter, last[-1].meter);
        } else if (!meter_equal(next.meter, last->meter)) {
            timeline->meter[timeline->meters++] = next;
        }
    }
}

static void add_stretch(Timeline *timeline, int32_t tick, Meter meter) {
    Stretch *made = &timeline->stretch[timeline->stretches];
    *made = (Stretch){tick, meter_bar_ticks(meter, timeline->division), 0, meter};
    if (timeline->stretches > 0) {
        const Stretch *before = &made[-1];
        int64_t bars = ((int64_t)tick - before->tick + before->bar_ticks - 1) / before->bar_ticks;
        made->first_bar = before->first_bar + (int)bars;
    }
    timeline->stretches++;
}

static void lay_bars(Timeline *timeline, int32_t pickup) {
    Meter first = timeline->meter[0].meter;
    int32_t end = timeline->meters > 1 ? timeline->meter[1].tick : INT32_MAX;
    bool fits = pickup > 0 && pickup < meter_bar_ticks(first, timeline->division) && pickup < end;
    timeline->pickup = fits ? pickup : 0;
    add_stretch(timeline, 0, first);
    if (fits) add_stretch(timeline, pickup, first);
    for (int i = 1; i < timeline->meters; i++)
        add_stretch(timeline, timeline->meter[i].tick, timeline->meter[i].meter);
}

Timeline *timeline_new(const TimelineMap *map, Error *err) {
    if (!check_map(map, err)) return NULL;
    Timeline *timeline = calloc(1, sizeof *timeline);
    if (!timeline) goto fail;
    atomic_init(&timeline->references, 1);
    timeline->division = map->division ? map->division : TIMELINE_DIVISION;
    timeline->tempo = malloc(((size_t)map->tempos + 1) * sizeof *timeline->tempo);
    timeline->sum = malloc(((size_t)map->tempos + 1) * sizeof *timeline->sum);
    timeline->meter = malloc(((size_t)map->meters + 1) * sizeof *timeline->meter);
    timeline->stretch = malloc(((size_t)map->meters + 2) * sizeof *timeline->stretch);
    if (!timeline->tempo || !timeline->sum || !timeline->meter || !timeline->stretch) goto fail;
    take_tempos(timeline, map);
    add_up_tempos(timeline);
    take_meters(timeline, map);
    lay_bars(timeline, map->pickup);
    return timeline;
fail:
    timeline_unref(timeline);
    error_memory(err, "the tempos and meters of a song");
    return NULL;
}

Timeline *timeline_plain(int division, int32_t quarter_us, Meter meter, Error *err) {
    TimelineTempo tempo = {0, quarter_us > 0 ? quarter_us : TIMELINE_QUARTER_US};
    TimelineMeter first = {0, meter};
    return timeline_new(&(TimelineMap){division, 0, &tempo, 1, &first, 1}, err);
}

/* Counting is the one thing that may be done to a shared timeline. */
Timeline *timeline_ref(const Timeline *timeline) {
    Timeline *counted = (Timeline *)timeline;
    if (counted) atomic_fetch_add_explicit(&counted->references, 1, memory_order_relaxed);
    return counted;
}

void timeline_unref(Timeline *timeline) {
    if (!timeline || atomic_fetch_sub_explicit(&timeline->references, 1, memory_order_acq_rel) > 1) return;
    free(timeline->tempo);
    free(timeline->sum);
    free(timeline->meter);
    free(timeline->stretch);
    free(timeline);
}

bool timeline_equal(const Timeline *a, const Timeline *b) {
    a = or_plain(a);
    b = or_plain(b);
    if (a == b) return true;
    if (a->division != b->division || a->pickup != b->pickup || a->tempos != b->tempos ||
        a->meters != b->meters)
        return false;
    for (int i = 0; i < a->tempos; i++)
        if (a->tempo[i].tick != b->tempo[i].tick || a->tempo[i].quarter_us != b->tempo[i].quarter_us)
            return false;
    for (int i = 0; i < a->meters; i++)
        if (a->meter[i].tick != b->meter[i].tick || !meter_equal(a->meter[i].meter, b->meter[i].meter))
            return false;
    return true;
}

/* ---- changing ---- */

TimelineMap timeline_map(const Timeline *timeline) {
    const Timeline *t = or_plain(timeline);
    return (TimelineMap){t->division, t->pickup, t->tempo, t->tempos, t->meter, t->meters};
}

Timeline *timeline_with_tempo(const Timeline *timeline, int32_t tick, int32_t quarter_us, Error *err) {
    TimelineMap map = timeline_map(timeline);
    TimelineTempo *tempo = malloc(((size_t)map.tempos + 1) * sizeof *tempo);
    if (!tempo) {
        error_memory(err, "the tempos of a song");
        return NULL;
    }
    int count = 0, i = 0;
    for (; i < map.tempos && map.tempo[i].tick < tick; i++) tempo[count++] = map.tempo[i];
    tempo[count++] = (TimelineTempo){tick, quarter_us};
    if (i < map.tempos && map.tempo[i].tick == tick) i++;
    for (; i < map.tempos; i++) tempo[count++] = map.tempo[i];
    map.tempo = tempo;
    map.tempos = count;
    Timeline *made = timeline_new(&map, err);
    free(tempo);
    return made;
}

Timeline *timeline_with_meter(const Timeline *timeline, int32_t tick, Meter meter, Error *err) {
    TimelineMap map = timeline_map(timeline);
    TimelineMeter *list = malloc(((size_t)map.meters + 1) * sizeof *list);
    if (!list) {
        error_memory(err, "the meters of a song");
        return NULL;
    }
    tick = timeline_bar_at(timeline, tick).start;
    int count = 0, i = 0;
    for (; i < map.meters && map.meter[i].tick < tick; i++) list[count++] = map.meter[i];
    list[count++] = (TimelineMeter){tick, meter};
    if (i < map.meters && map.meter[i].tick == tick) i++;
    for (; i < map.meters; i++) list[count++] = map.meter[i];
    map.meter = list;
    map.meters = count;
    Timeline *made = timeline_new(&map, err);
    free(list);
    return made;
}

/* An event that began before or at `at` stays; inside a closed gap it falls onto `at`; behind it moves. */
static int32_t moved(int32_t tick, int32_t at, int32_t ticks) {
    if (tick <= at) return tick;
    int64_t place = (int64_t)tick + ticks;
    return place < at ? at : place > INT32_MAX ? INT32_MAX : (int32_t)place;
}

Timeline *timeline_with_gap(const Timeline *timeline, int32_t at, int32_t ticks, Error *err) {
    TimelineMap map = timeline_map(timeline);
    TimelineTempo *tempo = malloc((size_t)map.tempos * sizeof *tempo);
    TimelineMeter *meter = malloc((size_t)map.meters * sizeof *meter);
    Timeline *made = NULL;
    if (!tempo || !meter) {
        error_memory(err, "the tempos and meters of a song");
        goto done;
    }
    for (int i = 0; i < map.tempos; i++)
        tempo[i] = (TimelineTempo){moved(map.tempo[i].tick, at, ticks), map.tempo[i].quarter_us};
    for (int i = 0; i < map.meters; i++)
        meter[i] = (TimelineMeter){moved(map.meter[i].tick, at, ticks), map.meter[i].meter};
    map.tempo = tempo;
    map.meter = meter;
    made = timeline_new(&map, err);
done:
    free(tempo);
    free(meter);
    return made;
}

int timeline_division(const Timeline *timeline) {
    return or_plain(timeline)->division;
}

size_t timeline_bytes(const Timeline *timeline) {
    if (!timeline) return 0;
    return sizeof *timeline + (size_t)timeline->tempos * (sizeof *timeline->tempo + sizeof *timeline->sum) +
           (size_t)timeline->meters * sizeof *timeline->meter +
           (size_t)timeline->stretches * sizeof *timeline->stretch;
}

/* ---- asking ---- */

/* The last of count things, each a `size` long struct that begins with its int32_t tick, that is not behind tick. */
static int last_at(const void *things, size_t size, int count, int64_t tick) {
    int low = 0, high = count - 1;
    while (low < high) {
        int middle = low + (high - low + 1) / 2;
        int32_t there;
        memcpy(&there, (const char *)things + (size_t)middle * size, sizeof there);
        if (there <= tick)
            low = middle;
        else
            high = middle - 1;
    }
    return low;
}

int32_t timeline_quarter_us(const Timeline *timeline, int32_t tick) {
    const Timeline *t = or_plain(timeline);
    return t->tempo[last_at(t->tempo, sizeof *t->tempo, t->tempos, tick)].quarter_us;
}

double timeline_bpm(const Timeline *timeline, int32_t tick) {
    return 60e6 / timeline_quarter_us(timeline, tick);
}

Meter timeline_meter(const Timeline *timeline, int32_t tick) {
    const Timeline *t = or_plain(timeline);
    return t->meter[last_at(t->meter, sizeof *t->meter, t->meters, tick)].meter;
}

/* ---- bars ---- */

static TimelineBar bar_of(const Timeline *t, int s, int index) {
    const Stretch *stretch = &t->stretch[s];
    int64_t start = stretch->tick + (int64_t)(index - stretch->first_bar) * stretch->bar_ticks;
    int64_t end = start + stretch->bar_ticks,
            limit = s + 1 < t->stretches ? t->stretch[s + 1].tick : INT32_MAX;
    if (end > limit) end = limit;
    if (start > end) start = end;
    return (TimelineBar){index, (int32_t)start, (int32_t)(end - start), stretch->meter};
}

TimelineBar timeline_bar(const Timeline *timeline, int index) {
    const Timeline *t = or_plain(timeline);
    int low = 0, high = t->stretches - 1;
    if (index < 0) index = 0;
    while (low < high) {
        int middle = low + (high - low + 1) / 2;
        if (t->stretch[middle].first_bar <= index)
            low = middle;
        else
            high = middle - 1;
    }
    return bar_of(t, low, index);
}

TimelineBar timeline_bar_at(const Timeline *timeline, int32_t tick) {
    const Timeline *t = or_plain(timeline);
    if (tick < 0) tick = 0;
    int s = last_at(t->stretch, sizeof *t->stretch, t->stretches, tick);
    const Stretch *stretch = &t->stretch[s];
    return bar_of(t, s, stretch->first_bar + (tick - stretch->tick) / stretch->bar_ticks);
}

int timeline_bar_count(const Timeline *timeline, int32_t end) {
    return end > 0 ? timeline_bar_at(timeline, end - 1).index + 1 : 1;
}

static bool has_pickup(const Timeline *timeline) {
    return timeline_bar(timeline, 0).ticks < timeline_bar(timeline, 1).ticks;
}

int timeline_bar_number(const Timeline *timeline, int index) {
    return index + (has_pickup(timeline) ? 0 : 1);
}

int timeline_bar_index(const Timeline *timeline, int number) {
    int index = number - (has_pickup(timeline) ? 0 : 1);
    return index > 0 ? index : 0;
}

TimelinePlace timeline_place(const Timeline *timeline, int32_t tick) {
    TimelineBar bar = timeline_bar_at(timeline, tick);
    int division = timeline_division(timeline);
    int32_t beat_ticks = meter_beat_ticks(bar.meter, division), into = (tick > 0 ? tick : 0) - bar.start;
    /* A pickup is the end of a bar whose beginning is not written. */
    int32_t missing =
        bar.index == 0 && has_pickup(timeline) ? meter_bar_ticks(bar.meter, division) - bar.ticks : 0;
    int beat = (into + missing) / beat_ticks;
    return (TimelinePlace){bar, beat, bar.start + beat * beat_ticks - missing, beat_ticks};
}

/* ---- time ---- */

static int64_t rounded(int64_t scaled, int division) {
    return (scaled + (scaled < 0 ? -(division / 2) : division / 2)) / division;
}

int64_t timeline_us_of_tick(const Timeline *timeline, int64_t tick) {
    const Timeline *t = or_plain(timeline);
    assert(tick >= INT32_MIN && tick <= INT32_MAX);
    int i = last_at(t->tempo, sizeof *t->tempo, t->tempos, tick);
    int64_t since = tick - t->tempo[i].tick;
    return rounded(t->sum[i].scaled_us + since * played_us(t->tempo[i].quarter_us), t->division);
}

int64_t timeline_tick_of_us(const Timeline *timeline, int64_t us) {
    const Timeline *t = or_plain(timeline);
    const int64_t most = (int64_t)1 << 47; /* four years: times a division it stays inside 64 bits */
    us = us < -most ? -most : us > most ? most : us;
    int64_t scaled = us * t->division;
    int low = 0, high = t->tempos - 1;
    while (low < high) {
        int middle = low + (high - low + 1) / 2;
        if (t->sum[middle].scaled_us <= scaled)
            low = middle;
        else
            high = middle - 1;
    }
    int64_t tick =
        t->tempo[low].tick + (scaled - t->sum[low].scaled_us) / played_us(t->tempo[low].quarter_us);
    if (tick > INT32_MAX - 1) return INT32_MAX;
    if (tick < INT32_MIN + 1) return INT32_MIN;
    /* Times are rounded to the nearest microsecond, so the tick that begins there may come out one too low. */
    while (tick < INT32_MAX && timeline_us_of_tick(t, tick + 1) <= us) tick++;
    while (tick > INT32_MIN && timeline_us_of_tick(t, tick) > us) tick--;
    return tick;
}
