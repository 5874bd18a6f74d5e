/* The fitted prior: its gradient, its draws, its way into a file and back, and that it learns what a corpus does. */
#include "tests/support/check.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "engine/base/file.h"
#include "engine/compose.h"
#include "engine/nn/adam.h"
#include "engine/nn/checkpoint.h"
#include "engine/nn/contrast.h"
#include "engine/nn/prior.h"
#include "engine/prior_context.h"
#include "engine/learn/prior_fit.h"
#include "tests/support/random_music.h"
#include "tests/support/temp.h"
#include "tests/support/tiny_model.h"

enum { D = 5, X = 4, N = 7, E = 3, R = 6 };

static const PriorConfig SMALL = {
    .latent = D, .context = X, .hidden = 8, .blocks = 2, .match = E, .exemplars = N};

/* Two perceptrons that are trained by contrast, as in fitting, and a prior of the same shapes. */
typedef struct {
    PerceptronConfig config;
    PerceptronActs *acts[2];
    float *block[2], *gradient[2];
    float x[2][R * X], dy[2][R * E], scores[R * R];
    Prior *prior;
    PriorActs *prior_acts;
    Rng rng;
} Fixture;

static int set_up(void **state) {
    Fixture *f = calloc(1, sizeof *f);
    Error err;
    rng_seed(&f->rng, 3);
    f->config = prior_perceptron(&SMALL);
    for (int side = 0; side < 2; side++) {
        f->acts[side] = perceptron_acts_new(&f->config, R, true, &err);
        f->block[side] = calloc(perceptron_size(&f->config), sizeof(float));
        f->gradient[side] = calloc(perceptron_size(&f->config), sizeof(float));
        perceptron_init(f->block[side], &f->config, &f->rng);
        for (int i = 0; i < R * X; i++) f->x[side][i] = rng_normal(&f->rng);
    }
    f->prior = prior_new(&SMALL, 1, &err);
    f->prior_acts = prior_acts_new(&SMALL, &err);
    assert_non_null(f->prior);
    assert_non_null(f->prior_acts);
    *state = f;
    return 0;
}

static int tear_down(void **state) {
    Fixture *f = *state;
    for (int side = 0; side < 2; side++) {
        perceptron_acts_free(f->acts[side]);
        free(f->block[side]);
        free(f->gradient[side]);
    }
    prior_free(f->prior);
    prior_acts_free(f->prior_acts);
    free(f);
    return 0;
}

/* ---- learning by contrast ---- */

static double loss(Fixture *f) {
    const float *query = perceptron_forward(f->block[0], f->acts[0], f->x[0], R),
                *key = perceptron_forward(f->block[1], f->acts[1], f->x[1], R);
    return contrast_loss(f->dy[0], f->dy[1], f->scores, query, key, R, E);
}

static void differentiate(Fixture *f) {
    loss(f);
    for (int side = 0; side < 2; side++) {
        memset(f->gradient[side], 0, perceptron_size(&f->config) * sizeof(float));
        perceptron_backward(f->gradient[side], f->block[side], f->acts[side], f->dy[side], f->x[side], R);
    }
}

static void test_the_gradient_is_that_of_the_loss(void **state) {
    Fixture *f = *state;
    differentiate(f);
    const size_t size = perceptron_size(&f->config);
    for (int side = 0; side < 2; side++) {
        double length = 0;
        for (size_t i = 0; i < size; i++) {
            const float step = 1e-3f, kept = f->block[side][i], expected = f->gradient[side][i];
            f->block[side][i] = kept + step;
            double slope = loss(f);
            f->block[side][i] = kept - step;
            slope = (slope - loss(f)) / (2 * (double)step);
            f->block[side][i] = kept;
            length += (double)expected * (double)expected;
            if (fabs(slope - (double)expected) > 3e-3 + 2e-2 * fabs(slope))
                fail_msg("side %d, parameter %zu: backward says %.5f, differences say %.5f", side, i,
                         (double)expected, slope);
        }
        assert_true(length > 1e-4);
    }
}

static void test_the_loss_is_what_the_header_says(void **state) {
    Fixture *f = *state;
    const double got = loss(f);
    const float *query = perceptron_forward(f->block[0], f->acts[0], f->x[0], R),
                *key = perceptron_forward(f->block[1], f->acts[1], f->x[1], R);
    double expected = 0;
    for (int r = 0; r < R; r++) {
        double sum = 0, own = 0;
        for (int i = 0; i < R; i++) {
            double score = 0;
            for (int e = 0; e < E; e++) score += (double)query[r * E + e] * (double)key[i * E + e];
            sum += exp(score);
            if (i == r) own = score;
        }
        expected += log(sum) - own;
    }
    assert_true(fabs(got - expected / R) < 1e-4);
}

static void test_fitting_learns_what_follows_what(void **state) {
    Fixture *f = *state;
    const size_t size = perceptron_size(&f->config);
    float *m = calloc(4 * size, sizeof *m);
    const double before = loss(f);
    for (long step = 1; step <= 300; step++) {
        differentiate(f);
        for (int side = 0; side < 2; side++)
            adam_update(f->block[side], m + 2 * (size_t)side * size, m + (2 * (size_t)side + 1) * size,
                        f->gradient[side], 1, 1e-2f, step, (long)size);
    }
    assert_true(before > 1 && loss(f) < 0.05);
    free(m);
}

