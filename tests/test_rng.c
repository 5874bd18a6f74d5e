/* Rng: the published generator's own numbers, unbiased and resumable. */
#include "tests/support/check.h"

#include <math.h>

#include "engine/base/rng.h"

/* The first outputs of the authors' xoshiro256starstar.c with the state 1, 2, 3, 4. */
static void the_published_sequence(void **state) {
    (void)state;
    static const uint64_t expected[] = {
        11520, 0, 1509978240, 1215971899390074240, 1216172134540287360, 607988272756665600,
    };
    Rng rng = {{1, 2, 3, 4}};
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++)
        assert_true(rng_next(&rng) == expected[i]);
}

/* The first outputs of the authors' splitmix64.c with the seed 0. */
static void the_published_seeding(void **state) {
    (void)state;
    Rng rng;
    rng_seed(&rng, 0);
    assert_true(rng.state[0] == 0xE220A8397B1DCDAF);
    assert_true(rng.state[1] == 0x6E789E6AA1B965F4);
    assert_true(rng.state[2] == 0x06C45D188009454F);
    assert_true(rng.state[3] == 0xF88BB8A8724C81EC);
}

static void a_copy_resumes_the_stream(void **state) {
    (void)state;
    Rng a;
    rng_seed(&a, 99);
    for (int i = 0; i < 10; i++) rng_normal(&a);
    Rng b = a;
    for (int i = 0; i < 100; i++) assert_true(rng_normal(&a) == rng_normal(&b));
}

static void uniform_fills_its_interval(void **state) {
    (void)state;
    Rng rng;
    rng_seed(&rng, 5);
    int bin[10] = {0};
    for (int i = 0; i < 100000; i++) {
        double u = rng_uniform(&rng);
        assert_true(u >= 0 && u < 1);
        bin[(int)(u * 10)]++;
    }
    for (int i = 0; i < 10; i++) assert_in_range(bin[i], 9500, 10500);
}

static void below_is_even_and_below(void **state) {
    (void)state;
    Rng rng;
    rng_seed(&rng, 6);
    assert_int_equal(rng_below(&rng, 1), 0);
    int count[7] = {0};
    for (int i = 0; i < 70000; i++) {
        int x = rng_below(&rng, 7);
        assert_in_range(x, 0, 6);
        count[x]++;
    }
    for (int i = 0; i < 7; i++) assert_in_range(count[i], 9500, 10500);
    for (int i = 0; i < 100; i++) assert_true(rng_below(&rng, INT32_MAX) >= 0);
}

static void normal_has_the_moments_of_a_normal(void **state) {
    (void)state;
    Rng rng;
    rng_seed(&rng, 7);
    double sum = 0, square = 0, fourth = 0;
    int n = 200000, beyond_two = 0;
    for (int i = 0; i < n; i++) {
        double x = rng_normal(&rng);
        assert_true(isfinite(x));
        sum += x;
        square += x * x;
        fourth += x * x * x * x;
        beyond_two += fabs(x) > 2;
    }
    assert_true(fabs(sum / n) < 0.01);
    assert_true(fabs(square / n - 1) < 0.02);
    assert_true(fabs(fourth / n - 3) < 0.1);
    assert_true(fabs(beyond_two / (double)n - 0.0455) < 0.003);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_published_sequence),    cmocka_unit_test(the_published_seeding),
        cmocka_unit_test(a_copy_resumes_the_stream), cmocka_unit_test(uniform_fills_its_interval),
        cmocka_unit_test(below_is_even_and_below),   cmocka_unit_test(normal_has_the_moments_of_a_normal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
