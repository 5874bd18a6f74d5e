#include "engine/learn/train.h"

#include <assert.h>
#include <jansson.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/thread.h"
#include "engine/nn/adam.h"
#include "engine/nn/checkpoint.h"
#include "engine/nn/gemm.h"
#include "engine/learn/dataset.h"
#include "engine/nn/layers.h"

const TrainOptions TRAIN_OPTIONS_DEFAULT = {
    .seed = 1,
    .threads = 1,
    .steps = 12000,
    .codec_steps = 1000,
    .ramp_steps = 2000,
    .warmup_steps = 500,
    .rows = 512,
    .rate = 1e-3f,
    .rate_floor = 0.02f,
    .clip = 5,
    .weights = {.beta = 0.15f,
                .codec = 0.5f,
                .substitution = 1,
                .reference = 0.5f,
                .invariance = 0.05f,
                .repeat_price = 6},
};

/* Window lengths of a step and how often they come; a step always holds about the same number of bars. */
static const struct {
    int bars;
    double until;
} LENGTHS[] = {{16, 0.15}, {32, 0.4}, {64, 1.0}};

typedef struct {
    Train *train;
    int index;
    Thread thread;
    Acts *acts;
    float *gradient; /* model_size floats, owned */
    Params grads;    /* laid over gradient */
    DatasetBatch batch;
    LossParts parts;
    long rows;
    double square_sum; /* of the added gradients in this worker's slice */
} Worker;

struct Train {
    Model *model;
    Dataset dataset;
    TrainOptions options;
    long step;
    size_t size;
    float *m, *v;
    float rate, beta;
    double norm;
    long
        wanted_steps; /* of the schedule; what the first rank wants becomes everybody's with the next step's gradients */
    bool wants_stop, stopped;
    /* Workers wait for `begin` until `begun` passes their own count: unlike a barrier it lets go when one of them could
     * not be started. */
    pthread_mutex_t mutex;
    pthread_cond_t begin;
    long begun;
    bool leaving;
    bool ready; /* mutex, begin and the barriers exist */
    pthread_barrier_t middle, end;
    Worker worker[TRAIN_THREADS_MAX];
};

/* ---- the phases of a step, run by every worker ---- */

static int draw_length(const Train *t) {
    if (t->options.bars) return t->options.bars;
    Rng rng;
    rng_seed(&rng, t->options.seed * 1000003u + (uint64_t)t->step);
    const double u = rng_uniform(&rng);
    int i = 0;
    while (u >= LENGTHS[i].until) i++;
    return LENGTHS[i].bars;
}

static void learn(Worker *w) {
    Train *t = w->train;
    const TrainOptions *o = &t->options;
    const bool codec_only = t->step < o->codec_steps;
    const int bars = draw_length(t), windows = o->rows / bars, workers = o->threads * ranks_count(&o->ranks),
              index = o->threads * o->ranks.rank + w->index;
    const int from = windows * index / workers, to = windows * (index + 1) / workers;
    memset(w->gradient, 0, t->size * sizeof(float));
    w->parts = (LossParts){0};
    w->rows = 0;
    if (from == to) return;
    dataset_fill(&w->batch, &t->dataset, t->step, from, to - from, bars,
                 !codec_only && o->weights.substitution > 0);
    LossWeights weights = o->weights;
    weights.beta = t->beta;
    w->parts = codec_only ? loss_codec_pass(t->model, w->acts, &w->grads, &w->batch.loss)
                          : loss_pass(t->model, w->acts, &w->grads, &w->batch.loss, &weights);
    w->rows = w->batch.loss.n * (w->batch.loss.replaced ? 2 : 1);
}

static void slice(const Worker *w, size_t *from, size_t *count) {
    const size_t threads = (size_t)w->train->options.threads, index = (size_t)w->index, size = w->train->size;
    /* whole cache lines */
    *from = size * index / threads / 16 * 16;
    *count =
        (w->index + 1 == w->train->options.threads ? size : size * (index + 1) / threads / 16 * 16) - *from;
}

static void add_gradients(Worker *w) {
    size_t from, count;
    slice(w, &from, &count);
    Worker *all = w->train->worker;
    for (int i = 1; i < w->train->options.threads; i++)
        vector_add(all[0].gradient + from, all[i].gradient + from, (long)count);
}

static void measure(Worker *w) {
    size_t from, count;
    slice(w, &from, &count);
    w->square_sum = vector_square_sum(w->train->worker[0].gradient + from, (long)count);
}

/* Behind the gradients travels what all ranks have to know of a step: the sums of its losses, its rows, who wants to stop, and the
 * length of the schedule. */
enum { PARTS = sizeof(LossParts) / sizeof(double), TAIL_ROWS = PARTS, TAIL_STOP, TAIL_STEPS, TAIL };

