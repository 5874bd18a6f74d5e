/* The result is edited by its notes: a bar that was changed is kept as these, and the original is not touched. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/studio/actions.h"
#include "tests/support/scripted.h"

static int set_up(void **state) {
    (void)state;
    studio_script_open(&script, true);
    load_two(8);
    studio_script_do(&script, "result");
    return 0;
}

static RecipeKind kind(int bar) {
    return document()->recipe.bar[bar].kind;
}

/* The cursor on a note of bar `bar`, from 0, whose neighbours are other notes of that bar. */
static Note go_to_note_of(int bar) {
    const Track *track = result();
    for (int i = 1; i < track->count; i++) {
        const Note *note = &track->notes[i];
        if (note->start / 1920 != bar || (note->start + note->length - 1) / 1920 != bar) continue;
        session_move(&script.studio.editor.session, note->start, note->pitch);
        return *note;
    }
    fail_msg("bar %d of the result has no note", bar + 1);
    return (Note){0};
}

static bool has(const Track *track, int32_t start, int pitch) {
    int index = track_find(track, start, pitch);
    return index >= 0 && track->notes[index].start == start;
}

static void a_changed_bar_is_kept_as_its_notes(void **state) {
    (void)state;
    Document before = {0};
    assert_true(document_copy(&before, document(), NULL));
    Note note = go_to_note_of(2);
    run("pitch-up");
    assert_int_equal(kind(2), RECIPE_NOTES);
    for (int bar = 0; bar < 8; bar++)
        if (bar != 2) assert_int_equal(kind(bar), before.recipe.bar[bar].kind);
    assert_true(score_equal(&before.score[DOCUMENT_ORIGINAL], &document()->score[DOCUMENT_ORIGINAL]));
    assert_true(score_equal(&before.score[DOCUMENT_CONTEXT], &document()->score[DOCUMENT_CONTEXT]));
    assert_true(has(result(), note.start, note.pitch + 1)); /* and the engine has answered since */
    run("undo");
    assert_true(document_equal(&before, document()));
    assert_true(has(result(), note.start, note.pitch));
    run("redo");
    assert_int_equal(kind(2), RECIPE_NOTES);
    document_deinit(&before);
}

static void one_edit_after_another_adds_up(void **state) {
    (void)state;
    Note note = go_to_note_of(3);
    for (int i = 0; i < 3; i++) { /* faster than the engine answers */
        Command command = {.id = COMMAND_PITCH_UP};
        actions_perform(&script.studio, &command);
    }
    studio_script_wait(&script);
    assert_true(has(result(), note.start, note.pitch + 3));
    run("delete");
    assert_false(has(result(), note.start, note.pitch + 3));
}

static void notes_are_placed_cut_pasted_and_entered(void **state) {
    (void)state;
    studio_script_keys(&script, "i");
    assert_true(script.studio.editor.session.step_entry);
    studio_script_keys(&script, "5 a s d f esc"); /* all of bar 1 */
    assert_int_equal(kind(0), RECIPE_NOTES);
    assert_true(has(result(), 0, result()->notes[0].pitch));
    assert_int_equal(result()->notes[3].start, 3 * 480);
    run("goto 1;select-bars;copy;goto 4;paste");
    assert_int_equal(kind(3), RECIPE_NOTES);
    assert_int_equal(kind(1), RECIPE_CONTEXT);
}

static void what_cannot_be_is_refused(void **state) {
    (void)state;
    go_to_note_of(2);
    run("lock");
    studio_script_refused(&script, "pitch-up");
    assert_non_null(strstr(script.studio.messages.current, "Bar 3 is locked"));
    run("lock");
    studio_script_refused(&script, "insert-bar");
    studio_script_refused(&script, "delete-bar");
    studio_script_refused(&script, "duplicate");
    studio_script_refused(&script, "louder");
    run("goto 9");
    studio_script_refused(&script, "note");
    assert_non_null(strstr(script.studio.messages.current, "The result has 8 bars"));
    run("reconstruction;goto 1");
    studio_script_refused(&script, "note");
    studio_script_refused(&script, "step-entry");
}

/* What the result refers to by its notes, the original refers to when it has been taken over. */
static void references_survive_the_taking_over(void **state) {
    (void)state;
    const Derived *derived = &script.studio.editor.derived;
    studio_script_keys(&script, "0 i 5 a s d f esc");
    run("goto 1;select-bars;copy;goto 4;paste;goto 1;select-bars;copy;goto 6;paste;scale-up");
    char forms[8][sizeof((StructureRepeat){0}.form)];
    assert_int_equal(analysis_repeat(derived->analysis[VERSION_RESULT], 3)->of, 0);
    for (int t = 0; t < 8; t++) strcpy(forms[t], analysis_repeat(derived->analysis[VERSION_RESULT], t)->form);
    run("take-over");
    if (script.studio.pending.question == PENDING_TAKE) studio_script_answer(&script, 'n');
    studio_script_wait(&script);
    assert_int_equal(script.studio.editor.version, VERSION_ORIGINAL);
    for (int t = 0; t < 8; t++)
        assert_string_equal(analysis_repeat(derived->analysis[VERSION_ORIGINAL], t)->form, forms[t]);
    assert_string_equal(takes_name(document()->takes, 0),
                        "taken over 1"); /* its recipe can be come back to */
}

#define THINKING(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        THINKING(a_changed_bar_is_kept_as_its_notes),      THINKING(one_edit_after_another_adds_up),
        THINKING(notes_are_placed_cut_pasted_and_entered), THINKING(what_cannot_be_is_refused),
        THINKING(references_survive_the_taking_over),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
