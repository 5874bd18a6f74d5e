/* Analysis: what each bar costs, where it looks and what it depends on; plain data, made by the engine for one melody.
 *
 * Matrices are over all T bars of the melody, up to COMPOSE_ANALYSIS_BARS (engine/compose.h); [t][k] means: how bar t uses
 * bar k. The model sees one window of bars at once (at most BAR_WINDOW), so a longer melody's matrices hold one block per
 * window along the diagonal and are zero outside. An Analysis is immutable once handed over; the receiver frees it. */
#ifndef REFRAIN_ENGINE_ANALYSIS_H
#define REFRAIN_ENGINE_ANALYSIS_H

#include "engine/bar.h"
#include "engine/structure.h"

enum { ANALYSIS_LAYERS_MAX = 8, ANALYSIS_HEADS_MAX = 8 };
#define ANALYSIS_REFERENCE_MIN 0.05f /* weaker references are neither drawn nor told */

typedef enum {
    ANALYSIS_ENCODER,       /* encoder self-attention */
    ANALYSIS_DECODER_SELF,  /* decoder self-attention, shifted so that column k is bar k */
    ANALYSIS_DECODER_INTER, /* decoder inter-attention to the latents */
    ANALYSIS_ATTENTIONS,
} AnalysisAttention;

typedef struct {
    int count; /* T */
    int layers, heads;
    float *kl;           /* (T) nats */
    float *kl_dimension; /* (T, LATENT_SIZE) nats */
    float *pointer;      /* (T, BAR_SLOTS, T) weights; rows sum to 1, but for a window's first bar */
    float *gate;         /* (T, BAR_SLOTS) 0 = new, 1 = taken from the pointer */
    float *
        reference; /* (T, T) mean over slots of gate * pointer: the weight with which bar t refers to bar k */
    float *attention[ANALYSIS_ATTENTIONS]; /* (layers, heads, T, T) each */
    float *
        influence; /* (T, T) mean total variation 0..1 of bar t when z_k is the prior mean; null until measured */
    float
        *influence_swap; /* (T, T) the same with another bar's latent in place of z_k; null until measured */
    StructureRepeat *repeat; /* (T) symbolic repeats */
} Analysis;

Analysis *analysis_new(int count, int layers, int heads, Error *err); /* all zero, influence null */
bool analysis_add_influence(Analysis *analysis, Error *err); /* allocates both influence matrices, zero */
void analysis_remove_influence(Analysis *analysis);          /* frees both again */
Analysis *analysis_copy(const Analysis *analysis, Error *err);
void analysis_free(Analysis *analysis); /* null is allowed */
/* Attention of one layer and head, or the mean over all when layer or head is -1. */
float analysis_attention(const Analysis *analysis, AnalysisAttention which, int layer, int head, int t,
                         int k);
/* The bar that bar t refers to most and that weight; -1 when it refers to none (weight under
 * ANALYSIS_REFERENCE_MIN). */
int analysis_strongest(const Analysis *analysis, int t, float *weight);

#endif