static void write_tail(const Train *t, float *tail) {
    double sums[PARTS] = {0}, parts[PARTS], rows = 0;
    for (int i = 0; i < t->options.threads; i++) {
        memcpy(parts, &t->worker[i].parts, sizeof parts);
        for (int k = 0; k < PARTS; k++) sums[k] += parts[k];
        rows += (double)t->worker[i].rows;
    }
    for (int k = 0; k < PARTS; k++) tail[k] = (float)sums[k];
    tail[TAIL_ROWS] = (float)rows;
    tail[TAIL_STOP] = t->wants_stop;
    tail[TAIL_STEPS] = t->options.ranks.rank == 0 ? (float)t->wanted_steps : 0;
}

/* The sums of all ranks become the first worker's. */
static void exchange(Train *t) {
    float *tail = t->worker[0].gradient + t->size;
    double parts[PARTS];
    write_tail(t, tail);
    t->options.ranks.sum(t->options.ranks.context, t->worker[0].gradient, t->size + TAIL);
    for (int k = 0; k < PARTS; k++) parts[k] = (double)tail[k];
    for (int i = 1; i < t->options.threads; i++) t->worker[i].parts = (LossParts){0}, t->worker[i].rows = 0;
    memcpy(&t->worker[0].parts, parts, sizeof parts);
    t->worker[0].rows = lroundf(tail[TAIL_ROWS]);
    t->stopped = tail[TAIL_STOP] > 0;
    t->options.steps = lroundf(tail[TAIL_STEPS]);
}

static void apply(Worker *w) {
    Train *t = w->train;
    size_t from, count;
    slice(w, &from, &count);
    double bars = 0, square = 0;
    for (int i = 0; i < t->options.threads; i++) {
        bars += t->worker[i].parts.bars;
        square += t->worker[i].square_sum;
    }
    const double norm = sqrt(square) / bars;
    if (w->index == 0) t->norm = norm;
    const double clip = norm > (double)t->options.clip ? (double)t->options.clip / norm : 1;
    adam_update(model_block(t->model) + from, t->m + from, t->v + from, t->worker[0].gradient + from,
                (float)(clip / bars), t->rate, t->step + 1, (long)count);
}

static void run_phases(Worker *w) {
    learn(w);
    pthread_barrier_wait(&w->train->middle);
    add_gradients(w);
    if (ranks_count(&w->train->options.ranks) > 1) {
        pthread_barrier_wait(&w->train->middle);
        if (w->index == 0) exchange(w->train);
        pthread_barrier_wait(&w->train->middle);
    }
    measure(w);
    pthread_barrier_wait(&w->train->middle);
    apply(w);
    pthread_barrier_wait(&w->train->end);
}

static bool wait_for_step(Train *t, long done) {
    pthread_mutex_lock(&t->mutex);
    while (t->begun == done && !t->leaving) pthread_cond_wait(&t->begin, &t->mutex);
    const bool go = !t->leaving;
    pthread_mutex_unlock(&t->mutex);
    return go;
}

static void wake_workers(Train *t, bool leaving) {
    pthread_mutex_lock(&t->mutex);
    t->begun++;
    t->leaving = leaving;
    pthread_cond_broadcast(&t->begin);
    pthread_mutex_unlock(&t->mutex);
}

static void *work(void *argument) {
    Worker *w = argument;
    for (long done = 0; wait_for_step(w->train, done); done++) run_phases(w);
    return NULL;
}

void train_step(Train *t, TrainReport *report) {
    const TrainOptions *o = &t->options;
    const long joint = t->step - o->codec_steps;
    t->rate = o->rate * adam_schedule(t->step, o->warmup_steps, o->steps, o->rate_floor);
    t->beta = joint < 0               ? 0
              : joint < o->ramp_steps ? o->weights.beta * (float)joint / (float)o->ramp_steps
                                      : o->weights.beta;
    wake_workers(t, false);
    run_phases(&t->worker[0]);
    t->step++;
    *report = (TrainReport){
        .step = t->step, .steps = o->steps, .gradient_norm = t->norm, .rate = t->rate, .beta = t->beta};
    for (int i = 0; i < o->threads; i++) {
        const LossParts *p = &t->worker[i].parts;
        report->bar_passes += t->worker[i].rows;
        report->parts.bars += p->bars;
        report->parts.reconstruction += p->reconstruction;
        report->parts.kl += p->kl;
        report->parts.repeat_kl += p->repeat_kl;
        report->parts.codec += p->codec;
        report->parts.substitution += p->substitution;
        report->parts.substituted_kl += p->substituted_kl;
        report->parts.reference += p->reference;
        report->parts.invariance += p->invariance;
    }
    LossWeights weights = o->weights;
    weights.beta = t->beta;
    report->total = loss_total(&report->parts, &weights);
}

bool train_finished(const Train *t) {
    return t->stopped || t->step >= t->options.steps;
}
long train_step_count(const Train *t) {
    return t->step;
}
void train_set_steps(Train *t, long steps) {
    t->wanted_steps = steps;
    if (ranks_count(&t->options.ranks) == 1) t->options.steps = steps;
}
void train_stop(Train *t) {
    t->wants_stop = true;
    t->stopped |= ranks_count(&t->options.ranks) == 1;
}

/* ---- life ---- */

