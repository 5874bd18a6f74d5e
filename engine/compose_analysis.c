#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/analysis_private.h"
#include "engine/base/number.h"
#include "engine/compose_private.h"

/* A window is read by itself, so that windows of the same bars are read alike: the first bar of an earlier whole one like the
 * one that begins here, or -1. Hours of rests cost one window. */
static int find_window(const BarSequence *bars, int window, int begin) {
    if (bars->count - begin < window) return -1;
    for (int first = 0; first < begin; first += window)
        if (memcmp(bars->bar + first, bars->bar + begin, (size_t)window * sizeof *bars->bar) == 0)
            return first;
    return -1;
}

/* ---- reading ---- */

/* Attention (rows, heads, stride) of one layer -> rows of the window's bars. Column j of the model's matrix is shown as bar
 * j - shift; what falls before bar 0 is the start and belongs to no bar. */
static void copy_attention(Analysis *out, AnalysisMatrix matrix, int layer, const float *attention,
                           int stride, int begin, int count) {
    int shift = matrix == ANALYSIS_DECODER_SELF ? 1 : 0, heads = out->heads;
    for (int h = 0; h < heads; h++)
        for (int t = 0; t < count; t++) {
            const float *row = attention + ((size_t)t * (size_t)heads + (size_t)h) * (size_t)stride;
            float *to = analysis_row(out, matrix, layer, h, begin + t);
            for (int j = shift; j <= t; j++) to[j - shift] = row[j];
        }
}

typedef const float *LayerAttention(const Acts *acts, int layer);

static void read_attention(Analysis *out, AnalysisMatrix matrix, LayerAttention *layer_attention,
                           const Acts *acts, int begin, int count) {
    for (int layer = 0; layer < out->layers; layer++)
        copy_attention(out, matrix, layer, layer_attention(acts, layer), acts_bars(acts), begin, count);
}

static void read_cost(Analysis *out, const Latent *latent, int begin, int count) {
    AnalysisReading *reading = out->reading;
    for (int t = 0; t < count; t++) {
        reading->kl[begin + t] =
            latent_kl(&latent[t], reading->kl_dimension + (size_t)(begin + t) * LATENT_SIZE);
        reading->interval[begin + t] = latent[t].interval;
    }
}

static void read_references(Analysis *out, const Acts *acts, int begin, int count) {
    const float *pointer = acts_pointer(acts), *gate = acts_gate(acts);
    size_t stride = (size_t)acts_bars(acts);
    for (int t = 0; t < count; t++)
        for (int b = 0; b < BAR_SLOTS; b++) {
            size_t from = (size_t)t * BAR_SLOTS + (size_t)b;
            out->reading->gate[(begin + t) * BAR_SLOTS + b] = gate[from];
            memcpy(analysis_pointer_row(out, begin + t, b), pointer + from * stride,
                   (size_t)t * sizeof(float));
        }
}

/* Teacher forcing with z = mu: the melody's own bars are the history. */
static bool analyse_window(Reader *reader, Analysis *out, const Bar *bars, int begin, int count, Error *err) {
    Workspace *work = &reader->work;
    Latent latent[BAR_WINDOW];
    if (!reader_encode_window(reader, latent, bars + begin, count, err)) return false;
    read_cost(out, latent, begin, count);
    read_attention(out, ANALYSIS_ENCODER, acts_encoder_attention, work->acts, begin, count);
    for (int t = 0; t < count; t++)
        memcpy(work->z + (size_t)t * LATENT_SIZE, latent[t].z, sizeof latent[t].z);
    workspace_decode(work, false, false);
    read_attention(out, ANALYSIS_DECODER_SELF, acts_decoder_self_attention, work->acts, begin, count);
    read_attention(out, ANALYSIS_DECODER_INTER, acts_decoder_inter_attention, work->acts, begin, count);
    read_references(out, work->acts, begin, count);
    return true;
}

static void copy_floats(float *to, const float *from, int count) {
    memcpy(to, from, (size_t)count * sizeof *to);
}

/* What was read of the whole window that begins at `from`, for the one at `to`. */
static void copy_window(Analysis *out, int from, int to) {
    const int T = out->window;
    AnalysisReading *reading = out->reading;
    copy_floats(reading->kl + to, reading->kl + from, T);
    copy_floats(reading->kl_dimension + (size_t)to * LATENT_SIZE,
                reading->kl_dimension + (size_t)from * LATENT_SIZE, T * LATENT_SIZE);
    copy_floats(reading->gate + to * BAR_SLOTS, reading->gate + from * BAR_SLOTS, T * BAR_SLOTS);
    copy_floats(analysis_pointer_row(out, to, 0), analysis_pointer_row(out, from, 0), T * BAR_SLOTS * T);
    for (int m = ANALYSIS_ENCODER; m < ANALYSIS_MATRICES; m++)
        for (int map = 0; map < out->layers * out->heads; map++) {
            const int layer = map / out->heads, head = map % out->heads;
            copy_floats(analysis_row(out, (AnalysisMatrix)m, layer, head, to),
                        analysis_row(out, (AnalysisMatrix)m, layer, head, from), T * T);
        }
}

