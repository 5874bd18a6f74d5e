/* Score: copies share their tracks, an edit costs one of them, and what a file said is kept byte for byte. */
#include "tests/support/check.h"

#include "engine/music/score.h"
#include "tests/support/same_events.h"

enum { TRACKS = 16, NOTES = 1250 };

static void fill(Score *score) {
    Error err;
    for (int t = 0; t < TRACKS; t++) {
        Track *track = track_new(&err);
        for (int i = 0; i < NOTES; i++)
            check_ok(track_insert(track, (Note){120 * i, 120, (uint8_t)(40 + t), 80}, &err) >= 0, &err);
        check_ok(score_add_track(score, track, &err), &err);
    }
    check_ok(score_add_voice(score, 3, &err), &err);
    check_ok(score_add_voice(score, 0, &err), &err);
}

static void a_zeroed_score_is_empty(void **state) {
    (void)state;
    Score score = {0}, copy = {0};
    Error err;
    assert_int_equal(score_voice(&score, 0)->count, 0);
    assert_int_equal(score_end(&score), 0);
    assert_int_equal(score_bars_end(&score), 0);
    check_ok(score_copy(&copy, &score, &err), &err);
    assert_true(score_equal(&score, &copy));
    Track *voice = score_edit_voice(&score, 0, &err);
    assert_non_null(voice);
    check_ok(track_insert(voice, (Note){1920, 10, 60, 80}, &err) >= 0, &err);
    assert_int_equal(score_voice(&score, 0)->count, 1);
    assert_int_equal(score_bars_end(&score), 1930);
    assert_false(score_equal(&score, &copy));
    score_deinit(&score);
    score_deinit(&copy);
}

enum { BAR = 1920 };

static void rests_at_the_end_are_bars_but_not_hours_of_them(void **state) {
    (void)state;
    Score score = {0};
    Error err;
    Track *voice = score_edit_voice(&score, 0, &err);
    check_ok(track_insert(voice, (Note){0, BAR, 60, 80}, &err) >= 0, &err);
    score_set_end(&score, 4 * BAR + 100); /* whole bars */
    assert_int_equal(score_end(&score), 4 * BAR);
    assert_int_equal(score_bars_end(&score), 4 * BAR);
    score_set_end(&score, 1000 * BAR);
    assert_int_equal(score_end(&score), BAR);
    Track *other = track_new(&err); /* an accompaniment that goes on for a while, and then much longer */
    check_ok(track_insert(other, (Note){8 * BAR, BAR, 40, 80}, &err) >= 0, &err);
    check_ok(score_add_track(&score, other, &err), &err);
    assert_int_equal(score_bars_end(&score), 9 * BAR);
    other = score_edit_track(&score, 1, &err);
    check_ok(track_insert(other, (Note){80 * BAR, BAR, 40, 80}, &err) >= 0, &err);
    assert_int_equal(score_end(&score), 81 * BAR);
    assert_int_equal(score_bars_end(&score), BAR);
    score_deinit(&score);
}

static void voices_are_tracks_by_choice(void **state) {
    (void)state;
    Score score = {0};
    Error err;
    fill(&score);
    assert_int_equal(score.voices, 2);
    assert_ptr_equal(score_voice(&score, 0), score.track[3]);
    assert_int_equal(score_voice_of(&score, 0), 1);
    assert_int_equal(score_voice_of(&score, 5), -1);
    assert_int_equal(score_voice(&score, 7)->count, 0);
    for (int t = 5; score.voices < SCORE_VOICES_MAX; t++) check_ok(score_add_voice(&score, t, &err), &err);
    check_refused(score_add_voice(&score, 15, &err), &err);
    score_deinit(&score);
}

static void an_edit_costs_the_track_that_it_touches(void **state) {
    (void)state;
    Score score = {0}, before = {0};
    Error err;
    fill(&score);
    size_t whole = score_bytes_beside(&score, NULL);
    check_ok(score_copy(&before, &score, &err), &err);
    assert_true(score_bytes_beside(&score, &before) < 1000);
    track_remove(score_edit_voice(&score, 0, &err), 7);
    for (int t = 0; t < TRACKS; t++) assert_int_equal(score.track[t] == before.track[t], t != 3);
    assert_true(score_bytes_beside(&score, &before) < whole / TRACKS + 1000);
    assert_false(score_equal(&score, &before));
    assert_int_equal(before.track[3]->count, NOTES);
    score_deinit(&before);
    score_deinit(&score);
}

