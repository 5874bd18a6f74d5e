/* The tracks of a song in the composer: listed, another one chosen as melody, silent or heard, dim in the roll. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/studio/actions.h"
#include "app/view.h"
#include "midi_io/score_file.h"
#include "tests/support/save_score.h"
#include "tests/support/scripted.h"

enum { NOTES = 32, QUARTER = TIMELINE_DIVISION };

/* Four tracks: a tune that is called one, chords, a bass that goes on for a bar more, drums. */
static void write_band(const char *path) {
    static const struct {
        const char *name;
        uint8_t channel, pitch, program;
    } PART[] = {{"Guitar", 1, 55, 25}, {"Melody", 3, 72, 73}, {"Bass", 2, 36, 33}, {"Drums", 9, 40, 0}};
    Error err = {{0}};
    Score score = {0};
    for (int p = 0; p < 4; p++) {
        Track *track = track_new(&err);
        track_set_name(track, PART[p].name);
        track->channel = PART[p].channel;
        track->program = PART[p].program;
        for (int i = 0; i < NOTES + (p == 2 ? 4 : 0); i++) {
            const uint8_t pitch = (uint8_t)(PART[p].pitch + (p == 1 ? i * 5 % 7 : 0));
            assert_true(track_insert(track, (Note){i * QUARTER, QUARTER, pitch, 90}, &err) >= 0);
        }
        check_ok(score_add_track(&score, track, &err), &err);
    }
    check_ok(save_score(&score, path, &err), &err);
    score_deinit(&score);
}

static int open_band(bool engine) {
    studio_script_open(&script, engine);
    const char *path = temp_path(&script.temp, "band.mid");
    write_band(path);
    studio_script_do(&script, "e %s", path);
    return 0;
}

static int set_up(void **state) {
    (void)state;
    return open_band(false);
}

static int set_up_with_engine(void **state) {
    (void)state;
    return open_band(true);
}

static const char *melody(void) {
    return document_voice(document(), DOCUMENT_ORIGINAL)->name;
}

/* Notes that are heard of all tracks, drums included. */
static int heard(void) {
    Error err = {{0}};
    const ScheduleMusic music = editor_music(&script.studio.editor);
    Schedule *schedule = schedule_of_music(&music, NULL, &err);
    int count = 0;
    for (int i = 0; i < schedule->count; i++) count += schedule->event[i].status >> 4 == 9;
    schedule_free(schedule);
    return count;
}

static void the_line_at_opening_says_which_track_and_why(void **state) {
    (void)state;
    assert_non_null(strstr(script.studio.messages.current, "track 2 \"Melody\" of 4, by its name, 32 notes"));
}

static void tracks_are_listed_and_the_melody_is_marked(void **state) {
    (void)state;
    studio_script_do(&script, "track");
    assert_screen("Melody: channel 4, program 73, 32 notes, C5 to Gb5", true);
    assert_screen("* 2  ", true);
    assert_screen("Drums: channel 10, drums, program 0, 32 notes", true);
    studio_script_keys(&script, "esc");
    assert_screen("Guitar", false);
}

static void another_track_becomes_the_melody_and_undo_takes_that_back(void **state) {
    (void)state;
    studio_script_do(&script, "track bas");
    assert_string_equal(melody(), "Bass");
    assert_int_equal(document()->score[DOCUMENT_ORIGINAL].tracks, 4);
    assert_int_equal(heard(), 4 * NOTES + 4); /* the old one plays along */
    studio_script_keys(&script, "u");
    assert_string_equal(melody(), "Melody");
    studio_script_do(&script, "track 1");
    assert_string_equal(melody(), "Guitar");
    studio_script_refused(&script, "track 1");
    studio_script_refused(&script, "track 9");
    studio_script_refused(&script, "track Oboe");
    studio_script_refused(&script, "track 2 3");
}

