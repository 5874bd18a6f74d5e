/* Bars that a recipe draws from the model's fitted prior. */
#include "tests/support/check.h"

#include <stdlib.h>

#include "engine/compose.h"
#include "engine/nn/prior.h"
#include "engine/prior_context.h"
#include "tests/support/random_music.h"
#include "tests/support/tiny_model.h"

typedef struct {
    Model *model;
    Reader *reader;
    Rng rng;
    Error err;
} Fixture;

enum { WINDOW = 24, EXEMPLARS = 12 };

static void give_prior(Fixture *f) {
    const PriorConfig config = {.latent = LATENT_SIZE,
                                .context = PRIOR_CONTEXT_SIZE,
                                .hidden = 8,
                                .blocks = 1,
                                .match = 4,
                                .exemplars = EXEMPLARS};
    Prior *prior = prior_new(&config, 2, &f->err);
    assert_non_null(prior);
    for (int n = 0; n < EXEMPLARS; n++) {
        float key[4], mean[LATENT_SIZE], logvar[LATENT_SIZE];
        for (int i = 0; i < 4; i++) key[i] = rng_normal(&f->rng);
        for (int d = 0; d < LATENT_SIZE; d++) mean[d] = 2 * rng_normal(&f->rng), logvar[d] = -4;
        prior_set_exemplar(prior, n, key, 0, mean, logvar);
    }
    model_set_prior(f->model, prior);
}

static int set_up(void **state) {
    Fixture *f = calloc(1, sizeof *f);
    f->model = tiny_model(WINDOW, 3);
    rng_seed(&f->rng, 5);
    give_prior(f);
    f->reader = reader_new(f->model, &f->err);
    assert_non_null(f->reader);
    *state = f;
    return 0;
}

static int tear_down(void **state) {
    Fixture *f = *state;
    reader_free(f->reader);
    model_free(f->model);
    free(f);
    return 0;
}

/* The z that the prior gives after what really stands before bar t; bar 0 has the key of the flow. */
static void check_drawn(Fixture *f, const BarSequence *out, const Latent *latent, const BarSource *source,
                        const BarSequence *flow, int t) {
    float context[PRIOR_CONTEXT_SIZE], z[LATENT_SIZE];
    Rng rng;
    rng_seed(&rng, source->seed);
    PriorActs *acts = prior_acts_new(prior_config(model_prior(f->model)), &f->err);
    assert_non_null(acts);
    prior_context(context, out->bar, t, out->steps, t);
    if (t == 0) prior_context_key(context, flow->bar, flow->count);
    prior_draw(model_prior(f->model), acts, z, context, source->temperature, &rng);
    prior_acts_free(acts);
    assert_memory_equal(latent->z, z, sizeof z);
}

static void test_drawn_bars_follow_what_stands_before_them(void **state) {
    Fixture *f = *state;
    static const int DRAWN[] = {0, 3, 4, 20, 24, 29};
    static const ComposeDecoding GREEDY = {0};
    BarSequence original = {0}, out = {0}, again = {0};
    LatentSequence z = {0}, decoded = {0};
    Recipe recipe = {0};
    random_bars(&original, &f->rng, 30, 16, 0.4);
    check_ok(recipe_resize(&recipe, 30, false, &f->err), &f->err);
    for (size_t i = 0; i < sizeof DRAWN / sizeof *DRAWN; i++)
        recipe.bar[DRAWN[i]] = (BarSource){.kind = RECIPE_PRIOR, .temperature = 0.8f, .seed = i + 1};
    const ComposeRequest request = {.original = original, .recipe = recipe};
    check_ok(compose_result(f->reader, &out, &z, &request, NULL, NULL, &f->err), &f->err);
    for (size_t i = 0; i < sizeof DRAWN / sizeof *DRAWN; i++)
        check_drawn(f, &out, &z.bar[DRAWN[i]], &recipe.bar[DRAWN[i]], &original, DRAWN[i]);
    check_ok(compose_decode(f->reader, &again, &z, 16, NULL, GREEDY, NULL, &f->err), &f->err);
    assert_true(bar_sequence_equal(&out, &again));
    recipe.bar[4].seed = 99;
    check_ok(compose_result(f->reader, &again, &decoded, &request, NULL, NULL, &f->err), &f->err);
    assert_memory_equal(again.bar, out.bar, 4 * sizeof *out.bar);
    assert_true(memcmp(decoded.bar[4].z, z.bar[4].z, sizeof z.bar[4].z) != 0);
    bar_sequence_deinit(&original);
    bar_sequence_deinit(&out);
    bar_sequence_deinit(&again);
    latent_sequence_deinit(&z);
    latent_sequence_deinit(&decoded);
    recipe_deinit(&recipe);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_drawn_bars_follow_what_stands_before_them, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
