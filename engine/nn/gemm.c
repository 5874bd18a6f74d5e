#include "engine/nn/gemm.h"

#include <cblas.h>

void gemm_init(void) {
    openblas_set_num_threads(1);
}

const char *gemm_core(void) {
    return openblas_get_corename();
}

void gemm_linear(float *y, int y_stride, const float *x, int x_stride, const float *w, bool add, int R, int M,
                 int N) {
    /* A one-row sgemm falls to a sixth of sgemv's speed on AVX2 kernels. */
    if (R == 1) {
        cblas_sgemv(CblasRowMajor, CblasNoTrans, N, M, 1.0f, w, M, x, 1, add ? 1.0f : 0.0f, y, 1);
        return;
    }
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, R, N, M, 1.0f, x, x_stride, w, M, add ? 1.0f : 0.0f,
                y, y_stride);
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
