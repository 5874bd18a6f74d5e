/* Structure: relations between bars, the form line, copies and substitution, against a slow reading of the definitions. */
#include "tests/support/check.h"

#include <stdio.h>
#include <stdlib.h>

#include "engine/structure.h"
#include "tests/support/random_music.h"

/* '.' rest, '-' hold, '|' pad, letters are pitches from 'a' = 60. */
static Bar bar_of(const char *text) {
    Bar bar = {{0}};
    assert_int_equal(strlen(text), BAR_STEPS);
    for (int s = 0; s < BAR_STEPS; s++)
        bar.token[s] = (uint8_t)(text[s] == '.'   ? BAR_REST
                                 : text[s] == '-' ? BAR_HOLD
                                 : text[s] == '|' ? BAR_PAD
                                                  : bar_onset(60 + text[s] - 'a'));
    return bar;
}

static void check_relation(const char *p, const char *q, StructureKind kind, int interval, unsigned slots) {
    Bar a = bar_of(p), b = bar_of(q);
    StructureRelation relation = structure_relation(&a, &b);
    assert_int_equal(relation.kind, kind);
    assert_int_equal(relation.interval, interval);
    assert_int_equal(relation.slots, slots);
}

static void relations_are_told_apart(void **state) {
    (void)state;
    check_relation("a---c---e---h---", "a---c---e---h---", STRUCTURE_EXACT, 0, 15);
    check_relation("................", "................", STRUCTURE_NONE, 0,
                   0); /* no onset: nothing to repeat */
    check_relation("----------------", "----------------", STRUCTURE_NONE, 0, 0);
    check_relation("a---c---e---h---", "c---e---g---j---", STRUCTURE_TRANSPOSED, 2, 0);
    check_relation("m---o---q-------", "a---c---e-------", STRUCTURE_TRANSPOSED, -12, 0);
    check_relation("a---c---e-------", "n---p---r-------", STRUCTURE_NONE, 0, 0); /* 13 semitones */
    check_relation("a---c-----------", "c---e-----------", STRUCTURE_NONE, 0, 0); /* two onsets are too few */
}

/* Slots that are equal only because nothing begins in them do not count. */
static void near_needs_onsets_in_the_equal_slots(void **state) {
    (void)state;
    check_relation("a---c---e---h---", "a---c---f---g---", STRUCTURE_NEAR, 0, 3);
    check_relation("a---c---e---h---", "b---c---f---h---", STRUCTURE_NEAR, 0, 10);
    check_relation("a---c---e---h---", "a---d---f---g---", STRUCTURE_NONE, 0, 0); /* one slot */
    check_relation("a-------e---h---", "a-------f---g---", STRUCTURE_NONE, 0, 0); /* two slots, one onset */
    check_relation("a-c-----e---h---", "a-c-----f---g---", STRUCTURE_NEAR, 0, 3);
    check_relation("a-c-e---h---||||", "a-c-d---g---||||", STRUCTURE_NEAR, 0, 9); /* a slot of pads counts */
}

static void transposition_comes_before_near(void **state) {
    (void)state;
    /* Slots 2 and 3 are equal, but hold no onset that moves: the whole bar is moved by one semitone. */
    check_relation("abc---------....", "bcd---------....", STRUCTURE_TRANSPOSED, 1, 0);
    /* A different rest makes it no transposition. */
    check_relation("abc---------....", "bcd-------......", STRUCTURE_NONE, 0, 0);
}

/* ---- a slow reading of the definitions ---- */

static int onsets_in(const Bar *bar, int from, int to) {
    int count = 0;
    for (int s = from; s < to; s++) count += bar->token[s] >= 3;
    return count;
}

static bool slot_equal(const Bar *p, const Bar *q, int b) {
    for (int s = 4 * b; s < 4 * b + 4; s++)
        if (p->token[s] != q->token[s]) return false;
    return true;
}

static bool slow_exact(const Bar *p, const Bar *q) {
    for (int b = 0; b < 4; b++)
        if (!slot_equal(p, q, b)) return false;
    return onsets_in(p, 0, 16) > 0;
}

static bool slow_near(const Bar *p, const Bar *q, unsigned *slots) {
    int same = 0, onsets = 0;
    *slots = 0;
    for (int b = 0; b < 4; b++)
        if (slot_equal(p, q, b)) {
            same++;
            onsets += onsets_in(p, 4 * b, 4 * b + 4);
            *slots |= 1u << b;
        }
    return same >= 2 && onsets >= 2;
}

