/* Figures: how well a model does on a corpus, as `refrain eval` prints it and as training chooses by.
 *
 * Windows do not overlap: `window` bars from bar 1 of each melody on, the rest if it has at least 4 bars; windows without
 * any onset are left out. Original key, posterior means, greedy decoding under the rule that pads stand where they must.
 * In substitution, bar t0 is the earliest first occurrence with a later relative (else the first bar with an onset), and
 * the bar that replaces it is the first bar with an onset of the next window of the same meter in corpus order,
 * cyclically; bars before t0 are left out.
 *
 * Everything is deterministic in (model, corpus, seed), whatever the number of threads: each window has its own random
 * numbers, and sums are added in window order. */
#ifndef REFRAIN_ENGINE_MEASURE_FIGURES_H
#define REFRAIN_ENGINE_MEASURE_FIGURES_H

#include "engine/learn/corpus.h"
#include "engine/measure/figure.h"
#include "engine/nn/model.h"

typedef struct {
    FiguresGroup all;
    FiguresGroup meter[FIGURES_METERS_MAX]; /* in order of appearance; further ones are only in all */
    int meters;
    FiguresGroup length[FIGURES_LENGTHS];
    FiguresGroup
        range[FIGURES_REGISTERS]; /* low, middle and high third of the pitches, by a window's middle note */
    int lengths;                  /* 0, or all that the model can see at once */
    FiguresDistance distance[BAR_WINDOW]; /* index = bars back, from 1 */
} Figures;

/* Fails with a sentence when the corpus has no window, when cancelled ("cancelled"), or when memory is out. */
bool figures_measure(Figures *out, const Model *model, const Corpus *corpus, const FiguresOptions *options,
                     Error *err);
/* Has this value been reached? True where there is nothing to reach or no case. */
bool figures_reached(Figure figure, double value);

#endif
