/* What a Model is made of: for the files of the mathematics that read its parameters. */
#ifndef REFRAIN_ENGINE_NN_MODEL_PRIVATE_H
#define REFRAIN_ENGINE_NN_MODEL_PRIVATE_H

#include "engine/nn/model.h"
#include "engine/nn/tensors.h"

typedef struct {
    char *key, *value; /* owned */
} ModelMetadata;

struct Model {
    ModelConfig config;
    float *block;  /* model_size(config) floats, owned */
    Params params; /* laid over block */
    Prior *prior;  /* owned, may be null */
    ModelMetadata *metadata;
    int metadata_count;
};

#endif
