#include "engine/learn/dataset.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "engine/structure.h"

static const double REPEAT_SHARE = 0.5, SINGLE_REPEAT_SHARE = 0.5, SINGLE_REPEAT = 0.3, PARTIAL_SHARE = 0.4,
                    RELATED_SHARE = 0.7;
enum { DONOR_TRIES = 8 };

/* ---- the corpus, grouped by meter ---- */

static int meter_code(const CorpusTune *tune) {
    return tune->meter_beats * 256 + tune->meter_unit;
}

static int compare_meter(const void *a, const void *b, void *corpus) {
    const CorpusTune *tunes = ((const Corpus *)corpus)->tune;
    const int x = *(const int *)a, y = *(const int *)b;
    const int difference = meter_code(&tunes[x]) - meter_code(&tunes[y]);
    return difference ? difference : x - y;
}

static void find_groups(Dataset *d) {
    for (int i = 0; i < d->count;) {
        int end = i;
        const int code = meter_code(&d->corpus->tune[d->tune[i]]);
        while (end < d->count && meter_code(&d->corpus->tune[d->tune[end]]) == code) end++;
        for (const int start = i; i < end; i++) {
            d->group_start[i] = start;
            d->group_end[i] = end;
        }
    }
}

bool dataset_init(Dataset *d, const Corpus *corpus, uint64_t seed, Error *err) {
    memset(d, 0, sizeof *d);
    const size_t n = (size_t)corpus->count + 1;
    d->corpus = corpus;
    d->seed = seed;
    d->tune = calloc(n, sizeof *d->tune);
    d->group_start = calloc(n, sizeof *d->group_start);
    d->group_end = calloc(n, sizeof *d->group_end);
    d->bars_before = calloc(n, sizeof *d->bars_before);
    if (!d->tune || !d->group_start || !d->group_end || !d->bars_before) {
        dataset_deinit(d);
        return error_memory(err, "the training set");
    }
    for (int i = 0; i < corpus->count; i++)
        if (corpus->tune[i].count >= DATASET_BARS_MIN) d->tune[d->count++] = i;
    if (!d->count) {
        dataset_deinit(d);
        return error_set(
            err, "No melody of the corpus has at least %d bars; give more or longer melodies to train on.",
            DATASET_BARS_MIN);
    }
    qsort_r(d->tune, (size_t)d->count, sizeof *d->tune, compare_meter, (void *)corpus);
    for (int i = 0; i < d->count; i++)
        d->bars_before[i + 1] = d->bars_before[i] + corpus->tune[d->tune[i]].count;
    find_groups(d);
    return true;
}

void dataset_deinit(Dataset *d) {
    free(d->tune);
    free(d->group_start);
    free(d->group_end);
    free(d->bars_before);
    memset(d, 0, sizeof *d);
}

/* ---- batches ---- */

bool dataset_batch_init(DatasetBatch *batch, int window_rows, int latent, Error *err) {
    memset(batch, 0, sizeof *batch);
    const size_t rows = 2 * (size_t)window_rows;
    batch->capacity = (int)rows;
    batch->latent = latent;
    batch->bar = calloc(rows, sizeof *batch->bar);
    batch->first = calloc(2 * rows + 1, sizeof *batch->first);
    batch->copy_distance = calloc(rows * BAR_SLOTS, 1);
    batch->swapped = calloc(rows, 1);
    batch->noise = calloc(rows * (size_t)latent, sizeof *batch->noise);
    if (batch->bar && batch->first && batch->copy_distance && batch->swapped && batch->noise) return true;
    dataset_batch_deinit(batch);
    return error_memory(err, "a training batch");
}

void dataset_batch_deinit(DatasetBatch *batch) {
    free(batch->bar);
    free(batch->first);
    free(batch->copy_distance);
    free(batch->swapped);
    free(batch->noise);
    memset(batch, 0, sizeof *batch);
}

/* ---- one window ---- */

