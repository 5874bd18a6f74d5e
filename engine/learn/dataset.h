/* Dataset: a corpus as an endless stream of training windows.
 *
 * Window `index` of step `step` depends on (corpus, seed, step, index) alone, so any number of workers can build their
 * share, and training resumes exactly with nothing but the step number. A Dataset is immutable and may be read by several
 * threads; a DatasetBatch belongs to one.
 *
 * A window is T bars of one melody, from its first bar, a multiple of four, or anywhere, transposed by -6..+6 semitones
 * within range and some by whole octaves; where the melody ends, a melody of the same meter follows, but none of fewer than
 * DATASET_BARS_MIN bars. A share of these passages gets bars that no melody has, and some another meter or triplets
 * (variety.h). Half of the windows get repetitions: earlier bars or some of their slots, or runs of 1, 2, 4, 8 bars, copied
 * over later ones, about a third of them moved by an interval; a copied hold may then stand where nothing sounds.
 *
 * With substitution each window is followed, in the batch's second half, by the same window with one bar t0 (30 % one that
 * later bars refer to by an interval, else 70 % one that they refer to) replaced by a bar of another melody of the same meter,
 * and what refers to it accordingly (structure_propagate). Its bars before t0 are the window's and stand there alone; with no
 * bar to replace all are. Its references are those of the window as far as they still hold:
 * they are what the latents say. */
#ifndef REFRAIN_ENGINE_LEARN_DATASET_H
#define REFRAIN_ENGINE_LEARN_DATASET_H

#include "engine/learn/corpus.h"
#include "engine/nn/loss.h"
#include "engine/structure.h"

typedef struct {
    const Corpus *corpus; /* borrowed */
    int *tune;            /* tunes of at least DATASET_BARS_MIN bars, grouped by meter; owned */
    int count;
    int *group_end;    /* (count) end of the run of tunes of the same meter */
    int *group_start;  /* (count) */
    long *bars_before; /* (count + 1) running number of bars, to draw tunes by length */
    uint64_t seed;
    double variety; /* share of passages with bars of their own */
} Dataset;

enum { DATASET_BARS_MIN = 4, DATASET_WINDOWS_MAX = 512 /* of one batch */ };

typedef struct {
    int capacity; /* rows */
    Bar *bar;     /* (R); what model.tokens points at */
    int *first;
    uint8_t *copy_distance, *named, *moved; /* (R, slots) */
    uint8_t *told_alike;
    int *replaced;        /* (windows) */
    int *known;           /* (sequences) */
    const int **place;    /* (sequences) lists in row_of */
    int *row_of;          /* (2 n) */
    Structure *structure; /* (windows) of the windows before substitution */
    float *noise;         /* (R, D) */
    int latent;
    LossBatch loss;
} DatasetBatch;

/* Fails when no tune of the corpus is long enough. */
bool dataset_init(Dataset *dataset, const Corpus *corpus, uint64_t seed, double variety, Error *err);
void dataset_deinit(Dataset *dataset);

/* Room for windows of `rows` bars together, and their substitutes. */
bool dataset_batch_init(DatasetBatch *batch, int rows, int latent, Error *err);
void dataset_batch_deinit(DatasetBatch *batch);

/* Builds windows first_index .. first_index + windows - 1 of a step, at most `bars` bars each. */
void dataset_fill(DatasetBatch *batch, const Dataset *dataset, long step, int first_index, int windows,
                  int bars, bool substitution);

#endif