Analysis *compose_analyse(Reader *reader, const BarSequence *bars, atomic_bool *cancel, Error *err) {
    const ModelConfig *config = model_config(reader->work.model);
    Analysis *out = analysis_new(bars->count, reader->window, config->layers, config->heads, err);
    if (!out) return NULL;
    bool fine = true;
    for (int begin = 0; fine && begin < bars->count; begin += reader->window) {
        int count = number_min(reader->window, bars->count - begin),
            like = find_window(bars, reader->window, begin);
        if (like >= 0)
            copy_window(out, like, begin);
        else
            fine =
                !decoding_cancelled(cancel, err) && analyse_window(reader, out, bars->bar, begin, count, err);
    }
    if (fine) {
        structure_form(out->reading->repeat, bars->bar, bars->count,
                       interval_find_scale(bars->bar, bars->count));
        return out;
    }
    analysis_free(out);
    return NULL;
}

/* ---- influence ---- */

/* What the measurement of one window shares. Task 0 is the undisturbed decoding, tasks 1 .. count replace each bar's
 * latent by the prior's mean, the next `count` by the latent of the cyclically next bar. */
typedef struct {
    int steps;
    float *probability; /* (count, BAR_STEPS, BAR_TOKENS) of the undisturbed decoding */
    int count, begin;   /* the window */
    Analysis *analysis;
} Influence;

static float *probability_at(const Influence *influence, int bar, int step) {
    return influence->probability + ((size_t)bar * BAR_STEPS + (size_t)step) * BAR_TOKENS;
}

/* Total variation: half the sum of absolute differences, 0 = the same, 1 = nothing in common. */
static float variation(const float *p, const float *q) {
    float sum = 0;
    for (int v = 0; v < BAR_TOKENS; v++) sum += fabsf(p[v] - q[v]);
    return sum / 2;
}

static void take_baseline(const Influence *influence, int bar, const float *logits) {
    for (int s = 0; s < influence->steps; s++)
        decoding_distribution(probability_at(influence, bar, s), logits + (size_t)s * BAR_TOKENS, s,
                              influence->steps, 1);
}

/* Bars before the replaced one cannot differ, so the column begins at its diagonal. */
static void take_variation(const Influence *influence, int task, int bar, const float *logits) {
    AnalysisMatrix matrix = task <= influence->count ? ANALYSIS_INFLUENCE : ANALYSIS_INFLUENCE_SWAP;
    float sum = 0, probability[BAR_TOKENS];
    for (int s = 0; s < influence->steps; s++) {
        decoding_distribution(probability, logits + (size_t)s * BAR_TOKENS, s, influence->steps, 1);
        sum += variation(probability, probability_at(influence, bar, s));
    }
    float *row = analysis_row(influence->analysis, matrix, 0, 0, influence->begin + bar);
    row[(task - 1) % influence->count] = sum / (float)influence->steps;
}

static void take_bar(void *context, int task, int bar, const float *logits) {
    if (task == 0)
        take_baseline(context, bar, logits);
    else
        take_variation(context, task, bar, logits);
}

static void list_tasks(DecodingTask *task, Bar *bars, const Latent *latent, int count) {
    static const Latent PRIOR_MEAN = {.interval = INTERVAL_NONE};
    for (int i = 0; i <= 2 * count; i++) {
        int k = (i - 1) % count;
        task[i] = (DecodingTask){.count = count,
                                 .latent = latent,
                                 .replaced = i == 0 ? -1 : k,
                                 .replacement = i <= count ? &PRIOR_MEAN : &latent[(k + 1) % count],
                                 .bars = bars + (size_t)i * (size_t)count};
    }
}

static bool influence_window(Reader *reader, Analysis *analysis, const BarSequence *bars, int begin,
                             int count, atomic_bool *cancel, Error *err) {
    Latent latent[BAR_WINDOW];
    size_t T = (size_t)count, tasks = 1 + 2 * T;
    DecodingTask *task = calloc(tasks, sizeof *task);
    Bar *decoded = calloc(tasks * T, sizeof *decoded);
    float *probability = calloc(T * BAR_STEPS * BAR_TOKENS, sizeof *probability);
    Influence influence = {bars->steps, probability, count, begin, analysis};
    bool fine = (task && decoded && probability) || error_memory(err, "measuring influence");
    fine = fine && reader_encode(reader, latent, bars->bar + begin, count, err);
    if (fine) {
        memcpy(decoded, bars->bar + begin, T * sizeof *decoded);
        list_tasks(task, decoded, latent, count);
        fine = decoding_run(&reader->work, task, (int)tasks, take_bar, &influence, cancel, err);
    }
    free(task);
    free(decoded);
    free(probability);
    return fine;
}

static void copy_influence(Analysis *analysis, int from, int to) {
    for (int m = ANALYSIS_INFLUENCE; m <= ANALYSIS_INFLUENCE_SWAP; m++)
        copy_floats(analysis_row(analysis, (AnalysisMatrix)m, 0, 0, to),
                    analysis_row(analysis, (AnalysisMatrix)m, 0, 0, from),
                    analysis->window * analysis->window);
}

bool compose_influence(Reader *reader, Analysis *analysis, const BarSequence *bars, atomic_bool *cancel,
                       Error *err) {
    assert(analysis->count == bars->count);
    if (!analysis_has(analysis, ANALYSIS_INFLUENCE) && !analysis_add_influence(analysis, err)) return false;
    for (int begin = 0; begin < bars->count; begin += reader->window) {
        headway_tell(&reader->headway, (double)begin / bars->count);
        int count = number_min(reader->window, bars->count - begin),
            like = find_window(bars, reader->window, begin);
        if (like >= 0)
            copy_influence(analysis, like, begin);
        else if (!influence_window(reader, analysis, bars, begin, count, cancel, err))
            return false;
    }
    return true;
}
