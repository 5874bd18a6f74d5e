/* Prior measures: how good the bars are that a model's prior draws, measured melody by melody; adds to a tally.
 *
 * Nats: what a bar costs after the bars before it, with style, key and end told. Rank: the true bar among itself and 19 bars of
 * other melodies of the corpus, moved to its key and height; places are every second bar that has three notes and is no exact
 * repeat. Draws: the eight candidates in place of every eighth one. Continuations: the first eight bars gone on from to the sixteenth. */
#ifndef REFRAIN_ENGINE_MEASURE_PRIOR_MEASURES_H
#define REFRAIN_ENGINE_MEASURE_PRIOR_MEASURES_H

#include "engine/compose.h"
#include "engine/draw/drawer.h"
#include "engine/learn/corpus.h"
#include "engine/measure/tally.h"

/* The melodies of a corpus as pieces. */
typedef struct {
    Piece *piece; /* owned */
    int count;
} PriorMeasures;

bool prior_measures_init(PriorMeasures *measures, const Corpus *corpus, Error *err);
void prior_measures_deinit(PriorMeasures *measures);
/* Melody `tune` of the corpus. The reader's model has a prior. */
bool prior_measures_take(Tally *tally, PriorMeasures *measures, int tune, Reader *reader,
                         const FiguresOptions *options, Error *err);

#endif
