#include "engine/measure/prior_measures.h"

#include <stdlib.h>
#include <string.h>

#include "engine/base/number.h"
#include "engine/learn/prior_fit.h"

enum {
    RANKED = 20, /* bars, the true one among them */
    RANK_EVERY = 2,
    DRAW_EVERY = 8,
    AHEAD_BARS = 8,
    JUDGES = 4, /* bars after whose nats count */
    NOTES_MIN = 3,
    FIND_TRIES = 2000,
    PRIME_BARS = 8,
    CONTINUED_BARS = 16,
    HEIGHT_MAX = 6, /* semitones that a bar of another melody may lie off */
};

bool prior_measures_init(PriorMeasures *m, const Corpus *corpus, Error *err) {
    *m = (PriorMeasures){.piece = calloc((size_t)corpus->count + 1, sizeof *m->piece)};
    if (!m->piece) return error_memory(err, "the figures");
    for (; m->count < corpus->count; m->count++)
        if (!prior_fit_read(&m->piece[m->count], corpus, m->count, err)) return false;
    return true;
}

void prior_measures_deinit(PriorMeasures *m) {
    for (int i = 0; i < m->count; i++) piece_deinit(&m->piece[i]);
    free(m->piece);
    *m = (PriorMeasures){0};
}

static void take_nats(Tally *tally, const Piece *piece, Drawer *drawer) {
    double sum = 0;
    for (int t = 0; t < piece->count; t++)
        sum += drawer_nats_sum(drawer_nats(drawer, piece, t, t + 1, piece->count - t));
    tally_add(tally, FIGURE_PRIOR_NATS, sum, piece->count);
}

/* ---- ranks ---- */

static double mean_pitch(const Bar *bar) {
    int notes = 0, sum = 0;
    for (int s = 0; s < BAR_STEPS; s++)
        if (bar_is_onset(bar->token[s])) notes++, sum += bar_pitch(bar->token[s]);
    return notes ? (double)sum / notes : 0;
}

/* Moves the bar from key to key and near to a height; false where it leaves the range of pitches. */
static bool fit_bar(Bar *bar, int interval, double height) {
    while (mean_pitch(bar) + interval - height > HEIGHT_MAX) interval -= 12;
    while (mean_pitch(bar) + interval - height < -HEIGHT_MAX) interval += 12;
    for (int s = 0; s < BAR_STEPS; s++) {
        if (!bar_is_onset(bar->token[s])) continue;
        const int token = bar->token[s] + interval;
        if (token < BAR_ONSET || token >= BAR_TOKENS) return false;
        bar->token[s] = (uint8_t)token;
    }
    return true;
}

/* A bar of another melody in the same meter and mode, moved to where bar t stands. */
static bool find_other(Bar *out, const PriorMeasures *m, int tune, const Bar *truth, bool silent, Rng *rng) {
    const Piece *piece = &m->piece[tune];
    const double height = mean_pitch(truth);
    for (int tries = 0; tries < FIND_TRIES; tries++) {
        const int i = rng_below(rng, m->count);
        const Piece *other = &m->piece[i];
        const Key from = other->header.key, to = piece->header.key;
        if (i == tune || other->steps != piece->steps || piece_mode(from) != piece_mode(to)) continue;
        const int u = rng_below(rng, other->count);
        if (piece_onsets(other, u) < NOTES_MIN) continue;
        piece_read_bar(other, u, out);
        if (silent && out->token[0] == BAR_HOLD) bar_cut_holds(out);
        if (fit_bar(out, to.tonic - from.tonic, height)) return true;
    }
    return false;
}

/* Minus the nats of a candidate that stands at t: after what is before it; and in between, with the bars after. */
static void score(double scores[2], Drawer *drawer, Piece *piece, int t) {
    const int end = number_min(t + 1 + JUDGES, piece->count);
    piece_count(piece, t, number_min(t + 1 + AHEAD_BARS, piece->count));
    scores[0] = -drawer_nats_sum(drawer_nats(drawer, piece, t, t + 1, 0));
    scores[1] =
        -drawer_nats_sum(drawer_nats(drawer, piece, t, number_min(t + 1 + AHEAD_BARS, piece->count), 0));
    for (int u = t + 1; u < end; u++) scores[1] -= drawer_nats_sum(drawer_nats(drawer, piece, u, u + 1, 0));
}

