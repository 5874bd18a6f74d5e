#include "tests/support/check.h"

#include <stdlib.h>

#include "engine/compose.h"
#include "engine/decoding.h"
#include "tests/support/random_music.h"
#include "tests/support/slow_decoding.h"
#include "tests/support/tiny_reader.h"

typedef TinyReader Fixture;

static const ComposeDecoding GREEDY = {0};

static int set_up(void **state) {
    *state = tiny_reader_new(24, 3, NULL);
    return 0;
}

static LatentSequence random_latents(Fixture *f, int count) {
    LatentSequence z = {0};
    check_ok(latent_sequence_resize(&z, count, &f->err), &f->err);
    for (int t = 0; t < count; t++) {
        latent_sample_prior(z.bar[t].z, 2, &f->rng);
        z.bar[t].interval = (uint8_t)(t % 2 ? rng_below(&f->rng, INTERVAL_COUNT) : INTERVAL_NONE);
        z.bar[t].scale = 7;
    }
    return z;
}

/* ---- decoding ---- */

static void check_against_slow(Fixture *f, int count, int steps, float temperature) {
    LatentSequence z = random_latents(f, count);
    float *uniform = malloc((size_t)count * BAR_STEPS * sizeof *uniform);
    decoding_uniform(uniform, count, 9);
    BarSequence slow = {.steps = steps}, fast = {0}, guess = tiny_reader_piece(f, count, steps),
                guessed = {0};
    check_ok(bar_sequence_resize(&slow, count, &f->err), &f->err);
    slow_decoding(slow.bar, f->model, z.bar, count, steps, temperature, uniform);
    bar_sequence_repair(&slow);
    ComposeDecoding how = {temperature, 9};
    check_ok(compose_decode(f->reader, &fast, &z, steps, NULL, how, NULL, &f->err), &f->err);
    check_ok(compose_decode(f->reader, &guessed, &z, steps, &guess, how, NULL, &f->err), &f->err);
    assert_true(bar_sequence_equal(&slow, &fast));
    assert_true(bar_sequence_equal(&slow, &guessed));
    bar_sequence_deinit(&slow);
    bar_sequence_deinit(&fast);
    bar_sequence_deinit(&guess);
    bar_sequence_deinit(&guessed);
    latent_sequence_deinit(&z);
    free(uniform);
}

static void test_the_fixed_point_is_what_bar_by_bar_gives(void **state) {
    check_against_slow(*state, 1, 16, 0);
    check_against_slow(*state, 7, 16, 0);
    check_against_slow(*state, 24, 16, 0);
    check_against_slow(*state, 9, 12, 0);
}

static void test_sampling_is_bar_by_bar_too(void **state) {
    check_against_slow(*state, 12, 16, 0.7f);
    check_against_slow(*state, 12, 12, 1.5f);
}

static void test_a_seed_gives_the_same_bytes_and_another_seed_others(void **state) {
    Fixture *f = *state;
    LatentSequence z = random_latents(f, 16);
    BarSequence a = {0}, b = {0}, c = {0};
    check_ok(compose_decode(f->reader, &a, &z, 16, NULL, (ComposeDecoding){1, 11}, NULL, &f->err), &f->err);
    check_ok(compose_decode(f->reader, &b, &z, 16, NULL, (ComposeDecoding){1, 11}, NULL, &f->err), &f->err);
    check_ok(compose_decode(f->reader, &c, &z, 16, NULL, (ComposeDecoding){1, 12}, NULL, &f->err), &f->err);
    assert_true(bar_sequence_equal(&a, &b));
    assert_false(bar_sequence_equal(&a, &c));
    bar_sequence_deinit(&a);
    bar_sequence_deinit(&b);
    bar_sequence_deinit(&c);
    latent_sequence_deinit(&z);
}

static void test_pads_are_where_a_bar_of_twelve_ends(void **state) {
    Fixture *f = *state;
    LatentSequence z = random_latents(f, 8);
    for (int steps = 12; steps <= 16; steps += 4) {
        BarSequence bars = {0};
        check_ok(compose_decode(f->reader, &bars, &z, steps, NULL, (ComposeDecoding){3, 1}, NULL, &f->err),
                 &f->err);
        for (int t = 0; t < 8; t++)
            for (int s = 0; s < BAR_STEPS; s++) assert_int_equal(bars.bar[t].token[s] == BAR_PAD, s >= steps);
        bar_sequence_deinit(&bars);
    }
    latent_sequence_deinit(&z);
}

