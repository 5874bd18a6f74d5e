#include "engine/learn/prior_fit.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/compose.h"
#include "engine/nn/adam.h"
#include "engine/nn/contrast.h"
#include "engine/nn/layers.h"
#include "engine/prior_context.h"
#include "engine/workspace.h"

const PriorFitOptions PRIOR_FIT_OPTIONS_DEFAULT = {
    .seed = 1,
    .steps = 3000,
    .passes = 4,
    .rows = 384,
    .rate = 1e-3f,
    .repeat_every = 6,
    .hidden = 128,
    .blocks = 1,
    .match = 48,
    .exemplars = 2048,
};

enum {
    BAR_SIZE = LATENT_SIZE + PRIOR_BAR_SIZE + 1, /* mean, notes, does it repeat? */
};
static const float CLIP = 1.0f, RATE_FLOOR = 0.02f, SHARE_LEAST = 1e-7f;

/* One of the two perceptrons and what its steps need. */
typedef struct {
    PerceptronConfig config;
    PerceptronActs *acts;
    float *block, *gradient, *m, *v; /* perceptron_size each */
    float *x, *dy;                   /* a step's rows: (rows, in), (rows, match) */
    float *every;                    /* (corpus bars, in): the x of every bar, in the pass at hand */
} Side;

struct PriorFit {
    PriorFitOptions options;
    const Corpus *corpus;
    int window; /* bars that the model sees at once */
    Reader *reader;
    Side before, bar;
    float *scores; /* (rows, rows) */
    long step;
    Rng rng;
    Latent *bar_latent; /* (corpus bars) of the pass at hand */
    bool *bar_repeats;  /* (corpus bars) is there the same bar before it? */
};

/* ---- life ---- */

static bool open_side(Side *side, int in, PriorFit *fit, Error *err) {
    const PriorFitOptions *o = &fit->options;
    side->config = (PerceptronConfig){in, o->hidden, o->blocks, o->match};
    const size_t size = perceptron_size(&side->config), rows = (size_t)o->rows;
    side->acts = perceptron_acts_new(&side->config, o->rows, true, err);
    if (!side->acts) return false;
    side->block = calloc(size, sizeof(float));
    side->gradient = calloc(size, sizeof(float));
    side->m = calloc(size, sizeof(float));
    side->v = calloc(size, sizeof(float));
    side->x = calloc(rows * (size_t)in, sizeof(float));
    side->dy = calloc(rows * (size_t)o->match, sizeof(float));
    side->every = calloc((size_t)fit->corpus->bar_count * (size_t)in, sizeof(float));
    if (!side->block || !side->gradient || !side->m || !side->v || !side->x || !side->dy || !side->every)
        return error_memory(err, "fitting the prior");
    perceptron_init(side->block, &side->config, &fit->rng);
    return true;
}

static void close_side(Side *side) {
    float *parts[] = {side->block, side->gradient, side->m, side->v, side->x, side->dy, side->every};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) free(parts[i]);
    perceptron_acts_free(side->acts);
}

PriorFit *prior_fit_new(const Model *model, const Corpus *corpus, const PriorFitOptions *options,
                        Error *err) {
    assert(options->rows > 0 && options->passes > 0 && options->steps > 0);
    if (corpus->bar_count == 0) {
        error_set(err, "There are no bars to fit the prior to: name a corpus with melodies.");
        return NULL;
    }
    PriorFit *fit = calloc(1, sizeof *fit);
    if (!fit) {
        error_memory(err, "fitting the prior");
        return NULL;
    }
    const size_t bars = (size_t)corpus->bar_count, rows = (size_t)options->rows;
    fit->options = *options;
    fit->corpus = corpus;
    fit->window = workspace_window(model);
    rng_seed(&fit->rng, options->seed);
    fit->scores = calloc(rows * rows, sizeof(float));
    fit->bar_latent = calloc(bars, sizeof *fit->bar_latent);
    fit->bar_repeats = calloc(bars, sizeof *fit->bar_repeats);
    if (!fit->scores || !fit->bar_latent || !fit->bar_repeats)
        error_memory(err, "fitting the prior");
    else
        fit->reader = reader_new(model, err);
    if (fit->reader && open_side(&fit->before, PRIOR_CONTEXT_SIZE, fit, err) &&
        open_side(&fit->bar, BAR_SIZE, fit, err))
        return fit;
    prior_fit_free(fit);
    return NULL;
}

