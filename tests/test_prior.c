/* The fitted prior: its gradient, its draws, its way into a file and back, and that it learns what a corpus does. */
#include "tests/support/check.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "engine/base/file.h"
#include "engine/compose.h"
#include "engine/nn/adam.h"
#include "engine/nn/checkpoint.h"
#include "engine/nn/prior.h"
#include "engine/prior_context.h"
#include "engine/prior_fit.h"
#include "tests/support/random_music.h"
#include "tests/support/temp.h"
#include "tests/support/tiny_model.h"

enum { D = 5, X = 4, N = 7, R = 6 };

static const PriorConfig SMALL = {.latent = D, .context = X, .hidden = 8, .blocks = 2, .exemplars = N};

typedef struct {
    Prior *prior;
    PriorActs *acts;
    float context[R * X], mean[R * D], logvar[R * D], balance[N];
    PriorBatch batch;
    Rng rng;
} Fixture;

static int set_up(void **state) {
    Fixture *f = calloc(1, sizeof *f);
    Error err;
    rng_seed(&f->rng, 3);
    f->prior = prior_new(&SMALL, 1, &err);
    f->acts = prior_acts_new(&SMALL, R, true, &err);
    assert_non_null(f->prior);
    assert_non_null(f->acts);
    for (int n = 0; n < N; n++) {
        float mean[D], logvar[D];
        for (int d = 0; d < D; d++) mean[d] = rng_normal(&f->rng);
        for (int d = 0; d < D; d++) logvar[d] = -2 + rng_normal(&f->rng);
        prior_set_exemplar(f->prior, n, mean, logvar);
    }
    for (int i = 0; i < R * X; i++) f->context[i] = rng_normal(&f->rng);
    for (int i = 0; i < R * D; i++) f->mean[i] = rng_normal(&f->rng);
    for (int i = 0; i < R * D; i++) f->logvar[i] = -1 + rng_normal(&f->rng);
    for (int n = 0; n < N; n++) f->balance[n] = rng_normal(&f->rng);
    f->batch = (PriorBatch){R, f->context, f->mean, f->logvar, f->balance};
    *state = f;
    return 0;
}

static int tear_down(void **state) {
    Fixture *f = *state;
    prior_free(f->prior);
    prior_acts_free(f->acts);
    free(f);
    return 0;
}

/* ---- mathematics ---- */

static void test_the_gradient_is_that_of_the_loss(void **state) {
    Fixture *f = *state;
    const size_t size = prior_learned_size(&SMALL);
    float *gradient = calloc(size, sizeof *gradient), *p = prior_block(f->prior);
    prior_loss(f->prior, f->acts, &f->batch, gradient);
    double length = 0;
    for (size_t i = 0; i < size; i++) length += (double)gradient[i] * (double)gradient[i];
    assert_true(length > 1e-4);
    for (size_t i = 0; i < size; i++) {
        const float step = 4e-3f, kept = p[i];
        p[i] = kept + step;
        double slope = prior_loss(f->prior, f->acts, &f->batch, NULL);
        p[i] = kept - step;
        slope = (slope - prior_loss(f->prior, f->acts, &f->batch, NULL)) / (2 * (double)step);
        p[i] = kept;
        if (fabs(slope - (double)gradient[i]) > 2e-3 + 2e-2 * fabs(slope))
            fail_msg("parameter %zu: backward says %.5f, differences say %.5f", i, (double)gradient[i],
                     slope);
    }
    free(gradient);
}

/* Written down a second time, in double and without any trick. */
static void test_the_loss_is_what_the_header_says(void **state) {
    Fixture *f = *state;
    float *p = prior_block(f->prior), *mean = p + prior_learned_size(&SMALL), *logvar = mean + N * D;
    ModelTensor tensor[32];
    const int count = prior_tensors(&SMALL, tensor, 32);
    for (int i = 0; i < count; i++) /* weights that do not depend on the context: by the last bias alone */
        for (size_t k = 0; k < tensor[i].size && strstr(tensor[i].name, "output."); k++)
            p[tensor[i].offset + k] = strstr(tensor[i].name, "weight") ? 0 : 0.3f * (float)k;
    double sum = 0, all = 0;
    for (int n = 0; n < N; n++) all += exp(0.3 * n);
    for (int r = 0; r < R; r++) {
        double likeness[N], total = 0;
        for (int n = 0; n < N; n++) {
            double alike = 1;
            for (int d = 0; d < D; d++) {
                const double p2 = exp((double)logvar[n * D + d]), q2 = exp((double)f->logvar[r * D + d]);
                const double off = (double)mean[n * D + d] - (double)f->mean[r * D + d];
                alike *= exp(-0.25 * off * off / (p2 + q2)) * sqrt(2 * sqrt(p2 * q2) / (p2 + q2));
            }
            likeness[n] = alike * alike * exp((double)f->balance[n]);
            total += likeness[n];
        }
        for (int n = 0; n < N; n++) sum -= likeness[n] / total * log(exp(0.3 * n) / all);
    }
    assert_true(fabs(prior_loss(f->prior, f->acts, &f->batch, NULL) - sum / R) < 1e-4);
}