/* The choice is saved, and no track is lost by it. */
static void the_choice_is_there_again_after_saving(void **state) {
    (void)state;
    studio_script_do(&script, "track 3");
    studio_script_do(&script, "w %s", temp_path(&script.temp, "chosen.mid"));
    studio_script_do(&script, "e %s", temp_path(&script.temp, "chosen.mid"));
    assert_string_equal(melody(), "Bass");
    assert_int_equal(document()->score[DOCUMENT_ORIGINAL].tracks, 4);
    assert_int_equal(heard(), 4 * NOTES + 4);
}

static void tab_completes_names_of_tracks(void **state) {
    (void)state;
    studio_script_keys(&script, ": t r a c k space g tab enter");
    assert_string_equal(melody(), "Guitar");
}

static void tracks_are_muted_and_solo(void **state) {
    (void)state;
    assert_int_equal(heard(), 4 * NOTES + 4);
    studio_script_do(&script, "mute Drums");
    assert_int_equal(heard(), 3 * NOTES + 4);
    studio_script_do(&script, "track");
    assert_screen("32 notes, muted", true);
    studio_script_keys(&script, "esc");
    studio_script_do(&script, "mute drums");
    studio_script_do(&script, "solo 3");
    studio_script_do(&script, "solo 2");
    assert_int_equal(heard(), 2 * NOTES + 4);
    studio_script_do(&script, "solo none");
    studio_script_do(&script, "mute 2"); /* the melody is a track like the others */
    assert_int_equal(heard(), 3 * NOTES + 4);
    studio_script_do(&script, "mute none");
    studio_script_keys(&script, "%");
    assert_int_equal(heard(), NOTES);
    studio_script_do(&script, "track 3"); /* the other melody is alone then */
    assert_int_equal(heard(), NOTES + 4);
}

static void the_accompaniment_is_dim_behind_the_melody(void **state) {
    (void)state;
    studio_script_do(&script, "track 1");
    assert_screen("\xe2\x94\x80\xe2\x94\x80\xe2\x94\x80", true); /* the tune, in thin lines */
    studio_script_keys(&script, "%");
    assert_screen("\xe2\x94\x80\xe2\x94\x80\xe2\x94\x80", false);
}

static void every_version_has_the_accompaniment_of_its_structure(void **state) {
    (void)state;
    studio_script_keys(&script, "3");
    assert_true(heard() >= 3 * NOTES + 4);
    studio_script_keys(&script, "4");
    assert_true(heard() >= 3 * NOTES + 4);
    studio_script_do(&script, "context-file assets/demo/frere-jacques.mid");
    studio_script_keys(&script, "2");
    assert_int_equal(heard(), document_voice(document(), DOCUMENT_CONTEXT)->count);
}

static void a_derived_version_is_exported_with_its_accompaniment(void **state) {
    (void)state;
    Error err = {{0}};
    SmfRows rows = {0};
    studio_script_keys(&script, "3");
    const int notes = editor_track(&script.studio.editor)->count;
    studio_script_do(&script, "export %s", temp_path(&script.temp, "out.mid"));
    assert_non_null(strstr(script.studio.messages.current, "and 3 other tracks"));
    Score back = {0};
    SmfReading reading = {0};
    check_ok(score_file_open(&back, &reading, temp_path(&script.temp, "out.mid"), NULL, NULL, &err), &err);
    check_ok(smf_rows_list(&rows, &back, &err), &err);
    score_deinit(&back);
    smf_read_deinit(&reading);
    assert_int_equal(rows.count, 4);
    assert_string_equal(rows.row[1].name, "Melody");
    assert_int_equal(rows.row[1].notes, notes);
    assert_int_equal(rows.row[0].notes, NOTES);
    smf_rows_deinit(&rows);
    studio_script_do(&script, "export %s", temp_path(&script.temp, "out.flac"));
    if (!script.studio.messages.is_error) /* which says that there is no soundfont */
        assert_int_equal(access(temp_path(&script.temp, "out.flac"), R_OK), 0);
}

