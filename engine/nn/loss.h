/* Loss: what the model is trained on, and its gradient.
 *
 * A LossBatch holds n bars x of some windows, rows 0 .. n-1, and, with substitution, the n bars x' of the same windows with one
 * bar t0 replaced and its relatives accordingly, sequence by sequence in the same order. The bars of x' before t0 are those of
 * x and come out as these do: they need no rows of their own (model.known), those of x then count for both. Sums below run over
 * bars and are later divided by n (of all workers):
 *
 *   reconstruction  cross-entropy of x, decoded from z(x), over its steps
 *   kl              beta KL(q(z_t | x_<=t) || N(0, 1)) of x, and of x' at t0
 *                   Bars of x that copy in every slot pay repeat_price times beta more: all they need is a reference,
 *                   so their price can be near the full one of the ELBO while new bars are still learned at a discount;
 *                   bars that copy in some slots pay the square of that share of it; padding counts as a copied slot
 *   codec           cross-entropy of local decoder(local encoder(x))
 *   substitution    cross-entropy of x', decoded from z(x') at t0 and z(x) elsewhere: context transfer as a training signal
 *   reference       -log pointer on the slot's nearest source + binary cross-entropy of the gate against "there is one",
 *                   for x and x', where something can be said
 *   invariance      symmetric KL between the posteriors of x and x' at the bars whose references were told alike for both,
 *                   but t0
 */
#ifndef REFRAIN_ENGINE_NN_LOSS_H
#define REFRAIN_ENGINE_NN_LOSS_H

#include "engine/nn/model.h"
#include "engine/nn/tensors.h"

enum { LOSS_UNSURE = 255 };

typedef struct {
    ModelBatch model;
    int n; /* bars of x; R is n, or with substitution up to 2 n */
    const int
        *replaced; /* (B / 2) bar t0 of each window, -1 = none, then x' is x; null without substitution */
    /* (R, slots): what pointer and gate should name: bars back, 0 = nothing, LOSS_UNSURE = not taught. In x what the encoder is
     * told (model.copy_distance); in x' what x's latents say there. */
    const uint8_t *named;
    const uint8_t *told_alike; /* (n): 1 where x and x' were told the same references */
    const float *noise;        /* (R, D) standard normal */
} LossBatch;

typedef struct {
    float beta, codec, substitution, reference, invariance;
    float repeat_price; /* 0: repeats pay like any other bar */
} LossWeights;

/* Unweighted sums over bars; bars = n. repeat_kl is kl weighted by how far a bar is a repeat. */
typedef struct {
    double bars, reconstruction, kl, repeat_kl, codec, substitution, substituted_kl, reference, invariance;
} LossParts;

/* Forward, and with grads (a Params over a gradient block, added to) backward of the weighted sum; acts made for training.
 * The weights of codec and, with x', substitution must not be 0 then. Without grads acts->logits stay readable. */
LossParts loss_pass(const Model *model, Acts *acts, Params *grads, const LossBatch *batch,
                    const LossWeights *weights);
/* The codec alone, for pre-training; reads batch->model.tokens of the first n rows. */
LossParts loss_codec_pass(const Model *model, Acts *acts, Params *grads, const LossBatch *batch);
/* The weighted sum divided by bars. */
double loss_total(const LossParts *parts, const LossWeights *weights);

#endif
