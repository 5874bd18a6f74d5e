/* Every layer's backward against central differences along random directions. */
#include "tests/support/check.h"

#include <math.h>
#include <stdlib.h>

#include "engine/base/rng.h"
#include "engine/nn/attention.h"
#include "engine/nn/layers.h"
#include "engine/nn/small_gemm.h"

static Rng rng;

static float *noise(int count, float scale) {
    float *x = calloc((size_t)count, sizeof *x);
    assert_non_null(x);
    for (int i = 0; i < count; i++) x[i] = scale * rng_normal(&rng);
    return x;
}

static double dot(const float *a, const float *b, int count) {
    double sum = 0;
    for (int i = 0; i < count; i++) sum += (double)a[i] * (double)b[i];
    return sum;
}

/* f() is the layer's output projected on fixed weights; moving x along v must change it by dx . v. */
static void check_slope(const char *name, float *x, const float *dx, int count, double (*f)(void *),
                        void *layer) {
    const float step = 1e-2f;
    float *kept = malloc(sizeof *kept * (size_t)count);
    memcpy(kept, x, sizeof *kept * (size_t)count);
    for (int trial = 0; trial < 4; trial++) {
        float *v = noise(count, 1);
        for (int i = 0; i < count; i++) x[i] = kept[i] + step * v[i];
        double slope = f(layer);
        for (int i = 0; i < count; i++) x[i] = kept[i] - step * v[i];
        slope = (slope - f(layer)) / (2.0 * (double)step);
        memcpy(x, kept, sizeof *kept * (size_t)count);
        const double expected = dot(dx, v, count);
        const double size = sqrt(dot(dx, dx, count)) + 1e-3;
        if (fabs(slope - expected) > 2e-2 * size)
            fail_msg("%s: backward says %.6f, differences say %.6f (size %.6f)", name, expected, slope, size);
        free(v);
    }
    free(kept);
}

/* ---- linear and norm ---- */

enum { R = 5, M = 6, N = 8 };

typedef struct {
    float *x, *w, *bias, *y, *residual, *project;
    bool relu;
} Linear;

static double linear_value(void *argument) {
    Linear *l = argument;
    if (l->residual)
        linear_residual_forward(l->y, l->residual, l->x, l->w, l->bias, R, M, N);
    else
        linear_forward(l->y, l->x, l->w, l->bias, l->relu, R, M, N);
    return dot(l->y, l->project, R * N);
}

static void check_linear(bool relu, bool residual) {
    Linear l = {noise(R * M, 1),
                noise(N * M, 1),
                noise(N, 1),
                noise(R * N, 0),
                residual ? noise(R * N, 1) : NULL,
                noise(R * N, 1),
                relu};
    float *dx = noise(R * M, 0), *dw = noise(N * M, 0), *dbias = noise(N, 0), *dy = noise(R * N, 0);
    linear_value(&l);
    memcpy(dy, l.project, sizeof(float) * R * N);
    if (relu) relu_backward(dy, l.y, R * N);
    linear_backward(dx, false, dw, dbias, dy, l.x, l.w, R, M, N);
    check_slope("linear x", l.x, dx, R * M, linear_value, &l);
    check_slope("linear w", l.w, dw, N * M, linear_value, &l);
    check_slope("linear bias", l.bias, dbias, N, linear_value, &l);
    float *parts[] = {l.x, l.w, l.bias, l.y, l.residual, l.project, dx, dw, dbias, dy};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) free(parts[i]);
}

static void test_linear(void **state) {
    (void)state;
    check_linear(false, false);
    check_linear(true, false);
    check_linear(false, true);
}

/* Two maps of R -> M -> N numbers as one. */
typedef struct {
    float *w1, *bias1, *w2, *bias2, *w, *bias, *project;
} Fold;

static double fold_value(void *argument) {
    Fold *f = argument;
    linear_fold_forward(f->w, f->bias, f->w1, f->bias1, f->w2, f->bias2, R, M, N);
    return dot(f->w, f->project, N * R) + dot(f->bias, f->project + N * R, N);
}

