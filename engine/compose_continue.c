#include "engine/base/number.h"
#include "engine/compose.h"

#include <string.h>

#include "engine/compose_private.h"
#include "engine/prior_context.h"

/* A piece of the continuation: `history` bars that are there, `fresh` that are wanted after them. */
typedef struct {
    Bar *bars;
    int history, fresh, steps;
    int index; /* of bars[0] in the melody */
    const ComposeDrawing *drawing;
    Rng *rng;
    Latent latent[BAR_WINDOW];
} Piece;

bool compose_decode_part(Reader *reader, Bar *bars, const Latent *latent, int from, int to,
                         atomic_bool *cancel, Error *err) {
    DecodingTask task = {.count = to, .kept = from, .latent = latent, .replaced = -1, .bars = bars};
    return decoding_run(&reader->work, &task, 1, NULL, NULL, cancel, err);
}

static bool decode(Reader *reader, Piece *piece, int from, int to, atomic_bool *cancel, Error *err) {
    return compose_decode_part(reader, piece->bars, piece->latent, from, to, cancel, err);
}

bool compose_draw(Reader *reader, float *z, const Bar *bars, int count, int steps, int index,
                  const BarSequence *like, float temperature, Rng *rng, Error *err) {
    const Prior *prior = model_prior(reader->work.model);
    float context[PRIOR_CONTEXT_SIZE];
    if (!reader->prior_acts) reader->prior_acts = prior_acts_new(prior_config(prior), err);
    if (!reader->prior_acts) return false;
    prior_context(context, bars, count, steps, index);
    if (like && count == 0) prior_context_key(context, like->bar, like->count);
    prior_draw(prior, reader->prior_acts, z, context, temperature, rng);
    return true;
}

/* Each bar is drawn after the notes of those before it, so it must be decoded before the next one can be. */
static bool draw_fitted(Reader *reader, Piece *piece, atomic_bool *cancel, Error *err) {
    for (int t = piece->history; t < piece->history + piece->fresh; t++)
        if (!compose_draw(reader, piece->latent[t].z, piece->bars, t, piece->steps, piece->index + t, NULL,
                          piece->drawing->temperature, piece->rng, err) ||
            !decode(reader, piece, t, t + 1, cancel, err))
            return false;
    return true;
}

static bool continue_piece(Reader *reader, Piece *piece, atomic_bool *cancel, Error *err) {
    const int history = piece->history, end = history + piece->fresh;
    const bool fitted = model_prior(reader->work.model) && !piece->drawing->standard;
    if (history > 0 && !reader_encode(reader, piece->latent, piece->bars, history, err)) return false;
    if (fitted) return draw_fitted(reader, piece, cancel, err);
    for (int t = history; t < end; t++)
        latent_sample_prior(piece->latent[t].z, piece->drawing->temperature, piece->rng);
    return decode(reader, piece, history, end, cancel, err);
}

/* Pieces of at most half a window follow one another, so that there is always at least half a window of
 * history. */
bool compose_continue(Reader *reader, BarSequence *out, const BarSequence *prime, int count,
                      ComposeDrawing drawing, atomic_bool *cancel, Error *err) {
    int steps = prime->steps ? prime->steps : BAR_STEPS, octave_shift = prime->octave_shift,
        known = prime->count;
    if (count < 1) return error_set(err, "A continuation needs at least one bar: ask for 1 or more.");
    int total = known + count;
    if (!compose_begin_bars(out, total, steps, prime, err)) return false;
    out->octave_shift = octave_shift;
    Rng rng;
    rng_seed(&rng, drawing.seed);
    while (known < total) {
        Piece piece = {.steps = steps, .drawing = &drawing, .rng = &rng};
        piece.fresh = number_min(total - known, (reader->window + 1) / 2);
        piece.history = number_min(known, reader->window - piece.fresh);
        piece.index = known - piece.history;
        piece.bars = out->bar + piece.index;
        if (!continue_piece(reader, &piece, cancel, err)) return false;
        known += piece.fresh;
    }
    bar_sequence_repair(out);
    return true;
}
