/* Prior: where the latent of a bar lies, given what came before: a mixture of Gaussians whose weights depend on it.
 *
 * The Transformer VAE is trained against N(0, 1), but the latents of real melodies fill only a small part of that: most
 * points of it mean notes of no key. Here the components are posteriors of real bars, the exemplars, as in Tomczak and
 * Welling, "VAE with a VampPrior", AISTATS 2018, with the model frozen; what is learned is which exemplars may follow:
 *
 *   p(z | context) = sum over n of w_n(context) N(z; mean_n, variance_n),   w = softmax(f(context))
 *   loss = - sum over n of r_n log w_n(context),   r = softmax(2 log B_n + balance_n)
 *   B_n = integral of sqrt(N(z; mean_n, variance_n) N(z; mean, variance)) dz
 *
 * where N(mean, variance) is the posterior of the bar that did follow, and B_n, Bhattacharyya's coefficient, says how alike
 * two posteriors are: 1 when they are the same. In many dimensions whatever lies near the middle, nearly empty bars, is less
 * unlike everything than anything else is; so the caller's balance makes each exemplar stand for its share of the bars (Cuturi,
 * "Sinkhorn Distances", NIPS 2013). f is a residual multilayer perceptron: context -> hidden (ReLU), `blocks` times h += down relu(up norm(h)), then
 * norm and a linear map to the exemplars. It knows nothing of bars: what the context is made of is its caller's business. A
 * Prior is immutable while it is used; a PriorActs belongs to one thread. */
#ifndef REFRAIN_ENGINE_NN_PRIOR_H
#define REFRAIN_ENGINE_NN_PRIOR_H

#include "engine/nn/model.h"

typedef struct {
    int latent;    /* D */
    int context;   /* X numbers that describe what came before */
    int hidden;    /* H width of the perceptron */
    int blocks;    /* residual blocks */
    int exemplars; /* N components */
} PriorConfig;

enum { PRIOR_BLOCKS_MAX = 8 };

typedef struct PriorActs PriorActs; /* activations of up to `rows` rows, and gradients when training */

/* R examples; pointers are borrowed for the call. */
typedef struct {
    int R;
    const float *context; /* (R, X) */
    const float *mean;    /* (R, D) the posterior of the bar that followed */
    const float *logvar;  /* (R, D) -10..4 */
    const float *balance; /* (N) */
} PriorBatch;

bool prior_config_check(const PriorConfig *config, Error *err);
Prior *prior_new(const PriorConfig *config, uint64_t seed, Error *err); /* exemplars all N(0, 1) */
void prior_free(Prior *prior);                                          /* null is allowed */
const PriorConfig *prior_config(const Prior *prior);
/* As model_tensors, model_size and model_block, with names that begin with "prior.". */
int prior_tensors(const PriorConfig *config, ModelTensor *out, int capacity);
size_t prior_size(const PriorConfig *config);
float *prior_block(Prior *prior);
/* The first floats of the block, which are learned; the exemplars follow. */
size_t prior_learned_size(const PriorConfig *config);
void prior_set_exemplar(Prior *prior, int n, const float *mean, const float *logvar);
/* Are the exemplars' logvar within -10..4? What foreign bytes must pass. */
bool prior_check(const Prior *prior, Error *err);

PriorActs *prior_acts_new(const PriorConfig *config, int rows, bool training, Error *err);
void prior_acts_free(PriorActs *acts);

/* likeness (R, N): 2 log B_n. Looks at mean and logvar alone. Acts must be for training, here and below. */
void prior_compare(const Prior *prior, PriorActs *acts, const PriorBatch *batch, float *likeness);
/* The loss a row, in nats. With a gradient (prior_learned_size floats, null = only the loss) its derivative is added there. */
double prior_loss(const Prior *prior, PriorActs *acts, const PriorBatch *batch, float *gradient);
/* A draw z (D): an exemplar by its weight to the power 1 / temperature, then its noise times temperature; 0 = the middle of
 * the most likely exemplar. Microseconds. */
void prior_draw(const Prior *prior, PriorActs *acts, float *z, const float *context, float temperature,
                Rng *rng);

#endif
