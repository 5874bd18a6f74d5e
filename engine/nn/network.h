/* Network: backward passes of model.h's three stages, for the loss. Each assumes that the forward pass of the same batch is
 * still in acts, and adds to grads (a Params laid over a gradient block).
 *
 * Gradients of activations travel in acts: d_code (R, C) is added to by every stage and must be cleared before the first, as
 * must d_slot_code, that of the distinct slots' codes. */
#ifndef REFRAIN_ENGINE_NN_NETWORK_H
#define REFRAIN_ENGINE_NN_NETWORK_H

#include "engine/nn/model.h"
#include "engine/nn/tensors.h"

/* Forward of the local decoder on the first `slots` slots of acts->blend -> acts->logits. model_decode calls it for the
 * batch; training appends codes for the codec loss. */
void network_write(const Model *model, Acts *acts, int slots);
/* model_decode without the local decoder: -> acts->blend, pointer, gate. */
void network_decode(const Model *model, Acts *acts, const ModelBatch *batch, const float *z);

/* acts->logits holds d(logits) of `slots` slots -> acts->d_blend */
void network_write_backward(const Model *model, Acts *acts, Params *grads, int slots);
/* acts->d_blend -> acts->d_fresh, d_pointer, d_gate (of the gate's logit), d_code +=; the loss may then add to the pointer's
 * and the gate's gradients. */
void network_blend_backward(Acts *acts, const ModelBatch *batch);
/* acts->d_fresh, d_pointer, d_gate -> acts->d_z, d_code += */
void network_decode_backward(const Model *model, Acts *acts, Params *grads, const ModelBatch *batch);
/* acts->d_mu, acts->d_logvar -> d_code += */
void network_encode_backward(const Model *model, Acts *acts, Params *grads, const ModelBatch *batch);
/* acts->d_code, d_slot_code -> embedding */
void network_read_backward(const Model *model, Acts *acts, Params *grads, const ModelBatch *batch);

#endif