static void test_fold(void **state) {
    (void)state;
    Fold f = {noise(M * R, 1), noise(M, 1), noise(N * M, 1),    noise(N, 1),
              noise(N * R, 0), noise(N, 0), noise(N * R + N, 1)};
    float *dw1 = noise(M * R, 0), *dbias1 = noise(M, 0), *dw2 = noise(N * M, 0), *dbias2 = noise(N, 0);
    float *x = noise(R, 1), *between = noise(M, 0), *want = noise(N, 0), *got = noise(N, 0);
    fold_value(&f);
    linear_forward(between, x, f.w1, f.bias1, false, 1, R, M);
    linear_forward(want, between, f.w2, f.bias2, false, 1, M, N);
    linear_forward(got, x, f.w, f.bias, false, 1, R, N);
    for (int i = 0; i < N; i++) assert_float_equal(got[i], want[i], 1e-4);
    linear_fold_backward(dw1, dbias1, dw2, dbias2, f.project, f.project + N * R, f.w1, f.bias1, f.w2, R, M,
                         N);
    check_slope("fold w1", f.w1, dw1, M * R, fold_value, &f);
    check_slope("fold bias1", f.bias1, dbias1, M, fold_value, &f);
    check_slope("fold w2", f.w2, dw2, N * M, fold_value, &f);
    check_slope("fold bias2", f.bias2, dbias2, N, fold_value, &f);
    float *parts[] = {f.w1, f.bias1, f.w2,   f.bias2, f.w, f.bias,  f.project, dw1,
                      dw2,  dbias1,  dbias2, x,       got, between, want};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) free(parts[i]);
}

typedef struct {
    float *x, *weight, *bias, *y, *stats, *project;
} Norm;

static double norm_value(void *argument) {
    Norm *n = argument;
    norm_forward(n->y, n->stats, n->x, n->weight, n->bias, R, N);
    return dot(n->y, n->project, R * N);
}

static void test_norm(void **state) {
    (void)state;
    Norm n = {noise(R * N, 2), noise(N, 1), noise(N, 1), noise(R * N, 0), noise(2 * R, 0), noise(R * N, 1)};
    float *dx = noise(R * N, 0), *dweight = noise(N, 0), *dbias = noise(N, 0);
    norm_value(&n);
    norm_backward(dx, dweight, dbias, n.project, n.x, n.stats, n.weight, R, N);
    check_slope("norm x", n.x, dx, R * N, norm_value, &n);
    check_slope("norm weight", n.weight, dweight, N, norm_value, &n);
    check_slope("norm bias", n.bias, dbias, N, norm_value, &n);
    float *parts[] = {n.x, n.weight, n.bias, n.y, n.stats, n.project, dx, dweight, dbias};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) free(parts[i]);
}

/* ---- embedding ---- */

typedef struct {
    float *table, *out, *project;
    uint8_t tokens[R];
} Embed;

static double embed_value(void *argument) {
    Embed *e = argument;
    embed_forward(e->out, e->tokens, e->table, R, M);
    return dot(e->out, e->project, R * M);
}

static void test_embed(void **state) {
    (void)state;
    Embed e = {noise(N * M, 1), noise(R * M, 0), noise(R * M, 1), {1, 3, 3, 0, 7}};
    float *dtable = noise(N * M, 0);
    embed_backward(dtable, e.tokens, e.project, R, M);
    check_slope("embed table", e.table, dtable, N * M, embed_value, &e);
    free(e.table);
    free(e.out);
    free(e.project);
    free(dtable);
}

/* ---- attention: two sequences, odd lengths, heads that are no multiple of the lanes ---- */

enum { ROWS = 14, H = 2, HD = 21, C = H * HD, BARS = 12 };
static const int FIRST[] = {0, 11, 14};

typedef struct {
    float *qkv, *distance, *weights, *out, *project;
    AttentionShape shape;
} Attention;

static double attention_value(void *argument) {
    Attention *a = argument;
    attention_forward(a->out, a->weights, a->qkv, a->qkv + C, a->qkv + 2 * C, a->distance, &a->shape);
    return dot(a->out, a->project, ROWS * C);
}

