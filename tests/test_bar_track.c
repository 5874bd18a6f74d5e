/* Bars of a track: there and back in every meter, triplets and changes of meter included. */
#include "tests/support/check.h"

#include <stdlib.h>

#include "engine/bar.h"
#include "tests/support/notes.h"
#include "tests/support/random_music.h"

enum { STEP = NOTES_STEP, BARS_MAX = 8738 }; /* BARS_MAX: of 4/4 in a decoded track */

static void read_bars(BarSequence *bars, const Timeline *timeline, const Track *track, BarReport *report) {
    Error err;
    check_ok(bar_sequence_from_track(bars, timeline, track, report, &err), &err);
}

/* ---- there and back ---- */

static const Meter METERS[] = {{4, 4}, {2, 2}, {2, 4}, {4, 2}, {3, 4}, {6, 8}, {3, 8},   {12, 8},
                               {5, 4}, {7, 8}, {9, 8}, {7, 4}, {1, 4}, {5, 8}, {11, 16}, {15, 8}};
enum { METER_COUNT = sizeof METERS / sizeof *METERS };

/* Bars as long as the timeline's, quarters here and there a triplet. Trailing rests leave no trace in a track, so the last step
 * always sounds. */
static void random_song(BarSequence *bars, Rng *rng, const Timeline *timeline) {
    const int count = 1 + rng_below(rng, 12);
    random_bars(bars, rng, count, 16, 0.3);
    bars->steps = 1;
    for (int t = 0; t < count; t++) {
        const GroupingBar place = grouping_bar(timeline, t);
        uint8_t *token = bars->bar[t].token;
        bar_set_steps(&bars->bar[t], place.steps);
        if (place.steps > bars->steps) bars->steps = place.steps;
        for (int s = 0; s + 4 <= place.steps && place.beats; s += 4) {
            if (rng_below(rng, 4)) continue;
            token[s + 1] = (uint8_t)bar_onset(60 + rng_below(rng, 12));
            token[s + 3] = BAR_TRIPLET;
        }
    }
    /* whole groups: what is short of one is shorter */
    uint8_t *last = bars->bar[count - 1].token + bar_steps(&bars->bar[count - 1]) - 1;
    *last = (uint8_t)bar_onset(60 + rng_below(rng, 12));
    bar_sequence_repair(bars);
}

static void bars_to_track_to_bars_is_the_identity(void **state) {
    (void)state;
    Rng rng;
    rng_seed(&rng, 23);
    Error err;
    for (int round = 0; round < 400; round++) {
        Track like = {0}, track = {0};
        BarSequence bars = {0}, back = {0};
        Timeline *timeline = timeline_plain(0, 0, METERS[round % METER_COUNT], &err);
        random_song(&bars, &rng, timeline);
        check_ok(bar_sequence_to_track(&track, &bars, timeline, &like, &err), &err);
        BarReport report;
        read_bars(&back, timeline, &track, &report);
        timeline_unref(timeline);
        assert_true(bar_sequence_equal(&bars, &back));
        assert_int_equal(report.quantised + report.cut + report.dropped + report.folded, 0);
        bar_sequence_deinit(&bars);
        bar_sequence_deinit(&back);
        track_deinit(&track);
    }
}

static void octave_shifts_come_back(void **state) {
    (void)state;
    Rng rng;
    rng_seed(&rng, 24);
    Error err;
    for (int shift = -24; shift <= 24; shift += 12) {
        Track like = {0}, track = {0}, again = {0};
        BarSequence bars = {0}, back = {0};
        random_song(&bars, &rng, NULL);
        for (int i = 0; i < bars.count * BAR_STEPS; i++) /* in the middle, where reading brings them */
            if (bar_is_onset(bars.bar[i / BAR_STEPS].token[i % BAR_STEPS]))
                bars.bar[i / BAR_STEPS].token[i % BAR_STEPS] = (uint8_t)bar_onset(65);
        /* The shift must be one that reading would choose: a note at the edge makes it necessary. */
        bars.bar[0].token[0] = (uint8_t)bar_onset(shift > 0 ? 36 : shift < 0 ? 99 : 65);
        bars.octave_shift = shift;
        check_ok(bar_sequence_to_track(&track, &bars, NULL, &like, &err), &err);
        assert_int_equal(track.notes[0].pitch, (shift > 0 ? 36 : shift < 0 ? 99 : 65) - shift);
        read_bars(&back, NULL, &track, NULL);
        assert_true(bar_sequence_equal(&bars, &back));
        check_ok(bar_sequence_to_track(&again, &back, NULL, &track, &err), &err);
        assert_true(track_equal(&again, &track));
        bar_sequence_deinit(&bars);
        bar_sequence_deinit(&back);
        track_deinit(&track);
        track_deinit(&again);
    }
}

