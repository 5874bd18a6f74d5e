/* The composer under its keys: real windows, real actions, no terminal. */
#include <stdio.h>
#include <stdlib.h>

#include "tests/support/scripted.h"
#include "ui/commands.h"

static int set_up(void **state) {
    (void)state;
    studio_script_open(&script, true);
    open_two(8);
    return 0;
}

static int set_up_without_engine(void **state) {
    (void)state;
    studio_script_open(&script, false);
    open_two(8);
    return 0;
}

static void test_a_session_by_keys(void **state) {
    (void)state;
    const Document *document = editor_document(&script.studio.editor);
    int notes = document_voice(document, DOCUMENT_ORIGINAL)->count;
    keys("$ k k k enter");
    assert_int_equal(document_voice(editor_document(&script.studio.editor), DOCUMENT_ORIGINAL)->count,
                     notes + 1);
    keys("u");
    assert_int_equal(document_voice(editor_document(&script.studio.editor), DOCUMENT_ORIGINAL)->count, notes);
    keys("C-y U");
    keys("0 s");
    assert_int_equal(editor_document(&script.studio.editor)->recipe.bar[0].kind, RECIPE_CONTEXT);
    keys("[ [ *");
    assert_true(editor_document(&script.studio.editor)->recipe.bar[0].locked);
    keys("4");
    assert_screen("[4 result]", true);
    assert_int_equal(script.studio.editor.version, VERSION_RESULT);
    keys("1 , i");
    assert_true(script.studio.editor.session.step_entry);
    keys("a s d 3 f");
    keys("esc");
    assert_false(script.studio.editor.session.step_entry);
    keys(": t i t l e space H i enter");
    assert_string_equal(editor_document(&script.studio.editor)->score[DOCUMENT_ORIGINAL].title, "Hi");
    assert_screen("Hi (one.mid) *", true);
    keys("q");
    assert_screen("Save the changes to Hi", true);
    keys("esc");
    assert_false(script.studio.quit);
    keys("q n");
    assert_true(script.studio.quit);
}

static void test_panes_open_and_close(void **state) {
    (void)state;
    keys("?");
    assert_screen("place a note", true);
    keys("esc t");
    assert_screen("what each bar takes from which", true);
    keys("esc f5");
    assert_screen("one.mid", true);
    keys("esc");
    studio_script_do(&script, "messages");
    keys("esc z z + -");
    assert_screen("1 original", true);
}

/* Every key that there is, in every pane and over everything that can lie on top: nothing breaks, and Esc leads back. */
static void test_every_key_in_every_pane(void **state) {
    (void)state;
    static const char *const places[] = {"f2", "f3", "f4", "f5", "i", "v", "V", "?", ":", "/", "4", "2"};
    static const char *const named[] = {
        "space", "enter", "tab", "backtab", "backspace", "delete", "insert", "left", "right",  "up",
        "down",  "home",  "end", "pageup",  "pagedown",  "f1",     "f6",     "f12",  "S-left", "C-right"};
    for (size_t place = 0; place < sizeof places / sizeof *places; place++) {
        for (int key = 0; key < 94 + 26 + (int)(sizeof named / sizeof *named); key++) {
            char name[16];
            if (key < 94)
                snprintf(name, sizeof name, "%c", '!' + key);
            else if (key < 120)
                snprintf(name, sizeof name, "C-%c", 'a' + key - 94);
            else
                snprintf(name, sizeof name, "%s", named[key - 120]);
            keys(places[place]);
            keys(name);
            script.studio.pending.question = PENDING_NONE;
            keys("esc esc esc esc");
            script.studio.pending.question = PENDING_NONE;
            script.studio.quit = script.studio.suspend = false;
            assert_false(script.studio.editor.session.step_entry);
            assert_int_equal(script.studio.editor.session.selecting, SESSION_SELECT_NONE);
            keys("f2 1");
        }
    }
}

static void test_rebound_keys_work(void **state) {
    (void)state;
    Error err = {{0}};
    check_ok(ui_bind(script.studio.ui, "swap", "x C-w", &err), &err);
    keys("0 x");
    assert_int_equal(editor_document(&script.studio.editor)->recipe.bar[0].kind, RECIPE_CONTEXT);
    keys("C-w");
    assert_int_equal(editor_document(&script.studio.editor)->recipe.bar[0].kind, RECIPE_ORIGINAL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_session_by_keys, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_panes_open_and_close, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_every_key_in_every_pane, set_up_without_engine, tear_down),
        cmocka_unit_test_setup_teardown(test_rebound_keys_work, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
