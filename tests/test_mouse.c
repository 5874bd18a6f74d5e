/* The mouse in the roll, on the transport, the hints and the lanes, with everything behind it. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/studio/actions.h"
#include "tests/support/check.h"
#include "tests/support/studio_script.h"
#include "ui/desk.h"

static StudioScript script;

static int set_up(void **state) {
    (void)state;
    studio_script_open(&script, false);
    studio_script_keys(&script, "i 5 a d g esc home"); /* C E G, quarters */
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    studio_script_close(&script);
    return 0;
}

static const Track *melody(void) {
    return document_voice(editor_document(&script.studio.editor), DOCUMENT_ORIGINAL);
}

static int column(int32_t tick) {
    return geometry_column(&script.studio.ui->geometry, tick);
}

static int row(int pitch) {
    return geometry_row(&script.studio.ui->geometry, pitch);
}

static void drag(int x, int y, int to_x, int to_y) {
    studio_script_mouse(&script, UI_MOUSE_PRESS, x, y, 1);
    studio_script_mouse(&script, UI_MOUSE_DRAG, (x + to_x) / 2, to_y, 1);
    studio_script_mouse(&script, UI_MOUSE_DRAG, to_x, to_y, 1);
    studio_script_mouse(&script, UI_MOUSE_RELEASE, to_x, to_y, 1);
}

static void assert_note(int index, int32_t start, int32_t length, int pitch) {
    const Note *note = &melody()->notes[index];
    assert_int_equal(note->start, start);
    assert_int_equal(note->length, length);
    assert_int_equal(note->pitch, pitch);
}

static void a_note_is_dragged_to_another_place(void **state) {
    (void)state;
    int rows = script.studio.ui->geometry.halves ? 2 : 1;
    drag(column(480), row(64), column(1440), row(64) - 1);
    assert_int_equal(melody()->count, 3);
    assert_note(2, 1440, 480, 64 + rows);
    assert_int_equal(script.studio.editor.session.cursor_tick, 1440);
    studio_script_keys(&script, "u"); /* one step, however far */
    assert_note(1, 480, 480, 64);
}

static void its_end_makes_it_longer_and_shorter(void **state) {
    (void)state;
    drag(column(959), row(64), column(959) + 2, row(64));
    assert_note(1, 480, 720, 64);
    drag(column(480 + 719), row(64), column(480), row(64));
    assert_note(1, 480, 120, 64);
    drag(column(480), row(64), column(240), row(64)); /* one column wide: there it moves */
    assert_note(1, 240, 120, 64);
}

static void what_is_dragged_back_changes_nothing(void **state) {
    (void)state;
    studio_script_mouse(&script, UI_MOUSE_PRESS, column(480), row(64), 1);
    studio_script_mouse(&script, UI_MOUSE_DRAG, column(1440), row(64), 1);
    assert_non_null(script.studio.ui->grip.preview.notes); /* seen on the way */
    studio_script_mouse(&script, UI_MOUSE_DRAG, column(480), row(64), 1);
    studio_script_mouse(&script, UI_MOUSE_RELEASE, column(480), row(64), 1);
    assert_int_equal(melody()->count, 3); /* nor is it a click, which would remove the note */
    assert_note(1, 480, 480, 64);
}

static void the_right_button_removes(void **state) {
    (void)state;
    studio_script_mouse(&script, UI_MOUSE_PRESS, column(600), row(64), 3);
    studio_script_mouse(&script, UI_MOUSE_RELEASE, column(600), row(64), 3);
    assert_int_equal(melody()->count, 2);
    studio_script_mouse(&script, UI_MOUSE_PRESS, column(600), row(64),
                        3); /* nothing there: the cursor goes */
    assert_int_equal(melody()->count, 2);
    assert_int_equal(script.studio.editor.session.cursor_tick, 600);
}

static void from_between_notes_it_selects(void **state) {
    (void)state;
    drag(column(240), row(70), column(1200), row(60));
    assert_int_equal(script.studio.editor.session.selecting, SESSION_SELECT_NOTES);
    assert_int_equal(melody()->count, 3);
}

/* The column of a word of the row, from the left. */
static int find_on(const char *screen, int y, const char *word) {
    for (int i = 0; i < y; i++) screen = strchr(screen, '\n') + 1;
    const char *end = strchr(screen, '\n'), *found = strstr(screen, word);
    if (!found || (end && found > end)) fail_msg("%s is not in row %d", word, y);
    return (int)(found - screen); /* rows of hints are ASCII */
}

static void transport_and_hints_are_clicked(void **state) {
    (void)state;
    const Layout *layout = &script.studio.ui->layout;
    studio_script_mouse(&script, UI_MOUSE_PRESS, 2, layout->status.y, 1);
    for (int i = 0; i < 2000 && !player_position(script.player).playing; i++) usleep(1000);
    assert_true(player_position(script.player).playing);
    studio_script_keys(&script, ".");
    char *screen = studio_script_screen(&script);
    int undo = find_on(screen, layout->hints.y, "u undo"),
        entry = find_on(screen, layout->hints.y, "i entry");
    int help = find_on(screen, layout->hints.y, "? help");
    free(screen);
    studio_script_mouse(&script, UI_MOUSE_PRESS, undo + 3, layout->hints.y, 1);
    assert_int_equal(melody()->count, 2);
    studio_script_mouse(&script, UI_MOUSE_PRESS, undo - 1, layout->hints.y, 1); /* between two */
    assert_int_equal(melody()->count, 2);
    studio_script_mouse(&script, UI_MOUSE_PRESS, help, layout->hints.y, 1);
    assert_int_equal(script.studio.ui->overlay, DESK_HELP);
    studio_script_keys(&script, "esc");
    studio_script_mouse(&script, UI_MOUSE_PRESS, entry, layout->hints.y, 1);
    assert_true(script.studio.editor.session.step_entry);
}

static void a_source_is_clicked(void **state) {
    (void)state;
    studio_script_do(&script, "context-file %s", studio_script_file(&script, "two.mid", 2, 4));
    studio_script_do(&script, "result");
    const Layout *layout = &script.studio.ui->layout;
    const int y = layout->lanes.y + 1, x = column(1920) + 2;
    const Recipe *recipe = &editor_document(&script.studio.editor)->recipe;
    studio_script_mouse(&script, UI_MOUSE_PRESS, column(0) + 2, y, 1); /* its bar has the focus */
    assert_int_equal(editor_document(&script.studio.editor)->recipe.bar[0].kind, RECIPE_CONTEXT);
    studio_script_mouse(&script, UI_MOUSE_PRESS, x, y, 1); /* this one has not yet */
    assert_int_equal(script.studio.editor.session.cursor_tick, 1920);
    assert_int_equal(recipe->bar[1].kind, RECIPE_CONTEXT);
}

#define SILENT(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        SILENT(a_note_is_dragged_to_another_place),
        SILENT(its_end_makes_it_longer_and_shorter),
        SILENT(what_is_dragged_back_changes_nothing),
        SILENT(the_right_button_removes),
        SILENT(from_between_notes_it_selects),
        SILENT(transport_and_hints_are_clicked),
        SILENT(a_source_is_clicked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
