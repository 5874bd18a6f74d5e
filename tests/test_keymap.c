#include <stdio.h>

#include "tests/support/check.h"

#include "ui/keymap.h"

static UiKey press(KeymapChord chord) {
    return (UiKey){
        .kind = chord.kind, .codepoint = chord.codepoint, .control = chord.control, .shift = chord.shift};
}

static CommandId command_of(const Keymap *keys, KeymapMode mode, const char *name) {
    KeymapChord chord;
    Command command;
    assert_true(keymap_parse(&chord, name));
    UiKey key = press(chord);
    keymap_command(keys, mode, &key, &command);
    return command.id;
}

static void each_default_key_yields_its_command(void **state) {
    (void)state;
    Keymap keys;
    keymap_init(&keys, NULL);
    for (int id = 0; id < COMMAND_COUNT; id++) {
        const char *list = commands_get((CommandId)id)->keys;
        char words[128];
        snprintf(words, sizeof words, "%s", list);
        int count = 0;
        for (char *rest = words, *word; (word = strtok_r(rest, " ", &rest)); count++)
            assert_int_equal(command_of(&keys, KEYMAP_ROLL, word), id);
        assert_int_equal(count, keys.count[id]); /* none was taken away by a later command */
    }
}

static void no_two_commands_share_a_key(void **state) {
    (void)state;
    Keymap keys;
    keymap_init(&keys, NULL);
    for (int a = 0; a < COMMAND_COUNT; a++)
        for (int b = a + 1; b < COMMAND_COUNT; b++)
            for (int i = 0; i < keys.count[a]; i++)
                for (int j = 0; j < keys.count[b]; j++)
                    if (keymap_equal(keys.chord[a][i], keys.chord[b][j]))
                        fail_msg("%s and %s share a key", commands_get((CommandId)a)->name,
                                 commands_get((CommandId)b)->name);
}

static void names_and_help_lines_are_fit_to_print(void **state) {
    (void)state;
    for (int id = 0; id < COMMAND_COUNT; id++) {
        const CommandsEntry *entry = commands_get((CommandId)id);
        if (strlen(entry->help) > 58) fail_msg("the help of %s is too long for 80 columns", entry->name);
        assert_int_equal(commands_find(entry->name, NULL), id);
    }
}

static void key_names_are_read_and_printed(void **state) {
    (void)state;
    static const char *const names[] = {
        "h",     "H",   "$",       "C-s", "C-\\",   "S-left", "C-right",  "f1", "f12",   "space",
        "enter", "tab", "backtab", "esc", "pageup", "delete", "\xc3\xa9", "-",  "C-S-up"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        KeymapChord chord;
        char printed[16];
        assert_true(keymap_parse(&chord, names[i]));
        keymap_print(printed, chord);
        assert_string_equal(printed, names[i]);
    }
    static const char *const wrong[] = {"",    "hh",         "C-",   "S-x",   "C-enter",
                                        "f13", "C-\xc3\xa9", "\x1b", "left-", "C-5"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        KeymapChord chord;
        if (keymap_parse(&chord, wrong[i])) fail_msg("'%s' was read as a key", wrong[i]);
    }
}

static void rebinding_takes_the_key_from_its_owner(void **state) {
    (void)state;
    Keymap keys;
    Error err;
    char list[32];
    keymap_init(&keys, NULL);
    check_ok(keymap_bind(&keys, "swap", "b C-n", &err), &err);
    assert_int_equal(command_of(&keys, KEYMAP_ROLL, "b"), COMMAND_SWAP);
    assert_int_equal(command_of(&keys, KEYMAP_ROLL, "C-n"), COMMAND_SWAP);
    assert_int_equal(command_of(&keys, KEYMAP_ROLL, "s"), COMMAND_NONE);
    assert_int_equal(keys.count[COMMAND_PREVIOUS_NOTE], 0);
    keymap_of(&keys, COMMAND_SWAP, list, sizeof list);
    assert_string_equal(list, "b, C-n");
    check_refused(keymap_bind(&keys, "swop", "b", &err), &err);
    check_refused(keymap_bind(&keys, "swap", "b nokey", &err), &err);
    check_refused(keymap_bind(&keys, "swap", "a b c d e", &err), &err);
    assert_int_equal(command_of(&keys, KEYMAP_ROLL, "b"), COMMAND_SWAP); /* refusals changed nothing */
    check_ok(keymap_bind(&keys, "swap", "", &err), &err);
    assert_int_equal(command_of(&keys, KEYMAP_ROLL, "b"), COMMAND_NONE);
}