static void tempo_and_meter_are_of_the_whole_song(void **state) {
    (void)state;
    Score score = {0}, before = {0};
    Error err;
    check_ok(score_set_tempo(&score, 400000, &err), &err);
    check_ok(score_copy(&before, &score, &err), &err);
    check_ok(score_set_meter(&score, (Meter){6, 8}, &err), &err);
    assert_int_equal(timeline_quarter_us(score.timeline, 99), 400000);
    assert_int_equal(timeline_bar(score.timeline, 1).start, 1440);
    assert_int_equal(timeline_bar(before.timeline, 1).start, 1920);
    check_refused(score_set_meter(&score, (Meter){6, 7}, &err), &err);
    score_deinit(&score);
    score_deinit(&before);
}

static void another_voice_comes_in_with_its_bars_and_nothing_else(void **state) {
    (void)state;
    Score score = {0}, other = {0};
    Error err;
    fill(&score);
    score_set_timeline(&score, timeline_plain(96, 600000, (Meter){4, 4}, &err));
    score_edit_voice(&score, 0, &err)->program = 73;
    Track *voice = score_edit_voice(&other, 0, &err);
    voice->program = 12;
    check_ok(track_insert(voice, (Note){480, 240, 60, 80}, &err) >= 0, &err);
    check_ok(track_insert(voice, (Note){1440, 1, 62, 80}, &err) >= 0, &err);
    check_ok(score_set_meter(&other, (Meter){3, 4}, &err) && score_set_tempo(&other, 400000, &err), &err);
    check_ok(score_take_voice(&score, &other, &err), &err);
    const Track *taken = score_voice(&score, 0);
    assert_int_equal(taken->count, 2);
    assert_true(track_note_equal(taken->notes[0], (Note){96, 48, 60, 80}));
    assert_true(track_note_equal(taken->notes[1], (Note){288, 1, 62, 80}));
    assert_int_equal(taken->program, 73);
    assert_int_equal(timeline_division(score.timeline), 96);
    assert_int_equal(timeline_quarter_us(score.timeline, 0), 600000);
    assert_int_equal(timeline_bar(score.timeline, 1).start, 288);
    assert_int_equal(score.tracks, TRACKS);
    assert_int_equal(score_voice(&score, 1)->count, NOTES);
    score_deinit(&score);
    score_deinit(&other);
}

static void a_file_s_events_are_kept(void **state) {
    (void)state;
    Error err;
    Score score = {0}, copy = {0};
    Events *chunk = events_new("MTrk", &err), *same = events_new("MTrk", &err);
    const uint8_t on[] = {0x90, 60, 80}, text[] = {0xff, 0x05, 'l', 'a'};
    for (int i = 0; i < 1000; i++) {
        check_ok(events_add(chunk, 10 * i, i % 2 ? on : text, i % 2 ? 3 : 4, &err), &err);
        check_ok(events_add(same, 10 * i, i % 2 ? on : text, i % 2 ? 3 : 4, &err), &err);
    }
    check_ok(events_add(chunk, 9990, NULL, 0, &err), &err);
    assert_false(same_events(chunk, same));
    check_refused(events_add(chunk, 5, on, 3, &err), &err);
    check_ok(score_add_chunk(&score, chunk, &err), &err);
    check_ok(score_copy(&copy, &score, &err), &err);
    score_deinit(&score);
    assert_int_equal(copy.chunks, 1);
    assert_int_equal(events_count(copy.chunk[0]), 1001);
    assert_string_equal(events_kind(copy.chunk[0]), "MTrk");
    assert_memory_equal(events_bytes(copy.chunk[0], 7), on, 3);
    assert_int_equal(events_at(copy.chunk[0], 8).size, 4);
    assert_int_equal(events_next(copy.chunk[0], 71), 8);
    assert_int_equal(events_next(copy.chunk[0], 10000), 1001);
    score_deinit(&copy);
    events_unref(same);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_zeroed_score_is_empty),
        cmocka_unit_test(rests_at_the_end_are_bars_but_not_hours_of_them),
        cmocka_unit_test(voices_are_tracks_by_choice),
        cmocka_unit_test(an_edit_costs_the_track_that_it_touches),
        cmocka_unit_test(tempo_and_meter_are_of_the_whole_song),
        cmocka_unit_test(another_voice_comes_in_with_its_bars_and_nothing_else),
        cmocka_unit_test(a_file_s_events_are_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
