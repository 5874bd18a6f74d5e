#include "engine/analysis_private.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "engine/latent.h"

/* ---- where a number is ---- */

int analysis_count(const Analysis *analysis) {
    return analysis->count;
}

int analysis_layers(const Analysis *analysis) {
    return analysis->layers;
}

int analysis_heads(const Analysis *analysis) {
    return analysis->heads;
}

int analysis_window(const Analysis *analysis, int t, int *count) {
    assert(t >= 0 && t < analysis->count);
    int first = t / analysis->window * analysis->window, rest = analysis->count - first;
    *count = rest < analysis->window ? rest : analysis->window;
    return first;
}

/* Cells of all windows; all but the last one are whole. */
static size_t cells(const Analysis *analysis) {
    size_t window = (size_t)analysis->window, whole = (size_t)analysis->count / window,
           rest = (size_t)analysis->count % window;
    return whole * window * window + rest * rest;
}

/* Where row t begins, in blocks with `high` numbers to a cell. */
static size_t row_at(const Analysis *analysis, int t, int high) {
    int count, first = analysis_window(analysis, t, &count);
    return ((size_t)first * (size_t)analysis->window + (size_t)(t - first) * (size_t)count) * (size_t)high;
}

float *analysis_row(const Analysis *analysis, AnalysisMatrix matrix, int layer, int head, int t) {
    size_t at = row_at(analysis, t, 1);
    if (matrix == ANALYSIS_INFLUENCE) return analysis->influence + at;
    if (matrix == ANALYSIS_INFLUENCE_SWAP) return analysis->influence_swap + at;
    assert(matrix >= ANALYSIS_ENCODER && layer >= 0 && layer < analysis->layers && head >= 0 &&
           head < analysis->heads);
    return analysis->reading->attention[matrix - ANALYSIS_ENCODER] +
           (size_t)(layer * analysis->heads + head) * cells(analysis) + at;
}

float *analysis_pointer_row(const Analysis *analysis, int t, int slot) {
    int count;
    analysis_window(analysis, t, &count);
    return analysis->reading->pointer + row_at(analysis, t, BAR_SLOTS) + slot * count;
}

/* ---- life ---- */

/* calloc of one element for none, so that a null pointer always means "out of memory". */
static float *floats(size_t count) {
    return calloc(count ? count : 1, sizeof(float));
}

static void reading_unref(AnalysisReading *reading) {
    if (!reading || atomic_fetch_sub(&reading->holders, 1) > 1) return;
    free(reading->kl);
    free(reading->kl_dimension);
    free(reading->interval);
    free(reading->gate);
    free(reading->pointer);
    for (int i = 0; i < ANALYSIS_ATTENTIONS; i++) free(reading->attention[i]);
    free(reading->repeat);
    free(reading);
}

static AnalysisReading *reading_new(const Analysis *shape) {
    AnalysisReading *reading = calloc(1, sizeof *reading);
    if (!reading) return NULL;
    atomic_init(&reading->holders, 1);
    size_t T = (size_t)shape->count, maps = (size_t)(shape->layers * shape->heads);
    bool ok = (reading->kl = floats(T)) && (reading->kl_dimension = floats(T * LATENT_SIZE)) &&
              (reading->interval = calloc(T ? T : 1, 1)) && (reading->gate = floats(T * BAR_SLOTS)) &&
              (reading->pointer = floats(cells(shape) * BAR_SLOTS)) &&
              (reading->repeat = calloc(T ? T : 1, sizeof *reading->repeat));
    for (int i = 0; ok && i < ANALYSIS_ATTENTIONS; i++)
        ok = (reading->attention[i] = floats(maps * cells(shape))) != NULL;
    if (ok) return reading;
    reading_unref(reading);
    return NULL;
}

