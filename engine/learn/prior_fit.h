/* Prior fit: teaches the form model and the content model (engine/draw/form.h, engine/content.h) the melodies of a corpus.
 *
 * Both read notes alone and know nothing of a Model, so a Prior fits every model. The form model learns first, from every bar;
 * then the content model, from all bars but most exact repeats, last bars counting four times. Each bar is shown in a situation
 * drawn at random: with the bars after it or without, with its style, key, end, density, register, plan told or not, with some
 * of its slots or its rhythm known. Loss: nats a bar, see form_nats and content_nats. Adam (Kingma and Ba 2015) with decoupled
 * decay, warm-up, a plateau and a cosine; dropout of switches and units that ends with the last quarter.
 *
 * Beside the networks it counts which slots near copies keep, and keeps the headers of a few hundred melodies: what whole
 * pieces are like (8 numbers each, from which no melody can be told). Same corpus, same options: the same prior, bit for bit.
 * Called from one thread; 95,000 bars take about two minutes of one core. */
#ifndef REFRAIN_ENGINE_LEARN_PRIOR_FIT_H
#define REFRAIN_ENGINE_LEARN_PRIOR_FIT_H

#include "engine/learn/corpus.h"
#include "engine/nn/prior.h"
#include "engine/draw/piece.h"

typedef struct {
    uint64_t seed;
    long steps; /* of the content model; 0 = `passes` over the corpus, and at least PRIOR_FIT_STEPS_MIN */
    double passes, form_passes;
    int form_hidden, content_hidden;
    float input_dropout, hidden_dropout;
} PriorFitOptions;

enum { PRIOR_FIT_STEPS_MIN = 300, PRIOR_FIT_HEADERS_MAX = 256 };

extern const PriorFitOptions PRIOR_FIT_OPTIONS_DEFAULT;

typedef struct PriorFit PriorFit;

/* How far it is; nats are of the last step's bars, each shown in a situation of its own. */
typedef struct {
    long step, steps; /* of both models together */
    bool content;     /* the content model is learning */
    double nats;      /* a bar */
} PriorFitReport;

/* The corpus is borrowed until prior_fit_free. */
PriorFit *prior_fit_new(const Corpus *corpus, const PriorFitOptions *options, Error *err);
void prior_fit_free(PriorFit *fit);
bool prior_fit_finished(const PriorFit *fit);
void prior_fit_step(PriorFit *fit, PriorFitReport *report); /* some 10 ms */
Prior *prior_fit_take(PriorFit *fit);                       /* hands the prior over, after the last step */

/* A corpus's melody as a piece, with its header: style by its id, key as told or, where it is not, estimated. One whose bars
 * are not all of 16 or all of 12 steps becomes an empty piece of no steps. */
bool prior_fit_read(Piece *piece, const Corpus *corpus, int tune, Error *err);

#endif