static void layouts_put_the_notes_under_the_same_fingers(void **state) {
    (void)state;
    static const struct {
        const char *layout, *c, *c_sharp, *g_sharp;
    } layouts[] = {{"qwerty", "a", "w", "y"}, {"qwertz", "a", "w", "z"}, {"azerty", "q", "z", "y"}};
    for (int i = 0; i < 3; i++) {
        Keymap keys;
        Command command;
        assert_string_equal(keymap_layout_name(i), layouts[i].layout);
        keymap_init(&keys, layouts[i].layout);
        const char *const names[] = {layouts[i].c, layouts[i].c_sharp, layouts[i].g_sharp, "k"};
        static const int pitches[] = {0, 1, 8, 12};
        for (int n = 0; n < 4; n++) {
            UiKey key = {.kind = UI_KEY_CHAR, .codepoint = (uint32_t)names[n][0]};
            assert_true(keymap_command(&keys, KEYMAP_STEP, &key, &command));
            assert_int_equal(command.id, COMMAND_STEP_PITCH);
            assert_int_equal((int)command.number, pitches[n]);
        }
    }
    assert_string_equal(keymap_layout_name(3), "letters");
    assert_null(keymap_layout_name(4));
}

static void upper_keys_go_on_and_letters_are_a_layout(void **state) {
    (void)state;
    Keymap keys;
    Command command;
    static const char upper[] = "kolp;", names[] = "cdefgab";
    static const int white[] = {0, 2, 4, 5, 7, 9, 11};
    keymap_init(&keys, "qwerty");
    for (int i = 0; upper[i]; i++) {
        UiKey key = {.kind = UI_KEY_CHAR, .codepoint = (uint32_t)upper[i]};
        assert_true(keymap_command(&keys, KEYMAP_STEP, &key, &command));
        assert_int_equal(command.id, COMMAND_STEP_PITCH);
        assert_int_equal((int)command.number, 12 + i);
    }
    keymap_init(&keys, "letters");
    for (int i = 0; names[i]; i++) {
        UiKey key = {.kind = UI_KEY_CHAR, .codepoint = (uint32_t)names[i]};
        assert_true(keymap_command(&keys, KEYMAP_STEP, &key, &command));
        assert_int_equal(command.id, COMMAND_STEP_LETTER);
        assert_int_equal((int)command.number, white[i]);
    }
    assert_int_equal(command_of(&keys, KEYMAP_STEP, "space"),
                     COMMAND_PLAY); /* a gap in the layout is no key */
}

static void step_entry_has_its_own_keys_and_no_accidents(void **state) {
    (void)state;
    Keymap keys;
    Command command;
    keymap_init(&keys, "qwerty");
    for (int c = '3'; c <= '7'; c++) {
        UiKey key = {.kind = UI_KEY_CHAR, .codepoint = (uint32_t)c};
        assert_true(keymap_command(&keys, KEYMAP_STEP, &key, &command));
        assert_int_equal(command.id, COMMAND_STEP_LENGTH);
        assert_int_equal((int)command.number, 1 << (c - '3'));
    }
    assert_int_equal(command_of(&keys, KEYMAP_STEP, "."), COMMAND_STEP_DOT);
    assert_int_equal(command_of(&keys, KEYMAP_STEP, "tab"), COMMAND_STEP_REST);
    assert_int_equal(command_of(&keys, KEYMAP_STEP, "backspace"), COMMAND_UNDO);
    assert_int_equal(command_of(&keys, KEYMAP_STEP, "-"), COMMAND_STEP_OCTAVE);
    assert_int_equal(command_of(&keys, KEYMAP_STEP, "q"), COMMAND_NONE);
    assert_int_equal(command_of(&keys, KEYMAP_STEP, "X"), COMMAND_NONE);
    assert_int_equal(command_of(&keys, KEYMAP_STEP, "A"), COMMAND_NONE);
    assert_int_equal(command_of(&keys, KEYMAP_STEP, "H"), COMMAND_PREVIOUS_BAR);
    assert_int_equal(command_of(&keys, KEYMAP_STEP, "b"), COMMAND_PREVIOUS_NOTE);
    assert_int_equal(command_of(&keys, KEYMAP_STEP, "U"), COMMAND_REDO);
    assert_int_equal(command_of(&keys, KEYMAP_STEP, "?"), COMMAND_HELP);
    assert_int_equal(command_of(&keys, KEYMAP_STEP, ":"), COMMAND_COMMAND_LINE);
    assert_int_equal(command_of(&keys, KEYMAP_STEP, "up"), COMMAND_STEP_CORRECT);
    assert_int_equal(command_of(&keys, KEYMAP_STEP, "esc"), COMMAND_CANCEL);
    assert_int_equal(command_of(&keys, KEYMAP_STEP, "space"), COMMAND_PLAY);
    assert_int_equal(command_of(&keys, KEYMAP_STEP, "C-z"), COMMAND_UNDO);
    assert_int_equal(command_of(&keys, KEYMAP_STEP, "1"), COMMAND_ORIGINAL);
}