static int slow_interval(const Bar *p, const Bar *q) {
    for (int k = -12; k <= 12; k++) {
        bool all = k != 0 && onsets_in(p, 0, 16) >= 3;
        for (int s = 0; s < 16; s++) {
            int from = p->token[s], to = q->token[s];
            all = all && (from >= 3 ? to >= 3 && to == from + k : to == from);
        }
        if (all) return k;
    }
    return 0;
}

static StructureKind slow_relation(const Bar *p, const Bar *q, int *interval, unsigned *slots) {
    *interval = 0;
    *slots = 0;
    if (memcmp(p, q, sizeof *p) == 0) {
        *slots = slow_exact(p, q) ? 15 : 0;
        return slow_exact(p, q) ? STRUCTURE_EXACT : STRUCTURE_NONE;
    }
    *interval = slow_interval(p, q);
    if (*interval) return STRUCTURE_TRANSPOSED;
    unsigned equal;
    if (!slow_near(p, q, &equal)) return STRUCTURE_NONE;
    *slots = equal;
    return STRUCTURE_NEAR;
}

/* Bars with many relatives of every kind. */
static void random_form(BarSequence *bars, Rng *rng, int count, int steps) {
    random_bars(bars, rng, count, steps, 0.3);
    for (int t = 1; t < count; t++) {
        int kind = rng_below(rng, 4), k = rng_below(rng, 25) - 12;
        Bar *bar = &bars->bar[t];
        if (kind == 0) continue;
        *bar = bars->bar[rng_below(rng, t)];
        bool fits = true;
        for (int s = 0; s < 16; s++) {
            int moved = bar->token[s] + k;
            if (bar->token[s] >= 3 && (moved < 3 || moved >= BAR_TOKENS)) fits = false;
        }
        for (int s = 0; s < 16 && fits && kind == 1; s++)
            if (bar->token[s] >= 3) bar->token[s] = (uint8_t)(bar->token[s] + k);
        if (kind == 2) bar->token[rng_below(rng, steps)] = (uint8_t)(3 + rng_below(rng, 64));
    }
}

static void relations_agree_with_the_definitions(void **state) {
    (void)state;
    Rng rng;
    rng_seed(&rng, 31);
    int seen[4] = {0};
    for (int round = 0; round < 100; round++) {
        BarSequence bars = {0};
        random_form(&bars, &rng, 24, round % 2 ? 12 : 16);
        for (int t = 0; t < bars.count; t++)
            for (int u = 0; u < t; u++) {
                int interval;
                unsigned slots;
                StructureKind kind = slow_relation(&bars.bar[u], &bars.bar[t], &interval, &slots);
                StructureRelation relation = structure_relation(&bars.bar[u], &bars.bar[t]);
                assert_int_equal(relation.kind, kind);
                assert_int_equal(relation.interval, interval);
                assert_int_equal(relation.slots, slots);
                seen[kind]++;
            }
        bar_sequence_deinit(&bars);
    }
    for (int kind = 0; kind < 4; kind++) assert_true(seen[kind] > 500);
}

static void copies_sources_and_distances_agree_with_the_definitions(void **state) {
    (void)state;
    Rng rng;
    int narrowed = 0;
    rng_seed(&rng, 32);
    for (int round = 0; round < 100; round++) {
        BarSequence bars = {0};
        int count = round == 0 ? BAR_WINDOW : 1 + rng_below(&rng, 32);
        random_form(&bars, &rng, count, round % 2 ? 12 : 16);
        uint64_t copies[BAR_WINDOW * BAR_SLOTS];
        uint64_t sources[BAR_WINDOW * BAR_SLOTS];
        uint8_t distance[BAR_WINDOW * BAR_SLOTS];
        structure_copies(copies, bars.bar, count);
        structure_sources(sources, copies, count);
        structure_source_distance(distance, bars.bar, count);
        for (int i = 0; i < count * BAR_SLOTS; i++) {
            int t = i / BAR_SLOTS, b = i % BAR_SLOTS, nearest = 0, most = 0;
            uint64_t expected = 0, best = 0;
            for (int k = 0; k < t; k++) {
                unsigned slots;
                bool related =
                    slow_exact(&bars.bar[t], &bars.bar[k]) || slow_near(&bars.bar[t], &bars.bar[k], &slots);
                if (!related || !slot_equal(&bars.bar[t], &bars.bar[k], b)) continue;
                expected |= (uint64_t)1 << k;
                int shared = 0;
                for (int s = 0; s < BAR_SLOTS; s++) shared += slot_equal(&bars.bar[t], &bars.bar[k], s);
                if (shared < most) continue;
                best = (shared > most ? 0 : best) | (uint64_t)1 << k;
                most = shared;
                nearest = t - k;
            }
            assert_true(copies[i] == expected);
            assert_true(sources[i] == best);
            narrowed += sources[i] != copies[i];
            assert_int_equal(distance[i], nearest);
        }
        structure_sources(copies, copies, count);
        assert_memory_equal(copies, sources, (size_t)count * BAR_SLOTS * sizeof *copies);
        bar_sequence_deinit(&bars);
    }
    assert_true(narrowed > 100);
    structure_copies(NULL, NULL, 0);
}

