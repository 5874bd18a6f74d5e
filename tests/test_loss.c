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
    uint8_t swapped[X_BARS], told_alike[X_BARS];
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
    static const int T0[] = {1, 0};
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
        e->swapped[FIRST[w] + T0[w]] = 1;
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
                           .swapped = e->swapped,
                           .named = e->named,
                           .told_alike = e->told_alike,
                           .noise = e->noise};
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

static void test_gradients(void **state) {
    (void)state;
    const LossWeights weights = {.beta = 0.25f,
                                 .codec = 0.5f,
                                 .substitution = 0.8f,
                                 .reference = 0.5f,
                                 .invariance = 0.05f,
                                 .repeat_price = 3};
    static Example e;
    make_example(&e);
    Model *model = model_new(&TINY, 1, NULL);
    Acts *acts = acts_new(&TINY, ROWS, TINY.bars, true, NULL);
    shake(model);
    float *grad = calloc(model_size(&TINY), sizeof(float));
    Params grads;
    tensors_lay(&grads, &TINY, grad);
    LossParts parts = loss_pass(model, acts, &grads, &e.batch, &weights);
    assert_true(isfinite(loss_total(&parts, &weights)));
    ModelTensor tensor[128];
    const int count = model_tensors(&TINY, tensor, 128);
    assert_in_range(count, 1, 128);
    for (int i = 0; i < count; i++) check_tensor(model, acts, &e, &weights, &tensor[i], grad);
    free(grad);
    acts_free(acts);
    model_free(model);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_gradients)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
