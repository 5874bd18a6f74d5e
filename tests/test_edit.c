/* Edits of notes in a range. */
#include "engine/music/edit.h"
#include "tests/support/check.h"
#include "tests/support/random_music.h"

static const EditRange ALL = {0, TRACK_TICKS_MAX, 0, 127};

static void scale(Track *track) {
    static const int pitches[] = {60, 62, 64, 65, 67, 69, 71, 72};
    memset(track, 0, sizeof(Track));
    for (int i = 0; i < 8; i++)
        assert_true(track_insert(track, (Note){i * 480, 480, (uint8_t)pitches[i], 80}, NULL) >= 0);
}

static void assert_sorted(const Track *track) {
    for (int i = 1; i < track->count; i++) {
        const Note *a = &track->notes[i - 1], *b = &track->notes[i];
        assert_true(a->start < b->start || (a->start == b->start && a->pitch <= b->pitch));
    }
}

static void test_transpose_touches_only_the_range(void **state) {
    (void)state;
    Track track;
    Error err = {{0}};
    scale(&track);
    EditRange range = {480, 1440, 0, 127};
    assert_int_equal(edit_transpose(&track, &range, 3, &err), 2);
    assert_int_equal(track.notes[0].pitch, 60);
    assert_int_equal(track.notes[1].pitch, 65);
    assert_int_equal(track.notes[2].pitch, 67);
    assert_int_equal(track.notes[3].pitch, 65);
    track_deinit(&track);
}

static void test_transpose_out_of_midi_is_refused_whole(void **state) {
    (void)state;
    Track track, before = {0};
    Error err = {{0}};
    scale(&track);
    track_insert(&track, (Note){0, 480, 126, 80}, NULL);
    track_copy(&before, &track, NULL);
    check_refused(edit_transpose(&track, &ALL, 2, &err) >= 0, &err);
    assert_true(track_equal(&before, &track));
    track_deinit(&track);
    track_deinit(&before);
}

static void test_scale_steps_stay_in_the_key(void **state) {
    (void)state;
    Track track;
    Error err = {{0}};
    Key key;
    assert_true(key_parse(&key, "C"));
    scale(&track);
    assert_int_equal(edit_scale_step(&track, &ALL, key, 2, &err), 8);
    static const int expected[] = {64, 65, 67, 69, 71, 72, 74, 76};
    for (int i = 0; i < 8; i++) assert_int_equal(track.notes[i].pitch, expected[i]);
    track_deinit(&track);
}

static void test_length_and_loudness_have_ends(void **state) {
    (void)state;
    Track track;
    Error err = {{0}};
    scale(&track);
    for (int i = 0; i < 10; i++) edit_lengthen(&track, &ALL, -120, TIMELINE_DIVISION, &err);
    for (int i = 0; i < 30; i++) edit_louder(&track, &ALL, 8, &err);
    for (int i = 0; i < 8; i++) {
        assert_int_equal(track.notes[i].length, 60);
        assert_int_equal(track.notes[i].velocity, 127);
    }
    assert_int_equal(edit_louder(&track, &ALL, 8, &err), 0);
    track_deinit(&track);
}

static void test_quantise_moves_by_strength(void **state) {
    (void)state;
    Track track;
    Error err = {{0}};
    memset(&track, 0, sizeof(Track));
    track_insert(&track, (Note){100, 500, 60, 80}, NULL);
    assert_int_equal(edit_quantise(&track, &ALL, grid_of(16), NULL, 0.5, &err), 1);
    assert_int_equal(track.notes[0].start, 110);
    assert_int_equal(track.notes[0].length, 490);
    assert_int_equal(edit_quantise(&track, &ALL, grid_of(16), NULL, 1, &err), 1);
    assert_int_equal(track.notes[0].start, 120);
    assert_int_equal(track.notes[0].length, 480);
    assert_int_equal(edit_quantise(&track, &ALL, grid_of(16), NULL, 1, &err), 0);
    track_deinit(&track);
}

static void test_quantise_knows_triplets_and_bar_lines(void **state) {
    (void)state;
    Track track = {0};
    Error err = {{0}};
    Timeline *timeline = timeline_new(&(TimelineMap){.division = 480, .pickup = 100}, &err);
    track_insert(&track, (Note){0, 90, 60, 80}, NULL);
    track_insert(&track, (Note){250, 170, 62, 80}, NULL);
    assert_int_equal(edit_quantise(&track, &ALL, grid_of(12), timeline, 1, &err), 2);
    assert_int_equal(track.notes[0].length, 100); /* to the bar line behind the pickup */
    assert_int_equal(track.notes[1].start, 260);
    assert_int_equal(track.notes[1].length, 160);
    timeline_unref(timeline);
    track_deinit(&track);
}

