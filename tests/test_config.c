/* The config file: what it sets and what it warns of. */
#include <stdio.h>
#include <stdlib.h>

#include "app/cli/config.h"
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
                   "[sound]\noutput = USB MIDI 1\nmidi_in = Keystation\nprogram = flute\nclock = on\n"
                   "[screen]\nascii = yes\nmouse = off\ncolours = off\n"
                   "; the end\n[entry]\nlayout = azerty\n");
    /* "quit" is not the command's name: ":q" is. */
    assert_int_equal(config.warning_count, 1);
    assert_int_equal(config.warning[0].line, 3);
    assert_int_equal(config.binding_count, 2);
    assert_string_equal(config.binding[0].command, "softer");
    assert_string_equal(config.binding[0].keys, ";");
    assert_string_equal(config.binding[1].keys, "");
    assert_string_equal(config.output, "USB MIDI 1");
    assert_string_equal(config.midi_in, "Keystation");
    assert_int_equal(config.program, 73);
    assert_true(config.clock && config.ascii && config.no_mouse && config.no_colour);
    assert_string_equal(config.layout, "azerty");
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
        {"[nowhere]\nleft = h\n", 2},       {"[keys]\nleft = hyper-h\n", 2},
        {"[sound]\nprogram = 128\n", 2},    {"[screen]\nascii = \n", 2},
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

/* With the "#" before every setting taken away, the example is a config without a warning. */
/* Told only of a command that has no key in the end, and did not ask for that. */
static void a_command_that_loses_its_last_key_is_told(void **state) {
    (void)state;
    static const struct {
        const char *text, *warning;
    } cases[] = {
        {"[keys]\nplay = q\n", "Line 2 of the config file: play takes q from :q, which now has no key."},
        {"[keys]\nq = Q\nplay = q\n",
         "Line 2 of the config file: q takes Q from :quantise, which now has no key."},
        {"[keys]\nplay = q\nq = f10\n", NULL},
        {"[keys]\nplay = q\nq = none\n", NULL},
        {"[keys]\nplay = h\n", NULL}, /* left has another one */
        {"[keys]\nplay = space\n", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Config config = {0};
        parse(&config, cases[i].text);
        assert_int_equal(config.warning_count, cases[i].warning != NULL);
        if (cases[i].warning) assert_string_equal(config.warning[0].text, cases[i].warning);
        config_deinit(&config);
    }
}

static void the_example_is_good(void **state) {
    (void)state;
    unsigned char *bytes = NULL;
    size_t size = 0;
    Error err = {0};
    check_ok(file_read("assets/config.example", 65536, &bytes, &size, &err), &err);
    char *text = (char *)bytes;
    for (char *at = text; (at = strstr(at, "\n#")); at++)
        if (at[2] >= 'a' && at[2] <= 'z') at[1] = ' ';
    Config config = {0};
    check_ok(config_parse(&config, text, &err), &err);
    for (int i = 0; i < config.warning_count; i++) fail_msg("%s", config.warning[i].text);
    assert_int_equal(config.binding_count, 3);
    assert_int_equal(config.program, 73);
    config_deinit(&config);
    free(bytes);
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

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(settings_are_read),
        cmocka_unit_test(bad_lines_are_warnings_with_their_number),
        cmocka_unit_test(good_lines_count_beside_bad_ones),
        cmocka_unit_test(a_command_that_loses_its_last_key_is_told),
        cmocka_unit_test(the_example_is_good),
        cmocka_unit_test(long_values_are_refused_not_cut),
        cmocka_unit_test(a_missing_file_is_empty_and_a_folder_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