static void test_long_melodies_are_windows_side_by_side(void **state) {
    Fixture *f = *state;
    BarSequence bars = tiny_reader_piece(f, 60, 16), part = {.steps = 16};
    check_ok(bar_sequence_resize(&part, 12, &f->err), &f->err);
    memcpy(part.bar, bars.bar + 48, 12 * sizeof *part.bar);
    LatentSequence z = {0}, z_part = {0};
    check_ok(compose_encode(f->reader, &z, &bars, NULL, &f->err), &f->err);
    check_ok(compose_encode(f->reader, &z_part, &part, NULL, &f->err), &f->err);
    assert_int_equal(z.count, 60);
    assert_memory_equal(z.bar + 48, z_part.bar, 12 * sizeof *z.bar);
    assert_memory_equal(z.bar[5].mu, z.bar[5].z, sizeof z.bar[5].z);
    bar_sequence_deinit(&bars);
    bar_sequence_deinit(&part);
    latent_sequence_deinit(&z);
    latent_sequence_deinit(&z_part);
}

/* ---- reading ---- */

static void test_only_windows_that_changed_are_read_again(void **state) {
    Fixture *f = *state;
    BarSequence bars = tiny_reader_piece(f, 60, 16); /* windows of 24, 24 and 12 bars */
    LatentSequence first = {0}, second = {0};
    check_ok(compose_encode(f->reader, &first, &bars, NULL, &f->err), &f->err);
    assert_int_equal(f->reader->readings, 3);
    check_ok(compose_encode(f->reader, &second, &bars, NULL, &f->err), &f->err);
    assert_int_equal(f->reader->readings, 3);
    assert_memory_equal(first.bar, second.bar, 60 * sizeof *first.bar);
    bars.bar[30].token[0] = BAR_ONSET; /* in the second window */
    bars.bar[30].token[4] = BAR_ONSET + 5;
    check_ok(compose_encode(f->reader, &second, &bars, NULL, &f->err), &f->err);
    assert_int_equal(f->reader->readings, 4);
    assert_memory_equal(first.bar, second.bar, 24 * sizeof *first.bar);
    assert_true(memcmp(first.bar[30].mu, second.bar[30].mu, sizeof first.bar[30].mu) != 0);
    Reader *fresh = reader_new(f->model, &f->err); /* what is kept changes no result */
    check_ok(compose_encode(fresh, &first, &bars, NULL, &f->err), &f->err);
    assert_memory_equal(first.bar, second.bar, 60 * sizeof *first.bar);
    reader_free(fresh);
    bar_sequence_deinit(&bars);
    latent_sequence_deinit(&first);
    latent_sequence_deinit(&second);
}

static void test_what_is_kept_is_bounded_and_the_newest_stays(void **state) {
    Fixture *f = *state;
    Bar bar = {{0}};
    Latent latent;
    for (int i = 0; i <= READER_WINDOWS; i++) {
        bar.token[0] = (uint8_t)(BAR_ONSET + i % 60);
        bar.token[4] = (uint8_t)(BAR_ONSET + i / 60);
        check_ok(reader_encode(f->reader, &latent, &bar, 1, &f->err), &f->err);
    }
    assert_int_equal(f->reader->readings, READER_WINDOWS + 1);
    check_ok(reader_encode(f->reader, &latent, &bar, 1, &f->err), &f->err); /* the newest is there */
    assert_int_equal(f->reader->readings, READER_WINDOWS + 1);
    bar.token[0] = bar.token[4] = BAR_ONSET; /* the first one had to go */
    check_ok(reader_encode(f->reader, &latent, &bar, 1, &f->err), &f->err);
    assert_int_equal(f->reader->readings, READER_WINDOWS + 2);
}

/* ---- mixing ---- */

