/* Model: the Transformer VAE of refrain on raw floats: configuration, parameters, activations, forward and backward.
 *
 * Architecture after Jiang, Xia, Carlton, Anderson, Miyakawa, "Transformer VAE: A Hierarchical Model for
 * Structure-Aware and Interpretable Music Representation Learning", ICASSP 2020, with four changes: a beat code (per-slot
 * local networks with one tied token embedding), pre-norm layers with relative position biases, copy distances told to
 * the encoder, and a reference head (pointer over earlier bars by distance, gate per slot).
 *
 * Batches are packed: the bars of all sequences stand one after another as R rows, sequence b holding rows
 * first[b] .. first[b+1]-1. Nothing is padded and there are no masks but causality.
 *
 * A Model is immutable while it is used and may then be read by several threads; an Acts belongs to one thread. */
#ifndef REFRAIN_ENGINE_NN_MODEL_H
#define REFRAIN_ENGINE_NN_MODEL_H

#include <stddef.h>
#include <stdint.h>

#include "engine/base/error.h"
#include "engine/base/rng.h"
#include "engine/nn/acts.h"
#include "engine/nn/model_tensor.h"

/* The widths of the shipped model. What it reads (tokens, steps, slots, latent, bars) is 0 here: see workspace_config. */
extern const ModelConfig MODEL_CONFIG_DEFAULT;

typedef struct Model Model; /* configuration, parameters, metadata */
typedef struct Prior Prior; /* what new bars are drawn from (prior.h) */
typedef struct Past Past;   /* what inference keeps of bars that stand, see past.h */

/* Writes the tokens that slot `slot` of a row takes when it copies bar `bar` of its sequence. */
typedef void ModelMove(void *context, int row, int slot, int bar, uint8_t *tokens);

/* What is fed: rows are bars. Pointers are borrowed for the call. */
typedef struct {
    int B;                 /* sequences */
    const int *first;      /* (B + 1) first row of each; first[B] = R */
    const uint8_t *tokens; /* (R, S) */
    const uint8_t *
        copy_distance; /* (R, slots) bars back to the source of each slot (structure.h), 0 = none; for model_encode */
    const int *hide; /* (R) or null: index within the sequence of an earlier bar that this row's decoding must
                                     not see in pointer, self-attention, inter-attention; -1 = none. For knock-out tests:
                                     read only the last row of a sequence that hides something. */
    /* (R, slots) or null: 1 where what is copied is not as it was in the bar that the pointer names. With `move`, for
     * inference: the tokens that it makes of that bar are read and copied. Without, for training: the code of the slot's own
     * tokens, which a true moved copy is equal to. */
    const uint8_t *moved;
    ModelMove *move;
    void *move_context;
    /* Null, or the rows of sequence b begin at its bar known[b]. For model_decode in inference the codes of all its bars, keys
     * and values of its first known[b] rows are in `past` at place[b][t]; tokens and codes are not looked at then. In
     * training, without `past`, all its bars are rows of this batch, bar t row place[b][t]: those from known[b] on its own, those
     * before it of a sequence before it that begins alike. The results, gradients too, are those of the whole sequences, rounding
     * aside. */
    const Past *past;
    const int *known;        /* (B) */
    const int *const *place; /* (B) lists of as many places as known bars and rows */
} ModelBatch;

/* The three stages of a forward pass. Reading and decoding assert that the batch fits acts. */
void model_read(const Model *model, Acts *acts, const ModelBatch *batch); /* tokens -> codes */
void model_encode(const Model *model, Acts *acts,
                  const ModelBatch *batch); /* codes -> acts_mu, acts_logvar */
/* z (R, D) and codes -> acts_logits, acts_pointer, acts_gate. Row t sees z and codes of its own z, earlier z, earlier
 * bars; its own tokens are never looked at, so decoding with tokens as a guess and replacing the guess by the prediction
 * until nothing changes gives exactly the bar-by-bar greedy output in at most T passes, usually in two or three. */
void model_decode(const Model *model, Acts *acts, const ModelBatch *batch, const float *z);

const ModelConfig *model_config(const Model *model);

Model *model_new(const ModelConfig *config, uint64_t seed, Error *err); /* freshly initialised */
/* Gives the model `tokens` tokens, at least as many as it has. It does with the old ones what it did; the new ones' rows of the
 * embedding are 0 and their bias makes them unlikely, till training says otherwise. Pointers to its block are void then. */
bool model_widen(Model *model, int tokens, Error *err);
void model_free(Model *model); /* null is allowed */

/* The prior that new bars are drawn from; null: latents from N(0, 1). Setting takes it, and frees the one before. */
const Prior *model_prior(const Model *model);
void model_set_prior(Model *model, Prior *prior);

/* All parameters lie in one block of floats, in the order of tensors.def. */
/* How many tensors a configuration has; fills out[] up to `capacity` (out may be null). */
int model_tensors(const ModelConfig *config, ModelTensor *out, int capacity);
size_t model_size(const ModelConfig *config); /* floats in the block */
float *model_block(Model *model);             /* the block; written by loading and training only */
/* Is this a configuration that can be built (positive, divisible, of sane size)? False with a sentence otherwise. */
bool model_config_check(const ModelConfig *config, Error *err);

/* Free metadata, kept in order: training writes it, checkpoints store it. */
bool model_set_metadata(Model *model, const char *key, const char *value, Error *err);
void model_unset_metadata(Model *model, const char *key);        /* nothing happens when it is absent */
const char *model_metadata(const Model *model, const char *key); /* null when absent; lives until changed */
int model_metadata_count(const Model *model);
void model_metadata_at(const Model *model, int index, const char **key, const char **value);

#endif
