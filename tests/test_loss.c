/* The gradient of the whole loss of a tiny model against central differences, tensor by tensor. */
#include "tests/support/check.h"

#include <math.h>
#include <stdlib.h>

#include "engine/nn/loss.h"
#include "engine/nn/model_private.h"
#include "engine/structure.h"

static const ModelConfig TINY = {.tokens = 67,
                                 .steps = 16,
                                 .slots = 4,
                                 .embedding = 4,
                                 .codec_hidden = 8,
                                 .channels = 16,
                                 .latent = 6,
                                 .layers = 2,
                                 .heads = 2,
                                 .hidden = 12,
                                 .reference = 4,
                                 .bars = 16};

enum { WINDOWS = 2, X_BARS = 12, ROWS = 2 * X_BARS };

/* Two windows of 7 and 5 bars with repeats, each followed in the second half by the same with one bar replaced. */
typedef struct {
    Bar bar[ROWS];
    int first[2 * WINDOWS + 1];
    uint8_t distance[ROWS * BAR_SLOTS], named[ROWS * BAR_SLOTS], moved[ROWS * BAR_SLOTS];
    uint8_t told_alike[X_BARS];
    int replaced[WINDOWS], known[2 * WINDOWS], row_of[ROWS];
    const int *place[2 * WINDOWS];
    float noise[ROWS * 6];
    LossBatch batch;
} Example;

static void fill_bar(Bar *bar, Rng *rng) {
    for (int i = 0; i < BAR_STEPS; i++) {
        int kind = rng_below(rng, 3);
        bar->token[i] = (uint8_t)(kind == 0        ? BAR_ONSET + rng_below(rng, 12)
                                  : kind == 1 && i ? BAR_HOLD
                                                   : BAR_REST);
    }
    bar->token[0] = (uint8_t)(BAR_ONSET + 5);
}

/* Bar `bar` a third higher in C major. */
static Bar moved_bar(const Bar *bar) {
    Bar out;
    for (int s = 0; s < BAR_STEPS; s++)
        out.token[s] = interval_moves(0, interval_of_scale_steps(2))[bar->token[s]];
    return out;
}

static void make_example(Example *e) {
    static const int FIRST[] = {0, 7, 12, 19, 24};
    static const int T0[] = {2, 0};
    Rng rng;
    memset(e, 0, sizeof *e);
    rng_seed(&rng, 7);
    for (int i = 0; i < X_BARS; i++) fill_bar(&e->bar[i], &rng);
    e->bar[3] = e->bar[1];
    e->bar[5] = moved_bar(&e->bar[4]);
    e->bar[6] = e->bar[0];
    e->bar[9] = e->bar[7];
    e->bar[11] = moved_bar(&e->bar[10]);
    memcpy(e->bar[4].token, e->bar[2].token, 12);
    memcpy(e->first, FIRST, sizeof FIRST);
    for (int w = 0; w < WINDOWS; w++) {
        Structure structure;
        Bar replacement;
        fill_bar(&replacement, &rng);
        structure_read(&structure, e->bar + FIRST[w], FIRST[w + 1] - FIRST[w], 0);
        structure_propagate(e->bar + X_BARS + FIRST[w], NULL, &structure, e->bar + FIRST[w], T0[w],
                            &replacement);
        e->replaced[w] = T0[w];
    }
    int moved = 0;
    for (int b = 0; b < 2 * WINDOWS; b++) {
        Structure structure;
        const int count = e->first[b + 1] - e->first[b];
        structure_read(&structure, e->bar + e->first[b], count, 0);
        memcpy(e->distance + e->first[b] * BAR_SLOTS, structure.distance, (size_t)count * BAR_SLOTS);
        for (int t = 0; t < count; t++)
            for (int s = 0; s < BAR_SLOTS; s++)
                moved += e->moved[(e->first[b] + t) * BAR_SLOTS + s] =
                    structure.interval[t] && structure.distance[t][s];
    }
    assert_true(moved > 4);
    memcpy(e->named, e->distance, sizeof e->named);
    e->named[20 * BAR_SLOTS] = LOSS_UNSURE;
    for (int i = 0; i < X_BARS; i++) e->told_alike[i] = i != 4;
    for (int i = 0; i < ROWS * TINY.latent; i++) e->noise[i] = rng_normal(&rng);
    e->batch = (LossBatch){.model = {.B = 2 * WINDOWS,
                                     .first = e->first,
                                     .tokens = (const uint8_t *)e->bar,
                                     .copy_distance = e->distance,
                                     .moved = e->moved},
                           .n = X_BARS,
                           .replaced = e->replaced,
                           .named = e->named,
                           .told_alike = e->told_alike,
                           .noise = e->noise};
}

