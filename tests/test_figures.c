#include "tests/support/check.h"

#include <math.h>
#include <stdlib.h>

#include "engine/compose.h"
#include "engine/decoding.h"
#include "engine/measure/figures.h"
#include "engine/measure/tally.h"
#include "tests/support/tiny_model.h"

/* ---- counting ---- */

static TallyList list_of(const float *values, int count) {
    Tally tally = {0};
    for (int i = 0; i < count; i++) tally_list(&tally, &tally.first_cost, values[i]);
    return tally.first_cost;
}

static double auc(const float *low, int low_count, const float *high, int high_count) {
    TallyList a = list_of(low, low_count), b = list_of(high, high_count);
    double value = tally_auc(&a, &b);
    free(a.value);
    free(b.value);
    return value;
}

static void test_auc_is_the_share_of_pairs_in_order(void **state) {
    (void)state;
    assert_float_equal(auc((float[]){2, 1}, 2, (float[]){3, 9, 4}, 3), 1, 0);
    assert_float_equal(auc((float[]){5}, 1, (float[]){3, 4}, 2), 0, 0);
    assert_float_equal(auc((float[]){3, 1}, 2, (float[]){2}, 1), 0.5, 0);
    assert_float_equal(auc((float[]){2, 2}, 2, (float[]){2, 2, 2}, 3), 0.5, 0);
    assert_float_equal(auc((float[]){1, 2, 4}, 3, (float[]){2, 3}, 2), 3.5 / 6, 1e-12);
    assert_true(isnan(auc(NULL, 0, (float[]){1}, 1)));
}

static void test_quantiles_lie_between_neighbours(void **state) {
    (void)state;
    TallyList list = list_of((float[]){1, 2, 4, 8}, 4), one = list_of((float[]){7}, 1), none = {0};
    assert_float_equal(tally_quantile(&list, 0), 1, 0);
    assert_float_equal(tally_quantile(&list, 0.5), 3, 1e-12);
    assert_float_equal(tally_quantile(&list, 0.25), 1.75, 1e-12);
    assert_float_equal(tally_quantile(&list, 1), 8, 0);
    assert_float_equal(tally_quantile(&one, 0.75), 7, 0);
    assert_float_equal(tally_quantile(&none, 0.5), 0, 0);
    free(list.value);
    free(one.value);
}

static void test_finding_copies(void **state) {
    (void)state;
    double top1, mass;
    const float weight[] = {0.1f, 0.5f, 0.2f, 0.2f, 9};
    tally_find(weight, 4, 0x2, &top1, &mass);
    assert_float_equal(top1, 1, 0);
    assert_float_equal(mass, 0.5, 1e-6);
    tally_find(weight, 4, 0xd, &top1, &mass);
    assert_float_equal(top1, 0, 0);
    assert_float_equal(mass, 0.5, 1e-6);
    const float nothing[4] = {0};
    tally_find(nothing, 4, 0x3, &top1, &mass);
    assert_float_equal(top1, 0.5, 0);
    assert_float_equal(mass, 0.5, 0);
    assert_float_equal(tally_chance(4, 0x1f), 1, 0); /* later bars do not count */
    assert_float_equal(tally_chance(0, 0), 0, 0);
}

static void test_steps_and_onsets(void **state) {
    (void)state;
    Bar want = {{20, 1, 1, 0, 24, 1, 27, 1, 0, 0, 0, 0, 2, 2, 2, 2}};
    Bar got = {{20, 1, 0, 0, 25, 1, 27, 27, 0, 0, 0, 0, 2, 2, 2, 2}};
    assert_int_equal(tally_equal_steps(&want, &got, 12), 9);
    assert_int_equal(tally_equal_onsets(&want, &got), 2);
    assert_int_equal(tally_onsets(&want), 3);
    assert_int_equal(tally_onsets(&got), 4);
}

