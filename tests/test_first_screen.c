/* What one sees without having asked: the keys below, the notes above, and no word that is not true any more. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/studio/actions.h"
#include "tests/support/scripted.h"
#include "ui/desk.h"

#define GREENSLEEVES "assets/demo/greensleeves.mid"

static void resize(int width, int height) {
    Error err;
    canvas_deinit(&script.canvas);
    check_ok(canvas_init(&script.canvas, width, height, &err), &err);
    free(studio_script_screen(&script));
}

static bool sees_all_notes(void) {
    const Track *track = editor_track(&script.studio.editor);
    bool seen = true;
    for (int i = 0; i < track->count; i++)
        seen &= geometry_sees_pitch(&script.studio.ui->geometry, track->notes[i].pitch);
    return seen;
}

static void long_words_leave_the_keys_below(void **state) {
    (void)state;
    static const int sizes[][2] = {{80, 24}, {120, 34}, {60, 20}};
    for (int i = 0; i < 3; i++) {
        resize(sizes[i][0], sizes[i][1]);
        messages_say(&script.studio.messages, "%s",
                     "what was read of this file needs more room than one row of "
                     "eighty columns has, so that it goes on in another one, surely");
        assert_screen("enter note", true);
        assert_screen("1.1.1", true);
        messages_refuse(&script.studio.messages, "%s",
                        "a refusal that is as long as this one is, and goes on, and on, "
                        "takes even more rows, all of which are legible");
        assert_screen("enter note", true);
        assert_screen("legible", true);
        messages_clear(&script.studio.messages);
    }
}

static void undo_and_quit_are_seen_at_80_columns(void **state) {
    (void)state;
    assert_screen("u undo", true);
    assert_screen("q quit", true);
}

static void a_refusal_goes_with_the_next_key(void **state) {
    (void)state;
    open_two(4);
    keys("4 * s");
    assert_screen("is locked", true);
    keys("t"); /* the windows' own */
    assert_screen("is locked", false);
    keys("* * s");
    assert_screen("is locked", true);
    keys("l");
    assert_screen("is locked", false);
}

static void only_the_result_has_sources(void **state) {
    (void)state;
    open_two(4);
    keys("1");
    assert_screen("2 context  ", true); /* the version's name above */
    assert_screen("│2 context", false);
    assert_screen("whose", false);
    keys("4");
    assert_screen("│2 context", true);
    keys("2");
    assert_screen("whose", false);
}

static void another_song_is_fitted_to_the_view(void **state) {
    (void)state;
    resize(100, 26);
    keys("k k k k k k k k k k k k k k k k k k k k k k k k k k k k k k"); /* somewhere else */
    run("e " GREENSLEEVES);
    assert_true(sees_all_notes());
    run("new;e assets/demo/twinkle.mid;e " GREENSLEEVES);
    assert_true(sees_all_notes());
}

/* Until a note sounds, which may lie anywhere. */
static void assert_the_sounding_note_is_seen(void) {
    const Track *track = editor_track(&script.studio.editor);
    int sounding = -1;
    for (int i = 0; i < 3000 && sounding < 0; i++) {
        usleep(1000);
        free(studio_script_screen(&script));
        const int32_t playhead = script.studio.ui->last_playhead;
        sounding = playhead >= 0 ? track_find(track, playhead, -1) : -1;
    }
    assert_true(sounding >= 0);
    assert_true(geometry_sees_pitch(&script.studio.ui->geometry, track->notes[sounding].pitch));
}

static void the_smallest_roll_follows_what_sounds(void **state) {
    (void)state;
    resize(40, 10);
    run("e " GREENSLEEVES);
    assert_false(sees_all_notes());
    keys("J J J J J J J J J J J J J J J J J J J J J J J J"); /* the first note lies two octaves lower */
    keys("k k k k k k k k k k k k k k k k k k k k k k k k k k k k k k k k k k k k");
    assert_false(geometry_sees_pitch(&script.studio.ui->geometry, original()->notes[0].pitch));
    keys("g");
    assert_the_sounding_note_is_seen();
    keys(".");
    wait_until_playing(false);
    free(studio_script_screen(&script));
    assert_true(geometry_sees_pitch(&script.studio.ui->geometry, script.studio.editor.session.cursor_pitch));
}

static void one_note_sets_no_key(void **state) {
    (void)state;
    keys("i f");
    assert_false(editor_key(&script.studio.editor).known);
    keys("h");
    assert_false(editor_key(&script.studio.editor).known);
    keys("a");
    assert_true(editor_key(&script.studio.editor).known);
    assert_screen("auto", true);
}

#define SILENT(name) cmocka_unit_test_setup_teardown(name, open_script, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        SILENT(long_words_leave_the_keys_below),
        SILENT(undo_and_quit_are_seen_at_80_columns),
        SILENT(a_refusal_goes_with_the_next_key),
        SILENT(only_the_result_has_sources),
        SILENT(another_song_is_fitted_to_the_view),
        SILENT(the_smallest_roll_follows_what_sounds),
        SILENT(one_note_sets_no_key),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
