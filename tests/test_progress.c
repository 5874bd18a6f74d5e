/* The bar of long work: what it says, and that it keeps to its columns. */
#include "app/cli/progress.h"

#include <string.h>

#include "tests/support/check.h"

static void check_line(const Progress *progress, double done, double seconds, const char *words, int columns,
                       const char *expected) {
    char line[200];
    progress_line(line, sizeof line, progress, done, seconds, words, columns);
    assert_string_equal(line, expected);
}

static void test_it_says_share_rate_and_time_left(void **state) {
    (void)state;
    const Progress p = {.what = "drawing", .unit = "pieces", .whole = 100};
    check_line(&p, 25, 5, NULL, 80, "drawing  [#####...............]  25 %  5.0 pieces/s  0:15 left");
    check_line(&p, 100, 5, NULL, 80, "drawing  [####################] 100 %  20 pieces/s  0:00 left");
    check_line(&p, 1, 3600, "slow", 90,
               "drawing  [....................]   1 %  0.0 pieces/s  99:00:00 left  slow");
    check_line(&p, 0, 5, NULL, 80, "drawing  [....................]   0 %  0.0 pieces/s");
}

static void test_what_was_done_before_costs_no_time(void **state) {
    (void)state;
    const Progress p = {.what = "training", .whole = 100, .first = 50};
    check_line(&p, 75, 10, NULL, 80, "training  [###############.....]  75 %  0:10 left");
}

static void test_work_of_unknown_length_has_a_rate_alone(void **state) {
    (void)state;
    const Progress p = {.what = "reading", .unit = "files"};
    check_line(&p, 30, 2, "a.mid", 80, "reading  15 files/s  a.mid");
}

static void test_it_is_cut_before_the_last_column(void **state) {
    (void)state;
    const Progress p = {.what = "drawing", .unit = "pieces", .whole = 100};
    for (int columns = 1; columns < 100; columns++) {
        char line[200];
        progress_line(line, sizeof line, &p, 25, 5, "and words behind it", columns);
        assert_true(strlen(line) < (size_t)columns);
    }
}

static void hear(void *context, double share) {
    *(double *)context = share;
}

static void test_a_part_tells_of_its_stretch(void **state) {
    (void)state;
    double heard = -1;
    const Headway whole = {hear, &heard}, nobody = {0};
    HeadwayPart part = {&whole, 0.5, 0.75};
    const Headway headway = headway_of_part(&part);
    headway_tell(&headway, 0);
    assert_float_equal(heard, 0.5, 1e-9);
    headway_tell(&headway, 1);
    assert_float_equal(heard, 0.75, 1e-9);
    headway_tell(&nobody, 0.5);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_it_says_share_rate_and_time_left),
        cmocka_unit_test(test_what_was_done_before_costs_no_time),
        cmocka_unit_test(test_work_of_unknown_length_has_a_rate_alone),
        cmocka_unit_test(test_it_is_cut_before_the_last_column),
        cmocka_unit_test(test_a_part_tells_of_its_stretch),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
