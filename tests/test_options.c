/* The command line: every verb's words and options, their ranges, and what wins over what. */
#include <stdlib.h>

#include "app/cli/options.h"
#include "app/verbs/verbs.h"
#include "tests/support/check.h"

/* options_parse of words after "refrain". */
#define PARSE(options, err, ...) parse(options, err, (const char *const[]){"refrain", __VA_ARGS__, NULL})

static bool parse(Options *options, Error *err, const char *const *words) {
    static char *argv[32];
    int argc = 0;
    for (; words[argc]; argc++) argv[argc] = (char *)(uintptr_t)words[argc];
    argv[argc] = NULL;
    return options_parse(options, argc, argv, err);
}

static void verbs_take_their_operands(void **state) {
    (void)state;
    Options options;
    Error err = {0};
    check_ok(PARSE(&options, &err, "transfer", "a.mid", "b.mid", "-o", "c.mid"), &err);
    assert_string_equal(options.verb->name, "transfer");
    assert_int_equal(options.operand_count, 2);
    assert_string_equal(options.operand[1], "b.mid");
    assert_string_equal(options.out, "c.mid");
    options_deinit(&options);
    check_refused(PARSE(&options, &err, "transfer", "a.mid", "-o", "c.mid"), &err);
    options_deinit(&options);
    check_refused(PARSE(&options, &err, "transfer", "a.mid", "b.mid", "d.mid", "-o", "c.mid"), &err);
    assert_non_null(strstr(err.text, "d.mid"));
    options_deinit(&options);
}

static void a_missing_option_is_named(void **state) {
    (void)state;
    Options options;
    Error err = {0};
    check_refused(PARSE(&options, &err, "transfer", "a.mid", "b.mid"), &err);
    assert_non_null(strstr(err.text, "-o FILE"));
    options_deinit(&options);
    check_refused(PARSE(&options, &err, "blend", "a.mid", "b.mid", "-o", "x"), &err);
    assert_non_null(strstr(err.text, "--steps N"));
    options_deinit(&options);
}

static void files_without_a_verb_go_to_the_composer(void **state) {
    (void)state;
    Options options;
    Error err = {0};
    check_ok(PARSE(&options, &err, "--ascii", "song.mid"), &err);
    assert_string_equal(options.verb->name, "");
    assert_true(options.ascii);
    assert_string_equal(options.operand[0], "song.mid");
    options_deinit(&options);
    check_ok(PARSE(&options, &err, "--", "--ascii"), &err);
    assert_false(options.ascii);
    assert_string_equal(options.operand[0], "--ascii");
    options_deinit(&options);
    check_ok(parse(&options, &err, (const char *const[]){"refrain", NULL}), &err);
    assert_int_equal(options.operand_count, 0);
    options_deinit(&options);
}

static void a_mistyped_verb_says_which_one_is_near(void **state) {
    (void)state;
    static const struct {
        const char *word, *near;
    } CASES[] = {
        {"inspct", "inspect"}, {"trasnfer", "transfer"}, {"rendr", "render"}, {"recon", "reconstruct"},
        {"evla", "eval"},      {"paly", "play"},         {"trian", "train"},  {"train-priro", "train-prior"}};
    Options options;
    Error err = {0};
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        assert_non_null(verbs_near(CASES[i].word));
        assert_string_equal(verbs_near(CASES[i].word)->name, CASES[i].near);
        check_refused(PARSE(&options, &err, CASES[i].word, "a.mid"), &err);
        assert_non_null(strstr(err.text, CASES[i].near));
        options_deinit(&options);
    }
    static const char *const FILES[] = {"song", "inspct.mid", "./inspct", "tests", "x", ""};
    for (size_t i = 0; i < sizeof FILES / sizeof *FILES; i++) {
        check_ok(PARSE(&options, &err, FILES[i]), &err);
        options_deinit(&options);
    }
}