static void test_a_push_is_taken_up_by_rests(void **state) {
    (void)state;
    Track track = {0};
    Error err = {{0}};
    static const Note notes[] = {
        {0, 480, 60, 80}, {480, 480, 62, 80}, {480, 480, 67, 80}, {1200, 240, 64, 80}, {1920, 480, 65, 80}};
    for (int i = 0; i < 5; i++) track_insert(&track, notes[i], NULL);
    assert_int_equal(edit_push(&track, 240, 480, &err), 2);
    static const int32_t starts[] = {0, 720, 720, 1200,
                                     1920}; /* rests of 240 before the second and of 240 before the fourth */
    for (int i = 0; i < 5; i++) assert_int_equal(track.notes[i].start, starts[i]);
    assert_int_equal(track.notes[0].length, 240);
    track_deinit(&track);
}

static void test_copy_and_paste(void **state) {
    (void)state;
    Track track, clip = {0};
    Error err = {{0}};
    scale(&track);
    EditRange range = {960, 1920, 0, 127};
    assert_int_equal(edit_copy(&clip, &track, &range, &err), 2);
    assert_int_equal(clip.notes[0].start, 0);
    assert_int_equal(edit_paste(&track, &clip, 4000, 12, &err), 2);
    assert_int_equal(track.count, 10);
    assert_int_equal(track.notes[8].start, 4000);
    assert_int_equal(track.notes[8].pitch, 76);
    assert_int_equal(track.notes[9].start, 4480);
    track_deinit(&track);
    track_deinit(&clip);
}

static void test_time_opens_and_closes_again(void **state) {
    (void)state;
    Rng rng;
    rng_seed(&rng, 3);
    for (int i = 0; i < 100; i++) {
        Track track = {0}, before = {0};
        Error err = {{0}};
        random_track(&track, &rng, 6);
        int bar = rng_below(&rng, 6);
        edit_insert_time(&track, bar * 1920, 0, &err); /* cuts what reaches over, so that the rest is exact */
        track_copy(&before, &track, NULL);
        assert_true(edit_insert_time(&track, bar * 1920, 1920, &err) >= 0);
        assert_sorted(&track);
        EditRange gap = {bar * 1920, bar * 1920 + 1920, 0, 127};
        assert_int_equal(edit_count(&track, &gap), 0);
        assert_true(edit_delete_time(&track, bar * 1920, bar * 1920 + 1920, &err) >= 0);
        assert_true(track_equal(&before, &track));
        track_deinit(&track);
        track_deinit(&before);
    }
}

static void test_a_note_over_a_closed_gap_gets_shorter(void **state) {
    (void)state;
    Track track;
    Error err = {{0}};
    memset(&track, 0, sizeof(Track));
    track_insert(&track, (Note){0, 4800, 60, 80}, NULL);
    edit_delete_time(&track, 1920, 3840, &err);
    assert_int_equal(track.notes[0].length, 2880);
    edit_delete_time(&track, 1920, 3840, &err);
    assert_int_equal(track.notes[0].length, 1920);
    track_deinit(&track);
}

static void test_delete_takes_all_of_the_range(void **state) {
    (void)state;
    Track track;
    scale(&track);
    assert_int_equal(edit_delete(&track, &ALL), 8);
    track_deinit(&track);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_transpose_touches_only_the_range),
        cmocka_unit_test(test_transpose_out_of_midi_is_refused_whole),
        cmocka_unit_test(test_scale_steps_stay_in_the_key),
        cmocka_unit_test(test_length_and_loudness_have_ends),
        cmocka_unit_test(test_quantise_moves_by_strength),
        cmocka_unit_test(test_quantise_knows_triplets_and_bar_lines),
        cmocka_unit_test(test_a_push_is_taken_up_by_rests),
        cmocka_unit_test(test_copy_and_paste),
        cmocka_unit_test(test_time_opens_and_closes_again),
        cmocka_unit_test(test_a_note_over_a_closed_gap_gets_shorter),
        cmocka_unit_test(test_delete_takes_all_of_the_range),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
