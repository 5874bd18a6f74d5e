#include "engine/compose.h"

#include <string.h>

#include "engine/base/number.h"
#include "engine/compose_private.h"

bool compose_decode_part(Reader *reader, Bar *bars, const Latent *latent, int from, int to,
                         atomic_bool *cancel, Error *err) {
    DecodingTask task = {.count = to, .kept = from, .latent = latent, .replaced = -1, .bars = bars};
    return decoding_run(&reader->work, &task, 1, NULL, NULL, cancel, err);
}

/* ---- with a fitted prior ---- */

bool compose_can_draw(const Reader *reader, const BarSequence *bars) {
    bool can = model_prior(reader->work.model) && (bars->steps == 16 || bars->steps == 12);
    for (int t = 1; can && t + 1 < bars->count; t++) can = bar_steps(&bars->bar[t]) == bars->steps;
    return can;
}

bool compose_read_piece(Piece *piece, const Bar *bars, int count, int steps, int more, Error *err) {
    if (!piece_init(piece, steps, count + more, err)) return false;
    piece_set_bars(piece, bars, count);
    piece->pickup = piece_begins_with_pickup(piece);
    piece->compound = piece_beats_in_sixes(piece);
    piece_describe(piece, &piece->header);
    piece->header.key = piece_key(piece, count, false);
    return true;
}

/* The piece's last bar after those that stand before it. */
static bool encode_last(Reader *reader, Latent *out, const Piece *piece, const Bar *before, int begin,
                        Error *err) {
    Bar bars[BAR_WINDOW];
    Latent latent[BAR_WINDOW];
    const int count = piece->count - begin;
    memcpy(bars, before + begin, (size_t)(count - 1) * sizeof *bars);
    piece_read_bar(piece, piece->count - 1, &bars[count - 1]);
    if (!reader_encode(reader, latent, bars, count, err)) return false;
    *out = latent[count - 1];
    return true;
}

bool compose_draw(Reader *reader, Latent *out, const Bar *bars, int begin, int count, int steps,
                  const BarSequence *like, float temperature, Rng *rng, Error *err) {
    Drawer *drawer = reader_drawer(reader, err);
    Piece piece = {0}, model = {0};
    const DrawerTask task = {.bars = 1, .temperature = temperature};
    bool drawn = drawer && compose_read_piece(&piece, bars, count, steps, 1, err);
    if (drawn && count == 0 && like && compose_read_piece(&model, like->bar, like->count, steps, 0, err))
        piece.header = model.header;
    drawn = drawn && drawer_extend(drawer, &piece, &task, rng, NULL, err) &&
            encode_last(reader, out, &piece, bars, begin, err);
    piece_deinit(&piece);
    piece_deinit(&model);
    return drawn;
}

/* Nothing to go on from: an outline among those that the prior holds. */
static void begin_piece(const Drawer *drawer, Piece *piece, const ComposeDrawing *drawing, Rng *rng) {
    PieceOutline wish = drawing->like;
    wish.steps = piece->steps;
    const PieceOutline outline = drawer_outline(drawer, &wish, rng);
    piece_begin(piece, &outline);
}

static bool continue_fitted(Reader *reader, BarSequence *out, int known, const ComposeDrawing *drawing,
                            Rng *rng, atomic_bool *cancel, Error *err) {
    Drawer *drawer = reader_drawer(reader, err);
    Piece piece = {0};
    if (!drawer || !compose_read_piece(&piece, out->bar, known, out->steps, out->count - known, err))
        return false;
    if (drawing->like.header.key.known) piece.header.key = drawing->like.header.key;
    if (known == 0) begin_piece(drawer, &piece, drawing, rng);
    const DrawerTask task = {.bars = out->count - known,
                             .plans_end = !drawing->opens,
                             .closes = !drawing->opens,
                             .may_rest = known == 0,
                             .temperature = drawing->temperature};
    const bool drawn = drawer_extend(drawer, &piece, &task, rng, cancel, err);
    for (int t = known; drawn && t < out->count; t++) piece_read_bar(&piece, t, &out->bar[t]);
    piece_deinit(&piece);
    return drawn;
}

/* ---- from N(0, 1) ---- */

/* `history` bars that are there, `fresh` that are wanted after them. */
static bool continue_standard(Reader *reader, Bar *bars, int history, int fresh, float temperature, Rng *rng,
                              atomic_bool *cancel, Error *err) {
    Latent latent[BAR_WINDOW] = {0};
    if (history > 0 && !reader_encode(reader, latent, bars, history, err)) return false;
    for (int t = history; t < history + fresh; t++) latent_sample_prior(latent[t].z, temperature, rng);
    return compose_decode_part(reader, bars, latent, history, history + fresh, cancel, err);
}

/* Parts of at most half a window follow one another, so that there is always at least half a window of history. */
static bool continue_in_parts(Reader *reader, BarSequence *out, int known, const ComposeDrawing *drawing,
                              Rng *rng, atomic_bool *cancel, Error *err) {
    while (known < out->count) {
        const int fresh = number_min(out->count - known, (reader->window + 1) / 2),
                  history = number_min(known, reader->window - fresh);
        if (!continue_standard(reader, out->bar + known - history, history, fresh, drawing->temperature, rng,
                               cancel, err))
            return false;
        known += fresh;
    }
    return true;
}

bool compose_continue(Reader *reader, BarSequence *out, const BarSequence *prime, int count,
                      ComposeDrawing drawing, atomic_bool *cancel, Error *err) {
    int steps = prime->steps ? prime->steps : BAR_STEPS, octave_shift = prime->octave_shift,
        known = prime->count;
    if (count < 1) return error_set(err, "A continuation needs at least one bar: ask for 1 or more.");
    if (!compose_begin_bars(out, known + count, steps, prime, err)) return false;
    out->octave_shift = octave_shift;
    Rng rng;
    rng_seed(&rng, drawing.seed);
    const bool fitted = compose_can_draw(reader, out);
    if (!(fitted ? continue_fitted : continue_in_parts)(reader, out, known, &drawing, &rng, cancel, err))
        return false;
    bar_sequence_repair(out);
    return true;
}
