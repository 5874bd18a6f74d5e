#include "engine/nn/model.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/nn/gemm.h"
#include "engine/nn/layers.h"
#include "engine/nn/model_private.h"
#include "engine/nn/prior.h"

const ModelConfig MODEL_CONFIG_DEFAULT = {
    .embedding = 32,
    .codec_hidden = 256,
    .channels = 256,
    .layers = 3,
    .heads = 4,
    .hidden = 512,
    .reference = 64,
};

enum { WIDTH_MAX = 4096 }; /* far above anything sensible; keeps all size arithmetic inside 32 bits */

bool model_config_check(const ModelConfig *c, Error *err) {
    const int sizes[] = {c->tokens, c->steps,  c->slots, c->embedding, c->codec_hidden, c->channels,
                         c->latent, c->layers, c->heads, c->hidden,    c->reference,    c->bars};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        if (sizes[i] < 1 || sizes[i] > WIDTH_MAX)
            return error_set(
                err, "The model's configuration holds a size of %d, which cannot be; use another model file.",
                sizes[i]);
    if (c->tokens > 256 || c->layers > TENSORS_LAYERS_MAX || c->bars > LAYERS_BARS_MAX || c->steps > 64)
        return error_set(
            err, "The model has more tokens, layers, bars or steps than refrain can hold; use another model "
                 "file.");
    if (c->steps % c->slots || c->channels % c->slots || c->channels % c->heads ||
        c->channels / c->heads > LAYERS_HEAD_MAX)
        return error_set(err, "The model's slots and heads do not divide its sizes; use another model file.");
    return true;
}

/* ---- tensors by name ---- */

typedef enum { NORMAL, UNIFORM, CONSTANT } Initialiser;

typedef struct {
    const ModelConfig *config;
    ModelTensor *out;
    int capacity, count;
    size_t offset;
    float *block; /* with rng: initialise as well */
    Rng *rng;
} Listing;

static void initialise(float *x, size_t size, int cols, Initialiser init, float value, Rng *rng) {
    const float bound = 1.0f / sqrtf((float)(cols ? cols : 1));
    for (size_t i = 0; i < size; i++) switch (init) {
        case NORMAL:
            x[i] = value * rng_normal(rng);
            break;
        case UNIFORM:
            x[i] = bound * (2.0f * (float)rng_uniform(rng) - 1.0f);
            break;
        case CONSTANT:
            x[i] = value;
            break;
        }
}

static void list_tensor(Listing *l, const char *prefix, int layer, const char *name, int rows, int cols,
                        Initialiser init, float value) {
    const size_t size = (size_t)rows * (size_t)(cols ? cols : 1);
    if (l->out && l->count < l->capacity) {
        ModelTensor *t = &l->out[l->count];
        if (layer < 0)
            snprintf(t->name, sizeof t->name, "%s", name);
        else
            snprintf(t->name, sizeof t->name, "%s.%d.%s", prefix, layer, name);
        t->rank = cols ? 2 : 1;
        t->shape[0] = rows;
        t->shape[1] = cols ? cols : 1;
        t->offset = l->offset;
        t->size = size;
    }
    if (l->block) initialise(l->block + l->offset, size, cols, init, value, l->rng);
    l->count++;
    l->offset += size;
}

static void list_layer(Listing *l, const char *prefix, int layer, bool inter) {
    const ModelConfig *c = l->config;
#define LAYER_PARAM(field, name, rows, cols, init, value) \
    list_tensor(l, prefix, layer, name, rows, cols, init, value);
#define INTER_PARAM(field, name, rows, cols, init, value) \
    if (inter) list_tensor(l, prefix, layer, name, rows, cols, init, value);
#include "engine/nn/tensors.def"
}

static void list_tensors(Listing *l) {
    const ModelConfig *c = l->config;
#define PARAM(field, name, rows, cols, init, value) list_tensor(l, "", -1, name, rows, cols, init, value);
#include "engine/nn/tensors.def"
    for (int i = 0; i < c->layers; i++) list_layer(l, "encoder", i, false);
    for (int i = 0; i < c->layers; i++) list_layer(l, "decoder", i, true);
}

int model_tensors(const ModelConfig *config, ModelTensor *out, int capacity) {
    Listing l = {.config = config, .out = out, .capacity = capacity};
    list_tensors(&l);
    return l.count;
}

size_t model_size(const ModelConfig *config) {
    Listing l = {.config = config};
    list_tensors(&l);
    return l.offset;
}

