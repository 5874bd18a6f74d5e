/* Bars that a recipe draws from the model's fitted prior. */
#include "tests/support/check.h"

#include <stdlib.h>

#include "engine/compose.h"
#include "tests/support/random_music.h"
#include "tests/support/tiny_prior.h"
#include "tests/support/tiny_reader.h"

typedef TinyReader Fixture;

enum { WINDOW = 24 };

static int set_up(void **state) {
    Corpus corpus;
    tiny_corpus(&corpus, 9, 1);
    *state = tiny_reader_new(WINDOW, 3, &corpus);
    corpus_deinit(&corpus);
    return 0;
}

/* The z of a bar that a drawer of its own draws after what really stands before bar t, as the encoder reads it there. */
static void check_drawn(Fixture *f, const BarSequence *out, const Latent *latent, const BarSource *source,
                        int t) {
    const int begin = t / WINDOW * WINDOW;
    BarSequence prime = {.steps = out->steps}, drawn = {0};
    LatentSequence read = {0};
    const ComposeDrawing drawing = {.temperature = source->temperature, .seed = source->seed, .opens = true};
    check_ok(bar_sequence_resize(&prime, t, &f->err), &f->err);
    memcpy(prime.bar, out->bar, (size_t)t * sizeof *prime.bar);
    check_ok(compose_continue(f->reader, &drawn, &prime, 1, drawing, NULL, &f->err), &f->err);
    memmove(drawn.bar, drawn.bar + begin, (size_t)(t + 1 - begin) * sizeof *drawn.bar);
    check_ok(bar_sequence_resize(&drawn, t + 1 - begin, &f->err), &f->err);
    check_ok(compose_encode(f->reader, &read, &drawn, NULL, &f->err), &f->err);
    for (int d = 0; d < LATENT_SIZE; d++) assert_float_equal(latent->z[d], read.bar[t - begin].mu[d], 1e-4);
    bar_sequence_deinit(&prime);
    bar_sequence_deinit(&drawn);
    latent_sequence_deinit(&read);
}

static void test_drawn_bars_follow_what_stands_before_them(void **state) {
    Fixture *f = *state;
    static const int DRAWN[] = {3, 4, 20, 24, 29};
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
        check_drawn(f, &out, &z.bar[DRAWN[i]], &recipe.bar[DRAWN[i]], DRAWN[i]);
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
        cmocka_unit_test_setup_teardown(test_drawn_bars_follow_what_stands_before_them, set_up,
                                        tiny_reader_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
