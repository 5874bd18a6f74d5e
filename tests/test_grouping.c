/* Grouping: written bars of every meter as the model's bars, against the definition. */
#include "tests/support/check.h"

#include <stdlib.h>

#include "engine/base/rng.h"
#include "engine/music/grouping.h"

static void check_cut(int beats, int unit, int first, int second, int third) {
    uint8_t steps[GROUPING_PARTS_MAX];
    const int wanted[] = {first, second, third}, sixteenths = beats * 16 / unit;
    const int parts = grouping_cut((Meter){(uint8_t)beats, (uint16_t)unit}, sixteenths, steps);
    assert_int_equal(parts, 1 + (second > 0) + (third > 0));
    for (int i = 0; i < parts; i++) assert_int_equal(steps[i], wanted[i]);
}

static void long_bars_are_cut_at_beats(void **state) {
    (void)state;
    check_cut(4, 4, 16, 0, 0);
    check_cut(3, 4, 12, 0, 0);
    check_cut(6, 8, 12, 0, 0);
    check_cut(7, 8, 14, 0, 0);
    check_cut(5, 8, 10, 0, 0);
    check_cut(11, 16, 11, 0, 0);
    check_cut(5, 4, 12, 8, 0);
    check_cut(6, 4, 12, 12, 0);
    check_cut(7, 4, 16, 12, 0);
    check_cut(9, 8, 12, 6, 0);
    check_cut(12, 8, 12, 12, 0);
    check_cut(15, 8, 12, 12, 6);
    check_cut(4, 2, 16, 16, 0);
}

static void short_bars_are_read_together(void **state) {
    (void)state;
    Error err;
    static const struct {
        int beats, unit, held, steps;
    } cases[] = {{2, 4, 2, 16}, {3, 8, 2, 12}, {1, 4, 4, 16}, {1, 8, 8, 16}, {5, 16, 3, 15}, {4, 4, 1, 16}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Timeline *timeline =
            timeline_plain(480, 500000, (Meter){(uint8_t)cases[i].beats, (uint16_t)cases[i].unit}, &err);
        const GroupingBar bar = grouping_bar(timeline, 3);
        assert_int_equal(bar.held, cases[i].held);
        assert_int_equal(bar.steps, cases[i].steps);
        assert_int_equal(bar.written, 3 * cases[i].held);
        assert_int_equal(grouping_is_plain(timeline), cases[i].held == 1);
        timeline_unref(timeline);
    }
}

/* Bars follow one another without a gap, each tick lies in the bar that says so, and written bars begin model bars. */
static void check_song(const Timeline *timeline, int32_t end) {
    int32_t at = 0;
    const int count = grouping_bar_count(timeline, end), division = timeline_division(timeline);
    for (int t = 0; t < count; t++) {
        const GroupingBar bar = grouping_bar(timeline, t);
        assert_int_equal(bar.start, at);
        assert_true(bar.ticks > 0 && bar.steps >= 1 && bar.steps <= GROUPING_STEPS_MAX);
        assert_true(abs(bar.ticks - bar.steps * division / 4) <= division / 4);
        assert_int_equal(grouping_bar_at(timeline, bar.start), t);
        assert_int_equal(grouping_bar_at(timeline, bar.start + bar.ticks - 1), t);
        const TimelineBar written = timeline_bar(timeline, bar.written);
        if (bar.part == 0) assert_int_equal(bar.start, written.start);
        assert_true(bar.held == 1 || bar.parts == 1);
        at += bar.ticks;
    }
    assert_true(at >= end);
    assert_int_equal(grouping_bar_at(timeline, -5), 0);
}

static void any_song_is_read_without_gaps(void **state) {
    (void)state;
    Rng rng;
    Error err;
    rng_seed(&rng, 61);
    for (int round = 0; round < 150; round++) {
        TimelineMeter meter[12];
        const int division = (int[]){480, 96, 960, 24}[rng_below(&rng, 4)], meters = 1 + rng_below(&rng, 12);
        int32_t tick = 0;
        for (int i = 0; i < meters; i++) {
            const Meter m = {(uint8_t)(1 + rng_below(&rng, 15)), (uint16_t)(1 << (1 + rng_below(&rng, 4)))};
            meter[i] = (TimelineMeter){tick, m};
            const int32_t bar = meter_bar_ticks(m, division);
            tick += bar * (1 + rng_below(&rng, 9)); /* and sometimes a bar is cut short, at a sixteenth */
            if (rng_below(&rng, 4) == 0) tick += division / 4 * (1 + rng_below(&rng, 6));
        }
        Timeline *timeline = timeline_new(&(TimelineMap){.division = division,
                                                         .pickup = rng_below(&rng, 3) ? 0 : division,
                                                         .meter = meter,
                                                         .meters = meters},
                                          &err);
        if (!timeline) fail_msg("%s", err.text);
        check_song(timeline, tick + 20 * division);
        timeline_unref(timeline);
    }
    check_song(NULL, 100000);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(long_bars_are_cut_at_beats),
        cmocka_unit_test(short_bars_are_read_together),
        cmocka_unit_test(any_song_is_read_without_gaps),
    };
    return cmocka_run_group_tests_name("grouping", tests, NULL, NULL);
}
