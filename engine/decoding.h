/* Decoding: bars out of latents, many sequences at once, by fixed point.
 *
 * Bar t depends on the latents up to t and on the bars before t. So instead of going bar by bar, all bars are
 * predicted at once from a guess, the guess is replaced by the prediction, and so on until nothing changes.
 * After pass p the first p bars are right, so T passes always suffice, and what does not change any more is
 * exactly the bar-by-bar output; from a good guess two or three passes do. Sampling keeps this: every step
 * compares its distribution with a uniform number that was drawn beforehand, so a token is a function of its
 * distribution alone.
 *
 * A 12-step bar has pads at steps 12..15 and nowhere else, a 16-step bar none: other tokens have probability
 * zero there. */
#ifndef REFRAIN_ENGINE_DECODING_H
#define REFRAIN_ENGINE_DECODING_H

#include <stdatomic.h>

#include "engine/latent.h"
#include "engine/workspace.h"

typedef struct {
    int count;            /* bars, at most workspace_window */
    int steps;            /* 16 or 12 */
    int kept;             /* the first `kept` bars are given and stay */
    const Latent *latent; /* (count) whose z is decoded */
    int replaced;         /* the bar whose z is `replacement` instead; -1 = none */
    const float *replacement;
    float temperature;    /* 0 = greedy */
    const float *uniform; /* (count, BAR_STEPS) in [0, 1); wanted when temperature > 0 */
    Bar *bars;            /* (count) in: the guess; out: the bars */
    int passes;           /* out: how many the fixed point took */
} DecodingTask;

/* Called once for each task when its bars stand; work->acts then holds the pass that produced them, with the
 * task's rows from `row` on, and may be read until the call returns. */
typedef void DecodingListener(void *context, int task, const Workspace *work, int row);

/* False when cancelled (text "cancelled") or out of memory. listener and cancel may be null. */
bool decoding_run(Workspace *work, DecodingTask *task, int count, DecodingListener *listener, void *context,
                  const atomic_bool *cancel, Error *err);

/* uniform numbers for (count, BAR_STEPS) steps, a function of seed, bar and step alone */
void decoding_uniform(float *uniform, int count, uint64_t seed);
/* The most likely tokens of a bar, from its logits (BAR_STEPS, BAR_TOKENS). */
void decoding_greedy_bar(Bar *bar, const float *logits, int steps);
/* The distribution over tokens at one step of a bar with `steps` used steps: probability[BAR_TOKENS]. */
void decoding_distribution(float *probability, const float *logits, int step, int steps, float temperature);

/* "cancelled" as an error; false when cancel is null or not set. */
bool decoding_cancelled(const atomic_bool *cancel, Error *err);

#endif
