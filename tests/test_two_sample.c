/* The two-sample test: equal sets are not told apart, others are. */
#include "tests/support/check.h"

#include <stdlib.h>

#include "engine/measure/two_sample.h"
#include "tests/support/random_music.h"

enum { WINDOWS = 60 };

static double (*describe(uint64_t seed, double repeat))[TWO_SAMPLE_FEATURES] {
    double(*row)[TWO_SAMPLE_FEATURES] = calloc(WINDOWS, sizeof *row);
    Rng rng;
    rng_seed(&rng, seed);
    for (int i = 0; i < WINDOWS; i++) {
        BarSequence bars;
        random_bars(&bars, &rng, TWO_SAMPLE_BARS, BAR_STEPS, repeat);
        two_sample_describe(row[i], bars.bar, BAR_STEPS);
        bar_sequence_deinit(&bars);
    }
    return row;
}

static double auc_of(double a[][TWO_SAMPLE_FEATURES], double b[][TWO_SAMPLE_FEATURES], double *alone) {
    double auc;
    Error err;
    check_ok(two_sample_auc(&auc, alone, a[0], WINDOWS, b[0], WINDOWS, 1, &err), &err);
    return auc;
}

static void test_music_of_a_kind_is_not_told_apart(void **state) {
    (void)state;
    double(*a)[TWO_SAMPLE_FEATURES] = describe(1, 0.3), (*b)[TWO_SAMPLE_FEATURES] = describe(2, 0.3);
    assert_in_range(100 * auc_of(a, b, NULL), 35, 65);
    free(a);
    free(b);
}

static void test_other_music_is_told_apart_and_by_what(void **state) {
    (void)state;
    double(*a)[TWO_SAMPLE_FEATURES] = describe(1, 0.2), (*b)[TWO_SAMPLE_FEATURES] = describe(2, 0.7);
    double alone[TWO_SAMPLE_FEATURES];
    assert_true(auc_of(a, b, alone) > 0.95);
    for (int f = 0; f < TWO_SAMPLE_FEATURES; f++) {
        assert_true(alone[f] >= 0.5 && alone[f] <= 1);
        if (strcmp(two_sample_feature_name(f), "exact repeats") == 0) assert_true(alone[f] > 0.9);
    }
    free(a);
    free(b);
}

static void test_every_number_has_a_name(void **state) {
    (void)state;
    for (int f = 0; f < TWO_SAMPLE_FEATURES; f++) assert_true(strlen(two_sample_feature_name(f)) > 3);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_music_of_a_kind_is_not_told_apart),
        cmocka_unit_test(test_other_music_is_told_apart_and_by_what),
        cmocka_unit_test(test_every_number_has_a_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
