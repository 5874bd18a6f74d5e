/* Written bars: what the model found out about its bars, told of the bars on the page.
 *
 * The model reads a long bar in parts and short ones several at a time (engine/music/grouping.h). A written bar costs what its
 * parts cost together, or its share of the model bar that holds it; its references are theirs, as references to written bars,
 * weighted by the steps that they speak for. Its repeat and its form are found in the notes again. Where every model bar is a
 * written one, all is as the analysis says. */
#ifndef REFRAIN_APP_VERBS_WRITTEN_BARS_H
#define REFRAIN_APP_VERBS_WRITTEN_BARS_H

#include "engine/analysis.h"

enum { WRITTEN_BARS_USES_MAX = 64 }; /* bars that one bar uses; more cannot have so much weight each */

typedef struct {
    int number; /* what people call it */
    Meter meter;
    int steps;              /* sixteenths that the model reads of it */
    int first, models;      /* the model bars that it has, and how many; one where it is held with others */
    int from;               /* its first step in that one */
    float cost, taken;      /* nats; share that is taken from earlier bars */
    StructureRepeat repeat; /* of: a written bar */
} WrittenBar;

typedef struct {
    WrittenBar *bar; /* owned */
    int count;
    const Analysis *analysis; /* these are borrowed */
    const BarSequence *bars;
    const Timeline *timeline;
} WrittenBars;

/* False when memory is short. */
bool written_bars_make(WrittenBars *out, const Analysis *analysis, const BarSequence *bars,
                       const Timeline *timeline, Error *err);
void written_bars_deinit(WrittenBars *written);

/* The earlier bars that bar t uses, in their order, those of REFERENCE_MIN or more; returns how many, at most `capacity`. Bars are
 * indices of written bars; slots say nothing. A bar that is used by two intervals comes twice. */
int written_bars_uses(const WrittenBars *written, int t, Reference *out, int capacity);
/* The later bars whose output moves when this one's latent is taken away, likewise; none where influence is not measured. */
int written_bars_moves(const WrittenBars *written, int t, int *out, int capacity);
/* Token `step` of bar t. */
uint8_t written_bars_token(const WrittenBars *written, int t, int step);

#endif