static void an_option_belongs_to_its_verbs(void **state) {
    (void)state;
    Options options;
    Error err = {0};
    check_refused(PARSE(&options, &err, "inspect", "a.mid", "--seed", "3"), &err);
    options_deinit(&options);
    check_refused(PARSE(&options, &err, "inspect", "a.mid", "-x"), &err);
    options_deinit(&options);
    /* --bars and --steps mean different things to different verbs. */
    check_ok(PARSE(&options, &err, "transfer", "a", "b", "-o", "c", "--bars", "1,3-4"), &err);
    assert_string_equal(options.bars, "1,3-4");
    options_deinit(&options);
    check_ok(PARSE(&options, &err, "sample", "-o", "c", "--bars=16"), &err);
    assert_int_equal(options.count, 16);
    options_deinit(&options);
    check_ok(PARSE(&options, &err, "train", "c", "-om", "--steps=100000"), &err);
    assert_int_equal(options.steps, 100000);
    assert_string_equal(options.out, "m");
    options_deinit(&options);
    check_refused(PARSE(&options, &err, "blend", "a", "b", "-o", "d", "--steps=100000"), &err);
    options_deinit(&options);
}

static void values_keep_their_ranges(void **state) {
    (void)state;
    static const char *const bad[][2] = {
        {"--bars", "0"},          {"--bars", "513"},       {"--bars", "4x"},
        {"--bars", ""},           {"--temperature", "-1"}, {"--temperature", "nan"},
        {"--temperature", "inf"}, {"--seed", "-1"},        {"--seed", "99999999999999999999999"},
        {"--seed", "one"},
    };
    Options options;
    Error err = {0};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        check_refused(PARSE(&options, &err, "sample", "-o", "c", "--bars", "8", bad[i][0], bad[i][1]), &err);
        options_deinit(&options);
    }
    check_ok(PARSE(&options, &err, "sample", "-o", "c", "--bars", "8", "--seed", "18446744073709551615",
                   "--temperature", "0.5"),
             &err);
    assert_true(options.seed == UINT64_MAX && options.temperature == 0.5);
    assert_true(options_given(&options, OPTION_SEED) && !options_given(&options, OPTION_TRACK));
    options_deinit(&options);
}

/* A song keeps its temperature, and has bounds for it; sample draws once. */
static void the_composer_takes_the_temperatures_of_songs(void **state) {
    (void)state;
    static const char *const unfit[] = {"0", "0.05", "3", "4"}, *const fit[] = {"0.1", "2"};
    Options options;
    Error err = {0};
    for (size_t i = 0; i < sizeof unfit / sizeof *unfit; i++) {
        check_refused(PARSE(&options, &err, "--temperature", unfit[i]), &err);
        options_deinit(&options);
        check_ok(PARSE(&options, &err, "sample", "-o", "c", "--bars", "8", "--temperature", unfit[i]), &err);
        options_deinit(&options);
    }
    for (size_t i = 0; i < sizeof fit / sizeof *fit; i++) {
        check_ok(PARSE(&options, &err, "--temperature", fit[i]), &err);
        assert_true(document_temperature_fits(options.temperature));
        options_deinit(&options);
    }
}

static void lists_end_at_the_next_option(void **state) {
    (void)state;
    Options options;
    Error err = {0};
    check_ok(PARSE(&options, &err, "sample", "--corpus", "a.tsv", "b", "-o", "c", "--bars", "8"), &err);
    assert_int_equal(options.corpus.count, 2);
    assert_string_equal(options.corpus.word[1], "b");
    options_deinit(&options);
    check_refused(PARSE(&options, &err, "sample", "--corpus", "-o", "c", "--bars", "8"), &err);
    options_deinit(&options);
    check_refused(PARSE(&options, &err, "sample", "--corpus=a", "-o", "c", "--bars", "8"), &err);
    options_deinit(&options);
}

