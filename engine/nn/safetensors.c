#include "engine/nn/safetensors.h"

#include <jansson.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "engine/nn/half.h"

enum { LENGTH_BYTES = 8, ALIGNMENT = 8 };

/* Names come from foreign bytes: they are checked to be printable, and only this much of one is quoted in a sentence. */
#define QUOTED "\"%.60s\""

static uint64_t read_u64(const unsigned char *bytes) {
    uint64_t value = 0;
    for (int i = 7; i >= 0; i--) value = value << 8 | bytes[i];
    return value;
}

static void write_u64(unsigned char *bytes, uint64_t value) {
    for (int i = 0; i < 8; i++) bytes[i] = (unsigned char)(value >> (8 * i));
}

/* A JSON integer that is a size: not negative, not a float. */
static bool read_size(const json_t *value, uint64_t *out) {
    if (!json_is_integer(value) || json_integer_value(value) < 0) return false;
    *out = (uint64_t)json_integer_value(value);
    return true;
}

static bool is_printable(const char *text) {
    for (; *text; text++)
        if ((unsigned char)*text < ' ' || *text == 0x7f) return false;
    return true;
}

static bool read_shape(SafetensorsEntry *entry, const json_t *shape, Error *err) {
    size_t rank = json_array_size(shape);
    if (!json_is_array(shape) || rank > SAFETENSORS_RANK_MAX)
        return error_set(err, "its tensor " QUOTED " has no readable shape", entry->name);
    entry->rank = (int)rank;
    entry->size = 1;
    for (size_t i = 0; i < rank; i++) {
        uint64_t extent;
        if (!read_size(json_array_get(shape, i), &extent))
            return error_set(err, "its tensor " QUOTED " has no readable shape", entry->name);
        if (extent != 0 && entry->size > SIZE_MAX / 8 / extent)
            return error_set(err, "its tensor " QUOTED " claims to be larger than any file", entry->name);
        entry->shape[i] = (size_t)extent;
        entry->size *= (size_t)extent;
    }
    return true;
}

static size_t number_bytes(bool half) {
    return half ? 2 : 4;
}

static bool read_entry(SafetensorsEntry *entry, const json_t *value, const unsigned char *data,
                       size_t data_size, Error *err) {
    if (!is_printable(entry->name)) return error_set(err, "it has a tensor whose name cannot be printed");
    const char *dtype = json_string_value(json_object_get(value, "dtype"));
    if (!dtype) return error_set(err, "its tensor " QUOTED " has no type", entry->name);
    entry->half = strcmp(dtype, "F16") == 0;
    if (!entry->half && strcmp(dtype, "F32") != 0)
        return error_set(err, "its tensor " QUOTED " has numbers of another type than F32 and F16",
                         entry->name);
    if (!read_shape(entry, json_object_get(value, "shape"), err)) return false;
    const json_t *offsets = json_object_get(value, "data_offsets");
    uint64_t begin, end;
    if (json_array_size(offsets) != 2 || !read_size(json_array_get(offsets, 0), &begin) ||
        !read_size(json_array_get(offsets, 1), &end))
        return error_set(err, "its tensor " QUOTED " does not say where its numbers are", entry->name);
    if (begin > end || end > data_size)
        return error_set(err, "its tensor " QUOTED " lies outside the file: the file is damaged or cut short",
                         entry->name);
    if (end - begin != (uint64_t)entry->size * number_bytes(entry->half))
        return error_set(err, "its tensor " QUOTED " has a shape that does not fit its numbers", entry->name);
    entry->bytes = data + begin;
    return true;
}

static int compare_entries(const void *a, const void *b) {
    const SafetensorsEntry *x = a, *y = b;
    if (x->bytes != y->bytes) return x->bytes < y->bytes ? -1 : 1;
    return x->size < y->size
               ? -1
               : x->size > y->size; /* empty tensors before the one that begins at the same place */
}

