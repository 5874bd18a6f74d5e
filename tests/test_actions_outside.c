/* Playing, files and quitting: what a command does to the world outside. */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/studio/actions.h"
#include "app/view.h"
#include "engine/base/file.h"
#include "engine/base/utf8.h"
#include "midi_io/score_file.h"
#include "tests/support/recording.h"
#include "tests/support/scripted.h"

static void assert_refused(const char *line) {
    uint64_t revision = script.studio.editor.session.revision;
    studio_script_do(&script, "%s", line);
    if (!script.studio.messages.is_error)
        fail_msg(":%s was not refused: %s", line, script.studio.messages.current);
    assert_true(check_is_sentence(script.studio.messages.current));
    assert_true(script.studio.editor.session.revision == revision);
}

/* ---- playing ---- */

static int count_messages(uint8_t kind, bool loud) {
    const RecordedMessage *messages;
    size_t count = recording_get(script.recording, &messages);
    int found = 0;
    for (size_t i = 0; i < count; i++)
        found += (messages[i].status & 0xF0) == kind && (messages[i].data2 > 0) == loud;
    return found;
}

static void test_every_version_can_be_heard_and_stopped(void **state) {
    (void)state;
    assert_refused("play");
    open_two(8);
    run("metronome;play");
    wait_until_playing(true);
    run("context;original;tempo 200;goto 2;select-bars;loop;loop");
    usleep(30000);
    run("stop");
    wait_until_playing(false);
    assert_int_equal(script.studio.editor.session.cursor_tick, 0); /* back to where it began */
    run("play-start;play");
    wait_until_playing(false);
    run("count-in;panic");
    while (!player_is_settled(script.player)) usleep(1000); /* nobody sends any more */
    int on = count_messages(0x90, true),
        off = count_messages(0x80, true) + count_messages(0x80, false) + count_messages(0x90, false);
    assert_true(on > 0);
    assert_int_equal(on, off);
}

static void test_a_lost_output_waits_for_the_one_that_is_being_opened(void **state) {
    (void)state;
    const Error event = {"The output is gone."};
    script.studio.outlet.opening = true;
    outlet_lose(&script.studio.outlet, &event);
    assert_string_equal(player_output_name(script.player), "recording");
    script.studio.outlet.opening = false;
    snprintf(script.studio.outlet.wanted, sizeof script.studio.outlet.wanted, "silent");
    outlet_lose(&script.studio.outlet, &event);
    assert_string_equal(player_output_name(script.player), "silent");
}

static void sleep_until(int wake_fd) {
    struct pollfd wake = {.fd = wake_fd, .events = POLLIN};
    if (poll(&wake, 1, 5000) == 0) fail_msg("nobody wakes the loop");
}

static void test_an_output_is_opened_beside_the_loop(void **state) {
    (void)state;
    Outlet *outlet = &script.studio.outlet;
    Error err = {{0}};
    Errands *errands = outlet->errands = errands_new(&err);
    if (!errands) fail_msg("%s", err.text);
    run("midi silent");
    assert_true(outlet->opening && outlet->closing); /* "recording" is given back first */
    assert_string_equal(outlet_name(outlet), "opening the sound");
    run("midi synth");
    assert_true(script.studio.messages.is_error); /* one at a time */
    while (outlet->closing) {
        sleep_until(player_wake_fd(script.player));
        outlet_collect(outlet);
    }
    assert_true(outlet->opening);
    assert_false(player_is_replacing(script.player)); /* closed before the new one was sought */
    sleep_until(errands_wake_fd(errands));
    errands_finish(errands);
    assert_false(outlet->opening);
    assert_string_equal(outlet_name(outlet), "silent");
    assert_string_equal(script.studio.messages.current, "output: silent");
    outlet->errands = NULL;
    errands_free(errands);
}

/* ---- files ---- */

