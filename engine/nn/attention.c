#include "engine/nn/attention.h"

#include <math.h>
#include <string.h>

#include "engine/nn/layers.h"
#include "engine/nn/small_gemm.h"

/* Columns or values of one head of one sequence, turned or gathered for small_gemm. */
typedef float HeadRows[LAYERS_BARS_MAX * LAYERS_HEAD_MAX];
typedef float HeadSquare[LAYERS_BARS_MAX * LAYERS_BARS_MAX];

static int lanes(int n) {
    return (n + SMALL_GEMM_LANES - 1) / SMALL_GEMM_LANES * SMALL_GEMM_LANES;
}

/* n rows of x become columns, followed by zeros up to `padded` columns. */
static void transpose(float *out, int out_stride, const float *x, int stride, int n, int padded, int width) {
    for (int d = 0; d < width; d++) {
        for (int t = 0; t < n; t++) out[(long)d * out_stride + t] = x[(long)t * stride + d];
        for (int t = n; t < padded; t++) out[(long)d * out_stride + t] = 0;
    }
}

/* One head of the bars of one sequence that stand before its rows. */
typedef struct {
    const float *k, *v;
    const int *place;
    int known;
} HeadPast;

static HeadPast head_past(const AttentionShape *s, int b, int column) {
    if (!s->known) return (HeadPast){0};
    return (HeadPast){s->past + column, s->past + s->H * s->hd + column, s->place[b], s->known[b]};
}

/* Keys or values of the past and then of n rows: as columns, with zeros up to N of them .. */
static void turn(float *out, int N, const float *past, const float *x, const HeadPast *p, int n,
                 const AttentionShape *s) {
    for (int t = 0; t < p->known; t++) {
        const float *row = past + (long)p->place[t] * s->past_stride;
        for (int d = 0; d < s->hd; d++) out[(long)d * N + t] = row[d];
    }
    transpose(out + p->known, N, x, s->kv_stride, n, N - p->known, s->hd);
}

/* .. or as rows. */
static void gather(float *out, const float *past, const float *x, const HeadPast *p, int n,
                   const AttentionShape *s) {
    const size_t width = (size_t)s->hd * sizeof(float);
    for (int t = 0; t < p->known; t++)
        memcpy(out + (long)t * s->hd, past + (long)p->place[t] * s->past_stride, width);
    for (int t = 0; t < n; t++) memcpy(out + (long)(p->known + t) * s->hd, x + (long)t * s->kv_stride, width);
}

static void attend_row(float *weights, const float *score, const float *bias, float scale, int t, int n,
                       int hidden) {
    for (int k = 0; k <= t; k++) weights[k] = score[k] * scale + bias[t - k];
    if (hidden >= 0 && hidden < t) weights[hidden] = -1e9f;
    softmax_forward(weights, t + 1);
    for (int k = t + 1; k < n; k++) weights[k] = 0;
}

/* One head of one sequence: n rows that see themselves and `known` bars of the past. */
typedef struct {
    float *out, *weights;
    const float *q, *k, *v, *bias;
    const int *hide;
    int n;
    HeadPast past;
} HeadForward;

static void attend_head(const HeadForward *p, const AttentionShape *s) {
    const int n = p->n, known = p->past.known, total = known + n, N = lanes(total), hd = s->hd;
    const float scale = 1.0f / sqrtf((float)hd);
    HeadRows keys, values;
    HeadSquare score;
    turn(keys, N, p->past.k, p->k, &p->past, n, s);
    small_gemm(score, N, p->q, s->q_stride, keys, N, n, N, hd, SMALL_GEMM_OUT_LOWER, known);
    for (int i = 0; i < n; i++)
        attend_row(p->weights + (long)i * s->H * s->T, score + (long)i * N, p->bias, scale, known + i, total,
                   p->hide && p->hide[i] >= 0 ? p->hide[i] + s->hide_shift : -1);
    if (known) gather(values, p->past.v, p->v, &p->past, n, s);
    small_gemm(p->out, s->H * hd, p->weights, s->H * s->T, known ? values : p->v, known ? hd : s->kv_stride,
               n, hd, total, SMALL_GEMM_A_LOWER, known);
}

void attention_forward(float *out, float *weights, const float *q, const float *k, const float *v,
                       const float *distance_bias, const AttentionShape *s) {
    for (int b = 0; b < s->B; b++) {
        const long row = s->first[b];
        const int n = s->first[b + 1] - s->first[b];
        for (int h = 0; h < s->H; h++) {
            const int column = h * s->hd;
            const HeadForward p = {.out = out + row * s->H * s->hd + column,
                                   .weights = weights + (row * s->H + h) * s->T,
                                   .q = q + row * s->q_stride + column,
                                   .k = k + row * s->kv_stride + column,
                                   .v = v + row * s->kv_stride + column,
                                   .bias = distance_bias + (long)h * s->distances,
                                   .hide = s->hide ? s->hide + row : NULL,
                                   .n = n,
                                   .past = head_past(s, b, column)};
            attend_head(&p, s);
        }
    }
}

