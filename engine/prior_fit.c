#include "engine/prior_fit.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/compose.h"
#include "engine/nn/adam.h"
#include "engine/nn/layers.h"
#include "engine/prior_context.h"
#include "engine/workspace.h"

const PriorFitOptions PRIOR_FIT_OPTIONS_DEFAULT = {
    .seed = 1,
    .steps = 2000,
    .passes = 3,
    .rows = 256,
    .rate = 1e-3f,
    .repeat_every = 6,
    .hidden = 96,
    .blocks = 1,
    .exemplars = 2048,
};

enum { TRANSPOSE_MAX = 6 };
static const float CLIP = 1.0f, RATE_FLOOR = 0.02f, SHARE_LEAST = 1e-7f;

struct PriorFit {
    PriorFitOptions options;
    const Corpus *corpus;
    int window; /* bars that the model sees at once */
    Composer *composer;
    Prior *prior;
    PriorActs *acts;
    float *gradient, *m, *v; /* prior_learned_size each */
    long step;
    Rng rng;
    float *bar_context;             /* (corpus bars, PRIOR_CONTEXT_SIZE) of the pass at hand */
    Latent *bar_latent;             /* (corpus bars) */
    float *balance;                 /* (exemplars) */
    double entropy;                 /* of the exemplars' shares: the loss of a prior that knows no context */
    bool *bar_repeats;              /* (corpus bars) is there the same bar before it? */
    float *context, *mean, *logvar; /* a step's rows */
};

/* ---- life ---- */

static bool allocate(PriorFit *fit, Error *err) {
    const size_t size = prior_learned_size(prior_config(fit->prior)), rows = (size_t)fit->options.rows,
                 bars = (size_t)fit->corpus->bar_count;
    fit->gradient = calloc(size, sizeof(float));
    fit->m = calloc(size, sizeof(float));
    fit->v = calloc(size, sizeof(float));
    fit->bar_context = calloc(bars * PRIOR_CONTEXT_SIZE, sizeof(float));
    fit->bar_latent = calloc(bars, sizeof *fit->bar_latent);
    fit->balance = calloc((size_t)fit->options.exemplars, sizeof(float));
    fit->bar_repeats = calloc(bars, sizeof *fit->bar_repeats);
    fit->context = calloc(rows * PRIOR_CONTEXT_SIZE, sizeof(float));
    fit->mean = calloc(rows * LATENT_SIZE, sizeof(float));
    fit->logvar = calloc(rows * LATENT_SIZE, sizeof(float));
    return (fit->gradient && fit->m && fit->v && fit->bar_context && fit->balance && fit->bar_latent &&
            fit->bar_repeats && fit->context && fit->mean && fit->logvar) ||
           error_memory(err, "fitting the prior");
}

PriorFit *prior_fit_new(const Model *model, const Corpus *corpus, const PriorFitOptions *options,
                        Error *err) {
    assert(options->rows > 0 && options->passes > 0 && options->steps > 0);
    const PriorConfig config = {.latent = LATENT_SIZE,
                                .context = PRIOR_CONTEXT_SIZE,
                                .hidden = options->hidden,
                                .blocks = options->blocks,
                                .exemplars = options->exemplars < corpus->bar_count ? options->exemplars
                                                                                    : corpus->bar_count};
    if (corpus->bar_count == 0) {
        error_set(err, "There are no bars to fit the prior to: name a corpus with melodies.");
        return NULL;
    }
    PriorFit *fit = calloc(1, sizeof *fit);
    if (!fit) {
        error_memory(err, "fitting the prior");
        return NULL;
    }
    fit->options = *options;
    fit->corpus = corpus;
    fit->window = workspace_window(model);
    rng_seed(&fit->rng, options->seed);
    fit->composer = composer_new(model, err);
    if (fit->composer) fit->prior = prior_new(&config, options->seed, err);
    if (fit->prior) fit->acts = prior_acts_new(&config, options->rows, true, err);
    if (fit->acts && allocate(fit, err)) return fit;
    prior_fit_free(fit);
    return NULL;
}

void prior_fit_free(PriorFit *fit) {
    if (!fit) return;
    composer_free(fit->composer);
    prior_free(fit->prior);
    prior_acts_free(fit->acts);
    float *parts[] = {fit->gradient, fit->m, fit->v, fit->bar_context, fit->context, fit->mean, fit->logvar};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) free(parts[i]);
    free(fit->balance);
    free(fit->bar_latent);
    free(fit->bar_repeats);
    free(fit);
}

