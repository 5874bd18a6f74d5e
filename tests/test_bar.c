/* Bar: melodies become bars and come back exactly; what had to change is counted. */
#include "tests/support/check.h"

#include <stdlib.h>

#include "engine/bar.h"
#include "tests/support/notes.h"
#include "tests/support/random_music.h"

enum { STEP = NOTES_STEP };

static void read_bars(BarSequence *bars, const Track *track, BarReport *report) {
    Error err;
    check_ok(bar_sequence_from_track(bars, NULL, track, report, &err), &err);
}

/* Tokens written as text: '.' rest, '-' hold, '|' pad, otherwise a pitch's letter: 'a' = 60, 'b' = 61 ... */
static void check_tokens(const Bar *bar, const char *expected) {
    char text[BAR_STEPS + 1] = "";
    for (int s = 0; s < BAR_STEPS; s++) {
        int token = bar->token[s];
        text[s] = (char)(token < BAR_ONSET ? ".-|"[token] : 'a' + bar_pitch(token) - 60);
    }
    assert_string_equal(text, expected);
}

static bool is_repaired(const BarSequence *bars) {
    BarSequence copy = {0};
    Error err;
    check_ok(bar_sequence_copy(&copy, bars, &err), &err);
    bar_sequence_repair(&copy);
    bool equal = bar_sequence_equal(&copy, bars);
    bar_sequence_deinit(&copy);
    return equal;
}

/* ---- tokens and meters ---- */

static void the_alphabet_has_68_tokens(void **state) {
    (void)state;
    assert_int_equal(BAR_TOKENS, 68);
    assert_int_equal(BAR_TRIPLET, 67);
    assert_false(bar_is_onset(BAR_TRIPLET));
    assert_int_equal(bar_onset(36), 3);
    assert_int_equal(bar_onset(99), 66);
    assert_int_equal(bar_onset(35), bar_onset(47));
    assert_int_equal(bar_onset(100), bar_onset(88));
    for (int pitch = 36; pitch <= 99; pitch++) assert_int_equal(bar_pitch(bar_onset(pitch)), pitch);
}

/* Of a melody of two notes. */
static int shift_of(int low, int high) {
    int notes[BAR_MIDI_PITCHES] = {0};
    notes[low]++;
    notes[high]++;
    return bar_octave_shift(notes);
}

static void octaves_bring_a_range_into_the_alphabet(void **state) {
    (void)state;
    assert_int_equal(shift_of(36, 99), 0);
    assert_int_equal(shift_of(36, 40), 0); /* low, but the model reads it */
    assert_int_equal(shift_of(35, 60),
                     36); /* to the middle, not to the edge: the lower of the two is the middle note */
    assert_int_equal(shift_of(11, 30), 60);
    assert_int_equal(shift_of(60, 100), -12);
    assert_int_equal(shift_of(120, 124), -48);
    for (int low = 0; low < 128; low++)
        for (int high = low; high < 128 && high <= low + 50; high++) {
            int shift = shift_of(low, high);
            assert_int_equal(shift % 12, 0);
            assert_true(low + shift >= 36 && high + shift <= 99);
        }
    /* Too wide: fewest notes are left out. */
    int notes[BAR_MIDI_PITCHES] = {[20] = 1, [60] = 9, [105] = 3};
    assert_int_equal(bar_octave_shift(notes), -12);
}

/* ---- sequences ---- */

static void new_bars_are_rests(void **state) {
    (void)state;
    BarSequence sixteen = {0}, twelve = {.steps = 12};
    Error err;
    check_ok(bar_sequence_resize(&sixteen, 2, &err), &err);
    check_ok(bar_sequence_resize(&twelve, 2, &err), &err);
    check_tokens(&sixteen.bar[1], "................");
    check_tokens(&twelve.bar[1], "............||||");
    assert_false(bar_has_onset(&twelve.bar[0]));
    twelve.bar[0].token[3] = (uint8_t)bar_onset(60);
    assert_true(bar_has_onset(&twelve.bar[0]));
    check_ok(bar_sequence_resize(&twelve, 1, &err), &err);
    check_ok(bar_sequence_resize(&twelve, 3, &err), &err);
    check_tokens(&twelve.bar[0], "...a........||||");
    check_tokens(&twelve.bar[1], "............||||");
    bar_sequence_deinit(&sixteen);
    bar_sequence_deinit(&twelve);
}

