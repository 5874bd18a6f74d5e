/* Gemm: the matrix products of the network by name, on OpenBLAS; the only door to cblas.
 *
 * All matrices are row-major float32, W is (N, M) = (out, in) as PyTorch stores linear maps. Callers may be several
 * threads; each product runs on the calling thread alone once gemm_init has been called. Reference: OpenBLAS 0.3, which
 * tries for ever to get its buffers where there is no memory for them: hence gemm_init. */
#ifndef REFRAIN_ENGINE_NN_GEMM_H
#define REFRAIN_ENGINE_NN_GEMM_H

#include "engine/base/error.h"

/* Makes products single-threaded, so that results do not depend on the number of cores, and sees that as many threads as are going
 * to call them at once will find memory for it. Before the first product, and again for more threads; any thread. */
bool gemm_init(int threads, Error *err);
/* The core type whose kernels OpenBLAS chose. */
const char *gemm_core(void);

/* What this processor can do, as far as kernels differ by it. */
typedef enum {
    GEMM_PLAIN,
    GEMM_AVX2,       /* and FMA */
    GEMM_AVX512,     /* F, BW, DQ and VL */
    GEMM_AVX512_BF16 /* and BF16 */
} GemmFeatures;
GemmFeatures gemm_features(void);
/* The core type that fits those features when `chosen` was made for older processors; null when it need not be changed. */
const char *gemm_better_core(const char *chosen, GemmFeatures features);

/* y (R, N) = x (R, M) W^T, or y += .. when add; strides are the distances between rows of y and x. */
void gemm_linear(float *y, int y_stride, const float *x, int x_stride, const float *w, bool add, int R, int M,
                 int N);
/* dx (R, M) = dy (R, N) W, or dx += .. when add */
void gemm_linear_dx(float *dx, int dx_stride, const float *dy, int dy_stride, const float *w, bool add, int R,
                    int M, int N);
/* dW (N, M) += dy^T x */
void gemm_linear_dw(float *dw, const float *dy, int dy_stride, const float *x, int x_stride, int R, int M,
                    int N);

#endif
