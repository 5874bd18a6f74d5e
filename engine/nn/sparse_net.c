#include "engine/nn/sparse_net.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/nn/gemm.h"
#include "engine/nn/layers.h"

struct SparseActs {
    SparseNetConfig config;
    int rows;
    float *block;
    float *first, *bend, *second, *y; /* h1 (R, hidden); relu(W2 h1 + b2); h2; (R, out) */
    float *dhidden, *dbend;           /* (R, hidden); null unless training */
};

/* ---- parameters by name ---- */

enum { TABLE, BIAS, HIDDEN_WEIGHT, HIDDEN_BIAS, OUTPUT_WEIGHT, OUTPUT_BIAS, TENSORS };

static void list(ModelTensor tensor[TENSORS], const SparseNetConfig *c, const char *prefix) {
    const char *name[TENSORS] = {"table",       "bias",          "hidden.weight",
                                 "hidden.bias", "output.weight", "output.bias"};
    const int shape[TENSORS][2] = {{c->in, c->hidden}, {c->hidden, 0},      {c->hidden, c->hidden},
                                   {c->hidden, 0},     {c->out, c->hidden}, {c->out, 0}};
    size_t offset = 0;
    for (int i = 0; i < TENSORS; i++) {
        const int cols = shape[i][1] ? shape[i][1] : 1;
        tensor[i] = (ModelTensor){.rank = shape[i][1] ? 2 : 1,
                                  .shape = {shape[i][0], cols},
                                  .offset = offset,
                                  .size = (size_t)shape[i][0] * (size_t)cols};
        snprintf(tensor[i].name, sizeof tensor[i].name, "%s.%s", prefix, name[i]);
        offset += tensor[i].size;
    }
}

int sparse_net_tensors(const SparseNetConfig *config, const char *prefix, ModelTensor *out, int capacity) {
    ModelTensor tensor[TENSORS];
    list(tensor, config, prefix);
    for (int i = 0; out && i < TENSORS && i < capacity; i++) out[i] = tensor[i];
    return TENSORS;
}

size_t sparse_net_size(const SparseNetConfig *config) {
    ModelTensor tensor[TENSORS];
    list(tensor, config, "");
    return tensor[TENSORS - 1].offset + tensor[TENSORS - 1].size;
}

static void fill_normal(float *x, size_t count, float scale, Rng *rng) {
    for (size_t i = 0; i < count; i++) x[i] = scale * rng_normal(rng);
}

void sparse_net_init(float *block, const SparseNetConfig *config, int switches, Rng *rng) {
    ModelTensor tensor[TENSORS];
    list(tensor, config, "");
    const float width = (float)config->hidden;
    memset(block, 0, sparse_net_size(config) * sizeof *block);
    fill_normal(block + tensor[TABLE].offset, tensor[TABLE].size, sqrtf(1.0f / (float)switches), rng);
    fill_normal(block + tensor[HIDDEN_WEIGHT].offset, tensor[HIDDEN_WEIGHT].size, sqrtf(2.0f / width), rng);
    fill_normal(block + tensor[OUTPUT_WEIGHT].offset, tensor[OUTPUT_WEIGHT].size, 0.3f * sqrtf(1.0f / width),
                rng);
}

/* Pointers to the parts of a block, of parameters or of gradients. */
typedef struct {
    float *part[TENSORS];
} Params;

static Params lay(const float *block, const SparseNetConfig *config) {
    ModelTensor tensor[TENSORS];
    Params params;
    list(tensor, config, "");
    for (int i = 0; i < TENSORS; i++) params.part[i] = (float *)block + tensor[i].offset;
    return params;
}

/* ---- life ---- */

SparseActs *sparse_net_acts_new(const SparseNetConfig *config, int rows, bool training, Error *err) {
    const size_t width = (size_t)rows * (size_t)config->hidden, out = (size_t)rows * (size_t)config->out;
    if (!gemm_init(1, err)) return NULL;
    SparseActs *acts = calloc(1, sizeof *acts);
    if (!acts) goto fail;
    *acts = (SparseActs){.config = *config, .rows = rows};
    acts->block = calloc((training ? 5 : 3) * width + out, sizeof *acts->block);
    if (!acts->block) goto fail;
    acts->first = acts->block;
    acts->bend = acts->first + width;
    acts->second = acts->bend + width;
    acts->y = acts->second + width;
    acts->dhidden = training ? acts->y + out : NULL;
    acts->dbend = training ? acts->dhidden + width : NULL;
    return acts;
fail:
    sparse_net_acts_free(acts);
    error_memory(err, "a network");
    return NULL;
}