/* ---- drawing ---- */

/* All exemplars of this key, mean and variance, with biases 0, 0.3, 0.6 .. */
static void set_exemplars(Fixture *f, const float mean[D], const float logvar[D]) {
    for (int n = 0; n < N; n++) prior_set_exemplar(f->prior, n, (float[E]){0}, 0.3f * (float)n, mean, logvar);
}

static void test_weights_come_from_bias_key_and_temperature(void **state) {
    Fixture *f = *state;
    static const float zero[D] = {0};
    set_exemplars(f, zero, zero);
    for (int half = 0; half < 2; half++) {
        const double temperature = half ? 0.5 : 1;
        const float *w = prior_weights(f->prior, f->prior_acts, f->x[0], (float)temperature);
        double all = 0;
        for (int n = 0; n < N; n++) all += exp(0.3 * n / temperature);
        for (int n = 0; n < N; n++) assert_true(fabs((double)w[n] - exp(0.3 * n / temperature) / all) < 1e-5);
    }
    /* An exemplar whose key is the query itself, many times over, has all the weight. */
    const float *query = perceptron_forward(prior_block(f->prior), f->acts[0], f->x[0], 1);
    float key[E];
    for (int e = 0; e < E; e++) key[e] = 1000 * query[e];
    prior_set_exemplar(f->prior, 2, key, 0, zero, zero);
    assert_true(prior_weights(f->prior, f->prior_acts, f->x[0], 1)[2] > 0.99f);
}

static void test_draws_have_the_exemplars_mean_and_spread(void **state) {
    Fixture *f = *state;
    enum { DRAWS = 20000 };
    static const float mean[D] = {1, -1, 0, 2, 0}, logvar[D] = {-2, 0, -4, -1, 1};
    set_exemplars(f, mean, logvar);
    for (int half = 0; half < 2; half++) { /* the temperature scales the noise */
        const double temperature = half ? 0.5 : 1;
        double sum[D] = {0}, squares[D] = {0};
        for (int i = 0; i < DRAWS; i++) {
            float z[D];
            prior_draw(f->prior, f->prior_acts, z, f->x[0], (float)temperature, &f->rng);
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
    float z[D];
    prior_draw(f->prior, f->prior_acts, z, f->x[0], 0, &f->rng);
    assert_memory_equal(z, mean, sizeof z);
}

static void test_exemplars_are_drawn_as_often_as_their_weights_say(void **state) {
    Fixture *f = *state;
    enum { DRAWS = 20000 };
    static const float narrow[D] = {-10, -10, -10, -10, -10};
    int drawn[N] = {0};
    for (int n = 0; n < N; n++) {
        const float mean[D] = {(float)n};
        prior_set_exemplar(f->prior, n, (float[E]){0}, n == 4 ? -20 : 0.3f * (float)n, mean, narrow);
    }
    for (int i = 0; i < DRAWS; i++) {
        float z[D];
        prior_draw(f->prior, f->prior_acts, z, f->x[0], 1, &f->rng);
        drawn[(int)lroundf(z[0])]++;
    }
    const float *w = prior_weights(f->prior, f->prior_acts, f->x[0], 1);
    assert_int_equal(drawn[4], 0);
    for (int n = 0; n < N; n++) assert_true(fabs((double)drawn[n] / DRAWS - (double)w[n]) < 0.02);
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
                                      .match = 8,
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
    Prior *prior = prior_fit_take(fit, &err);
    if (!prior) fail_msg("%s", err.text);
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
    Reader *reader = reader_new(model, &err);
    BarSequence none = {.steps = 16}, a = {0}, b = {0}, standard = {0}, plain = {0};
    const ComposeDrawing drawing = {.temperature = 1, .seed = 4}, reference = {1, 4, true};
    check_ok(compose_continue(reader, &a, &none, 70, drawing, NULL, &err), &err);
    check_ok(compose_continue(reader, &b, &none, 70, drawing, NULL, &err), &err);
    check_ok(compose_continue(reader, &standard, &none, 70, reference, NULL, &err), &err);
    assert_true(bar_sequence_equal(&a, &b));
    assert_false(bar_sequence_equal(&a, &standard));
    model_set_prior(model, NULL); /* N(0, 1) is what a model without a prior draws from */
    check_ok(compose_continue(reader, &plain, &none, 70, drawing, NULL, &err), &err);
    assert_true(bar_sequence_equal(&plain, &standard));
    BarSequence *all[] = {&a, &b, &standard, &plain};
    for (int i = 0; i < 4; i++) bar_sequence_deinit(all[i]);
    reader_free(reader);
    model_free(model);
    free(bytes);
    temp_close(&temp);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_the_gradient_is_that_of_the_loss, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_the_loss_is_what_the_header_says, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_fitting_learns_what_follows_what, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_weights_come_from_bias_key_and_temperature, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_draws_have_the_exemplars_mean_and_spread, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_exemplars_are_drawn_as_often_as_their_weights_say, set_up,
                                        tear_down),
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
