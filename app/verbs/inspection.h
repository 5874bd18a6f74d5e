/* Inspection: all that refrain knows about one melody, made once and then printed, written as JSON or drawn.
 *
 * The model sees a window of bars at once; longer melodies are read as consecutive windows, so references, attention and
 * influence of a bar reach back to the beginning of its window. The symbolic repeats span the whole melody. */
#ifndef REFRAIN_APP_VERBS_INSPECTION_H
#define REFRAIN_APP_VERBS_INSPECTION_H

#include <stdatomic.h>

#include "app/verbs/written_bars.h"
#include "engine/compose.h"

typedef struct {
    const char *title, *model_name; /* borrowed */
    const Score *score;             /* borrowed */
    const BarSequence *bars;        /* borrowed */
    Analysis *analysis;             /* owned */
    WrittenBars written;            /* owned; the same, by the bars on the page */
} Inspection;

/* Analyses the melody; the borrowed parts must be set. influence: measure it too, which takes a hundred times as long. */
bool inspection_make(Inspection *inspection, Reader *reader, bool influence, atomic_bool *cancel, Error *err);
void inspection_deinit(Inspection *inspection); /* leaves what was borrowed */

/* The meter of bar 1: a pickup tells none. */
Meter inspection_meter(const Inspection *inspection);
/* The key that the file tells, else the one that the notes do. */
Key inspection_key(const Inspection *inspection);
const char *inspection_repeat_name(StructureKind kind); /* "exact", "near", "moved", "near-moved", "none" */

/* Writes the whole as JSON, malloc'ed text; null when out of memory. Keys are in "refrain help inspect". */
char *inspection_json(const Inspection *inspection);

#endif
