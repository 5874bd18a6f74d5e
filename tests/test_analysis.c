/* Analysis: every cell is read at its place, references come by walks, what was read is shared and not copied. */
#include "tests/support/check.h"

#include "engine/analysis_private.h"
#include "engine/latent.h"

enum { T = 7, WINDOW = 3, LAYERS = 3, HEADS = 4 }; /* windows of 3, 3 and 1 bars */

/* Another number for each cell of each matrix, so that a wrong size or a swapped matrix shows. */
static float number(int matrix, int layer, int head, int t, int k) {
    return (float)((((matrix * LAYERS + layer) * HEADS + head) * T + t) * T + k + 1);
}

static void fill(Analysis *a) {
    for (int t = 0; t < T; t++) {
        int count, first = analysis_window(a, t, &count);
        a->reading->kl[t] = (float)t + 0.5f;
        a->reading->kl_dimension[t * LATENT_SIZE + 5] = (float)t + 0.25f;
        a->reading->repeat[t].of = t - 1;
        for (int m = ANALYSIS_INFLUENCE; m < ANALYSIS_MATRICES; m++)
            for (int l = 0; l < (m < ANALYSIS_ENCODER ? 1 : LAYERS); l++)
                for (int h = 0; h < (m < ANALYSIS_ENCODER ? 1 : HEADS); h++)
                    for (int k = first; k < first + count; k++)
                        analysis_row(a, (AnalysisMatrix)m, l, h, t)[k - first] = number(m, l, h, t, k);
        for (int slot = 0; slot < BAR_SLOTS; slot++)
            for (int k = first; k < first + count; k++)
                analysis_pointer_row(a, t, slot)[k - first] = number(9, 0, slot, t, k);
    }
}

static Analysis *made(void) {
    Error err;
    Analysis *a = analysis_new(T, WINDOW, LAYERS, HEADS, &err);
    assert_non_null(a);
    check_ok(analysis_add_influence(a, &err), &err);
    return a;
}

static void a_new_analysis_is_zero(void **state) {
    (void)state;
    Analysis *a = analysis_new(T, WINDOW, LAYERS, HEADS, NULL);
    Reference reference;
    assert_non_null(a);
    assert_false(analysis_has(a, ANALYSIS_INFLUENCE) || analysis_has(a, ANALYSIS_INFLUENCE_SWAP));
    assert_true(analysis_has(a, ANALYSIS_REFERENCE) && analysis_has(a, ANALYSIS_DECODER_INTER));
    for (int t = 0; t < T; t++)
        for (int k = 0; k < T; k++) assert_true(analysis_cell(a, ANALYSIS_REFERENCE, t, k) == 0);
    assert_false(analysis_strongest(a, T - 1, &reference));
    AnalysisWalk walk = analysis_uses(a, ANALYSIS_INFLUENCE, 2); /* not measured: nothing, and no crash */
    assert_false(analysis_next(&walk, &reference));
    analysis_free(a);
    analysis_free(NULL);
    analysis_free(analysis_new(0, WINDOW, 0, 0, NULL));
}

static void every_cell_is_read_at_its_place(void **state) {
    (void)state;
    Analysis *a = made();
    fill(a);
    for (int t = 0; t < T; t++) {
        assert_true(analysis_cost(a, t) == (float)t + 0.5f);
        assert_true(analysis_cost_dimensions(a, t)[5] == (float)t + 0.25f);
        assert_int_equal(analysis_repeat(a, t)->of, t - 1);
        for (int k = 0; k < T; k++) {
            const bool seen = t / WINDOW == k / WINDOW;
            for (int m = ANALYSIS_INFLUENCE; m < ANALYSIS_ENCODER; m++)
                assert_true(analysis_cell(a, (AnalysisMatrix)m, t, k) == (seen ? number(m, 0, 0, t, k) : 0));
            for (int m = ANALYSIS_ENCODER; m < ANALYSIS_MATRICES; m++)
                assert_true(analysis_attention(a, (AnalysisMatrix)m, 2, 1, t, k) ==
                            (seen ? number(m, 2, 1, t, k) : 0));
            assert_true(analysis_pointer(a, t, 3, k) == (seen ? number(9, 0, 3, t, k) : 0));
        }
    }
    analysis_free(a);
}

