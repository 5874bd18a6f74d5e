/* Training: the same weights every time, across saves and resumes; it learns; its windows are what they promise. */
#include "tests/support/check.h"

#include <math.h>
#include <stdlib.h>

#include "engine/nn/adam.h"
#include "engine/learn/dataset.h"
#include "engine/learn/train.h"
#include "engine/structure.h"
#include "tests/support/random_music.h"
#include "tests/support/temp.h"

static const ModelConfig SMALL = {.tokens = BAR_TOKENS,
                                  .steps = BAR_STEPS,
                                  .slots = BAR_SLOTS,
                                  .embedding = 8,
                                  .codec_hidden = 32,
                                  .channels = 32,
                                  .latent = 8,
                                  .layers = 1,
                                  .heads = 2,
                                  .hidden = 32,
                                  .reference = 8,
                                  .bars = BAR_WINDOW};

static TrainOptions small_options(int threads, long steps) {
    TrainOptions o = TRAIN_OPTIONS_DEFAULT;
    o.threads = threads;
    o.steps = steps;
    o.codec_steps = 2;
    o.warmup_steps = 2;
    o.ramp_steps = 4;
    o.rows = 2 * BAR_WINDOW;
    return o;
}

static void make_corpus(Corpus *corpus, int tunes) {
    Rng rng;
    rng_seed(&rng, 5);
    *corpus = (Corpus){0};
    for (int i = 0; i < tunes; i++) {
        BarSequence bars = {0};
        Error err;
        const int steps = i % 3 == 2 ? 12 : 16;
        random_bars(&bars, &rng, 5 + rng_below(&rng, 70), steps, 0.3);
        check_ok(corpus_add(corpus, "tune", "Tune", steps == 12 ? 3 : 4, 4, &bars, &err), &err);
        bar_sequence_deinit(&bars);
    }
}

/* ---- determinism ---- */

static float *train_some(const Corpus *corpus, int threads, long steps, long stop_at, const char *state) {
    Error err;
    Model *model = model_new(&SMALL, 1, &err);
    const TrainOptions options = small_options(threads, steps);
    Train *train = train_new(model, corpus, &options, &err);
    assert_non_null(train);
    TrainReport report;
    while (!train_finished(train)) {
        if (train_step_count(train) == stop_at) {
            check_ok(train_save(train, state, &err), &err);
            train_free(train);
            model_free(model);
            model = model_new(&SMALL, 99, &err);
            train = train_new(model, corpus, &options, &err);
            check_ok(train_resume(train, state, &err), &err);
            assert_int_equal(train_step_count(train), stop_at);
            stop_at = -1;
        }
        train_step(train, &report);
        assert_true(isfinite(report.total));
    }
    const size_t bytes = model_size(&SMALL) * sizeof(float);
    float *weights = malloc(bytes);
    memcpy(weights, model_block(model), bytes);
    train_free(train);
    model_free(model);
    return weights;
}

static void check_same_weights(int threads, long stop_at) {
    Temp temp;
    temp_open(&temp);
    const char *state = temp_path(&temp, "state");
    Corpus corpus;
    make_corpus(&corpus, 12);
    float *once = train_some(&corpus, threads, 8, -1, state);
    float *again = train_some(&corpus, threads, 8, stop_at, state);
    assert_memory_equal(once, again, model_size(&SMALL) * sizeof(float));
    free(once);
    free(again);
    corpus_deinit(&corpus);
    temp_close(&temp);
}

static void test_same_weights_every_time(void **state) {
    (void)state;
    check_same_weights(1, -1);
    check_same_weights(2, -1);
}

static void test_resume_equals_uninterrupted(void **state) {
    (void)state;
    check_same_weights(1, 5);
    check_same_weights(2, 1);
}

/* ---- learning ---- */

/* One batch, again and again: the model must learn it by heart. */
static void test_overfits_one_batch(void **state) {
    (void)state;
    Corpus corpus;
    Dataset dataset;
    DatasetBatch batch;
    Error err;
    make_corpus(&corpus, 6);
    check_ok(dataset_init(&dataset, &corpus, 3, 0.4, &err), &err);
    check_ok(dataset_batch_init(&batch, 4 * 8, SMALL.latent, &err), &err);
    dataset_fill(&batch, &dataset, 0, 0, 4, 8, true);
    const size_t size = model_size(&SMALL);
    Model *model = model_new(&SMALL, 1, &err);
    Acts *acts = acts_new(&SMALL, 2 * 4 * 8, SMALL.bars, true, &err);
    float *gradient = calloc(3 * size, sizeof *gradient), *m = gradient + size, *v = m + size;
    Params grads;
    tensors_lay(&grads, &SMALL, gradient);
    const LossWeights weights = {.codec = 0.5f, .substitution = 1, .reference = 0.5f};
    LossParts parts = loss_pass(model, acts, NULL, &batch.loss, &weights);
    const double first = parts.reconstruction + parts.substitution;
    for (int step = 1; step <= 500; step++) {
        memset(gradient, 0, size * sizeof *gradient);
        parts = loss_pass(model, acts, &grads, &batch.loss, &weights);
        adam_update(model_block(model), m, v, gradient, (float)(1 / parts.bars), 5e-3f, step, (long)size);
    }
    const double last = parts.reconstruction + parts.substitution;
    if (!(last < 0.01 * first)) fail_msg("cross-entropy only fell from %.3f to %.3f nats", first, last);
    free(gradient);
    acts_free(acts);
    model_free(model);
    dataset_batch_deinit(&batch);
    dataset_deinit(&dataset);
    corpus_deinit(&corpus);
}