bool prior_fit_finished(const PriorFit *fit) {
    return fit->step >= fit->options.steps;
}

Prior *prior_fit_take(PriorFit *fit) {
    Prior *prior = fit->prior;
    fit->prior = NULL;
    return prior;
}

/* ---- a pass over the corpus ---- */

/* Moves all onsets by one interval of -TRANSPOSE_MAX .. TRANSPOSE_MAX that keeps them in range. */
static void transpose(Bar *bars, int count, Rng *rng) {
    int low = BAR_TOKENS, high = -1;
    for (int t = 0; t < count; t++)
        for (int s = 0; s < BAR_STEPS; s++) {
            const int token = bars[t].token[s];
            if (!bar_is_onset(token)) continue;
            low = token < low ? token : low;
            high = token > high ? token : high;
        }
    if (high < 0) return;
    const int least = BAR_ONSET - low > -TRANSPOSE_MAX ? BAR_ONSET - low : -TRANSPOSE_MAX;
    const int most = BAR_TOKENS - 1 - high < TRANSPOSE_MAX ? BAR_TOKENS - 1 - high : TRANSPOSE_MAX;
    const int k = least + rng_below(rng, most - least + 1);
    for (int t = 0; t < count; t++)
        for (int s = 0; s < BAR_STEPS; s++)
            if (bar_is_onset(bars[t].token[s])) bars[t].token[s] = (uint8_t)(bars[t].token[s] + k);
}

/* Does bars[count] equal one of those before it? */
static bool repeats(const Bar *bars, int count) {
    for (int k = 0; k < count; k++)
        if (bar_equal(&bars[k], &bars[count])) return true;
    return false;
}

