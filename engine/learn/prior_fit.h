/* Prior fit: fits a Prior to the latents that a finished model gives the bars of a corpus.
 *
 * The model stays as it is. Two perceptrons learn by contrast (nn/contrast.h) which bars follow which: one reads what is before
 * a bar (prior_context.h) and becomes the prior's, the other reads the bar itself, its posterior's mean and, unless it only
 * repeats an earlier one, its notes. Exemplars are then posteriors of bars of the corpus: their keys are what the second
 * perceptron says of them, their biases the logarithms of how many bars each stands for. One in `repeat_every` of them is of a
 * bar that repeats, since such say little more than how far back.
 *
 * Every pass encodes the whole corpus anew, each melody transposed by -6 .. +6 semitones within range; exemplars are of the
 * last one. Same model, corpus, options: the same prior, bit for bit. Called from one thread; costs the encoding of `passes`
 * corpora (some thousand bars a second) and about 10 ms a step. */
#ifndef REFRAIN_ENGINE_LEARN_PRIOR_FIT_H
#define REFRAIN_ENGINE_LEARN_PRIOR_FIT_H

#include <stdatomic.h>

#include "engine/learn/corpus.h"
#include "engine/nn/prior.h"

typedef struct {
    uint64_t seed;
    long steps;
    int passes; /* transposed readings of the corpus, 1 .. steps */
    int rows;   /* bars of a step */
    float rate; /* peak learning rate; warms up over a tenth, then a cosine down to nearly nothing */
    int repeat_every;
    int hidden, blocks, match, exemplars; /* as in PriorConfig; never more exemplars than bars */
} PriorFitOptions;

extern const PriorFitOptions PRIOR_FIT_OPTIONS_DEFAULT;

typedef struct PriorFit PriorFit;

/* model and corpus are borrowed until prior_fit_free. */
PriorFit *prior_fit_new(const Model *model, const Corpus *corpus, const PriorFitOptions *options, Error *err);
void prior_fit_free(PriorFit *fit);
bool prior_fit_finished(const PriorFit *fit);
/* One step; a pass's first one encodes the corpus, which takes a while. False when cancelled (text "cancelled") or out of
 * memory. gain: nats by which what came before tells a step's bar from its `rows` - 1 others; log(rows) at most. */
bool prior_fit_step(PriorFit *fit, double *gain, atomic_bool *cancel, Error *err);
/* Chooses the exemplars and hands the prior over, once, after the last step. Null: out of memory. */
Prior *prior_fit_take(PriorFit *fit, Error *err);

#endif
