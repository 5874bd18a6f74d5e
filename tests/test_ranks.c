/* Training by several ranks, here threads of one process: two ranks are one rank with two threads. */
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/thread.h"
#include "engine/learn/train.h"
#include "engine/workspace.h"
#include "tests/support/check.h"
#include "tests/support/tiny_model.h"
#include "tests/support/tiny_prior.h"

enum { STEPS = 6, RANKS = 2 };

/* Where the ranks meet. */
typedef struct {
    pthread_barrier_t barrier;
    float *data[RANKS];
    size_t count[RANKS];
} Meeting;

typedef struct {
    Meeting *meeting;
    int rank;
    const Corpus *corpus;
    long stop_at; /* ask to stop before this step; -1 = never */
    long wanted;  /* steps that this rank asks for after the first, 0 = none */
    Model *model;
    TrainReport report;
    Thread thread;
} Rank;

static void sum(void *context, float *data, size_t count) {
    const Rank *rank = context;
    Meeting *meeting = rank->meeting;
    meeting->data[rank->rank] = data;
    meeting->count[rank->rank] = count;
    pthread_barrier_wait(&meeting->barrier);
    if (rank->rank == 0)
        for (size_t i = 0; i < count; i++) {
            data[i] += meeting->data[1][i];
            meeting->data[1][i] = data[i];
        }
    assert_int_equal(meeting->count[0], meeting->count[1]);
    pthread_barrier_wait(&meeting->barrier);
}

static TrainOptions plan(int threads) {
    TrainOptions options = TRAIN_OPTIONS_DEFAULT;
    options.threads = threads;
    options.steps = STEPS;
    options.codec_steps = 2;
    options.ramp_steps = 2;
    options.warmup_steps = 1;
    options.rows = 256;
    return options;
}

static void run(Rank *rank, const TrainOptions *options) {
    Error err;
    rank->model = tiny_model(BAR_WINDOW, 3);
    Train *train = train_new(rank->model, rank->corpus, options, &err);
    assert_non_null(train);
    for (long step = 0; !train_finished(train); step++) {
        if (step == rank->stop_at) train_stop(train);
        if (step == 1 && rank->wanted) train_set_steps(train, rank->wanted);
        train_step(train, &rank->report);
    }
    train_free(train);
}

static void *run_rank(void *argument) {
    Rank *rank = argument;
    TrainOptions options = plan(1);
    options.ranks = (Ranks){rank->rank, RANKS, sum, rank};
    run(rank, &options);
    return NULL;
}

static void run_both(Rank rank[RANKS], const Corpus *corpus) {
    Meeting meeting;
    pthread_barrier_init(&meeting.barrier, NULL, RANKS);
    for (int i = 0; i < RANKS; i++) {
        rank[i].meeting = &meeting;
        rank[i].rank = i;
        rank[i].corpus = corpus;
    }
    assert_true(thread_start(&rank[1].thread, run_rank, &rank[1]));
    run_rank(&rank[0]);
    thread_join(&rank[1].thread);
    pthread_barrier_destroy(&meeting.barrier);
}

static void free_both(Rank rank[RANKS]) {
    for (int i = 0; i < RANKS; i++) model_free(rank[i].model);
}

/* The norm of the gradients is a sum over other slices, so the last bits may differ. What has no gradient but rounding, as the
 * bias of keys, Adam turns into whole steps in a direction of chance. */
static void check_near_weights(Model *a, Model *b, float rate) {
    const float *x = model_block(a), *y = model_block(b);
    const size_t count = model_size(model_config(a));
    double sum = 0;
    for (size_t i = 0; i < count; i++) {
        assert_float_equal(x[i], y[i], 2 * STEPS * rate);
        sum += fabs((double)x[i] - y[i]);
    }
    assert_true(sum / (double)count < 1e-6);
}

static void check_same_weights(Model *a, Model *b) {
    assert_memory_equal(model_block(a), model_block(b), model_size(model_config(a)) * sizeof(float));
}

static void test_two_ranks_are_one_of_two_threads(void **state) {
    (void)state;
    Corpus corpus = {0};
    tiny_corpus(&corpus, 20, 1);
    Rank alone = {.corpus = &corpus, .stop_at = -1}, rank[RANKS] = {{.stop_at = -1}, {.stop_at = -1}};
    const TrainOptions options = plan(2);
    run(&alone, &options);
    run_both(rank, &corpus);
    check_near_weights(alone.model, rank[0].model, options.rate);
    check_same_weights(rank[0].model, rank[1].model);
    assert_int_equal(rank[0].report.step, STEPS);
    assert_int_equal(rank[0].report.bar_passes, alone.report.bar_passes);
    assert_true(fabs(rank[0].report.total / alone.report.total - 1) < 1e-5);
    assert_true(fabs(rank[1].report.total / alone.report.total - 1) < 1e-5);
    free_both(rank);
    model_free(alone.model);
    corpus_deinit(&corpus);
}

static void test_all_stop_after_the_same_step(void **state) {
    (void)state;
    Corpus corpus = {0};
    tiny_corpus(&corpus, 20, 1);
    Rank rank[RANKS] = {{.stop_at = -1}, {.stop_at = 3}};
    run_both(rank, &corpus);
    assert_int_equal(rank[0].report.step, 4);
    assert_int_equal(rank[1].report.step, 4);
    free_both(rank);
    corpus_deinit(&corpus);
}

static void test_the_first_rank_says_how_long(void **state) {
    (void)state;
    Corpus corpus = {0};
    tiny_corpus(&corpus, 20, 1);
    Rank rank[RANKS] = {{.stop_at = -1, .wanted = 4}, {.stop_at = -1, .wanted = 9}};
    run_both(rank, &corpus);
    assert_int_equal(rank[0].report.step, 4);
    assert_int_equal(rank[1].report.step, 4);
    check_same_weights(rank[0].model, rank[1].model);
    free_both(rank);
    corpus_deinit(&corpus);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_two_ranks_are_one_of_two_threads),
        cmocka_unit_test(test_all_stop_after_the_same_step),
        cmocka_unit_test(test_the_first_rank_says_how_long),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
