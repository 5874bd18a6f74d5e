/* Slow decoding: bar after bar in the obvious way, to hold the fast one against. */
#ifndef REFRAIN_TESTS_SUPPORT_SLOW_DECODING_H
#define REFRAIN_TESTS_SUPPORT_SLOW_DECODING_H

#include "engine/bar.h"
#include "engine/latent.h"
#include "engine/nn/model.h"

/* logits (BAR_STEPS, BAR_TOKENS) of the last of count bars, from those before it and the latents. */
void slow_decoding_logits(float *logits, const Model *model, const Bar *bars, const Latent *latent,
                          int count);
/* Each bar sees only what was decoded before it. uniform (count, BAR_STEPS) may be null when temperature is 0. */
void slow_decoding(Bar *out, const Model *model, const Latent *latent, int count, int steps,
                   float temperature, const float *uniform);

#endif