static void attention_without_a_layer_or_head_is_the_mean(void **state) {
    (void)state;
    Analysis *a = made();
    fill(a);
    float sum = 0;
    for (int l = 0; l < LAYERS; l++)
        for (int h = 0; h < HEADS; h++) sum += number(ANALYSIS_DECODER_SELF, l, h, 4, 3);
    float mean = sum / (LAYERS * HEADS);
    assert_float_equal(analysis_cell(a, ANALYSIS_DECODER_SELF, 4, 3), mean, 1e-3);
    assert_float_equal(analysis_attention(a, ANALYSIS_DECODER_SELF, -1, 2, 4, 3), mean, 1e-3);
    assert_float_equal(analysis_attention(a, ANALYSIS_DECODER_SELF, 1, -1, 4, 3), mean, 1e-3);
    analysis_free(a);
}

static void the_reading_is_shared_and_the_influence_is_not(void **state) {
    (void)state;
    Error err;
    Analysis *a = made();
    fill(a);
    Analysis *b = analysis_share(a, &err);
    assert_non_null(b);
    assert_ptr_equal(b->reading, a->reading);
    assert_false(analysis_has(b, ANALYSIS_INFLUENCE));
    assert_true(analysis_has(a, ANALYSIS_INFLUENCE));
    check_ok(analysis_add_influence(b, &err), &err);
    assert_true(analysis_cell(b, ANALYSIS_INFLUENCE, 2, 1) == 0);
    analysis_free(a); /* b goes on alone */
    assert_true(analysis_cost(b, T - 1) == (float)(T - 1) + 0.5f);
    analysis_remove_influence(b);
    analysis_remove_influence(b); /* there is none: nothing to do */
    assert_false(analysis_has(b, ANALYSIS_INFLUENCE_SWAP));
    analysis_free(b);
}

/* ---- references ---- */

/* Of six bars that the model saw together: bar 3 takes two slots from bar 1, one from bar 0 and has a new one; bar 5 takes
 * all from bar 1. */
static Analysis *referring(void) {
    Analysis *a = analysis_new(6, 6, 1, 1, NULL);
    assert_non_null(a);
    static const int of[BAR_SLOTS] = {1, 1, 0, 2};
    for (int slot = 0; slot < BAR_SLOTS; slot++) {
        a->reading->gate[3 * BAR_SLOTS + slot] = slot == 3 ? 0.1f : 0.9f;
        a->reading->gate[5 * BAR_SLOTS + slot] = 1;
        analysis_pointer_row(a, 3, slot)[of[slot]] = 1;
        analysis_pointer_row(a, 5, slot)[1] = 1;
    }
    return a;
}

static void a_walk_gives_what_a_bar_uses_in_order(void **state) {
    (void)state;
    Analysis *a = referring();
    Reference r;
    AnalysisWalk walk = analysis_uses(a, ANALYSIS_REFERENCE, 3);
    assert_true(analysis_next(&walk, &r));
    assert_int_equal(r.bar, 0);
    assert_int_equal(r.slots, 4);
    assert_float_equal(r.weight, 0.225, 1e-6);
    assert_true(analysis_next(&walk, &r));
    assert_int_equal(r.bar, 1);
    assert_int_equal(r.slots, 3);
    assert_float_equal(r.weight, 0.45, 1e-6);
    assert_true(r.voice == 0 && r.interval == 0);
    assert_false(analysis_next(&walk, &r)); /* bar 2 has 0.025: too weak to be told */
    assert_false(analysis_next(&walk, &r));
    assert_true(analysis_strongest(a, 3, &r));
    assert_int_equal(r.bar, 1);
    assert_false(analysis_strongest(a, 4, &r));
    assert_float_equal(analysis_taken(a, 3), 0.7, 1e-6);
    analysis_free(a);
}

