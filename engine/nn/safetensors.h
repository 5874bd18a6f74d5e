/* Safetensors: named tensors and a string dictionary in one file; knows nothing of models.
 *
 * Format (https://github.com/huggingface/safetensors): 8 bytes little-endian length N; N bytes of JSON,
 *   {"__metadata__": {string: string}, "name": {"dtype": "F32", "shape": [..], "data_offsets": [begin, end]},
 * ...} (written here padded with blanks to a multiple of 8); then the tensors, little-endian, row-major, one
 * after another without a gap, each at its offsets counted from the end of the JSON.
 *
 * Reading trusts nothing: every length is compared with the bytes at hand before it is used, and the tensors
 * must tile the data exactly. F32 and F16 are read, as float. All failures are one sentence that begins with "it" or "its"
 * and names no file, so that the caller can say which. */
#ifndef REFRAIN_ENGINE_NN_SAFETENSORS_H
#define REFRAIN_ENGINE_NN_SAFETENSORS_H

#include <stddef.h>

#include "engine/base/error.h"

enum { SAFETENSORS_RANK_MAX = 4, SAFETENSORS_HEADER_MAX = 8 << 20, SAFETENSORS_TENSORS_MAX = 10000 };

typedef struct {
    const char *name;
    int rank;
    size_t shape[SAFETENSORS_RANK_MAX];
    size_t size;                /* numbers, the product of the shape */
    bool half;                  /* F16 */
    const unsigned char *bytes; /* 4 * size, or 2 * size of halves; lent by the caller of safetensors_parse */
} SafetensorsEntry;

typedef struct {
    SafetensorsEntry *entry; /* in the order of their data */
    int count;
    void *json; /* the parsed header, which owns the names and the metadata */
} Safetensors;

/* Reads `size` bytes, which must outlive the result. */
bool safetensors_parse(Safetensors *out, const unsigned char *bytes, size_t size, Error *err);
void safetensors_deinit(Safetensors *file);

const SafetensorsEntry *safetensors_find(const Safetensors *file, const char *name); /* null when absent */
/* The value of a metadata key, or null. */
const char *safetensors_metadata(const Safetensors *file, const char *key);
/* Calls visit for each metadata pair in file order until it returns false; returns what the last call
 * returned. */
bool safetensors_each_metadata(const Safetensors *file,
                               bool (*visit)(void *context, const char *key, const char *value),
                               void *context);
char *safetensors_metadata_json(
    const Safetensors *file); /* the dictionary as JSON text, malloc'ed; null: no memory */
/* Copies a tensor's numbers out; refuses NaN and infinity. */
bool safetensors_read(const SafetensorsEntry *entry, float *out, Error *err);

/* What is written: data in host order, shape[0..rank); as F16 where half is set (half.h: the nearest, finite numbers only). */
typedef struct {
    const char *name;
    int rank;
    size_t shape[SAFETENSORS_RANK_MAX];
    const float *data;
    bool half;
} SafetensorsTensor;

/* The whole file as malloc'ed bytes. metadata holds `pairs` keys, each followed by its value, all UTF-8. */
unsigned char *safetensors_build(size_t *size, const SafetensorsTensor *tensor, int count,
                                 const char *const *metadata, int pairs, Error *err);

#endif