static void test_each_bar_takes_the_latent_its_source_names(void **state) {
    Fixture *f = *state;
    LatentSequence a = random_latents(f, 6), b = random_latents(f, 6), z = {0};
    Recipe recipe = {0};
    check_ok(recipe_resize(&recipe, 6, true, &f->err), &f->err);
    recipe.bar[2] = (BarSource){.kind = RECIPE_MIX, .mix = 0.3f};
    recipe.bar[3] = (BarSource){.kind = RECIPE_PRIOR, .temperature = 1, .seed = 4};
    recipe.bar[4] = (BarSource){.kind = RECIPE_POSTERIOR, .temperature = 0.5f, .seed = 4};
    check_ok(compose_mix(&z, &recipe, &a, &b, &f->err), &f->err);
    float expected[LATENT_SIZE];
    assert_memory_equal(z.bar[0].z, a.bar[0].z, sizeof expected);
    assert_memory_equal(z.bar[1].z, b.bar[1].z, sizeof expected);
    latent_blend(expected, a.bar[2].z, b.bar[2].z, 0.3f);
    assert_memory_equal(z.bar[2].z, expected, sizeof expected);
    Rng rng;
    rng_seed(&rng, 4);
    latent_sample_prior(expected, 1, &rng);
    assert_memory_equal(z.bar[3].z, expected, sizeof expected);
    rng_seed(&rng, 4);
    latent_sample(expected, &b.bar[4], 0.5f, &rng);
    assert_memory_equal(z.bar[4].z, expected, sizeof expected);
    latent_sequence_deinit(&a);
    latent_sequence_deinit(&b);
    latent_sequence_deinit(&z);
    recipe_deinit(&recipe);
}

static void test_a_source_may_name_another_bar(void **state) {
    Fixture *f = *state;
    LatentSequence a = random_latents(f, 6), b = random_latents(f, 4), z = {0};
    Recipe recipe = {0};
    check_ok(recipe_from_text(&recipe, "refrain-recipe 2\no5 c1 o6 o", &f->err), &f->err);
    check_ok(compose_mix(&z, &recipe, &a, &b, &f->err), &f->err);
    assert_memory_equal(&z.bar[0], &a.bar[4], sizeof *z.bar);
    assert_memory_equal(&z.bar[1], &b.bar[0], sizeof *z.bar);
    assert_memory_equal(&z.bar[2], &a.bar[5], sizeof *z.bar);
    assert_memory_equal(&z.bar[3], &a.bar[3], sizeof *z.bar);
    recipe.bar[1].bar = 5;
    check_refused(compose_mix(&z, &recipe, &a, &b, &f->err), &f->err);
    recipe.bar[1] = (BarSource){.kind = RECIPE_ORIGINAL, .voice = 2};
    check_refused(compose_mix(&z, &recipe, &a, &b, &f->err), &f->err);
    assert_non_null(strstr(f->err.text, "voice 2"));
    latent_sequence_deinit(&a);
    latent_sequence_deinit(&b);
    latent_sequence_deinit(&z);
    recipe_deinit(&recipe);
}

static void test_sources_that_do_not_exist_are_refused(void **state) {
    Fixture *f = *state;
    LatentSequence a = random_latents(f, 2), b = random_latents(f, 3), z = {0};
    Recipe recipe = {0};
    check_ok(recipe_resize(&recipe, 4, true, &f->err), &f->err);
    check_refused(compose_mix(&z, &recipe, &a, &b, &f->err), &f->err);
    assert_non_null(strstr(f->err.text, "Bar 4"));
    check_refused(compose_mix(&z, &recipe, &a, NULL, &f->err), &f->err);
    assert_non_null(strstr(f->err.text, "context"));
    latent_sequence_deinit(&a);
    latent_sequence_deinit(&b);
    latent_sequence_deinit(&z);
    recipe_deinit(&recipe);
}

/* 7/8 into 4/4: the poured bar is read as it will stand there, everything else as it is. */
static void test_bars_take_the_length_of_their_place(void **state) {
    Fixture *f = *state;
    BarSequence original = tiny_reader_piece(f, 6, 14), context = tiny_reader_piece(f, 8, 16), out = {0},
                set = {0};
    LatentSequence z = {0}, want = {0}, flow = {0};
    Recipe recipe = {0};
    check_ok(recipe_resize(&recipe, 8, true, &f->err), &f->err);
    recipe.bar[3] = (BarSource){.kind = RECIPE_MIX, .mix = 1};
    ComposeRequest request = {.original = original, .context = context, .recipe = recipe};
    check_ok(compose_result(f->reader, &out, &z, &request, NULL, NULL, &f->err), &f->err);
    for (int t = 0; t < out.count; t++) assert_int_equal(bar_steps(&out.bar[t]), 16);
    check_ok(bar_sequence_copy(&set, &original, &f->err), &f->err);
    for (int t = 0; t < set.count; t++) bar_set_steps(&set.bar[t], 16);
    check_ok(compose_encode(f->reader, &want, &set, NULL, &f->err), &f->err);
    check_ok(compose_encode(f->reader, &flow, &context, NULL, &f->err), &f->err);
    assert_memory_equal(z.bar[0].z, want.bar[0].z, sizeof want.bar[0].z);
    assert_memory_equal(z.bar[3].z, flow.bar[3].z, sizeof flow.bar[3].z);
    assert_memory_equal(z.bar[7].z, flow.bar[7].z, sizeof flow.bar[7].z);
    bar_sequence_deinit(&original);
    bar_sequence_deinit(&context);
    bar_sequence_deinit(&out);
    bar_sequence_deinit(&set);
    latent_sequence_deinit(&z);
    latent_sequence_deinit(&want);
    latent_sequence_deinit(&flow);
    recipe_deinit(&recipe);
}