void prior_fit_free(PriorFit *fit) {
    if (!fit) return;
    reader_free(fit->reader);
    close_side(&fit->before);
    close_side(&fit->bar);
    free(fit->scores);
    free(fit->bar_latent);
    free(fit->bar_repeats);
    free(fit);
}

bool prior_fit_finished(const PriorFit *fit) {
    return fit->step >= fit->options.steps;
}

/* ---- a pass over the corpus ---- */

/* Does bars[count] equal one of those before it? */
static bool repeats_one(const Bar *bars, int count) {
    for (int k = 0; k < count; k++)
        if (bar_equal(&bars[k], &bars[count])) return true;
    return false;
}

/* bars[known] of a tune, bar `index` of the corpus and t of the tune, with the `known` bars that the model saw before it. */
static void read_bar(PriorFit *fit, const Bar *bars, int known, const CorpusTune *tune, int t,
                     const Latent *latent) {
    const size_t index = (size_t)(tune->first + t);
    const bool repeats = repeats_one(bars, known);
    float *feature = fit->bar.every + index * BAR_SIZE;
    prior_context(fit->before.every + index * PRIOR_CONTEXT_SIZE, bars, known, tune->steps, t);
    memset(feature, 0, BAR_SIZE * sizeof *feature);
    memcpy(feature, latent->mu, sizeof latent->mu);
    if (!repeats) prior_bar(feature + LATENT_SIZE, bars, known);
    feature[BAR_SIZE - 1] = repeats;
    fit->bar_latent[index] = *latent;
    fit->bar_repeats[index] = repeats;
}

static bool read_tune(PriorFit *fit, const CorpusTune *tune, atomic_bool *cancel, Error *err) {
    BarSequence bars = {0};
    LatentSequence latents = {0};
    const BarSequence borrowed = {
        .bar = fit->corpus->bar + tune->first, .count = tune->count, .steps = tune->steps};
    bool read = bar_sequence_copy(&bars, &borrowed, err);
    if (read) bar_transpose(bars.bar, bars.count, &fit->rng);
    read = read && compose_encode(fit->reader, &latents, &bars, cancel, err);
    for (int t = 0; read && t < bars.count; t++) {
        const int known = t % fit->window; /* the encoder's windows begin anew */
        read_bar(fit, bars.bar + t - known, known, tune, t, &latents.bar[t]);
    }
    bar_sequence_deinit(&bars);
    latent_sequence_deinit(&latents);
    return read;
}

static bool read_corpus(PriorFit *fit, atomic_bool *cancel, Error *err) {
    for (int i = 0; i < fit->corpus->count; i++)
        if (!read_tune(fit, &fit->corpus->tune[i], cancel, err)) return false;
    return true;
}

/* ---- steps ---- */

static void take_row(Side *side, int r, int bar) {
    const size_t in = (size_t)side->config.in;
    memcpy(side->x + (size_t)r * in, side->every + (size_t)bar * in, in * sizeof *side->x);
}

static double square_sum(const Side *side) {
    return vector_square_sum(side->gradient, (long)perceptron_size(&side->config));
}

static void update(Side *side, float scale, float rate, long step) {
    adam_update(side->block, side->m, side->v, side->gradient, scale, rate, step,
                (long)perceptron_size(&side->config));
}

static void backward(Side *side, int R) {
    memset(side->gradient, 0, perceptron_size(&side->config) * sizeof *side->gradient);
    perceptron_backward(side->gradient, side->block, side->acts, side->dy, side->x, R);
}

