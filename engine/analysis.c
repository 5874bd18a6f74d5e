#include "engine/analysis.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "engine/latent.h"

static size_t square(const Analysis *analysis) {
    return (size_t)analysis->count * (size_t)analysis->count;
}

static size_t attention_size(const Analysis *analysis) {
    return (size_t)analysis->layers * (size_t)analysis->heads * square(analysis);
}

/* calloc of one element for none, so that a null pointer always means "out of memory". */
static float *floats(size_t count) {
    return calloc(count ? count : 1, sizeof(float));
}

Analysis *analysis_new(int count, int layers, int heads, Error *err) {
    assert(count >= 0 && count <= 1 << 14);
    assert(layers >= 0 && layers <= ANALYSIS_LAYERS_MAX && heads >= 0 && heads <= ANALYSIS_HEADS_MAX);
    Analysis *analysis = calloc(1, sizeof *analysis);
    if (!analysis) goto fail;
    analysis->count = count;
    analysis->layers = layers;
    analysis->heads = heads;
    size_t T = (size_t)count;
    bool ok = (analysis->kl = floats(T)) && (analysis->kl_dimension = floats(T * LATENT_SIZE)) &&
              (analysis->pointer = floats(T * BAR_SLOTS * T)) && (analysis->gate = floats(T * BAR_SLOTS)) &&
              (analysis->reference = floats(T * T)) &&
              (analysis->repeat = calloc(T ? T : 1, sizeof *analysis->repeat));
    for (int i = 0; ok && i < ANALYSIS_ATTENTIONS; i++)
        ok = (analysis->attention[i] = floats(attention_size(analysis))) != NULL;
    if (ok) return analysis;
fail:
    analysis_free(analysis);
    error_memory(err, "the analysis of this melody");
    return NULL;
}

bool analysis_add_influence(Analysis *analysis, Error *err) {
    float *influence = floats(square(analysis)), *swap = floats(square(analysis));
    if (!influence || !swap) {
        free(influence);
        free(swap);
        return error_memory(err, "the measured influence");
    }
    analysis_remove_influence(analysis);
    analysis->influence = influence;
    analysis->influence_swap = swap;
    return true;
}

void analysis_remove_influence(Analysis *analysis) {
    free(analysis->influence);
    free(analysis->influence_swap);
    analysis->influence = analysis->influence_swap = NULL;
}

static void copy_floats(float *to, const float *from, size_t count) {
    memcpy(to, from, count * sizeof *to);
}

Analysis *analysis_copy(const Analysis *from, Error *err) {
    Analysis *to = analysis_new(from->count, from->layers, from->heads, err);
    if (!to) return NULL;
    if (from->influence && !analysis_add_influence(to, err)) {
        analysis_free(to);
        return NULL;
    }
    size_t T = (size_t)from->count;
    copy_floats(to->kl, from->kl, T);
    copy_floats(to->kl_dimension, from->kl_dimension, T * LATENT_SIZE);
    copy_floats(to->pointer, from->pointer, T * BAR_SLOTS * T);
    copy_floats(to->gate, from->gate, T * BAR_SLOTS);
    copy_floats(to->reference, from->reference, T * T);
    for (int i = 0; i < ANALYSIS_ATTENTIONS; i++)
        copy_floats(to->attention[i], from->attention[i], attention_size(from));
    if (from->influence) {
        copy_floats(to->influence, from->influence, T * T);
        copy_floats(to->influence_swap, from->influence_swap, T * T);
    }
    memcpy(to->repeat, from->repeat, T * sizeof *to->repeat);
    return to;
}

void analysis_free(Analysis *analysis) {
    if (!analysis) return;
    free(analysis->kl);
    free(analysis->kl_dimension);
    free(analysis->pointer);
    free(analysis->gate);
    free(analysis->reference);
    for (int i = 0; i < ANALYSIS_ATTENTIONS; i++) free(analysis->attention[i]);
    analysis_remove_influence(analysis);
    free(analysis->repeat);
    free(analysis);
}

float analysis_attention(const Analysis *analysis, AnalysisAttention which, int layer, int head, int t,
                         int k) {
    assert(layer < analysis->layers && head < analysis->heads);
    assert(t >= 0 && t < analysis->count && k >= 0 && k < analysis->count);
    const float *cell = analysis->attention[which] + (size_t)t * (size_t)analysis->count + (size_t)k;
    float sum = 0;
    int cells = 0;
    for (int l = 0; l < analysis->layers; l++)
        for (int h = 0; h < analysis->heads; h++) {
            bool all = layer < 0 || head < 0;
            if (!all && (l != layer || h != head)) continue;
            sum += cell[(size_t)(l * analysis->heads + h) * square(analysis)];
            cells++;
        }
    return cells ? sum / (float)cells : 0;
}

int analysis_strongest(const Analysis *analysis, int t, float *weight) {
    assert(t >= 0 && t < analysis->count);
    const float *row = analysis->reference + (size_t)t * (size_t)analysis->count;
    int strongest = -1;
    float most = 0;
    for (int k = 0; k < analysis->count; k++)
        if (row[k] > most) {
            most = row[k];
            strongest = k;
        }
    if (weight) *weight = most;
    return most < ANALYSIS_REFERENCE_MIN ? -1 : strongest;
}
