/* Products by name against plain loops, and the choice of kernels. */
#include "tests/support/check.h"

#include <math.h>

#include "engine/base/rng.h"
#include "engine/nn/gemm.h"

enum { ROWS = 40, M = 33, N = 70, STRIDE = 75 };

static float x[ROWS * STRIDE], w[N * M], y[ROWS * STRIDE], before[ROWS * STRIDE];

static void fill(float *numbers, int count, Rng *rng) {
    for (int i = 0; i < count; i++) numbers[i] = rng_normal(rng);
}

static void compare(float got, double want) {
    if (!(fabs((double)got - want) < 1e-4)) fail_msg("%.6f where plain loops say %.6f", (double)got, want);
}

/* One row, few rows and many go different ways. */
static void products_agree_with_loops(void **state) {
    (void)state;
    Rng rng;
    rng_seed(&rng, 4);
    assert_true(gemm_init(1, NULL));
    for (int round = 0; round < 8; round++) {
        const int R = (const int[]){1, 5, 17, ROWS}[round / 2];
        const bool add = round % 2;
        fill(x, ROWS * STRIDE, &rng), fill(w, N * M, &rng), fill(before, ROWS * STRIDE, &rng);
        memcpy(y, before, sizeof y);
        gemm_linear(y, STRIDE, x, STRIDE, w, add, R, M, N);
        for (int r = 0; r < R; r++)
            for (int n = 0; n < N; n++) {
                double sum = add ? (double)before[r * STRIDE + n] : 0;
                for (int m = 0; m < M; m++) sum += (double)x[r * STRIDE + m] * (double)w[n * M + m];
                compare(y[r * STRIDE + n], sum);
            }
        memcpy(x, before, sizeof x);
        gemm_linear_dx(x, STRIDE, y, STRIDE, w, add, R, M, N);
        for (int r = 0; r < R; r++)
            for (int m = 0; m < M; m++) {
                double sum = add ? (double)before[r * STRIDE + m] : 0;
                for (int n = 0; n < N; n++) sum += (double)y[r * STRIDE + n] * (double)w[n * M + m];
                if (!(fabs((double)x[r * STRIDE + m] - sum) < 1e-3)) fail_msg("dx at %d, %d", r, m);
            }
    }
}

static void weights_gradient_is_added(void **state) {
    (void)state;
    Rng rng;
    rng_seed(&rng, 5);
    fill(x, ROWS * STRIDE, &rng), fill(y, ROWS * STRIDE, &rng), fill(w, N * M, &rng);
    float dw[N * M];
    memcpy(dw, w, sizeof dw);
    gemm_linear_dw(dw, y, STRIDE, x, STRIDE, ROWS, M, N);
    for (int n = 0; n < N; n++)
        for (int m = 0; m < M; m++) {
            double sum = (double)w[n * M + m];
            for (int r = 0; r < ROWS; r++) sum += (double)y[r * STRIDE + n] * (double)x[r * STRIDE + m];
            compare(dw[n * M + m], sum);
        }
}

static void a_fallback_is_bettered(void **state) {
    (void)state;
    assert_string_equal(gemm_better_core("Prescott", GEMM_AVX2), "Haswell");
    assert_string_equal(gemm_better_core("Barcelona", GEMM_AVX512), "SkylakeX");
    assert_string_equal(gemm_better_core("Prescott", GEMM_AVX512_BF16), "Cooperlake");
    assert_null(gemm_better_core("Prescott", GEMM_PLAIN));
    assert_null(gemm_better_core("Haswell", GEMM_AVX512_BF16));
    assert_null(gemm_better_core("Cooperlake", GEMM_AVX512_BF16));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(products_agree_with_loops),
        cmocka_unit_test(weights_gradient_is_added),
        cmocka_unit_test(a_fallback_is_bettered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
