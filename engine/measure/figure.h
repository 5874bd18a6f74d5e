/* Figure: what is measured, by name (figures.def), and the shapes that its numbers come in. */
#ifndef REFRAIN_ENGINE_MEASURE_FIGURE_H
#define REFRAIN_ENGINE_MEASURE_FIGURE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "engine/base/headway.h"

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
    Headway headway;
} FiguresOptions;

enum { FIGURES_METERS_MAX = 20, FIGURES_LENGTHS = 4, FIGURES_REGISTERS = 3 };

typedef struct {
    char name[20]; /* "all", a meter "4/4" or "4/4 triplets", a length "8", a register "low" */
    int windows, bars;
    double value[FIGURE_COUNT]; /* NaN where there is no case */
    double cases[FIGURE_COUNT]; /* what the mean is over */
} FiguresGroup;

/* What exact repeats cost by their distance to the nearest earlier copy, over the longest windows measured. */
typedef struct {
    int repeats;
    double mean, low_quartile, median, high_quartile; /* nats a bar; 0 when there are none */
} FiguresDistance;

#endif
