/* Block: one pre-norm Transformer layer, Vaswani et al. 2017, Xiong et al. 2020:
 *
 *   x -> x + self(norm x) -> (decoder: + inter(norm x, memory)) -> + ff(norm x)
 *
 * Pure functions over LayerActs and LayerParams; x is (R, C), the input that forward was given. */
#ifndef REFRAIN_ENGINE_NN_BLOCK_H
#define REFRAIN_ENGINE_NN_BLOCK_H

#include "engine/nn/model.h"
#include "engine/nn/tensors.h"

/* This layer's share of batch->past; null without one. */
typedef struct {
    const float *self_kv, *inter_kv;
} BlockPast;

/* What inter-attention looks at: x (R, width), and the map (2 C, width) that makes keys and values of it. All null in the
 * encoder. */
typedef struct {
    const float *x, *kv_weight, *kv_bias;
    int width;
} BlockMemory;

/* Gradients of a BlockMemory, added to. */
typedef struct {
    float *x, *kv_weight, *kv_bias;
} BlockMemoryGrad;

/* Writes acts->out and what backward needs. */
void block_forward(LayerActs *acts, const LayerParams *params, const float *x, BlockMemory memory,
                   BlockPast past, const ModelConfig *config, const ModelBatch *batch, int bars);
/* scratch->d_residual holds d(out) before and d(x) after; grads += .. */
void block_backward(Acts *scratch, LayerParams *grads, BlockMemoryGrad memory_grad, const LayerActs *acts,
                    const LayerParams *params, const float *x, BlockMemory memory, const ModelBatch *batch);

#endif
