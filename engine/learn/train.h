/* Train: the optimisation loop's body: one step, on one or more worker threads. It prints nothing and opens no corpus.
 *
 * Each worker builds its share of the step's windows, runs forward and backward into gradients of its own; the gradients
 * are then added in worker order, clipped by their norm and applied by Adam, each worker on a slice of the parameters. Several
 * processes (ranks.h) have their shares of the windows likewise, and add their gradients before they are clipped. Same corpus, options, seed and thread count: the same weights, bit for bit, also across a save and a resume.
 *
 * Called from one thread; the model must not be read by others while a step runs. Costs about 25 MFLOP a bar pass, less
 * the more slots repeat (distinct.h). */
#ifndef REFRAIN_ENGINE_LEARN_TRAIN_H
#define REFRAIN_ENGINE_LEARN_TRAIN_H

#include "engine/learn/corpus.h"
#include "engine/learn/ranks.h"
#include "engine/nn/loss.h"

enum { TRAIN_THREADS_MAX = 16 };
#define TRAIN_RATE_MIN 1e-6 /* peak learning rates that make sense */
#define TRAIN_RATE_MAX 0.1

typedef struct {
    uint64_t seed;
    int threads;      /* workers, 1..TRAIN_THREADS_MAX */
    long steps;       /* length of the schedule, codec steps included */
    long codec_steps; /* pre-training of the local networks alone */
    long ramp_steps;  /* beta grows from 0 to weights.beta over these, after the codec steps */
    long warmup_steps;
    int bars; /* longest window: 16, 32 or 64; 0 = a mixture of these */
    int rows; /* bars of a step, before substitution doubles them: 512 = 32 windows of 16; 64 a worker at least */
    double variety;   /* share of passages whose bars are made up (dataset.h) */
    float rate;       /* peak learning rate */
    float rate_floor; /* share of the peak that is left at the end */
    float clip;       /* largest gradient norm */
    LossWeights weights;
    Ranks ranks; /* with whom; rows are those of all ranks, threads those of this one */
} TrainOptions;

extern const TrainOptions TRAIN_OPTIONS_DEFAULT;

typedef struct {
    long step; /* steps done */
    long steps;
    long
        bar_passes; /* bars that this step learned from: those of x' too that went forward and backward as rows of x */
    double total;    /* the weighted loss a bar */
    LossParts parts; /* sums over parts.bars bars */
    double gradient_norm;
    float rate, beta;
} TrainReport;

typedef struct Train Train;

/* model and corpus are borrowed until train_free. */
Train *train_new(Model *model, const Corpus *corpus, const TrainOptions *options, Error *err);
void train_free(Train *train);
bool train_finished(const Train *train);
long train_step_count(const Train *train);
/* Changes the schedule's length on the way, for runs that are limited by time. Of several ranks the first one's counts, from the
 * step after the next on. */
void train_set_steps(Train *train, long steps);
/* No step more: train_finished says when. Of several ranks one may ask, and all end after the same step. */
void train_stop(Train *train);
void train_step(Train *train, TrainReport *report);

/* Parameters, moments and step number in one safetensors file; options are given again when resuming and may differ. */
bool train_save(const Train *train, const char *path, Error *err);
bool train_resume(Train *train, const char *path, Error *err);

#endif
