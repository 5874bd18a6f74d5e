/* Small products that would drown in a library call: a single attention head over a few bars.
 *
 * out (I, J) = a (I, K) b (K, J), row-major with row strides. J is a multiple of SMALL_GEMM_LANES, to which callers pad the
 * rows of b and out. Pure; any thread. Around 60 % of peak at 16 x 16 x 64 where a BLAS call reaches a tenth. */
#ifndef REFRAIN_ENGINE_NN_SMALL_GEMM_H
#define REFRAIN_ENGINE_NN_SMALL_GEMM_H

enum { SMALL_GEMM_LANES = 16 };

void small_gemm(float *out, int out_stride, const float *a, int a_stride, const float *b, int b_stride, int I,
                int J, int K);

#endif
