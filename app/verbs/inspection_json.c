/* The JSON form of an inspection. Matrices hold one row per bar; a row's columns are the bars of its window, from the
 * window's first bar on. */
#include <jansson.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include "app/verbs/inspection.h"
#include "app/verbs/json_text.h"
#include "engine/music/key.h"
#include "engine/latent.h"

static json_t *numbers(const float *values, int count) {
    json_t *array = json_array();
    for (int i = 0; i < count; i++) json_array_append_new(array, json_real((double)values[i]));
    return array;
}

static json_t *rows(const float *values, int row_count, int columns) {
    json_t *array = json_array();
    for (int i = 0; i < row_count; i++) json_array_append_new(array, numbers(values + i * columns, columns));
    return array;
}

/* One row per bar of the melody: row t of each window's (T, T) matrix. */
static json_t *matrix(const Inspection *inspection, size_t member) {
    json_t *array = json_array();
    for (int i = 0; i < inspection->window_count; i++) {
        const Analysis *analysis = inspection->window[i];
        const float *values = *(float *const *)((const char *)analysis + member);
        for (int t = 0; t < analysis->count; t++)
            json_array_append_new(array, numbers(values + t * analysis->count, analysis->count));
    }
    return array;
}

/* [layer][head][bar][column] */
static json_t *attention(const Inspection *inspection, AnalysisAttention which) {
    const Analysis *shape = inspection->window[0];
    json_t *layers = json_array();
    for (int layer = 0; layer < shape->layers; layer++) {
        json_t *heads = json_array();
        for (int head = 0; head < shape->heads; head++) {
            json_t *bars = json_array();
            for (int i = 0; i < inspection->window_count; i++) {
                int T = inspection->window[i]->count;
                const float *values =
                    inspection->window[i]->attention[which] + (layer * shape->heads + head) * T * T;
                for (int t = 0; t < T; t++) json_array_append_new(bars, numbers(values + t * T, T));
            }
            json_array_append_new(heads, bars);
        }
        json_array_append_new(layers, heads);
    }
    return layers;
}

static json_t *tokens(const Bar *bar, int steps) {
    json_t *array = json_array();
    for (int s = 0; s < steps; s++) json_array_append_new(array, json_integer(bar->token[s]));
    return array;
}

static json_t *repeats(const StructureRepeat *repeat) {
    json_t *object = json_pack("{s:s}", "kind", inspection_repeat_name(repeat->kind));
    bool any = repeat->kind != STRUCTURE_NONE;
    json_object_set_new(object, "of", any ? json_integer(repeat->of + 1) : json_null());
    if (repeat->kind == STRUCTURE_TRANSPOSED)
        json_object_set_new(object, "interval", json_integer(repeat->interval));
    return object;
}

static json_t *references(InspectionBar bar) {
    json_t *array = json_array();
    for (int k = 0; k < bar.t; k++) {
        double weight = (double)inspection_reference(bar, k);
        if (weight >= (double)ANALYSIS_REFERENCE_MIN)
            json_array_append_new(array, json_pack("{s:i,s:f}", "bar", bar.first + k + 1, "weight", weight));
    }
    return array;
}

static json_t *one_bar(const Inspection *inspection, int index) {
    InspectionBar bar = inspection_bar(inspection, index);
    const Analysis *analysis = bar.analysis;
    int T = analysis->count;
    return json_pack(
        "{s:i,s:s,s:f,s:o,s:o,s:o,s:f,s:o,s:o,s:o,s:i}", "bar", index + 1, "form",
        inspection->repeat[index].form, "kl", (double)analysis->kl[bar.t], "tokens",
        tokens(&inspection->bars->bar[index], inspection->bars->steps), "repeats",
        repeats(&inspection->repeat[index]), "references", references(bar), "reference_gate",
        (double)inspection_gate(bar), "gate", numbers(analysis->gate + bar.t * BAR_SLOTS, BAR_SLOTS),
        "pointer", rows(analysis->pointer + bar.t * BAR_SLOTS * T, BAR_SLOTS, T), "kl_dimension",
        numbers(analysis->kl_dimension + bar.t * LATENT_SIZE, LATENT_SIZE), "window_first", bar.first + 1);
}

char *inspection_json(const Inspection *inspection) {
    const Melody *melody = inspection->melody;
    json_t *bars = json_array();
    for (int t = 0; t < inspection->bars->count; t++) json_array_append_new(bars, one_bar(inspection, t));
    char meter[16];
    snprintf(meter, sizeof meter, "%d/%d", melody_beats(melody), melody_unit(melody));
    json_t *root = json_pack(
        "{s:o,s:i,s:o,s:o,s:s,s:f,s:s,s:i,s:o,s:o,s:o,s:{s:o,s:o,s:o}}", "bars", bars, "steps_per_bar",
        inspection->bars->steps, "model", json_text_or(inspection->model_name, "?"), "title",
        json_text_or(inspection->title, "?"), "meter", meter, "bpm", melody_bpm(melody), "key",
        key_name(key_detect(melody)), "octave_shift", inspection->bars->octave_shift, "reference",
        matrix(inspection, offsetof(Analysis, reference)), "influence",
        matrix(inspection, offsetof(Analysis, influence)), "influence_swap",
        matrix(inspection, offsetof(Analysis, influence_swap)), "attention", "encoder",
        attention(inspection, ANALYSIS_ENCODER), "decoder_self", attention(inspection, ANALYSIS_DECODER_SELF),
        "decoder_inter", attention(inspection, ANALYSIS_DECODER_INTER));
    char *text = root ? json_dumps(root, JSON_COMPACT | JSON_REAL_PRECISION(6)) : NULL;
    json_decref(root);
    return text;
}