static int draw_tune(const Dataset *d, Rng *rng) {
    const long bars = d->bars_before[d->count];
    const long at = (long)(rng_uniform(rng) * (double)bars);
    int low = 0, high = d->count;
    while (high - low > 1) {
        const int middle = (low + high) / 2;
        if (d->bars_before[middle] <= at)
            low = middle;
        else
            high = middle;
    }
    return low;
}

static int cut_passage(Bar *out, const Dataset *d, int pick, int bars, Rng *rng) {
    const CorpusTune *tune = &d->corpus->tune[d->tune[pick]];
    const int count = tune->count < bars ? tune->count : bars, last = tune->count - count;
    int start = rng_below(rng, last + 1);
    const double where = rng_uniform(rng);
    if (where < 0.25)
        start = 0;
    else if (where < 0.5)
        start = start / 4 * 4;
    memcpy(out, d->corpus->bar + tune->first + start, sizeof *out * (size_t)count);
    bar_cut_holds(out);
    bar_transpose(out, count, rng);
    return count;
}

/* Where a melody ends early another one begins. The model is causal, so nothing changes for the first; the second learns to
 * tell its own bars from strange ones, references reach further back than most melodies do, and hardly a row stays empty. */
static int cut_window(Bar *out, const Dataset *d, int pick, int bars, Rng *rng) {
    const int start = d->group_start[pick], others = d->group_end[pick] - start;
    int count = cut_passage(out, d, pick, bars, rng);
    while (bars - count >= DATASET_BARS_MIN)
        count += cut_passage(out + count, d, start + rng_below(rng, others), bars - count, rng);
    return count;
}

/* Two or three of the four slots, padding included: a near copy, if these sound. */
static void repeat_slots(Bar *bar, const Bar *source, Rng *rng) {
    const int kept = rng_below(rng, BAR_SLOTS), other = rng_below(rng, BAR_SLOTS);
    for (int slot = 0; slot < BAR_SLOTS; slot++)
        if (slot != kept && slot != other)
            memcpy(bar->token + slot * BAR_SLOT_STEPS, source->token + slot * BAR_SLOT_STEPS, BAR_SLOT_STEPS);
}

static void repeat_single_bars(Bar *bars, int count, Rng *rng) {
    for (int t = 1; t < count; t++) {
        if (rng_uniform(rng) >= SINGLE_REPEAT) continue;
        const Bar *source = &bars[rng_below(rng, t)];
        if (rng_uniform(rng) < PARTIAL_SHARE)
            repeat_slots(&bars[t], source, rng);
        else
            bars[t] = *source;
    }
}

static void repeat_runs(Bar *bars, int count, Rng *rng) {
    for (int times = 1 + rng_below(rng, 3); times > 0; times--) {
        const int length = 1 << rng_below(rng, 4);
        if (2 * length > count) continue;
        const int from = rng_below(rng, count - 2 * length + 1);
        const int to = from + length + rng_below(rng, count - 2 * length - from + 1);
        memcpy(bars + to, bars + from, sizeof *bars * (size_t)length);
    }
}

static void repeat_bars(Bar *bars, int count, Rng *rng) {
    if (count < DATASET_BARS_MIN || rng_uniform(rng) > REPEAT_SHARE) return;
    if (rng_uniform(rng) < SINGLE_REPEAT_SHARE)
        repeat_single_bars(bars, count, rng);
    else
        repeat_runs(bars, count, rng);
}

/* ---- substitution ---- */

static bool has_relative(const Bar *bars, int t, int from, int to) {
    for (int u = from; u < to; u++) {
        const StructureRelation r =
            u < t ? structure_relation(&bars[u], &bars[t]) : structure_relation(&bars[t], &bars[u]);
        if (r.kind != STRUCTURE_NONE) return true;
    }
    return false;
}

