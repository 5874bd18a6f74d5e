#include <math.h>

#include "engine/measure/statistics.h"
#include "tests/support/check.h"

/* A bar with these onsets a quarter apart. */
static Bar bar_of(const int pitches[4]) {
    Bar bar = {{0}};
    for (int i = 0; i < 4; i++)
        if (pitches[i]) bar.token[4 * i] = (uint8_t)(pitches[i] - BAR_PITCH_LOW + BAR_ONSET);
    return bar;
}

static void four_known_numbers(void **state) {
    (void)state;
    /* Four pitch classes, eight onsets each twice: two bits; C major holds all but F#. */
    Bar bars[] = {bar_of((int[]){60, 64, 67, 66}),
                  bar_of((int[]){72, 76, 79, 78}),
                  bar_of((int[]){60, 64, 67, 66}),
                  {{0}}};
    Statistics statistics = {0};
    statistics_add(&statistics, bars, 4, 16, 0);
    assert_int_equal(statistics.onsets, 12);
    assert_true(fabs(statistics_pitch_class_entropy(&statistics) - 2.0) < 1e-9);
    assert_true(fabs(statistics_onset_density(&statistics) - 12.0 / 16) < 1e-9);
    assert_true(fabs(statistics_repeated_bars(&statistics) - 1.0 / 3) < 1e-9);
    /* G major (E minor) holds C, E, G and F#. */
    assert_true(fabs(statistics_scale_consistency(&statistics) - 1.0) < 1e-9);
}

static void a_chromatic_melody_fits_no_scale(void **state) {
    (void)state;
    Bar bars[] = {bar_of((int[]){60, 61, 62, 63}), bar_of((int[]){64, 65, 66, 67}),
                  bar_of((int[]){68, 69, 70, 71})};
    Statistics statistics = {0};
    statistics_add(&statistics, bars, 3, 16, 0);
    assert_true(fabs(statistics_pitch_class_entropy(&statistics) - log2(12)) < 1e-9);
    assert_true(fabs(statistics_scale_consistency(&statistics) - 7.0 / 12) < 1e-9);
    assert_true(statistics_repeated_bars(&statistics) == 0.0);
}

/* Two melodies that each keep to two notes: together they would look like four. */
static void entropy_is_that_of_one_melody(void **state) {
    (void)state;
    Bar first = bar_of((int[]){60, 62, 60, 62}), second = bar_of((int[]){65, 67, 65, 67});
    Statistics statistics = {0};
    statistics_add(&statistics, &first, 1, 16, 0);
    statistics_add(&statistics, &second, 1, 16, 0);
    assert_true(fabs(statistics_pitch_class_entropy(&statistics) - 1.0) < 1e-9);
}

static void bars_before_from_are_only_remembered(void **state) {
    (void)state;
    Bar bars[] = {bar_of((int[]){60, 0, 0, 0}), bar_of((int[]){60, 0, 0, 0})};
    Statistics statistics = {0};
    statistics_add(&statistics, bars, 2, 16, 1);
    assert_int_equal(statistics.bars, 1);
    assert_int_equal(statistics.onsets, 1);
    assert_true(statistics_repeated_bars(&statistics) == 1.0);
}

static void nothing_is_zero(void **state) {
    (void)state;
    Statistics statistics = {0};
    assert_true(
        statistics_pitch_class_entropy(&statistics) == 0.0 && statistics_onset_density(&statistics) == 0.0 &&
        statistics_repeated_bars(&statistics) == 0.0 && statistics_scale_consistency(&statistics) == 0.0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(four_known_numbers),
        cmocka_unit_test(a_chromatic_melody_fits_no_scale),
        cmocka_unit_test(entropy_is_that_of_one_melody),
        cmocka_unit_test(bars_before_from_are_only_remembered),
        cmocka_unit_test(nothing_is_zero),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
