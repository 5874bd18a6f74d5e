/* The prior: what fitting learns, its way into a file and back, and what a file may not hold. */
#include "tests/support/check.h"

#include <stdlib.h>

#include "engine/draw/drawer.h"
#include "engine/learn/prior_fit.h"
#include "engine/nn/checkpoint.h"
#include "tests/support/temp.h"
#include "tests/support/tiny_model.h"
#include "tests/support/tiny_prior.h"

static size_t prior_size(const Prior *prior) {
    ModelTensor tensor[16];
    const int count = prior_tensors(prior_config(prior), tensor, 16);
    return tensor[count - 1].offset + tensor[count - 1].size;
}

static bool priors_equal(Prior *a, Prior *b) {
    return prior_size(a) == prior_size(b) &&
           memcmp(prior_block(a), prior_block(b), prior_size(a) * sizeof(float)) == 0;
}

static double mean_nats(const Prior *prior, const Corpus *corpus) {
    Error err;
    Drawer *drawer = drawer_new(prior, &err);
    double sum = 0;
    int bars = 0;
    assert_non_null(drawer);
    for (int i = 0; i < corpus->count; i++) {
        Piece piece;
        check_ok(prior_fit_read(&piece, corpus, i, &err), &err);
        for (int t = 0; t < piece.count; t++, bars++)
            sum += drawer_nats_sum(drawer_nats(drawer, &piece, t, t + 1, piece.count - t));
        piece_deinit(&piece);
    }
    drawer_free(drawer);
    return sum / bars;
}

static void test_fitting_learns_what_a_corpus_does(void **state) {
    (void)state;
    Corpus corpus, unseen;
    tiny_corpus(&corpus, 24, 1);
    tiny_corpus(&unseen, 6, 2);
    Prior *little = tiny_prior(&corpus, 1, 3), *more = tiny_prior(&corpus, 150, 3);
    const double before = mean_nats(little, &unseen), after = mean_nats(more, &unseen);
    assert_true(after < 0.5 * before);
    prior_free(little);
    prior_free(more);
    corpus_deinit(&corpus);
    corpus_deinit(&unseen);
}

static void test_the_same_seed_fits_the_same_prior(void **state) {
    (void)state;
    Corpus corpus;
    tiny_corpus(&corpus, 6, 1);
    Prior *a = tiny_prior(&corpus, 5, 3), *b = tiny_prior(&corpus, 5, 3), *c = tiny_prior(&corpus, 5, 4);
    assert_true(priors_equal(a, b));
    assert_false(priors_equal(a, c));
    prior_free(a);
    prior_free(b);
    prior_free(c);
    corpus_deinit(&corpus);
}

static void test_tables_hold_what_the_corpus_is_like(void **state) {
    (void)state;
    Corpus corpus;
    Error err;
    tiny_corpus(&corpus, 9, 1);
    Prior *prior = tiny_prior(&corpus, 1, 3);
    check_ok(prior_check(prior, &err), &err);
    for (int row = 0; row < prior_config(prior)->copies; row++) {
        float sum = 0;
        for (int i = 0; i < PRIOR_SLOT_SETS; i++) sum += prior_near_slots(prior, row)[i];
        assert_float_equal(sum, 1, PRIOR_SLOT_SETS * 0x1p-12);
    }
    assert_int_equal(prior_config(prior)->headers, 9);
    int twelve = 0;
    for (int i = 0; i < 9; i++) twelve += piece_outline_read(prior_header(prior, i)).steps == 12;
    assert_int_equal(twelve, 3);
    prior_free(prior);
    corpus_deinit(&corpus);
}

static void test_a_model_file_keeps_its_prior(void **state) {
    (void)state;
    Corpus corpus;
    Error err;
    Temp temp;
    temp_open(&temp);
    const char *path = temp_path(&temp, "m.safetensors");
    tiny_corpus(&corpus, 6, 1);
    Model *model = tiny_model(16, 1);
    model_set_prior(model, tiny_prior(&corpus, 5, 3));
    check_ok(checkpoint_save(model, path, &err), &err);
    Model *again = checkpoint_load(path, &err);
    assert_non_null(again);
    assert_true(priors_equal((Prior *)model_prior(model), (Prior *)model_prior(again)));
    check_ok(drawer_fits(model_prior(again), &err), &err);
    /* What the tables may not hold is refused. */
    ((float *)prior_header(model_prior(model), 0))[1] = 0.5f;
    check_ok(checkpoint_save(model, path, &err), &err);
    assert_null(checkpoint_load(path, &err));
    model_free(model);
    model_free(again);
    corpus_deinit(&corpus);
    temp_close(&temp);
}

static void test_a_prior_for_other_inputs_is_refused(void **state) {
    (void)state;
    Error err;
    const PriorConfig config = {4, 4, 4, 4, 4, 4, 6, 1};
    Prior *prior = prior_new(&config, &err);
    assert_non_null(prior);
    check_refused(drawer_fits(prior, &err), &err);
    assert_null(drawer_new(prior, &err));
    prior_free(prior);
    check_refused(prior_config_check(&(PriorConfig){0}, &err), &err);
}

static void test_an_empty_corpus_is_refused(void **state) {
    (void)state;
    Corpus none = {0};
    Error err = {{0}};
    assert_null(prior_fit_new(&none, &PRIOR_FIT_OPTIONS_DEFAULT, &err));
    assert_true(check_is_sentence(err.text));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fitting_learns_what_a_corpus_does),
        cmocka_unit_test(test_the_same_seed_fits_the_same_prior),
        cmocka_unit_test(test_tables_hold_what_the_corpus_is_like),
        cmocka_unit_test(test_a_model_file_keeps_its_prior),
        cmocka_unit_test(test_a_prior_for_other_inputs_is_refused),
        cmocka_unit_test(test_an_empty_corpus_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