/* A whole repeat, with a near copy that stands nearer. */
static void a_repeat_refers_to_what_it_repeats_whole(void **state) {
    (void)state;
    Bar bars[3] = {{{10, 1, 12, 1, 14, 1, 15, 1, 17, 1, 15, 1, 14, 1, 12, 1}}};
    bars[1] = bars[2] = bars[0];
    bars[1].token[14] = 20;
    uint8_t distance[3 * BAR_SLOTS];
    structure_source_distance(distance, bars, 3);
    for (int b = 0; b < BAR_SLOTS; b++) {
        assert_int_equal(distance[1 * BAR_SLOTS + b], b < 3 ? 1 : 0);
        assert_int_equal(distance[2 * BAR_SLOTS + b], 2);
    }
}

static Bar moved(const Bar *bar, int k, bool *fits) {
    Bar out = *bar;
    *fits = true;
    for (int s = 0; s < 16; s++)
        if (out.token[s] >= 3) {
            int token = out.token[s] + k;
            if (token < 3 || token >= BAR_TOKENS) *fits = false;
            out.token[s] = (uint8_t)token;
        }
    return out;
}

static void substitution_agrees_with_the_definitions(void **state) {
    (void)state;
    Rng rng;
    rng_seed(&rng, 33);
    int seen[4] = {0}, left = 0;
    for (int round = 0; round < 400; round++) {
        BarSequence bars = {0}, donor = {0};
        int steps = round % 2 ? 12 : 16, count = 1 + rng_below(&rng, 24);
        random_form(&bars, &rng, count, steps);
        random_bars(&donor, &rng, 2, steps, 0);
        if (round % 3 == 0) /* high notes: transposed copies leave the range */
            donor.bar[1].token[4] = BAR_TOKENS - 1;
        int t0 = rng_below(&rng, count);
        Bar r = donor.bar[1], out[BAR_WINDOW];
        StructureKind kind[BAR_WINDOW];
        structure_substitute(out, kind, bars.bar, count, t0, &r);
        for (int s = 0; s < 16 && r.token[s] == BAR_HOLD; s++) r.token[s] = BAR_REST;
        for (int t = 0; t < count; t++) {
            int interval;
            unsigned slots;
            StructureKind expected = slow_relation(&bars.bar[t0], &bars.bar[t], &interval, &slots);
            Bar bar = bars.bar[t];
            if (t <= t0) expected = STRUCTURE_NONE;
            if (t == t0 || expected == STRUCTURE_EXACT) bar = r;
            for (int s = 0; s < 16 && expected == STRUCTURE_NEAR; s++)
                if (slots >> (s / 4) & 1) bar.token[s] = r.token[s];
            bool fits = true;
            if (expected == STRUCTURE_TRANSPOSED) bar = moved(&r, interval, &fits);
            if (!fits) {
                bar = bars.bar[t];
                expected = STRUCTURE_NONE;
                left++;
            }
            assert_true(bar_equal(&out[t], &bar));
            assert_int_equal(kind[t], expected);
            seen[expected]++;
        }
        bar_sequence_deinit(&bars);
        bar_sequence_deinit(&donor);
    }
    for (int kind = 0; kind < 4; kind++) assert_true(seen[kind] > 30);
    assert_true(left > 5);
}

/* ---- the form line ---- */

