/* Decoding: bars out of latents, many sequences at once, by fixed point.
 *
 * Bar t depends on the latents up to t and on the bars before t. So instead of going bar by bar, many bars are
 * predicted at once from a guess, the guess is replaced by the prediction, and so on until nothing changes. All bars up
 * to the first changed one then stand, and it does too: it saw nothing but bars that stood. They are remembered and the
 * next pass computes only rows after them. Every pass settles one bar at least, so this ends, with exactly the
 * bar-by-bar output, after T passes at most; from a good guess one or two do. A pass reaches twice as far as the one
 * before it settled, so all passes together compute few more than 2 T rows however bad the guess. Sampling keeps this: every step
 * compares its distribution with a uniform number that was drawn beforehand, so a token is a function of its
 * distribution alone.
 *
 * Variations of one sequence that differ in the latent of a single bar share everything before that bar, and start from
 * its bars as their guess. Their first pass reaches for the bar in question alone, since it will hardly stay as it was.
 *
 * The pads of a guessed bar say how many steps the bar has: the decoded one has pads there and nowhere else, and a triplet's
 * marker only where one can stand (bar_allows): other tokens have probability zero.
 *
 * A bar whose latent's interval is not 0 copies what its pointer names moved by that interval, in the latent's scale: the
 * pointer's strongest bar, slot by slot, as it was decoded. */
#ifndef REFRAIN_ENGINE_DECODING_H
#define REFRAIN_ENGINE_DECODING_H

#include <stdatomic.h>

#include "engine/latent.h"
#include "engine/workspace.h"

typedef struct {
    int count;            /* bars, 1 .. workspace_window */
    int kept;             /* the first `kept` bars are given and stay; fewer than count */
    const Latent *latent; /* (count) whose z is decoded */
    int replaced; /* -1, or this is a variation of task 0 (of its count and latents, kept 0, greedy both) whose z and
                             interval at this bar are those of `replacement` */
    const Latent *replacement;
    float temperature;    /* 0 = greedy */
    const float *uniform; /* (count, BAR_STEPS) in [0, 1); wanted when temperature > 0 */
    Bar *bars;  /* (count) in: the guess, of so many steps a bar; of variations nothing; out: the bars */
    int passes; /* out: how many the fixed point took */
} DecodingTask;

/* Called once for each bar that a task decodes, in their order, when it stands: a variation's from `replaced` on, task 0
 * before all variations. logits (BAR_STEPS, BAR_TOKENS) are those that the bar was read from. */
typedef void DecodingListener(void *context, int task, int bar, const float *logits);

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