static void test_a_result_is_encode_mix_decode(void **state) {
    Fixture *f = *state;
    BarSequence original = tiny_reader_piece(f, 5, 16), context = tiny_reader_piece(f, 9, 16), out = {0},
                again = {0};
    context.octave_shift = 12;
    LatentSequence z = {0}, a = {0}, b = {0};
    Recipe recipe = {0};
    check_ok(recipe_resize(&recipe, 9, true, &f->err), &f->err);
    ComposeRequest request = {.original = original, .context = context, .recipe = recipe};
    check_ok(compose_result(f->reader, &out, &z, &request, NULL, NULL, &f->err), &f->err);
    check_ok(compose_encode(f->reader, &a, &original, NULL, &f->err), &f->err);
    check_ok(compose_encode(f->reader, &b, &context, NULL, &f->err), &f->err);
    assert_memory_equal(z.bar[0].z, a.bar[0].z, sizeof a.bar[0].z);
    assert_memory_equal(z.bar[8].z, b.bar[8].z, sizeof a.bar[0].z);
    assert_int_equal(out.octave_shift, 12);
    check_ok(compose_decode(f->reader, &again, &z, 16, NULL, GREEDY, NULL, &f->err), &f->err);
    again.octave_shift = 12;
    assert_true(bar_sequence_equal(&out, &again));
    bar_sequence_deinit(&original);
    bar_sequence_deinit(&context);
    bar_sequence_deinit(&out);
    bar_sequence_deinit(&again);
    latent_sequence_deinit(&z);
    latent_sequence_deinit(&a);
    latent_sequence_deinit(&b);
    recipe_deinit(&recipe);
}

/* A kept bar is its notes, read after the bars before it; what follows it hears it. */
static void check_kept(Fixture *f, const ComposeRequest *request, const BarSequence *out,
                       const LatentSequence *z, int t) {
    const int begin = t - t % f->reader->window, steps = out->steps;
    Latent read[BAR_WINDOW];
    Bar kept;
    bar_from_source(&kept, &request->recipe.bar[t], steps, request->original.octave_shift);
    assert_true(bar_equal(&out->bar[t], &kept));
    BarSource again = bar_to_source(&out->bar[t], out->octave_shift);
    assert_memory_equal(again.step, request->recipe.bar[t].step, sizeof again.step);
    check_ok(reader_encode(f->reader, read, out->bar + begin, t + 1 - begin, &f->err), &f->err);
    assert_memory_equal(&z->bar[t], &read[t - begin], sizeof *read);
}

static void test_kept_bars_are_their_notes(void **state) {
    Fixture *f = *state;
    static const int KEPT[] = {0, 3, 4, 11, 24, 26, 29};
    for (int steps = 12; steps <= 16; steps += 4) {
        BarSequence original = tiny_reader_piece(f, 30, steps), other = tiny_reader_piece(f, 30, steps),
                    out = {0}, plain = {0};
        LatentSequence z = {0};
        original.octave_shift = 12;
        Recipe recipe = {0};
        check_ok(recipe_resize(&recipe, 30, false, &f->err), &f->err);
        ComposeRequest request = {.original = original, .recipe = recipe};
        check_ok(compose_result(f->reader, &plain, &z, &request, NULL, NULL, &f->err), &f->err);
        for (size_t i = 0; i < sizeof KEPT / sizeof *KEPT; i++) {
            Bar *bar = &other.bar[KEPT[i]];
            bar->token[0] = (uint8_t)(BAR_ONSET + 10 + i); /* begins with a note, which no repair changes */
            for (int s = 1; s < steps; s++)
                if (bar->token[s] == BAR_REST) bar->token[s] = BAR_HOLD;
            recipe.bar[KEPT[i]] = bar_to_source(bar, 12);
        }
        check_ok(compose_result(f->reader, &out, &z, &request, &plain, NULL, &f->err), &f->err);
        for (size_t i = 0; i < sizeof KEPT / sizeof *KEPT; i++) {
            assert_true(bar_equal(&out.bar[KEPT[i]], &other.bar[KEPT[i]]));
            check_kept(f, &request, &out, &z, KEPT[i]);
        }
        recipe.bar[0].step[0] = STEP_HOLD; /* nothing is there to be held */
        check_ok(compose_result(f->reader, &out, &z, &request, &plain, NULL, &f->err), &f->err);
        assert_int_equal(out.bar[0].token[0], BAR_REST);
        bar_sequence_deinit(&original);
        bar_sequence_deinit(&other);
        bar_sequence_deinit(&out);
        bar_sequence_deinit(&plain);
        latent_sequence_deinit(&z);
        recipe_deinit(&recipe);
    }
}

