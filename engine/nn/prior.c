#include "engine/nn/prior.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/nn/gemm.h"
#include "engine/nn/layers.h"

enum { WIDTH_MAX = 1 << 14 };
static const float LOGVAR_LOW = -10, LOGVAR_HIGH = 4;

struct Prior {
    PriorConfig config;
    float *block; /* prior_size(config) floats, owned: the perceptron, then what is below */
    float *key, *bias, *mean, *logvar;
};

struct PriorActs {
    PerceptronActs *perceptron;
    float *weights; /* (N) */
};

bool prior_config_check(const PriorConfig *c, Error *err) {
    const int sizes[] = {c->latent, c->context, c->hidden, c->blocks, c->match, c->exemplars};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        if (sizes[i] < 1 || sizes[i] > WIDTH_MAX)
            return error_set(err, "The prior's configuration holds a size of %d, which cannot be.", sizes[i]);
    if (c->blocks > PERCEPTRON_BLOCKS_MAX)
        return error_set(err, "The prior has %d blocks, more than the %d that refrain can hold.", c->blocks,
                         (int)PERCEPTRON_BLOCKS_MAX);
    return true;
}

PerceptronConfig prior_perceptron(const PriorConfig *c) {
    return (PerceptronConfig){.in = c->context, .hidden = c->hidden, .blocks = c->blocks, .out = c->match};
}

/* ---- tensors by name ---- */

enum { TABLES = 4 };

/* What follows the perceptron. */
static void list_tables(ModelTensor table[TABLES], const PriorConfig *c) {
    static const char *const name[TABLES] = {"prior.key", "prior.bias", "prior.mean", "prior.logvar"};
    const int cols[TABLES] = {c->match, 0, c->latent, c->latent};
    const PerceptronConfig perceptron = prior_perceptron(c);
    size_t offset = perceptron_size(&perceptron);
    for (int i = 0; i < TABLES; i++) {
        const int width = cols[i] ? cols[i] : 1;
        table[i] = (ModelTensor){.rank = cols[i] ? 2 : 1,
                                 .shape = {c->exemplars, width},
                                 .offset = offset,
                                 .size = (size_t)c->exemplars * (size_t)width};
        snprintf(table[i].name, sizeof table[i].name, "%s", name[i]);
        offset += table[i].size;
    }
}

int prior_tensors(const PriorConfig *config, ModelTensor *out, int capacity) {
    const PerceptronConfig perceptron = prior_perceptron(config);
    const int count = perceptron_tensors(&perceptron, "prior", out, capacity);
    ModelTensor table[TABLES];
    list_tables(table, config);
    for (int i = 0; out && i < TABLES && count + i < capacity; i++) out[count + i] = table[i];
    return count + TABLES;
}

size_t prior_size(const PriorConfig *config) {
    ModelTensor table[TABLES];
    list_tables(table, config);
    return table[TABLES - 1].offset + table[TABLES - 1].size;
}

/* ---- life ---- */

Prior *prior_new(const PriorConfig *config, uint64_t seed, Error *err) {
    if (!prior_config_check(config, err)) return NULL;
    Prior *prior = calloc(1, sizeof *prior);
    float *block = calloc(prior_size(config), sizeof *block);
    if (!prior || !block) {
        free(prior);
        free(block);
        error_memory(err, "the prior");
        return NULL;
    }
    gemm_init();
    Rng rng;
    rng_seed(&rng, seed);
    const PerceptronConfig perceptron = prior_perceptron(config);
    perceptron_init(block, &perceptron, &rng);
    ModelTensor table[TABLES];
    list_tables(table, config);
    *prior = (Prior){.config = *config,
                     .block = block,
                     .key = block + table[0].offset,
                     .bias = block + table[1].offset,
                     .mean = block + table[2].offset,
                     .logvar = block + table[3].offset};
    return prior;
}

void prior_free(Prior *prior) {
    if (!prior) return;
    free(prior->block);
    free(prior);
}

const PriorConfig *prior_config(const Prior *prior) {
    return &prior->config;
}

float *prior_block(Prior *prior) {
    return prior->block;
}

void prior_set_exemplar(Prior *prior, int n, const float *key, float bias, const float *mean,
                        const float *logvar) {
    const size_t D = (size_t)prior->config.latent, E = (size_t)prior->config.match, at = (size_t)n;
    memcpy(prior->key + at * E, key, E * sizeof *key);
    memcpy(prior->mean + at * D, mean, D * sizeof *mean);
    memcpy(prior->logvar + at * D, logvar, D * sizeof *logvar);
    prior->bias[n] = bias;
}

bool prior_check(const Prior *prior, Error *err) {
    const size_t count = (size_t)prior->config.exemplars * (size_t)prior->config.latent;
    for (size_t i = 0; i < count; i++)
        if (!(prior->logvar[i] >= LOGVAR_LOW && prior->logvar[i] <= LOGVAR_HIGH))
            return error_set(err, "its prior holds a variance that cannot be");
    return true;
}

PriorActs *prior_acts_new(const PriorConfig *config, Error *err) {
    const PerceptronConfig perceptron = prior_perceptron(config);
    PriorActs *acts = calloc(1, sizeof *acts);
    if (!acts) goto fail;
    acts->weights = calloc((size_t)config->exemplars, sizeof *acts->weights);
    if (!acts->weights) goto fail;
    acts->perceptron = perceptron_acts_new(&perceptron, 1, false, err);
    if (acts->perceptron) return acts;
    prior_acts_free(acts);
    return NULL;
fail:
    prior_acts_free(acts);
    error_memory(err, "the prior");
    return NULL;
}

void prior_acts_free(PriorActs *acts) {
    if (!acts) return;
    perceptron_acts_free(acts->perceptron);
    free(acts->weights);
    free(acts);
}

/* ---- drawing ---- */

static int most_likely(const float *x, int N) {
    int best = 0;
    for (int n = 1; n < N; n++) best = x[n] > x[best] ? n : best;
    return best;
}

const float *prior_weights(const Prior *prior, PriorActs *acts, const float *context, float temperature) {
    const int N = prior->config.exemplars, E = prior->config.match;
    const float *query = perceptron_forward(prior->block, acts->perceptron, context, 1);
    float *w = acts->weights;
    linear_forward(w, query, prior->key, prior->bias, false, 1, E, N);
    const int best = most_likely(w, N);
    const float largest = w[best];
    double sum = 0;
    for (int n = 0; n < N; n++) {
        w[n] = temperature > 0 ? expf((w[n] - largest) / temperature) : (float)(n == best);
        sum += (double)w[n];
    }
    for (int n = 0; n < N; n++) w[n] = (float)((double)w[n] / sum);
    return w;
}

void prior_draw(const Prior *prior, PriorActs *acts, float *z, const float *context, float temperature,
                Rng *rng) {
    const int N = prior->config.exemplars;
    const size_t D = (size_t)prior->config.latent;
    const float *w = prior_weights(prior, acts, context, temperature);
    double left = rng_uniform(rng);
    int n = 0;
    while (n < N && (left -= (double)w[n]) >= 0) n++;
    if (n == N) n = most_likely(w, N); /* rounding can leave a little */
    const float *mean = prior->mean + (size_t)n * D, *logvar = prior->logvar + (size_t)n * D;
    for (size_t d = 0; d < D; d++) z[d] = mean[d] + temperature * expf(0.5f * logvar[d]) * rng_normal(rng);
}