static void test_parts_add_up_to_the_whole(void **state) {
    (void)state;
    Tally parts[2] = {{0}}, whole = {0};
    FiguresGroup group = {.windows = 0};
    tally_add(&parts[0], FIGURE_RECONSTRUCTION_STEP, 3, 4);
    tally_add(&parts[1], FIGURE_RECONSTRUCTION_STEP, 5, 12);
    for (int i = 0; i < 2; i++) {
        tally_add(&parts[i], FIGURE_KL_EXACT, 2 + i, 1);
        tally_list(&parts[i], &parts[i].exact_cost, 2 + (float)i);
        tally_list(&parts[i], &parts[i].cost_at[4], 2 + (float)i);
        tally_add(&parts[i], FIGURE_KL_FIRST, 5, 1);
        tally_list(&parts[i], &parts[i].first_cost, 5);
        parts[i].windows = 1;
        parts[i].head_mass[i] = 1 + i;
        parts[i].head_top1[i] = 1;
        parts[i].head_cases = 2;
        tally_merge(&whole, &parts[i]);
        tally_deinit(&parts[i]);
    }
    FiguresDistance distance[BAR_WINDOW];
    tally_distances(distance, &whole);
    tally_finish(&group, &whole);
    tally_deinit(&whole);
    assert_int_equal(group.windows, 2);
    assert_float_equal(group.value[FIGURE_RECONSTRUCTION_STEP], 0.5, 0);
    assert_float_equal(group.cases[FIGURE_RECONSTRUCTION_STEP], 16, 0);
    assert_float_equal(group.value[FIGURE_KL_RATIO], 0.5, 0);
    assert_float_equal(group.value[FIGURE_KL_AUC], 1, 0);
    assert_float_equal(group.value[FIGURE_ATTENTION_MASS], 0.5, 0); /* the second head's 2 of 4 */
    assert_float_equal(group.value[FIGURE_ATTENTION_TOP1], 0.25, 0);
    assert_true(isnan(group.value[FIGURE_TRANSFER_OWN]));
    assert_int_equal(distance[4].repeats, 2);
    assert_float_equal(distance[4].median, 2.5, 0);
    assert_int_equal(distance[3].repeats, 0);
}

static void test_figures_have_names_of_their_own(void **state) {
    (void)state;
    for (int i = 0; i < FIGURE_COUNT; i++)
        for (int j = 0; j < i; j++) assert_string_not_equal(FIGURE_INFO[i].key, FIGURE_INFO[j].key);
    assert_true(figures_reached(FIGURE_TRANSFER_OWN, 0.99) && !figures_reached(FIGURE_TRANSFER_OWN, 0.9));
    assert_true(figures_reached(FIGURE_KL_RATIO, 0.1) && !figures_reached(FIGURE_KL_RATIO, 0.3));
    assert_true(figures_reached(FIGURE_NELBO_STEP, 99) && figures_reached(FIGURE_TRANSFER_OWN, NAN));
}

/* ---- measuring ---- */

#define QUARTERS "60:4 62:4 64:4 65:4"
#define HALVES "67:8 64:8"
/* Bars: A B A A'(second half new) rest, ends with a bar of its own; then a waltz of 5 bars, and one bar too few. */
static const char CORPUS[] =
    "a\tOne\t4/4\tC:maj\t16\t" QUARTERS "|" HALVES "|" QUARTERS "|60:4 62:4 72:8|r:16|70:16\n"
    "b\tTwo\t3/4\tC:maj\t12\t60:12|_:12|64:4 65:4 67:4|60:12|64:4 65:4 67:4\n"
    "c\tShort\t4/4\tC:maj\t16\t60:16|r:16|62:16\n"
    "d\tFour\t4/4\tC:maj\t16\t" HALVES "|" QUARTERS "|72:16|72:8 72:8\n";

typedef struct {
    Model *model;
    Corpus corpus;
    Figures figures;
    Error err;
} Fixture;

static int set_up(void **state) {
    Fixture *f = calloc(1, sizeof *f);
    f->model = tiny_model(64, 3);
    check_ok(corpus_parse(&f->corpus, "corpus", (const unsigned char *)CORPUS, sizeof CORPUS - 1, &f->err),
             &f->err);
    *state = f;
    return 0;
}

