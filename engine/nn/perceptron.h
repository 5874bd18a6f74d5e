/* Perceptron: a residual multilayer perceptron on a block of floats that its caller owns; forward and backward.
 *
 *   h = relu(input x);   `blocks` times h += down relu(up norm(h));   y = output norm(h)
 *
 * The parameters of one perceptron are perceptron_size floats, a gradient has the same layout. Functions are pure but for the
 * acts, which belong to one thread. */
#ifndef REFRAIN_ENGINE_NN_PERCEPTRON_H
#define REFRAIN_ENGINE_NN_PERCEPTRON_H

#include "engine/nn/model.h"

typedef struct {
    int in, hidden, blocks, out;
} PerceptronConfig;

enum { PERCEPTRON_BLOCKS_MAX = 8 };

typedef struct PerceptronActs
    PerceptronActs; /* activations of up to `rows` rows, and gradients when training */

/* Names begin with prefix: "prior.input.weight". As model_tensors otherwise. */
int perceptron_tensors(const PerceptronConfig *config, const char *prefix, ModelTensor *out, int capacity);
size_t perceptron_size(const PerceptronConfig *config);
void perceptron_init(float *block, const PerceptronConfig *config, Rng *rng);

PerceptronActs *perceptron_acts_new(const PerceptronConfig *config, int rows, bool training, Error *err);
void perceptron_acts_free(PerceptronActs *acts); /* null is allowed */

/* x (R, in) -> y (R, out), which lives in acts until the next call. */
const float *perceptron_forward(const float *block, PerceptronActs *acts, const float *x, int R);
/* gradient += that of the last forward, from dy (R, out); x and R as there. */
void perceptron_backward(float *gradient, const float *block, PerceptronActs *acts, const float *dy,
                         const float *x, int R);

#endif