static void test_the_same_posterior_is_as_alike_as_can_be(void **state) {
    Fixture *f = *state;
    float likeness[R * N];
    prior_set_exemplar(f->prior, 3, f->mean, f->logvar);
    prior_compare(f->prior, f->acts, &f->batch, likeness);
    for (int i = 0; i < R * N; i++) assert_true(i == 3 ? fabsf(likeness[i]) < 1e-4f : likeness[i] < -1e-3f);
}

/* Contexts that announce one exemplar each: their weights must be learned. */
static void test_fitting_learns_what_follows_what(void **state) {
    Fixture *f = *state;
    float *block = prior_block(f->prior), *exemplar = block + prior_learned_size(&SMALL);
    memset(f->context, 0, sizeof f->context);
    memset(f->balance, 0, sizeof f->balance);
    for (int r = 0; r < R; r++) {
        f->context[r * X + r % X] = 1;
        memcpy(f->mean + r * D, exemplar + (r % X) * D, D * sizeof(float));
        for (int d = 0; d < D; d++) f->logvar[r * D + d] = -5;
    }
    const size_t size = prior_learned_size(&SMALL);
    float *g = calloc(3 * size, sizeof *g), *m = g + size, *v = m + size;
    const double before = prior_loss(f->prior, f->acts, &f->batch, NULL);
    for (long step = 1; step <= 300; step++) {
        memset(g, 0, size * sizeof *g);
        prior_loss(f->prior, f->acts, &f->batch, g);
        adam_update(block, m, v, g, 1, 1e-2f, step, (long)size);
    }
    assert_true(prior_loss(f->prior, f->acts, &f->batch, NULL) < before - 1);
    for (int r = 0; r < X; r++) {
        float z[D];
        prior_draw(f->prior, f->acts, z, f->context + r * X, 0, &f->rng);
        assert_memory_equal(z, exemplar + r * D, sizeof z);
    }
    free(g);
}

static void test_draws_have_the_mixtures_mean_and_spread(void **state) {
    Fixture *f = *state;
    enum { DRAWS = 20000 };
    static const float mean[D] = {1, -1, 0, 2, 0}, logvar[D] = {-2, 0, -4, -1, 1};
    for (int n = 0; n < N; n++) prior_set_exemplar(f->prior, n, mean, logvar);
    for (int half = 0; half < 2; half++) { /* the temperature scales the noise */
        const double temperature = half ? 0.5 : 1;
        double sum[D] = {0}, squares[D] = {0};
        for (int i = 0; i < DRAWS; i++) {
            float z[D];
            prior_draw(f->prior, f->acts, z, f->context, (float)temperature, &f->rng);
            for (int d = 0; d < D; d++) {
                sum[d] += (double)(z[d] - mean[d]);
                squares[d] += (double)(z[d] - mean[d]) * (double)(z[d] - mean[d]);
            }
        }
        for (int d = 0; d < D; d++) {
            const double sd = temperature * exp(0.5 * (double)logvar[d]);
            assert_true(fabs(sum[d] / DRAWS) < 5 * sd / sqrt(DRAWS));
            assert_true(fabs(squares[d] / DRAWS / (sd * sd) - 1) < 0.06);
        }
    }
}

/* ---- context ---- */

static void test_the_context_sees_only_what_is_before(void **state) {
    (void)state;
    Rng rng;
    rng_seed(&rng, 8);
    BarSequence bars = {0};
    random_bars(&bars, &rng, 40, 16, 0.4);
    for (int t = 0; t < 40; t++) {
        float a[PRIOR_CONTEXT_SIZE], b[PRIOR_CONTEXT_SIZE];
        Bar exact[40]; /* a sanitizer sees any step beyond */
        memcpy(exact, bars.bar, (size_t)t * sizeof *exact);
        Bar *heap = malloc((size_t)t * sizeof *heap + 1);
        memcpy(heap, exact, (size_t)t * sizeof *heap);
        prior_context(a, bars.bar, t, 16, t);
        prior_context(b, heap, t, 16, t);
        assert_memory_equal(a, b, sizeof a);
        for (int i = 0; i < PRIOR_CONTEXT_SIZE; i++) assert_true(fabsf(a[i]) <= 6);
        free(heap);
    }
    bar_sequence_deinit(&bars);
}

