/* Files as they are opened and saved, refrain's own text of 0.1, and names. */
#include "tests/support/check.h"

#include <stdio.h>
#include <stdlib.h>

#include "engine/base/file.h"
#include "engine/base/rng.h"
#include "midi_io/score_file.h"
#include "midi_io/smf_state.h"
#include "midi_io/smf_text.h"
#include "tests/support/notes.h"
#include "tests/support/old_state.h"
#include "tests/support/random_music.h"
#include "tests/support/save_score.h"
#include "tests/support/temp.h"

static char *random_state(Rng *rng, int length) {
    char *state = malloc((size_t)length + 1);
    assert_non_null(state);
    for (int i = 0; i < length; i++) state[i] = (char)(1 + rng_below(rng, 255));
    state[length] = '\0';
    return state;
}

/* A file of one named melody. */
static const char *write_file(const Temp *temp, const char *name, Track *track) {
    Error err = {""};
    Score score = {0};
    check_ok(notes_score(&score, track, NULL, &err), &err);
    score_set_title(&score, "");
    track_set_name(score.track[0], track->name);
    check_ok(save_score(&score, temp_path(temp, name), &err), &err);
    score_deinit(&score);
    return temp_path(temp, name);
}

static void test_a_saved_melody_opens_as_it_was(void **state) {
    (void)state;
    Error err = {""};
    Temp temp;
    temp_open(&temp);
    Rng rng;
    rng_seed(&rng, 22);
    Track melody = {0};
    Score score = {0};
    SmfReading reading = {0};
    SmfReport report;
    random_track(&melody, &rng, 8);
    strcpy(melody.name, "result");
    const char *path = write_file(&temp, "a.mid", &melody);
    check_ok(score_file_open(&score, &reading, path, NULL, &report, &err), &err);
    assert_true(track_equal(&melody, score_voice(&score, 0)));
    assert_non_null(strstr(report.text, "took track 1 \"result\" of 1"));
    assert_false(report.has_parts);
    track_deinit(&melody);
    score_deinit(&score);
    smf_read_deinit(&reading);
    temp_close(&temp);
}

static void test_an_opened_file_has_its_melody_as_voice(void **state) {
    (void)state;
    Error err = {""};
    Temp temp;
    temp_open(&temp);
    Rng rng;
    rng_seed(&rng, 23);
    Track melody = {0};
    Score score = {0};
    SmfReading reading = {0};
    SmfReport report;
    random_track(&melody, &rng, 8);
    const char *path = write_file(&temp, "a.mid", &melody);
    check_ok(score_file_open(&score, &reading, path, NULL, &report, &err), &err);
    assert_int_equal(score.voices, 1);
    assert_int_equal(score_voice(&score, 0)->count, melody.count);
    assert_string_equal(report.lost, "");
    assert_null(report.read_only);
    score_deinit(&score);
    check_refused(score_file_open(&score, &reading, path, &(ScoreFileWish){.track = "2"}, &report, &err),
                  &err);
    assert_non_null(strstr(err.text, "There is no track 2"));
    track_deinit(&melody);
    score_deinit(&score);
    smf_read_deinit(&reading);
    temp_close(&temp);
}

static void test_file_errors_name_the_file(void **state) {
    (void)state;
    Error err = {""};
    Temp temp;
    temp_open(&temp);
    Score score = {0};
    SmfReading reading = {0};
    const char *text = temp_write(&temp, "diary.mid", "Dear diary", 10);
    check_refused(score_file_open(&score, &reading, text, NULL, NULL, &err), &err);
    assert_non_null(strstr(err.text, "diary.mid: This is not a MIDI file"));
    check_refused(score_file_open(&score, &reading, temp.folder, NULL, NULL, &err), &err);
    check_refused(score_file_open(&score, &reading, temp_path(&temp, "missing.mid"), NULL, NULL, &err), &err);
    assert_false(score_file_open(&score, &reading, text, NULL, NULL, NULL));
    temp_close(&temp);
}

static void test_formats_are_told_by_wish_and_name(void **state) {
    (void)state;
    Error err = {""};
    Format format;
    check_ok(score_file_format(&format, "a.MID", FORMAT_OTHER, &err), &err);
    assert_int_equal(format, FORMAT_MIDI);
    check_ok(score_file_format(&format, "song", FORMAT_OTHER, &err), &err);
    assert_int_equal(format, FORMAT_MIDI);
    check_ok(score_file_format(&format, "a.wav", FORMAT_MIDI, &err), &err);
    assert_int_equal(format, FORMAT_MIDI);
    check_refused(score_file_format(&format, "a.wav", FORMAT_OTHER, &err), &err);
    check_refused(score_file_format(&format, "a.mid", FORMAT_FLAC, &err), &err);
}