static void a_melody_on_the_grid_comes_back(void **state) {
    (void)state;
    Rng rng;
    rng_seed(&rng, 25);
    Error err;
    for (int round = 0; round < 50; round++) {
        Track track, back = {0};
        BarSequence bars = {0};
        random_track(&track, &rng, 8);
        for (int i = 0; i < track.count; i++) track.notes[i].velocity = 80;
        track.program = 40;
        strcpy(track.name, "Air");
        read_bars(&bars, NULL, &track, NULL);
        check_ok(bar_sequence_to_track(&back, &bars, NULL, &track, &err), &err);
        assert_true(track_equal(&track, &back));
        check_ok(bar_sequence_to_track(&back, &bars, NULL, &back, &err), &err); /* like may be out */
        assert_true(track_equal(&track, &back));
        bar_sequence_deinit(&bars);
        track_deinit(&track);
        track_deinit(&back);
    }
}

static void triplets_are_read_where_they_are(void **state) {
    (void)state;
    enum { THIRD = 160 };
    Track m = {0}, back = {0};
    for (int i = 0; i < 3; i++) notes_add(&m, i * THIRD, THIRD, 60 + i); /* a triplet */
    notes_add(&m, 480, 2 * THIRD, 62); /* a swinging pair, a little early and late */
    notes_add(&m, 480 + 2 * THIRD + 8, THIRD - 8, 64);
    notes_add(&m, 960, 240, 60); /* plain eighths */
    notes_add(&m, 1200, 240, 62);
    notes_add(&m, 1440, 480 + THIRD, 64); /* goes on into a triplet */
    notes_add(&m, 1920 + THIRD, 320, 65);
    BarSequence bars = {0};
    Error err;
    read_bars(&bars, NULL, &m, NULL);
    assert_int_equal(bars.count, 2);
    static const uint8_t C = 27, T = BAR_TRIPLET; /* 60 is token 27 */
    const Bar want[2] = {
        {{C, C + 1, C + 2, T, C + 2, 1, C + 4, T, C, 1, C + 2, 1, C + 4, 1, 1, 1}},
        {{1, C + 5, 1, T, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}},
    };
    for (int t = 0; t < 2; t++) assert_true(bar_equal(&bars.bar[t], &want[t]));
    check_ok(bar_sequence_to_track(&back, &bars, NULL, &m, &err), &err);
    assert_int_equal(back.count, m.count);
    for (int i = 0; i < m.count; i++)
        assert_true(abs(back.notes[i].start - m.notes[i].start) <= 8 &&
                    back.notes[i].pitch == m.notes[i].pitch);
    assert_int_equal(back.notes[7].length, 480 + THIRD);
    bar_sequence_deinit(&bars);
    track_deinit(&m);
    track_deinit(&back);
}

