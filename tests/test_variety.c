/* Variety: what is made up keeps the form of the passage, is valid, and reaches what no melody of the corpus has. */
#include "tests/support/check.h"

#include <stdlib.h>

#include "engine/learn/variety.h"
#include "tests/support/random_music.h"

enum { COUNT = 32 };

static BarSequence passage(Rng *rng, int steps) {
    BarSequence bars = {0};
    random_bars(&bars, rng, COUNT, steps, 0.4);
    return bars;
}

static void repair(Bar *bars, int count) {
    bar_sequence_repair(&(BarSequence){.bar = bars, .count = count, .steps = BAR_STEPS});
}

static void equal_bars_stay_equal(void **state) {
    (void)state;
    Rng rng;
    int changed = 0, low = 0, high = 0, dense = 0;
    rng_seed(&rng, 51);
    for (int round = 0; round < 100; round++) {
        const int steps = round % 2 ? 12 : 16;
        BarSequence bars = passage(&rng, steps);
        Bar made[COUNT];
        memcpy(made, bars.bar, sizeof made);
        variety_bars(made, COUNT, bars.bar, COUNT, &rng);
        for (int t = 0; t < COUNT; t++) {
            assert_int_equal(bar_steps(&made[t]), steps);
            changed += !bar_equal(&made[t], &bars.bar[t]);
            for (int u = 0; u < t; u++)
                if (bar_equal(&bars.bar[t], &bars.bar[u])) assert_true(bar_equal(&made[t], &made[u]));
            int onsets = 0;
            for (int s = 0; s < steps; s++) {
                const int token = made[t].token[s];
                assert_true(bar_allows(token, s, steps));
                onsets += bar_is_onset(token);
                low += bar_is_onset(token) && bar_pitch(token) < 48;
                high += bar_is_onset(token) && bar_pitch(token) > 88;
            }
            dense += onsets >= 12;
        }
        bar_sequence_deinit(&bars);
    }
    assert_true(changed > 60 * COUNT);
    assert_true(low > 500 && high > 500 && dense > 100);
}

static void meters_of_every_length_come(void **state) {
    (void)state;
    Rng rng;
    int seen[BAR_STEPS + 1] = {0};
    rng_seed(&rng, 52);
    for (int round = 0; round < 400; round++) {
        BarSequence bars = passage(&rng, round % 2 ? 12 : 16);
        const int count = variety_meter(bars.bar, COUNT, &rng);
        assert_in_range(count, 1, COUNT);
        repair(bars.bar, count);
        for (int t = 0; t < count; t++) {
            const int steps = bar_steps(&bars.bar[t]);
            assert_in_range(steps, 1, BAR_STEPS);
            for (int s = steps; s < BAR_STEPS; s++) assert_int_equal(bars.bar[t].token[s], BAR_PAD);
            seen[steps]++;
        }
        bar_sequence_deinit(&bars);
    }
    for (int steps = 1; steps <= BAR_STEPS; steps++) assert_true(seen[steps] > 0);
    assert_true(seen[14] > 100 && seen[10] > 100 && seen[8] > 100 && seen[6] > 100);
}

static void triplets_stand_where_they_can(void **state) {
    (void)state;
    Rng rng;
    int markers = 0, slots = 0;
    rng_seed(&rng, 53);
    for (int round = 0; round < 100; round++) {
        BarSequence bars = passage(&rng, round % 2 ? 14 : 16);
        Bar old[COUNT];
        memcpy(old, bars.bar, sizeof old);
        variety_triplets(bars.bar, COUNT, &rng);
        for (int t = 0; t < COUNT; t++) {
            const int steps = bar_steps(&bars.bar[t]);
            assert_int_equal(steps, bar_steps(&old[t]));
            for (int s = 0; s < BAR_STEPS; s++) {
                assert_true(bar_allows(bars.bar[t].token[s], s, steps));
                markers += bars.bar[t].token[s] == BAR_TRIPLET;
            }
            for (int u = 0; u < t; u++)
                if (bar_equal(&old[t], &old[u])) assert_true(bar_equal(&bars.bar[t], &bars.bar[u]));
        }
        slots += COUNT * BAR_SLOTS;
        bar_sequence_deinit(&bars);
    }
    assert_true(markers > slots / 20 && markers < slots / 2);
}

static void the_same_numbers_make_the_same_bars(void **state) {
    (void)state;
    Rng rng, one, other;
    rng_seed(&rng, 54);
    rng_seed(&one, 9);
    rng_seed(&other, 9);
    BarSequence a = passage(&rng, 16), b = {0};
    Error err;
    check_ok(bar_sequence_copy(&b, &a, &err), &err);
    variety_bars(a.bar, COUNT, b.bar, COUNT, &one);
    Bar rhythms[COUNT];
    memcpy(rhythms, b.bar, sizeof rhythms);
    variety_bars(b.bar, COUNT, rhythms, COUNT, &other);
    const int count = variety_meter(a.bar, COUNT, &one);
    assert_int_equal(variety_meter(b.bar, COUNT, &other), count);
    variety_triplets(a.bar, count, &one);
    variety_triplets(b.bar, count, &other);
    assert_memory_equal(a.bar, b.bar, sizeof(Bar) * (size_t)count);
    bar_sequence_deinit(&a);
    bar_sequence_deinit(&b);
}

