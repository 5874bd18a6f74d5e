#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "engine/base/file.h"
#include "engine/base/utf8.h"
#include "tests/support/check.h"
#include "tests/support/temp.h"
#include "ui/keymap.h"
#include "ui/prompt.h"

static PromptResult press(Prompt *prompt, const Complete *complete, const char *name) {
    KeymapChord chord;
    assert_true(keymap_parse(&chord, name));
    UiKey key = {.kind = chord.kind, .codepoint = chord.codepoint, .control = chord.control};
    return prompt_key(prompt, &key, complete);
}

static void type(Prompt *prompt, const char *text) {
    static const Complete none;
    while (*text) {
        UiKey key = {.kind = UI_KEY_CHAR};
        text = utf8_next(text, &key.codepoint);
        prompt_key(prompt, &key, &none);
    }
}

static void lines_are_edited_by_whole_letters(void **state) {
    (void)state;
    static const Complete none;
    Prompt prompt;
    prompt_init(&prompt, NULL, (PromptKeeper){0});
    prompt_open(&prompt, PROMPT_COMMAND, "");
    type(&prompt, "title \xc3\xa9t\xc3\xa9");
    press(&prompt, &none, "left");
    press(&prompt, &none, "left");
    press(&prompt, &none, "backspace");
    assert_string_equal(prompt.text, "title t\xc3\xa9");
    press(&prompt, &none, "end");
    press(&prompt, &none, "backspace");
    press(&prompt, &none, "home");
    press(&prompt, &none, "delete");
    assert_string_equal(prompt.text, "itle t");
    press(&prompt, &none, "end");
    press(&prompt, &none, "C-w");
    assert_string_equal(prompt.text, "itle ");
    press(&prompt, &none, "C-u");
    assert_string_equal(prompt.text, "");
    assert_int_equal(press(&prompt, &none, "backspace"), PROMPT_CANCELLED);
    assert_int_equal(prompt.kind, PROMPT_CLOSED);
    prompt_deinit(&prompt);
}

static void pasted_text_cannot_press_enter(void **state) {
    (void)state;
    static const Complete none;
    Prompt prompt;
    prompt_init(&prompt, NULL, (PromptKeeper){0});
    prompt_open(&prompt, PROMPT_COMMAND, "w ");
    for (const char *p = "a.mid\nq!\x1b[A"; *p; p++) {
        UiKey key = {.kind = UI_KEY_PASTE, .codepoint = (unsigned char)*p};
        assert_int_equal(prompt_key(&prompt, &key, &none), PROMPT_CHANGED);
    }
    assert_string_equal(prompt.text, "w a.midq![A");
    prompt_deinit(&prompt);
}

static void names_choices_and_paths_are_completed(void **state) {
    (void)state;
    Complete complete = {0};
    Prompt prompt;
    Temp temp;
    temp_open(&temp);
    temp_write(&temp, "ode to joy.mid", "x", 1);
    temp_write(&temp, "ode.txt", "x", 1);
    mkdir(temp_path(&temp, "odes"), 0700);
    static const char *const choices[] = {"none", "key", "register"};
    complete_set(&complete, COMMAND_ALIGN, choices, 3);
    prompt_init(&prompt, NULL, (PromptKeeper){0});

    prompt_open(&prompt, PROMPT_COMMAND, "expo");
    press(&prompt, &complete, "tab");
    assert_string_equal(prompt.text, "export ");
    prompt_open(&prompt, PROMPT_COMMAND, "mi");
    press(&prompt, &complete, "tab"); /* midi, midi-in, mix-..: nothing more in common */
    assert_string_equal(prompt.text, "mi");
    press(&prompt, &complete, "tab");
    assert_string_equal(prompt.text, "midi");
    press(&prompt, &complete, "tab");
    assert_string_equal(prompt.text, "midi-in");
    press(&prompt, &complete, "backtab");
    assert_string_equal(prompt.text, "midi");
    prompt_open(&prompt, PROMPT_COMMAND, "align r");
    press(&prompt, &complete, "tab");
    assert_string_equal(prompt.text, "align register");

    char line[600], expected[600];
    snprintf(line, sizeof line, "e %s/od", temp.folder);
    snprintf(expected, sizeof expected, "e %s/ode", temp.folder);
    prompt_open(&prompt, PROMPT_COMMAND, line);
    press(&prompt, &complete, "tab"); /* the song and the folder, not the text file */
    assert_string_equal(prompt.text, expected);
    assert_int_equal(prompt.candidates.count, 2);
    press(&prompt, &complete, "tab");
    snprintf(expected, sizeof expected, "e %s/ode to joy.mid", temp.folder);
    assert_string_equal(prompt.text, expected);

    prompt_deinit(&prompt);
    complete_deinit(&complete);
    temp_close(&temp);
}