static void test_the_context_tells_repeats_keys_and_meters_apart(void **state) {
    (void)state;
    Bar low = {{0}}, high = {{0}};
    low.token[0] = (uint8_t)bar_onset(60);
    high.token[0] = (uint8_t)bar_onset(67);
    const Bar same[] = {low, low}, other[] = {low, high}, moved[] = {high, high};
    float a[PRIOR_CONTEXT_SIZE], b[PRIOR_CONTEXT_SIZE];
    prior_context(a, same, 2, 16, 2);
    prior_context(b, other, 2, 16, 2);
    assert_memory_not_equal(a, b, sizeof a);
    prior_context(b, moved, 2, 16, 2);
    assert_memory_not_equal(a, b, sizeof a);
    prior_context(b, same, 2, 12, 2);
    assert_memory_not_equal(a, b, sizeof a);
    prior_context(b, same, 2, 16, 3);
    assert_memory_not_equal(a, b, sizeof a);
}

/* ---- fitting, saving, sampling ---- */

static const PriorFitOptions QUICK = {.seed = 1,
                                      .steps = 40,
                                      .passes = 2,
                                      .rows = 32,
                                      .rate = 3e-3f,
                                      .repeat_every = 4,
                                      .hidden = 16,
                                      .blocks = 1,
                                      .exemplars = 24};

static void make_corpus(Corpus *corpus) {
    Rng rng;
    rng_seed(&rng, 5);
    corpus_init(corpus);
    for (int i = 0; i < 8; i++) {
        BarSequence bars = {0};
        Error err;
        random_bars(&bars, &rng, 12 + 10 * i, i % 3 ? 16 : 12, 0.4);
        check_ok(corpus_add(corpus, "tune", "Tune", i % 3 ? 4 : 3, 4, &bars, &err), &err);
        bar_sequence_deinit(&bars);
    }
}

static Prior *fit_some(const Model *model, const Corpus *corpus, double *last) {
    Error err;
    PriorFit *fit = prior_fit_new(model, corpus, &QUICK, &err);
    if (!fit) fail_msg("%s", err.text);
    while (!prior_fit_finished(fit)) check_ok(prior_fit_step(fit, last, NULL, &err), &err);
    Prior *prior = prior_fit_take(fit);
    prior_fit_free(fit);
    return prior;
}

static void test_fitting_twice_gives_the_same_prior(void **state) {
    (void)state;
    Corpus corpus;
    make_corpus(&corpus);
    Model *model = tiny_model(BAR_WINDOW, 1);
    double gain, again;
    Prior *a = fit_some(model, &corpus, &gain), *b = fit_some(model, &corpus, &again);
    assert_true(gain == again && isfinite(gain));
    assert_memory_equal(prior_block(a), prior_block(b), prior_size(prior_config(a)) * sizeof(float));
    prior_free(a);
    prior_free(b);
    model_free(model);
    corpus_deinit(&corpus);
}

static void test_an_empty_corpus_and_a_cancelled_fit_are_refused(void **state) {
    (void)state;
    Corpus corpus = {0};
    Error err;
    Model *model = tiny_model(BAR_WINDOW, 1);
    check_refused(prior_fit_new(model, &corpus, &QUICK, &err), &err);
    make_corpus(&corpus);
    PriorFit *fit = prior_fit_new(model, &corpus, &QUICK, &err);
    assert_non_null(fit);
    atomic_bool cancel = true;
    double gain;
    assert_false(prior_fit_step(fit, &gain, &cancel, &err));
    assert_string_equal(err.text, "cancelled");
    prior_fit_free(fit);
    model_free(model);
    corpus_deinit(&corpus);
}

/* A model with a prior, as bytes of a file. */
static Model *model_with_prior(Temp *temp, unsigned char **bytes, size_t *size) {
    Corpus corpus;
    Error err;
    make_corpus(&corpus);
    Model *model = tiny_model(BAR_WINDOW, 1);
    double gain;
    model_set_prior(model, fit_some(model, &corpus, &gain));
    check_ok(checkpoint_save(model, temp_path(temp, "model"), &err), &err);
    check_ok(file_read(temp_path(temp, "model"), 1 << 28, bytes, size, &err), &err);
    corpus_deinit(&corpus);
    return model;
}

static void test_a_prior_comes_back_from_its_file(void **state) {
    (void)state;
    Temp temp;
    temp_open(&temp);
    unsigned char *bytes, *again;
    size_t size, again_size;
    Error err;
    Model *model = model_with_prior(&temp, &bytes, &size), *loaded = checkpoint_parse(bytes, size, &err);
    if (!loaded) fail_msg("%s", err.text);
    const Prior *a = model_prior(model), *b = model_prior(loaded);
    assert_non_null(b);
    assert_memory_equal(prior_config(a), prior_config(b), sizeof(PriorConfig));
    assert_memory_equal(prior_block((Prior *)a), prior_block((Prior *)b),
                        prior_size(prior_config(a)) * sizeof(float));
    check_ok(checkpoint_save(loaded, temp_path(&temp, "again"), &err), &err);
    check_ok(file_read(temp_path(&temp, "again"), 1 << 28, &again, &again_size, &err), &err);
    assert_int_equal(size, again_size);
    assert_memory_equal(bytes, again, size);
    model_free(model);
    model_free(loaded);
    free(bytes);
    free(again);
    temp_close(&temp);
}