/* w = softmax(u), u = score * scale + bias: du_k = w_k (dw_k - sum_j w_j dw_j),  dbias = du,  dscore = du * scale. dscore
 * holds dw before. */
static void attend_row_backward(float *dscore, float *dbias, const float *weights, float scale, int t,
                                int N) {
    float dot = 0;
    for (int k = 0; k <= t; k++) dot += dscore[k] * weights[k];
    for (int k = 0; k <= t; k++) {
        float d = weights[k] * (dscore[k] - dot);
        dbias[t - k] += d;
        dscore[k] = d * scale;
    }
    for (int k = t + 1; k < N; k++) dscore[k] = 0;
}

typedef struct {
    float *dq, *dk, *dv, *dbias;
    const float *dout, *weights, *q, *k, *v;
    float *past_dk, *past_dv; /* of the first row of the batch, as the past is rows of it */
    HeadPast past;
} HeadBackward;

/* Of dk or dv: rows of the past get theirs besides what they have, the sequence's own are written. */
static void scatter(float *past, float *x, const float *rows, const HeadPast *p, int n,
                    const AttentionShape *s) {
    for (int t = 0; t < p->known; t++)
        vector_add(past + (long)p->place[t] * s->kv_stride, rows + (long)t * s->hd, s->hd);
    for (int t = 0; t < n; t++)
        memcpy(x + (long)t * s->kv_stride, rows + (long)(p->known + t) * s->hd,
               (size_t)s->hd * sizeof(float));
}

/* out = a^T b for a (n, total) whose row t ends at column known + t: dk or dv, by way of `rows` where there is a past. */
static void attend_columns_backward(float *past, float *x, const float *a, int a_stride, const float *b,
                                    int b_stride, const HeadPast *p, int n, const AttentionShape *s) {
    const int total = p->known + n, N = lanes(n);
    HeadSquare turned;
    HeadRows rows;
    transpose(turned, N, a, a_stride, n, N, total);
    if (!p->known) {
        small_gemm(x, s->kv_stride, turned, N, b, b_stride, n, s->hd, n, SMALL_GEMM_A_UPPER, 0);
        return;
    }
    small_gemm(rows, s->hd, turned, N, b, b_stride, total, s->hd, n, SMALL_GEMM_A_UPPER, -p->known);
    scatter(past, x, rows, p, n, s);
}

static void attend_head_backward(const HeadBackward *p, const AttentionShape *s, int n) {
    const int known = p->past.known, total = known + n, N = lanes(total), hd = s->hd, C = s->H * hd,
              weights_stride = s->H * s->T;
    const float scale = 1.0f / sqrtf((float)hd);
    HeadRows columns;
    HeadSquare dscore;
    /* out = weights v: dweights = dout v^T, dv = weights^T dout */
    turn(columns, N, p->past.v, p->v, &p->past, n, s);
    small_gemm(dscore, N, p->dout, C, columns, N, n, N, hd, SMALL_GEMM_OUT_LOWER, known);
    attend_columns_backward(p->past_dv, p->dv, p->weights, weights_stride, p->dout, C, &p->past, n, s);
    for (int i = 0; i < n; i++)
        attend_row_backward(dscore + (long)i * N, p->dbias, p->weights + (long)i * weights_stride, scale,
                            known + i, N);
    /* score = q k^T: dq = dscore k, dk = dscore^T q */
    if (known) gather(columns, p->past.k, p->k, &p->past, n, s);
    small_gemm(p->dq, s->q_stride, dscore, N, known ? columns : p->k, known ? hd : s->kv_stride, n, hd, total,
               SMALL_GEMM_A_LOWER, known);
    attend_columns_backward(p->past_dk, p->dk, dscore, N, p->q, s->q_stride, &p->past, n, s);
}

void attention_backward(float *dq, float *dk, float *dv, float *ddistance_bias, const float *dout,
                        const float *weights, const float *q, const float *k, const float *v,
                        const AttentionShape *s) {
    for (int b = 0; b < s->B; b++) {
        const long row = s->first[b];
        const int n = s->first[b + 1] - s->first[b];
        for (int h = 0; h < s->H; h++) {
            const int column = h * s->hd;
            const long q_at = row * s->q_stride + column, kv_at = row * s->kv_stride + column;
            const HeadBackward p = {.dq = dq + q_at,
                                    .dk = dk + kv_at,
                                    .dv = dv + kv_at,
                                    .dbias = ddistance_bias + (long)h * s->distances,
                                    .dout = dout + row * s->H * s->hd + column,
                                    .weights = weights + (row * s->H + h) * s->T,
                                    .q = q + q_at,
                                    .k = k + kv_at,
                                    .v = v + kv_at,
                                    .past_dk = dk + column,
                                    .past_dv = dv + column,
                                    .past = head_past(s, b, column)};
            attend_head_backward(&p, s, n);
        }
    }
}