static void a_walk_gives_who_uses_a_bar(void **state) {
    (void)state;
    Analysis *a = referring();
    Reference r;
    AnalysisWalk walk = analysis_users(a, ANALYSIS_REFERENCE, 1);
    assert_true(analysis_next(&walk, &r));
    assert_int_equal(r.bar, 3);
    assert_int_equal(r.slots, 3);
    assert_true(analysis_next(&walk, &r));
    assert_int_equal(r.bar, 5);
    assert_int_equal(r.slots, 15);
    assert_float_equal(r.weight, 1, 1e-6);
    assert_false(analysis_next(&walk, &r));
    analysis_free(a);
}

static void a_slot_is_taken_or_new(void **state) {
    (void)state;
    Analysis *a = referring();
    Reference r;
    assert_true(analysis_slot(a, 3, 2, &r));
    assert_int_equal(r.bar, 0);
    assert_int_equal(r.slots, 4);
    assert_float_equal(r.weight, 0.9, 1e-6);
    assert_false(analysis_slot(a, 3, 3, &r)); /* its gate says new */
    a->reading->gate[0] = 1;
    assert_false(analysis_slot(a, 0, 0, &r)); /* a first bar has none to take from */
    analysis_free(a);
}

static void influence_is_walked_from_the_same_weight_on(void **state) {
    (void)state;
    Error err;
    Analysis *a = referring();
    Reference r;
    check_ok(analysis_add_influence(a, &err), &err);
    analysis_row(a, ANALYSIS_INFLUENCE, 0, 0, 4)[2] = REFERENCE_MIN;
    analysis_row(a, ANALYSIS_INFLUENCE, 0, 0, 4)[3] = REFERENCE_MIN * 0.99f;
    analysis_row(a, ANALYSIS_INFLUENCE, 0, 0, 4)[4] = 1; /* a bar's own latent is no other bar */
    AnalysisWalk walk = analysis_uses(a, ANALYSIS_INFLUENCE, 4);
    assert_true(analysis_next(&walk, &r));
    assert_int_equal(r.bar, 2);
    assert_int_equal(r.slots, 0);
    assert_false(analysis_next(&walk, &r));
    walk = analysis_users(a, ANALYSIS_INFLUENCE, 2);
    assert_true(analysis_next(&walk, &r));
    assert_int_equal(r.bar, 4);
    assert_false(analysis_next(&walk, &r));
    analysis_free(a);
}

static void words_name_the_bar_and_the_interval(void **state) {
    (void)state;
    char words[48];
    reference_words(words, sizeof words, &(Reference){.bar = 4}, "5a");
    assert_string_equal(words, "5a");
    reference_words(words, sizeof words, &(Reference){.bar = 4, .interval = interval_of_semitones(-7)}, "5");
    assert_string_equal(words, "5, 7 semitones lower");
    reference_words(words, sizeof words, &(Reference){.bar = 4, .interval = interval_of_scale_steps(1)}, "5");
    assert_string_equal(words, "5, a step higher");
    reference_words(words, 4, &(Reference){.bar = 4, .interval = 2}, "5");
    assert_string_equal(words, "5, ");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_new_analysis_is_zero),
        cmocka_unit_test(every_cell_is_read_at_its_place),
        cmocka_unit_test(attention_without_a_layer_or_head_is_the_mean),
        cmocka_unit_test(the_reading_is_shared_and_the_influence_is_not),
        cmocka_unit_test(a_walk_gives_what_a_bar_uses_in_order),
        cmocka_unit_test(a_walk_gives_who_uses_a_bar),
        cmocka_unit_test(a_slot_is_taken_or_new),
        cmocka_unit_test(influence_is_walked_from_the_same_weight_on),
        cmocka_unit_test(words_name_the_bar_and_the_interval),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
