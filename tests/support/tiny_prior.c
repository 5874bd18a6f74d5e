#include "tests/support/tiny_prior.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/learn/prior_fit.h"
#include "tests/support/check.h"

enum { BARS = 12 };

/* A step along the white keys. */
static int walk(int pitch, Rng *rng) {
    static const bool WHITE[12] = {1, 0, 1, 0, 1, 1, 0, 1, 0, 1, 0, 1};
    const int by = pitch < 62 ? 1 : pitch > 74 ? -1 : rng_below(rng, 2) ? 1 : -1;
    do pitch += by;
    while (!WHITE[pitch % 12]);
    return pitch;
}

static void fill(BarSequence *bars, int t, int *pitch, Rng *rng) {
    Bar *bar = &bars->bar[t];
    if (t > 0 && rng_below(rng, 3) == 0) {
        *bar = bars->bar[t - 1 - rng_below(rng, t < 4 ? t : 4)];
        return;
    }
    for (int s = 0; s < bars->steps; s++) {
        const bool onset = s % 4 == 0 || (s % 2 == 0 && rng_below(rng, 3) == 0);
        if (onset) *pitch = walk(*pitch, rng);
        bar->token[s] = (uint8_t)(onset ? bar_onset(*pitch) : BAR_HOLD);
    }
}

static void close_bar(Bar *bar, int steps, int tonic) {
    for (int s = 0; s < steps; s++) bar->token[s] = BAR_HOLD;
    bar->token[0] = (uint8_t)bar_onset(tonic + 2);
    bar->token[steps == 12 ? 6 : 8] = (uint8_t)bar_onset(tonic);
}

void tiny_corpus(Corpus *corpus, int melodies, uint64_t seed) {
    static const char *const STYLE[] = {"song", "hymn", "standard", "dance"};
    Rng rng;
    Error err;
    rng_seed(&rng, seed);
    *corpus = (Corpus){0};
    for (int i = 0; i < melodies; i++) {
        const int steps = i % 3 == 2 ? 12 : 16, tonic = i % 2 ? 69 : 72;
        BarSequence bars = {.steps = steps};
        char id[32];
        int pitch = tonic;
        check_ok(bar_sequence_resize(&bars, BARS, &err), &err);
        for (int t = 0; t < BARS; t++) fill(&bars, t, &pitch, &rng);
        close_bar(&bars.bar[BARS - 1], steps, tonic);
        snprintf(id, sizeof id, "%s_%d", STYLE[i % 4], i);
        check_ok(corpus_add(corpus, id, id, steps == 12 ? 3 : 4, 4, &bars, &err), &err);
        bar_sequence_deinit(&bars);
    }
}

Prior *tiny_prior(const Corpus *corpus, long steps, uint64_t seed) {
    PriorFitOptions options = PRIOR_FIT_OPTIONS_DEFAULT;
    Error err;
    PriorFitReport report;
    options.seed = seed;
    options.steps = steps;
    options.form_hidden = 8;
    options.content_hidden = 16;
    options.form_passes = 2;
    PriorFit *fit = prior_fit_new(corpus, &options, &err);
    if (!fit) fail_msg("%s", err.text);
    while (!prior_fit_finished(fit)) prior_fit_step(fit, &report);
    Prior *prior = prior_fit_take(fit);
    prior_fit_free(fit);
    return prior;
}
