/* Saving waits for the engine without holding up the loop, and writes the same on a slow machine as on a fast one. A slow
 * engine is one whose replies are not taken yet: to the studio that is the same. */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "app/studio/actions.h"
#include "engine/base/file.h"
#include "midi_io/score_file.h"
#include "tests/support/scripted.h"

static char song[300];

static int set_up(void **state) {
    (void)state;
    studio_script_open(&script, true);
    load_two(8);
    snprintf(song, sizeof song, "%s", temp_path(&script.temp, "song.mid"));
    return 0;
}

/* Performed while the engine stays silent. */
static void give(CommandId id, const char *text) {
    Command command = {.id = id, .has_argument = text[0] != '\0'};
    snprintf(command.text, sizeof command.text, "%s", text);
    actions_perform(&script.studio, &command);
}

static bool is_there(const char *path) {
    return access(path, F_OK) == 0;
}

static bool is_modified(void) {
    return session_modified(&script.studio.editor.session);
}

static void test_the_same_bytes_come_from_a_slow_engine_as_from_a_fast_one(void **state) {
    (void)state;
    unsigned char *slow = NULL, *fast = NULL;
    size_t slow_size = 0, fast_size = 0;
    Error err = {{0}};
    give(COMMAND_SWAP, "");
    assert_true(script.studio.editor.derived.stale[VERSION_RESULT]);
    give(COMMAND_SAVE, song);
    usleep(20000);
    actions_resume(&script.studio); /* turns of the loop */
    assert_false(is_there(song));
    assert_true(is_modified());
    studio_script_wait(&script);
    assert_true(is_there(song));
    assert_false(is_modified());
    studio_script_do(&script, "w %s", temp_path(&script.temp, "fast"));
    check_ok(file_read(song, 1 << 20, &slow, &slow_size, &err), &err);
    check_ok(file_read(temp_path(&script.temp, "fast.mid"), 1 << 20, &fast, &fast_size, &err), &err);
    assert_int_equal(slow_size, fast_size);
    assert_memory_equal(slow, fast, fast_size);
    Score score = {0};
    SmfReading reading = {0};
    check_ok(score_file_open(&score, &reading, song, NULL, NULL, &err), &err);
    assert_non_null(reading.state.image[SMF_IMAGE_RESULT].bytes); /* and the result is among them */
    score_deinit(&score);
    smf_read_deinit(&reading);
    free(slow);
    free(fast);
}

static void test_what_is_typed_while_saving_waits_is_saved_with_it(void **state) {
    (void)state;
    give(COMMAND_SWAP, "");
    give(COMMAND_SAVE, song);
    give(COMMAND_TITLE, "Later");
    studio_script_wait(&script);
    assert_false(is_modified());
    assert_string_equal(editor_document(&script.studio.editor)->score[DOCUMENT_ORIGINAL].title, "Later");
}

static void test_quitting_follows_when_the_song_is_saved(void **state) {
    (void)state;
    give(COMMAND_SWAP, "");
    give(COMMAND_SAVE, song);
    give(COMMAND_QUIT, "");
    assert_int_equal(script.studio.pending.question, PENDING_NONE); /* it is being saved: nothing to ask */
    assert_false(script.studio.quit);
    give(COMMAND_RIGHT, ""); /* and looking around changes nothing about that */
    studio_script_wait(&script);
    assert_true(script.studio.quit);
    assert_true(is_there(song));
}

static void test_esc_ends_the_waiting(void **state) {
    (void)state;
    give(COMMAND_SWAP, "");
    give(COMMAND_WRITE_QUIT, song);
    give(COMMAND_CANCEL, "");
    assert_true(script.studio.messages.is_error);
    studio_script_wait(&script);
    assert_false(is_there(song));
    assert_true(is_modified());
    assert_false(script.studio.quit);
    studio_script_do(&script, "w %s", song);
    assert_true(is_there(song));
    assert_false(script.studio.quit); /* that was another wish */
}