static int tear_down(void **state) {
    Fixture *f = *state;
    model_free(f->model);
    corpus_deinit(&f->corpus);
    free(f);
    return 0;
}

static void measure(Fixture *f, FiguresOptions options) {
    check_ok(figures_measure(&f->figures, f->model, &f->corpus, &options, &f->err), &f->err);
}

static void test_windows_and_cases_are_those_of_the_corpus(void **state) {
    Fixture *f = *state;
    measure(f, (FiguresOptions){.knockout = true, .influence = true});
    const FiguresGroup *all = &f->figures.all;
    assert_int_equal(all->windows, 3);
    assert_int_equal(all->bars, 15);
    assert_int_equal(f->figures.meters, 2);
    assert_string_equal(f->figures.meter[0].name, "4/4");
    assert_string_equal(f->figures.meter[1].name, "3/4");
    assert_int_equal(f->figures.meter[0].bars, 10);
    assert_float_equal(all->cases[FIGURE_RECONSTRUCTION_BAR], 15, 0);
    assert_float_equal(all->cases[FIGURE_RECONSTRUCTION_STEP], 10 * 16 + 5 * 12, 0);
    /* a: A is first, B first, A exact, A' near, silence none, 70 first; b: exact are bars 4 and 5; d: all first */
    assert_float_equal(all->cases[FIGURE_KL_EXACT], 3, 0);
    assert_float_equal(all->cases[FIGURE_KL_NEAR], 1, 0);
    assert_float_equal(all->cases[FIGURE_KL_FIRST], 3 + 2 + 4, 0);
    assert_float_equal(all->cases[FIGURE_REFERENCE_TOP1], 3 * BAR_SLOTS, 0);
    assert_float_equal(all->value[FIGURE_EARLIER_CHANCE], (1.0 / 2 + 1.0 / 3 + 1.0 / 4) / 3, 1e-9);
    assert_float_equal(all->cases[FIGURE_KNOCKOUT_SOURCE], 3, 0);
    assert_float_equal(all->cases[FIGURE_KNOCKOUT_ONLY], 2,
                       0); /* slots of bar 4 of b are held in bar 2 as well */
    assert_float_equal(all->cases[FIGURE_KNOCKOUT_RANDOM], 3, 0);
    assert_int_equal(f->figures.distance[2].repeats, 2);
    assert_int_equal(f->figures.distance[3].repeats, 1);
}

static void test_substitution_takes_the_earliest_bar_with_relatives(void **state) {
    Fixture *f = *state;
    measure(f, (FiguresOptions){0});
    const FiguresGroup *all = &f->figures.all;
    /* a: t0 = 0, then other, exact, near, other, other; b: t0 = 0, other, other, exact, other; d: t0 = 0, three others */
    assert_float_equal(all->cases[FIGURE_TRANSFER_OWN], 3, 0);
    assert_float_equal(all->cases[FIGURE_TRANSFER_EXACT], 2, 0);
    assert_float_equal(all->cases[FIGURE_TRANSFER_NEAR], 1, 0);
    assert_float_equal(all->cases[FIGURE_TRANSFER_NEAR_STEP], 16, 0);
    assert_float_equal(all->cases[FIGURE_TRANSFER_TRANSPOSED], 0, 0);
    assert_float_equal(all->cases[FIGURE_TRANSFER_OTHER], 3 + 3 + 3, 0);
    assert_true(isnan(all->value[FIGURE_KNOCKOUT_SOURCE]));
}

static void test_baselines_are_what_they_say(void **state) {
    Fixture *f = *state;
    measure(f, (FiguresOptions){0});
    /* 3/4: the second bar is all hold: 11 + 12 + 9 + 11 + 9 holds of 60 steps; copies: 11 (hold), 11, 9, 9, 9 */
    assert_float_equal(f->figures.meter[1].value[FIGURE_BASELINE_HOLD_STEP], 52.0 / 60, 1e-9);
    assert_float_equal(f->figures.meter[1].value[FIGURE_BASELINE_COPY_STEP], 49.0 / 60, 1e-9);
}