static void history_is_walked_by_beginning_and_kept_in_a_file(void **state) {
    (void)state;
    static const Complete none;
    static const char *const lines[] = {"tempo 90", "w a.mid", "tempo 100", "tempo 90"};
    Prompt prompt;
    Temp temp;
    temp_open(&temp);
    const char *path = temp_path(&temp, "history");
    prompt_init(&prompt, path, (PromptKeeper){0});
    for (size_t i = 0; i < 4; i++) {
        prompt_open(&prompt, PROMPT_COMMAND, lines[i]);
        assert_int_equal(press(&prompt, &none, "enter"), PROMPT_DONE);
    }
    prompt_deinit(&prompt);

    prompt_init(&prompt, path, (PromptKeeper){0});
    assert_int_equal(prompt.history.count, 3); /* the same line twice is one */
    prompt_open(&prompt, PROMPT_COMMAND, "t");
    press(&prompt, &none, "up");
    assert_string_equal(prompt.text, "tempo 90");
    press(&prompt, &none, "up");
    assert_string_equal(prompt.text, "tempo 100");
    press(&prompt, &none, "up"); /* there is no older one */
    assert_string_equal(prompt.text, "tempo 100");
    press(&prompt, &none, "down");
    press(&prompt, &none, "down");
    assert_string_equal(prompt.text, "t");
    prompt_deinit(&prompt);
    temp_close(&temp);
}

static void history_is_bounded_and_survives_nonsense(void **state) {
    (void)state;
    static const Complete none;
    Prompt prompt;
    Temp temp;
    temp_open(&temp);
    char *nonsense = malloc(5000);
    assert_non_null(nonsense);
    memset(nonsense, 'x', 5000);
    memcpy(nonsense + 4990, "\n\n\0\xff\nw\n", 8);
    prompt_init(&prompt, temp_write(&temp, "history", nonsense, 5000), (PromptKeeper){0});
    free(nonsense);
    for (int i = 0; i < HISTORY_MAX + 30; i++) {
        char line[32];
        snprintf(line, sizeof line, "goto %d", i);
        prompt_open(&prompt, PROMPT_COMMAND, line);
        press(&prompt, &none, "enter");
    }
    assert_int_equal(prompt.history.count, HISTORY_MAX);
    assert_string_equal(prompt.history.line[HISTORY_MAX - 1], "goto 229");
    prompt_deinit(&prompt);
    temp_close(&temp);
}

static void a_line_of_any_length_keeps_its_cursor_on_the_screen(void **state) {
    (void)state;
    static const Complete none;
    Prompt prompt;
    Canvas canvas = {0};
    assert_true(canvas_init(&canvas, 40, 2, NULL));
    prompt_init(&prompt, NULL, (PromptKeeper){0});
    prompt_open(&prompt, PROMPT_COMMAND, "");
    for (int i = 0; i < 2 * PROMPT_SIZE; i++) {
        int x, y;
        type(&prompt, i % 3 ? "a" : "\xe6\xa5\xbd");
        if (i % 100) continue;
        prompt_draw(&prompt, &canvas, (Rect){0, 0, 40, 1}, (Rect){0, 1, 40, 1}, &x, &y);
        assert_true(x >= 1 && x < 40 && y == 0);
    }
    assert_true(strlen(prompt.text) < PROMPT_SIZE);
    assert_int_equal(press(&prompt, &none, "esc"), PROMPT_CANCELLED);
    prompt_deinit(&prompt);
    canvas_deinit(&canvas);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_are_edited_by_whole_letters),
        cmocka_unit_test(pasted_text_cannot_press_enter),
        cmocka_unit_test(names_choices_and_paths_are_completed),
        cmocka_unit_test(history_is_walked_by_beginning_and_kept_in_a_file),
        cmocka_unit_test(history_is_bounded_and_survives_nonsense),
        cmocka_unit_test(a_line_of_any_length_keeps_its_cursor_on_the_screen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
