#include "engine/nn/small_gemm.h"

/* One machine vector, unaligned: of a wider one compilers keep the sums in memory. SMALL_GEMM_LANES is a multiple of it. */
#if defined __AVX512F__
enum { LANES = 16 };
#elif defined __AVX__
enum { LANES = 8 };
#else
enum { LANES = 4 };
#endif
typedef float Lanes __attribute__((vector_size(4 * LANES), aligned(4)));

enum { ROWS = 8 };

/* ROWS rows by one vector of lanes: as many independent chains of multiply-adds as hide their latency. Spelled out because
 * compilers do not keep an array of accumulators in registers by themselves. */
static void block(float *out, int out_stride, const float *a, int a_stride, const float *b, int b_stride,
                  int from, int to) {
    Lanes sum0 = {0}, sum1 = {0}, sum2 = {0}, sum3 = {0}, sum4 = {0}, sum5 = {0}, sum6 = {0}, sum7 = {0};
    const float *a4 = a + 4 * (long)a_stride;
    for (int k = from; k < to; k++) {
        const Lanes row = *(const Lanes *)(b + (long)k * b_stride);
        sum0 += row * a[k];
        sum1 += row * a[k + a_stride];
        sum2 += row * a[k + 2 * (long)a_stride];
        sum3 += row * a[k + 3 * (long)a_stride];
        sum4 += row * a4[k];
        sum5 += row * a4[k + a_stride];
        sum6 += row * a4[k + 2 * (long)a_stride];
        sum7 += row * a4[k + 3 * (long)a_stride];
    }
    const Lanes sum[ROWS] = {sum0, sum1, sum2, sum3, sum4, sum5, sum6, sum7};
    for (int i = 0; i < ROWS; i++) *(Lanes *)(out + (long)i * out_stride) = sum[i];
}

static void single(float *out, const float *a, const float *b, int b_stride, int from, int to) {
    Lanes even = {0}, odd = {0};
    int k = from;
    for (; k + 1 < to; k += 2) {
        even += *(const Lanes *)(b + (long)k * b_stride) * a[k];
        odd += *(const Lanes *)(b + (long)(k + 1) * b_stride) * a[k + 1];
    }
    if (k < to) even += *(const Lanes *)(b + (long)k * b_stride) * a[k];
    *(Lanes *)out = even + odd;
}

/* The columns after the last whole lanes; only models of odd widths have them. */
static void rest(float *out, const float *a, const float *b, int b_stride, int from, int to, int width) {
    for (int j = 0; j < width; j++) {
        float sum = 0;
        for (int k = from; k < to; k++) sum += a[k] * b[(long)k * b_stride + j];
        out[j] = sum;
    }
}

/* ROWS rows of out or one, of which the columns before `end` are wanted. */
static void band(float *out, int out_stride, const float *a, int a_stride, const float *b, int b_stride,
                 int rows, int J, int end, int from, int to) {
    int j = 0;
    for (; j < end && j + LANES <= J; j += LANES)
        if (rows == ROWS)
            block(out + j, out_stride, a, a_stride, b + j, b_stride, from, to);
        else
            single(out + j, a, b + j, b_stride, from, to);
    for (int i = 0; j < end && i < rows; i++)
        rest(out + (long)i * out_stride + j, a + (long)i * a_stride, b + j, b_stride, from, to, end - j);
}

void small_gemm(float *out, int out_stride, const float *a, int a_stride, const float *b, int b_stride, int I,
                int J, int K, SmallGemmShape shape, int shift) {
    for (int i = 0; i < I;) {
        const int rows = i + ROWS <= I ? ROWS : 1;
        const int first = i + shift, last = first + rows;
        const int from = shape == SMALL_GEMM_A_UPPER && first > 0 ? first : 0;
        const int to = shape == SMALL_GEMM_A_LOWER && last < K ? last : K;
        const int end = shape == SMALL_GEMM_OUT_LOWER && last < J ? last : J;
        band(out + (long)i * out_stride, out_stride, a + (long)i * a_stride, a_stride, b, b_stride, rows, J,
             end, from, to);
        i += rows;
    }
}
