#include "engine/prior_context.h"

#include <assert.h>
#include <math.h>
#include <string.h>

static const int LAG[PRIOR_CONTEXT_LAGS] = {1, 2, 4, 8};

/* Onsets by pitch class, scaled to a length of 2, so that a scale's notes are near 1. */
static float *write_classes(float *out, const Bar *bars, int count) {
    float norm = 0;
    memset(out, 0, 12 * sizeof *out);
    for (int t = 0; t < count; t++)
        for (int s = 0; s < BAR_STEPS; s++)
            if (bar_is_onset(bars[t].token[s])) out[bar_pitch(bars[t].token[s]) % 12] += 1;
    for (int i = 0; i < 12; i++) norm += out[i] * out[i];
    for (int i = 0; i < 12 && norm > 0; i++) out[i] *= 2 / sqrtf(norm);
    return out + 12;
}

/* The last onset's pitch; 0 where there is none. */
static int last_pitch(const Bar *bars, int count) {
    for (int t = count - 1; t >= 0; t--)
        for (int s = BAR_STEPS - 1; s >= 0; s--)
            if (bar_is_onset(bars[t].token[s])) return bar_pitch(bars[t].token[s]);
    return 0;
}

/* Around the middle of most melodies, in octaves. */
static float height(int pitch) {
    return (float)(pitch - 69) / 12.0f;
}

/* Per step: does a note begin, does one sound, how high. `sounding`: the pitch that a hold at the bar's beginning goes on
 * with, which is the last onset's, as after a rest no hold stands; 0 = none. */
static float *write_bar(float *out, const Bar *bar, int sounding) {
    for (int s = 0; s < BAR_STEPS; s++) {
        const int token = bar->token[s];
        sounding = bar_is_onset(token) ? bar_pitch(token) : token == BAR_HOLD ? sounding : 0;
        *out++ = bar_is_onset(token);
        *out++ = sounding > 0;
        *out++ = sounding > 0 ? height(sounding) : 0;
    }
    *out++ = 1;
    return out;
}

/* The share of steps that bars `lag` back and `lag + distance` back have in common, for all distances. */
static float *write_likeness(float *out, const Bar *bars, int count, int lag) {
    for (int distance = 1; distance <= PRIOR_CONTEXT_DISTANCES; distance++, out++) {
        const int a = count - lag, b = a - distance;
        int same = 0;
        for (int s = 0; b >= 0 && s < BAR_STEPS; s++) same += bars[a].token[s] == bars[b].token[s];
        /* Exact copies stand out from merely alike ones. */
        *out = same == BAR_STEPS ? 2.0f : (float)same / BAR_STEPS;
    }
    return out;
}

void prior_context(float *context, const Bar *bars, int count, int steps, int index) {
    float *at = context;
    memset(context, 0, PRIOR_CONTEXT_SIZE * sizeof *context);
    at = write_classes(at, bars, count);
    const int recent = count < 2 ? count : 2;
    at = write_classes(at, bars + count - recent, recent);
    const int last = last_pitch(bars, count);
    if (last) at[last % 12] = 1;
    at += 12;
    for (int i = 0; i < PRIOR_CONTEXT_LAGS; i++) {
        const int t = count - LAG[i];
        if (t >= 0) write_bar(at, &bars[t], last_pitch(bars, t));
        at += 3 * BAR_STEPS + 1;
    }
    at = write_likeness(at, bars, count, 1);
    at = write_likeness(at, bars, count, 2);
    at[index % PRIOR_CONTEXT_PHRASE] = 1;
    at += PRIOR_CONTEXT_PHRASE;
    at[0] = last ? height(last) : 0;
    at[1] = index / PRIOR_CONTEXT_PHRASE > 0;
    at[2] = (float)(count < BAR_WINDOW ? count : BAR_WINDOW) / 16.0f;
    at[3] = steps == 12;
    assert(at + 4 == context + PRIOR_CONTEXT_SIZE);
}

void prior_context_key(float *context, const Bar *bars, int count) {
    write_classes(context, bars, count);
}

void prior_bar(float *feature, const Bar *bars, int count) {
    write_bar(write_classes(feature, &bars[count], 1), &bars[count], last_pitch(bars, count));
}
