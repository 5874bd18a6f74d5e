/* SparseNet: a small network whose inputs are a few hundred switches, nearly all of them off.
 *
 * A row is the list of the switches that are on, so the first layer is a sum of table rows and costs nothing for the others:
 *
 *   h1 = relu(b1 + sum of the table's rows that are on)      (R, hidden)
 *   h2 = relu(W2 h1 + b2) + h1                               (R, hidden)
 *   y  = W3 h2 + b3                                          (R, out)
 *
 * In training some switches are left out and some of h1 is dropped, the rest scaled up (Srivastava et al., "Dropout", JMLR
 * 2014). Parameters lie in one block, as a model's do. Pure but for the activations, which belong to one thread. A row of
 * 150 switches at hidden 256 costs about 20 us. */
#ifndef REFRAIN_ENGINE_NN_SPARSE_NET_H
#define REFRAIN_ENGINE_NN_SPARSE_NET_H

#include "engine/base/error.h"
#include "engine/base/rng.h"
#include "engine/nn/model_tensor.h"

typedef struct {
    int in, hidden, out;
} SparseNetConfig;

/* The switches that are on, row after row. */
typedef struct {
    int *index;    /* those of row r are index[first[r]] .. index[first[r + 1] - 1], each 0 .. in - 1 */
    int *first;    /* (rows + 1), first[0] = 0 */
    int rows, row; /* capacities: rows, and switches of one row */
} SparseInput;

/* What training leaves out; a zeroed one leaves everything in. */
typedef struct {
    float input;  /* share of the switches that were left out of the rows: what is on counts for more */
    float hidden; /* share of h1 to drop */
    Rng *rng;     /* says which, when hidden > 0 */
} SparseDropout;

typedef struct SparseActs SparseActs; /* activations of up to `rows` rows, and gradients when training */

/* Names begin with prefix: "form.table". As model_tensors otherwise. */
int sparse_net_tensors(const SparseNetConfig *config, const char *prefix, ModelTensor *out, int capacity);
size_t sparse_net_size(const SparseNetConfig *config);
/* switches: how many are on in a row, about. */
void sparse_net_init(float *block, const SparseNetConfig *config, int switches, Rng *rng);

SparseActs *sparse_net_acts_new(const SparseNetConfig *config, int rows, bool training, Error *err);
void sparse_net_acts_free(SparseActs *acts); /* null is allowed */
bool sparse_net_input_init(SparseInput *input, int rows, int row, Error *err);
void sparse_net_input_deinit(SparseInput *input);

/* The first R rows of x -> y (R, out), which lives in acts until the next call. */
const float *sparse_net_forward(const float *block, SparseActs *acts, const SparseInput *x, int R,
                                SparseDropout dropout);
/* gradient += that of the last forward, from dy (R, out); x, R and dropout as there. */
void sparse_net_backward(float *gradient, const float *block, SparseActs *acts, const float *dy,
                         const SparseInput *x, int R, SparseDropout dropout);

#endif