static void test_reconstruction_is_what_decoding_gives(void **state) {
    Fixture *f = *state;
    measure(f, (FiguresOptions){0});
    Reader *reader = reader_new(f->model, &f->err);
    BarSequence bars = {.bar = f->corpus.bar + f->corpus.tune[1].first, .count = 5, .steps = 12};
    LatentSequence z = {0};
    check_ok(compose_encode(reader, &z, &bars, NULL, &f->err), &f->err);
    Bar out[5];
    for (int t = 0; t < 5; t++) out[t] = bars.bar[0]; /* a guess of 12 steps */
    Workspace work = {.model = f->model};
    DecodingTask task = {.count = 5, .latent = z.bar, .replaced = -1, .bars = out};
    check_ok(decoding_run(&work, &task, 1, NULL, NULL, NULL, &f->err), &f->err);
    double right = 0, exact = 0;
    for (int t = 0; t < 5; t++) {
        right += tally_equal_steps(&bars.bar[t], &out[t], 12);
        exact += bar_equal(&bars.bar[t], &out[t]);
    }
    double cost = (latent_kl(&z.bar[3], NULL) + latent_kl(&z.bar[4], NULL)) / 2;
    const FiguresGroup *waltz = &f->figures.meter[1];
    assert_float_equal(waltz->value[FIGURE_RECONSTRUCTION_BAR], exact / 5, 1e-9);
    assert_float_equal(waltz->value[FIGURE_RECONSTRUCTION_STEP], right / 60, 1e-9);
    assert_float_equal(waltz->value[FIGURE_KL_EXACT], cost, 1e-2);
    workspace_deinit(&work);
    reader_free(reader);
    latent_sequence_deinit(&z);
}

static void test_transposed_copies_are_measured_too(void **state) {
    Fixture *f = *state;
    static const char TUNE[] = "e\tUp\t4/4\tC:maj\t16\t" QUARTERS "|62:4 64:4 66:4 67:4|r:16|" HALVES "\n";
    corpus_deinit(&f->corpus);
    check_ok(corpus_parse(&f->corpus, "tune", (const unsigned char *)TUNE, sizeof TUNE - 1, &f->err),
             &f->err);
    measure(f, (FiguresOptions){0});
    assert_float_equal(f->figures.all.cases[FIGURE_KL_CHROMATIC], 1, 0);
    assert_float_equal(f->figures.all.cases[FIGURE_TRANSFER_TRANSPOSED], 1, 0);
    assert_float_equal(f->figures.all.cases[FIGURE_TRANSFER_OTHER], 2, 0);
}

/* A sequence: bar 2 is bar 1 a step higher, bar 3 bar 2 a step higher (through which it follows), and an octave lower. */
static void test_sequences_are_measured_by_what_they_are_told(void **state) {
    Fixture *f = *state;
    static const char TUNE[] =
        "s\tUp\t4/4\tC:maj\t16\t60:4 62:4 64:4 67:4|62:4 64:4 65:4 69:4|64:4 65:4 67:4 71:4|72:16|"
        "41:4 43:4 45:4 36:4\n";
    corpus_deinit(&f->corpus);
    check_ok(corpus_parse(&f->corpus, "tune", (const unsigned char *)TUNE, sizeof TUNE - 1, &f->err),
             &f->err);
    measure(f, (FiguresOptions){0});
    const FiguresGroup *all = &f->figures.all;
    assert_float_equal(all->cases[FIGURE_KL_DIATONIC], 2, 0);
    assert_float_equal(all->cases[FIGURE_REFERENCE_MOVED_TOP1], 8, 0);
    assert_float_equal(all->cases[FIGURE_TRANSFER_DIATONIC], 2, 0);
    assert_float_equal(all->cases[FIGURE_TRANSFER_OTHER], 2, 0);
    assert_float_equal(all->cases[FIGURE_TRANSFER_INDIRECT], 0, 0);
    assert_int_equal(f->figures.range[0].bars, 0);
    assert_int_equal(f->figures.range[1].bars, 5);
    assert_string_equal(f->figures.range[1].name, "middle");
}