static void repair_makes_any_bytes_valid(void **state) {
    (void)state;
    Rng rng;
    rng_seed(&rng, 21);
    for (int round = 0; round < 200; round++) {
        BarSequence bars = {.steps = round % 2 ? 12 : 16};
        Error err;
        check_ok(bar_sequence_resize(&bars, 4, &err), &err);
        for (int i = 0; i < 4 * BAR_STEPS; i++)
            bars.bar[i / 16].token[i % 16] = (uint8_t)rng_below(&rng, round % 3 ? 256 : BAR_TOKENS + 2);
        int steps[4];
        for (int t = 0; t < 4; t++) {
            steps[t] = bar_steps(&bars.bar[t]);
            if (steps[t] == 0) steps[t] = bars.steps;
        }
        bar_sequence_repair(&bars);
        bool sounding = false;
        for (int i = 0; i < 4 * BAR_STEPS; i++) {
            int token = bars.bar[i / 16].token[i % 16];
            assert_true(token < BAR_TOKENS);
            assert_int_equal(token == BAR_PAD, i % 16 >= steps[i / 16]);
            assert_true(bar_allows(token, i % 16, steps[i / 16]));
            if (token == BAR_PAD || token == BAR_TRIPLET) continue;
            assert_true(token != BAR_HOLD || sounding);
            sounding = token == BAR_HOLD || bar_is_onset(token);
        }
        assert_true(is_repaired(&bars));
        bar_sequence_deinit(&bars);
    }
}

/* ---- melody -> bars ---- */

static void notes_become_onsets_and_holds(void **state) {
    (void)state;
    Track m = {0};
    notes_add(&m, 0, 4 * STEP, 60);
    notes_add(&m, 4 * STEP, 2 * STEP, 62);
    notes_add(&m, 8 * STEP, 12 * STEP, 64);
    BarSequence bars = {0};
    BarReport report;
    read_bars(&bars, &m, &report);
    assert_int_equal(bars.count, 2);
    check_tokens(&bars.bar[0], "a---c-..e-------");
    check_tokens(&bars.bar[1], "----............");
    BarReport nothing = {.held = 1, .parts = 1, .line = 3, .kept = 3};
    assert_memory_equal(&report, &nothing, sizeof report);
    Error err;
    Timeline *three_four = timeline_plain(0, 0, (Meter){3, 4}, &err);
    check_ok(bar_sequence_from_track(&bars, three_four, &m, NULL, &err), &err);
    timeline_unref(three_four);
    assert_int_equal(bars.count, 2);
    check_tokens(&bars.bar[0], "a---c-..e---||||");
    check_tokens(&bars.bar[1], "--------....||||");
    bar_sequence_deinit(&bars);
    track_deinit(&m);
}

static void an_empty_melody_is_one_bar_of_rests(void **state) {
    (void)state;
    Track m = {0};
    BarSequence bars = {0};
    BarReport report;
    read_bars(&bars, &m, &report);
    assert_int_equal(bars.count, 1);
    check_tokens(&bars.bar[0], "................");
    assert_int_equal(report.octave_shift, 0);
    bar_sequence_deinit(&bars);
}

static void notes_go_to_the_nearest_step_and_never_vanish(void **state) {
    (void)state;
    Track m = {0};
    notes_add(&m, 55, 30, 60);            /* step 0, too short for any step */
    notes_add(&m, 2 * STEP + 61, 70, 62); /* start rounds to 3, end to 3: still one step */
    notes_add(&m, 5 * STEP - 10, 4 * STEP + 15, 64);
    BarSequence bars = {0};
    BarReport report;
    read_bars(&bars, &m, &report);
    check_tokens(&bars.bar[0], "a..c.e---.......");
    assert_int_equal(report.quantised, 3);
    assert_int_equal(report.dropped, 0);
    bar_sequence_deinit(&bars);
    track_deinit(&m);
}

static void of_successive_notes_on_one_step_the_longer_stays(void **state) {
    (void)state;
    Track m = {0};
    notes_add(&m, 0, 40, 67);
    notes_add(&m, 45, 400, 60); /* later, lower and longer, the same step: what went before was a grace */
    notes_add(&m, 960, 40, 60);
    notes_add(&m, 1000, 400, 67);
    BarSequence bars = {0};
    BarReport report;
    read_bars(&bars, &m, &report);
    check_tokens(&bars.bar[0], "a---....h---....");
    assert_int_equal(report.graces, 2);
    assert_int_equal(report.dropped, 0);
    bar_sequence_deinit(&bars);
    track_deinit(&m);
}