/* The same example, but that bars of x' before t0 are rows of x. */
static void share(Example *e, const Example *whole) {
    int row = X_BARS;
    *e = *whole;
    for (int i = 0; i < ROWS; i++) e->row_of[i] = i % X_BARS;
    for (int w = 0; w < WINDOWS; w++) {
        const int from = whole->first[WINDOWS + w] + whole->replaced[w],
                  count = whole->first[WINDOWS + w + 1] - from;
        memcpy(e->bar + row, whole->bar + from, sizeof(Bar) * (size_t)count);
        memcpy(e->distance + row * BAR_SLOTS, whole->distance + from * BAR_SLOTS, (size_t)count * BAR_SLOTS);
        memcpy(e->named + row * BAR_SLOTS, whole->named + from * BAR_SLOTS, (size_t)count * BAR_SLOTS);
        memcpy(e->moved + row * BAR_SLOTS, whole->moved + from * BAR_SLOTS, (size_t)count * BAR_SLOTS);
        memcpy(e->noise + row * TINY.latent, whole->noise + from * TINY.latent,
               sizeof(float) * (size_t)(count * TINY.latent));
        e->known[WINDOWS + w] = whole->replaced[w];
        e->place[w] = e->row_of + whole->first[w];
        e->place[WINDOWS + w] = e->row_of + whole->first[WINDOWS + w];
        for (int i = 0; i < count; i++) e->row_of[from + i] = row + i;
        row += count;
        e->first[WINDOWS + w + 1] = row;
    }
    assert_true(row < ROWS);
    e->batch = whole->batch;
    e->batch.model = (ModelBatch){.B = 2 * WINDOWS,
                                  .first = e->first,
                                  .tokens = (const uint8_t *)e->bar,
                                  .copy_distance = e->distance,
                                  .moved = e->moved,
                                  .known = e->known,
                                  .place = e->place};
    e->batch.named = e->named;
    e->batch.noise = e->noise;
}

static void shake(Model *model) {
    Rng rng;
    rng_seed(&rng, 3);
    float *block = model_block(model);
    for (size_t i = 0; i < model_size(&TINY); i++) block[i] += 0.1f * rng_normal(&rng);
}

/* Moves one tensor along its own gradient; the loss must move by the gradient's squared length. */
static void check_tensor(Model *model, Acts *acts, const Example *e, const LossWeights *w,
                         const ModelTensor *t, const float *grad) {
    double square = 0;
    for (size_t i = 0; i < t->size; i++) square += (double)grad[t->offset + i] * (double)grad[t->offset + i];
    const double length = sqrt(square);
    if (length < 1e-6) fail_msg("%s has no gradient", t->name);
    /* Where the slope is small, the last digits of the sums would drown it: there the step is wider. */
    const double step = length > 2 ? 2e-3 / length : 1e-3;
    float *x = model_block(model) + t->offset, *kept = malloc(t->size * sizeof(float));
    memcpy(kept, x, t->size * sizeof(float));
    double side[2];
    for (int s = 0; s < 2; s++) {
        for (size_t i = 0; i < t->size; i++)
            x[i] = (float)((double)kept[i] + (s ? -step : step) * (double)grad[t->offset + i] / length);
        LossParts parts = loss_pass(model, acts, NULL, &e->batch, w);
        side[s] = loss_total(&parts, w) * parts.bars;
    }
    memcpy(x, kept, t->size * sizeof(float));
    free(kept);
    const double slope = (side[0] - side[1]) / (2 * step);
    /* The loss is a sum of about a thousand in float32: its last digit, over the step, is the absolute part. */
    if (fabs(slope - length) > 0.01 * length + 6e-3)
        fail_msg("%s: gradient %.6f, central difference %.6f", t->name, length, slope);
}