static void meters_may_change(void **state) {
    (void)state;
    const TimelineMeter meter[] = {{0, {4, 4}}, {1920, {5, 4}}, {1920 + 2400, {7, 8}}};
    Error err;
    Timeline *timeline = timeline_new(&(TimelineMap){.meter = meter, .meters = 3}, &err);
    Track track = {0}, back = {0};
    BarSequence bars = {0};
    for (int i = 0; i < 30; i++)
        check_ok(track_insert(&track, (Note){i * 240, 240, (uint8_t)(60 + i % 5), 80}, &err) >= 0, &err);
    check_ok(bar_sequence_from_track(&bars, timeline, &track, NULL, &err), &err);
    static const int steps[] = {16, 12, 8, 14, 14};
    assert_int_equal(bars.count, 5);
    for (int t = 0; t < 5; t++) assert_int_equal(bar_steps(&bars.bar[t]), steps[t]);
    check_ok(bar_sequence_to_track(&back, &bars, timeline, &track, &err), &err);
    assert_true(track_equal(&track, &back));
    bar_sequence_deinit(&bars);
    track_deinit(&track);
    track_deinit(&back);
    timeline_unref(timeline);
}

/* A decoder may say "hold" after a rest; that is silence, not the note before the rest. */
static void a_hold_after_a_rest_is_silent(void **state) {
    (void)state;
    BarSequence bars = {0};
    Track track = {0}, like = {0};
    Error err;
    check_ok(bar_sequence_resize(&bars, 1, &err), &err);
    uint8_t *token = bars.bar[0].token;
    token[0] = token[2] = token[5] = BAR_HOLD;
    token[1] = (uint8_t)bar_onset(60);
    check_ok(bar_sequence_to_track(&track, &bars, NULL, &like, &err), &err);
    assert_int_equal(track.count, 1);
    assert_int_equal(track.notes[0].start, STEP);
    assert_int_equal(track.notes[0].length, 2 * STEP);
    bar_sequence_deinit(&bars);
    track_deinit(&track);
}

static void too_many_bars_for_a_melody_are_refused(void **state) {
    (void)state;
    BarSequence bars = {0};
    Track track = {0}, like = {0};
    Error err;
    check_ok(bar_sequence_resize(&bars, BARS_MAX + 1, &err), &err);
    check_refused(bar_sequence_to_track(&track, &bars, NULL, &like, &err), &err);
    check_ok(bar_sequence_resize(&bars, BARS_MAX, &err), &err);
    check_ok(bar_sequence_to_track(&track, &bars, NULL, &like, &err), &err);
    bar_sequence_deinit(&bars);
    track_deinit(&track);
}

/* -6 .. 6 come up where the alphabet has room, less at its edges; always one draw. */
static void transposing_keeps_intervals_and_range(void **state) {
    (void)state;
    Rng rng, same;
    rng_seed(&rng, 17);
    bool seen[2 * BAR_TRANSPOSE_MAX + 1] = {false};
    for (int round = 0; round < 2000; round++) {
        BarSequence bars = {0}, moved = {0};
        Error err;
        random_bars(&bars, &rng, 4, round % 2 ? 12 : 16, 0.3);
        for (int i = 0; i < 4 * BAR_STEPS; i++) { /* down to the lower edge, or close to the upper */
            uint8_t *token = &bars.bar[i / BAR_STEPS].token[i % BAR_STEPS];
            if (bar_is_onset(*token)) *token = (uint8_t)(*token + (round % 3 - 1) * 12);
        }
        check_ok(bar_sequence_copy(&moved, &bars, &err), &err);
        int low = BAR_TOKENS, high = 0, interval = 0;
        same = rng;
        bar_transpose(moved.bar, 4, &rng);
        for (int i = 0; i < 4 * BAR_STEPS; i++) {
            const int before = bars.bar[i / BAR_STEPS].token[i % BAR_STEPS],
                      after = moved.bar[i / BAR_STEPS].token[i % BAR_STEPS];
            if (!bar_is_onset(before)) {
                assert_int_equal(after, before);
                continue;
            }
            if (!high) interval = after - before;
            assert_int_equal(after - before, interval);
            assert_true(bar_is_onset(after));
            low = before < low ? before : low;
            high = before > high ? before : high;
        }
        if (high) {
            const int least = BAR_ONSET - low > -6 ? BAR_ONSET - low : -6,
                      most = BAR_TRIPLET - 1 - high < 6 ? BAR_TRIPLET - 1 - high : 6;
            assert_int_equal(interval, least + rng_below(&same, most - least + 1));
            seen[interval + BAR_TRANSPOSE_MAX] = true;
        }
        assert_memory_equal(&rng, &same, sizeof rng);
        bar_sequence_deinit(&bars);
        bar_sequence_deinit(&moved);
    }
    for (int i = 0; i <= 2 * BAR_TRANSPOSE_MAX; i++) assert_true(seen[i]);
}

