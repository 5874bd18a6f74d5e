#include "engine/nn/perceptron.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/nn/layers.h"

typedef struct {
    float *norm_weight, *norm_bias, *up_weight, *up_bias, *down_weight, *down_bias;
} BlockParams;

typedef struct {
    float *input_weight, *input_bias, *norm_weight, *norm_bias, *output_weight, *output_bias;
    BlockParams block[PERCEPTRON_BLOCKS_MAX];
} Params;

typedef struct {
    float *normed, *stats, *up, *out; /* (R, hidden), stats (R, 2) */
} BlockActs;

struct PerceptronActs {
    PerceptronConfig config;
    int rows;
    float *block;
    float *first, *normed, *stats, *y; /* (R, hidden), (R, hidden), (R, 2), (R, out) */
    BlockActs layer[PERCEPTRON_BLOCKS_MAX];
    float *dnormed, *dhidden, *dup; /* (R, hidden); null unless training */
};

/* ---- parameters by name ---- */

typedef enum { UNIFORM, ONES, ZEROS } Initialiser;

/* The one walk over all parameters: lists them, lays pointers over them, initialises them, as far as asked. */
typedef struct {
    ModelTensor *out;
    int capacity, count;
    const char *prefix;
    size_t offset;
    float *block;
    Rng *rng;
} Walk;

static float *visit(Walk *w, int block, const char *name, int rows, int cols, Initialiser init) {
    const size_t size = (size_t)rows * (size_t)(cols ? cols : 1);
    float *data = w->block ? w->block + w->offset : NULL;
    if (w->out && w->count < w->capacity) {
        ModelTensor *t = &w->out[w->count];
        *t = (ModelTensor){
            .rank = cols ? 2 : 1, .shape = {rows, cols ? cols : 1}, .offset = w->offset, .size = size};
        if (block < 0)
            snprintf(t->name, sizeof t->name, "%s.%s", w->prefix, name);
        else
            snprintf(t->name, sizeof t->name, "%s.block.%d.%s", w->prefix, block, name);
    }
    const float bound = 1.0f / sqrtf((float)(cols ? cols : 1));
    for (size_t i = 0; w->rng && i < size; i++)
        data[i] = init == ZEROS  ? 0.0f
                  : init == ONES ? 1.0f
                                 : bound * (2.0f * (float)rng_uniform(w->rng) - 1.0f);
    w->count++;
    w->offset += size;
    return data;
}

static void walk(Walk *w, Params *p, const PerceptronConfig *c) {
    const int H = c->hidden;
    p->input_weight = visit(w, -1, "input.weight", H, c->in, UNIFORM);
    p->input_bias = visit(w, -1, "input.bias", H, 0, ZEROS);
    for (int i = 0; i < c->blocks; i++) {
        BlockParams *b = &p->block[i];
        b->norm_weight = visit(w, i, "norm.weight", H, 0, ONES);
        b->norm_bias = visit(w, i, "norm.bias", H, 0, ZEROS);
        b->up_weight = visit(w, i, "up.weight", H, H, UNIFORM);
        b->up_bias = visit(w, i, "up.bias", H, 0, ZEROS);
        b->down_weight = visit(w, i, "down.weight", H, H, UNIFORM);
        b->down_bias = visit(w, i, "down.bias", H, 0, ZEROS);
    }
    p->norm_weight = visit(w, -1, "norm.weight", H, 0, ONES);
    p->norm_bias = visit(w, -1, "norm.bias", H, 0, ZEROS);
    p->output_weight = visit(w, -1, "output.weight", c->out, H, UNIFORM);
    p->output_bias = visit(w, -1, "output.bias", c->out, 0, ZEROS);
}

int perceptron_tensors(const PerceptronConfig *config, const char *prefix, ModelTensor *out, int capacity) {
    Walk w = {.out = out, .capacity = capacity, .prefix = prefix};
    walk(&w, &(Params){0}, config);
    return w.count;
}

size_t perceptron_size(const PerceptronConfig *config) {
    Walk w = {0};
    walk(&w, &(Params){0}, config);
    return w.offset;
}

void perceptron_init(float *block, const PerceptronConfig *config, Rng *rng) {
    walk(&(Walk){.block = block, .rng = rng}, &(Params){0}, config);
}

/* ---- activations ---- */

static float *lay(float *block, size_t *offset, int rows, int width) {
    float *at = block ? block + *offset : NULL;
    *offset += (size_t)rows * (size_t)width;
    return at;
}

