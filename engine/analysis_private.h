/* How an Analysis is stored, for those who make one: the reading of compose_analyse, and tests.
 *
 * Every matrix is one block of (n, n) for each window of n bars, the blocks one after another: T bars of windows of W cost
 * T * W numbers, not T * T. Attention has such blocks for each layer and head. */
#ifndef REFRAIN_ENGINE_ANALYSIS_PRIVATE_H
#define REFRAIN_ENGINE_ANALYSIS_PRIVATE_H

#include <stdatomic.h>

#include "engine/analysis.h"

enum { ANALYSIS_ATTENTIONS = ANALYSIS_MATRICES - ANALYSIS_ENCODER };

/* What the model read; immutable once an analysis of it was handed over. */
typedef struct {
    atomic_int holders;
    float *kl;                             /* (T) nats */
    float *kl_dimension;                   /* (T, LATENT_SIZE) nats */
    uint8_t *interval;                     /* (T) the latents' symbols */
    float *gate;                           /* (T, BAR_SLOTS) */
    float *pointer;                        /* of each window: (n, BAR_SLOTS, n) */
    float *attention[ANALYSIS_ATTENTIONS]; /* (layers, heads) times of each window: (n, n) */
    StructureRepeat *repeat;               /* (T) symbolic repeats */
} AnalysisReading;

struct Analysis {
    int count, window, layers, heads;
    AnalysisReading *reading;          /* shared, counted */
    float *influence, *influence_swap; /* of each window: (n, n); owned, null until measured */
};

/* All zero, influence not there. window: the bars that the model sees at once. */
Analysis *analysis_new(int count, int window, int layers, int heads, Error *err);
bool analysis_add_influence(Analysis *analysis,
                            Error *err); /* both influence matrices, zero; replaces older ones */

/* Row t of a matrix that is stored; row[k - first] is the cell of bar k, where `first` begins t's window. Layer and head count
 * for attention alone. */
float *analysis_row(const Analysis *analysis, AnalysisMatrix matrix, int layer, int head, int t);
float *analysis_pointer_row(const Analysis *analysis, int t, int slot);

#endif