static void a_bar_is_cut_and_stretched(void **state) {
    (void)state;
    Bar bar;
    memset(bar.token, BAR_HOLD, sizeof bar.token);
    bar.token[0] = (uint8_t)bar_onset(60);
    bar.token[9] = BAR_REST;
    bar_set_steps(&bar, 10);
    assert_int_equal(bar.token[8], BAR_HOLD);
    assert_int_equal(bar.token[9], BAR_REST);
    assert_int_equal(bar.token[10], BAR_PAD);
    assert_int_equal(bar_steps(&bar), 10);
    bar_set_steps(&bar, 12);
    assert_int_equal(bar.token[11], BAR_REST);
    assert_int_equal(bar.token[12], BAR_PAD);
    bar_set_steps(&bar, 4);
    bar_set_steps(&bar, 16);
    assert_int_equal(bar.token[15], BAR_HOLD);
    bar.token[3] = BAR_TRIPLET;
    assert_true(bar_allows(BAR_TRIPLET, 3, 16) && bar_allows(BAR_TRIPLET, 15, 16));
    assert_false(bar_allows(BAR_TRIPLET, 2, 16) || bar_allows(BAR_TRIPLET, 15, 15) ||
                 bar_allows(BAR_PAD, 3, 16));
    assert_true(bar_allows(BAR_PAD, 12, 12) && !bar_allows(BAR_HOLD, 12, 12));
}

static void octaves_keep_pitch_classes_and_range(void **state) {
    (void)state;
    Rng rng;
    rng_seed(&rng, 19);
    int seen[8] = {0};
    for (int round = 0; round < 300; round++) {
        Bar bars[2] = {{{BAR_ONSET + 30, BAR_ONSET + 40}}, {{BAR_REST, BAR_ONSET + 35}}};
        bar_transpose_octaves(bars, 2, &rng);
        const int octaves = (bars[0].token[0] - BAR_ONSET - 30) / 12;
        assert_int_equal(bars[0].token[0], BAR_ONSET + 30 + 12 * octaves);
        assert_int_equal(bars[0].token[1], BAR_ONSET + 40 + 12 * octaves);
        assert_int_equal(bars[1].token[1], BAR_ONSET + 35 + 12 * octaves);
        assert_true(bar_is_onset(bars[0].token[0]) && bar_is_onset(bars[0].token[1]));
        seen[octaves + 4]++;
    }
    assert_true(seen[2] > 40 && seen[3] > 40 && seen[4] > 40 && seen[5] > 40 && seen[1] + seen[6] == 0);
}

static void a_corpus_gets_meters_and_triplets(void **state) {
    (void)state;
    enum { TUNES = 32 };
    Corpus corpus = {0};
    Rng rng;
    Error err;
    rng_seed(&rng, 55);
    for (int i = 0; i < TUNES; i++) {
        BarSequence bars = {0};
        random_bars(&bars, &rng, 100, 16, 0.3);
        check_ok(corpus_add(&corpus, "t", "T", 4, 4, &bars, &err), &err);
        bar_sequence_deinit(&bars);
    }
    variety_corpus(&corpus, 3);
    int meters = 0, triplets = 0;
    for (int i = 0; i < TUNES; i++) {
        const CorpusTune *tune = &corpus.tune[i];
        const int sixteenths = tune->meter_beats * 16 / tune->meter_unit;
        int steps = 0, bars = 0;
        assert_in_range(tune->count, 80, 100);
        for (int t = 0; t < tune->count; t++) {
            const Bar *bar = &corpus.bar[tune->first + t];
            assert_in_range(bar_steps(bar), 1, BAR_STEPS);
            for (int s = 0; s < BAR_STEPS; s++) triplets += bar->token[s] == BAR_TRIPLET;
            steps += bar_steps(bar);
            if (steps == sixteenths) steps = 0, bars++; /* model bars fill written ones */
        }
        assert_true(bars > 30);
        meters += tune->meter_beats != 4 || tune->meter_unit != 4;
    }
    assert_true(meters > TUNES / 2 && triplets > 100);
    corpus_deinit(&corpus);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_bar_is_cut_and_stretched),
        cmocka_unit_test(octaves_keep_pitch_classes_and_range),
        cmocka_unit_test(equal_bars_stay_equal),
        cmocka_unit_test(meters_of_every_length_come),
        cmocka_unit_test(triplets_stand_where_they_can),
        cmocka_unit_test(a_corpus_gets_meters_and_triplets),
        cmocka_unit_test(the_same_numbers_make_the_same_bars),
    };
    return cmocka_run_group_tests_name("variety", tests, NULL, NULL);
}
