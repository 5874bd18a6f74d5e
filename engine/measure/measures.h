/* Measures: runs the model on a handful of windows and adds what is seen to a tally; the work behind figures. */
#ifndef REFRAIN_ENGINE_MEASURE_MEASURES_H
#define REFRAIN_ENGINE_MEASURE_MEASURES_H

#include "engine/compose.h"
#include "engine/measure/tally.h"
#include "engine/workspace.h"

/* Windows measured together: at most this many bars in all, so that a chunk is one batch. */
enum { MEASURES_ROWS = WORKSPACE_ROWS };

typedef struct {
    Bar bar[BAR_WINDOW];
    int count;
    int steps;
    int meter;     /* index of its meter */
    int range;     /* of its register */
    Bar donor;     /* the bar that replaces bar t0 in substitution */
    uint64_t seed; /* of its random numbers */
} MeasuresWindow;

/* A chunk of windows, MEASURES_ROWS bars at most. */
bool measures_take(Tally *tally, Reader *reader, const MeasuresWindow *window, int count,
                   const FiguresOptions *options, Error *err);

#endif
