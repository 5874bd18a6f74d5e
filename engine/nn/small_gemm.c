#include "engine/nn/small_gemm.h"

/* Four rows by one vector of lanes: four independent chains of multiply-adds that stay in registers. */
static void block4(float *out, int out_stride, const float *a, int a_stride, const float *b, int b_stride,
                   int K) {
    float sum[4][SMALL_GEMM_LANES] = {{0}};
    for (int k = 0; k < K; k++) {
        const float *row = b + (long)k * b_stride;
        for (int i = 0; i < 4; i++) {
            const float factor = a[(long)i * a_stride + k];
            for (int j = 0; j < SMALL_GEMM_LANES; j++) sum[i][j] += factor * row[j];
        }
    }
    for (int i = 0; i < 4; i++)
        for (int j = 0; j < SMALL_GEMM_LANES; j++) out[(long)i * out_stride + j] = sum[i][j];
}

static void block1(float *out, const float *a, const float *b, int b_stride, int K) {
    float sum[SMALL_GEMM_LANES] = {0};
    for (int k = 0; k < K; k++)
        for (int j = 0; j < SMALL_GEMM_LANES; j++) sum[j] += a[k] * b[(long)k * b_stride + j];
    for (int j = 0; j < SMALL_GEMM_LANES; j++) out[j] = sum[j];
}

void small_gemm(float *out, int out_stride, const float *a, int a_stride, const float *b, int b_stride, int I,
                int J, int K) {
    int i = 0;
    for (; i + 4 <= I; i += 4)
        for (int j = 0; j < J; j += SMALL_GEMM_LANES)
            block4(out + (long)i * out_stride + j, out_stride, a + (long)i * a_stride, a_stride, b + j,
                   b_stride, K);
    for (; i < I; i++)
        for (int j = 0; j < J; j += SMALL_GEMM_LANES)
            block1(out + (long)i * out_stride + j, a + (long)i * a_stride, b + j, b_stride, K);
}
