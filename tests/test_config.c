/* The config file: what it sets, what it warns of, and remembering one setting without touching the rest. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "app/config.h"
#include "engine/base/file.h"
#include "tests/support/check.h"
#include "tests/support/temp.h"

static void parse(Config *config, const char *text) {
    Error err = {0};
    char *copy = strdup(text);
    check_ok(config_parse(config, copy, &err), &err);
    free(copy);
}

static void settings_are_read(void **state) {
    (void)state;
    Config config = {0};
    parse(&config, "# mine\n"
                   "[keys]\nquit = C-q Q\nsofter = ;\nnote = none\n"
                   "[sound]\noutput = USB MIDI 1\nmidi_in = Keystation\nclock = on\n"
                   "[screen]\nascii = yes\nmouse = off\ncolours = off\n"
                   "; the end\n[entry]\nlayout = azerty\n");
    /* "quit" is not the command's name: ":q" is. */
    assert_int_equal(config.warning_count, 1);
    assert_int_equal(config.warning[0].line, 3);
    assert_int_equal(config.binding_count, 2);
    assert_string_equal(config.binding[0].command, "softer");
    assert_string_equal(config.binding[0].keys, ";");
    assert_int_equal(config.binding[0].line, 4);
    assert_string_equal(config.binding[1].keys, "none");
    assert_string_equal(config.output, "USB MIDI 1");
    assert_string_equal(config.midi_in, "Keystation");
    assert_true(config.clock && config.ascii && config.no_mouse && config.no_colour);
    assert_int_equal(config.layout, CONFIG_AZERTY);
    config_deinit(&config);
}

static void bad_lines_are_warnings_with_their_number(void **state) {
    (void)state;
    static const struct {
        const char *text;
        int line;
    } cases[] = {
        {"[screen]\nascii = perhaps\n", 2}, {"[screen]\n\nwidth = 80\n", 3},
        {"[entry]\nlayout = dvorak\n", 2},  {"ascii = on\n", 1},
        {"[keys\nleft = h\n", 1},           {"[screen]\nascii\n", 2},
        {"[keys]\n\n\nfly = f\n", 4},       {"[screen]\n  mouse == off\n", 2},
        {"[nowhere]\nleft = h\n", 2},       {"[screen]\nascii = \n", 2},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Config config = {0};
        parse(&config, cases[i].text);
        if (config.warning_count == 0) fail_msg("no warning for: %s", cases[i].text);
        int found = 0;
        for (int w = 0; w < config.warning_count; w++) {
            assert_true(check_is_sentence(config.warning[w].text));
            found += config.warning[w].line == cases[i].line;
        }
        if (!found)
            fail_msg("line %d, not %d: %s", config.warning[0].line, cases[i].line, config.warning[0].text);
        config_deinit(&config);
    }
}

static void good_lines_count_beside_bad_ones(void **state) {
    (void)state;
    Config config = {0};
    parse(&config, "nonsense\n[screen]\nmore nonsense\nascii = on\n[broken\nmouse = off\n");
    assert_int_equal(config.warning_count, 3);
    assert_true(config.ascii && config.no_mouse);
    config_deinit(&config);
    /* Any number of bad lines: some are told, none hurts. */
    char text[4000] = "", *end = text;
    for (int i = 0; i < 300; i++) end += sprintf(end, "bad %d\n", i);
    strcpy(end, "[screen]\nascii = on\n");
    parse(&config, text);
    assert_int_equal(config.warning_count, CONFIG_WARNINGS_MAX);
    assert_true(config.ascii);
    config_deinit(&config);
}

static void long_values_are_refused_not_cut(void **state) {
    (void)state;
    Config config = {0};
    char text[400] = "[sound]\noutput = ";
    memset(text + strlen(text), 'x', 200);
    parse(&config, text);
    assert_int_equal(config.warning_count, 1);
    assert_string_equal(config.output, "");
    config_deinit(&config);
}

static void a_missing_file_is_empty_and_a_folder_is_refused(void **state) {
    (void)state;
    Temp temp;
    temp_open(&temp);
    Config config = {0};
    Error err = {0};
    check_ok(config_load(&config, temp_path(&temp, "none"), &err), &err);
    check_ok(config_load(&config, temp_path(&temp, "none/config"), &err), &err);
    check_refused(config_load(&config, temp.folder, &err), &err);
    config_deinit(&config);
    temp_close(&temp);
}

static void expect_file(const char *path, const char *expected) {
    unsigned char *bytes;
    size_t size;
    Error err = {0};
    check_ok(file_read(path, 4096, &bytes, &size, &err), &err);
    assert_string_equal((char *)bytes, expected);
    free(bytes);
}

static void remembering_leaves_everything_else(void **state) {
    (void)state;
    Temp temp;
    temp_open(&temp);
    Error err = {0};
    const char *path = temp_path(&temp, "new/folder/config");
    check_ok(config_remember(path, "sound", "output", "synth", &err), &err);
    expect_file(path, "[sound]\noutput = synth\n");
    check_ok(config_remember(path, "sound", "output", "USB 1", &err), &err);
    expect_file(path, "[sound]\noutput = USB 1\n");
    const char before[] = "# mine\n[sound]\n  output=old ; why not\nclock = on\n\n[screen]\nascii = on";
    path = temp_write(&temp, "config", before, sizeof before - 1);
    check_ok(config_remember(path, "sound", "output", "new", &err), &err);
    expect_file(path, "# mine\n[sound]\noutput = new\nclock = on\n\n[screen]\nascii = on\n");
    check_ok(config_remember(path, "sound", "midi_in", "K", &err), &err);
    expect_file(path, "# mine\n[sound]\noutput = new\nclock = on\n\nmidi_in = K\n[screen]\nascii = on\n");
    check_ok(config_remember(path, "screen", "mouse", "off", &err), &err);
    check_ok(config_remember(path, "entry", "layout", "qwertz", &err), &err);
    Config config = {0};
    check_ok(config_load(&config, path, &err), &err);
    assert_int_equal(config.warning_count, 0);
    assert_true(config.no_mouse && config.ascii && config.clock && config.layout == CONFIG_QWERTZ);
    assert_string_equal(config.output, "new");
    assert_string_equal(config.midi_in, "K");
    config_deinit(&config);
    temp_close(&temp);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(settings_are_read),
        cmocka_unit_test(bad_lines_are_warnings_with_their_number),
        cmocka_unit_test(good_lines_count_beside_bad_ones),
        cmocka_unit_test(long_values_are_refused_not_cut),
        cmocka_unit_test(a_missing_file_is_empty_and_a_folder_is_refused),
        cmocka_unit_test(remembering_leaves_everything_else),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
