/* What compose.c, compose_analysis.c and compose_continue.c share; private to these. */
#ifndef REFRAIN_ENGINE_COMPOSE_PRIVATE_H
#define REFRAIN_ENGINE_COMPOSE_PRIVATE_H

#include "engine/compose.h"
#include "engine/decoding.h"

/* `count` bars in out: the guess where there is one of the same kind, rests elsewhere. */
bool compose_begin_bars(BarSequence *out, int count, int steps, const BarSequence *guess, Error *err);
/* Decodes bars from .. to - 1 of a window, from < to; what is before them stands. */
bool compose_decode_part(Reader *reader, Bar *bars, const Latent *latent, int from, int to,
                         atomic_bool *cancel, Error *err);
/* z of the bar after bars[0 .. count - 1], which is bar `index` of its melody, from the fitted prior that the model has. Where
 * there are no bars it is in the key of like, which may be null. */
bool compose_draw(Reader *reader, float *z, const Bar *bars, int count, int steps, int index,
                  const BarSequence *like, float temperature, Rng *rng, Error *err);

#endif
