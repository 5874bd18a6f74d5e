/* Checkpoint: a model as a safetensors file, which NumPy and PyTorch read as it is.
 *
 * Format (https://github.com/huggingface/safetensors): 8 bytes little-endian length N; N bytes of JSON header
 * {"__metadata__": {string: string}, "name": {"dtype": "F32", "shape": [..], "data_offsets": [begin, end]}, ...}; then the
 * tensors, little-endian float32, row-major, in the order of tensors.def. __metadata__ holds "format" = "refrain-model",
 * "version" = "1", every field of ModelConfig by name as a decimal string, and free keys (corpus, licence, steps, seed,
 * figures, commit, ...). Linear maps are stored (out, in) as PyTorch has them.
 *
 * Loading never trusts the bytes: lengths, offsets, shapes, dtypes, missing and surplus tensors, non-finite values, other
 * formats and versions are each refused with one sentence. */
#ifndef REFRAIN_ENGINE_NN_CHECKPOINT_H
#define REFRAIN_ENGINE_NN_CHECKPOINT_H

#include "engine/nn/model.h"

Model *checkpoint_load(const char *path, Error *err);
/* The value of a metadata key of a loaded model, or null. Lives as long as the model. */
const char *checkpoint_metadata(const Model *model, const char *key);

#endif