static const LossWeights WEIGHTS = {.beta = 0.25f,
                                    .codec = 0.5f,
                                    .substitution = 0.8f,
                                    .reference = 0.5f,
                                    .invariance = 0.05f,
                                    .repeat_price = 3};

typedef struct {
    Model *model;
    Acts *acts;
    float *grad;
    LossParts parts;
} Pass;

/* Forward and backward of an example by a model that is the same every time. */
static Pass pass(const Example *e) {
    Params grads;
    Pass out = {.model = model_new(&TINY, 1, NULL),
                .acts = acts_new(&TINY, ROWS, TINY.bars, true, NULL),
                .grad = calloc(model_size(&TINY), sizeof(float))};
    shake(out.model);
    tensors_lay(&grads, &TINY, out.grad);
    out.parts = loss_pass(out.model, out.acts, &grads, &e->batch, &WEIGHTS);
    assert_true(isfinite(loss_total(&out.parts, &WEIGHTS)));
    return out;
}

static void pass_free(Pass *pass) {
    free(pass->grad);
    acts_free(pass->acts);
    model_free(pass->model);
}

static void test_gradients(void **state) {
    (void)state;
    static Example e;
    make_example(&e);
    Pass p = pass(&e);
    ModelTensor tensor[128];
    const int count = model_tensors(&TINY, tensor, 128);
    assert_in_range(count, 1, 128);
    for (int i = 0; i < count; i++) check_tensor(p.model, p.acts, &e, &WEIGHTS, &tensor[i], p.grad);
    pass_free(&p);
}

static void check_close(const char *what, double got, double want) {
    if (fabs(got - want) > 1e-4 * fabs(want) + 1e-4) fail_msg("%s: %.6f, want %.6f", what, got, want);
}

/* Rows that stand for bars of x and of x' give what two rows each gave: losses and gradients. */
static void test_shared_rows_change_nothing(void **state) {
    (void)state;
    static Example whole, shared;
    make_example(&whole);
    share(&shared, &whole);
    Pass want = pass(&whole), got = pass(&shared);
    check_close("reconstruction", got.parts.reconstruction, want.parts.reconstruction);
    check_close("substitution", got.parts.substitution, want.parts.substitution);
    check_close("KL", got.parts.kl, want.parts.kl);
    check_close("KL at t0", got.parts.substituted_kl, want.parts.substituted_kl);
    check_close("codec", got.parts.codec, want.parts.codec);
    check_close("reference", got.parts.reference, want.parts.reference);
    check_close("invariance", got.parts.invariance, want.parts.invariance);
    ModelTensor tensor[128];
    const int count = model_tensors(&TINY, tensor, 128);
    for (int i = 0; i < count; i++) {
        double square = 0, difference = 0;
        for (size_t at = tensor[i].offset; at < tensor[i].offset + tensor[i].size; at++) {
            square += (double)want.grad[at] * (double)want.grad[at];
            difference += pow((double)want.grad[at] - (double)got.grad[at], 2);
        }
        if (sqrt(difference) > 1e-5 * sqrt(square) + 1e-6)
            fail_msg("%s: gradient of length %.6f differs by %.9f", tensor[i].name, sqrt(square),
                     sqrt(difference));
    }
    pass_free(&want);
    pass_free(&got);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_gradients),
                                       cmocka_unit_test(test_shared_rows_change_nothing)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
