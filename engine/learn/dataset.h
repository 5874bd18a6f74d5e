/* Dataset: a corpus as an endless stream of training windows.
 *
 * Window `index` of step `step` depends on (corpus, seed, step, index) alone, so any number of workers can build their
 * share, and training resumes exactly with nothing but the step number. A Dataset is immutable and may be read by several
 * threads; a DatasetBatch belongs to one.
 *
 * A window is T bars of one melody, from its first bar, a multiple of four, or anywhere, transposed by -6..+6 semitones
 * within range; where the melody ends, a melody of the same meter follows, but none of fewer than DATASET_BARS_MIN bars.
 * Half of the windows get repetitions: earlier bars or some of their slots, or runs of 1, 2, 4, 8 bars, copied over later
 * ones; a copied hold may then stand where nothing sounds. With substitution each window is followed, in the batch's second
 * half, by the same window with one bar t0 (70 % one that has later relatives) replaced by a bar of another melody of the
 * same meter and t0's relatives accordingly. */
#ifndef REFRAIN_ENGINE_LEARN_DATASET_H
#define REFRAIN_ENGINE_LEARN_DATASET_H

#include "engine/learn/corpus.h"
#include "engine/nn/loss.h"

typedef struct {
    const Corpus *corpus; /* borrowed */
    int *tune;            /* tunes of at least DATASET_BARS_MIN bars, grouped by meter; owned */
    int count;
    int *group_end;    /* (count) end of the run of tunes of the same meter */
    int *group_start;  /* (count) */
    long *bars_before; /* (count + 1) running number of bars, to draw tunes by length */
    uint64_t seed;
} Dataset;

enum { DATASET_BARS_MIN = 4 };

typedef struct {
    int capacity; /* rows */
    Bar *bar;     /* (R); what model.tokens points at */
    int *first;
    uint8_t *copy_distance, *swapped;
    float *noise; /* (R, D) */
    int latent;
    LossBatch loss;
} DatasetBatch;

/* Fails when no tune of the corpus is long enough. */
bool dataset_init(Dataset *dataset, const Corpus *corpus, uint64_t seed, Error *err);
void dataset_deinit(Dataset *dataset);

/* Room for windows of `rows` bars together, and their substitutes. */
bool dataset_batch_init(DatasetBatch *batch, int rows, int latent, Error *err);
void dataset_batch_deinit(DatasetBatch *batch);

/* Builds windows first_index .. first_index + windows - 1 of a step, at most `bars` bars each. */
void dataset_fill(DatasetBatch *batch, const Dataset *dataset, long step, int first_index, int windows,
                  int bars, bool substitution);

#endif