static void test_a_question_is_asked_before_the_waiting_begins(void **state) {
    (void)state;
    temp_write(&script.temp, "song.mid", "precious", 8);
    give(COMMAND_SWAP, "");
    give(COMMAND_SAVE, song);
    assert_int_equal(script.studio.pending.question, PENDING_OVERWRITE);
    actions_perform(&script.studio, &(Command){.id = COMMAND_ANSWER, .number = 0});
    assert_true(is_modified());
    studio_script_wait(&script);
    assert_int_equal(script.studio.pending.question, PENDING_NONE); /* not once more */
    assert_false(is_modified());
}

static void test_taking_over_and_exporting_wait_as_well(void **state) {
    (void)state;
    char version[300];
    snprintf(version, sizeof version, "%s", temp_path(&script.temp, "version.mid"));
    give(COMMAND_SWAP, "");
    give(COMMAND_RESULT, "");
    give(COMMAND_EXPORT, version);
    give(COMMAND_TAKE_OVER, "");
    assert_false(is_there(version));
    assert_int_equal(script.studio.editor.version, VERSION_RESULT);
    studio_script_wait(&script);
    assert_true(is_there(version));
    assert_int_equal(script.studio.editor.version, VERSION_ORIGINAL);
}

/* ---- the writing itself ---- */

static void use_errands(void) {
    Error err = {{0}};
    script.studio.errands = errands_new(&err);
    if (!script.studio.errands) fail_msg("%s", err.text);
}

static void finish_errands(void) {
    errands_free(script.studio.errands);
    script.studio.errands = NULL;
    actions_resume(&script.studio);
}

static void test_an_edit_while_the_file_is_written_is_not_saved(void **state) {
    (void)state;
    use_errands();
    give(COMMAND_SAVE, song);
    assert_true(script.studio.file.saving);
    give(COMMAND_TITLE, "Later");
    give(COMMAND_QUIT, ""); /* as soon as it is saved .. */
    assert_false(script.studio.quit);
    finish_errands();
    assert_true(is_there(song));
    assert_true(is_modified());
    assert_false(script.studio.quit); /* .. but then there is something to ask */
    assert_int_equal(script.studio.pending.question, PENDING_UNSAVED);
}

static void test_saving_twice_writes_one_after_the_other(void **state) {
    (void)state;
    use_errands();
    give(COMMAND_SAVE, song);
    give(COMMAND_TITLE, "Second");
    give(COMMAND_SAVE, ""); /* its name is known, though it is not there yet */
    studio_script_wait(&script);
    assert_int_equal(script.studio.pending.question, PENDING_NONE);
    assert_int_equal(script.studio.pending.held_count, 1);
    errands_finish(script.studio.errands);
    assert_true(is_modified());
    actions_resume(&script.studio);
    assert_true(script.studio.file.saving);
    finish_errands();
    assert_false(is_modified());
}

static void test_what_cannot_be_written_is_told_and_ends_the_waiting(void **state) {
    (void)state;
    use_errands();
    give(COMMAND_WRITE_QUIT, temp_path(&script.temp, "nowhere/song.mid"));
    finish_errands();
    assert_true(script.studio.messages.is_error);
    assert_true(is_modified());
    assert_false(script.studio.quit);
}

#define SAVING(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        SAVING(test_the_same_bytes_come_from_a_slow_engine_as_from_a_fast_one),
        SAVING(test_what_is_typed_while_saving_waits_is_saved_with_it),
        SAVING(test_quitting_follows_when_the_song_is_saved),
        SAVING(test_esc_ends_the_waiting),
        SAVING(test_a_question_is_asked_before_the_waiting_begins),
        SAVING(test_taking_over_and_exporting_wait_as_well),
        SAVING(test_an_edit_while_the_file_is_written_is_not_saved),
        SAVING(test_saving_twice_writes_one_after_the_other),
        SAVING(test_what_cannot_be_written_is_told_and_ends_the_waiting),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