static void test_saving_and_opening(void **state) {
    (void)state;
    open_two(8);
    run("goto 2;swap;lock;title Kept");
    studio_script_do(&script, "w %s", temp_path(&script.temp, "song"));
    assert_false(session_modified(&script.studio.editor.session));
    assert_int_equal(access(temp_path(&script.temp, "song.mid"), R_OK), 0);
    Document saved = {0};
    document_copy(&saved, editor_document(&script.studio.editor), NULL);
    run("goto 1;note;new");
    assert_int_equal(script.studio.pending.question, PENDING_UNSAVED);
    studio_script_answer(&script, 'c');
    assert_true(session_modified(&script.studio.editor.session));
    run("new");
    studio_script_answer(&script, 'n');
    assert_int_equal(original()->count, 0);
    studio_script_do(&script, "e %s", temp_path(&script.temp, "song.mid"));
    assert_true(document_equal(&saved, editor_document(&script.studio.editor)));
    document_deinit(&saved);
    assert_int_equal(script.studio.recent.count, 3);
}

static bool is_on_screen(const char *words) {
    char *screen = studio_script_screen(&script);
    bool found = strstr(screen, words) != NULL;
    free(screen);
    return found;
}

static void test_a_name_is_asked_for_while_the_prompt_is_open(void **state) {
    (void)state;
    run("note");
    studio_script_keys(&script, "C-s");
    assert_true(is_on_screen("no name yet: type one"));
    studio_script_keys(&script, "esc");
    assert_false(is_on_screen("no name yet"));
    assert_true(session_modified(&script.studio.editor.session));
    studio_script_keys(&script, ":");
    assert_false(is_on_screen("no name yet"));
}

static void test_overwriting_is_asked(void **state) {
    (void)state;
    char other[300];
    snprintf(other, sizeof other, "%s", temp_write(&script.temp, "other.mid", "precious", 8));
    run("note");
    studio_script_do(&script, "w %s", other);
    assert_int_equal(script.studio.pending.question, PENDING_OVERWRITE);
    studio_script_answer(&script, 'n');
    assert_true(session_modified(&script.studio.editor.session));
    studio_script_do(&script, "w %s", other);
    studio_script_answer(&script, 'y');
    assert_false(session_modified(&script.studio.editor.session));
    run("note;w"); /* its own file needs no question */
    assert_int_equal(script.studio.pending.question, PENDING_NONE);
    assert_false(session_modified(&script.studio.editor.session));
}

static void test_a_song_without_a_suffix_is_saved_where_it_was_opened(void **state) {
    (void)state;
    char named[300];
    snprintf(named, sizeof named, "%s", temp_path(&script.temp, "song.mid"));
    run("note");
    studio_script_do(&script, "w %s", named);
    assert_int_equal(rename(named, temp_path(&script.temp, "song")), 0);
    studio_script_do(&script, "e %s", temp_path(&script.temp, "song"));
    run("goto 2;note;w");
    assert_false(session_modified(&script.studio.editor.session));
    assert_int_equal(access(named, F_OK), -1);
}

/* Nobody is asked about overwriting what will not be written. */
static void test_folders_and_wrong_endings_are_refused_before_any_question(void **state) {
    (void)state;
    char folder[300], line[400];
    snprintf(folder, sizeof folder, "%s", temp_path(&script.temp, "folder"));
    temp_write(&script.temp, "tune.mid", "precious", 8);
    assert_int_equal(mkdir(folder, 0700), 0);
    run("note");
    static const char *const verbs[] = {"w", "export", "render"};
    for (int i = 0; i < 6; i++) {
        snprintf(line, sizeof line, "%s %s%s", verbs[i / 2], folder, i % 2 ? "/" : "");
        assert_refused(line);
        assert_non_null(strstr(script.studio.messages.current, "is a folder"));
        assert_int_equal(script.studio.pending.question, PENDING_NONE);
    }
    assert_int_equal(access(temp_path(&script.temp, "folder.mid"), F_OK), -1);
    snprintf(line, sizeof line, "render %s", temp_path(&script.temp, "tune.mid"));
    assert_refused(line);
    assert_non_null(strstr(script.studio.messages.current, ".wav"));
    assert_int_equal(script.studio.pending.question, PENDING_NONE);
}