static void check_form(const char *const *bars, const char *const *forms, int count) {
    Bar bar[16] = {{{0}}};
    StructureRepeat repeat[16];
    for (int t = 0; t < count; t++) bar[t] = bar_of(bars[t]);
    structure_form(repeat, bar, count);
    for (int t = 0; t < count; t++) assert_string_equal(repeat[t].form, forms[t]);
}

static void the_form_line_names_what_returns(void **state) {
    (void)state;
    static const char *const bars[] = {
        "a---c---e---h---", "................", "e---d---c---b---", "a---c---e---h---", "a---c---e---g---",
        "c---e---g---j---", "a---c---e---g---", "e---d---------a-", "e---d---------a-", "d---c---b---a---",
    };
    static const char *const forms[] = {"A", "-", "B", "A", "A'", "A+2", "A'", "B'", "B'", "B-1"};
    check_form(bars, forms, 10);
}

static void repeats_point_to_the_first_original(void **state) {
    (void)state;
    Bar bars[5] = {bar_of("a---c---e---h---"), bar_of("a---c---e---g---"), bar_of("a---c---e---g---"),
                   bar_of("c---e---g---j---"), bar_of("a---c---e---h---")};
    StructureRepeat repeat[5];
    structure_form(repeat, bars, 5);
    assert_int_equal(repeat[0].of, -1);
    assert_int_equal(repeat[1].kind, STRUCTURE_NEAR);
    assert_int_equal(repeat[1].of, 0);
    assert_int_equal(repeat[2].kind, STRUCTURE_EXACT); /* although bar 0, which is near, comes first */
    assert_int_equal(repeat[2].of, 1);
    assert_int_equal(repeat[3].kind, STRUCTURE_TRANSPOSED);
    assert_int_equal(repeat[3].of, 0);
    assert_int_equal(repeat[3].interval, 2);
    assert_int_equal(repeat[4].of, 0);
}

static void near_is_told_before_transposed_and_first_before_later(void **state) {
    (void)state;
    Bar bars[5] = {bar_of("c---e---g---j---"), bar_of("a---c---e---g---"), bar_of("a---c---e---i---"),
                   bar_of("a---c---e---h---"), bar_of("d---f---h---k---")};
    StructureRepeat repeat[5];
    structure_form(repeat, bars, 5);
    assert_int_equal(repeat[3].kind, STRUCTURE_NEAR); /* bar 0 moved by -2, but also nearly bar 1 and bar 2 */
    assert_int_equal(repeat[3].of, 1);
    assert_int_equal(repeat[4].kind, STRUCTURE_TRANSPOSED); /* of bar 0 and bar 3 */
    assert_int_equal(repeat[4].of, 0);
    assert_int_equal(repeat[4].interval, 1);
}

/* Many different bars: one onset at one of 16 steps with one of 60 pitches, and a first slot of its own. */
static void letters_go_on_after_z(void **state) {
    (void)state;
    enum { COUNT = 704 };
    Bar *bars = calloc(COUNT, sizeof *bars);
    StructureRepeat *repeat = calloc(COUNT, sizeof *repeat);
    assert_non_null(bars);
    assert_non_null(repeat);
    for (int t = 0; t < COUNT; t++) bars[t].token[t % 16] = (uint8_t)(3 + t / 16);
    structure_form(repeat, bars, COUNT);
    static const struct {
        int t;
        const char *form;
    } expected[] = {{0, "A"},   {25, "Z"},  {26, "AA"},  {27, "AB"},
                    {51, "AZ"}, {52, "BA"}, {701, "ZZ"}, {702, "AAA"}};
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++)
        assert_string_equal(repeat[expected[i].t].form, expected[i].form);
    free(bars);
    free(repeat);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(relations_are_told_apart),
        cmocka_unit_test(near_needs_onsets_in_the_equal_slots),
        cmocka_unit_test(transposition_comes_before_near),
        cmocka_unit_test(relations_agree_with_the_definitions),
        cmocka_unit_test(copies_sources_and_distances_agree_with_the_definitions),
        cmocka_unit_test(a_repeat_refers_to_what_it_repeats_whole),
        cmocka_unit_test(substitution_agrees_with_the_definitions),
        cmocka_unit_test(the_form_line_names_what_returns),
        cmocka_unit_test(repeats_point_to_the_first_original),
        cmocka_unit_test(near_is_told_before_transposed_and_first_before_later),
        cmocka_unit_test(letters_go_on_after_z),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
