/* Structure: relations between bars, references, substitution and the form line, against a slow reading of the definitions. */
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

enum { C = 0 };

static void check_relation(const char *p, const char *q, StructureKind kind, int interval, unsigned slots) {
    Bar a = bar_of(p), b = bar_of(q);
    StructureRelation relation = structure_relation(&a, &b, C);
    assert_int_equal(relation.kind, kind);
    assert_int_equal(relation.interval, interval);
    assert_int_equal(relation.slots, slots);
}

/* Letters: a C, c D, e E, f F, h G, j A, l B, m C. */
static void relations_are_told_apart(void **state) {
    (void)state;
    check_relation("a---c---e---h---", "a---c---e---h---", STRUCTURE_EXACT, 0, 15);
    check_relation("................", "................", STRUCTURE_NONE, 0, 0); /* nothing to repeat */
    check_relation("----------------", "----------------", STRUCTURE_NONE, 0, 0);
    check_relation("a---c---e---h---", "c---e---f---j---", STRUCTURE_MOVED, interval_of_scale_steps(1), 15);
    check_relation("a---c---e---h---", "c---e---g---j---", STRUCTURE_MOVED, interval_of_semitones(2), 15);
    check_relation("m---o---q-------", "a---c---e-------", STRUCTURE_MOVED, interval_of_scale_steps(-7), 15);
    check_relation("a---c-----------", "c---e-----------", STRUCTURE_NONE, 0, 0); /* two onsets are too few */
    check_relation("a---a---a---a---", "c---c---c---c---", STRUCTURE_NONE, 0, 0); /* one pitch says nothing */
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

static void near_moved_needs_most_of_the_onsets(void **state) {
    (void)state;
    const int up = interval_of_scale_steps(1);
    check_relation("a-c-e---h---l---", "c-e-f---j---b---", STRUCTURE_NEAR_MOVED, up, 7);
    check_relation("a-c-e---h---l---", "c-e-f---bdbdbdbd", STRUCTURE_NONE, 0, 0); /* 3 of 11 onsets */
    check_relation("aceh----e---h---", "cefj----b---d---", STRUCTURE_NEAR_MOVED, up, 3);
}

/* ---- a slow reading of the definitions ---- */

static bool slot_moved(const Bar *p, const Bar *q, int b, int interval, int scale) {
    for (int s = 4 * b; s < 4 * b + 4; s++)
        if (interval_moves(scale, interval)[p->token[s]] != q->token[s]) return false;
    return true;
}

typedef struct {
    StructureKind kind;
    int n, onsets;
    unsigned slots;
} Slow;

static Slow slow_at(const Bar *p, const Bar *q, int interval, int scale) {
    Slow r = {STRUCTURE_NONE, 0, 0, 0};
    int all = 0, low = 255, high = 0;
    for (int b = 0; b < 4; b++) {
        const bool equal = slot_moved(p, q, b, interval, scale);
        r.n += equal;
        r.slots |= (unsigned)equal << b;
        for (int s = 4 * b; s < 4 * b + 4; s++) {
            if (!bar_is_onset(q->token[s])) continue;
            all++;
            if (!equal) continue;
            r.onsets++;
            low = q->token[s] < low ? q->token[s] : low;
            high = q->token[s] > high ? q->token[s] : high;
        }
    }
    const bool part = r.n == 2 || r.n == 3;
    if (interval == 0 && r.n == 4 && r.onsets > 0) r.kind = STRUCTURE_EXACT;
    if (interval == 0 && part && r.onsets >= 2) r.kind = STRUCTURE_NEAR;
    const bool moved = interval != 0 && r.onsets >= 3 && high > low;
    if (moved && r.n == 4) r.kind = STRUCTURE_MOVED;
    if (moved && part && 10 * r.onsets >= 6 * all) r.kind = STRUCTURE_NEAR_MOVED;
    return r;
}

static int order_of(StructureKind kind) {
    return kind == STRUCTURE_EXACT        ? 4
           : kind == STRUCTURE_MOVED      ? 3
           : kind == STRUCTURE_NEAR       ? 2
           : kind == STRUCTURE_NEAR_MOVED ? 1
                                          : 0;
}

/* Bars with many relatives of every kind. */
static void random_form(BarSequence *bars, Rng *rng, int count, int steps) {
    random_bars(bars, rng, count, steps, 0.3);
    for (int t = 1; t < count; t++) {
        const int kind = rng_below(rng, 5), from = rng_below(rng, t),
                  interval = rng_below(rng, INTERVAL_COUNT);
        Bar source = bars->bar[from];
        bool fits = true;
        if (kind == 0) continue;
        for (int s = 0; s < 16 && kind >= 3; s++) {
            source.token[s] = interval_moves(C, interval)[source.token[s]];
            fits &= source.token[s] != INTERVAL_OUT;
        }
        if (!fits) continue;
        for (int b = 0; b < 4; b++)
            if (kind % 2 || rng_below(rng, 3)) memcpy(bars->bar[t].token + 4 * b, source.token + 4 * b, 4);
    }
}

static void relations_agree_with_the_definitions(void **state) {
    (void)state;
    Rng rng;
    rng_seed(&rng, 31);
    int seen[5] = {0};
    for (int round = 0; round < 60; round++) {
        BarSequence bars = {0};
        random_form(&bars, &rng, 24, round % 2 ? 12 : 16);
        for (int t = 0; t < bars.count; t++)
            for (int u = 0; u < t; u++) {
                Slow best = {STRUCTURE_NONE, 0, 0, 0};
                int interval = 0;
                for (int i = 0; i < INTERVAL_COUNT; i++) {
                    const Slow r = slow_at(&bars.bar[u], &bars.bar[t], i, C);
                    if (order_of(r.kind) <= order_of(best.kind)) continue;
                    best = r;
                    interval = i;
                }
                const StructureRelation relation = structure_relation(&bars.bar[u], &bars.bar[t], C);
                assert_int_equal(relation.kind, best.kind);
                if (best.kind == STRUCTURE_NONE) continue;
                assert_int_equal(relation.interval, interval);
                assert_int_equal(relation.slots, best.slots);
                seen[best.kind]++;
            }
        bar_sequence_deinit(&bars);
    }
    for (int kind = 1; kind < 5; kind++) assert_true(seen[kind] > 100);
}

/* The one interval of bar t, as the header says. */
static int slow_interval(const Bar *bars, int t, StructureKind *kind) {
    int best = 0, most[5] = {0};
    *kind = STRUCTURE_NONE;
    for (int i = 0; i < INTERVAL_COUNT; i++)
        for (int k = 0; k < t; k++) {
            const Slow r = slow_at(&bars[k], &bars[t], i, C);
            const int have[5] = {order_of(r.kind), r.n, i <= INTERVAL_SCALE_STEPS,
                                 r.onsets < 15 ? r.onsets : 15, -i};
            int c = 0;
            if (r.kind == STRUCTURE_NONE) continue;
            while (c < 4 && have[c] == most[c]) c++;
            if (have[c] <= most[c]) continue;
            memcpy(most, have, sizeof most);
            best = i;
            *kind = r.kind;
        }
    return best;
}

static void references_agree_with_the_definitions(void **state) {
    (void)state;
    Rng rng;
    int moved = 0, named = 0;
    rng_seed(&rng, 32);
    for (int round = 0; round < 60; round++) {
        BarSequence bars = {0};
        const int count = round == 0 ? BAR_WINDOW : 1 + rng_below(&rng, 32);
        random_form(&bars, &rng, count, round % 2 ? 12 : 16);
        Structure structure;
        structure_read(&structure, bars.bar, count, C);
        for (int t = 0; t < count; t++) {
            StructureKind kind;
            const int interval = slow_interval(bars.bar, t, &kind);
            unsigned cover = 0;
            int most = 0;
            assert_int_equal(structure.interval[t], interval);
            assert_int_equal(structure.kind[t], kind);
            for (int k = 0; k < t; k++) { /* k*, the nearest with most slots */
                const Slow r = slow_at(&bars.bar[k], &bars.bar[t], interval, C);
                if (r.kind == STRUCTURE_NONE || r.n < most) continue;
                most = r.n;
                cover = r.slots;
            }
            for (int b = 0; b < 4; b++) {
                uint64_t expected = 0;
                int best = 0;
                for (int k = 0; k < t; k++) {
                    const Slow r = slow_at(&bars.bar[k], &bars.bar[t], interval, C);
                    if (r.kind == STRUCTURE_NONE || !(r.slots >> b & 1)) continue;
                    if (interval ? r.slots != cover : r.n < best) continue;
                    if (!interval && r.n > best) expected = 0;
                    best = r.n;
                    expected |= (uint64_t)1 << k;
                }
                assert_true(structure.source[t][b] == expected);
                assert_int_equal(structure.distance[t][b],
                                 expected ? t - (63 - __builtin_clzll(expected)) : 0);
                named += expected != 0;
                moved += expected != 0 && interval != 0;
                for (int k = 0; k < t; k++)
                    if (expected >> k & 1)
                        assert_true(structure_slot_agrees(&bars.bar[t], &bars.bar[k], b, interval, C));
            }
        }
        bar_sequence_deinit(&bars);
    }
    assert_true(named > 1000 && moved > 300);
}

/* A whole repeat, with a near copy that stands nearer. */
static void a_repeat_refers_to_what_it_repeats_whole(void **state) {
    (void)state;
    Bar bars[3] = {{{10, 1, 12, 1, 14, 1, 15, 1, 17, 1, 15, 1, 14, 1, 12, 1}}};
    bars[1] = bars[2] = bars[0];
    bars[1].token[14] = 20;
    Structure structure;
    structure_read(&structure, bars, 3, C);
    for (int b = 0; b < BAR_SLOTS; b++) {
        assert_int_equal(structure.distance[1][b], b < 3 ? 1 : 0);
        assert_int_equal(structure.distance[2][b], 2);
    }
    assert_true(structure_is_named(&structure, 0, false));
    assert_false(structure_is_named(&structure, 1, false));
    assert_false(structure_is_named(&structure, 0, true));
}

static void a_sequence_follows_the_bar_that_it_begins_with(void **state) {
    (void)state;
    Bar bars[5] = {bar_of("a-c-e---h-------"), bar_of("c-e-f---j-------"), bar_of("e-f-h---l-------"),
                   bar_of("m---m---m---m---"), bar_of("e-f-h---l---a---")};
    const Bar r = bar_of("--e-f-h-m---l---");
    Bar out[5];
    bool left[5];
    Structure structure;
    structure_read(&structure, bars, 5, C);
    assert_true(structure_is_named(&structure, 0, true));
    structure_propagate(out, left, &structure, bars, 0, &r);
    const Bar expected[5] = {bar_of("..e-f-h-m---l---"), bar_of("..f-h-j-o---m---"),
                             bar_of("..h-j-l-q---o---"), bar_of("m---m---m---m---"),
                             bar_of("..h-j-l-q---a---")};
    for (int t = 0; t < 5; t++) {
        assert_false(left[t]);
        assert_true(bar_equal(&out[t], &expected[t]));
    }
}

static void what_would_leave_the_alphabet_stays(void **state) {
    (void)state;
    Bar bars[3] = {bar_of("a-c-e---h-------"), bar_of("c-e-f---j-------"), bar_of("a-c-e---h-------")};
    Bar r = bars[0], out[3];
    bool left[3];
    r.token[0] = (uint8_t)bar_onset(BAR_PITCH_HIGH);
    Structure structure;
    structure_read(&structure, bars, 3, C);
    structure_propagate(out, left, &structure, bars, 0, &r);
    assert_true(left[1]);
    assert_true(bar_equal(&out[1], &bars[1]));
    assert_false(left[2]);
    assert_true(bar_equal(&out[2], &r));
}

static void substitution_agrees_with_the_references(void **state) {
    (void)state;
    Rng rng;
    int followed = 0;
    rng_seed(&rng, 33);
    for (int round = 0; round < 200; round++) {
        BarSequence bars = {0}, donor = {0};
        const int steps = round % 2 ? 12 : 16, count = 1 + rng_below(&rng, 24), t0 = rng_below(&rng, count);
        Bar out[BAR_WINDOW];
        bool left[BAR_WINDOW];
        Structure structure;
        random_form(&bars, &rng, count, steps);
        random_bars(&donor, &rng, 1, steps, 0);
        structure_read(&structure, bars.bar, count, C);
        structure_propagate(out, left, &structure, bars.bar, t0, &donor.bar[0]);
        for (int t = 0; t < count; t++) {
            if (t < t0 || left[t]) assert_true(bar_equal(&out[t], &bars.bar[t]));
            for (int b = 0; b < 4 && t > t0 && !left[t]; b++) {
                const int back = structure.distance[t][b], k = t - back;
                const bool changed = back && memcmp(out[k].token + 4 * b, bars.bar[k].token + 4 * b, 4) != 0;
                if (changed)
                    assert_true(structure_slot_agrees(&out[t], &out[k], b, structure.interval[t], C));
                else
                    assert_memory_equal(out[t].token + 4 * b, bars.bar[t].token + 4 * b, 4);
                followed += changed;
            }
        }
        bar_sequence_deinit(&bars);
        bar_sequence_deinit(&donor);
    }
    assert_true(followed > 500);
}

/* ---- the form line ---- */

static void check_form(const char *const *bars, const char *const *forms, int count) {
    Bar bar[16] = {{{0}}};
    StructureRepeat repeat[16];
    for (int t = 0; t < count; t++) bar[t] = bar_of(bars[t]);
    structure_form(repeat, bar, count, C);
    for (int t = 0; t < count; t++) assert_string_equal(repeat[t].form, forms[t]);
}

/* A rhythm of three notes and more that comes again with another line makes kin of two first occurrences. */
static void kin_have_one_rhythm(void **state) {
    (void)state;
    Bar bars[] = {bar_of("a---c---e---h---"), bar_of("m---l---f---c---"), bar_of("h---l---m---o---"),
                  bar_of("a---c---e---h---"), bar_of("a-----c-e-------"), bar_of("m-------l-------"),
                  bar_of("j-------h-------")};
    StructureRepeat repeat[7];
    structure_form(repeat, bars, 7, C);
    static const int kin[] = {-1, 0, 0, -1, -1, -1, -1};
    for (int t = 0; t < 7; t++) assert_int_equal(repeat[t].kin, kin[t]);
    assert_false(repeat[1].contour); /* it falls */
    assert_true(repeat[2].contour);  /* it rises in other steps */
}

static void the_form_line_names_what_returns(void **state) {
    (void)state;
    static const char *const bars[] = {
        "a---c---e---h---", "................", "e---d---c---b---", "a---c---e---h---", "a---c---e---g---",
        "c---e---g---j---", "c---e---f---j---", "e---d---------a-", "l--.j--.h---e---", "j--.h--.f---a---",
    };
    static const char *const forms[] = {"A", "-", "B", "A", "A'", "A+2", "A↑1", "B'", "C", "C'↓1"};
    check_form(bars, forms, 10);
}

static void repeats_point_to_the_strongest_and_then_first_bar(void **state) {
    (void)state;
    Bar bars[6] = {bar_of("a---c---e---h---"), bar_of("a---c---e---g---"), bar_of("a---c---e---g---"),
                   bar_of("c---e---g---j---"), bar_of("a---c---e---h---"), bar_of("c---e---g---k---")};
    StructureRepeat repeat[6];
    structure_form(repeat, bars, 6, C);
    assert_int_equal(repeat[0].of, -1);
    assert_int_equal(repeat[1].kind, STRUCTURE_NEAR);
    assert_int_equal(repeat[1].of, 0);
    assert_int_equal(repeat[2].kind, STRUCTURE_EXACT); /* although bar 0, which is near, comes first */
    assert_int_equal(repeat[2].of, 1);
    assert_int_equal(repeat[3].kind, STRUCTURE_MOVED);
    assert_int_equal(repeat[3].of, 0);
    assert_int_equal(repeat[3].interval, interval_of_semitones(2));
    assert_int_equal(repeat[4].of, 0);
    assert_int_equal(repeat[5].kind, STRUCTURE_NEAR);
    assert_int_equal(repeat[5].of, 3);
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
    structure_form(repeat, bars, COUNT, C);
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
        cmocka_unit_test(near_moved_needs_most_of_the_onsets),
        cmocka_unit_test(relations_agree_with_the_definitions),
        cmocka_unit_test(references_agree_with_the_definitions),
        cmocka_unit_test(a_repeat_refers_to_what_it_repeats_whole),
        cmocka_unit_test(a_sequence_follows_the_bar_that_it_begins_with),
        cmocka_unit_test(what_would_leave_the_alphabet_stays),
        cmocka_unit_test(substitution_agrees_with_the_references),
        cmocka_unit_test(kin_have_one_rhythm),
        cmocka_unit_test(the_form_line_names_what_returns),
        cmocka_unit_test(repeats_point_to_the_strongest_and_then_first_bar),
        cmocka_unit_test(letters_go_on_after_z),
    };
    return cmocka_run_group_tests_name("structure", tests, NULL, NULL);
}
