/* Composer: what compose.c, compose_analysis.c and compose_continue.c share; private to these. */
#ifndef REFRAIN_ENGINE_COMPOSER_H
#define REFRAIN_ENGINE_COMPOSER_H

#include "engine/compose.h"
#include "engine/decoding.h"
#include "engine/nn/prior.h"
#include "engine/workspace.h"

struct Composer {
    Workspace work;
    int window;            /* bars that the model sees at once */
    PriorActs *prior_acts; /* one row; made when the first bar is drawn from a fitted prior */
};

/* Latents of rows [row, row + count) of the last workspace_encode, z = mu. */
void composer_read_latents(Latent *out, const Workspace *work, int row, int count);
/* Posterior of at most `window` bars; leaves the encoder's activations in the workspace. */
bool composer_encode_window(Composer *composer, Latent *out, const Bar *bars, int count, Error *err);
/* `count` bars in out: the guess where there is one of the same kind, rests elsewhere. */
bool composer_begin_bars(BarSequence *out, int count, int steps, const BarSequence *guess, Error *err);
/* Decodes bars from .. to - 1 of a window, from < to; what is before them stands. */
bool composer_decode_part(Composer *composer, Bar *bars, const Latent *latent, int steps, int from, int to,
                          atomic_bool *cancel, Error *err);
/* z of the bar after bars[0 .. count - 1], which is bar `index` of its melody, from the fitted prior that the model has. Where
 * there are no bars it is in the key of like, which may be null. */
bool composer_draw(Composer *composer, float *z, const Bar *bars, int count, int steps, int index,
                   const BarSequence *like, float temperature, Rng *rng, Error *err);

#endif