bool prior_fit_step(PriorFit *fit, double *gain, atomic_bool *cancel, Error *err) {
    const PriorFitOptions *o = &fit->options;
    const long pass = (o->steps + o->passes - 1) / o->passes;
    Side *before = &fit->before, *bar = &fit->bar;
    if (fit->step % pass == 0 && !read_corpus(fit, cancel, err)) return false;
    for (int r = 0; r < o->rows; r++) {
        const int which = rng_below(&fit->rng, fit->corpus->bar_count);
        take_row(before, r, which);
        take_row(bar, r, which);
    }
    const float *query = perceptron_forward(before->block, before->acts, before->x, o->rows),
                *key = perceptron_forward(bar->block, bar->acts, bar->x, o->rows);
    *gain =
        log((double)o->rows) - contrast_loss(before->dy, bar->dy, fit->scores, query, key, o->rows, o->match);
    backward(before, o->rows);
    backward(bar, o->rows);
    const double norm = sqrt(square_sum(before) + square_sum(bar));
    const float scale = norm > (double)CLIP ? CLIP / (float)norm : 1.0f,
                rate = o->rate * adam_schedule(fit->step, o->steps / 10, o->steps, RATE_FLOOR);
    fit->step++;
    update(before, scale, rate, fit->step);
    update(bar, scale, rate, fit->step);
    return true;
}

/* ---- exemplars ---- */

/* How many of the corpus's bars each exemplar stands for, as a share, for those of bars that repeat and of others. */
static void share_bars(const PriorFit *fit, int exemplars, float share[2]) {
    const int every = fit->options.repeat_every, repeating = (exemplars + every - 1) / every,
              others = exemplars - repeating;
    int repeats = 0;
    for (int i = 0; i < fit->corpus->bar_count; i++) repeats += fit->bar_repeats[i];
    const float part = (float)repeats / (float)fit->corpus->bar_count;
    share[1] = fmaxf(part / (float)repeating, SHARE_LEAST);
    share[0] = fmaxf((1 - part) / (float)(others ? others : 1), SHARE_LEAST);
}

/* Bars of the last pass; where the corpus has none of a kind, any. */
static void choose_exemplars(PriorFit *fit, Prior *prior) {
    enum { TRIES = 1000 };
    const int exemplars = prior_config(prior)->exemplars;
    float share[2];
    share_bars(fit, exemplars, share);
    for (int n = 0; n < exemplars; n++) {
        const bool wanted = n % fit->options.repeat_every == 0;
        int bar = rng_below(&fit->rng, fit->corpus->bar_count);
        for (int i = 0; i < TRIES && fit->bar_repeats[bar] != wanted; i++)
            bar = rng_below(&fit->rng, fit->corpus->bar_count);
        const float *key =
            perceptron_forward(fit->bar.block, fit->bar.acts, fit->bar.every + (size_t)bar * BAR_SIZE, 1);
        prior_set_exemplar(prior, n, key, logf(share[wanted]), fit->bar_latent[bar].mu,
                           fit->bar_latent[bar].logvar);
    }
}

Prior *prior_fit_take(PriorFit *fit, Error *err) {
    const PriorFitOptions *o = &fit->options;
    const int bars = fit->corpus->bar_count;
    const PriorConfig config = {.latent = LATENT_SIZE,
                                .context = PRIOR_CONTEXT_SIZE,
                                .hidden = o->hidden,
                                .blocks = o->blocks,
                                .match = o->match,
                                .exemplars = o->exemplars < bars ? o->exemplars : bars};
    Prior *prior = prior_new(&config, o->seed, err);
    if (!prior) return NULL;
    memcpy(prior_block(prior), fit->before.block, perceptron_size(&fit->before.config) * sizeof(float));
    choose_exemplars(fit, prior);
    return prior;
}
