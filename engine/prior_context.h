/* Prior context: what a bar's prior is told of the bars before it, as numbers of the order of one.
 *
 * Everything is read from the notes, so that new bars are drawn after what really sounds, whether it was written by hand or
 * drawn before: the key (pitch classes of everything and of the last two bars), the bars 1, 2, 4 and 8 back step by step,
 * the phrase's form so far (how alike the last two bars are to those up to 16 bars before them), the place in the phrase.
 *
 * Bars are as bar_sequence_repair leaves them: a hold stands only where a note sounds. */
#ifndef REFRAIN_ENGINE_PRIOR_CONTEXT_H
#define REFRAIN_ENGINE_PRIOR_CONTEXT_H

#include "engine/bar.h"

enum {
    PRIOR_CONTEXT_LAGS = 4,       /* bars 1, 2, 4, 8 back */
    PRIOR_CONTEXT_DISTANCES = 16, /* how far back likeness is looked for */
    PRIOR_CONTEXT_PHRASE = 16,    /* bars of a phrase, for the place in it */
    PRIOR_CONTEXT_SIZE = 3 * 12 + PRIOR_CONTEXT_LAGS * (3 * BAR_STEPS + 1) + 2 * PRIOR_CONTEXT_DISTANCES +
                         PRIOR_CONTEXT_PHRASE + 3 + 1,
};

/* context[PRIOR_CONTEXT_SIZE] of the bar after bars[0 .. count - 1], which is bar `index` of its melody. */
void prior_context(float *context, const Bar *bars, int count, int steps, int index);
/* The same for a first bar, which has none before it, but shall be in the key of other bars. */
void prior_context_key(float *context, const Bar *bars, int count);

/* What bars[count], after those before it, is matched by: its notes, as above. feature[PRIOR_BAR_SIZE]. */
enum { PRIOR_BAR_SIZE = 12 + 3 * BAR_STEPS + 1 };
void prior_bar(float *feature, const Bar *bars, int count);

#endif
