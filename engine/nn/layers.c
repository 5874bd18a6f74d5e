#include "engine/nn/layers.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "engine/nn/gemm.h"

static const float NORM_EPSILON = 1e-5f;

/* e^x to 5e-6 of itself (that far from 0; near it, to rounding) in straight-line arithmetic, so that any compiler turns
 * loops of it into vector code; libm's vector versions differ between compilers. Cephes' reduction and polynomial (Moshier 1989). */
static inline float exp_lane(float x) {
    x = x < -87.0f ? -87.0f : x > 88.0f ? 88.0f : x;
    float n = floorf(x * 1.44269504f + 0.5f);
    float r = x - n * 0.693147181f;
    float p = 1.9875691500e-4f;
    p = p * r + 1.3981999507e-3f;
    p = p * r + 8.3334519073e-3f;
    p = p * r + 4.1665795894e-2f;
    p = p * r + 1.6666665459e-1f;
    p = p * r + 5.0000001201e-1f;
    p = p * r * r + r + 1.0f;
    int32_t bits = ((int32_t)n + 127) << 23;
    float scale;
    memcpy(&scale, &bits, sizeof scale);
    return p * scale;
}

static float row_max(const float *x, int count) {
    float largest = x[0];
    for (int i = 1; i < count; i++) largest = x[i] > largest ? x[i] : largest;
    return largest;
}

/* x = e^(x - largest); returns the sum. */
static float row_exp(float *x, float largest, int count) {
    float sum = 0;
    for (int i = 0; i < count; i++) {
        x[i] = exp_lane(x[i] - largest);
        sum += x[i];
    }
    return sum;
}

static void row_scale(float *x, float factor, int count) {
    for (int i = 0; i < count; i++) x[i] *= factor;
}

static void row_softmax(float *x, int count) {
    float sum = row_exp(x, row_max(x, count), count);
    row_scale(x, 1.0f / sum, count);
}

/* ---- linear ---- */

void linear_forward(float *y, const float *x, const float *w, const float *bias, bool relu, int R, int M,
                    int N) {
    /* The product is added to the bias, which spares it clearing y first. */
    for (int r = 0; r < R; r++) memcpy(y + (long)r * N, bias, (size_t)N * sizeof(float));
    gemm_linear(y, N, x, M, w, true, R, M, N);
    if (!relu) return;
    for (long i = 0; i < (long)R * N; i++) y[i] = y[i] > 0 ? y[i] : 0;
}

void linear_residual_forward(float *y, const float *residual, const float *x, const float *w,
                             const float *bias, int R, int M, int N) {
    for (int r = 0; r < R; r++)
        for (int i = 0; i < N; i++) y[(long)r * N + i] = residual[(long)r * N + i] + bias[i];
    gemm_linear(y, N, x, M, w, true, R, M, N);
}

/* y = x w^T + bias:  dbias = sum over rows of dy,  dw = dy^T x,  dx = dy w */
void linear_backward(float *dx, bool add, float *dw, float *dbias, const float *dy, const float *x,
                     const float *w, int R, int M, int N) {
    for (int r = 0; r < R; r++) {
        const float *dy_r = dy + (long)r * N;
        for (int i = 0; i < N; i++) dbias[i] += dy_r[i];
    }
    gemm_linear_dw(dw, dy, N, x, M, R, M, N);
    if (dx) gemm_linear_dx(dx, M, dy, N, w, add, R, M, N);
}

void linear_fold_forward(float *w, float *bias, const float *w1, const float *bias1, const float *w2,
                         const float *bias2, int M, int K, int N) {
    gemm_linear_dx(w, M, w2, K, w1, false, N, M, K);
    linear_forward(bias, bias1, w2, bias2, false, 1, K, N);
}

/* w = w2 w1, bias = w2 bias1 + bias2:
 *   dw1 = w2^T dw,  dw2 = dw w1^T + dbias bias1^T,  dbias1 = w2^T dbias,  dbias2 = dbias */
