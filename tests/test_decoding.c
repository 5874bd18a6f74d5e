/* Decoding piece by piece: rows after a past, and the passes of the fixed point. Against the slow way: test_compose.c. */
#include "tests/support/check.h"

#include <stdlib.h>

#include "engine/decoding.h"
#include "engine/nn/past.h"
#include "tests/support/random_music.h"
#include "tests/support/tiny_model.h"

typedef struct {
    Model *model;
    Rng rng;
    Error err;
} Fixture;

static int set_up(void **state) {
    Fixture *f = calloc(1, sizeof *f);
    f->model = tiny_model(24, 3);
    rng_seed(&f->rng, 5);
    *state = f;
    return 0;
}

static int tear_down(void **state) {
    Fixture *f = *state;
    model_free(f->model);
    free(f);
    return 0;
}

static LatentSequence random_latents(Fixture *f, int count) {
    LatentSequence z = {0};
    check_ok(latent_sequence_resize(&z, count, &f->err), &f->err);
    for (int t = 0; t < count; t++) latent_sample_prior(z.bar[t].z, 2, &f->rng);
    return z;
}

static BarSequence random_piece(Fixture *f, int count, int steps) {
    BarSequence bars = {0};
    random_bars(&bars, &f->rng, count, steps, 0.4);
    return bars;
}

/* Bars [known, count) of two sequences that share everything before, decoded from a past, against whole sequences. */
static void check_past(Fixture *f, int known, int count) {
    enum { ROW = BAR_STEPS * BAR_TOKENS };
    Workspace work = {.model = f->model};
    BarSequence bars = random_piece(f, 2 * count, 16);
    LatentSequence z = random_latents(f, 2 * count);
    float *whole = malloc((size_t)(2 * count * ROW) * sizeof *whole);
    int place[2][BAR_WINDOW];
    memcpy(bars.bar + count, bars.bar, (size_t)known * sizeof *bars.bar);
    memcpy(z.bar + count, z.bar, (size_t)known * sizeof *z.bar);
    check_ok(workspace_begin(&work, 2, 2 * count, count, &f->err), &f->err);
    check_ok(workspace_make_places(&work, 3 * count, &f->err), &f->err);
    for (int i = 0; i < 2; i++) workspace_add(&work, bars.bar + i * count, count);
    for (int t = 0; t < 2 * count; t++) memcpy(work.z + t * LATENT_SIZE, z.bar[t].z, sizeof z.bar[t].z);
    workspace_decode(&work, true, false);
    memcpy(whole, acts_logits(work.acts), (size_t)(2 * count * ROW) * sizeof *whole);
    for (int i = 0; i < 2; i++)
        for (int t = 0; t < count; t++) {
            place[i][t] = t < known ? 3 * t : 3 * t + 1 + i; /* scattered */
            past_keep_code(work.past, place[i][t], work.acts, i * count + t);
            if (t < known) past_keep_row(work.past, place[i][t], work.acts, i * count + t);
        }
    check_ok(workspace_begin(&work, 2, 2 * (count - known), count, &f->err), &f->err);
    for (int i = 0; i < 2; i++) {
        int row = workspace_add_rows(&work, bars.bar + i * count, place[i], known, count);
        for (int t = known; t < count; t++, row++)
            memcpy(work.z + row * LATENT_SIZE, z.bar[i * count + t].z, sizeof z.bar[t].z);
    }
    workspace_decode_on(&work);
    for (int i = 0; i < 2; i++)
        for (int j = 0; j < (count - known) * ROW; j++)
            assert_float_equal(acts_logits(work.acts)[i * (count - known) * ROW + j],
                               whole[(i * count + known) * ROW + j], 5e-3);
    free(whole);
    workspace_deinit(&work);
    bar_sequence_deinit(&bars);
    latent_sequence_deinit(&z);
}

static void test_rows_after_a_past_are_those_of_whole_sequences(void **state) {
    check_past(*state, 1, 2);
    check_past(*state, 5, 24);
    check_past(*state, 23, 24);
    check_past(*state, 16, 21);
    check_past(*state, 0, 9);
}

static void test_bars_depend_on_earlier_bars_in_this_model(void **state) {
    /* Otherwise a fixed point would prove nothing, here and in test_compose. */
    Fixture *f = *state;
    LatentSequence z = random_latents(f, 12);
    BarSequence bars = {.steps = 16};
    check_ok(bar_sequence_resize(&bars, 12, &f->err), &f->err);
    Workspace work = {.model = f->model};
    DecodingTask task = {.count = 12, .latent = z.bar, .replaced = -1, .bars = bars.bar};
    check_ok(decoding_run(&work, &task, 1, NULL, NULL, NULL, &f->err), &f->err);
    assert_in_range(task.passes, 2, 12);
    check_ok(decoding_run(&work, &task, 1, NULL, NULL, NULL, &f->err), &f->err);
    assert_int_equal(task.passes, 1); /* a right guess needs no second look */
    workspace_deinit(&work);
    bar_sequence_deinit(&bars);
    latent_sequence_deinit(&z);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_rows_after_a_past_are_those_of_whole_sequences),
        TEST(test_bars_depend_on_earlier_bars_in_this_model),
    };
    return cmocka_run_group_tests_name("decoding", tests, NULL, NULL);
}
