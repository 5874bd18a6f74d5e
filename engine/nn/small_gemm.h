/* Small products that would drown in a library call: a single attention head over a few bars.
 *
 * out (I, J) = a (I, K) b (K, J), row-major with row strides. Fast where J is a multiple of
 * SMALL_GEMM_LANES. Causal attention makes one of the three matrices triangular; saying so saves half of the work:
 *
 *   SMALL_GEMM_FULL       nothing is known
 *   SMALL_GEMM_OUT_LOWER  out is wanted where j <= i + shift only; other entries are left undefined
 *   SMALL_GEMM_A_LOWER    a is 0 where k > i + shift
 *   SMALL_GEMM_A_UPPER    a is 0 where k < i + shift; shift may be negative
 *
 * Pure; any thread. */
#ifndef REFRAIN_ENGINE_NN_SMALL_GEMM_H
#define REFRAIN_ENGINE_NN_SMALL_GEMM_H

enum { SMALL_GEMM_LANES = 16 };

typedef enum { SMALL_GEMM_FULL, SMALL_GEMM_OUT_LOWER, SMALL_GEMM_A_LOWER, SMALL_GEMM_A_UPPER } SmallGemmShape;

void small_gemm(float *out, int out_stride, const float *a, int a_stride, const float *b, int b_stride, int I,
                int J, int K, SmallGemmShape shape, int shift);

#endif
