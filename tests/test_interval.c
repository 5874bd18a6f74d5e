/* Intervals: symbols and sizes, moves by scale steps and semitones, prices, the scale of a melody, words. */
#include "tests/support/check.h"

#include <math.h>
#include <stdlib.h>

#include "engine/interval.h"

static int move(int scale, int interval, int pitch) {
    const int token = interval_moves(scale, interval)[bar_onset(pitch)];
    return token == INTERVAL_OUT ? -1 : bar_pitch(token);
}

static void symbols_and_sizes_are_each_others_inverse(void **state) {
    (void)state;
    int seen[INTERVAL_COUNT] = {0};
    for (int d = -INTERVAL_SCALE_STEPS_MAX; d <= INTERVAL_SCALE_STEPS_MAX; d++) {
        const int interval = interval_of_scale_steps(d);
        assert_int_equal(interval_size(interval), d);
        assert_int_equal(interval_is_diatonic(interval), d != 0);
        seen[interval]++;
    }
    for (int k = -INTERVAL_SEMITONES_MAX; k <= INTERVAL_SEMITONES_MAX; k++) {
        const int interval = interval_of_semitones(k);
        assert_int_equal(interval_size(interval), k);
        assert_false(interval_is_diatonic(interval));
        seen[interval]++;
    }
    for (int i = 1; i < INTERVAL_COUNT; i++) assert_int_equal(seen[i], 1);
    assert_int_equal(seen[INTERVAL_NONE], 2);
}

static void scale_steps_stay_in_the_scale(void **state) {
    (void)state;
    enum { C = 0, G = 7 };
    const int up = interval_of_scale_steps(1), down = interval_of_scale_steps(-1),
              octave = interval_of_scale_steps(7);
    static const int scale[] = {60, 62, 64, 65, 67, 69, 71, 72};
    for (int i = 0; i < 7; i++) {
        assert_int_equal(move(C, up, scale[i]), scale[i + 1]);
        assert_int_equal(move(C, down, scale[i + 1]), scale[i]);
        assert_int_equal(move(C, octave, scale[i]), scale[i] + 12);
    }
    assert_int_equal(move(G, up, 64), 66); /* E F# in G, E F in C */
    assert_int_equal(move(C, up, 66), 68); /* a raised fourth becomes a raised fifth */
    assert_int_equal(move(C, up, 63), 64); /* a lowered third a lowered fourth */
}

static void moving_there_and_back_changes_nothing(void **state) {
    (void)state;
    for (int scale = 0; scale < INTERVAL_SCALES; scale++)
        for (int i = 1; i < INTERVAL_COUNT; i++) {
            const int size = interval_size(i);
            const int back =
                interval_is_diatonic(i) ? interval_of_scale_steps(-size) : interval_of_semitones(-size);
            for (int token = 0; token < BAR_TOKENS; token++) {
                const int there = interval_moves(scale, i)[token];
                if (!bar_is_onset(token)) assert_int_equal(there, token);
                if (there == INTERVAL_OUT) {
                    const int within = interval_move_within(scale, i, token);
                    assert_true(bar_is_onset(within));
                    continue;
                }
                assert_int_equal(interval_move_within(scale, i, token), there);
                /* b3 and 3 both have a neighbour that is a plain degree, so only plain degrees come back surely */
                if (!interval_is_diatonic(i)) assert_int_equal(interval_moves(scale, back)[there], token);
            }
        }
}

static void what_leaves_the_alphabet_is_told(void **state) {
    (void)state;
    assert_int_equal(move(0, interval_of_semitones(5), BAR_PITCH_HIGH), -1);
    assert_int_equal(move(0, interval_of_semitones(-1), BAR_PITCH_LOW), -1);
    assert_int_equal(bar_pitch(interval_move_within(0, interval_of_semitones(5), bar_onset(BAR_PITCH_HIGH))),
                     BAR_PITCH_HIGH + 5 - 12);
}

static void prices_are_those_of_a_distribution(void **state) {
    (void)state;
    double sum = 0;
    for (int i = 0; i < INTERVAL_COUNT; i++) sum += exp(-(double)interval_price(i));
    assert_float_equal(sum, 1, 0.002);
    assert_float_equal(interval_price(interval_of_scale_steps(1)), 4.7, 0.1);
    assert_float_equal(interval_price(INTERVAL_NONE), 0.053, 0.001);
}

static int scale_of(const int *pitches, int count) {
    Bar bar = {{0}};
    for (int i = 0; i < count; i++) bar.token[i] = (uint8_t)bar_onset(pitches[i]);
    return interval_find_scale(&bar, 1);
}

static void the_scale_is_the_one_that_a_musician_hears(void **state) {
    (void)state;
    static const int c_major[] = {60, 62, 64, 65, 67, 69, 71}, d_major[] = {62, 64, 66, 67, 69, 71, 73},
                     pentatonic[] = {67, 69, 71, 74, 76}, one_strange[] = {60, 62, 64, 65, 67, 69, 71, 66};
    assert_int_equal(scale_of(c_major, 7), 0);
    assert_int_equal(scale_of(d_major, 7), 2);
    assert_int_equal(scale_of(pentatonic, 5), 7);
    assert_int_equal(scale_of(one_strange, 8), 0);
    assert_int_equal(interval_find_scale(NULL, 0), 0);
}

static void words_say_how_far(void **state) {
    (void)state;
    assert_string_equal(interval_words(INTERVAL_NONE), "");
    assert_string_equal(interval_words(interval_of_scale_steps(1)), "a step higher");
    assert_string_equal(interval_words(interval_of_scale_steps(-2)), "2 steps lower");
    assert_string_equal(interval_words(interval_of_scale_steps(7)), "an octave higher");
    assert_string_equal(interval_words(interval_of_semitones(-1)), "a semitone lower");
    assert_string_equal(interval_words(interval_of_semitones(5)), "5 semitones higher");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(symbols_and_sizes_are_each_others_inverse),
        cmocka_unit_test(scale_steps_stay_in_the_scale),
        cmocka_unit_test(moving_there_and_back_changes_nothing),
        cmocka_unit_test(what_leaves_the_alphabet_is_told),
        cmocka_unit_test(prices_are_those_of_a_distribution),
        cmocka_unit_test(the_scale_is_the_one_that_a_musician_hears),
        cmocka_unit_test(words_say_how_far),
    };
    return cmocka_run_group_tests_name("interval", tests, NULL, NULL);
}