/* In data order, each tensor begins where the one before ends, and the last one ends with the file. */
static bool check_tiling(const Safetensors *file, const unsigned char *data, size_t data_size, Error *err) {
    const unsigned char *expected = data;
    for (int i = 0; i < file->count; i++) {
        const SafetensorsEntry *entry = &file->entry[i];
        if (entry->bytes != expected)
            return error_set(err, "its tensor " QUOTED " %s", entry->name,
                             entry->bytes < expected ? "overlaps another one" : "follows a gap in the data");
        expected += entry->size * number_bytes(entry->half);
    }
    if (expected != data + data_size)
        return error_set(err, "it holds %zu bytes that belong to no tensor",
                         (size_t)(data + data_size - expected));
    return true;
}

static bool check_metadata(const json_t *metadata, Error *err) {
    if (!metadata) return true;
    if (!json_is_object(metadata)) return error_set(err, "its metadata is not a dictionary");
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)metadata, key, value) {
        if (!is_printable(key)) return error_set(err, "it has metadata whose name cannot be printed");
        if (!json_is_string(value)) return error_set(err, "its metadata " QUOTED " is not a text", key);
    }
    return true;
}

static bool parse_json(json_t **out, const unsigned char *bytes, size_t size, Error *err) {
    if (size < LENGTH_BYTES) return error_set(err, "it is too short to be a model file");
    uint64_t length = read_u64(bytes);
    if (length > SAFETENSORS_HEADER_MAX) return error_set(err, "it is not a safetensors file");
    if (length > size - LENGTH_BYTES)
        return error_set(err,
                         "its header claims %llu bytes where %zu are left: the file is damaged or cut short",
                         (unsigned long long)length, size - LENGTH_BYTES);
    json_error_t json_error;
    /* jansson bounds the depth of nesting itself. */
    *out =
        json_loadb((const char *)bytes + LENGTH_BYTES, (size_t)length, JSON_REJECT_DUPLICATES, &json_error);
    if (!*out) return error_set(err, "its header is no JSON from byte %d on", json_error.position);
    if (!json_is_object(*out)) return error_set(err, "its header is not a dictionary of tensors");
    return true;
}

bool safetensors_parse(Safetensors *out, const unsigned char *bytes, size_t size, Error *err) {
    *out = (Safetensors){0};
    json_t *json = NULL;
    bool read = parse_json(&json, bytes, size, err);
    out->json = json;
    if (!read || !check_metadata(json_object_get(json, "__metadata__"), err)) goto fail;
    size_t tensors = json_object_size(json);
    if (tensors > SAFETENSORS_TENSORS_MAX) {
        error_set(err, "it claims %zu tensors, which no model has", tensors);
        goto fail;
    }
    out->entry = calloc(tensors + 1, sizeof *out->entry);
    if (!out->entry) {
        error_memory(err, "the list of tensors");
        goto fail;
    }
    const unsigned char *data = bytes + LENGTH_BYTES + read_u64(bytes);
    size_t data_size = size - (size_t)(data - bytes);
    const char *name;
    json_t *value;
    json_object_foreach(json, name, value) {
        if (strcmp(name, "__metadata__") == 0) continue;
        out->entry[out->count].name = name;
        if (!read_entry(&out->entry[out->count], value, data, data_size, err)) goto fail;
        out->count++;
    }
    qsort(out->entry, (size_t)out->count, sizeof *out->entry, compare_entries);
    if (!check_tiling(out, data, data_size, err)) goto fail;
    return true;
fail:
    safetensors_deinit(out);
    return false;
}

void safetensors_deinit(Safetensors *file) {
    free(file->entry);
    json_decref(file->json);
    *file = (Safetensors){0};
}

const SafetensorsEntry *safetensors_find(const Safetensors *file, const char *name) {
    for (int i = 0; i < file->count; i++)
        if (strcmp(file->entry[i].name, name) == 0) return &file->entry[i];
    return NULL;
}

static json_t *metadata_of(const Safetensors *file) {
    return json_object_get(file->json, "__metadata__");
}

const char *safetensors_metadata(const Safetensors *file, const char *key) {
    return json_string_value(json_object_get(metadata_of(file), key));
}

bool safetensors_each_metadata(const Safetensors *file,
                               bool (*visit)(void *context, const char *key, const char *value),
                               void *context) {
    const char *key;
    json_t *value;
    json_object_foreach(metadata_of(file), key, value) {
        if (!visit(context, key, json_string_value(value))) return false;
    }
    return true;
}

