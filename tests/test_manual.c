/* The manual in words: whole, whatever the tables hold, and of one mind with the help on the screen. */
#include <stdlib.h>

#include "app/cli/manual.h"
#include "tests/support/check.h"
#include "ui/commands.h"

static char *text; /* what was printed last */
static size_t size;

static FILE *begin(void) {
    FILE *out = open_memstream(&text, &size);
    assert_non_null(out);
    return out;
}

static void end(FILE *out) {
    assert_int_equal(fclose(out), 0);
}

static void a_long_usage_is_printed_whole(void **state) {
    (void)state;
    char operands[4001];
    for (size_t i = 0; i < sizeof operands - 1; i++) operands[i] = i % 10 == 9 ? ' ' : 'x';
    operands[sizeof operands - 1] = '\0';
    const Verb verb = {.name = "fly",
                       .operands = operands,
                       .optional = VERB_OPTION(SEED) | VERB_OPTION(THREADS),
                       .summary = "fly",
                       .description = "Flies."};
    FILE *out = begin();
    manual_print_verb(out, &verb);
    end(out);
    assert_true(size > sizeof operands);
    assert_non_null(strstr(text, "[--seed N]"));
    assert_non_null(strstr(text, "[--threads N]"));
    free(text);
}

static void keys_stand_under_the_names_that_the_screen_gives_them(void **state) {
    (void)state;
    FILE *out = begin();
    fputc('\n', out);
    manual_print_keys(out);
    end(out);
    for (int group = 0; group < COMMANDS_GROUPS; group++) {
        char heading[64];
        snprintf(heading, sizeof heading, "\n%s\n", commands_group_name((CommandsGroup)group));
        if (!strstr(text, heading)) fail_msg("no heading \"%s\"", heading + 1);
    }
    assert_non_null(strstr(text, ":grid NUMBER"));
    assert_non_null(strstr(text, ":export FILE"));
    free(text);
}

static void the_page_names_every_variable_that_is_read(void **state) {
    (void)state;
    static const char *const names[] = {"REFRAIN_MODEL", "NO_COLOR", "OPENBLAS_CORETYPE"};
    FILE *out = begin();
    manual_print_page(out);
    end(out);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (!strstr(text, names[i])) fail_msg("%s is not told", names[i]);
    free(text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_stand_under_the_names_that_the_screen_gives_them),
        cmocka_unit_test(the_page_names_every_variable_that_is_read),
        cmocka_unit_test(a_long_usage_is_printed_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
