#include <string.h>

#include "engine/compose_private.h"

/* Variations of bars first .. first + count - 1, each different from all before; returns how many. */
static int vary(Drawer *drawer, Bar *out, Piece *piece, const ComposeChoice *choice, Rng *rng) {
    int found = 0;
    for (bool more = true; more && found < DRAWER_CANDIDATES; found += more) {
        Bar *run = out + found * choice->count;
        more = false;
        for (int i = 0; i < choice->count; i++) {
            Bar avoid[DRAWER_CANDIDATES];
            piece_read_bar(piece, choice->first + i, &run[i]);
            for (int k = 0; k < found; k++) avoid[k] = out[k * choice->count + i];
            if (choice->locked[i] || !bar_has_onset(&run[i])) continue;
            more |= drawer_vary(drawer, &run[i], piece, choice->first + i, choice->strength, avoid, found,
                                choice->temperature, rng);
        }
    }
    return found;
}

static bool choose(Reader *reader, BarSequence *out, const BarSequence *result, const ComposeChoice *choice,
                   Error *err) {
    Drawer *drawer = reader_drawer(reader, err);
    Piece piece = {0};
    Rng rng;
    rng_seed(&rng, choice->seed);
    *out = (BarSequence){.steps = result->steps};
    if (!drawer || !compose_read_piece(&piece, result->bar, result->count, result->steps, 0, err) ||
        !bar_sequence_resize(out, DRAWER_CANDIDATES * choice->count, err)) {
        piece_deinit(&piece);
        return false;
    }
    if (choice->key.known) piece.header.key = choice->key;
    int found = choice->strength > 0 ? vary(drawer, out->bar, &piece, choice, &rng) : 0;
    if (found == 0) /* nor is there much to vary in silence */
        found = drawer_candidates(drawer, out->bar, DRAWER_CANDIDATES, &piece, choice->first, choice->count,
                                  choice->locked, choice->temperature, &rng);
    piece_deinit(&piece);
    out->count = found * choice->count;
    out->octave_shift = result->octave_shift;
    return found > 0 ||
           error_set(err, "No other bar was found here: try another :seed or a higher :temperature.");
}

static bool check_bars(const Reader *reader, const BarSequence *result, const ComposeChoice *choice,
                       Error *err) {
    bool fine = compose_can_draw(reader, result);
    for (int t = choice->first; fine && t < choice->first + choice->count; t++)
        fine = bar_steps(&result->bar[t]) == result->steps;
    return fine ||
           error_set(err, "Only whole bars of 4/4, 3/4 or 6/8 can be drawn, in a song that keeps its meter.");
}

bool compose_choices(Reader *reader, BarSequence *out, const ComposeRequest *request,
                     const ComposeChoice *choice, atomic_bool *cancel, Error *err) {
    BarSequence result = {0};
    LatentSequence z = {0};
    if (!model_prior(reader->work.model))
        return error_set(err, "This model cannot draw bars: refrain train-prior teaches it.");
    bar_sequence_deinit(out);
    const bool done = compose_result(reader, &result, &z, request, NULL, cancel, err) &&
                      check_bars(reader, &result, choice, err) && choose(reader, out, &result, choice, err);
    bar_sequence_deinit(&result);
    latent_sequence_deinit(&z);
    return done;
}
