#include "engine/nn/model.h"
#include "engine/nn/past.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static void lay(Past *past) {
    const size_t width = (size_t)past->places * (size_t)past->channels;
    float *at = past->block;
    past->code = at;
    at += width;
    for (int l = 0; l < past->layers; l++, at += 4 * width) {
        past->self_kv[l] = at;
        past->inter_kv[l] = at + 2 * width;
    }
}

Past *past_new(const ModelConfig *config, int places, Error *err) {
    assert(places > 0);
    Past *past = calloc(1, sizeof *past);
    if (!past) goto fail;
    past->places = places;
    past->layers = config->layers;
    past->channels = config->channels;
    past->block = calloc((size_t)places * (size_t)config->channels * (size_t)(1 + 4 * config->layers),
                         sizeof *past->block);
    if (!past->block) goto fail;
    lay(past);
    return past;
fail:
    past_free(past);
    error_memory(err, "the bars that are decoded");
    return NULL;
}

void past_free(Past *past) {
    if (!past) return;
    free(past->block);
    free(past);
}

static void copy(float *to, const float *from, int count) {
    memcpy(to, from, (size_t)count * sizeof *to);
}

void past_keep_code(Past *past, int place, const Acts *acts, int row) {
    const int C = past->channels;
    copy(past->code + (long)place * C, acts->code + (long)row * C, C);
}

void past_copy_code(Past *past, int to, int from) {
    const int C = past->channels;
    copy(past->code + (long)to * C, past->code + (long)from * C, C);
}

void past_keep_row(Past *past, int place, const Acts *acts, int row) {
    const int C = past->channels;
    for (int l = 0; l < past->layers; l++) {
        const LayerActs *layer = &acts->decoder[l];
        copy(past->self_kv[l] + (long)place * 2 * C, layer->self_qkv + (long)row * 3 * C + C, 2 * C);
        copy(past->inter_kv[l] + (long)place * 2 * C, layer->inter_kv + (long)row * 2 * C, 2 * C);
    }
}
