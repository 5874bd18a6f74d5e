#include "engine/nn/gemm.h"

#include <cblas.h>
#include <stdatomic.h>
#include <string.h>

#include "engine/base/memory.h"
#include "engine/base/number.h"

/* What one thread's products take in OpenBLAS for x86-64, at most. */
enum { BUFFER_BYTES = 132 << 20 };

/* The first product takes the buffer, which is never given back. */
static void take_buffer(void) {
    enum { SIDE = 64 }; /* smaller ones do without */
    static const float x[SIDE * SIDE];
    static float y[SIDE * SIDE];
    static atomic_flag taken = ATOMIC_FLAG_INIT;
    if (!atomic_flag_test_and_set(&taken)) gemm_linear(y, SIDE, x, SIDE, x, false, SIDE, SIDE, SIDE);
}

bool gemm_init(int threads, Error *err) {
    static atomic_int provided; /* threads for which there was memory */
    openblas_set_num_threads(1);
    const int more = threads - atomic_load(&provided);
    if (more <= 0) return true;
    if (!memory_is_left((size_t)more * BUFFER_BYTES, "the model", err)) return false;
    take_buffer();
    atomic_store(&provided, threads);
    return true;
}

const char *gemm_core(void) {
    return openblas_get_corename();
}

GemmFeatures gemm_features(void) {
#ifdef __x86_64__
    if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma")) return GEMM_PLAIN;
    if (!__builtin_cpu_supports("avx512f") || !__builtin_cpu_supports("avx512bw") ||
        !__builtin_cpu_supports("avx512dq") || !__builtin_cpu_supports("avx512vl"))
        return GEMM_AVX2;
    return __builtin_cpu_supports("avx512bf16") ? GEMM_AVX512_BF16 : GEMM_AVX512;
#else
    return GEMM_PLAIN;
#endif
}

static bool core_is_one_of(const char *core, const char *const *names) {
    while (*names && strcmp(core, *names) != 0) names++;
    return *names != NULL;
}

const char *gemm_better_core(const char *chosen, GemmFeatures features) {
    static const char *const MODERN[] = {"Haswell",        "Zen", "Excavator", "SkylakeX", "Cooperlake",
                                         "SapphireRapids", NULL};
    static const char *const BEST[] = {NULL, "Haswell", "SkylakeX", "Cooperlake"};
    return core_is_one_of(chosen, MODERN) ? NULL : BEST[features];
}

/* For few rows it is copying W into its own order that takes OpenBLAS most of the time. On cores with AVX-512 it leaves
 * that out when the output has at most about a thousand numbers, so there such products are made of tiles. */
enum { FEW_ROWS = 32, TILE_ROWS = 16, TILE_SIZE = 1024 };

static bool tiles_pay(int R) {
    static const char *const CORES[] = {"SkylakeX", "Cooperlake", "SapphireRapids", NULL};
    return R <= FEW_ROWS && core_is_one_of(openblas_get_corename(), CORES);
}

static void product(float *y, int y_stride, const float *x, int x_stride, const float *w, bool add, int R,
                    int M, int N) {
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, R, N, M, 1.0f, x, x_stride, w, M, add ? 1.0f : 0.0f,
                y, y_stride);
}

static void product_in_tiles(float *y, int y_stride, const float *x, int x_stride, const float *w, bool add,
                             int R, int M, int N) {
    const int rows = number_min(R, TILE_ROWS), columns = TILE_SIZE / rows;
    for (int n = 0; n < N; n += columns)
        for (int r = 0; r < R; r += rows)
            product(y + (long)r * y_stride + n, y_stride, x + (long)r * x_stride, x_stride, w + (long)n * M,
                    add, number_min(rows, R - r), M, number_min(columns, N - n));
}

void gemm_linear(float *y, int y_stride, const float *x, int x_stride, const float *w, bool add, int R, int M,
                 int N) {
    if (R == 0) return;
    /* A one-row sgemm falls to a sixth of sgemv's speed on AVX2 kernels. */
    if (R == 1) {
        cblas_sgemv(CblasRowMajor, CblasNoTrans, N, M, 1.0f, w, M, x, 1, add ? 1.0f : 0.0f, y, 1);
        return;
    }
    if (tiles_pay(R))
        product_in_tiles(y, y_stride, x, x_stride, w, add, R, M, N);
    else
        product(y, y_stride, x, x_stride, w, add, R, M, N);
}

void gemm_linear_dx(float *dx, int dx_stride, const float *dy, int dy_stride, const float *w, bool add, int R,
                    int M, int N) {
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, R, M, N, 1.0f, dy, dy_stride, w, M,
                add ? 1.0f : 0.0f, dx, dx_stride);
}

void gemm_linear_dw(float *dw, const float *dy, int dy_stride, const float *x, int x_stride, int R, int M,
                    int N) {
    cblas_sgemm(CblasRowMajor, CblasTrans, CblasNoTrans, N, M, R, 1.0f, dy, dy_stride, x, x_stride, 1.0f, dw,
                M);
}
