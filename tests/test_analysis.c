/* Analysis: every matrix is there, is copied and is read at its place. */
#include "tests/support/check.h"

#include <stdlib.h>

#include "engine/analysis.h"
#include "engine/latent.h"

enum { T = 5, LAYERS = 3, HEADS = 4 };

/* Different numbers everywhere, so that a wrong size or a swapped matrix shows. */
static void fill(float *values, size_t count, float seed) {
    for (size_t i = 0; i < count; i++) values[i] = seed + (float)i / 1024;
}

static Analysis *filled(void) {
    Error err;
    Analysis *a = analysis_new(T, LAYERS, HEADS, &err);
    assert_non_null(a);
    fill(a->kl, T, 1);
    fill(a->kl_dimension, T * LATENT_SIZE, 2);
    fill(a->pointer, T * BAR_SLOTS * T, 3);
    fill(a->gate, T * BAR_SLOTS, 4);
    fill(a->reference, T * T, 5);
    for (int i = 0; i < ANALYSIS_ATTENTIONS; i++) fill(a->attention[i], LAYERS * HEADS * T * T, 6 + (float)i);
    for (int t = 0; t < T; t++) a->repeat[t].of = t - 1;
    return a;
}

static void a_new_analysis_is_zero(void **state) {
    (void)state;
    Analysis *a = analysis_new(T, LAYERS, HEADS, NULL);
    assert_non_null(a);
    assert_null(a->influence);
    assert_null(a->influence_swap);
    for (int i = 0; i < T * T; i++) assert_true(a->reference[i] == 0 && a->pointer[i] == 0);
    assert_int_equal(analysis_strongest(a, T - 1, NULL), -1);
    analysis_free(a);
    analysis_free(NULL);
    analysis_free(analysis_new(0, 0, 0, NULL));
}

static void a_copy_is_equal_and_independent(void **state) {
    (void)state;
    Error err;
    Analysis *a = filled();
    Analysis *without = analysis_copy(a, &err);
    assert_non_null(without);
    assert_null(without->influence);
    analysis_free(without);
    check_ok(analysis_add_influence(a, &err), &err);
    assert_true(a->influence[0] == 0 && a->influence_swap[T * T - 1] == 0);
    fill(a->influence, T * T, 20);
    fill(a->influence_swap, T * T, 21);
    Analysis *b = analysis_copy(a, &err);
    assert_non_null(b);
    assert_memory_equal(b->kl, a->kl, T * sizeof(float));
    assert_memory_equal(b->kl_dimension, a->kl_dimension, T * LATENT_SIZE * sizeof(float));
    assert_memory_equal(b->pointer, a->pointer, T * BAR_SLOTS * T * sizeof(float));
    assert_memory_equal(b->gate, a->gate, T * BAR_SLOTS * sizeof(float));
    assert_memory_equal(b->reference, a->reference, T * T * sizeof(float));
    for (int i = 0; i < ANALYSIS_ATTENTIONS; i++)
        assert_memory_equal(b->attention[i], a->attention[i], LAYERS * HEADS * T * T * sizeof(float));
    assert_memory_equal(b->influence, a->influence, T * T * sizeof(float));
    assert_memory_equal(b->influence_swap, a->influence_swap, T * T * sizeof(float));
    for (int t = 0; t < T; t++) assert_int_equal(b->repeat[t].of, t - 1);
    analysis_remove_influence(b);
    analysis_remove_influence(b); /* there is none: nothing to do */
    assert_true(!b->influence && !b->influence_swap && a->influence);
    b->kl[0] = -1;
    assert_true(a->kl[0] == 1);
    analysis_free(a);
    analysis_free(b);
}

static void attention_is_read_by_layer_and_head_or_as_mean(void **state) {
    (void)state;
    Analysis *a = filled();
    float *self = a->attention[ANALYSIS_DECODER_SELF];
    float sum = 0;
    for (int l = 0; l < LAYERS; l++)
        for (int h = 0; h < HEADS; h++) {
            float cell = self[((l * HEADS + h) * T + 3) * T + 1];
            assert_true(analysis_attention(a, ANALYSIS_DECODER_SELF, l, h, 3, 1) == cell);
            sum += cell;
        }
    float mean = sum / (LAYERS * HEADS);
    assert_float_equal(analysis_attention(a, ANALYSIS_DECODER_SELF, -1, -1, 3, 1), mean, 1e-6);
    assert_float_equal(analysis_attention(a, ANALYSIS_DECODER_SELF, -1, 2, 3, 1), mean, 1e-6);
    assert_float_equal(analysis_attention(a, ANALYSIS_DECODER_SELF, 1, -1, 3, 1), mean, 1e-6);
    assert_true(analysis_attention(a, ANALYSIS_ENCODER, 0, 0, 0, 0) == 6);
    assert_true(analysis_attention(a, ANALYSIS_DECODER_INTER, 0, 0, 0, 0) == 8);
    analysis_free(a);
}

static void the_strongest_reference_is_found(void **state) {
    (void)state;
    Analysis *a = analysis_new(T, 1, 1, NULL);
    assert_non_null(a);
    float *row = a->reference + 4 * T, weight = -1;
    row[1] = 0.2f;
    row[2] = 0.7f;
    assert_int_equal(analysis_strongest(a, 4, &weight), 2);
    assert_true(weight == 0.7f);
    row[1] = row[2] = 0.04f;
    assert_int_equal(analysis_strongest(a, 4, &weight), -1);
    assert_true(weight == 0.04f);
    assert_int_equal(analysis_strongest(a, 3, &weight), -1);
    analysis_free(a);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_new_analysis_is_zero),
        cmocka_unit_test(a_copy_is_equal_and_independent),
        cmocka_unit_test(attention_is_read_by_layer_and_head_or_as_mean),
        cmocka_unit_test(the_strongest_reference_is_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
