/* Model tensor: a named part of a block of parameters, as files hold it. */
#ifndef REFRAIN_ENGINE_NN_MODEL_TENSOR_H
#define REFRAIN_ENGINE_NN_MODEL_TENSOR_H

#include <stddef.h>

typedef struct {
    char name[48]; /* as in the checkpoint: "encoder.0.self.query.weight" */
    int rank;      /* 1 or 2 */
    int shape[2];  /* row-major; linear maps are (out, in) */
    size_t offset; /* in floats from the beginning of the block */
    size_t size;   /* floats */
} ModelTensor;

#endif
