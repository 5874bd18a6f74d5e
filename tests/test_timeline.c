/* Timeline: bar lines and beats in every meter, changes in the middle, pickups, and times that are exact over many tempos. */
#include "tests/support/check.h"

#include "engine/base/rng.h"
#include "engine/music/timeline.h"

enum { Q = 480 };

static Timeline *of(const TimelineMap *map) {
    Error err;
    Timeline *timeline = timeline_new(map, &err);
    if (!timeline) fail_msg("%s", err.text);
    return timeline;
}

static void check_bar(const Timeline *timeline, int index, int start, int ticks) {
    TimelineBar bar = timeline_bar(timeline, index);
    assert_int_equal(bar.start, start);
    assert_int_equal(bar.ticks, ticks);
    for (int into = 0; into<ticks; into += ticks - 1> 0 ? ticks - 1 : 1) {
        TimelineBar found = timeline_bar_at(timeline, start + into);
        assert_int_equal(found.index, index);
        assert_int_equal(found.start, start);
    }
}

static void no_timeline_is_plain(void **state) {
    (void)state;
    assert_int_equal(timeline_division(NULL), TIMELINE_DIVISION);
    assert_int_equal(timeline_quarter_us(NULL, 1000), TIMELINE_QUARTER_US);
    assert_true(timeline_bpm(NULL, 0) == 120);
    check_bar(NULL, 0, 0, 4 * Q);
    check_bar(NULL, 7, 28 * Q, 4 * Q);
    assert_int_equal(timeline_bar_number(NULL, 0), 1);
    assert_int_equal(timeline_us_of_tick(NULL, -Q), -TIMELINE_QUARTER_US);
    assert_int_equal(timeline_tick_of_us(NULL, 1000000), 2 * Q);
    assert_null(timeline_ref(NULL));
    timeline_unref(NULL);
    Timeline *made = of(&(TimelineMap){0});
    assert_true(timeline_equal(made, NULL));
    timeline_unref(made);
}

static void bars_and_beats_follow_the_meter(void **state) {
    (void)state;
    static const struct {
        int beats, unit, bar, felt, beat;
        bool compound;
    } meters[] = {{4, 4, 1920, 4, 480, false}, {3, 4, 1440, 3, 480, false}, {6, 8, 1440, 2, 720, true},
                  {2, 2, 1920, 2, 960, false}, {5, 8, 1200, 5, 240, false}, {3, 8, 720, 1, 720, true},
                  {9, 8, 2160, 3, 720, true},  {12, 8, 2880, 4, 720, true}, {3, 16, 360, 1, 360, true},
                  {6, 4, 2880, 6, 480, false}, {1, 1, 1920, 1, 1920, false}};
    for (size_t i = 0; i < sizeof meters / sizeof *meters; i++) {
        Meter meter = {(uint8_t)meters[i].beats, (uint16_t)meters[i].unit};
        assert_int_equal(meter_bar_ticks(meter, Q), meters[i].bar);
        assert_int_equal(meter_beat_ticks(meter, Q), meters[i].beat);
        assert_int_equal(meter_bar_ticks(meter, Q) / meter_beat_ticks(meter, Q), meters[i].felt);
        assert_int_equal(meter_is_compound(meter), meters[i].compound);
        Error err;
        Timeline *timeline = timeline_plain(Q, 500000, meter, &err);
        check_bar(timeline, 3, 3 * meters[i].bar, meters[i].bar);
        assert_int_equal(timeline_bar_count(timeline, meters[i].bar), 1);
        assert_int_equal(timeline_bar_count(timeline, meters[i].bar + 1), 2);
        TimelinePlace place = timeline_place(timeline, 2 * meters[i].bar - 1);
        assert_int_equal(place.bar.index, 1);
        assert_int_equal(place.beat, meters[i].felt - 1);
        timeline_unref(timeline);
    }
    assert_int_equal(meter_bar_ticks((Meter){1, 64}, 4), 1);
    assert_false(meter_is_valid(3, 6));
    assert_false(meter_is_valid(0, 4));
}

/* 4/4, a 3/4 bar that begins in the middle of one, 2/4; a repeated meter changes nothing. */
static void a_meter_in_the_middle_cuts_the_bar(void **state) {
    (void)state;
    const TimelineMeter meter[] = {{0, {4, 4}}, {5 * Q, {3, 4}}, {8 * Q, {2, 4}}, {9 * Q, {2, 4}}};
    Timeline *timeline = of(&(TimelineMap){.division = Q, .meter = meter, .meters = 4});
    check_bar(timeline, 0, 0, 4 * Q);
    check_bar(timeline, 1, 4 * Q, Q);
    check_bar(timeline, 2, 5 * Q, 3 * Q);
    check_bar(timeline, 3, 8 * Q, 2 * Q);
    check_bar(timeline, 4, 10 * Q, 2 * Q);
    assert_int_equal(timeline_map(timeline).meters, 3);
    assert_int_equal(timeline_bar_count(timeline, 10 * Q + 1), 5);
    assert_int_equal(timeline_bar(timeline, -3).index, 0);
    timeline_unref(timeline);
}