void linear_fold_backward(float *dw1, float *dbias1, float *dw2, float *dbias2, const float *dw,
                          const float *dbias, const float *w1, const float *bias1, const float *w2, int M,
                          int K, int N) {
    gemm_linear_dw(dw1, w2, K, dw, M, N, M, K);
    gemm_linear(dw2, K, dw, M, w1, true, N, M, K);
    gemm_linear_dx(dbias1, K, dbias, N, w2, true, 1, K, N);
    gemm_linear_dw(dw2, dbias, N, bias1, K, 1, K, N);
    vector_add(dbias2, dbias, N);
}

/* y = max(x, 0), in place of x:  dx = dy where y > 0 */
void relu_backward(float *dy, const float *y, int count) {
    for (int i = 0; i < count; i++) dy[i] = y[i] > 0 ? dy[i] : 0;
}

/* ---- layer norm ---- */

void norm_forward(float *y, float *stats, const float *x, const float *weight, const float *bias, int R,
                  int C) {
    for (int r = 0; r < R; r++) {
        const float *x_r = x + (long)r * C;
        float *y_r = y + (long)r * C;
        float sum = 0, square = 0;
        for (int i = 0; i < C; i++) sum += x_r[i];
        float mean = sum / (float)C;
        for (int i = 0; i < C; i++) square += (x_r[i] - mean) * (x_r[i] - mean);
        float rstd = 1.0f / sqrtf(square / (float)C + NORM_EPSILON);
        for (int i = 0; i < C; i++) y_r[i] = (x_r[i] - mean) * rstd * weight[i] + bias[i];
        stats[2 * r] = mean;
        stats[2 * r + 1] = rstd;
    }
}

/* y = hat weight + bias with hat = (x - mean) rstd. mean and rstd are of x too; with d = dy weight, through all three:
 *   dx = rstd (d - mean of d - hat * mean of (d hat)),  dweight = sum over rows of dy hat,  dbias = sum of dy */
void norm_backward(float *dx, float *dweight, float *dbias, const float *dy, const float *x,
                   const float *stats, const float *weight, int R, int C) {
    for (int r = 0; r < R; r++) {
        const float *x_r = x + (long)r * C, *dy_r = dy + (long)r * C;
        float *dx_r = dx + (long)r * C;
        const float mean = stats[2 * r], rstd = stats[2 * r + 1];
        float sum = 0, sum_hat = 0;
        for (int i = 0; i < C; i++) {
            float hat = (x_r[i] - mean) * rstd, d = dy_r[i] * weight[i];
            sum += d;
            sum_hat += d * hat;
            dweight[i] += dy_r[i] * hat;
            dbias[i] += dy_r[i];
        }
        sum /= (float)C;
        sum_hat /= (float)C;
        for (int i = 0; i < C; i++) {
            float hat = (x_r[i] - mean) * rstd;
            dx_r[i] += (dy_r[i] * weight[i] - sum - hat * sum_hat) * rstd;
        }
    }
}

/* ---- embedding ---- */

void embed_forward(float *out, const uint8_t *tokens, const float *table, int count, int E) {
    for (int i = 0; i < count; i++)
        memcpy(out + (long)i * E, table + (long)tokens[i] * E, (size_t)E * sizeof(float));
}

/* out = row `token` of the table:  dtable[token] += dout */
void embed_backward(float *dtable, const uint8_t *tokens, const float *dout, int count, int E) {
    for (int i = 0; i < count; i++)
        for (int e = 0; e < E; e++) dtable[(long)tokens[i] * E + e] += dout[(long)i * E + e];
}

/* ---- reference pointer ---- */

static void pointer_row(float *pointer, const float *score, float scale, int t, int n, int hidden) {
    for (int k = 0; k < t; k++) pointer[k] = score[t - k - 1] * scale;
    if (hidden >= 0 && hidden < t) pointer[hidden] = -1e9f;
    const bool nowhere = t == 0 || (t == 1 && hidden == 0);
    if (!nowhere) row_softmax(pointer, t);
    for (int k = nowhere ? 0 : t; k < n; k++) pointer[k] = 0;
}

