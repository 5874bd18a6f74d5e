/* Equal rows are found, numbered by first occurrence, and counted. */
#include "tests/support/check.h"

#include <string.h>

#include "engine/base/rng.h"
#include "engine/nn/distinct.h"

enum { ROWS = 500, WIDTH = 3 };

static void numbers_by_first_occurrence(void **state) {
    (void)state;
    Error err;
    Distinct d;
    const char *bytes = "abcxyzabcabdxyz";
    check_ok(distinct_init(&d, 5, &err), &err);
    distinct_find(&d, (const uint8_t *)bytes, 5, 3);
    const int of[] = {0, 1, 0, 2, 1}, first[] = {0, 1, 3};
    assert_int_equal(d.count, 3);
    assert_memory_equal(d.of, of, sizeof of);
    assert_memory_equal(d.first, first, sizeof first);
    distinct_deinit(&d);
}

static void agrees_with_comparing_all(void **state) {
    (void)state;
    Error err;
    Distinct d;
    Rng rng;
    uint8_t bytes[ROWS * WIDTH];
    rng_seed(&rng, 3);
    check_ok(distinct_init(&d, ROWS, &err), &err);
    for (int kinds = 1; kinds <= 256; kinds *= 4) { /* all equal .. all different */
        for (int i = 0; i < ROWS * WIDTH; i++) bytes[i] = (uint8_t)rng_below(&rng, kinds);
        distinct_find(&d, bytes, ROWS, WIDTH);
        int count = 0;
        for (int r = 0; r < ROWS; r++) {
            int first = 0;
            while (memcmp(bytes + first * WIDTH, bytes + r * WIDTH, WIDTH) != 0) first++;
            if (first == r) assert_int_equal(d.of[r], count++);
            assert_int_equal(d.first[d.of[r]], first);
        }
        assert_int_equal(d.count, count);
    }
    distinct_deinit(&d);
}

static void tallies_a_beginning(void **state) {
    (void)state;
    Error err;
    Distinct d;
    check_ok(distinct_init(&d, 6, &err), &err);
    distinct_find(&d, (const uint8_t *)"abacbd", 6, 1);
    assert_int_equal(distinct_tally(&d, 4), 3);
    const int times[] = {2, 1, 1};
    assert_memory_equal(d.times, times, sizeof times);
    assert_int_equal(distinct_tally(&d, 6), 4);
    assert_int_equal(d.times[1], 2);
    distinct_deinit(&d);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_by_first_occurrence),
        cmocka_unit_test(agrees_with_comparing_all),
        cmocka_unit_test(tallies_a_beginning),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