static void a_pickup_is_bar_0(void **state) {
    (void)state;
    const TimelineMeter written[] = {{0, {1, 4}}, {Q, {4, 4}}};
    Timeline *quarter = of(&(TimelineMap){.division = Q, .meter = written, .meters = 2});
    const TimelineMeter three[] = {{0, {3, 4}}};
    Timeline *told = of(&(TimelineMap){.division = Q, .pickup = Q / 2, .meter = three, .meters = 1});
    check_bar(quarter, 0, 0, Q);
    check_bar(quarter, 1, Q, 4 * Q);
    check_bar(told, 0, 0, Q / 2);
    check_bar(told, 1, Q / 2, 3 * Q);
    assert_int_equal(timeline_bar_number(quarter, 0), 0);
    assert_int_equal(timeline_bar_number(told, 1), 1);
    assert_int_equal(timeline_bar_index(told, 1), 1);
    assert_int_equal(timeline_bar_index(NULL, 1), 0);
    assert_int_equal(timeline_place(told, 0).beat, 2); /* the last half beat of three */
    assert_int_equal(timeline_place(told, Q / 2).beat, 0);
    timeline_unref(quarter);
    timeline_unref(told);
    /* as long as a bar: no pickup */
    Timeline *whole = of(&(TimelineMap){.division = Q, .pickup = 3 * Q, .meter = three, .meters = 1});
    assert_int_equal(timeline_bar_number(whole, 0), 1);
    timeline_unref(whole);
}

/* Against adding up tick by tick. */
static void times_are_exact_over_many_tempos(void **state) {
    (void)state;
    enum { TEMPOS = 300, DIVISION = 96 };
    TimelineTempo tempo[TEMPOS];
    Rng rng;
    rng_seed(&rng, 5);
    int32_t tick = 0;
    for (int i = 0; i < TEMPOS; i++) {
        tempo[i] = (TimelineTempo){tick, 100000 + rng_below(&rng, 900000)};
        tick += 1 + rng_below(&rng, 200);
    }
    Timeline *timeline = of(&(TimelineMap){.division = DIVISION, .tempo = tempo, .tempos = TEMPOS});
    int64_t sum = 0;
    for (int32_t t = 0, i = 0; t < tick; t++) {
        while (i + 1 < TEMPOS && tempo[i + 1].tick <= t) i++;
        assert_int_equal(timeline_us_of_tick(timeline, t), (sum + DIVISION / 2) / DIVISION);
        assert_int_equal(timeline_tick_of_us(timeline, timeline_us_of_tick(timeline, t)), t);
        assert_int_equal(timeline_tick_of_us(timeline, timeline_us_of_tick(timeline, t + 1) - 1), t);
        assert_int_equal(timeline_quarter_us(timeline, t), tempo[i].quarter_us);
        sum += tempo[i].quarter_us;
    }
    timeline_unref(timeline);
}

static void the_ends_of_time_do_not_overflow(void **state) {
    (void)state;
    Error err;
    Timeline *slow = timeline_plain(1, TIMELINE_QUARTER_US_MAX, (Meter){255, 1}, &err);
    assert_true(timeline_us_of_tick(slow, INT32_MAX) == (int64_t)INT32_MAX * TIMELINE_QUARTER_US_MAX);
    assert_int_equal(timeline_tick_of_us(slow, INT64_MAX), ((int64_t)1 << 47) / TIMELINE_QUARTER_US_MAX);
    assert_int_equal(timeline_bar_at(slow, INT32_MAX).start + timeline_bar_at(slow, INT32_MAX).ticks,
                     INT32_MAX);
    assert_int_equal(timeline_bar(slow, INT32_MAX).ticks, 0);
    Timeline *fast = timeline_plain(TIMELINE_DIVISION_MAX, 1, (Meter){1, 64}, &err);
    assert_int_equal(timeline_tick_of_us(fast, INT64_MAX), INT32_MAX);
    assert_int_equal(timeline_tick_of_us(fast, INT64_MIN), INT32_MIN);
    assert_int_equal(timeline_quarter_us(fast, 0),
                     1); /* told as it is, played as the fastest that is music */
    assert_int_equal(timeline_us_of_tick(fast, TIMELINE_DIVISION_MAX), TIMELINE_QUARTER_US_MIN);
    timeline_unref(slow);
    timeline_unref(fast);
}

