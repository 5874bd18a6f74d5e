/* Inspection: all that refrain knows about one melody, made once and then printed, written as JSON or drawn.
 *
 * The model sees BAR_WINDOW bars at once; longer melodies are read as consecutive windows, so references, attention and
 * influence of a bar reach back to the beginning of its window. The symbolic repeats span the whole melody. */
#ifndef REFRAIN_APP_VERBS_INSPECTION_H
#define REFRAIN_APP_VERBS_INSPECTION_H

#include <stdatomic.h>

#include "engine/analysis.h"
#include "engine/compose.h"

typedef struct {
    const char *title, *model_name; /* borrowed */
    const Melody *melody;           /* borrowed */
    const BarSequence *bars;        /* borrowed */
    StructureRepeat *repeat;        /* (bars->count), owned */
    Analysis **window;              /* (window_count), owned; with influence */
    int window_count;
} Inspection;

/* A bar as its window knows it. */
typedef struct {
    const Analysis *analysis;
    int first; /* the window's first bar within the melody */
    int t;     /* the bar within the window */
} InspectionBar;

/* Analyses the melody; the borrowed parts must be set. */
bool inspection_make(Inspection *inspection, Composer *composer, atomic_bool *cancel, Error *err);
void inspection_deinit(Inspection *inspection); /* leaves what was borrowed */

InspectionBar inspection_bar(const Inspection *inspection, int bar);
/* The mean of the slots' gates: how much of the bar is taken from earlier ones. */
float inspection_gate(InspectionBar bar);
float inspection_reference(InspectionBar bar, int k); /* weight with which it refers to bar k of its window */
float inspection_influence(InspectionBar bar, int k); /* how far it moves without the latent of bar k */
const char *inspection_repeat_name(StructureKind kind); /* "exact", "near", "transposed", "none" */

/* Writes the whole as JSON, malloc'ed text; null when out of memory. Keys are in "refrain help inspect". */
char *inspection_json(const Inspection *inspection);

#endif
