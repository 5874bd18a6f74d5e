/* Compose: the musician's verbs on top of the model; bars in, bars out. Used by the engine thread and by the headless
 * verbs alike, so both give the same bytes.
 *
 * Sequences longer than BAR_WINDOW bars are handled in consecutive windows of BAR_WINDOW bars. All results are
 * deterministic in (model, inputs, seed). `cancel` may be null; when it becomes true the call returns false with the text
 * "cancelled". A Composer holds the workspaces and belongs to one thread; the model is borrowed. */
#ifndef REFRAIN_ENGINE_COMPOSE_H
#define REFRAIN_ENGINE_COMPOSE_H

#include <stdatomic.h>

#include "engine/analysis.h"
#include "engine/bar.h"
#include "engine/latent.h"
#include "engine/nn/model.h"
#include "engine/music/recipe.h"

typedef struct Composer Composer;

typedef struct {
    float temperature; /* 0 = greedy; otherwise tokens are sampled */
    uint64_t seed;
} ComposeDecoding;

typedef struct {
    float temperature; /* scales the noise that latents are drawn from; 1 = as learned */
    uint64_t seed;
    bool standard; /* from N(0, 1) even where the model has a fitted prior */
} ComposeDrawing;

Composer *composer_new(const Model *model, Error *err);
void composer_free(Composer *composer);

/* Posterior of every bar; z = mu. */
bool compose_encode(Composer *composer, LatentSequence *out, const BarSequence *bars, atomic_bool *cancel,
                    Error *err);
/* Bars decoded bar by bar from z, own output fed back. steps_per_bar is 16 or 12. guess (may be null) only speeds it up. */
bool compose_decode(Composer *composer, BarSequence *out, const LatentSequence *z, int steps_per_bar,
                    const BarSequence *guess, ComposeDecoding decoding, atomic_bool *cancel, Error *err);
bool compose_reconstruct(Composer *composer, BarSequence *out, const BarSequence *bars, atomic_bool *cancel,
                         Error *err);
/* The latents that a recipe asks for. context may be null (then only the original exists). Fails with a sentence when a
 * bar's source does not exist. */
bool compose_mix(LatentSequence *z, const Recipe *recipe, const LatentSequence *original,
                 const LatentSequence *context, Error *err);
/* compose_mix's z -> bars, greedily. Where the model has a fitted prior, bars that the recipe draws from the prior get their
 * z only here, each after the bars before it, as in compose_continue; the very first one in the key of flow, the melody that
 * the result is poured into. */
bool compose_decode_recipe(Composer *composer, BarSequence *out, LatentSequence *z, const Recipe *recipe,
                           const BarSequence *flow, const BarSequence *guess, atomic_bool *cancel,
                           Error *err);
/* Can these two be mixed? Fails with a sentence when their bar lengths differ; b may be null or empty, which suits all. */
bool compose_check_meters(const BarSequence *a, const BarSequence *b, Error *err);
/* encode + mix + decode: the result of a recipe. Fails with a sentence when original and context have different bar
 * lengths (16 against 12 steps). The result has the context's octave_shift. */
bool compose_result(Composer *composer, BarSequence *out, LatentSequence *z, const Recipe *recipe,
                    const BarSequence *original, const BarSequence *context, atomic_bool *cancel, Error *err);
/* `count` new bars after `prime` (may be empty: from nothing), tokens greedy; out holds prime, as it was, and continuation.
 * Latents come from the model's fitted prior, each drawn when the bars before it stand, else from N(0, 1). New bars see at
 * least half a window of what is before them. */
bool compose_continue(Composer *composer, BarSequence *out, const BarSequence *prime, int count,
                      ComposeDrawing drawing, atomic_bool *cancel, Error *err);
/* The melody between a and b at mix 0..1, bar by bar, as long as the shorter one; refused as in compose_result. */
bool compose_blend(Composer *composer, BarSequence *out, const BarSequence *a, const BarSequence *b,
                   float mix, atomic_bool *cancel, Error *err);

/* Everything about how the model reads `bars` except influence; attention from teacher forcing with z = mu. For more bars
 * than the model sees at once the matrices hold one block per window and are zero outside. */
Analysis *compose_analyse(Composer *composer, const BarSequence *bars, atomic_bool *cancel, Error *err);
/* Adds the measured influence, batched over k: influence with z_k = 0, the prior's mean; influence_swap with z_k = the
 * latent of the cyclically next bar of the window. The diagonal tells how far bar k itself moves. When it fails (cancelled)
 * the matrices may be filled in part. */
bool compose_influence(Composer *composer, Analysis *analysis, const BarSequence *bars, atomic_bool *cancel,
                       Error *err);

#endif