static void test_threads_and_runs_give_the_same_figures(void **state) {
    Fixture *f = *state;
    Figures *first = malloc(sizeof *first);
    FiguresOptions options = {.seed = 4, .knockout = true, .influence = true, .lengths = true};
    measure(f, options);
    *first = f->figures;
    options.threads = 3;
    measure(f, options);
    assert_memory_equal(first, &f->figures, sizeof *first);
    assert_int_equal(first->lengths, 4);
    assert_string_equal(first->length[0].name, "8");
    assert_string_equal(first->length[3].name, "64");
    options.seed = 5;
    measure(f, options);
    assert_true(first->all.value[FIGURE_NELBO_STEP] != f->figures.all.value[FIGURE_NELBO_STEP]);
    assert_true(first->all.value[FIGURE_KL_FIRST] == f->figures.all.value[FIGURE_KL_FIRST]);
    free(first);
}

/* Half of a melody of 64 bars, which repeats the other, is further back than the shorter windows reach. */
static void test_distances_are_those_of_the_longest_windows(void **state) {
    Fixture *f = *state;
    BarSequence bars = {.steps = BAR_STEPS};
    Rng rng;
    rng_seed(&rng, 8);
    check_ok(bar_sequence_resize(&bars, 64, &f->err), &f->err);
    for (int t = 0; t < 32; t++) {
        for (int s = 0; s < BAR_STEPS; s++) bars.bar[t].token[s] = (uint8_t)(BAR_ONSET + rng_below(&rng, 60));
        bars.bar[t + 32] = bars.bar[t];
    }
    corpus_deinit(&f->corpus);
    f->corpus = (Corpus){0};
    check_ok(corpus_add(&f->corpus, "long", "Long", 4, 4, &bars, &f->err), &f->err);
    bar_sequence_deinit(&bars);
    for (int window = 16; window <= 64; window *= 4) {
        measure(f, (FiguresOptions){.window = window, .lengths = true});
        assert_int_equal(f->figures.distance[32].repeats, 32);
    }
}

static void test_what_cannot_be_measured_is_refused(void **state) {
    Fixture *f = *state;
    Corpus none = {0};
    FiguresOptions options = {0};
    check_refused(figures_measure(&f->figures, f->model, &none, &options, &f->err), &f->err);
    options.window = 65;
    check_refused(figures_measure(&f->figures, f->model, &f->corpus, &options, &f->err), &f->err);
    options.window = 3;
    check_refused(figures_measure(&f->figures, f->model, &f->corpus, &options, &f->err), &f->err);
    atomic_bool cancel = true;
    options = (FiguresOptions){.cancel = &cancel};
    assert_false(figures_measure(&f->figures, f->model, &f->corpus, &options, &f->err));
    assert_string_equal(f->err.text, "cancelled");
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_auc_is_the_share_of_pairs_in_order),
        cmocka_unit_test(test_quantiles_lie_between_neighbours),
        cmocka_unit_test(test_finding_copies),
        cmocka_unit_test(test_steps_and_onsets),
        cmocka_unit_test(test_parts_add_up_to_the_whole),
        cmocka_unit_test(test_figures_have_names_of_their_own),
        TEST(test_windows_and_cases_are_those_of_the_corpus),
        TEST(test_substitution_takes_the_earliest_bar_with_relatives),
        TEST(test_baselines_are_what_they_say),
        TEST(test_reconstruction_is_what_decoding_gives),
        TEST(test_transposed_copies_are_measured_too),
        TEST(test_sequences_are_measured_by_what_they_are_told),
        TEST(test_threads_and_runs_give_the_same_figures),
        TEST(test_distances_are_those_of_the_longest_windows),
        TEST(test_what_cannot_be_measured_is_refused),
    };
    return cmocka_run_group_tests_name("figures", tests, NULL, NULL);
}
