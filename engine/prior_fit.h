/* Prior fit: fits a Prior to the latents that a finished model gives the bars of a corpus.
 *
 * The model stays as it is. Every pass encodes the whole corpus anew, each melody transposed by -6 .. +6 semitones within
 * range. The first pass also yields the exemplars: posteriors of bars drawn from it, one in `repeat_every` of a bar that
 * repeats an earlier one, since those say little more than how far back. Same model, corpus, options: the same prior, bit
 * for bit. Called from one thread; costs the encoding of `passes` corpora (some thousand bars a second) and about 10 ms a
 * step. */
#ifndef REFRAIN_ENGINE_PRIOR_FIT_H
#define REFRAIN_ENGINE_PRIOR_FIT_H

#include <stdatomic.h>

#include "engine/corpus.h"
#include "engine/nn/prior.h"

typedef struct {
    uint64_t seed;
    long steps;
    int passes; /* transposed readings of the corpus, 1 .. steps */
    int rows;   /* bars of a step */
    float rate; /* peak learning rate; warms up over a tenth, then a cosine down to nearly nothing */
    int repeat_every;
    int hidden, blocks, exemplars; /* as in PriorConfig; never more exemplars than bars */
} PriorFitOptions;

extern const PriorFitOptions PRIOR_FIT_OPTIONS_DEFAULT;

typedef struct PriorFit PriorFit;

/* model and corpus are borrowed until prior_fit_free. */
PriorFit *prior_fit_new(const Model *model, const Corpus *corpus, const PriorFitOptions *options, Error *err);
void prior_fit_free(PriorFit *fit);
bool prior_fit_finished(const PriorFit *fit);
/* One step; a pass's first one encodes the corpus, which takes a while. False when cancelled (text "cancelled") or out of
 * memory. gain: nats a bar by which knowing what came before helps to foretell this step's bars. */
bool prior_fit_step(PriorFit *fit, double *gain, atomic_bool *cancel, Error *err);
/* Hands the prior over. */
Prior *prior_fit_take(PriorFit *fit);

#endif