void sparse_net_acts_free(SparseActs *acts) {
    if (!acts) return;
    free(acts->block);
    free(acts);
}

bool sparse_net_input_init(SparseInput *input, int rows, int row, Error *err) {
    *input = (SparseInput){.rows = rows, .row = row};
    input->index = calloc((size_t)rows * (size_t)row, sizeof *input->index);
    input->first = calloc((size_t)rows + 1, sizeof *input->first);
    return (input->index && input->first) || error_memory(err, "a network's input");
}

void sparse_net_input_deinit(SparseInput *input) {
    free(input->index);
    free(input->first);
    *input = (SparseInput){0};
}

/* ---- forward and backward ---- */

static void add_row(float *restrict y, const float *restrict x, int count) {
    for (int i = 0; i < count; i++) y[i] += x[i];
}

/* Sixteen bits of the generator decide for a unit: a share is kept to 1/65536. */
static void drop(float *h, int count, const SparseDropout *dropout) {
    const float up = 1 / (1 - dropout->hidden);
    const uint64_t limit = (uint64_t)(dropout->hidden * 65536);
    for (int i = 0; i < count; i += 4) {
        uint64_t bits = rng_next(dropout->rng);
        for (int j = i; j < i + 4 && j < count; j++, bits >>= 16)
            h[j] = (bits & 65535) < limit ? 0 : h[j] * up;
    }
}

const float *sparse_net_forward(const float *block, SparseActs *a, const SparseInput *x, int R,
                                SparseDropout dropout) {
    const int H = a->config.hidden;
    const Params p = lay(block, &a->config);
    const float scale = 1 / (1 - dropout.input);
    assert(R <= a->rows && R <= x->rows);
    for (int r = 0; r < R; r++) {
        float *h = a->first + (size_t)r * (size_t)H;
        memset(h, 0, (size_t)H * sizeof *h);
        for (int i = x->first[r]; i < x->first[r + 1]; i++)
            add_row(h, p.part[TABLE] + (size_t)x->index[i] * (size_t)H, H);
        for (int i = 0; i < H; i++) {
            const float sum = p.part[BIAS][i] + scale * h[i];
            h[i] = sum > 0 ? sum : 0;
        }
        if (dropout.hidden > 0) drop(h, H, &dropout);
    }
    linear_forward(a->bend, a->first, p.part[HIDDEN_WEIGHT], p.part[HIDDEN_BIAS], true, R, H, H);
    memcpy(a->second, a->first, (size_t)R * (size_t)H * sizeof *a->second);
    vector_add(a->second, a->bend, (long)R * H);
    linear_forward(a->y, a->second, p.part[OUTPUT_WEIGHT], p.part[OUTPUT_BIAS], false, R, H, a->config.out);
    return a->y;
}

void sparse_net_backward(float *gradient, const float *block, SparseActs *a, const float *dy,
                         const SparseInput *x, int R, SparseDropout dropout) {
    const int H = a->config.hidden;
    const Params p = lay(block, &a->config), g = lay(gradient, &a->config);
    const float input_scale = 1 / (1 - dropout.input), hidden_scale = 1 / (1 - dropout.hidden);
    assert(a->dhidden);
    linear_backward(a->dhidden, false, g.part[OUTPUT_WEIGHT], g.part[OUTPUT_BIAS], dy, a->second,
                    p.part[OUTPUT_WEIGHT], R, H, a->config.out);
    memcpy(a->dbend, a->dhidden, (size_t)R * (size_t)H * sizeof *a->dbend);
    relu_backward(a->dbend, a->bend, R * H);
    linear_backward(a->dhidden, true, g.part[HIDDEN_WEIGHT], g.part[HIDDEN_BIAS], a->dbend, a->first,
                    p.part[HIDDEN_WEIGHT], R, H, H);
    relu_backward(a->dhidden, a->first, R * H); /* dropped units are 0 too */
    for (int r = 0; r < R; r++) {
        float *d = a->dhidden + (size_t)r * (size_t)H;
        for (int i = 0; i < H; i++) d[i] *= hidden_scale;
        add_row(g.part[BIAS], d, H);
        for (int i = 0; i < H; i++) d[i] *= input_scale;
        for (int i = x->first[r]; i < x->first[r + 1]; i++)
            add_row(g.part[TABLE] + (size_t)x->index[i] * (size_t)H, d, H);
    }
}