/* ---- windows ---- */

/* What is taught holds: slots that name a bar are it, moved or not; in x' but t0 nothing is named that x did not name. */
static void check_told(const DatasetBatch *batch, int b, const Bar *x, const Bar *y) {
    const LossBatch *loss = &batch->loss;
    const int row = batch->first[b], count = batch->first[b + 1] - row, half = loss->model.B / 2;
    for (int t = 0; t < count; t++)
        for (int slot = 0; slot < BAR_SLOTS; slot++) {
            const int at = (row + t) * BAR_SLOTS + slot, to = batch->place[b + half][t] * BAR_SLOTS + slot,
                      from = slot * BAR_SLOT_STEPS;
            assert_int_equal(loss->named[at], loss->model.copy_distance[at]);
            if (loss->named[at] && !loss->model.moved[at])
                assert_memory_equal(x[t].token + from, x[t - loss->named[at]].token + from, BAR_SLOT_STEPS);
            if (loss->named[to] == LOSS_UNSURE || loss->replaced[b] == t) continue;
            assert_int_equal(loss->named[to] != 0, loss->named[at] != 0);
            assert_int_equal(loss->model.moved[to], loss->model.moved[at]);
            if (loss->named[to] && !loss->model.moved[to])
                assert_memory_equal(y[t].token + from, y[t - loss->named[to]].token + from, BAR_SLOT_STEPS);
        }
}

/* x' has rows from t0 on, and the bars before it are x's. */
static void check_window(const DatasetBatch *batch, int b, int bars) {
    const LossBatch *loss = &batch->loss;
    const int half = loss->model.B / 2, row = batch->first[b], count = batch->first[b + 1] - row,
              replaced = loss->replaced[b], shared = replaced < 0 ? count : replaced;
    const Bar *x = batch->bar + row;
    Bar y[BAR_WINDOW];
    assert_in_range(count, bars - DATASET_BARS_MIN + 1, bars);
    assert_true(replaced < count && x[0].token[0] != BAR_HOLD);
    assert_int_equal(batch->known[b + half], shared);
    assert_int_equal(batch->first[b + half + 1] - batch->first[b + half], count - shared);
    for (int t = 0; t < count; t++) {
        const int place = batch->place[b + half][t];
        assert_int_equal(batch->place[b][t], row + t);
        assert_int_equal(place, t < shared ? row + t : batch->first[b + half] + t - shared);
        y[t] = batch->bar[place];
    }
    for (int t = 0; t < count; t++) {
        for (int s = 0; s < BAR_STEPS; s++)
            assert_true(x[t].token[s] < BAR_TOKENS && y[t].token[s] < BAR_TOKENS);
        assert_int_equal(bar_steps(&x[t]), bar_steps(&y[t]));
        if (replaced >= 0 && t > replaced && bar_equal(&x[t], &x[replaced]))
            assert_true(bar_equal(&y[t], &y[replaced]));
    }
    check_told(batch, b, x, y);
}

static void test_windows(void **state) {
    (void)state;
    Corpus corpus;
    Dataset dataset;
    DatasetBatch batch, other;
    Error err;
    make_corpus(&corpus, 20);
    check_ok(dataset_init(&dataset, &corpus, 3, 0.4, &err), &err);
    check_ok(dataset_batch_init(&batch, 8 * 32, SMALL.latent, &err), &err);
    check_ok(dataset_batch_init(&other, 3 * 32, SMALL.latent, &err), &err);
    int swaps = 0;
    for (int step = 0; step < 20; step++) {
        dataset_fill(&batch, &dataset, step, 0, 8, 32, true);
        dataset_fill(&other, &dataset, step, 5, 3, 32, true);
        for (int b = 0; b < 8; b++) check_window(&batch, b, 32);
        for (int b = 0; b < 8; b++) swaps += batch.replaced[b] >= 0;
        /* a window depends on its index, not on who builds it */
        const int bars = batch.first[8] - batch.first[5];
        assert_int_equal(other.loss.n, bars);
        assert_memory_equal(batch.bar + batch.first[5], other.bar, sizeof(Bar) * (size_t)bars);
    }
    assert_true(swaps > 100);
    dataset_batch_deinit(&batch);
    dataset_batch_deinit(&other);
    dataset_deinit(&dataset);
    corpus_deinit(&corpus);
}

static void test_short_corpus_is_refused(void **state) {
    (void)state;
    Corpus corpus = {0};
    Dataset dataset;
    Error err;
    check_refused(dataset_init(&dataset, &corpus, 1, 0, &err), &err);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_same_weights_every_time), cmocka_unit_test(test_resume_equals_uninterrupted),
        cmocka_unit_test(test_overfits_one_batch),      cmocka_unit_test(test_windows),
        cmocka_unit_test(test_short_corpus_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
