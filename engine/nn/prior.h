/* Prior: where the latent of a bar lies, given what came before: a mixture of Gaussians whose weights depend on it.
 *
 * The Transformer VAE is trained against N(0, 1), but the latents of real melodies fill only a small part of that: most
 * points of it mean notes of no key. Here the components are posteriors of real bars, the exemplars, as in Tomczak and
 * Welling, "VAE with a VampPrior", AISTATS 2018, with the model frozen; what is learned is which exemplars may follow:
 *
 *   p(z | context) = sum over n of w_n N(z; mean_n, variance_n),   w = softmax(bias + key f(context))
 *
 * f is a perceptron (perceptron.h) from the context to a query of `match` numbers; each exemplar has a key. It knows nothing
 * of bars: what the context is made of is its caller's business, and how f and the keys are learned is told in
 * engine/learn/prior_fit.h. A Prior is immutable while it is used; a PriorActs belongs to one thread. */
#ifndef REFRAIN_ENGINE_NN_PRIOR_H
#define REFRAIN_ENGINE_NN_PRIOR_H

#include "engine/nn/perceptron.h"

typedef struct {
    int latent;    /* D */
    int context;   /* numbers that describe what came before */
    int hidden;    /* width of the perceptron */
    int blocks;    /* its residual blocks */
    int match;     /* E numbers of a query or key */
    int exemplars; /* N components */
} PriorConfig;

typedef struct PriorActs PriorActs; /* activations of one draw */

bool prior_config_check(const PriorConfig *config, Error *err);
Prior *prior_new(const PriorConfig *config, uint64_t seed,
                 Error *err);  /* f at random, exemplars all N(0, 1) */
void prior_free(Prior *prior); /* null is allowed */
const PriorConfig *prior_config(const Prior *prior);
PerceptronConfig prior_perceptron(const PriorConfig *config);
/* As model_tensors, model_size and model_block, with names that begin with "prior."; the perceptron comes first. */
int prior_tensors(const PriorConfig *config, ModelTensor *out, int capacity);
size_t prior_size(const PriorConfig *config);
float *prior_block(Prior *prior);

/* key (E), bias, mean (D), logvar (D, -10..4) */
void prior_set_exemplar(Prior *prior, int n, const float *key, float bias, const float *mean,
                        const float *logvar);
/* Are the exemplars' logvar within -10..4? What foreign bytes must pass. */
bool prior_check(const Prior *prior, Error *err);

PriorActs *prior_acts_new(const PriorConfig *config, Error *err);
void prior_acts_free(PriorActs *acts); /* null is allowed */
/* The weights w (N), which live in acts until the next call. */
const float *prior_weights(const Prior *prior, PriorActs *acts, const float *context, float temperature);
/* A draw z (D): an exemplar by its weight to the power 1 / temperature, then its noise times temperature; 0 = the middle of
 * the most likely exemplar. Microseconds. */
void prior_draw(const Prior *prior, PriorActs *acts, float *z, const float *context, float temperature,
                Rng *rng);

#endif
