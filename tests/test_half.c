/* Halves: every one comes back from its float, and floats between two halves go to the nearer one. */
#include <math.h>

#include "engine/nn/half.h"
#include "tests/support/check.h"

enum { INFINITE = 0x7c00 };

static void every_half_comes_back(void **state) {
    (void)state;
    for (unsigned half = 0; half <= 0xffff; half++) {
        float value = half_to_float((uint16_t)half);
        if (isnan(value))
            assert_true(isnan(half_to_float(half_of_float(value))));
        else
            assert_int_equal(half_of_float(value), half);
    }
}

static void values_are_those_of_the_standard(void **state) {
    (void)state;
    assert_true(half_to_float(0x3c00) == 1.0f);
    assert_true(half_to_float(0xc000) == -2.0f);
    assert_true(half_to_float(0x7bff) == 65504.0f);
    assert_true(half_to_float(0x0400) == 0x1p-14f);
    assert_true(half_to_float(0x0001) == 0x1p-24f);
    assert_true(half_to_float(INFINITE) == INFINITY);
    assert_true(signbit(half_to_float(0x8000)));
}

static void the_nearest_is_taken_and_ties_go_to_even(void **state) {
    (void)state;
    for (unsigned half = 0; half + 1 < INFINITE; half++) {
        float low = half_to_float((uint16_t)half), high = half_to_float((uint16_t)(half + 1)),
              middle = (low + high) / 2;
        assert_int_equal(half_of_float(middle), half % 2 ? half + 1 : half);
        assert_int_equal(half_of_float(nextafterf(middle, low)), half);
        assert_int_equal(half_of_float(nextafterf(middle, high)), half + 1);
    }
    assert_int_equal(half_of_float(65519.996f), 0x7bff);
    assert_int_equal(half_of_float(65520.0f), INFINITE);
    assert_int_equal(half_of_float(-1e30f), 0x8000 | INFINITE);
    assert_int_equal(half_of_float(1e-30f), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_half_comes_back),
        cmocka_unit_test(values_are_those_of_the_standard),
        cmocka_unit_test(the_nearest_is_taken_and_ties_go_to_even),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
