/* The JSON form of an inspection. Matrices hold one row per bar of the model; a row's columns are the bars of its window, from
 * the window's first bar on. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "app/verbs/inspection.h"
#include "app/cli/json_text.h"
#include "engine/music/key.h"
#include "engine/latent.h"

static json_t *number(float value) {
    return json_real((double)value);
}

/* One row per bar of the melody; null where it was not measured. */
static json_t *matrix(const Analysis *analysis, AnalysisMatrix which, int layer, int head) {
    if (!analysis_has(analysis, which)) return json_null();
    json_t *rows = json_array();
    for (int t = 0; t < analysis_count(analysis); t++) {
        json_t *row = json_array();
        int count, first = analysis_window(analysis, t, &count);
        for (int k = first; k < first + count; k++)
            json_array_append_new(row,
                                  number(layer < 0 ? analysis_cell(analysis, which, t, k)
                                                   : analysis_attention(analysis, which, layer, head, t, k)));
        json_array_append_new(rows, row);
    }
    return rows;
}

/* [layer][head][bar][column] */
static json_t *attention(const Analysis *analysis, AnalysisMatrix which) {
    json_t *layers = json_array();
    for (int layer = 0; layer < analysis_layers(analysis); layer++) {
        json_t *heads = json_array();
        for (int head = 0; head < analysis_heads(analysis); head++)
            json_array_append_new(heads, matrix(analysis, which, layer, head));
        json_array_append_new(layers, heads);
    }
    return layers;
}

static json_t *tokens(const WrittenBars *written, int bar) {
    json_t *array = json_array();
    for (int s = 0; s < written->bar[bar].steps; s++)
        json_array_append_new(array, json_integer(written_bars_token(written, bar, s)));
    return array;
}

/* "scale_steps" or "semitones"; nothing where nothing is moved. */
static void add_interval(json_t *object, int interval) {
    if (interval != INTERVAL_NONE)
        json_object_set_new(object, interval_is_diatonic(interval) ? "scale_steps" : "semitones",
                            json_integer(interval_size(interval)));
}

static json_t *repeats(const StructureRepeat *repeat) {
    json_t *object = json_pack("{s:s}", "kind", inspection_repeat_name(repeat->kind));
    bool any = repeat->kind != STRUCTURE_NONE;
    json_object_set_new(object, "of", any ? json_integer(repeat->of + 1) : json_null());
    add_interval(object, repeat->interval);
    json_object_set_new(object, "rhythm_of", repeat->kin >= 0 ? json_integer(repeat->kin + 1) : json_null());
    json_object_set_new(object, "contour", json_boolean(repeat->contour));
    return object;
}

static json_t *references(const WrittenBars *written, int bar) {
    Reference use[WRITTEN_BARS_USES_MAX];
    json_t *array = json_array();
    const int count = written_bars_uses(written, bar, use, WRITTEN_BARS_USES_MAX);
    for (int i = 0; i < count; i++) {
        json_t *object = json_pack("{s:i,s:f}", "bar", use[i].bar + 1, "weight", (double)use[i].weight);
        add_interval(object, use[i].interval);
        json_array_append_new(array, object);
    }
    return array;
}

static json_t *gates(const Analysis *analysis, int bar) {
    json_t *array = json_array();
    for (int slot = 0; slot < BAR_SLOTS; slot++)
        json_array_append_new(array, number(analysis_gate(analysis, bar, slot)));
    return array;
}

/* [slot][column] */
static json_t *pointers(const Analysis *analysis, int bar) {
    json_t *slots = json_array();
    int count, first = analysis_window(analysis, bar, &count);
    for (int slot = 0; slot < BAR_SLOTS; slot++) {
        json_t *row = json_array();
        for (int k = first; k < first + count; k++)
            json_array_append_new(row, number(analysis_pointer(analysis, bar, slot, k)));
        json_array_append_new(slots, row);
    }
    return slots;
}

static json_t *cost_dimensions(const Analysis *analysis, int bar) {
    json_t *array = json_array();
    const float *cost = analysis_cost_dimensions(analysis, bar);
    for (int d = 0; d < LATENT_SIZE; d++) json_array_append_new(array, number(cost[d]));
    return array;
}

static json_t *one_bar(const WrittenBars *written, int index) {
    const WrittenBar *bar = &written->bar[index];
    char meter[16];
    snprintf(meter, sizeof meter, "%d/%d", meter_beats(bar->meter), meter_unit(bar->meter));
    return json_pack("{s:i,s:i,s:s,s:i,s:s,s:f,s:o,s:o,s:o,s:f,s:[i,i]}", "bar", index + 1, "number",
                     bar->number, "meter", meter, "steps", bar->steps, "form", bar->repeat.form, "kl",
                     (double)bar->cost, "tokens", tokens(written, index), "repeats", repeats(&bar->repeat),
                     "references", references(written, index), "reference_gate", (double)bar->taken,
                     "model_bars", bar->first + 1, bar->first + bar->models);
}

static json_t *model_bar(const Inspection *inspection, int bar) {
    const Analysis *analysis = inspection->analysis;
    const GroupingBar place = grouping_bar(inspection->score->timeline, bar);
    int count, first = analysis_window(analysis, bar, &count);
    return json_pack("{s:[i,i],s:i,s:f,s:o,s:o,s:o,s:i}", "bars", place.written + 1,
                     place.written + place.held, "steps", place.steps, "kl",
                     (double)analysis_cost(analysis, bar), "kl_dimension", cost_dimensions(analysis, bar),
                     "gate", gates(analysis, bar), "pointer", pointers(analysis, bar), "window_first",
                     first + 1);
}

char *inspection_json(const Inspection *inspection) {
    const Timeline *timeline = inspection->score->timeline;
    Meter first = inspection_meter(inspection);
    const Analysis *analysis = inspection->analysis;
    json_t *bars = json_array(), *model_bars = json_array();
    for (int t = 0; t < inspection->written.count; t++)
        json_array_append_new(bars, one_bar(&inspection->written, t));
    for (int t = 0; t < inspection->bars->count; t++)
        json_array_append_new(model_bars, model_bar(inspection, t));
    char meter[16];
    snprintf(meter, sizeof meter, "%d/%d", meter_beats(first), meter_unit(first));
    json_t *root = json_pack(
        "{s:o,s:o,s:i,s:o,s:o,s:s,s:f,s:s,s:i,s:o,s:o,s:o,s:{s:o,s:o,s:o}}", "bars", bars, "model_bars",
        model_bars, "steps_per_bar", inspection->bars->steps, "model", json_text(inspection->model_name),
        "title", json_text(inspection->title), "meter", meter, "bpm", timeline_bpm(timeline, 0), "key",
        key_name(inspection_key(inspection)), "octave_shift", inspection->bars->octave_shift, "reference",
        matrix(analysis, ANALYSIS_REFERENCE, -1, -1), "influence",
        matrix(analysis, ANALYSIS_INFLUENCE, -1, -1), "influence_swap",
        matrix(analysis, ANALYSIS_INFLUENCE_SWAP, -1, -1), "attention", "encoder",
        attention(analysis, ANALYSIS_ENCODER), "decoder_self", attention(analysis, ANALYSIS_DECODER_SELF),
        "decoder_inter", attention(analysis, ANALYSIS_DECODER_INTER));
    char *text = root ? json_dumps(root, JSON_COMPACT | JSON_ENSURE_ASCII | JSON_REAL_PRECISION(6)) : NULL;
    json_decref(root);
    return text;
}