/* ---- time ---- */

static int32_t lyric_tick(const Score *score) {
    for (int c = 0; c < score->chunks; c++)
        for (int i = 0; i < events_count(score->chunk[c]); i++)
            if (events_bytes(score->chunk[c], i)[0] == 0xff && events_bytes(score->chunk[c], i)[1] == 5)
                return events_at(score->chunk[c], i).tick;
    return -1;
}

/* A bar opens in all tracks, and in all that the file says beside notes; the rests at the end stay where they are told. */
static void bars_move_everything_that_the_file_holds(void **state) {
    (void)state;
    Error err = {{0}};
    const int32_t bar = 4 * QUARTER;
    Score score = {0};
    SmfReading reading = {0};
    check_ok(score_file_open(&score, &reading, temp_path(&script.temp, "band.mid"), NULL, NULL, &err), &err);
    Events *words = events_new("MTrk", &err);
    check_ok(events_add(words, 2 * bar, (const uint8_t *)"\xff\x05la", 4, &err), &err);
    check_ok(events_add(words, 12 * bar, (const uint8_t *)"\xff\x2f", 2, &err), &err);
    check_ok(score_add_chunk(&score, words, &err), &err);
    check_ok(save_score(&score, temp_path(&script.temp, "sung.mid"), &err), &err);
    score_deinit(&score);
    smf_read_deinit(&reading);

    studio_script_do(&script, "e %s", temp_path(&script.temp, "sung.mid"));
    const Score *song = &document()->score[DOCUMENT_ORIGINAL];
    assert_int_equal(score_end(song), 12 * bar);
    assert_int_equal(document()->recipe.count, 12);
    studio_script_do(&script, "goto 2");
    studio_script_keys(&script, "I I");
    song = &document()->score[DOCUMENT_ORIGINAL];
    assert_int_equal(lyric_tick(song), 4 * bar);
    assert_int_equal(score_end(song), 14 * bar);
    assert_int_equal(document()->recipe.count, 14);
    for (int t = 0; t < song->tracks; t++) assert_int_equal(track_next(song->track[t], bar), 4);
    for (int t = 0; t < song->tracks; t++) assert_int_equal(song->track[t]->notes[4].start, 3 * bar);
    studio_script_do(&script, "w %s", temp_path(&script.temp, "moved.mid"));
    studio_script_do(&script, "e %s", temp_path(&script.temp, "moved.mid"));
    song = &document()->score[DOCUMENT_ORIGINAL];
    assert_int_equal(lyric_tick(song), 4 * bar);
    assert_int_equal(score_end(song), 14 * bar);
    studio_script_do(&script, "goto 2");
    studio_script_keys(&script, "X X");
    song = &document()->score[DOCUMENT_ORIGINAL];
    assert_int_equal(lyric_tick(song), 2 * bar);
    assert_int_equal(score_end(song), 12 * bar);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_line_at_opening_says_which_track_and_why, set_up, tear_down),
        cmocka_unit_test_setup_teardown(tracks_are_listed_and_the_melody_is_marked, set_up, tear_down),
        cmocka_unit_test_setup_teardown(another_track_becomes_the_melody_and_undo_takes_that_back, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(the_choice_is_there_again_after_saving, set_up, tear_down),
        cmocka_unit_test_setup_teardown(tab_completes_names_of_tracks, set_up, tear_down),
        cmocka_unit_test_setup_teardown(tracks_are_muted_and_solo, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_accompaniment_is_dim_behind_the_melody, set_up, tear_down),
        cmocka_unit_test_setup_teardown(every_version_has_the_accompaniment_of_its_structure,
                                        set_up_with_engine, tear_down),
        cmocka_unit_test_setup_teardown(bars_move_everything_that_the_file_holds, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_derived_version_is_exported_with_its_accompaniment,
                                        set_up_with_engine, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
