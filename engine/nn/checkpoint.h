/* Checkpoint: a model as a safetensors file, which NumPy and PyTorch read as it is.
 *
 * Format (https://github.com/huggingface/safetensors): 8 bytes little-endian length N; N bytes of JSON header
 * {"__metadata__": {string: string}, "name": {"dtype": "F32", "shape": [..], "data_offsets": [begin, end]},
 * ...}; then the tensors, little-endian, row-major, in the order of tensors.def (float32), then those of the prior (F16, half.h). __metadata__ holds
 * "format" = "refrain-model", "version" = "1", every field of ModelConfig by name as a decimal string, and
 * free keys (corpus, licence, steps, seed, figures, commit, ...). Linear maps are stored (out, in) as PyTorch
 * has them. A model with a fitted prior (prior.h) also has "prior_" and every field of PriorConfig in __metadata__, and
 * after its own tensors those of the prior: form.*, content.*, near_slots, headers. Tensors prior.* are those of a kind of
 * prior that older models have; they are passed over.
 *
 * Loading never trusts the bytes: lengths, offsets, shapes, dtypes, missing and surplus tensors, non-finite
 * values, other formats and versions are each refused with one sentence. */
#ifndef REFRAIN_ENGINE_NN_CHECKPOINT_H
#define REFRAIN_ENGINE_NN_CHECKPOINT_H

#include "engine/nn/model.h"

Model *checkpoint_load(const char *path, Error *err);
bool checkpoint_save(const Model *model, const char *path, Error *err); /* atomic */
/* The same on memory, for tests and fuzzing. */
Model *checkpoint_parse(const unsigned char *bytes, size_t size, Error *err);

/* Named float blocks beside the model (optimizer moments), for the trainer's state file: the same format and
 * the same care, any names. block[i].data must have block[i].size floats; loading fills blocks whose name
 * and size match, and fails when one is missing. metadata holds metadata_count keys, each followed by its
 * value. */
typedef struct {
    const char *name;
    float *data;
    size_t size;
} CheckpointBlock;
bool checkpoint_save_blocks(const char *path, const CheckpointBlock *block, int count,
                            const char *const *metadata, int metadata_count, Error *err);
/* *metadata_json (malloc'ed, may be null): the __metadata__ object as JSON text. */
bool checkpoint_load_blocks(const char *path, CheckpointBlock *block, int count, char **metadata_json,
                            Error *err);

#endif