Analysis *analysis_new(int count, int window, int layers, int heads, Error *err) {
    assert(count >= 0 && window > 0);
    assert(layers >= 0 && layers <= ANALYSIS_LAYERS_MAX && heads >= 0 && heads <= ANALYSIS_HEADS_MAX);
    Analysis *analysis = calloc(1, sizeof *analysis);
    if (analysis) {
        *analysis = (Analysis){.count = count, .window = window, .layers = layers, .heads = heads};
        analysis->reading = reading_new(analysis);
        if (analysis->reading) return analysis;
    }
    free(analysis);
    error_memory(err, "the analysis of this melody");
    return NULL;
}

Analysis *analysis_share(const Analysis *analysis, Error *err) {
    Analysis *other = malloc(sizeof *other);
    if (!other) {
        error_memory(err, "the analysis of this melody");
        return NULL;
    }
    *other = *analysis;
    other->influence = other->influence_swap = NULL;
    atomic_fetch_add(&other->reading->holders, 1);
    return other;
}

void analysis_remove_influence(Analysis *analysis) {
    free(analysis->influence);
    free(analysis->influence_swap);
    analysis->influence = analysis->influence_swap = NULL;
}

bool analysis_add_influence(Analysis *analysis, Error *err) {
    float *influence = floats(cells(analysis)), *swap = floats(cells(analysis));
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

void analysis_free(Analysis *analysis) {
    if (!analysis) return;
    reading_unref(analysis->reading);
    analysis_remove_influence(analysis);
    free(analysis);
}

/* ---- numbers ---- */

float analysis_cost(const Analysis *analysis, int t) {
    assert(t >= 0 && t < analysis->count);
    return analysis->reading->kl[t];
}

const float *analysis_cost_dimensions(const Analysis *analysis, int t) {
    assert(t >= 0 && t < analysis->count);
    return analysis->reading->kl_dimension + (size_t)t * LATENT_SIZE;
}

const StructureRepeat *analysis_repeat(const Analysis *analysis, int t) {
    assert(t >= 0 && t < analysis->count);
    return &analysis->reading->repeat[t];
}

void analysis_rhythm(const Analysis *analysis, int t, char out[8]) {
    const int kin = analysis_repeat(analysis, t)->kin;
    const char *form = kin >= 0 ? analysis_repeat(analysis, kin)->form : "";
    int used = 0;
    for (; used < 7 && form[used] >= 'A' && form[used] <= 'Z'; used++) out[used] = (char)(form[used] | 32);
    out[used] = '\0';
}

bool analysis_has(const Analysis *analysis, AnalysisMatrix matrix) {
    if (matrix == ANALYSIS_INFLUENCE) return analysis->influence != NULL;
    if (matrix == ANALYSIS_INFLUENCE_SWAP) return analysis->influence_swap != NULL;
    return true;
}

/* The place of bar k in t's window, or -1. */
static int column_of(const Analysis *analysis, int t, int k) {
    int count, first = analysis_window(analysis, t, &count);
    return k >= first && k < first + count ? k - first : -1;
}

float analysis_gate(const Analysis *analysis, int t, int slot) {
    assert(t >= 0 && t < analysis->count && slot >= 0 && slot < BAR_SLOTS);
    return analysis->reading->gate[t * BAR_SLOTS + slot];
}

float analysis_taken(const Analysis *analysis, int t) {
    float sum = 0;
    for (int slot = 0; slot < BAR_SLOTS; slot++) sum += analysis_gate(analysis, t, slot);
    return sum / BAR_SLOTS;
}

float analysis_pointer(const Analysis *analysis, int t, int slot, int k) {
    int column = column_of(analysis, t, k);
    return column < 0 ? 0 : analysis_pointer_row(analysis, t, slot)[column];
}

static float reference_at(const Analysis *analysis, int t, int column) {
    float sum = 0;
    for (int slot = 0; slot < BAR_SLOTS; slot++)
        sum += analysis_gate(analysis, t, slot) * analysis_pointer_row(analysis, t, slot)[column] / BAR_SLOTS;
    return sum;
}

float analysis_cell(const Analysis *analysis, AnalysisMatrix matrix, int t, int k) {
    if (matrix >= ANALYSIS_ENCODER) return analysis_attention(analysis, matrix, -1, -1, t, k);
    int column = column_of(analysis, t, k);
    if (column < 0) return 0;
    return matrix == ANALYSIS_REFERENCE ? reference_at(analysis, t, column)
                                        : analysis_row(analysis, matrix, 0, 0, t)[column];
}

float analysis_attention(const Analysis *analysis, AnalysisMatrix matrix, int layer, int head, int t, int k) {
    assert(layer < analysis->layers && head < analysis->heads);
    int column = column_of(analysis, t, k), maps = 0;
    if (column < 0) return 0;
    if (layer >= 0 && head >= 0) return analysis_row(analysis, matrix, layer, head, t)[column];
    float sum = 0;
    for (int l = 0; l < analysis->layers; l++)
        for (int h = 0; h < analysis->heads; h++, maps++)
            sum += analysis_row(analysis, matrix, l, h, t)[column];
    return maps ? sum / (float)maps : 0;
}

/* ---- references ---- */

/* The bar that a slot's pointer names before all others, the first of equals; -1 in a window's first bar. */
static int named_bar(const Analysis *analysis, int t, int slot) {
    int count, first = analysis_window(analysis, t, &count), most = -1;
    const float *pointer = analysis_pointer_row(analysis, t, slot);
    for (int k = first; k < t; k++)
        if (most < 0 || pointer[k - first] > pointer[most - first]) most = k;
    return most;
}

static unsigned slots_taken(const Analysis *analysis, int t, int from) {
    unsigned slots = 0;
    for (int slot = 0; slot < BAR_SLOTS; slot++)
        if (analysis_gate(analysis, t, slot) >= REFERENCE_GATE_MIN && named_bar(analysis, t, slot) == from)
            slots |= 1u << slot;
    return slots;
}

bool analysis_slot(const Analysis *analysis, int t, int slot, Reference *reference) {
    int bar = named_bar(analysis, t, slot);
    float gate = analysis_gate(analysis, t, slot);
    if (bar < 0 || gate < REFERENCE_GATE_MIN) return false;
    *reference = (Reference){.bar = bar,
                             .slots = 1u << slot,
                             .interval = analysis->reading->interval[t],
                             .weight = gate * analysis_pointer(analysis, t, slot, bar)};
    return true;
}

AnalysisWalk analysis_uses(const Analysis *analysis, AnalysisMatrix matrix, int t) {
    int count, first = analysis_window(analysis, t, &count);
    assert(matrix < ANALYSIS_ENCODER);
    return (AnalysisWalk){.analysis = analysis, .matrix = matrix, .of = t, .at = first, .end = t};
}

AnalysisWalk analysis_users(const Analysis *analysis, AnalysisMatrix matrix, int t) {
    int count, first = analysis_window(analysis, t, &count);
    assert(matrix < ANALYSIS_ENCODER);
    return (AnalysisWalk){analysis, matrix, t, t + 1, first + count, true};
}

bool analysis_next(AnalysisWalk *walk, Reference *reference) {
    if (!analysis_has(walk->analysis, walk->matrix)) return false;
    while (walk->at < walk->end) {
        int bar = walk->at++, by = walk->users ? bar : walk->of, used = walk->users ? walk->of : bar;
        float weight = analysis_cell(walk->analysis, walk->matrix, by, used);
        if (!(weight >= REFERENCE_MIN)) continue;
        *reference = (Reference){.bar = bar, .weight = weight};
        if (walk->matrix == ANALYSIS_REFERENCE) {
            reference->slots = slots_taken(walk->analysis, by, used);
            reference->interval = walk->analysis->reading->interval[by];
        }
        return true;
    }
    return false;
}

bool analysis_strongest(const Analysis *analysis, int t, Reference *reference) {
    AnalysisWalk walk = analysis_uses(analysis, ANALYSIS_REFERENCE, t);
    Reference next;
    bool found = false;
    while (analysis_next(&walk, &next)) {
        if (!found || next.weight > reference->weight) *reference = next;
        found = true;
    }
    return found;
}