/* Which bar of its sequence a row is. */
static int bar_of(const PointerShape *s, int b, int row) {
    return (s->known ? s->known[b] : 0) + row - s->first[b];
}

void pointer_forward(float *pointer, const float *score, float scale, const PointerShape *s) {
    for (int b = 0; b < s->B; b++)
        for (int row = s->first[b]; row < s->first[b + 1]; row++)
            for (int slot = 0; slot < s->slots; slot++) {
                const long at = (long)row * s->slots + slot;
                pointer_row(pointer + at * s->T, score + at * s->distances, scale, bar_of(s, b, row), s->T,
                            s->hide ? s->hide[row] : -1);
            }
}

/* The softmax again: dscore at distance t - k - 1 = p_k (dp_k - sum_j p_j dp_j) * scale */
static void pointer_row_backward(float *dscore, const float *dpointer, const float *pointer, float scale,
                                 int t, int distances) {
    float dot = 0;
    for (int k = 0; k < t; k++) dot += dpointer[k] * pointer[k];
    for (int d = 0; d < distances; d++) dscore[d] = 0;
    for (int k = 0; k < t; k++) dscore[t - k - 1] = pointer[k] * (dpointer[k] - dot) * scale;
}

void pointer_backward(float *dscore, const float *dpointer, const float *pointer, float scale,
                      const PointerShape *s) {
    for (int b = 0; b < s->B; b++)
        for (int row = s->first[b]; row < s->first[b + 1]; row++)
            for (int slot = 0; slot < s->slots; slot++) {
                const long at = (long)row * s->slots + slot;
                pointer_row_backward(dscore + at * s->distances, dpointer + at * s->T, pointer + at * s->T,
                                     scale, bar_of(s, b, row), s->distances);
            }
}

/* place: rows of the earlier bars' codes, null when they follow one another. */
static void blend_slot(float *blend, float *copied, const float *fresh, const float *code, const int *place,
                       const float *pointer, float gate, int t, int stride, int w) {
    for (int i = 0; i < w; i++) copied[i] = 0;
    for (int k = 0; k < t; k++) {
        const float *code_k = code + (long)(place ? place[k] : k) * stride;
        for (int i = 0; i < w; i++) copied[i] += pointer[k] * code_k[i];
    }
    for (int i = 0; i < w; i++) blend[i] = (1 - gate) * fresh[i] + gate * copied[i];
}

static bool is_moved(const PointerShape *s, long row_slot) {
    return s->moved && s->moved[row_slot];
}

static void blend_own(float *blend, float *copied, const float *fresh, const float *own, float gate, int w) {
    for (int i = 0; i < w; i++) {
        copied[i] = own[i];
        blend[i] = (1 - gate) * fresh[i] + gate * own[i];
    }
}

void blend_forward(float *blend, float *copied, const float *fresh, const float *code, const float *pointer,
                   const float *gate, const PointerShape *s, int w) {
    const int stride = s->slots * w;
    for (int b = 0; b < s->B; b++)
        for (int row = s->first[b]; row < s->first[b + 1]; row++)
            for (int slot = 0; slot < s->slots; slot++) {
                const long at = (long)row * stride + slot * w, g = (long)row * s->slots + slot;
                const float *codes = s->place ? code : code + (long)s->first[b] * stride;
                if (is_moved(s, g))
                    blend_own(blend + at, copied + at, fresh + at, s->own + at, gate[g], w);
                else
                    blend_slot(blend + at, copied + at, fresh + at, codes + slot * w,
                               s->place ? s->place[b] : NULL, pointer + g * s->T, gate[g], bar_of(s, b, row),
                               stride, w);
            }
}

/* blend = (1 - g) fresh + g copied, copied = sum_k p_k code_k:
 *   dfresh = (1 - g) dblend,  dg = dblend . (copied - fresh),  dcode_k += g p_k dblend,  dp_k = g dblend . code_k */