static bool read_tune(PriorFit *fit, const CorpusTune *tune, atomic_bool *cancel, Error *err) {
    BarSequence bars = {0};
    LatentSequence latents = {0};
    const BarSequence borrowed = {
        .bar = fit->corpus->bar + tune->first, .count = tune->count, .steps = tune->steps};
    bool read = bar_sequence_copy(&bars, &borrowed, err);
    if (read) transpose(bars.bar, bars.count, &fit->rng);
    read = read && compose_encode(fit->composer, &latents, &bars, cancel, err);
    for (int t = 0; read && t < bars.count; t++) {
        const int known = t % fit->window; /* the encoder's windows begin anew */
        prior_context(fit->bar_context + (size_t)(tune->first + t) * PRIOR_CONTEXT_SIZE, bars.bar + t - known,
                      known, tune->steps, t);
        fit->bar_latent[tune->first + t] = latents.bar[t];
        fit->bar_repeats[tune->first + t] = repeats(bars.bar + t - known, known);
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

/* Bars of the pass at hand, mostly such as repeat nothing; where the corpus has none of a kind, any. */
static void choose_exemplars(PriorFit *fit) {
    enum { TRIES = 1000 };
    for (int n = 0; n < prior_config(fit->prior)->exemplars; n++) {
        const bool wanted = n % fit->options.repeat_every == 0;
        int bar = rng_below(&fit->rng, fit->corpus->bar_count);
        for (int i = 0; i < TRIES && fit->bar_repeats[bar] != wanted; i++)
            bar = rng_below(&fit->rng, fit->corpus->bar_count);
        prior_set_exemplar(fit->prior, n, fit->bar_latent[bar].mu, fit->bar_latent[bar].logvar);
    }
}

/* ---- balance ---- */

/* share[exemplars]: how many of the corpus's bars each shall stand for; those that repeat share the part of bars that do. */
static void share_bars(PriorFit *fit, float *share) {
    const int N = prior_config(fit->prior)->exemplars, every = fit->options.repeat_every,
              repeating = (N + every - 1) / every;
    int repeats = 0;
    for (int i = 0; i < fit->corpus->bar_count; i++) repeats += fit->bar_repeats[i];
    const float part = repeating < N ? (float)repeats / (float)fit->corpus->bar_count : 1;
    fit->entropy = 0;
    for (int n = 0; n < N; n++) {
        const float p = n % every == 0 ? part / (float)repeating : (1 - part) / (float)(N - repeating);
        share[n] = p > SHARE_LEAST ? p : SHARE_LEAST;
        fit->entropy -= (double)p * log((double)share[n]);
    }
}

/* One of Sinkhorn's iterations: balance += log of share / what the exemplar has of the rows now. */
static void balance_once(PriorFit *fit, const float *likeness, const float *share, float *part, float *row,
                         int R) {
    const int N = prior_config(fit->prior)->exemplars;
    for (int n = 0; n < N; n++) part[n] = 0;
    for (int r = 0; r < R; r++) {
        const float *at = likeness + (size_t)r * (size_t)N;
        float largest = -INFINITY, sum = 0;
        for (int n = 0; n < N; n++) largest = fmaxf(largest, at[n] + fit->balance[n]);
        for (int n = 0; n < N; n++) sum += row[n] = expf(at[n] + fit->balance[n] - largest);
        for (int n = 0; n < N; n++) part[n] += row[n] / (sum * (float)R);
    }
    /* Exemplars that are like none of the rows are raised by bounded steps. */
    for (int n = 0; n < N; n++) fit->balance[n] += logf(share[n] / fmaxf(part[n], 1e-3f * share[n]));
}

static PriorBatch draw_batch(PriorFit *fit) {
    const int R = fit->options.rows;
    for (int r = 0; r < R; r++) {
        const int bar = rng_below(&fit->rng, fit->corpus->bar_count);
        const size_t row = (size_t)r;
        memcpy(fit->context + row * PRIOR_CONTEXT_SIZE, fit->bar_context + (size_t)bar * PRIOR_CONTEXT_SIZE,
               PRIOR_CONTEXT_SIZE * sizeof *fit->context);
        memcpy(fit->mean + row * LATENT_SIZE, fit->bar_latent[bar].mu, sizeof fit->bar_latent[bar].mu);
        memcpy(fit->logvar + row * LATENT_SIZE, fit->bar_latent[bar].logvar,
               sizeof fit->bar_latent[bar].logvar);
    }
    return (PriorBatch){R, fit->context, fit->mean, fit->logvar, fit->balance};
}

static bool balance(PriorFit *fit, Error *err) {
    enum { BATCHES = 16, ITERATIONS = 20 };
    const size_t N = (size_t)prior_config(fit->prior)->exemplars, R = (size_t)fit->options.rows;
    float *likeness = malloc(BATCHES * R * N * sizeof *likeness), *share = malloc(3 * N * sizeof *share);
    if (likeness && share) {
        for (size_t i = 0; i < BATCHES; i++) {
            const PriorBatch batch = draw_batch(fit);
            prior_compare(fit->prior, fit->acts, &batch, likeness + i * R * N);
        }
        share_bars(fit, share);
        for (int i = 0; i < ITERATIONS; i++)
            balance_once(fit, likeness, share, share + N, share + 2 * N, (int)(BATCHES * R));
    }
    const bool done = likeness && share;
    free(likeness);
    free(share);
    return done || error_memory(err, "fitting the prior");
}

/* ---- steps ---- */

bool prior_fit_step(PriorFit *fit, double *gain, atomic_bool *cancel, Error *err) {
    const PriorFitOptions *o = &fit->options;
    const long size = (long)prior_learned_size(prior_config(fit->prior)),
               pass = (o->steps + o->passes - 1) / o->passes;
    if (fit->step % pass == 0 && !read_corpus(fit, cancel, err)) return false;
    if (fit->step == 0) choose_exemplars(fit);
    if (fit->step == 0 && !balance(fit, err)) return false;
    const PriorBatch batch = draw_batch(fit);
    memset(fit->gradient, 0, (size_t)size * sizeof *fit->gradient);
    *gain = fit->entropy - prior_loss(fit->prior, fit->acts, &batch, fit->gradient);
    const double norm = sqrt(vector_square_sum(fit->gradient, size));
    const float scale = norm > (double)CLIP ? CLIP / (float)norm : 1.0f,
                rate = o->rate * adam_schedule(fit->step, o->steps / 10, o->steps, RATE_FLOOR);
    fit->step++;
    adam_update(prior_block(fit->prior), fit->m, fit->v, fit->gradient, scale, rate, fit->step, size);
    return true;
}
