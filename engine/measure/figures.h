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

#include <stdatomic.h>

#include "engine/learn/corpus.h"
#include "engine/nn/model.h"

typedef enum {
#define FIGURE(NAME, key, reach, meaning) FIGURE_##NAME,
#include "engine/measure/figures.def"
    FIGURE_COUNT
} Figure;

typedef struct {
    const char *key; /* as in JSON */
    double reach;    /* at least (positive), at most (negative: its absolute value), 0 = nothing to reach */
    const char *meaning;
} FigureInfo;

extern const FigureInfo FIGURE_INFO[FIGURE_COUNT];

typedef struct {
    int window;     /* bars; 0 = 16 */
    int threads;    /* 0 = 1 */
    uint64_t seed;  /* of posterior samples and random knock-outs */
    bool knockout;  /* measure these three as well: dearer */
    bool influence; /* .. and these six: dearest, some 50 decodings a window */
    bool lengths;   /* repeat everything but knock-out and influence with windows of 8, 16, 32 and 64 bars */
    const atomic_bool *cancel; /* may be null */
} FiguresOptions;

enum { FIGURES_METERS_MAX = 12, FIGURES_LENGTHS = 4 };

typedef struct {
    char name[12]; /* "all", a meter "4/4", or a length "8" */
    int windows, bars;
    double value[FIGURE_COUNT]; /* NaN where there is no case */
    double cases[FIGURE_COUNT]; /* what the mean is over */
} FiguresGroup;

/* What exact repeats cost by their distance to the nearest earlier copy, over the longest windows measured. */
typedef struct {
    int repeats;
    double mean, low_quartile, median, high_quartile; /* nats a bar; 0 when there are none */
} FiguresDistance;

typedef struct {
    FiguresGroup all;
    FiguresGroup meter[FIGURES_METERS_MAX]; /* in order of appearance; further ones are only in all */
    int meters;
    FiguresGroup length[FIGURES_LENGTHS];
    int lengths;                          /* 0, or all that the model can see at once */
    FiguresDistance distance[BAR_WINDOW]; /* index = bars back, from 1 */
} Figures;

/* Fails with a sentence when the corpus has no window, when cancelled ("cancelled"), or when memory is out. */
bool figures_measure(Figures *out, const Model *model, const Corpus *corpus, const FiguresOptions *options,
                     Error *err);
/* Has this value been reached? True where there is nothing to reach or no case. */
bool figures_reached(Figure figure, double value);

#endif