static Attention attention_new(void) {
    return (Attention){noise(ROWS * 3 * C, 1),
                       noise(H * BARS, 1),
                       noise(ROWS * H * BARS, 0),
                       noise(ROWS * C, 0),
                       noise(ROWS * C, 1),
                       {.B = 2,
                        .first = FIRST,
                        .H = H,
                        .hd = HD,
                        .T = BARS,
                        .distances = BARS,
                        .q_stride = 3 * C,
                        .kv_stride = 3 * C}};
}

static void attention_deinit(Attention *a) {
    float *parts[] = {a->qkv, a->distance, a->weights, a->out, a->project};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) free(parts[i]);
}

static void test_attention(void **state) {
    (void)state;
    Attention a = attention_new();
    float *dqkv = noise(ROWS * 3 * C, 0), *ddistance = noise(H * BARS, 0);
    attention_value(&a);
    attention_backward(dqkv, dqkv + C, dqkv + 2 * C, ddistance, a.project, a.weights, a.qkv, a.qkv + C,
                       a.qkv + 2 * C, &a.shape);
    check_slope("attention qkv", a.qkv, dqkv, ROWS * 3 * C, attention_value, &a);
    check_slope("attention distance", a.distance, ddistance, H * BARS, attention_value, &a);
    free(dqkv);
    free(ddistance);
    attention_deinit(&a);
}

static void test_attention_is_causal(void **state) {
    (void)state;
    Attention a = attention_new();
    attention_value(&a);
    for (int row = 0; row < ROWS; row++)
        for (int h = 0; h < H; h++) {
            const int t = row < FIRST[1] ? row : row - FIRST[1],
                      n = row < FIRST[1] ? FIRST[1] : ROWS - FIRST[1];
            const float *w = a.weights + (row * H + h) * BARS;
            double sum = 0;
            for (int k = 0; k <= t; k++) sum += (double)w[k];
            assert_true(fabs(sum - 1) < 1e-5);
            for (int k = t + 1; k < n; k++) assert_true(w[k] == 0);
        }
    attention_deinit(&a);
}

static void test_attention_hides(void **state) {
    (void)state;
    Attention a = attention_new();
    int hide[ROWS];
    for (int i = 0; i < ROWS; i++) hide[i] = -1;
    hide[10] = 3;
    a.shape.hide = hide;
    a.shape.hide_shift = 1;
    attention_value(&a);
    for (int h = 0; h < H; h++) {
        assert_true(a.weights[(10 * H + h) * BARS + 4] < 1e-9f);
        assert_true(a.weights[(10 * H + h) * BARS + 3] > 0);
        assert_true(a.weights[(9 * H + h) * BARS + 4] > 0);
    }
    attention_deinit(&a);
}

/* ---- reference: pointer and blend in one chain ---- */

enum { SLOTS = 2, W = 3, CODE = SLOTS * W, DISTANCES = BARS + 3 };

typedef struct {
    float *score, *fresh, *code, *gate, *pointer, *copied, *blend, *project;
    PointerShape shape;
} Reference;

static double reference_value(void *argument) {
    Reference *r = argument;
    pointer_forward(r->pointer, r->score, 0.7f, &r->shape);
    blend_forward(r->blend, r->copied, r->fresh, r->code, r->pointer, r->gate, &r->shape, W);
    return dot(r->blend, r->project, ROWS * CODE);
}

static void test_reference(void **state) {
    (void)state;
    const int scores = ROWS * SLOTS * DISTANCES, weights = ROWS * SLOTS * BARS, codes = ROWS * CODE,
              gates = ROWS * SLOTS;
    Reference r = {noise(scores, 1),
                   noise(codes, 1),
                   noise(codes, 1),
                   noise(gates, 0.5f),
                   noise(weights, 0),
                   noise(codes, 0),
                   noise(codes, 0),
                   noise(codes, 1),
                   {.B = 2, .first = FIRST, .slots = SLOTS, .T = BARS, .distances = DISTANCES}};
    float *dfresh = noise(codes, 0), *dcode = noise(codes, 0), *dpointer = noise(weights, 0),
          *dgate = noise(gates, 0), *dscore = noise(scores, 0);
    reference_value(&r);
    blend_backward(dfresh, dcode, dpointer, dgate, r.project, r.copied, r.fresh, r.code, r.pointer, r.gate,
                   &r.shape, W);
    pointer_backward(dscore, dpointer, r.pointer, 0.7f, &r.shape);
    check_slope("blend fresh", r.fresh, dfresh, codes, reference_value, &r);
    check_slope("blend code", r.code, dcode, codes, reference_value, &r);
    check_slope("blend gate", r.gate, dgate, gates, reference_value, &r);
    check_slope("pointer score", r.score, dscore, scores, reference_value, &r);
    float *parts[] = {r.score,   r.fresh, r.code, r.gate,   r.pointer, r.copied, r.blend,
                      r.project, dfresh,  dcode,  dpointer, dgate,     dscore};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) free(parts[i]);
}