static void test_a_blend_ends_in_both_reconstructions(void **state) {
    Fixture *f = *state;
    BarSequence a = tiny_reader_piece(f, 8, 12), b = tiny_reader_piece(f, 6, 12), out = {0}, ends = {0};
    check_ok(compose_blend(f->reader, &out, &a, &b, 1, NULL, &f->err), &f->err);
    check_ok(compose_reconstruct(f->reader, &ends, &b, NULL, &f->err), &f->err);
    assert_true(bar_sequence_equal(&out, &ends));
    check_ok(compose_blend(f->reader, &out, &a, &b, 0, NULL, &f->err), &f->err);
    check_ok(compose_reconstruct(f->reader, &ends, &a, NULL, &f->err), &f->err);
    assert_int_equal(out.count, 6);
    assert_memory_equal(out.bar, ends.bar, 6 * sizeof *out.bar);
    BarSequence c = tiny_reader_piece(f, 5, 16);
    check_ok(compose_blend(f->reader, &out, &a, &c, 0.5f, NULL, &f->err), &f->err);
    for (int t = 0; t < out.count; t++) assert_int_equal(bar_steps(&out.bar[t]), 12);
    bar_sequence_deinit(&c);
    bar_sequence_deinit(&a);
    bar_sequence_deinit(&b);
    bar_sequence_deinit(&out);
    bar_sequence_deinit(&ends);
}

static void test_each_mix_sounds_other_than_the_one_before(void **state) {
    Fixture *f = *state;
    enum { MIXES = 5 };
    float mix[MIXES];
    BarSequence a = tiny_reader_piece(f, 8, 16), b = tiny_reader_piece(f, 8, 16), out = {0}, last = {0};
    check_ok(compose_blend_mixes(f->reader, mix, MIXES, &a, &b, NULL, &f->err), &f->err);
    assert_true(mix[0] == 0 && mix[MIXES - 1] == 1);
    for (int i = 0; i < MIXES; i++) {
        check_ok(compose_blend(f->reader, &out, &a, &b, mix[i], NULL, &f->err), &f->err);
        if (i > 0) {
            assert_true(mix[i] > mix[i - 1]);
            assert_false(bar_sequence_equal(&out, &last));
        }
        check_ok(bar_sequence_copy(&last, &out, &f->err), &f->err);
        last.octave_shift = out.octave_shift;
    }
    /* Of a melody and itself there is nothing to be heard. */
    check_ok(compose_blend_mixes(f->reader, mix, MIXES, &a, &a, NULL, &f->err), &f->err);
    assert_true(mix[0] == 0 && mix[MIXES - 1] == 1);
    bar_sequence_deinit(&a);
    bar_sequence_deinit(&b);
    bar_sequence_deinit(&out);
    bar_sequence_deinit(&last);
}

/* ---- continuation ---- */

