/* Songs as refrain saves them: they come back exactly, and saving again gives the same bytes. */
#include "tests/support/check.h"

#include <stdio.h>
#include <stdlib.h>

#include "engine/base/file.h"
#include "engine/base/rng.h"
#include "midi_io/smf_file.h"
#include "midi_io/smf_state.h"
#include "midi_io/smf_text.h"
#include "tests/support/random_music.h"
#include "tests/support/temp.h"

/* Notes as no one would write them: any ticks, overlaps within a pitch, equal starts, nested. */
static void wild_melody(Melody *out, Rng *rng, int notes) {
    Error err = {""};
    melody_init(out);
    int pitches = 1 + rng_below(rng, 12), span = 1 + rng_below(rng, 20000);
    for (int i = 0; i < notes; i++) {
        Note note = {rng_below(rng, span), 1 + rng_below(rng, 3000), (uint8_t)(60 + rng_below(rng, pitches)),
                     (uint8_t)(1 + rng_below(rng, 127))};
        assert_true(melody_insert(out, note, &err) >= 0);
    }
    out->program = (uint8_t)rng_below(rng, 128);
}

/* The same tempo and meter for all tracks of a song, as MIDI has it. */
static void set_time(SmfSong *song, Rng *rng) {
    int32_t quarter_us = 1 + rng_below(rng, 0xffffff);
    uint8_t beats = (uint8_t)(1 + rng_below(rng, 12)), unit = (uint8_t)(1 << rng_below(rng, 5));
    for (int i = 0; i < song->count; i++) {
        song->track[i].quarter_us = quarter_us;
        song->track[i].meter_beats = beats;
        song->track[i].meter_unit = unit;
    }
}

static char *random_state(Rng *rng, int length) {
    char *state = malloc((size_t)length + 1);
    assert_non_null(state);
    for (int i = 0; i < length; i++) state[i] = (char)(1 + rng_below(rng, 255));
    state[length] = '\0';
    return state;
}

static void random_song(SmfSong *song, Rng *rng) {
    static const char *names[] = {"original", "context", "result", "Übung in F♯", "", "a", "b", "c"};
    song->count = 1 + rng_below(rng, SMF_TRACKS_MAX);
    for (int i = 0; i < song->count; i++) {
        Melody *melody = &song->track[i];
        if (rng_below(rng, 3) == 0)
            random_melody(melody, rng, 1 + rng_below(rng, 12));
        else
            wild_melody(melody, rng, rng_below(rng, 65)); /* at most 64 of one pitch, as the header says */
        strcpy(melody->name, names[i]);
    }
    set_time(song, rng);
    strcpy(song->title, rng_below(rng, 2) ? "Title" : "");
    song->state = random_state(rng, rng_below(rng, 600));
}

static void assert_songs_equal(const SmfSong *a, const SmfSong *b) {
    assert_int_equal(a->count, b->count);
    assert_string_equal(a->title, b->title);
    assert_string_equal(a->state, b->state);
    for (int i = 0; i < a->count; i++)
        if (!melody_equal(&a->track[i], &b->track[i])) fail_msg("track %d differs", i);
}

static void test_songs_come_back_exactly(void **state) {
    (void)state;
    Rng rng;
    rng_seed(&rng, 20);
    for (int round = 0; round < 200; round++) {
        Error err = {""};
        SmfSong song = {0}, back = {0};
        unsigned char *first = NULL, *second = NULL;
        size_t first_size = 0, second_size = 0;
        random_song(&song, &rng);
        check_ok(smf_file_build(&song, &first, &first_size, &err), &err);
        check_ok(smf_file_parse(&back, first, first_size, NULL, NULL, &err), &err);
        assert_songs_equal(&song, &back);
        check_ok(smf_file_build(&back, &second, &second_size, &err), &err);
        assert_int_equal(first_size, second_size);
        assert_memory_equal(first, second, first_size);
        free(first);
        free(second);
        smf_song_deinit(&song);
        smf_song_deinit(&back);
    }
}

static void test_saved_songs_load(void **state) {
    (void)state;
    Temp temp;
    temp_open(&temp);
    Error err = {""};
    Rng rng;
    rng_seed(&rng, 21);
    SmfSong song = {0}, back = {0};
    SmfReport report;
    random_song(&song, &rng);
    check_ok(smf_file_save(&song, temp_path(&temp, "a.mid"), &err), &err);
    check_ok(smf_file_load(&back, temp_path(&temp, "a.mid"), &report, &err), &err);
    assert_songs_equal(&song, &back);
    assert_non_null(strstr(report.text, "original"));
    smf_song_deinit(&song);
    smf_song_deinit(&back);
    temp_close(&temp);
}

static void test_an_empty_song_comes_back(void **state) {
    (void)state;
    Error err = {""};
    SmfSong song = {.count = 2, .state = strdup("")}, back = {0};
    unsigned char *bytes = NULL;
    size_t size = 0;
    check_ok(smf_file_build(&song, &bytes, &size, &err), &err);
    check_ok(smf_file_parse(&back, bytes, size, NULL, NULL, &err), &err);
    assert_int_equal(back.count, 2);
    assert_int_equal(back.track[0].count, 0);
    assert_string_equal(back.state, "");
    free(bytes);
    smf_song_deinit(&song);
    smf_song_deinit(&back);
}