/* ---- cross-entropy ---- */

typedef struct {
    float *logits, *scratch;
    uint8_t tokens[R];
} Entropy;

static double entropy_value(void *argument) {
    Entropy *e = argument;
    memcpy(e->scratch, e->logits, sizeof(float) * R * N);
    return cross_entropy(e->scratch, e->tokens, 0, R, N);
}

static void test_cross_entropy(void **state) {
    (void)state;
    Entropy e = {noise(R * N, 2), noise(R * N, 0), {0, 7, 3, 3, 1}};
    float *d = malloc(sizeof(float) * R * N);
    memcpy(d, e.logits, sizeof(float) * R * N);
    const double loss = cross_entropy(d, e.tokens, 1, R, N);
    double plain = 0;
    for (int i = 0; i < R; i++) {
        double sum = 0;
        for (int v = 0; v < N; v++) sum += exp((double)e.logits[i * N + v]);
        plain += log(sum) - (double)e.logits[i * N + e.tokens[i]];
    }
    assert_true(fabs(loss - plain) < 1e-4 * plain);
    check_slope("logits", e.logits, d, R * N, entropy_value, &e);
    free(e.logits);
    free(e.scratch);
    free(d);
}

/* ---- small products against the plain triple loop ---- */

static void test_small_gemm(void **state) {
    (void)state;
    enum { SIDE = 21, WIDTH = 37, ROW = WIDTH + 3 }; /* two vectors of lanes and a rest, in wider rows */
    for (int round = 0; round < 3 * (SMALL_GEMM_A_UPPER + 1); round++) {
        const SmallGemmShape shape = (SmallGemmShape)(round / 3);
        const int shift = round % 3 * (shape == SMALL_GEMM_A_UPPER ? -5 : 5), rows = SIDE - abs(shift);
        float *a = noise(SIDE * SIDE, 1), *b = noise(SIDE * WIDTH, 1), *out = noise(SIDE * ROW, 0);
        for (int i = 0; i < rows; i++)
            for (int k = 0; k < SIDE; k++)
                if ((shape == SMALL_GEMM_A_LOWER && k > i + shift) ||
                    (shape == SMALL_GEMM_A_UPPER && k < i + shift))
                    a[i * SIDE + k] = 0;
        small_gemm(out, ROW, a, SIDE, b, WIDTH, rows, WIDTH, SIDE, shape, shift);
        for (int i = 0; i < rows; i++)
            for (int j = 0; j < (shape == SMALL_GEMM_OUT_LOWER ? i + shift + 1 : WIDTH); j++) {
                double sum = 0;
                for (int k = 0; k < SIDE; k++) sum += (double)a[i * SIDE + k] * (double)b[k * WIDTH + j];
                assert_true(fabs(sum - (double)out[i * ROW + j]) < 1e-4);
            }
        for (int i = 0; i < rows; i++)
            for (int j = WIDTH; j < ROW; j++) assert_true(out[i * ROW + j] == 0);
        free(a);
        free(b);
        free(out);
    }
}

int main(void) {
    rng_seed(&rng, 11);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_linear),
        cmocka_unit_test(test_fold),
        cmocka_unit_test(test_norm),
        cmocka_unit_test(test_embed),
        cmocka_unit_test(test_attention),
        cmocka_unit_test(test_attention_is_causal),
        cmocka_unit_test(test_attention_hides),
        cmocka_unit_test(test_reference),
        cmocka_unit_test(test_cross_entropy),
        cmocka_unit_test(test_small_gemm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