static void sounding_are_reduced_and_counted(void **state) {
    (void)state;
    Track m = {0};
    notes_add(&m, 0, 8 * STEP, 72);
    notes_add(&m, 0, 16 * STEP, 60);       /* under it from the beginning */
    notes_add(&m, 4 * STEP, 8 * STEP, 64); /* begins under it */
    notes_add(&m, 7 * STEP, 3 * STEP, 65); /* legato: begins in its last step */
    notes_add(&m, 9 * STEP, 2 * STEP, 70); /* higher: cuts the lower one */
    BarSequence bars = {0};
    BarReport report;
    read_bars(&bars, &m, &report);
    check_tokens(&bars.bar[0], "m------f-k-.....");
    assert_int_equal(report.dropped, 2);
    assert_int_equal(report.cut, 2);
    bar_sequence_deinit(&bars);
    track_deinit(&m);
}

static void a_melody_out_of_range_is_moved_by_octaves(void **state) {
    (void)state;
    Track m = {0};
    notes_add(&m, 0, STEP, 24);
    notes_add(&m, STEP, STEP, 36);
    BarSequence bars = {0};
    BarReport report;
    read_bars(&bars, &m, &report);
    assert_int_equal(report.octave_shift, 48);
    assert_int_equal(bars.octave_shift, 48);
    assert_int_equal(bar_pitch(bars.bar[0].token[0]), 72);
    assert_int_equal(bar_pitch(bars.bar[0].token[1]), 84);
    assert_int_equal(report.folded, 0);
    notes_add(&m, 2 * STEP, STEP, 100); /* too wide for 64 semitones: single notes give way */
    read_bars(&bars, &m, &report);
    assert_true(report.folded > 0);
    for (int s = 0; s < 3; s++) {
        int from = m.notes[s].pitch, to = bar_pitch(bars.bar[0].token[s]);
        assert_int_equal((to - from) % 12, 0);
    }
    bar_sequence_deinit(&bars);
    track_deinit(&m);
}

/* Whatever is read: valid bars, every onset the start of some note, every step at most as high as what sounds there. */
static void any_melody_gives_valid_bars(void **state) {
    (void)state;
    Rng rng;
    rng_seed(&rng, 22);
    for (int round = 0; round < 200; round++) {
        Track m = {0};
        int count = 1 + rng_below(&rng, 60);
        for (int i = 0; i < count; i++)
            notes_add(&m, rng_below(&rng, 4000), 1 + rng_below(&rng, 900), 40 + rng_below(&rng, 56));
        BarSequence bars = {0};
        BarReport report;
        read_bars(&bars, &m, &report);
        assert_true(is_repaired(&bars));
        int onsets = 0;
        for (int step = 0; step < bars.count * 16; step++) {
            int token = bars.bar[step / 16].token[step % 16];
            if (!bar_is_onset(token)) continue;
            onsets++;
            const bool triplet = bars.bar[step / 16].token[step % 16 / 4 * 4 + 3] == BAR_TRIPLET;
            const int tick = step / 4 * 4 * STEP + step % 4 * (triplet ? 4 * STEP / 3 : STEP),
                      half = triplet ? 2 * STEP / 3 : STEP / 2;
            bool found = false;
            for (int i = 0; i < m.count && !found; i++)
                found = m.notes[i].pitch == bar_pitch(token) && abs(m.notes[i].start - tick) <= half;
            assert_true(found);
        }
        assert_int_equal(onsets, m.count - report.dropped - report.fast - report.graces);
        bar_sequence_deinit(&bars);
        track_deinit(&m);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_alphabet_has_68_tokens),
        cmocka_unit_test(octaves_bring_a_range_into_the_alphabet),
        cmocka_unit_test(new_bars_are_rests),
        cmocka_unit_test(repair_makes_any_bytes_valid),
        cmocka_unit_test(notes_become_onsets_and_holds),
        cmocka_unit_test(an_empty_melody_is_one_bar_of_rests),
        cmocka_unit_test(notes_go_to_the_nearest_step_and_never_vanish),
        cmocka_unit_test(of_successive_notes_on_one_step_the_longer_stays),
        cmocka_unit_test(sounding_are_reduced_and_counted),
        cmocka_unit_test(a_melody_out_of_range_is_moved_by_octaves),
        cmocka_unit_test(any_melody_gives_valid_bars),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
