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
/* Can the prior that the model has, if any, draw bars for this music? Its bars are all of 16 or all of 12 sixteenths, but that the
 * first and the last may be shorter. */
bool compose_can_draw(const Reader *reader, const BarSequence *bars);
/* Latent of a bar drawn after bars[0 .. count - 1] with the prior that the model has, as the encoder reads it in a window that
 * begins at bar `begin`. Where there are no bars it is in the key of like, which may be null. */
bool compose_draw(Reader *reader, Latent *out, const Bar *bars, int begin, int count, int steps,
                  const BarSequence *like, float temperature, Rng *rng, Error *err);

/* A melody to be drawn on, with room for more bars, and what its notes tell of it; deinit it. */
bool compose_read_piece(Piece *piece, const Bar *bars, int count, int steps, int more, Error *err);

#endif
