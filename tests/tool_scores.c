/* tool_scores FOLDER COUNT: writes so many random scores (tests/support/random_score.h) as MIDI files, 001.mid and so on. */
#include "tests/support/check.h"

#include <stdio.h>
#include <stdlib.h>

#include "engine/base/file.h"
#include "tests/support/random_score.h"
#include "tests/support/save_score.h"

static char **arguments;

static void write_scores(void **state) {
    (void)state;
    Rng rng;
    rng_seed(&rng, 1516);
    for (int i = 0; i < atoi(arguments[2]); i++) {
        Score score = {0};
        Error err;
        char name[16];
        random_score(&score, &rng);
        snprintf(name, sizeof name, "%03d.mid", i + 1);
        char *path = file_join(arguments[1], name);
        assert_non_null(path);
        check_ok(save_score(&score, path, &err), &err);
        free(path);
        score_deinit(&score);
    }
}

int main(int count, char **argument) {
    arguments = argument;
    if (count != 3) return fprintf(stderr, "tool_scores FOLDER COUNT\n"), 2;
    const struct CMUnitTest tests[] = {cmocka_unit_test(write_scores)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
