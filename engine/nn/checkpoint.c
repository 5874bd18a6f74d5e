#include "engine/nn/checkpoint.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/file.h"
#include "engine/nn/prior.h"
#include "engine/nn/safetensors.h"

static const char FORMAT[] = "refrain-model", VERSION[] = "1";
enum { FILE_LIMIT = 1 << 30 }; /* bytes; far above any model, far below a machine's memory */

/* The fields of ModelConfig by the names that files use. */
static const struct {
    const char *name;
    size_t offset;
} FIELD[] = {
#define FIELD_OF(name) \
    { #name, offsetof(ModelConfig, name) }
    FIELD_OF(tokens),       FIELD_OF(steps),    FIELD_OF(slots),     FIELD_OF(embedding),
    FIELD_OF(codec_hidden), FIELD_OF(channels), FIELD_OF(latent),    FIELD_OF(layers),
    FIELD_OF(heads),        FIELD_OF(hidden),   FIELD_OF(reference), FIELD_OF(bars),
#undef FIELD_OF
};
enum { FIELDS = sizeof FIELD / sizeof FIELD[0] };
_Static_assert(sizeof(ModelConfig) == FIELDS * sizeof(int), "every field of ModelConfig is stored");

/* Those of PriorConfig; there when the first one is. */
static const struct {
    const char *name;
    size_t offset;
} PRIOR_FIELD[] = {
#define FIELD_OF(name) \
    { "prior_" #name, offsetof(PriorConfig, name) }
    FIELD_OF(form_in),        FIELD_OF(form_hidden), FIELD_OF(form_out), FIELD_OF(content_in),
    FIELD_OF(content_hidden), FIELD_OF(content_out), FIELD_OF(copies),   FIELD_OF(headers),
#undef FIELD_OF
};
enum { PRIOR_FIELDS = sizeof PRIOR_FIELD / sizeof PRIOR_FIELD[0], NUMBERS = FIELDS + PRIOR_FIELDS };
_Static_assert(sizeof(PriorConfig) == PRIOR_FIELDS * sizeof(int), "every field of PriorConfig is stored");

/* What a file may hold of the prior that was before (latents of bars, and a network that chose among them); it is passed over. */
static const char OLD_PRIOR[] = "prior.";
static const char *const OLD_PRIOR_FIELD[] = {"prior_latent", "prior_context", "prior_hidden",
                                              "prior_blocks", "prior_match",   "prior_exemplars"};

static int *field_of(ModelConfig *config, int i) {
    return (int *)(void *)((char *)config + FIELD[i].offset);
}

static int *prior_field_of(PriorConfig *config, int i) {
    return (int *)(void *)((char *)config + PRIOR_FIELD[i].offset);
}

static bool is_reserved(const char *key) {
    if (strcmp(key, "format") == 0 || strcmp(key, "version") == 0) return true;
    for (int i = 0; i < FIELDS; i++)
        if (strcmp(key, FIELD[i].name) == 0) return true;
    for (int i = 0; i < PRIOR_FIELDS; i++)
        if (strcmp(key, PRIOR_FIELD[i].name) == 0) return true;
    for (size_t i = 0; i < sizeof OLD_PRIOR_FIELD / sizeof *OLD_PRIOR_FIELD; i++)
        if (strcmp(key, OLD_PRIOR_FIELD[i]) == 0) return true;
    return false;
}

/* ---- reading ---- */

static bool read_number(int *out, const Safetensors *file, const char *name, Error *err) {
    const char *text = safetensors_metadata(file, name);
    if (!text) return error_set(err, "its metadata lacks \"%s\"", name);
    char *end;
    errno = 0;
    long value = strtol(text, &end, 10);
    if (end == text || *end || errno || value < 0 || value > INT_MAX)
        return error_set(err, "its metadata \"%s\" is no usable number", name);
    *out = (int)value;
    return true;
}

static bool read_config(ModelConfig *config, const Safetensors *file, Error *err) {
    const char *format = safetensors_metadata(file, "format"),
               *version = safetensors_metadata(file, "version");
    if (!format || strcmp(format, FORMAT) != 0) return error_set(err, "it is not a refrain model");
    if (!version || strcmp(version, VERSION) != 0) {
        bool number = version && *version && strspn(version, "0123456789") == strlen(version);
        return error_set(err, "it is a model of version %.20s, and this program reads version %s",
                         number ? version : "unknown", VERSION);
    }
    for (int i = 0; i < FIELDS; i++)
        if (!read_number(field_of(config, i), file, FIELD[i].name, err)) return false;
    return model_config_check(config, NULL) || error_set(err, "its configuration holds sizes that cannot be");
}

/* *has: does the file hold a prior? */
static bool read_prior_config(PriorConfig *config, bool *has, const Safetensors *file, Error *err) {
    *has = safetensors_metadata(file, PRIOR_FIELD[0].name) != NULL;
    for (int i = 0; *has && i < PRIOR_FIELDS; i++)
        if (!read_number(prior_field_of(config, i), file, PRIOR_FIELD[i].name, err)) return false;
    if (!*has || prior_config_check(config, NULL)) return true;
    return error_set(err, "the configuration of its prior holds sizes that cannot be");
}

static bool check_tensor(const ModelTensor *want, const Safetensors *file, Error *err) {
    const SafetensorsEntry *have = safetensors_find(file, want->name);
    if (!have) return error_set(err, "its tensor \"%s\" is missing", want->name);
    bool same = have->rank == want->rank && have->size == want->size;
    for (int i = 0; same && i < want->rank; i++) same = have->shape[i] == (size_t)want->shape[i];
    return same ||
           error_set(err, "its tensor \"%s\" has another shape than its configuration asks for", want->name);
}

static bool has_tensor(const ModelTensor *tensor, int count, const char *name) {
    if (strncmp(name, OLD_PRIOR, sizeof OLD_PRIOR - 1) == 0) return true;
    for (int i = 0; i < count; i++)
        if (strcmp(tensor[i].name, name) == 0) return true;
    return false;
}

/* The tensors of the file are those of the configuration, no more and no less; asked before anything large is
 * made. */
static bool check_tensors(const ModelTensor *tensor, int count, const Safetensors *file, Error *err) {
    for (int i = 0; i < count; i++)
        if (!check_tensor(&tensor[i], file, err)) return false;
    for (int i = 0; i < file->count; i++)
        if (!has_tensor(tensor, count, file->entry[i].name))
            return error_set(err, "its tensor \"%.60s\" belongs to no part of the model",
                             file->entry[i].name);
    return true;
}

/* All tensors of a file: the model's, then those of its prior (null: none), whose offsets are in its own block. */
typedef struct {
    ModelTensor *tensor; /* owned */
    int count, model_count;
} TensorList;

static bool list_tensors(TensorList *list, const ModelConfig *config, const PriorConfig *prior, Error *err) {
    list->model_count = model_tensors(config, NULL, 0);
    list->count = list->model_count + (prior ? prior_tensors(prior, NULL, 0) : 0);
    list->tensor = calloc((size_t)list->count, sizeof *list->tensor);
    if (!list->tensor) return error_memory(err, "the list of tensors");
    model_tensors(config, list->tensor, list->model_count);
    if (prior) prior_tensors(prior, list->tensor + list->model_count, list->count - list->model_count);
    return true;
}

/* Where the numbers of a tensor are; in the model, which may be only read. */
static float *tensor_data(const Model *model, const TensorList *list, int i) {
    const bool prior = i >= list->model_count;
    float *block = prior ? prior_block((Prior *)model_prior(model)) : model_block((Model *)model);
    return block + list->tensor[i].offset;
}

typedef struct {
    Model *model;
    Error *err;
} MetadataTarget;

static bool keep_metadata(void *context, const char *key, const char *value) {
    MetadataTarget *target = context;
    return is_reserved(key) || model_set_metadata(target->model, key, value, target->err);
}

static bool fill_model(Model *model, const TensorList *list, const Safetensors *file, Error *err) {
    for (int i = 0; i < list->count; i++) {
        const SafetensorsEntry *entry = safetensors_find(file, list->tensor[i].name);
        if (!safetensors_read(entry, tensor_data(model, list, i), err)) return false;
    }
    if (model_prior(model) && !prior_check(model_prior(model), err)) return false;
    MetadataTarget target = {model, err};
    return safetensors_each_metadata(file, keep_metadata, &target);
}

/* A model of these configurations, its numbers still anything; prior may be null. */
static Model *make_model(const ModelConfig *config, const PriorConfig *prior_config, Error *err) {
    Model *model = model_new(config, 0, err);
    if (!model || !prior_config) return model;
    Prior *prior = prior_new(prior_config, err);
    if (prior) {
        model_set_prior(model, prior);
        return model;
    }
    model_free(model);
    return NULL;
}

Model *checkpoint_parse(const unsigned char *bytes, size_t size, Error *err) {
    Safetensors file = {0};
    ModelConfig config = {0};
    PriorConfig prior = {0};
    TensorList list = {0};
    Model *model = NULL;
    bool has_prior = false;
    if (!safetensors_parse(&file, bytes, size, err) || !read_config(&config, &file, err) ||
        !read_prior_config(&prior, &has_prior, &file, err))
        goto done;
    const PriorConfig *prior_config = has_prior ? &prior : NULL;
    if (!list_tensors(&list, &config, prior_config, err) ||
        !check_tensors(list.tensor, list.count, &file, err))
        goto done;
    model = make_model(&config, prior_config, err);
    if (model && !fill_model(model, &list, &file, err)) {
        model_free(model);
        model = NULL;
    }
done:
    free(list.tensor);
    safetensors_deinit(&file);
    return model;
}

Model *checkpoint_load(const char *path, Error *err) {
    unsigned char *bytes = NULL;
    size_t size = 0;
    if (!file_read(path, FILE_LIMIT, &bytes, &size, err)) return NULL;
    Error reason = {{0}};
    Model *model = checkpoint_parse(bytes, size, &reason);
    if (!model) error_set(err, "The model %.150s cannot be used: %.200s.", path, reason.text);
    free(bytes);
    return model;
}

/* ---- writing ---- */

static bool save_tensors(const char *path, const SafetensorsTensor *tensor, int count,
                         const char *const *metadata, int pairs, Error *err) {
    size_t size = 0;
    unsigned char *bytes = safetensors_build(&size, tensor, count, metadata, pairs, err);
    bool saved = bytes && file_save(path, bytes, size, err);
    free(bytes);
    return saved;
}

/* Alternating keys and values: format, version, configuration, then the model's own. `numbers` holds the
 * decimals. */
static int gather_metadata(const char **metadata, char numbers[NUMBERS][12], const Model *model) {
    ModelConfig config = *model_config(model);
    PriorConfig prior = model_prior(model) ? *prior_config(model_prior(model)) : (PriorConfig){0};
    int pairs = 0;
    const char *fixed[] = {"format", FORMAT, "version", VERSION};
    memcpy(metadata, fixed, sizeof fixed);
    pairs += 2;
    for (int i = 0; i < (model_prior(model) ? NUMBERS : FIELDS); i++, pairs++) {
        const bool own = i < FIELDS;
        snprintf(numbers[i], sizeof numbers[i], "%d",
                 own ? *field_of(&config, i) : *prior_field_of(&prior, i - FIELDS));
        metadata[2 * pairs] = own ? FIELD[i].name : PRIOR_FIELD[i - FIELDS].name;
        metadata[2 * pairs + 1] = numbers[i];
    }
    for (int i = 0; i < model_metadata_count(model); i++) {
        const char *key, *value;
        model_metadata_at(model, i, &key, &value);
        if (is_reserved(key)) continue;
        metadata[2 * pairs] = key;
        metadata[2 * pairs + 1] = value;
        pairs++;
    }
    return pairs;
}

bool checkpoint_save(const Model *model, const char *path, Error *err) {
    const Prior *prior = model_prior(model);
    TensorList list = {0};
    if (!list_tensors(&list, model_config(model), prior ? prior_config(prior) : NULL, err)) return false;
    SafetensorsTensor *out = calloc((size_t)list.count, sizeof *out);
    const char **metadata = calloc(2 * (size_t)(2 + NUMBERS + model_metadata_count(model)), sizeof *metadata);
    char numbers[NUMBERS][12];
    bool saved = false;
    if (out && metadata) {
        for (int i = 0; i < list.count; i++) {
            const ModelTensor *tensor = &list.tensor[i];
            out[i] = (SafetensorsTensor){.name = tensor->name,
                                         .rank = tensor->rank,
                                         .data = tensor_data(model, &list, i),
                                         .half = i >= list.model_count};
            for (int axis = 0; axis < tensor->rank; axis++) out[i].shape[axis] = (size_t)tensor->shape[axis];
        }
        saved = save_tensors(path, out, list.count, metadata, gather_metadata(metadata, numbers, model), err);
    } else {
        error_memory(err, "the model file");
    }
    free(list.tensor);
    free(out);
    free(metadata);
    return saved;
}

/* ---- blocks ---- */

bool checkpoint_save_blocks(const char *path, const CheckpointBlock *block, int count,
                            const char *const *metadata, int metadata_count, Error *err) {
    SafetensorsTensor *tensor = calloc((size_t)count + 1, sizeof *tensor);
    if (!tensor) return error_memory(err, "the training state");
    for (int i = 0; i < count; i++)
        tensor[i] = (SafetensorsTensor){
            .name = block[i].name, .rank = 1, .shape = {block[i].size}, .data = block[i].data};
    bool saved = save_tensors(path, tensor, count, metadata, metadata_count, err);
    free(tensor);
    return saved;
}

static bool fill_blocks(CheckpointBlock *block, int count, const Safetensors *file, Error *err) {
    for (int i = 0; i < count; i++) {
        const SafetensorsEntry *entry = safetensors_find(file, block[i].name);
        if (!entry) return error_set(err, "its part \"%s\" is missing", block[i].name);
        if (entry->size != block[i].size)
            return error_set(err, "its part \"%s\" has %zu numbers where %zu are wanted", block[i].name,
                             entry->size, block[i].size);
    }
    for (int i = 0; i < count; i++)
        if (!safetensors_read(safetensors_find(file, block[i].name), block[i].data, err)) return false;
    return true;
}

bool checkpoint_load_blocks(const char *path, CheckpointBlock *block, int count, char **metadata_json,
                            Error *err) {
    unsigned char *bytes = NULL;
    size_t size = 0;
    if (!file_read(path, FILE_LIMIT, &bytes, &size, err)) return false;
    Safetensors file = {0};
    Error reason = {{0}};
    char *json = NULL;
    bool loaded = safetensors_parse(&file, bytes, size, &reason) && fill_blocks(block, count, &file, &reason);
    if (loaded && metadata_json) {
        json = safetensors_metadata_json(&file);
        loaded = json || error_memory(&reason, "the metadata");
    }
    if (loaded && metadata_json) *metadata_json = json;
    if (!loaded) error_set(err, "The file %.150s cannot be used: %.200s.", path, reason.text);
    safetensors_deinit(&file);
    free(bytes);
    return loaded;
}