/* A first occurrence, mostly one that later bars refer to; -1 when the window has none. */
static int draw_bar_to_replace(const Bar *bars, int count, Rng *rng) {
    int first[BAR_WINDOW], related[BAR_WINDOW], firsts = 0, relateds = 0;
    for (int t = 0; t < count; t++) {
        if (!bar_has_onset(&bars[t]) || has_relative(bars, t, 0, t)) continue;
        first[firsts++] = t;
        if (has_relative(bars, t, t + 1, count)) related[relateds++] = t;
    }
    if (!firsts) return -1;
    if (relateds && rng_uniform(rng) < RELATED_SHARE) return related[rng_below(rng, relateds)];
    return first[rng_below(rng, firsts)];
}

/* A bar of another melody of the same meter, in a register and key of its own. */
static Bar draw_donor(const Dataset *d, int pick, Rng *rng) {
    const int start = d->group_start[pick], others = d->group_end[pick] - start;
    Bar bar = {{0}};
    for (int tries = 0; tries < DONOR_TRIES; tries++) {
        const CorpusTune *tune = &d->corpus->tune[d->tune[start + rng_below(rng, others)]];
        bar = d->corpus->bar[tune->first + rng_below(rng, tune->count)];
        if (bar_has_onset(&bar)) break;
    }
    bar_transpose(&bar, 1, rng);
    return bar;
}

static void substitute(Bar *out, uint8_t *swapped, const Bar *bars, int count, const Dataset *d, int pick,
                       Rng *rng) {
    const int t0 = draw_bar_to_replace(bars, count, rng);
    if (t0 < 0) {
        memcpy(out, bars, sizeof *out * (size_t)count);
        return;
    }
    const Bar donor = draw_donor(d, pick, rng);
    StructureKind kind[BAR_WINDOW];
    structure_substitute(out, kind, bars, count, t0, &donor);
    swapped[t0] = 1;
}

/* ---- a batch ---- */

static uint64_t window_seed(uint64_t seed, long step, int index) {
    uint64_t h = seed ^ 0x9e3779b97f4a7c15u;
    h = (h ^ (uint64_t)step) * 0xbf58476d1ce4e5b9u;
    h = (h ^ (h >> 29) ^ (uint64_t)index) * 0x94d049bb133111ebu;
    return h ^ (h >> 32);
}

static void describe_sources(DatasetBatch *batch) {
    for (int b = 0; b < batch->loss.model.B; b++) {
        const int row = batch->first[b], count = batch->first[b + 1] - row;
        structure_source_distance(batch->copy_distance + (long)row * BAR_SLOTS, batch->bar + row, count);
    }
}

void dataset_fill(DatasetBatch *batch, const Dataset *d, long step, int first_index, int windows, int bars,
                  bool substitution) {
    assert(2 * windows * bars <= batch->capacity && bars <= BAR_WINDOW);
    Rng rng[BAR_WINDOW * 8];
    int pick[BAR_WINDOW * 8];
    assert(windows <= BAR_WINDOW * 8);
    int n = 0;
    for (int w = 0; w < windows; w++) {
        rng_seed(&rng[w], window_seed(d->seed, step, first_index + w));
        pick[w] = draw_tune(d, &rng[w]);
        batch->first[w] = n;
        const int count = cut_window(batch->bar + n, d, pick[w], bars, &rng[w]);
        repeat_bars(batch->bar + n, count, &rng[w]);
        n += count;
    }
    batch->first[windows] = n;
    memset(batch->swapped, 0, (size_t)n);
    for (int w = 0; substitution && w < windows; w++) {
        const int row = batch->first[w], count = batch->first[w + 1] - row;
        substitute(batch->bar + n + row, batch->swapped + row, batch->bar + row, count, d, pick[w], &rng[w]);
        batch->first[windows + w + 1] = n + batch->first[w + 1];
    }
    const int sequences = substitution ? 2 * windows : windows, rows = substitution ? 2 * n : n;
    for (int i = 0; i < rows * batch->latent; i++) batch->noise[i] = rng_normal(&rng[0]);
    batch->loss = (LossBatch){.model = {.B = sequences,
                                        .first = batch->first,
                                        .tokens = (const uint8_t *)batch->bar,
                                        .copy_distance = batch->copy_distance},
                              .n = n,
                              .swapped = batch->swapped,
                              .noise = batch->noise};
    describe_sources(batch);
}
