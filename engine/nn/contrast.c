#include "engine/nn/contrast.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#include "engine/nn/gemm.h"

/* - log softmax(row)[own]; row becomes its derivative times scale: softmax(row)_i - [i = own]. */
static double row_loss(float *row, int own, float scale, int R) {
    float largest = row[0], sum = 0;
    for (int i = 1; i < R; i++) largest = row[i] > largest ? row[i] : largest;
    const double score = (double)(row[own] - largest);
    for (int i = 0; i < R; i++) {
        row[i] = expf(row[i] - largest);
        sum += row[i];
    }
    for (int i = 0; i < R; i++) row[i] *= scale / sum;
    row[own] -= scale;
    return log((double)sum) - score;
}

double contrast_loss(float *dquery, float *dkey, float *scores, const float *query, const float *key, int R,
                     int E) {
    gemm_linear(scores, R, query, E, key, false, R, E, R);
    double sum = 0;
    for (int r = 0; r < R; r++) sum += row_loss(scores + (size_t)r * (size_t)R, r, 1.0f / (float)R, R);
    /* scores = query key^T: dquery = dscores key, dkey = dscores^T query */
    gemm_linear_dx(dquery, E, scores, R, key, false, R, E, R);
    memset(dkey, 0, sizeof *dkey * (size_t)R * (size_t)E);
    gemm_linear_dw(dkey, scores, R, query, E, R, E, R);
    return sum / R;
}