static void test_what_is_no_song_says_what_it_is(void **state) {
    (void)state;
    Error err = {""};
    Score score = {0};
    SmfReading reading = {0};
    check_refused(
        score_file_parse(&score, &reading, (const unsigned char *)"fLaC", 4, "a.mid", NULL, NULL, &err),
        &err);
    assert_non_null(strstr(err.text, "a.mid: This is a sound file"));
    score_deinit(&score);
    smf_read_deinit(&reading);
}

static void test_the_committed_bad_files_are_refused(void **state) {
    (void)state;
    static const char *bad[] = {"tests/data/truncated.mid", "tests/data/text.mid", "tests/data/empty.mid"};
    for (int i = 0; i < 3; i++) {
        Error err = {""};
        Score score = {0};
        SmfReading reading = {0};
        check_refused(score_file_open(&score, &reading, bad[i], NULL, NULL, &err), &err);
        score_deinit(&score);
        smf_read_deinit(&reading);
        assert_non_null(strstr(err.text, bad[i]));
    }
}

/* ---- refrain's own text ---- */

static void test_states_of_all_lengths_are_cut_and_joined(void **state) {
    (void)state;
    Rng rng;
    rng_seed(&rng, 24);
    for (int length = 0; length < 5 * SMF_STATE_PART_TEXT; length += 1 + rng_below(&rng, 20)) {
        char *text = random_state(&rng, length);
        SmfState joined = {0};
        Error err = {""};
        int parts = old_state_parts((size_t)length);
        for (int part = 0; part < parts; part++) {
            uint8_t bytes[OLD_STATE_SIZE];
            size_t size = old_state_write(bytes, text, part);
            assert_true(size <= 127);
            assert_true(smf_state_kind(bytes, size) == SMF_STATE_PART);
            assert_false(smf_state_is_whole(&joined));
            check_ok(smf_state_add(&joined, bytes, size, &err), &err);
        }
        assert_true(smf_state_is_whole(&joined));
        assert_string_equal(joined.text, text);
        smf_state_deinit(&joined);
        free(text);
    }
}

/* Leaves out part `lost`, or swaps it with the next; neither may pass for a whole text. */
static void test_damaged_states_are_not_whole(void **state) {
    (void)state;
    Rng rng;
    rng_seed(&rng, 25);
    char *text = random_state(&rng, 4 * SMF_STATE_PART_TEXT);
    for (int lost = 0; lost < 4; lost++) {
        for (int swap = 0; swap < 2; swap++) {
            SmfState joined = {0};
            Error err = {""};
            for (int i = 0; i < 4; i++) {
                int part = !swap ? i : i == lost ? (i + 1) % 4 : i == (lost + 1) % 4 ? lost : i;
                uint8_t bytes[OLD_STATE_SIZE];
                size_t size = old_state_write(bytes, text, part);
                if (swap || i != lost) check_ok(smf_state_add(&joined, bytes, size, &err), &err);
            }
            assert_false(smf_state_is_whole(&joined));
            smf_state_deinit(&joined);
        }
    }
    free(text);
}

/* ---- names ---- */

static void assert_cleaned(const char *text, const char *wanted) {
    char clean[32];
    smf_text_read(clean, sizeof clean, (const uint8_t *)text, strlen(text));
    assert_string_equal(clean, wanted);
}

static void test_names_in_other_encodings_are_readable(void **state) {
    (void)state;
    assert_cleaned("\x83\x81\x83\x8d\x83\x66\x83\x42", "メロディ"); /* Shift-JIS */
    assert_cleaned("\xd6\xf7\xd0\xfd\xc2\xc9", "主旋律");           /* GBK */
    assert_cleaned("\xcc\xe5\xeb\xee\xe4\xe8\xff", "Мелодия");      /* Windows-1251 */
    assert_cleaned("Fl\xf6te", "Flöte");                            /* Latin-1 */
    assert_cleaned("\xc0\xaf", "À¯");                               /* too short to tell */
    assert_cleaned("\x83\x81\x83", "");                             /* nothing at all but controls */
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_saved_melody_opens_as_it_was),
        cmocka_unit_test(test_an_opened_file_has_its_melody_as_voice),
        cmocka_unit_test(test_file_errors_name_the_file),
        cmocka_unit_test(test_formats_are_told_by_wish_and_name),
        cmocka_unit_test(test_what_is_no_song_says_what_it_is),
        cmocka_unit_test(test_the_committed_bad_files_are_refused),
        cmocka_unit_test(test_states_of_all_lengths_are_cut_and_joined),
        cmocka_unit_test(test_damaged_states_are_not_whole),
        cmocka_unit_test(test_names_in_other_encodings_are_readable),
    };
    return cmocka_run_group_tests_name("score_file", tests, NULL, NULL);
}