/* Most rows that one worker ever gets, over all window lengths, before substitution doubles them. */
static int largest_share(const TrainOptions *o) {
    const int workers = o->threads * ranks_count(&o->ranks);
    int rows = 0;
    for (size_t i = 0; i < sizeof LENGTHS / sizeof *LENGTHS; i++) {
        const int windows = o->rows / LENGTHS[i].bars;
        const int share = (windows + workers - 1) / workers * LENGTHS[i].bars;
        if (share > rows) rows = share;
    }
    return rows;
}

static bool worker_init(Train *t, int index, Error *err) {
    Worker *w = &t->worker[index];
    const ModelConfig *c = model_config(t->model);
    const int rows = largest_share(&t->options);
    w->train = t;
    w->index = index;
    w->gradient = calloc(t->size + TAIL, sizeof(float));
    if (!w->gradient) return error_memory(err, "the gradients");
    tensors_lay(&w->grads, c, w->gradient);
    w->acts = acts_new(c, 2 * rows, c->bars, true, err);
    return w->acts && dataset_batch_init(&w->batch, rows, c->latent, err);
}

static bool start_threads(Train *t, Error *err) {
    const unsigned threads = (unsigned)t->options.threads;
    if (!gemm_init(t->options.threads, err)) return false;
    pthread_mutex_init(&t->mutex, NULL);
    pthread_cond_init(&t->begin, NULL);
    pthread_barrier_init(&t->middle, NULL, threads);
    pthread_barrier_init(&t->end, NULL, threads);
    t->ready = true;
    for (int i = 1; i < t->options.threads; i++) {
        if (!thread_start(&t->worker[i].thread, work, &t->worker[i]))
            return error_set(err, "A worker thread could not be started; try fewer --threads.");
    }
    return true;
}

Train *train_new(Model *model, const Corpus *corpus, const TrainOptions *options, Error *err) {
    assert(options->threads >= 1 && options->threads <= TRAIN_THREADS_MAX &&
           options->rows >= BAR_WINDOW * options->threads * ranks_count(&options->ranks));
    assert(model_config(model)->bars == BAR_WINDOW && model_config(model)->steps == BAR_STEPS);
    Train *t = calloc(1, sizeof *t);
    if (!t) {
        error_memory(err, "the trainer");
        return NULL;
    }
    t->model = model;
    t->options = *options;
    t->wanted_steps = options->steps;
    t->size = model_size(model_config(model));
    t->m = calloc(t->size, sizeof(float));
    t->v = calloc(t->size, sizeof(float));
    if (!t->m || !t->v) {
        error_memory(err, "the optimizer's moments");
        goto fail;
    }
    if (!dataset_init(&t->dataset, corpus, options->seed, options->variety, err)) goto fail;
    for (int i = 0; i < options->threads; i++)
        if (!worker_init(t, i, err)) goto fail;
    if (!start_threads(t, err)) goto fail;
    return t;
fail:
    train_free(t);
    return NULL;
}

static void stop_threads(Train *t) {
    if (!t->ready) return;
    wake_workers(t, true);
    for (int i = 1; i < t->options.threads; i++) thread_join(&t->worker[i].thread);
    pthread_barrier_destroy(&t->middle);
    pthread_barrier_destroy(&t->end);
    pthread_cond_destroy(&t->begin);
    pthread_mutex_destroy(&t->mutex);
}

void train_free(Train *t) {
    if (!t) return;
    stop_threads(t);
    for (int i = 0; i < t->options.threads; i++) {
        acts_free(t->worker[i].acts);
        free(t->worker[i].gradient);
        dataset_batch_deinit(&t->worker[i].batch);
    }
    dataset_deinit(&t->dataset);
    free(t->m);
    free(t->v);
    free(t);
}

/* ---- state ---- */

enum { STATE_BLOCKS = 3 };

static void state_blocks(const Train *t, CheckpointBlock *block) {
    block[0] = (CheckpointBlock){"parameters", model_block(t->model), t->size};
    block[1] = (CheckpointBlock){"adam.m", t->m, t->size};
    block[2] = (CheckpointBlock){"adam.v", t->v, t->size};
}

bool train_save(const Train *t, const char *path, Error *err) {
    CheckpointBlock block[STATE_BLOCKS];
    char step[24], seed[24];
    state_blocks(t, block);
    snprintf(step, sizeof step, "%ld", t->step);
    snprintf(seed, sizeof seed, "%llu", (unsigned long long)t->options.seed);
    const char *metadata[] = {"format", "refrain-training", "step", step, "seed", seed};
    return checkpoint_save_blocks(path, block, STATE_BLOCKS, metadata, 3, err);
}

bool train_resume(Train *t, const char *path, Error *err) {
    CheckpointBlock block[STATE_BLOCKS];
    char *text = NULL;
    state_blocks(t, block);
    if (!checkpoint_load_blocks(path, block, STATE_BLOCKS, &text, err)) return false;
    json_t *metadata = text ? json_loads(text, 0, NULL) : NULL;
    const char *step = json_string_value(json_object_get(metadata, "step"));
    const bool ok = step && sscanf(step, "%ld", &t->step) == 1 && t->step >= 0;
    json_decref(metadata);
    free(text);
    return ok || error_set(err, "%s holds no training state; start again without --resume.", path);
}