static void test_a_continuation_keeps_what_it_continues(void **state) {
    Fixture *f = *state;
    static const int PRIMES[] = {0, 1, 10, 24, 50}, COUNTS[] = {8, 23, 40};
    for (size_t i = 0; i < 5; i++)
        for (size_t j = 0; j < 3; j++) {
            BarSequence prime = tiny_reader_piece(f, PRIMES[i] ? PRIMES[i] : 1, 16), a = {0}, b = {0},
                        c = {0};
            check_ok(bar_sequence_resize(&prime, PRIMES[i], &f->err), &f->err);
            bar_sequence_repair(&prime);
            check_ok(compose_continue(f->reader, &a, &prime, COUNTS[j],
                                      (ComposeDrawing){.temperature = 1, .seed = 7}, NULL, &f->err),
                     &f->err);
            check_ok(compose_continue(f->reader, &b, &prime, COUNTS[j],
                                      (ComposeDrawing){.temperature = 1, .seed = 7}, NULL, &f->err),
                     &f->err);
            check_ok(compose_continue(f->reader, &c, &prime, COUNTS[j],
                                      (ComposeDrawing){.temperature = 1, .seed = 8}, NULL, &f->err),
                     &f->err);
            assert_int_equal(a.count, PRIMES[i] + COUNTS[j]);
            if (PRIMES[i]) assert_memory_equal(a.bar, prime.bar, (size_t)PRIMES[i] * sizeof *a.bar);
            assert_true(bar_sequence_equal(&a, &b));
            assert_false(bar_sequence_equal(&a, &c));
            bar_sequence_deinit(&prime);
            bar_sequence_deinit(&a);
            bar_sequence_deinit(&b);
            bar_sequence_deinit(&c);
        }
}

static void test_a_continuation_of_no_bars_is_refused(void **state) {
    Fixture *f = *state;
    BarSequence prime = tiny_reader_piece(f, 4, 16), out = {0};
    check_refused(compose_continue(f->reader, &out, &prime, 0, (ComposeDrawing){.temperature = 1, .seed = 1},
                                   NULL, &f->err),
                  &f->err);
    bar_sequence_deinit(&prime);
}

/* ---- what cannot be ---- */

static void test_what_is_cancelled_says_so(void **state) {
    Fixture *f = *state;
    atomic_bool cancel = true;
    BarSequence bars = tiny_reader_piece(f, 8, 16), out = {0};
    LatentSequence z = {0};
    assert_false(compose_encode(f->reader, &z, &bars, &cancel, &f->err));
    assert_string_equal(f->err.text, "cancelled");
    assert_false(compose_reconstruct(f->reader, &out, &bars, &cancel, &f->err));
    assert_null(compose_analyse(f->reader, &bars, &cancel, &f->err));
    Analysis *a = compose_analyse(f->reader, &bars, NULL, &f->err);
    assert_false(compose_influence(f->reader, a, &bars, &cancel, &f->err));
    assert_string_equal(f->err.text, "cancelled");
    analysis_free(a);
    bar_sequence_deinit(&bars);
    bar_sequence_deinit(&out);
    latent_sequence_deinit(&z);
}

static void test_models_of_other_bars_are_refused(void **state) {
    Fixture *f = *state;
    ModelConfig config = *model_config(f->model);
    config.latent = 32;
    Model *other = model_new(&config, 1, &f->err);
    check_refused(reader_new(other, &f->err), &f->err);
    model_free(other);
    config.latent = LATENT_SIZE;
    config.tokens = 66;
    other = model_new(&config, 1, &f->err);
    check_refused(reader_new(other, &f->err), &f->err);
    model_free(other);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tiny_reader_tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_the_fixed_point_is_what_bar_by_bar_gives),
        TEST(test_sampling_is_bar_by_bar_too),
        TEST(test_a_seed_gives_the_same_bytes_and_another_seed_others),
        TEST(test_pads_are_where_a_bar_of_twelve_ends),
        TEST(test_long_melodies_are_windows_side_by_side),
        TEST(test_only_windows_that_changed_are_read_again),
        TEST(test_what_is_kept_is_bounded_and_the_newest_stays),
        TEST(test_each_bar_takes_the_latent_its_source_names),
        TEST(test_a_source_may_name_another_bar),
        TEST(test_sources_that_do_not_exist_are_refused),
        TEST(test_a_result_is_encode_mix_decode),
        TEST(test_bars_take_the_length_of_their_place),
        TEST(test_kept_bars_are_their_notes),
        TEST(test_a_blend_ends_in_both_reconstructions),
        TEST(test_each_mix_sounds_other_than_the_one_before),
        TEST(test_a_continuation_keeps_what_it_continues),
        TEST(test_a_continuation_of_no_bars_is_refused),
        TEST(test_what_is_cancelled_says_so),
        TEST(test_models_of_other_bars_are_refused),
    };
    return cmocka_run_group_tests_name("compose", tests, NULL, NULL);
}