static void lanes_and_matrix_move_by_bars(void **state) {
    (void)state;
    Keymap keys;
    keymap_init(&keys, NULL);
    assert_int_equal(command_of(&keys, KEYMAP_LANES, "h"), COMMAND_PREVIOUS_BAR);
    assert_int_equal(command_of(&keys, KEYMAP_LANES, "j"), COMMAND_DOWN);
    assert_int_equal(command_of(&keys, KEYMAP_MATRIX, "down"), COMMAND_NEXT_BAR);
    assert_int_equal(command_of(&keys, KEYMAP_MATRIX, "enter"), COMMAND_INSPECT);
    assert_int_equal(command_of(&keys, KEYMAP_LANES, "s"), COMMAND_SWAP);
}

static void lines_become_commands(void **state) {
    (void)state;
    static const struct {
        const char *line;
        CommandId id;
        double number;
        const char *text;
    } cases[] = {
        {"goto 5", COMMAND_GOTO, 5, "5"},
        {":12", COMMAND_GOTO, 12, "12"},
        {"w", COMMAND_SAVE, 0, ""},
        {"w  my song.mid ", COMMAND_SAVE, 0, "my song.mid"},
        {"e a.mid", COMMAND_OPEN, 0, "a.mid"},
        {"recon", COMMAND_RECONSTRUCTION, 0, ""},
        {"q!", COMMAND_QUIT_NOW, 0, ""},
        {"tempo 92.5", COMMAND_TEMPO, 92.5, "92.5"},
        {"meter 3/4", COMMAND_METER, 3, "3/4"},
        {"   ", COMMAND_NONE, 0, ""},
        {"align key", COMMAND_ALIGN, 0, "key"},
        {"program 41", COMMAND_PROGRAM, 41, "41"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Command command;
        Error err;
        check_ok(commands_parse(&command, cases[i].line, &err), &err);
        assert_int_equal(command.id, cases[i].id);
        assert_string_equal(command.text, cases[i].text);
        assert_int_equal(command.has_argument, cases[i].text[0] != '\0');
        assert_true(command.number == cases[i].number);
    }
    static const char *const wrong[] = {"nonsense", "seed five", "undo 3",  "seed nan",
                                        "s!",       "re",        "seed inf"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        Command command;
        Error err;
        check_refused(commands_parse(&command, wrong[i], &err), &err);
    }
}

static void one_can_always_quit(void **state) {
    (void)state;
    Keymap keys;
    Error err;
    keymap_init(&keys, NULL);
    check_ok(keymap_bind(&keys, "q", "", &err), &err);
    check_refused(keymap_bind(&keys, "command", "", &err), &err);
    check_refused(keymap_bind(&keys, "undo", ":", &err), &err); /* takes it away as well */
    assert_int_equal(keys.count[COMMAND_COMMAND_LINE], 1);
    check_ok(keymap_bind(&keys, "q!", "Q", &err), &err);
    check_ok(keymap_bind(&keys, "command", "", &err), &err);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_can_always_quit),
        cmocka_unit_test(each_default_key_yields_its_command),
        cmocka_unit_test(no_two_commands_share_a_key),
        cmocka_unit_test(names_and_help_lines_are_fit_to_print),
        cmocka_unit_test(key_names_are_read_and_printed),
        cmocka_unit_test(rebinding_takes_the_key_from_its_owner),
        cmocka_unit_test(layouts_put_the_notes_under_the_same_fingers),
        cmocka_unit_test(upper_keys_go_on_and_letters_are_a_layout),
        cmocka_unit_test(step_entry_has_its_own_keys_and_no_accidents),
        cmocka_unit_test(lanes_and_matrix_move_by_bars),
        cmocka_unit_test(lines_become_commands),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