char *safetensors_metadata_json(const Safetensors *file) {
    json_t *metadata = metadata_of(file);
    return metadata ? json_dumps(metadata, JSON_COMPACT) : strdup("{}");
}

bool safetensors_read(const SafetensorsEntry *entry, float *out, Error *err) {
    for (size_t i = 0; i < entry->size; i++) {
        const unsigned char *b = entry->bytes + number_bytes(entry->half) * i;
        uint32_t low = (uint32_t)b[0] | (uint32_t)b[1] << 8;
        if (entry->half) {
            out[i] = half_to_float((uint16_t)low);
            continue;
        }
        uint32_t bits = low | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
        memcpy(&out[i], &bits, sizeof bits);
    }
    for (size_t i = 0; i < entry->size; i++)
        if (!isfinite(out[i]))
            return error_set(err, "its tensor " QUOTED " holds a number that is not finite", entry->name);
    return true;
}

static size_t tensor_size(const SafetensorsTensor *tensor) {
    size_t size = 1;
    for (int i = 0; i < tensor->rank; i++) size *= tensor->shape[i];
    return size;
}

static size_t tensor_bytes(const SafetensorsTensor *tensor) {
    return tensor_size(tensor) * number_bytes(tensor->half);
}

/* A new reference, or null when a key or value is not UTF-8 or memory is out. */
static json_t *build_metadata(const char *const *metadata, int pairs) {
    json_t *dictionary = json_object();
    for (int i = 0; i < pairs; i++)
        if (json_object_set_new(dictionary, metadata[2 * i], json_string(metadata[2 * i + 1])) != 0) {
            json_decref(dictionary);
            return NULL;
        }
    return dictionary;
}

static char *build_header(const SafetensorsTensor *tensor, int count, const char *const *metadata, int pairs,
                          size_t *data_size) {
    json_t *header = json_object();
    int failed = json_object_set_new(header, "__metadata__", build_metadata(metadata, pairs));
    size_t begin = 0;
    for (int i = 0; i < count && !failed; i++) {
        json_t *shape = json_array();
        for (int axis = 0; axis < tensor[i].rank; axis++)
            failed |= json_array_append_new(shape, json_integer((json_int_t)tensor[i].shape[axis]));
        size_t end = begin + tensor_bytes(&tensor[i]);
        failed |= json_object_set_new(header, tensor[i].name,
                                      json_pack("{s:s, s:o, s:[I, I]}", "dtype",
                                                tensor[i].half ? "F16" : "F32", "shape", shape,
                                                "data_offsets", (json_int_t)begin, (json_int_t)end));
        begin = end;
    }
    *data_size = begin;
    char *text = failed ? NULL : json_dumps(header, JSON_COMPACT);
    json_decref(header);
    return text;
}

/* Returns where the next tensor goes. */
static unsigned char *write_numbers(unsigned char *bytes, const SafetensorsTensor *tensor) {
    const size_t size = tensor_size(tensor), width = number_bytes(tensor->half);
    for (size_t i = 0; i < size; i++) {
        uint32_t bits = half_of_float(tensor->data[i]);
        if (!tensor->half) memcpy(&bits, &tensor->data[i], sizeof bits);
        for (size_t j = 0; j < width; j++) *bytes++ = (unsigned char)(bits >> (8 * j));
    }
    return bytes;
}

unsigned char *safetensors_build(size_t *size, const SafetensorsTensor *tensor, int count,
                                 const char *const *metadata, int pairs, Error *err) {
    size_t data_size;
    char *header = build_header(tensor, count, metadata, pairs, &data_size);
    if (!header) {
        error_set(
            err,
            "the model file's header cannot be made: its metadata must be UTF-8 text, and memory must last");
        return NULL;
    }
    size_t text = strlen(header), length = (text + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    *size = LENGTH_BYTES + length + data_size;
    unsigned char *bytes = malloc(*size);
    if (bytes) {
        write_u64(bytes, length);
        memcpy(bytes + LENGTH_BYTES, header, text);
        memset(bytes + LENGTH_BYTES + text, ' ', length - text);
        unsigned char *data = bytes + LENGTH_BYTES + length;
        for (int i = 0; i < count; i++) data = write_numbers(data, &tensor[i]);
    } else {
        error_memory(err, "the model file");
    }
    free(header);
    return bytes;
}
