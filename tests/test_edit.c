/* Edits of notes in a range. */
#include "engine/music/edit.h"
#include "tests/support/check.h"
#include "tests/support/random_music.h"

static const EditRange ALL = {0, MELODY_TICKS_MAX, 0, 127};

static void scale(Melody *melody) {
    static const int pitches[] = {60, 62, 64, 65, 67, 69, 71, 72};
    melody_init(melody);
    for (int i = 0; i < 8; i++)
        assert_true(melody_insert(melody, (Note){i * 480, 480, (uint8_t)pitches[i], 80}, NULL) >= 0);
}

static void assert_sorted(const Melody *melody) {
    for (int i = 1; i < melody->count; i++) {
        const Note *a = &melody->notes[i - 1], *b = &melody->notes[i];
        assert_true(a->start < b->start || (a->start == b->start && a->pitch <= b->pitch));
    }
}

static void test_transpose_touches_only_the_range(void **state) {
    (void)state;
    Melody melody;
    Error err = {{0}};
    scale(&melody);
    EditRange range = {480, 1440, 0, 127};
    assert_int_equal(edit_transpose(&melody, &range, 3, &err), 2);
    assert_int_equal(melody.notes[0].pitch, 60);
    assert_int_equal(melody.notes[1].pitch, 65);
    assert_int_equal(melody.notes[2].pitch, 67);
    assert_int_equal(melody.notes[3].pitch, 65);
    melody_deinit(&melody);
}

static void test_transpose_out_of_midi_is_refused_whole(void **state) {
    (void)state;
    Melody melody, before = {0};
    Error err = {{0}};
    scale(&melody);
    melody_insert(&melody, (Note){0, 480, 126, 80}, NULL);
    melody_copy(&before, &melody, NULL);
    check_refused(edit_transpose(&melody, &ALL, 2, &err) >= 0, &err);
    assert_true(melody_equal(&before, &melody));
    melody_deinit(&melody);
    melody_deinit(&before);
}

static void test_scale_steps_stay_in_the_key(void **state) {
    (void)state;
    Melody melody;
    Error err = {{0}};
    Key key;
    assert_true(key_parse(&key, "C"));
    scale(&melody);
    assert_int_equal(edit_scale_step(&melody, &ALL, key, 2, &err), 8);
    static const int expected[] = {64, 65, 67, 69, 71, 72, 74, 76};
    for (int i = 0; i < 8; i++) assert_int_equal(melody.notes[i].pitch, expected[i]);
    melody_deinit(&melody);
}

static void test_length_and_loudness_have_ends(void **state) {
    (void)state;
    Melody melody;
    Error err = {{0}};
    scale(&melody);
    for (int i = 0; i < 10; i++) edit_lengthen(&melody, &ALL, -MELODY_STEP_TICKS, &err);
    for (int i = 0; i < 30; i++) edit_louder(&melody, &ALL, 8, &err);
    for (int i = 0; i < 8; i++) {
        assert_int_equal(melody.notes[i].length, MELODY_STEP_TICKS / 2);
        assert_int_equal(melody.notes[i].velocity, 127);
    }
    assert_int_equal(edit_louder(&melody, &ALL, 8, &err), 0);
    melody_deinit(&melody);
}

static void test_quantise_moves_by_strength(void **state) {
    (void)state;
    Melody melody;
    Error err = {{0}};
    melody_init(&melody);
    melody_insert(&melody, (Note){100, 500, 60, 80}, NULL);
    assert_int_equal(edit_quantise(&melody, &ALL, 120, 0.5, &err), 1);
    assert_int_equal(melody.notes[0].start, 110);
    assert_int_equal(melody.notes[0].length, 490);
    assert_int_equal(edit_quantise(&melody, &ALL, 120, 1, &err), 1);
    assert_int_equal(melody.notes[0].start, 120);
    assert_int_equal(melody.notes[0].length, 480);
    assert_int_equal(edit_quantise(&melody, &ALL, 120, 1, &err), 0);
    melody_deinit(&melody);
}

static void test_copy_and_paste(void **state) {
    (void)state;
    Melody melody, clip = {0};
    Error err = {{0}};
    scale(&melody);
    EditRange range = {960, 1920, 0, 127};
    assert_int_equal(edit_copy(&clip, &melody, &range, &err), 2);
    assert_int_equal(clip.notes[0].start, 0);
    assert_int_equal(edit_paste(&melody, &clip, 4000, 12, &err), 2);
    assert_int_equal(melody.count, 10);
    assert_int_equal(melody.notes[8].start, 4000);
    assert_int_equal(melody.notes[8].pitch, 76);
    assert_int_equal(melody.notes[9].start, 4480);
    melody_deinit(&melody);
    melody_deinit(&clip);
}

static void test_time_opens_and_closes_again(void **state) {
    (void)state;
    Rng rng;
    rng_seed(&rng, 3);
    for (int i = 0; i < 100; i++) {
        Melody melody = {0}, before = {0};
        Error err = {{0}};
        random_melody(&melody, &rng, 6);
        int bar = rng_below(&rng, 6);
        edit_insert_time(&melody, bar * 1920, 0,
                         &err); /* cuts what reaches over, so that the rest is exact */
        melody_copy(&before, &melody, NULL);
        assert_true(edit_insert_time(&melody, bar * 1920, 1920, &err) >= 0);
        assert_sorted(&melody);
        EditRange gap = {bar * 1920, bar * 1920 + 1920, 0, 127};
        assert_int_equal(edit_count(&melody, &gap), 0);
        assert_true(edit_delete_time(&melody, bar * 1920, bar * 1920 + 1920, &err) >= 0);
        assert_true(melody_equal(&before, &melody));
        melody_deinit(&melody);
        melody_deinit(&before);
    }
}

static void test_a_note_over_a_closed_gap_gets_shorter(void **state) {
    (void)state;
    Melody melody;
    Error err = {{0}};
    melody_init(&melody);
    melody_insert(&melody, (Note){0, 4800, 60, 80}, NULL);
    edit_delete_time(&melody, 1920, 3840, &err);
    assert_int_equal(melody.notes[0].length, 2880);
    edit_delete_time(&melody, 1920, 3840, &err);
    assert_int_equal(melody.notes[0].length, 1920);
    melody_deinit(&melody);
}

static void test_delete_takes_all_of_the_range(void **state) {
    (void)state;
    Melody melody;
    scale(&melody);
    assert_int_equal(edit_delete(&melody, &ALL), 8);
    melody_deinit(&melody);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_transpose_touches_only_the_range),
        cmocka_unit_test(test_transpose_out_of_midi_is_refused_whole),
        cmocka_unit_test(test_scale_steps_stay_in_the_key),
        cmocka_unit_test(test_length_and_loudness_have_ends),
        cmocka_unit_test(test_quantise_moves_by_strength),
        cmocka_unit_test(test_copy_and_paste),
        cmocka_unit_test(test_time_opens_and_closes_again),
        cmocka_unit_test(test_a_note_over_a_closed_gap_gets_shorter),
        cmocka_unit_test(test_delete_takes_all_of_the_range),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