static void blend_slot_backward(float *dfresh, float *dcode, float *dpointer, float *dgate,
                                const float *dblend, const float *copied, const float *fresh,
                                const float *code, const int *place, const float *pointer, float gate, int t,
                                int T, int stride, int w) {
    float sum = 0;
    for (int i = 0; i < w; i++) {
        sum += dblend[i] * (copied[i] - fresh[i]);
        dfresh[i] = (1 - gate) * dblend[i];
    }
    *dgate = sum;
    for (int k = 0; k < t; k++) {
        const long at = (long)(place ? place[k] : k) * stride;
        const float *code_k = code + at;
        float *dcode_k = dcode + at, dot = 0;
        const float factor = gate * pointer[k];
        for (int i = 0; i < w; i++) {
            dot += dblend[i] * code_k[i];
            dcode_k[i] += factor * dblend[i];
        }
        dpointer[k] = gate * dot;
    }
    for (int k = t; k < T; k++) dpointer[k] = 0;
}

static void blend_own_backward(float *dfresh, float *down, float *dpointer, float *dgate, const float *dblend,
                               const float *copied, const float *fresh, float gate, int T, int w) {
    float sum = 0;
    for (int i = 0; i < w; i++) {
        sum += dblend[i] * (copied[i] - fresh[i]);
        dfresh[i] = (1 - gate) * dblend[i];
        down[i] += gate * dblend[i];
    }
    *dgate = sum;
    for (int k = 0; k < T; k++) dpointer[k] = 0;
}

void blend_backward(float *dfresh, float *dcode, float *dpointer, float *dgate, const float *dblend,
                    const float *copied, const float *fresh, const float *code, const float *pointer,
                    const float *gate, const PointerShape *s, int w) {
    const int stride = s->slots * w;
    for (int b = 0; b < s->B; b++)
        for (int row = s->first[b]; row < s->first[b + 1]; row++)
            for (int slot = 0; slot < s->slots; slot++) {
                const long at = (long)row * stride + slot * w, g = (long)row * s->slots + slot;
                const long base = (s->place ? 0 : (long)s->first[b] * stride) + slot * w;
                if (is_moved(s, g)) {
                    blend_own_backward(dfresh + at, dcode + at, dpointer + g * s->T, dgate + g, dblend + at,
                                       copied + at, fresh + at, gate[g], s->T, w);
                    continue;
                }
                blend_slot_backward(dfresh + at, dcode + base, dpointer + g * s->T, dgate + g, dblend + at,
                                    copied + at, fresh + at, code + base, s->place ? s->place[b] : NULL,
                                    pointer + g * s->T, gate[g], bar_of(s, b, row), s->T, stride, w);
            }
}

/* ---- losses and vectors ---- */

/* l = log(sum_v e^x_v) - x_token:  dx_v = softmax(x)_v - [v = token] */
double cross_entropy(float *logits, const uint8_t *tokens, float scale, int count, int V) {
    double total = 0;
    float share[256];
    for (int i = 0; i < count; i++) {
        float *row = logits + (long)i * V;
        const float largest = row_max(row, V), target = row[tokens[i]];
        for (int v = 0; v < V; v++) share[v] = row[v];
        const float sum = row_exp(share, largest, V);
        total += (double)(largest - target) + log((double)sum);
        if (scale > 0) {
            const float factor = scale / sum;
            for (int v = 0; v < V; v++) row[v] = share[v] * factor;
            row[tokens[i]] -= scale;
        }
    }
    return total;
}

void softmax_forward(float *x, int count) {
    row_softmax(x, count);
}

void sigmoid_forward(float *y, const float *x, int count) {
    for (int i = 0; i < count; i++) y[i] = 1.0f / (1.0f + exp_lane(-x[i]));
}

double vector_square_sum(const float *x, long count) {
    double total = 0;
    for (long at = 0; at < count; at += 4096) {
        const long end = at + 4096 < count ? at + 4096 : count;
        float part = 0;
        for (long i = at; i < end; i++) part += x[i] * x[i];
        total += (double)part;
    }
    return total;
}

void vector_add(float *y, const float *x, long count) {
    for (long i = 0; i < count; i++) y[i] += x[i];
}