static void of_notes_within_a_step_the_main_one_is_read(void **state) {
    (void)state;
    Track track = {0};
    BarSequence bars = {0};
    BarReport report;
    for (int i = 0; i < 4; i++) { /* quarters, each but the first with a grace just before it */
        if (i > 0) notes_add(&track, i * 4 * STEP - 40, 40, 62 + 2 * i);
        notes_add(&track, i * 4 * STEP, 4 * STEP - 40, 60 + 2 * i);
    }
    read_bars(&bars, NULL, &track, &report);
    for (int i = 0; i < 4; i++) assert_int_equal(bars.bar[0].token[4 * i], bar_onset(60 + 2 * i));
    assert_int_equal(report.graces, 3);
    assert_int_equal(report.fast, 0);
    assert_int_equal(report.dropped, 0);
    track_deinit(&track);
    for (int i = 0; i < 12; i++) notes_add(&track, i * 4 * STEP / 6, 4 * STEP / 6, 80 - i); /* sextuplets */
    read_bars(&bars, NULL, &track, &report);
    assert_int_equal(report.fast, 4);
    assert_int_equal(report.dropped, 0);
    track_deinit(&track);
    notes_add(&track, 0, 4 * STEP, 60); /* a chord: the higher one, whatever its length */
    notes_add(&track, 0, STEP, 72);
    read_bars(&bars, NULL, &track, &report);
    assert_int_equal(bars.bar[0].token[0], bar_onset(72));
    assert_int_equal(report.fast, 0);
    assert_int_equal(report.dropped, 1);
    track_deinit(&track);
    bar_sequence_deinit(&bars);
}

/* A take that begins late is late all through: what is a little uneven besides rounds to where it was meant. */
static void a_constant_offset_is_taken_out_first(void **state) {
    (void)state;
    BarSequence bars = {0}, straight = {0};
    BarReport report;
    Track late = {0}, plain = {0};
    Error err;
    for (int i = 0; i < 32; i++) {
        const int uneven = i * 7 % 23 - 11, at = i * 2 * STEP;
        const uint8_t pitch = (uint8_t)(60 + i % 5);
        assert_true(track_insert(&plain, (Note){at, 2 * STEP, pitch, 80}, &err) >= 0);
        assert_true(track_insert(&late, (Note){at + 55 + uneven, 2 * STEP - 20, pitch, 80}, &err) >= 0);
    }
    read_bars(&straight, NULL, &plain, &report);
    assert_int_equal(report.offset, 0);
    read_bars(&bars, NULL, &late, &report);
    assert_in_range(report.offset, 50, 60);
    for (int t = 0; t < bars.count; t++)
        for (int s = 0; s < BAR_STEPS; s++)
            assert_int_equal(bar_is_onset(bars.bar[t].token[s]), bar_is_onset(straight.bar[t].token[s]));
    bar_sequence_deinit(&bars);
    bar_sequence_deinit(&straight);
    track_deinit(&late);
    track_deinit(&plain);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(of_notes_within_a_step_the_main_one_is_read),
        cmocka_unit_test(a_constant_offset_is_taken_out_first),
        cmocka_unit_test(bars_to_track_to_bars_is_the_identity),
        cmocka_unit_test(octave_shifts_come_back),
        cmocka_unit_test(a_melody_on_the_grid_comes_back),
        cmocka_unit_test(triplets_are_read_where_they_are),
        cmocka_unit_test(meters_may_change),
        cmocka_unit_test(a_hold_after_a_rest_is_silent),
        cmocka_unit_test(too_many_bars_for_a_melody_are_refused),
        cmocka_unit_test(transposing_keeps_intervals_and_range),
    };
    return cmocka_run_group_tests_name("bar_track", tests, NULL, NULL);
}