/* Another instance, or any program, saved to the same file meanwhile. */
static void test_a_change_from_elsewhere_is_not_lost(void **state) {
    (void)state;
    char song[300];
    snprintf(song, sizeof song, "%s", temp_path(&script.temp, "shared.mid"));
    run("note");
    studio_script_do(&script, "w %s", song);
    usleep(20000); /* the clock of a file system may be coarse */
    temp_write(&script.temp, "shared.mid", "theirs", 6);
    run("goto 2;note;w");
    assert_int_equal(script.studio.pending.question, PENDING_OVERWRITE);
    studio_script_answer(&script, 'n');
    assert_true(session_modified(&script.studio.editor.session));
    run("w");
    studio_script_answer(&script, 'y');
    assert_false(session_modified(&script.studio.editor.session));
    run("goto 3;note;w");
    assert_int_equal(script.studio.pending.question, PENDING_NONE);
    usleep(20000);
    temp_write(&script.temp, "shared.mid", "again", 5);
    run("goto 4;note;q"); /* two questions, and the second one still knows about quitting */
    studio_script_answer(&script, 'y');
    assert_int_equal(script.studio.pending.question, PENDING_OVERWRITE);
    assert_false(script.studio.quit);
    studio_script_answer(&script, 'y');
    assert_true(script.studio.quit);
    assert_false(session_modified(&script.studio.editor.session));
}

static void test_files_that_are_no_music(void **state) {
    (void)state;
    char line[400];
    static const char *const verbs[] = {"e", "context-file"};
    temp_write(&script.temp, "text.mid", "hello", 5);
    temp_write(&script.temp, "empty.mid", "", 0);
    static const char *const names[] = {"text.mid", "empty.mid", "missing.mid", ""};
    for (size_t v = 0; v < 2; v++)
        for (size_t n = 0; n < sizeof names / sizeof *names; n++) {
            snprintf(line, sizeof line, "%s %s", verbs[v], temp_path(&script.temp, names[n]));
            assert_refused(line);
        }
    assert_refused("context-file");
    assert_refused("export");
    assert_refused("render");
    assert_refused("w /nowhere/at/all.mid");
}

static void test_exporting_and_rendering(void **state) {
    (void)state;
    open_two(2);
    studio_script_do(&script, "export %s", temp_path(&script.temp, "out"));
    assert_int_equal(access(temp_path(&script.temp, "out.mid"), R_OK), 0);
    Score back = {0};
    SmfReading reading = {0};
    Error err = {{0}};
    check_ok(score_file_open(&back, &reading, temp_path(&script.temp, "out.mid"), NULL, NULL, &err), &err);
    assert_true(track_equal(score_voice(&back, 0), original()));
    score_deinit(&back);
    smf_read_deinit(&reading);
    run("result");
    assert_refused("export nothing");
    run("original");
    studio_script_do(&script, "render %s", temp_path(&script.temp, "out.xyz"));
    assert_true(script.studio.messages.is_error);
}

static void test_quitting_asks_when_unsaved(void **state) {
    (void)state;
    run("note;q");
    assert_false(script.studio.quit);
    studio_script_answer(&script, 'c');
    assert_false(script.studio.quit);
    run("q");
    studio_script_answer(&script, 'y'); /* it has no name to be saved under */
    assert_false(script.studio.quit);
    studio_script_keys(&script, "esc");
    run("q");
    studio_script_answer(&script, 'n');
    assert_true(script.studio.quit);
    script.studio.quit = false;
    studio_script_do(&script, "w %s", temp_path(&script.temp, "last.mid"));
    run("note;wq");
    assert_true(script.studio.quit);
    assert_int_equal(access(temp_path(&script.temp, "last.mid"), R_OK), 0);
}