static void a_map_that_is_none_is_refused(void **state) {
    (void)state;
    Error err;
    const TimelineTempo back[] = {{480, 500000}, {0, 500000}}, still[] = {{0, 0}};
    const TimelineMeter six[] = {{0, {3, 6}}};
    check_refused(timeline_new(&(TimelineMap){.tempo = back, .tempos = 2}, &err), &err);
    check_refused(timeline_new(&(TimelineMap){.tempo = still, .tempos = 1}, &err), &err);
    check_refused(timeline_new(&(TimelineMap){.meter = six, .meters = 1}, &err), &err);
    check_refused(timeline_new(&(TimelineMap){.division = 40000}, &err), &err);
    check_refused(timeline_new(&(TimelineMap){.tempo = back, .tempos = TIMELINE_EVENTS_MAX + 1}, &err), &err);
}

static void a_change_makes_another_timeline(void **state) {
    (void)state;
    Error err;
    Timeline *slower = timeline_with_tempo(NULL, 4 * Q, 1000000, &err);
    assert_int_equal(timeline_us_of_tick(slower, 5 * Q), 3000000);
    Timeline *back = timeline_with_tempo(slower, 4 * Q, 500000, &err);
    assert_true(timeline_equal(back, NULL)); /* a tempo like the one before it is none */
    Timeline *waltz = timeline_with_meter(slower, 9 * Q, (Meter){3, 4}, &err); /* from its bar line on */
    check_bar(waltz, 2, 8 * Q, 3 * Q);
    check_bar(waltz, 1, 4 * Q, 4 * Q);
    assert_false(timeline_equal(waltz, slower));
    Timeline *later = timeline_with_gap(waltz, 4 * Q, 8 * Q, &err);
    assert_int_equal(timeline_quarter_us(later, 3 * Q), 500000);
    assert_int_equal(timeline_quarter_us(later, 4 * Q),
                     1000000); /* what is told there holds in the gap too */
    assert_int_equal(timeline_meter(later, 15 * Q).beats, 4);
    check_bar(later, 4, 16 * Q, 3 * Q);
    Timeline *closed = timeline_with_gap(later, 4 * Q, -8 * Q, &err);
    assert_true(timeline_equal(closed, waltz));
    Timeline *all[] = {slower, back, waltz, later, closed};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) timeline_unref(all[i]);
}

/* A million changes: made and asked in no time, and the last bar is where arithmetic says. */
static void a_million_events_are_found_fast(void **state) {
    (void)state;
    enum { COUNT = TIMELINE_EVENTS_MAX };
    TimelineTempo *tempo = test_malloc(COUNT * sizeof *tempo);
    TimelineMeter *meter = test_malloc(COUNT * sizeof *meter);
    for (int i = 0; i < COUNT; i++) {
        tempo[i] = (TimelineTempo){i * 100, 400000 + (i & 1) * 200000};
        meter[i] = (TimelineMeter){i * 120, {(uint8_t)(1 + (i & 1)), 16}};
    }
    Timeline *timeline = of(&(TimelineMap){Q, 0, tempo, COUNT, meter, COUNT});
    assert_int_equal(timeline_bar_at(timeline, 120 * (COUNT - 1)).index, COUNT - 1);
    assert_int_equal(timeline_us_of_tick(timeline, 100 * (COUNT / 2)),
                     (int64_t)(COUNT / 2) * 100 * 500000 / Q);
    for (int i = 0; i < COUNT; i++) {
        assert_int_equal(timeline_bar(timeline, i).start, i * 120);
        assert_int_equal(timeline_quarter_us(timeline, i * 100 + 99), tempo[i].quarter_us);
    }
    timeline_unref(timeline);
    test_free(tempo);
    test_free(meter);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_timeline_is_plain),
        cmocka_unit_test(bars_and_beats_follow_the_meter),
        cmocka_unit_test(a_meter_in_the_middle_cuts_the_bar),
        cmocka_unit_test(a_pickup_is_bar_0),
        cmocka_unit_test(times_are_exact_over_many_tempos),
        cmocka_unit_test(the_ends_of_time_do_not_overflow),
        cmocka_unit_test(a_map_that_is_none_is_refused),
        cmocka_unit_test(a_change_makes_another_timeline),
        cmocka_unit_test(a_million_events_are_found_fast),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