/* Bytes that are the file's with one word changed for another of the same length. */
static void check_edit_refused(const unsigned char *bytes, size_t size, const char *find,
                               const char *replace) {
    unsigned char *edited = malloc(size);
    Error err;
    memcpy(edited, bytes, size);
    unsigned char *at = memmem(edited, size, find, strlen(find));
    assert_non_null(at);
    assert_int_equal(strlen(find), strlen(replace));
    memcpy(at, replace, strlen(replace));
    Model *model = checkpoint_parse(edited, size, &err);
    if (model) fail_msg("%s was accepted", replace);
    assert_true(check_is_sentence(err.text));
    free(edited);
}

static void test_a_damaged_prior_is_refused(void **state) {
    (void)state;
    Temp temp;
    temp_open(&temp);
    unsigned char *bytes;
    size_t size;
    Model *model = model_with_prior(&temp, &bytes, &size);
    check_edit_refused(bytes, size, "\"prior_latent\":\"64\"", "\"prior_latent\":\"65\"");
    check_edit_refused(bytes, size, "\"prior_latent\"", "\"prior_latenz\"");
    check_edit_refused(bytes, size, "\"prior_hidden\":\"16\"", "\"prior_hidden\":\"17\"");
    check_edit_refused(bytes, size, "\"prior_hidden\":\"16\"", "\"prior_hidden\":\"xx\"");
    check_edit_refused(bytes, size, "\"prior_exemplars\"", "\"prior_exemplarz\"");
    check_edit_refused(bytes, size, "\"prior_blocks\":\"1\"", "\"prior_blocks\":\"9\"");
    check_edit_refused(bytes, size, "\"prior.mean\"", "\"prior.meam\"");
    static const float wild = 50;
    memcpy(bytes + size - 4, &wild, 4); /* the last number is a log variance */
    Error err;
    assert_null(checkpoint_parse(bytes, size, &err));
    assert_non_null(strstr(err.text, "variance"));
    model_free(model);
    free(bytes);
    temp_close(&temp);
}

static void test_new_bars_come_from_the_fitted_prior(void **state) {
    (void)state;
    Temp temp;
    temp_open(&temp);
    unsigned char *bytes;
    size_t size;
    Error err;
    Model *model = model_with_prior(&temp, &bytes, &size);
    Composer *composer = composer_new(model, &err);
    BarSequence none = {.steps = 16}, a = {0}, b = {0}, standard = {0}, plain = {0};
    const ComposeDrawing drawing = {.temperature = 1, .seed = 4}, reference = {1, 4, true};
    check_ok(compose_continue(composer, &a, &none, 70, drawing, NULL, &err), &err);
    check_ok(compose_continue(composer, &b, &none, 70, drawing, NULL, &err), &err);
    check_ok(compose_continue(composer, &standard, &none, 70, reference, NULL, &err), &err);
    assert_true(bar_sequence_equal(&a, &b));
    assert_false(bar_sequence_equal(&a, &standard));
    model_set_prior(model, NULL); /* N(0, 1) is what a model without a prior draws from */
    check_ok(compose_continue(composer, &plain, &none, 70, drawing, NULL, &err), &err);
    assert_true(bar_sequence_equal(&plain, &standard));
    BarSequence *all[] = {&a, &b, &standard, &plain};
    for (int i = 0; i < 4; i++) bar_sequence_deinit(all[i]);
    composer_free(composer);
    model_free(model);
    free(bytes);
    temp_close(&temp);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_the_gradient_is_that_of_the_loss, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_the_loss_is_what_the_header_says, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_the_same_posterior_is_as_alike_as_can_be, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_fitting_learns_what_follows_what, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_draws_have_the_mixtures_mean_and_spread, set_up, tear_down),
        cmocka_unit_test(test_the_context_sees_only_what_is_before),
        cmocka_unit_test(test_the_context_tells_repeats_keys_and_meters_apart),
        cmocka_unit_test(test_fitting_twice_gives_the_same_prior),
        cmocka_unit_test(test_an_empty_corpus_and_a_cancelled_fit_are_refused),
        cmocka_unit_test(test_a_prior_comes_back_from_its_file),
        cmocka_unit_test(test_a_damaged_prior_is_refused),
        cmocka_unit_test(test_new_bars_come_from_the_fitted_prior),
    };
    return cmocka_run_group_tests_name("prior", tests, NULL, NULL);
}