static void type_name(const char *name) {
    UiKey key = {.kind = UI_KEY_CHAR};
    ViewFrame frame;
    Command command;
    while (*name) {
        name = utf8_next(name, &key.codepoint);
        ui_key(script.studio.ui, &key, view_build(&frame, &script.studio), &command);
    }
    studio_script_keys(&script, "enter");
}

static void test_naming_the_song_goes_on_with_what_waited(void **state) {
    (void)state;
    char song[300], other[300];
    snprintf(song, sizeof song, "%s", studio_script_file(&script, "song.mid", 3, 4));
    snprintf(other, sizeof other, "%s", temp_write(&script.temp, "other.mid", "precious", 8));
    run("note;q");
    studio_script_answer(&script, 'y');
    type_name(temp_path(&script.temp, "named.mid"));
    assert_true(script.studio.quit);
    script.studio.quit = false;
    run("new;note;wq");
    type_name(other);
    assert_int_equal(script.studio.pending.question, PENDING_OVERWRITE);
    studio_script_answer(&script, 'y');
    assert_true(script.studio.quit);
    script.studio.quit = false;
    run("new;note");
    studio_script_do(&script, "e %s", song);
    studio_script_answer(&script, 'y');
    type_name(other);
    studio_script_answer(&script, 'y');
    assert_string_equal(file_base(script.studio.file.path), "song.mid");
    assert_false(session_modified(&script.studio.editor.session));
}

/* Whatever else is done instead of naming the song, a later :w only saves. */
static void test_a_name_that_is_not_given_ends_the_waiting(void **state) {
    (void)state;
    char other[300];
    snprintf(other, sizeof other, "%s", temp_write(&script.temp, "other.mid", "precious", 8));
    static const char *const instead[] = {"esc", "C-u enter", "C-u h e l p enter esc",
                                          "C-u n o n s e n s e enter", "C-u g o t o space 2 enter"};
    for (size_t i = 0; i < sizeof instead / sizeof *instead; i++) {
        run("new;note;q");
        studio_script_answer(&script, 'y');
        studio_script_keys(&script, instead[i]);
        studio_script_do(&script, "w %s", temp_path(&script.temp, "late"));
        if (script.studio.pending.question == PENDING_OVERWRITE) studio_script_answer(&script, 'y');
        assert_false(session_modified(&script.studio.editor.session));
        assert_false(script.studio.quit);
    }
    run("new;note;q");
    studio_script_answer(&script, 'y');
    type_name(other);
    studio_script_answer(&script, 'n');
    studio_script_do(&script, "w %s", temp_path(&script.temp, "later"));
    assert_false(script.studio.quit);
}

#define SCRIPTED(name) cmocka_unit_test_setup_teardown(name, open_script, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        SCRIPTED(test_every_version_can_be_heard_and_stopped),
        SCRIPTED(test_a_lost_output_waits_for_the_one_that_is_being_opened),
        SCRIPTED(test_an_output_is_opened_beside_the_loop),
        SCRIPTED(test_saving_and_opening),
        SCRIPTED(test_a_name_is_asked_for_while_the_prompt_is_open),
        SCRIPTED(test_overwriting_is_asked),
        SCRIPTED(test_a_song_without_a_suffix_is_saved_where_it_was_opened),
        SCRIPTED(test_folders_and_wrong_endings_are_refused_before_any_question),
        SCRIPTED(test_a_change_from_elsewhere_is_not_lost),
        SCRIPTED(test_files_that_are_no_music),
        SCRIPTED(test_exporting_and_rendering),
        SCRIPTED(test_quitting_asks_when_unsaved),
        SCRIPTED(test_naming_the_song_goes_on_with_what_waited),
        SCRIPTED(test_a_name_that_is_not_given_ends_the_waiting),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
