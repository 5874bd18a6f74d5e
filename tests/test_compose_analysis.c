/* What the model is said to read: costs, attention, references, influence, against the model asked in the obvious way. */
#include "tests/support/check.h"

#include <math.h>
#include <stdlib.h>

#include "engine/compose.h"
#include "engine/decoding.h"
#include "tests/support/random_music.h"
#include "tests/support/slow_decoding.h"
#include "tests/support/tiny_reader.h"

typedef TinyReader Fixture;

static int set_up(void **state) {
    *state = tiny_reader_new(24, 8, NULL);
    return 0;
}

static void check_rows(const Analysis *a, int window) {
    for (int t = 0; t < analysis_count(a); t++) {
        float self = 0;
        for (int which = ANALYSIS_ENCODER; which < ANALYSIS_MATRICES; which++) {
            float sum = 0;
            for (int k = 0; k < analysis_count(a); k++) {
                float weight = analysis_attention(a, (AnalysisMatrix)which, 1, 1, t, k);
                if (k > t || k < t / window * window) assert_float_equal(weight, 0, 0);
                sum += weight;
            }
            if (which == ANALYSIS_DECODER_SELF)
                self = sum;
            else
                assert_float_equal(sum, 1, 1e-5);
        }
        assert_true(self < 1 && (t % window == 0 ? self == 0 : self > 0)); /* the rest looks at the start */
    }
}

static void test_analysis_tells_what_the_model_computed(void **state) {
    Fixture *f = *state;
    BarSequence bars = tiny_reader_piece(f, 30, 16);
    LatentSequence z = {0};
    check_ok(compose_encode(f->reader, &z, &bars, NULL, &f->err), &f->err);
    Analysis *a = compose_analyse(f->reader, &bars, NULL, &f->err);
    assert_non_null(a);
    check_rows(a, 24);
    for (int t = 0; t < 30; t++) {
        assert_float_equal(analysis_cost(a, t), latent_kl(&z.bar[t], NULL), 1e-3);
        for (int k = 0; k < 30; k++) {
            float reference = 0;
            for (int b = 0; b < BAR_SLOTS; b++)
                reference += analysis_gate(a, t, b) * analysis_pointer(a, t, b, k) / BAR_SLOTS;
            assert_float_equal(analysis_cell(a, ANALYSIS_REFERENCE, t, k), reference, 1e-6);
        }
        float sum = 0;
        for (int k = 0; k < 30; k++) sum += analysis_pointer(a, t, 2, k);
        assert_float_equal(sum, (t % 24 ? 1 : 0), 1e-5);
    }
    StructureRepeat repeat[30];
    structure_form(repeat, bars.bar, 30, interval_find_scale(bars.bar, 30));
    for (int t = 0; t < 30; t++) assert_string_equal(analysis_repeat(a, t)->form, repeat[t].form);
    analysis_free(a);
    bar_sequence_deinit(&bars);
    latent_sequence_deinit(&z);
}

static float slow_influence(Fixture *f, const Latent *z, const Latent *changed, int t, int steps) {
    Bar before[BAR_WINDOW], after[BAR_WINDOW];
    float p[BAR_STEPS * BAR_TOKENS], q[BAR_STEPS * BAR_TOKENS], sum = 0;
    slow_decoding(before, f->model, z, t + 1, steps, 0, NULL);
    slow_decoding(after, f->model, changed, t + 1, steps, 0, NULL);
    slow_decoding_logits(p, f->model, before, z, t + 1);
    slow_decoding_logits(q, f->model, after, changed, t + 1);
    for (int s = 0; s < steps; s++) {
        float x[BAR_TOKENS], y[BAR_TOKENS];
        decoding_distribution(x, p + s * BAR_TOKENS, s, steps, 1);
        decoding_distribution(y, q + s * BAR_TOKENS, s, steps, 1);
        for (int v = 0; v < BAR_TOKENS; v++) sum += fabsf(x[v] - y[v]) / 2;
    }
    return sum / (float)steps;
}

static void test_influence_is_what_replacing_a_latent_changes(void **state) {
    Fixture *f = *state;
    enum { T = 11 };
    BarSequence bars = tiny_reader_piece(f, T, 12);
    LatentSequence latents = {0};
    Latent changed[T];
    check_ok(compose_encode(f->reader, &latents, &bars, NULL, &f->err), &f->err);
    Analysis *a = compose_analyse(f->reader, &bars, NULL, &f->err);
    assert_non_null(a);
    check_ok(compose_influence(f->reader, a, &bars, NULL, &f->err), &f->err);
    for (int k = 0; k < T; k++)
        for (int t = 0; t < T; t++) {
            const Latent *z = latents.bar;
            memcpy(changed, z, sizeof changed);
            changed[k] = (Latent){.scale = z[k].scale};
            assert_float_equal(analysis_cell(a, ANALYSIS_INFLUENCE, t, k),
                               slow_influence(f, z, changed, t, 12), 1e-4);
            changed[k] = z[(k + 1) % T];
            assert_float_equal(analysis_cell(a, ANALYSIS_INFLUENCE_SWAP, t, k),
                               slow_influence(f, z, changed, t, 12), 1e-4);
        }
    assert_true(analysis_cell(a, ANALYSIS_INFLUENCE, 0, 0) > 0.01f);
    assert_true(analysis_cell(a, ANALYSIS_INFLUENCE, T - 1, 0) > 0);
    analysis_free(a);
    bar_sequence_deinit(&bars);
    latent_sequence_deinit(&latents);
}

