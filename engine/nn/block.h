/* Block: one pre-norm Transformer layer, Vaswani et al. 2017, Xiong et al. 2020:
 *
 *   x -> x + self(norm x) -> (decoder: + inter(norm x, z)) -> + ff(norm x)
 *
 * Pure functions over LayerActs and LayerParams; x is (R, C), the input that forward was given. */
#ifndef REFRAIN_ENGINE_NN_BLOCK_H
#define REFRAIN_ENGINE_NN_BLOCK_H

#include "engine/nn/tensors.h"

/* This layer's share of batch->past; null without one. */
typedef struct {
    const float *self_kv, *inter_kv;
} BlockPast;

/* z_in (R, C) is what inter-attention looks at; null in the encoder. Writes acts->out and what backward needs. */
void block_forward(LayerActs *acts, const LayerParams *params, const float *x, const float *z_in,
                   BlockPast past, const ModelConfig *config, const ModelBatch *batch, int bars);
/* scratch->d_residual holds d(out) before and d(x) after; scratch->d_z_in += d(z_in); grads += .. */
void block_backward(Acts *scratch, LayerParams *grads, const LayerActs *acts, const LayerParams *params,
                    const float *x, const float *z_in, const ModelBatch *batch);

#endif