static void flags_take_no_value_and_help_needs_nothing_else(void **state) {
    (void)state;
    Options options;
    Error err = {0};
    check_refused(PARSE(&options, &err, "inspect", "a.mid", "--json=yes"), &err);
    options_deinit(&options);
    check_refused(PARSE(&options, &err, "inspect", "a.mid", "--model"), &err);
    options_deinit(&options);
    check_ok(PARSE(&options, &err, "transfer", "-h"), &err);
    assert_true(options.help);
    options_deinit(&options);
    check_ok(PARSE(&options, &err, "--version"), &err);
    assert_true(options.version);
    options_deinit(&options);
}

static void argv_wins_over_environment_and_config(void **state) {
    (void)state;
    Options options;
    Error err = {0};
    setenv("REFRAIN_MODEL", "from-environment", 1);
    setenv("NO_COLOR", "1", 1);
    char text[] = "[sound]\noutput = from-config\n[screen]\nascii = on\n";
    check_ok(PARSE(&options, &err, "--model", "from-argv"), &err);
    check_ok(config_parse(&options.config, text, &err), &err);
    options_settle(&options);
    assert_string_equal(options.model, "from-argv");
    assert_string_equal(options.output, "from-config");
    assert_true(options.no_colour && options.ascii && !options.no_mouse);
    options_deinit(&options);
    check_ok(PARSE(&options, &err, "--output", "from-argv"), &err);
    options_settle(&options);
    assert_string_equal(options.model, "from-environment");
    assert_string_equal(options.output, "from-argv");
    options_deinit(&options);
    setenv("NO_COLOR", "", 1);
    check_ok(PARSE(&options, &err, "--no-mouse"), &err);
    options_settle(&options);
    assert_true(!options.no_colour && options.no_mouse);
    options_deinit(&options);
    unsetenv("REFRAIN_MODEL");
    unsetenv("NO_COLOR");
}

static void the_table_is_sound(void **state) {
    (void)state;
    for (int i = 0; i < verbs_count(); i++) {
        const Verb *verb = verbs_at(i);
        assert_true(verb->run && verb->summary[0] && verb->description[0]);
        assert_true(verb->most < 0 || verb->least <= verb->most);
        assert_true((verb->required & verb->optional) == 0);
        assert_ptr_equal(verbs_find(verb->name), i == 0 ? NULL : verb);
        /* No verb may take two options of the same name. */
        for (int a = 0; a < OPTION_COUNT_ALL; a++)
            for (int b = a + 1; b < OPTION_COUNT_ALL; b++) {
                uint64_t both = UINT64_C(1) << a | UINT64_C(1) << b;
                if (((verb->required | verb->optional) & both) != both) continue;
                assert_string_not_equal(options_words((OptionId)a).name, options_words((OptionId)b).name);
            }
    }
    /* No option that nobody takes. */
    uint64_t taken = VERB_OPTION(HELP) | VERB_OPTION(VERSION);
    for (int i = 0; i < verbs_count(); i++) taken |= verbs_at(i)->required | verbs_at(i)->optional;
    for (int id = 0; id < OPTION_COUNT_ALL; id++)
        if (!(taken >> id & 1)) fail_msg("no verb takes --%s", options_words((OptionId)id).name);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(verbs_take_their_operands),
        cmocka_unit_test(a_missing_option_is_named),
        cmocka_unit_test(files_without_a_verb_go_to_the_composer),
        cmocka_unit_test(a_mistyped_verb_says_which_one_is_near),
        cmocka_unit_test(an_option_belongs_to_its_verbs),
        cmocka_unit_test(values_keep_their_ranges),
        cmocka_unit_test(the_composer_takes_the_temperatures_of_songs),
        cmocka_unit_test(lists_end_at_the_next_option),
        cmocka_unit_test(flags_take_no_value_and_help_needs_nothing_else),
        cmocka_unit_test(argv_wins_over_environment_and_config),
        cmocka_unit_test(the_table_is_sound),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
