/* Past: what decoding keeps of bars that stand, so that a later pass computes only the rows that can still change.
 *
 * A place of the past holds one bar of one sequence: the bar's code, and in each decoder layer the keys and values of the
 * bar's row in self- and inter-attention. A sequence says by a list of places where its bars are, so that sequences which
 * begin alike can share them. Code and row are kept apart because a bar is read before the row after it can be decoded.
 * For inference only; belongs to one thread. */
#ifndef REFRAIN_ENGINE_NN_PAST_H
#define REFRAIN_ENGINE_NN_PAST_H

#include "engine/nn/model.h"
#include "engine/nn/tensors.h"

struct Past {
    int places, layers, channels;
    float *block;                        /* owned; the others point into it */
    float *code;                         /* (places, C) */
    float *self_kv[TENSORS_LAYERS_MAX];  /* (places, 2 C) keys, then values */
    float *inter_kv[TENSORS_LAYERS_MAX]; /* the same */
};

Past *past_new(const ModelConfig *config, int places, Error *err);
void past_free(Past *past); /* null is allowed */

/* The code of `row` of the last model_read. */
void past_keep_code(Past *past, int place, const Acts *acts, int row);
void past_copy_code(Past *past, int to, int from);
/* Keys and values of `row` of the last model_decode. */
void past_keep_row(Past *past, int place, const Acts *acts, int row);

#endif
