/* Composer: what compose.c and compose_analysis.c share; private to the two. */
#ifndef REFRAIN_ENGINE_COMPOSER_H
#define REFRAIN_ENGINE_COMPOSER_H

#include "engine/compose.h"
#include "engine/decoding.h"
#include "engine/workspace.h"

struct Composer {
    Workspace work;
    int window; /* bars that the model sees at once */
};

/* Latents of rows [row, row + count) of the last workspace_encode, z = mu. */
void composer_read_latents(Latent *out, const Workspace *work, int row, int count);
/* Posterior of at most `window` bars; leaves the encoder's activations in the workspace. */
bool composer_encode_window(Composer *composer, Latent *out, const Bar *bars, int count, Error *err);

#endif
