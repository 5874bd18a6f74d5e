#include "engine/nn/tensors.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- parameters ---- */

static size_t extent(int rows, int cols) {
    return (size_t)rows * (size_t)(cols ? cols : 1);
}

static void lay_layer(LayerParams *layer, const ModelConfig *c, float **at, bool inter) {
    memset(layer, 0, sizeof *layer);
#define LAYER_PARAM(field, name, rows, cols, init, value) \
    layer->field = *at;                                   \
    *at += extent(rows, cols);
#define INTER_PARAM(field, name, rows, cols, init, value) \
    if (inter) {                                          \
        layer->field = *at;                               \
        *at += extent(rows, cols);                        \
    }
#include "engine/nn/tensors.def"
}

void tensors_lay(Params *params, const ModelConfig *c, float *block) {
    float *at = block;
    memset(params, 0, sizeof *params);
#define PARAM(field, name, rows, cols, init, value) \
    params->field = at;                             \
    at += extent(rows, cols);
#include "engine/nn/tensors.def"
    for (int l = 0; l < c->layers; l++) lay_layer(&params->encoder[l], c, &at, false);
    for (int l = 0; l < c->layers; l++) lay_layer(&params->decoder[l], c, &at, true);
}

/* ---- activations ---- */

typedef struct {
    float *block; /* null while measuring */
    size_t used;
    size_t rows;
} Arena;

static float *arena_take(Arena *arena, size_t floats) {
    float *at = arena->block ? arena->block + arena->used : NULL;
    /* whole cache lines, so that two workers never write to one */
    arena->used += (floats + 15) / 16 * 16;
    return at;
}

static float *arena_rows(Arena *arena, int width) {
    return arena_take(arena, arena->rows * (size_t)width);
}

static void lay_layer_acts(LayerActs *layer, const ModelConfig *c, int bars, Arena *arena, bool inter,
                           bool training) {
#define LAYER_ACT(field, width) layer->field = arena_rows(arena, width);
#define INTER_ACT(field, width) layer->field = inter ? arena_rows(arena, width) : NULL;
#define INTER_FOLD(field, floats) \
    layer->field = inter && training ? arena_take(arena, (size_t)(floats)) : NULL;
#include "engine/nn/tensors.def"
}

static size_t lay_acts(Acts *acts, bool training) {
    const ModelConfig *c = &acts->config;
    const int bars = acts->bars, sides = acts->sides;
    Arena arena = {acts->block, 0, (size_t)acts->rows};
#define ACT(field, width) acts->field = arena_rows(&arena, width);
#define GRAD(field, width) acts->field = training ? arena_rows(&arena, width) : NULL;
#include "engine/nn/tensors.def"
    for (int l = 0; l < c->layers; l++) lay_layer_acts(&acts->encoder[l], c, bars, &arena, false, training);
    for (int l = 0; l < c->layers; l++) lay_layer_acts(&acts->decoder[l], c, bars, &arena, true, training);
    return arena.used;
}

Acts *acts_new(const ModelConfig *config, int rows, int bars, bool training, Error *err) {
    assert(rows > 0 && bars > 0 && bars <= config->bars);
    Acts *acts = calloc(1, sizeof *acts);
    if (!acts) goto fail;
    acts->config = *config;
    acts->rows = rows;
    acts->bars = bars;
    acts->sides = training ? 2 : 1;
    if (!distinct_init(&acts->distinct, rows * config->slots, err)) goto fail;
    size_t floats = lay_acts(acts, training);
    if (posix_memalign((void **)&acts->block, 64, floats * sizeof(float))) {
        acts->block = NULL;
        goto fail;
    }
    memset(acts->block, 0, floats * sizeof(float));
    lay_acts(acts, training);
    return acts;
fail:
    acts_free(acts);
    error_memory(err, "the model's activations");
    return NULL;
}

void acts_free(Acts *acts) {
    if (!acts) return;
    distinct_deinit(&acts->distinct);
    free(acts->block);
    free(acts);
}

const float *acts_mu(const Acts *acts) {
    return acts->mu;
}
const float *acts_logvar(const Acts *acts) {
    return acts->logvar;
}
const float *acts_logits(const Acts *acts) {
    return acts->logits;
}
const float *acts_pointer(const Acts *acts) {
    return acts->pointer;
}
const float *acts_gate(const Acts *acts) {
    return acts->gate;
}
const float *acts_encoder_attention(const Acts *acts, int layer) {
    return acts->encoder[layer].self_attention;
}
const float *acts_decoder_self_attention(const Acts *acts, int layer) {
    return acts->decoder[layer].self_attention;
}
const float *acts_decoder_inter_attention(const Acts *acts, int layer) {
    return acts->decoder[layer].inter_attention;
}
int acts_bars(const Acts *acts) {
    return acts->bars;
}