/* With a null block it only counts. */
static size_t lay_acts(PerceptronActs *a, float *block, bool training) {
    const PerceptronConfig *c = &a->config;
    const int R = a->rows, H = c->hidden;
    size_t at = 0;
    a->first = lay(block, &at, R, H);
    for (int i = 0; i < c->blocks; i++) {
        a->layer[i].normed = lay(block, &at, R, H);
        a->layer[i].stats = lay(block, &at, R, 2);
        a->layer[i].up = lay(block, &at, R, H);
        a->layer[i].out = lay(block, &at, R, H);
    }
    a->normed = lay(block, &at, R, H);
    a->stats = lay(block, &at, R, 2);
    a->y = lay(block, &at, R, c->out);
    if (!training) return at;
    a->dnormed = lay(block, &at, R, H);
    a->dhidden = lay(block, &at, R, H);
    a->dup = lay(block, &at, R, H);
    return at;
}

PerceptronActs *perceptron_acts_new(const PerceptronConfig *config, int rows, bool training, Error *err) {
    PerceptronActs *acts = calloc(1, sizeof *acts);
    if (!acts) goto fail;
    acts->config = *config;
    acts->rows = rows;
    acts->block = calloc(lay_acts(acts, NULL, training), sizeof(float));
    if (!acts->block) goto fail;
    lay_acts(acts, acts->block, training);
    return acts;
fail:
    perceptron_acts_free(acts);
    error_memory(err, "a network");
    return NULL;
}

void perceptron_acts_free(PerceptronActs *acts) {
    if (!acts) return;
    free(acts->block);
    free(acts);
}

/* ---- forward and backward ---- */

static Params lay_params(const float *block, const PerceptronConfig *config) {
    Params p;
    walk(&(Walk){.block = (float *)block}, &p, config);
    return p;
}

const float *perceptron_forward(const float *block, PerceptronActs *a, const float *x, int R) {
    const PerceptronConfig *c = &a->config;
    const Params p = lay_params(block, c);
    const int H = c->hidden;
    assert(R <= a->rows);
    linear_forward(a->first, x, p.input_weight, p.input_bias, true, R, c->in, H);
    const float *h = a->first;
    for (int i = 0; i < c->blocks; i++) {
        const BlockParams *b = &p.block[i];
        BlockActs *l = &a->layer[i];
        norm_forward(l->normed, l->stats, h, b->norm_weight, b->norm_bias, R, H);
        linear_forward(l->up, l->normed, b->up_weight, b->up_bias, true, R, H, H);
        linear_residual_forward(l->out, h, l->up, b->down_weight, b->down_bias, R, H, H);
        h = l->out;
    }
    norm_forward(a->normed, a->stats, h, p.norm_weight, p.norm_bias, R, H);
    linear_forward(a->y, a->normed, p.output_weight, p.output_bias, false, R, H, c->out);
    return a->y;
}

/* y = output(norm(h)), h_i+1 = h_i + down(relu(up(norm(h_i)))), h_0 = relu(input(x)), from the last to the first; dhidden is
 * the gradient of h, which each block's residual passes on and its branch adds to. */
void perceptron_backward(float *gradient, const float *block, PerceptronActs *a, const float *dy,
                         const float *x, int R) {
    const PerceptronConfig *c = &a->config;
    const Params p = lay_params(block, c), g = lay_params(gradient, c);
    const int H = c->hidden;
    assert(a->dnormed);
    linear_backward(a->dnormed, false, g.output_weight, g.output_bias, dy, a->normed, p.output_weight, R, H,
                    c->out);
    memset(a->dhidden, 0, sizeof(float) * (size_t)R * (size_t)H);
    norm_backward(a->dhidden, g.norm_weight, g.norm_bias, a->dnormed, a->layer[c->blocks - 1].out, a->stats,
                  p.norm_weight, R, H);
    for (int i = c->blocks - 1; i >= 0; i--) {
        const BlockParams *b = &p.block[i], *db = &g.block[i];
        BlockActs *l = &a->layer[i];
        linear_backward(a->dup, false, db->down_weight, db->down_bias, a->dhidden, l->up, b->down_weight, R,
                        H, H);
        relu_backward(a->dup, l->up, R * H);
        linear_backward(a->dnormed, false, db->up_weight, db->up_bias, a->dup, l->normed, b->up_weight, R, H,
                        H);
        norm_backward(a->dhidden, db->norm_weight, db->norm_bias, a->dnormed,
                      i > 0 ? a->layer[i - 1].out : a->first, l->stats, b->norm_weight, R, H);
    }
    relu_backward(a->dhidden, a->first, R * H);
    linear_backward(NULL, false, g.input_weight, g.input_bias, a->dhidden, x, p.input_weight, R, c->in, H);
}
