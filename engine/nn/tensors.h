/* Tensors: named pointers laid over one block of parameters and one block of activations, both from tensors.def.
 *
 * For the mathematics only; others use acts.h and model.h. Gradients of parameters have the same shape as the parameters, so a
 * Params can be laid over a gradient block too, and the optimizer, clearing and saving are loops over one array. */
#ifndef REFRAIN_ENGINE_NN_TENSORS_H
#define REFRAIN_ENGINE_NN_TENSORS_H

#include "engine/nn/acts.h"
#include "engine/nn/distinct.h"

enum { TENSORS_LAYERS_MAX = 8 };

typedef struct {
#define LAYER_PARAM(field, name, rows, cols, init, value) float *field;
#define INTER_PARAM(field, name, rows, cols, init, value) float *field; /* null in the encoder */
#include "engine/nn/tensors.def"
} LayerParams;

typedef struct {
#define PARAM(field, name, rows, cols, init, value) float *field;
#include "engine/nn/tensors.def"
    LayerParams encoder[TENSORS_LAYERS_MAX], decoder[TENSORS_LAYERS_MAX];
} Params;

typedef struct {
#define LAYER_ACT(field, width) float *field;
#define INTER_ACT(field, width) float *field;   /* null in the encoder */
#define INTER_FOLD(field, floats) float *field; /* null in the encoder and unless training */
#include "engine/nn/tensors.def"
} LayerActs;

struct Acts {
    ModelConfig config;
    int rows;          /* capacity R */
    int bars;          /* longest sequence, and row width of attention and pointers */
    int sides;         /* rows of the local decoder a bar: 1, or 2 when training */
    int R;             /* rows of the last pass */
    Distinct distinct; /* slots that the last model_read met: the local encoder reads each once */
    float *block;
#define ACT(field, width) float *field;
#define GRAD(field, width) float *field; /* null unless training */
#include "engine/nn/tensors.def"
    LayerActs encoder[TENSORS_LAYERS_MAX], decoder[TENSORS_LAYERS_MAX];
};

/* Lays params over a block of model_size(config) floats. */
void tensors_lay(Params *params, const ModelConfig *config, float *block);

#endif