/* ---- life ---- */

Model *model_new(const ModelConfig *config, uint64_t seed, Error *err) {
    if (!model_config_check(config, err) || !gemm_init(1, err)) return NULL;
    Model *model = calloc(1, sizeof *model);
    if (!model) goto fail;
    model->config = *config;
    model->block = calloc(model_size(config), sizeof(float));
    if (!model->block) goto fail;
    tensors_lay(&model->params, config, model->block);
    Rng rng;
    rng_seed(&rng, seed);
    list_tensors(&(Listing){.config = config, .block = model->block, .rng = &rng});
    return model;
fail:
    model_free(model);
    error_memory(err, "the model");
    return NULL;
}

/* The tensors come in the same order, and one that grows does so at its end: more rows. */
static void copy_tensors(float *to, const ModelConfig *to_config, const float *from,
                         const ModelConfig *from_config, ModelTensor *list, int count) {
    model_tensors(to_config, list, count);
    model_tensors(from_config, list + count, count);
    for (int i = 0; i < count; i++)
        memcpy(to + list[i].offset, from + list[count + i].offset, list[count + i].size * sizeof(float));
}

bool model_widen(Model *model, int tokens, Error *err) {
    static const float NEW_BIAS = -8; /* too rare to change anything, near enough to be learned soon */
    ModelConfig config = model->config;
    assert(tokens >= config.tokens);
    config.tokens = tokens;
    if (!model_config_check(&config, err)) return false;
    const int count = model_tensors(&config, NULL, 0);
    ModelTensor *list = calloc(2 * (size_t)count, sizeof *list);
    float *block = calloc(model_size(&config), sizeof *block);
    if (!list || !block) {
        free(list);
        free(block);
        return error_memory(err, "the model");
    }
    copy_tensors(block, &config, model->block, &model->config, list, count);
    free(list);
    free(model->block);
    tensors_lay(&model->params, &config, model->block = block);
    for (int v = model->config.tokens; v < tokens; v++) model->params.token_bias[v] = NEW_BIAS;
    model->config = config;
    return true;
}

void model_free(Model *model) {
    if (!model) return;
    for (int i = 0; i < model->metadata_count; i++) {
        free(model->metadata[i].key);
        free(model->metadata[i].value);
    }
    free(model->metadata);
    prior_free(model->prior);
    free(model->block);
    free(model);
}

const ModelConfig *model_config(const Model *model) {
    return &model->config;
}
float *model_block(Model *model) {
    return model->block;
}

const Prior *model_prior(const Model *model) {
    return model->prior;
}

void model_set_prior(Model *model, Prior *prior) {
    if (prior != model->prior) prior_free(model->prior);
    model->prior = prior;
}

/* ---- metadata ---- */

static ModelMetadata *find_metadata(const Model *model, const char *key) {
    for (int i = 0; i < model->metadata_count; i++)
        if (!strcmp(model->metadata[i].key, key)) return &model->metadata[i];
    return NULL;
}

bool model_set_metadata(Model *model, const char *key, const char *value, Error *err) {
    char *copy = strdup(value);
    if (!copy) return error_memory(err, "the model's metadata");
    ModelMetadata *found = find_metadata(model, key);
    if (found) {
        free(found->value);
        found->value = copy;
        return true;
    }
    char *name = strdup(key);
    ModelMetadata *grown = realloc(model->metadata, sizeof *grown * (size_t)(model->metadata_count + 1));
    if (grown) model->metadata = grown;
    if (!name || !grown) {
        free(name);
        free(copy);
        return error_memory(err, "the model's metadata");
    }
    grown[model->metadata_count++] = (ModelMetadata){name, copy};
    return true;
}

void model_unset_metadata(Model *model, const char *key) {
    ModelMetadata *found = find_metadata(model, key);
    if (!found) return;
    free(found->key);
    free(found->value);
    ModelMetadata *end = model->metadata + --model->metadata_count;
    memmove(found, found + 1, (size_t)(end - found) * sizeof *found);
}

const char *model_metadata(const Model *model, const char *key) {
    const ModelMetadata *found = find_metadata(model, key);
    return found ? found->value : NULL;
}

int model_metadata_count(const Model *model) {
    return model->metadata_count;
}

void model_metadata_at(const Model *model, int index, const char **key, const char **value) {
    *key = model->metadata[index].key;
    *value = model->metadata[index].value;
}
