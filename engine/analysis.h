/* Analysis: what each bar costs, where it looks, what it refers to and what it depends on; made by the engine for one melody
 * of T bars.
 *
 * Nobody outside the engine knows how the numbers are stored: a cell of a matrix is asked for by its bars, references come
 * by walks. Bar t of a matrix uses bar k. The model sees a window of bars at once, so what lies outside of t's window is 0
 * and nothing is stored for it: a melody costs what its windows cost.
 *
 * An Analysis is immutable once it is handed over; the receiver frees it. What the model read is counted and shared: an
 * analysis that gets its influence later is another one of the same reading (analysis_share). Any thread may read and free
 * its own. */
#ifndef REFRAIN_ENGINE_ANALYSIS_H
#define REFRAIN_ENGINE_ANALYSIS_H

#include "engine/bar.h"
#include "engine/reference.h"
#include "engine/structure.h"

enum { ANALYSIS_LAYERS_MAX = 8, ANALYSIS_HEADS_MAX = 8 };

typedef enum {
    ANALYSIS_REFERENCE, /* mean over slots of gate * pointer: the weight with which bar t refers to bar k; k < t */
    ANALYSIS_INFLUENCE,      /* mean total variation 0..1 of bar t when z_k is the prior mean; k <= t */
    ANALYSIS_INFLUENCE_SWAP, /* the same with another bar's latent in place of z_k */
    ANALYSIS_ENCODER,        /* encoder self-attention, k <= t */
    ANALYSIS_DECODER_SELF,   /* decoder self-attention, shifted so that column k is bar k */
    ANALYSIS_DECODER_INTER,  /* decoder inter-attention to the latents */
    ANALYSIS_MATRICES,
} AnalysisMatrix;

typedef struct Analysis Analysis;

void analysis_free(Analysis *analysis); /* null is allowed */
/* Another one of the same reading, without influence; costs nothing. Null when out of memory. */
Analysis *analysis_share(const Analysis *analysis, Error *err);
void analysis_remove_influence(Analysis *analysis); /* by its maker, when measuring it has failed */

int analysis_count(const Analysis *analysis); /* T */
int analysis_layers(const Analysis *analysis);
int analysis_heads(const Analysis *analysis);
/* The bars that the model saw together with bar t: the first one and how many. */
int analysis_window(const Analysis *analysis, int t, int *count);

float analysis_cost(const Analysis *analysis, int t);                    /* nats */
const float *analysis_cost_dimensions(const Analysis *analysis, int t);  /* (LATENT_SIZE) nats; lent */
const StructureRepeat *analysis_repeat(const Analysis *analysis, int t); /* what the notes alone say; lent */
/* The letters of the bar whose rhythm bar t has to another line, small: "a"; "" where there is none. */
void analysis_rhythm(const Analysis *analysis, int t, char out[8]);

/* ---- matrices ---- */

bool analysis_has(const Analysis *analysis,
                  AnalysisMatrix matrix); /* influence is measured later than the rest */
/* A cell; of attention the mean over all layers and heads. The matrix must be there. */
float analysis_cell(const Analysis *analysis, AnalysisMatrix matrix, int t, int k);
/* Attention of one layer and head, or the mean over all when layer or head is -1. */
float analysis_attention(const Analysis *analysis, AnalysisMatrix matrix, int layer, int head, int t, int k);
float analysis_pointer(const Analysis *analysis, int t, int slot,
                       int k); /* rows sum to 1, but for a window's first bar */
float analysis_gate(const Analysis *analysis, int t, int slot); /* 0 = new, 1 = taken from the pointer */
float analysis_taken(const Analysis *analysis, int t); /* mean of the gates: how much of bar t is not new */

/* ---- references ---- */

/* A walk along bar `of`'s row or column; made by the two functions below, moved by analysis_next. */
typedef struct {
    const Analysis *analysis;
    AnalysisMatrix matrix;
    int of, at, end;
    bool users;
} AnalysisWalk;

/* The earlier bars that bar t uses, or the later bars that use bar t, in their order, with REFERENCE_MIN or more. matrix: what
 * using means: ANALYSIS_REFERENCE or one of the two influences, none of whose references come where it is not measured. */
AnalysisWalk analysis_uses(const Analysis *analysis, AnalysisMatrix matrix, int t);
AnalysisWalk analysis_users(const Analysis *analysis, AnalysisMatrix matrix, int t);
/* The next one; reference->bar is the other bar. False after the last. */
bool analysis_next(AnalysisWalk *walk, Reference *reference);
/* The reference of bar t with the most weight (the first of equals); false when it has none. */
bool analysis_strongest(const Analysis *analysis, int t, Reference *reference);
/* What one slot of bar t takes, weight gate * pointer; false when the slot is new. */
bool analysis_slot(const Analysis *analysis, int t, int slot, Reference *reference);

#endif