static void test_influence_stays_inside_its_window(void **state) {
    Fixture *f = *state;
    BarSequence bars = tiny_reader_piece(f, 30, 16);
    Analysis *a = compose_analyse(f->reader, &bars, NULL, &f->err);
    assert_non_null(a);
    check_ok(compose_influence(f->reader, a, &bars, NULL, &f->err), &f->err);
    for (int t = 0; t < 30; t++)
        for (int k = 0; k < 30; k++)
            if (k > t || k / 24 != t / 24)
                assert_float_equal(analysis_cell(a, ANALYSIS_INFLUENCE, t, k), 0, 0);
    assert_true(analysis_cell(a, ANALYSIS_INFLUENCE, 29, 29) > 0);
    analysis_free(a);
    bar_sequence_deinit(&bars);
}

static void test_a_single_bar_and_silence_can_be_analysed(void **state) {
    Fixture *f = *state;
    BarSequence bars = {.steps = 16};
    for (int count = 1; count <= 3; count += 2) {
        check_ok(bar_sequence_resize(&bars, count, &f->err), &f->err);
        Analysis *a = compose_analyse(f->reader, &bars, NULL, &f->err);
        assert_non_null(a);
        check_ok(compose_influence(f->reader, a, &bars, NULL, &f->err), &f->err);
        for (int t = 0; t < count; t++)
            for (int k = 0; k < count; k++) {
                assert_true(isfinite(analysis_cell(a, ANALYSIS_INFLUENCE, t, k)));
                assert_true(isfinite(analysis_cell(a, ANALYSIS_REFERENCE, t, k)));
            }
        analysis_free(a);
    }
    bar_sequence_deinit(&bars);
}

static void test_a_long_melody_is_analysed_to_its_end(void **state) {
    Fixture *f = *state;
    enum { BARS = 1000 };
    BarSequence bars = tiny_reader_piece(f, BARS, 16);
    Analysis *a = compose_analyse(f->reader, &bars, NULL, &f->err);
    assert_non_null(a);
    assert_int_equal(analysis_count(a), BARS);
    int count, first = analysis_window(a, BARS - 1, &count);
    assert_int_equal(first, BARS / 24 * 24);
    assert_int_equal(count, BARS % 24);
    assert_true(analysis_cost(a, BARS - 1) > 0);
    assert_float_equal(analysis_attention(a, ANALYSIS_ENCODER, 0, 0, first, first), 1, 1e-5);
    analysis_free(a);
    bar_sequence_deinit(&bars);
}

static void test_windows_of_the_same_bars_are_read_once(void **state) {
    Fixture *f = *state;
    BarSequence bars = tiny_reader_piece(f, 24, 16);
    check_ok(bar_sequence_resize(&bars, 80, &f->err),
             &f->err); /* notes, 24 and 24 bars of rests, 8 bars of rests */
    Analysis *a = compose_analyse(f->reader, &bars, NULL, &f->err);
    assert_non_null(a);
    assert_int_equal(f->reader->readings, 3);
    check_ok(compose_influence(f->reader, a, &bars, NULL, &f->err), &f->err);
    for (int t = 24; t < 48; t++) {
        assert_true(analysis_cost(a, t) > 0 && analysis_cost(a, t) == analysis_cost(a, t + 24));
        for (int k = 24; k < 48; k++)
            for (int m = 0; m < ANALYSIS_MATRICES; m++)
                assert_true(analysis_cell(a, (AnalysisMatrix)m, t, k) ==
                            analysis_cell(a, (AnalysisMatrix)m, t + 24, k + 24));
    }
    BarSequence rests = {
        .bar = bars.bar + 48, .count = 24, .steps = 16}; /* and they are what they are alone */
    Analysis *alone = compose_analyse(f->reader, &rests, NULL, &f->err);
    check_ok(compose_influence(f->reader, alone, &rests, NULL, &f->err), &f->err);
    for (int t = 0; t < 24; t++)
        for (int m = 0; m < ANALYSIS_MATRICES; m++)
            assert_true(analysis_cell(alone, (AnalysisMatrix)m, t, 0) ==
                        analysis_cell(a, (AnalysisMatrix)m, 48 + t, 48));
    analysis_free(a);
    analysis_free(alone);
    bar_sequence_deinit(&bars);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tiny_reader_tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_analysis_tells_what_the_model_computed),
        TEST(test_influence_is_what_replacing_a_latent_changes),
        TEST(test_influence_stays_inside_its_window),
        TEST(test_a_single_bar_and_silence_can_be_analysed),
        TEST(test_windows_of_the_same_bars_are_read_once),
        TEST(test_a_long_melody_is_analysed_to_its_end),
    };
    return cmocka_run_group_tests_name("compose_analysis", tests, NULL, NULL);
}