/* A result as the transfer verb writes it: any reader's first track with notes. */
static void test_a_song_without_state_is_imported(void **state) {
    (void)state;
    Error err = {""};
    Rng rng;
    rng_seed(&rng, 22);
    SmfSong song = {.count = 1}, back = {0};
    SmfReport report;
    unsigned char *bytes = NULL;
    size_t size = 0;
    random_melody(&song.track[0], &rng, 8);
    strcpy(song.track[0].name, "result");
    check_ok(smf_file_build(&song, &bytes, &size, &err), &err);
    check_ok(smf_file_parse(&back, bytes, size, NULL, &report, &err), &err);
    assert_null(back.state);
    assert_string_equal(back.track[0].name, "original");
    assert_string_equal(back.title, "result");
    strcpy(back.track[0].name, "result");
    assert_true(melody_equal(&song.track[0], &back.track[0]));
    assert_non_null(strstr(report.text, "took track 1 \"result\" of 1"));
    assert_non_null(strstr(report.text, "nothing changed"));
    free(bytes);
    smf_song_deinit(&song);
    smf_song_deinit(&back);
}

static void test_import_takes_the_original_of_a_song(void **state) {
    (void)state;
    Error err = {""};
    Temp temp;
    temp_open(&temp);
    Rng rng;
    rng_seed(&rng, 23);
    SmfSong song = {.count = 3, .state = strdup("{}")};
    static const char *names[] = {"context", "original", "result"};
    for (int i = 0; i < 3; i++) {
        random_melody(&song.track[i], &rng, 12 - 4 * i);
        strcpy(song.track[i].name, names[i]);
    }
    check_ok(smf_file_save(&song, temp_path(&temp, "a.mid"), &err), &err);
    for (int wanted = 0; wanted <= 3; wanted++) {
        Melody melody = {0};
        const char *name = wanted ? names[wanted - 1] : NULL;
        check_ok(smf_file_import(&melody, temp_path(&temp, "a.mid"), name, NULL, &err), &err);
        assert_true(melody_equal(&melody, &song.track[wanted ? wanted - 1 : 1]));
        melody_deinit(&melody);
    }
    Melody melody = {0};
    check_refused(smf_file_import(&melody, temp_path(&temp, "a.mid"), "4", NULL, &err), &err);
    smf_song_deinit(&song);
    temp_close(&temp);
}

static void test_file_errors_name_the_file(void **state) {
    (void)state;
    Error err = {""};
    Temp temp;
    temp_open(&temp);
    SmfSong song = {0};
    Melody melody = {0};
    const char *text = temp_write(&temp, "diary.mid", "Dear diary", 10);
    check_refused(smf_file_load(&song, text, NULL, &err), &err);
    assert_non_null(strstr(err.text, "diary.mid: This is not a MIDI file"));
    check_refused(smf_file_import(&melody, text, NULL, NULL, &err), &err);
    check_refused(smf_file_import(&melody, temp.folder, NULL, NULL, &err), &err);
    check_refused(smf_file_load(&song, temp_path(&temp, "missing.mid"), NULL, &err), &err);
    assert_false(smf_file_load(&song, text, NULL, NULL));
    temp_close(&temp);
}

static void test_the_committed_bad_files_are_refused(void **state) {
    (void)state;
    static const char *bad[] = {"tests/data/truncated.mid", "tests/data/text.mid", "tests/data/empty.mid"};
    for (int i = 0; i < 3; i++) {
        Error err = {""};
        SmfSong song = {0};
        check_refused(smf_file_load(&song, bad[i], NULL, &err), &err);
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
        int parts = smf_state_part_count((size_t)length);
        for (int part = 0; part < parts; part++) {
            uint8_t bytes[SMF_STATE_PREFIX + SMF_STATE_PART_TEXT];
            size_t size = smf_state_write_part(bytes, text, part);
            assert_true(size <= 127);
            assert_true(smf_state_is_part(bytes, size));
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
                uint8_t bytes[SMF_STATE_PREFIX + SMF_STATE_PART_TEXT];
                size_t size = smf_state_write_part(bytes, text, part);
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
        cmocka_unit_test(test_songs_come_back_exactly),
        cmocka_unit_test(test_saved_songs_load),
        cmocka_unit_test(test_an_empty_song_comes_back),
        cmocka_unit_test(test_a_song_without_state_is_imported),
        cmocka_unit_test(test_import_takes_the_original_of_a_song),
        cmocka_unit_test(test_file_errors_name_the_file),
        cmocka_unit_test(test_the_committed_bad_files_are_refused),
        cmocka_unit_test(test_states_of_all_lengths_are_cut_and_joined),
        cmocka_unit_test(test_damaged_states_are_not_whole),
        cmocka_unit_test(test_names_in_other_encodings_are_readable),
    };
    return cmocka_run_group_tests_name("smf_file", tests, NULL, NULL);
}