static void take_rank(Tally *tally, PriorMeasures *m, int tune, int t, Drawer *drawer, Rng *rng) {
    Piece *piece = &m->piece[tune];
    const PieceStyle style = piece->header.style;
    const bool silent = piece_bar(piece, t)[-1] == BAR_REST;
    bool first[2] = {true, true};
    double own[2], others[2];
    Bar truth, other;
    int found = 0;
    piece->header.style = PIECE_STYLE_UNTOLD;
    piece_read_bar(piece, t, &truth);
    score(own, drawer, piece, t);
    for (; found < RANKED - 1 && find_other(&other, m, tune, &truth, silent, rng); found++) {
        piece_write_bar(piece, t, &other);
        score(others, drawer, piece, t);
        for (int side = 0; side < 2; side++) first[side] &= own[side] >= others[side];
    }
    piece->header.style = style;
    piece_write_bar(piece, t, &truth);
    piece_count(piece, t, piece->count);
    if (found < RANKED - 1) return;
    tally_add(tally, FIGURE_PRIOR_RANK_FIRST_LEFT, first[0], 1);
    tally_add(tally, FIGURE_PRIOR_RANK_FIRST, first[1], 1);
}

/* ---- draws ---- */

/* The major scale that holds most of a piece's notes. */
static void find_scale(const Piece *piece, int in_scale[12]) {
    static const int MAJOR = 0xAB5;
    const int *class = piece->before[piece->count].class;
    int best = 0, most = -1;
    for (int tonic = 0; tonic < 12; tonic++) {
        int fit = 0;
        for (int c = 0; c < 12; c++) fit += MAJOR >> ((c - tonic + 12) % 12) & 1 ? class[c] : 0;
        if (fit > most) most = fit, best = tonic;
    }
    for (int c = 0; c < 12; c++) in_scale[c] = MAJOR >> ((c - best + 12) % 12) & 1;
}

static void take_draws(Tally *tally, Piece *piece, int t, Drawer *drawer, Rng *rng) {
    Bar drawn[DRAWER_CANDIDATES];
    int in_scale[12];
    find_scale(piece, in_scale);
    const int count =
        drawer_candidates(drawer, drawn, DRAWER_CANDIDATES, piece, t, 1, NULL, DRAWER_TEMPERATURE, rng);
    tally_add(tally, FIGURE_PRIOR_DISTINCT, count, DRAWER_CANDIDATES);
    for (int i = 0; i < count; i++)
        for (int s = 0; s < piece->steps; s++)
            if (bar_is_onset(drawn[i].token[s]))
                tally_add(tally, FIGURE_PRIOR_SCALE, in_scale[bar_pitch(drawn[i].token[s]) % 12], 1);
}

static bool take_continuation(Tally *tally, const Piece *piece, Reader *reader, uint64_t seed,
                              const atomic_bool *cancel, Error *err) {
    BarSequence prime = {.steps = piece->steps}, out = {0}, again = {0};
    const ComposeDrawing drawing = {
        .temperature = DRAWER_TEMPERATURE, .seed = seed, .like = {.header = {.key = piece->header.key}}};
    bool ok = bar_sequence_resize(&prime, PRIME_BARS, err);
    for (int t = 0; ok && t < PRIME_BARS; t++) piece_read_bar(piece, t, &prime.bar[t]);
    ok = ok &&
         compose_continue(reader, &out, &prime, CONTINUED_BARS - PRIME_BARS, drawing, (atomic_bool *)cancel,
                          err) &&
         compose_reconstruct(reader, &again, &out, (atomic_bool *)cancel, err);
    if (ok) {
        Piece whole = {0};
        ok = piece_init(&whole, piece->steps, CONTINUED_BARS, err);
        if (ok) piece_set_bars(&whole, out.bar, out.count);
        if (ok)
            tally_add(tally, FIGURE_PRIOR_CADENCE,
                      piece_closure(&whole, piece->header.key, out.count - 1) == CLOSURE_TONIC, 1);
        for (int t = PRIME_BARS; ok && t < out.count; t++)
            tally_add(tally, FIGURE_PRIOR_EXACT, bar_equal(&out.bar[t], &again.bar[t]), 1);
        piece_deinit(&whole);
    }
    bar_sequence_deinit(&prime);
    bar_sequence_deinit(&out);
    bar_sequence_deinit(&again);
    return ok;
}

bool prior_measures_take(Tally *tally, PriorMeasures *m, int tune, Reader *reader,
                         const FiguresOptions *options, Error *err) {
    Piece *piece = &m->piece[tune];
    const uint64_t seed = options->seed + (uint64_t)tune;
    Rng rng;
    if (piece->steps == 0) return true;
    Drawer *drawer = reader_drawer(reader, err);
    if (!drawer) return false;
    rng_seed(&rng, seed);
    take_nats(tally, piece, drawer);
    for (int t = 2; t + 2 < piece->count; t += RANK_EVERY)
        if (piece_onsets(piece, t) >= NOTES_MIN && piece_kind(piece, t) != RELATION_EXACT)
            take_rank(tally, m, tune, t, drawer, &rng);
    for (int t = 3; t + 3 < piece->count; t += DRAW_EVERY)
        if (piece_onsets(piece, t) >= NOTES_MIN) take_draws(tally, piece, t, drawer, &rng);
    if (options->cancel && atomic_load(options->cancel)) return error_set(err, "cancelled");
    return piece->count < CONTINUED_BARS ||
           take_continuation(tally, piece, reader, seed, options->cancel, err);
}
