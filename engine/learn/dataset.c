#include "engine/learn/dataset.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "engine/learn/variety.h"

static const double REPEAT_SHARE = 0.5, SINGLE_REPEAT_SHARE = 0.5, SINGLE_REPEAT = 0.3, PARTIAL_SHARE = 0.4,
                    MOVED_SHARE = 0.35, MOVED_NEAR_SHARE = 0.6, MOVED_PARTIAL_SHARE = 0.3,
                    MOVED_BY_STEPS_SHARE = 0.75, MOVED_RELATED_SHARE = 0.3, RELATED_SHARE = 0.7;
static const double OCTAVES_SHARE = 0.3, METER_SHARE = 0.12, TRIPLET_SHARE = 0.1;
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

bool dataset_init(Dataset *d, const Corpus *corpus, uint64_t seed, double variety, Error *err) {
    memset(d, 0, sizeof *d);
    const size_t n = (size_t)corpus->count + 1;
    d->corpus = corpus;
    d->seed = seed;
    d->variety = variety;
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
    batch->named = calloc(rows * BAR_SLOTS, 1);
    batch->moved = calloc(rows * BAR_SLOTS, 1);
    batch->replaced = calloc(DATASET_WINDOWS_MAX, sizeof *batch->replaced);
    batch->known = calloc(2 * DATASET_WINDOWS_MAX, sizeof *batch->known);
    batch->place = calloc(2 * DATASET_WINDOWS_MAX, sizeof *batch->place);
    batch->row_of = calloc(rows, sizeof *batch->row_of);
    batch->told_alike = calloc(rows, 1);
    batch->structure = calloc(DATASET_WINDOWS_MAX, sizeof *batch->structure);
    batch->noise = calloc(rows * (size_t)latent, sizeof *batch->noise);
    if (batch->bar && batch->first && batch->copy_distance && batch->named && batch->moved &&
        batch->replaced && batch->known && batch->place && batch->row_of && batch->told_alike &&
        batch->structure && batch->noise)
        return true;
    dataset_batch_deinit(batch);
    return error_memory(err, "a training batch");
}

void dataset_batch_deinit(DatasetBatch *batch) {
    free(batch->bar);
    free(batch->first);
    free(batch->copy_distance);
    free(batch->named);
    free(batch->moved);
    free(batch->replaced);
    free(batch->known);
    free(batch->place);
    free(batch->row_of);
    free(batch->told_alike);
    free(batch->structure);
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

/* What a passage becomes so that the model meets every rhythm, register, meter and triplets. Returns its bars. */
static int vary(Bar *bars, int count, const Dataset *d, Rng *rng) {
    if (rng_uniform(rng) < d->variety) variety_bars(bars, count, d->corpus->bar, d->corpus->bar_count, rng);
    if (rng_uniform(rng) < METER_SHARE) count = variety_meter(bars, count, rng);
    if (rng_uniform(rng) < TRIPLET_SHARE) variety_triplets(bars, count, rng);
    if (rng_uniform(rng) < OCTAVES_SHARE) bar_transpose_octaves(bars, count, rng);
    bar_transpose(bars, count, rng);
    bar_sequence_repair(&(BarSequence){.bar = bars, .count = count, .steps = BAR_STEPS});
    return count;
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
    return vary(out, count, d, rng);
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

/* ---- repetitions ---- */

typedef struct {
    Bar *bars;
    int count, scale;
    Rng *rng;
} Window;

static int draw_interval(Rng *rng) {
    static const int8_t STEPS[] = {1, 1, 1, 1, 2, 2, 3, 4, 5, 6, 7};
    if (rng_uniform(rng) < MOVED_BY_STEPS_SHARE) {
        const int steps = STEPS[rng_below(rng, sizeof STEPS)];
        return interval_of_scale_steps(rng_below(rng, 2) ? steps : -steps);
    }
    const int semitones = rng_below(rng, 2 * INTERVAL_SEMITONES_MAX) - INTERVAL_SEMITONES_MAX;
    return interval_of_semitones(semitones < 0 ? semitones : semitones + 1);
}

/* Moved bars; false when one leaves the alphabet. */
static bool move_bars(Bar *to, const Bar *from, int count, const Window *w, int interval) {
    const uint8_t *moves = interval_moves(w->scale, interval);
    for (int t = 0; t < count; t++)
        for (int s = 0; s < BAR_STEPS; s++) {
            to[t].token[s] = moves[from[t].token[s]];
            if (to[t].token[s] == INTERVAL_OUT) return false;
        }
    return true;
}

/* Two or three of the four slots, padding included: a near copy, if these sound. */
static void repeat_slots(Bar *bar, const Bar *source, Rng *rng) {
    const int kept = rng_below(rng, BAR_SLOTS), other = rng_below(rng, BAR_SLOTS);
    for (int slot = 0; slot < BAR_SLOTS; slot++)
        if (slot != kept && slot != other)
            memcpy(bar->token + slot * BAR_SLOT_STEPS, source->token + slot * BAR_SLOT_STEPS, BAR_SLOT_STEPS);
}

/* Moved copies mostly stand near their source: that is where sequences have them. */
static void repeat_bar(const Window *w, int t) {
    static const uint8_t BACK[] = {1, 1, 2, 4};
    Rng *rng = w->rng;
    const bool moved = rng_uniform(rng) < MOVED_SHARE;
    int from = rng_below(rng, t);
    if (moved && rng_uniform(rng) < MOVED_NEAR_SHARE) {
        const int back = BACK[rng_below(rng, sizeof BACK)];
        from = back < t ? t - back : 0;
    }
    Bar source = w->bars[from];
    const bool partial = rng_uniform(rng) < (moved ? MOVED_PARTIAL_SHARE : PARTIAL_SHARE);
    if (bar_steps(&source) != bar_steps(&w->bars[t])) return;
    if (moved && !move_bars(&source, &w->bars[from], 1, w, draw_interval(rng))) return;
    if (partial)
        repeat_slots(&w->bars[t], &source, rng);
    else
        w->bars[t] = source;
}

static void repeat_run(const Window *w) {
    Rng *rng = w->rng;
    const int length = 1 << rng_below(rng, 4);
    if (2 * length > w->count) return;
    const int from = rng_below(rng, w->count - 2 * length + 1);
    const int to = from + length + rng_below(rng, w->count - 2 * length - from + 1);
    Bar source[8];
    const int interval = rng_uniform(rng) < MOVED_SHARE ? draw_interval(rng) : INTERVAL_NONE;
    for (int t = 0; t < length; t++)
        if (bar_steps(&w->bars[from + t]) != bar_steps(&w->bars[to + t])) return;
    if (move_bars(source, w->bars + from, length, w, interval))
        memcpy(w->bars + to, source, sizeof *source * (size_t)length);
}

static void repeat_bars(const Window *w) {
    Rng *rng = w->rng;
    if (w->count < DATASET_BARS_MIN || rng_uniform(rng) > REPEAT_SHARE) return;
    if (rng_uniform(rng) < SINGLE_REPEAT_SHARE) {
        for (int t = 1; t < w->count; t++)
            if (rng_uniform(rng) < SINGLE_REPEAT) repeat_bar(w, t);
    } else {
        for (int times = 1 + rng_below(rng, 3); times > 0; times--) repeat_run(w);
    }
}

/* ---- substitution ---- */

/* A first occurrence, mostly one that later bars refer to; -1 when the window has none. */
static int draw_bar_to_replace(const Structure *structure, const Bar *bars, Rng *rng) {
    int first[BAR_WINDOW], named[BAR_WINDOW], moved[BAR_WINDOW], firsts = 0, nameds = 0, moveds = 0;
    for (int t = 0; t < structure->count; t++) {
        if (!bar_has_onset(&bars[t]) || structure->kind[t] != STRUCTURE_NONE) continue;
        first[firsts++] = t;
        if (structure_is_named(structure, t, false)) named[nameds++] = t;
        if (structure_is_named(structure, t, true)) moved[moveds++] = t;
    }
    if (!firsts) return -1;
    if (moveds && rng_uniform(rng) < MOVED_RELATED_SHARE) return moved[rng_below(rng, moveds)];
    if (nameds && rng_uniform(rng) < RELATED_SHARE) return named[rng_below(rng, nameds)];
    return first[rng_below(rng, firsts)];
}

/* A bar of another melody of the same meter, in a register and key of its own, of so many steps. */
static Bar draw_donor(const Dataset *d, int pick, int steps, Rng *rng) {
    const int start = d->group_start[pick], others = d->group_end[pick] - start;
    Bar bar = {{0}};
    for (int tries = 0; tries < DONOR_TRIES; tries++) {
        const CorpusTune *tune = &d->corpus->tune[d->tune[start + rng_below(rng, others)]];
        bar = d->corpus->bar[tune->first + rng_below(rng, tune->count)];
        if (rng_uniform(rng) < d->variety) variety_bars(&bar, 1, d->corpus->bar, d->corpus->bar_count, rng);
        if (rng_uniform(rng) < TRIPLET_SHARE) variety_triplets(&bar, 1, rng);
        bar_set_steps(&bar, steps);
        if (bar_has_onset(&bar)) break;
    }
    if (rng_uniform(rng) < OCTAVES_SHARE) bar_transpose_octaves(&bar, 1, rng);
    bar_transpose(&bar, 1, rng);
    return bar;
}

/* Writes x' and returns t0; -1 when no bar can be replaced. */
static int substitute(Bar *out, const Structure *structure, const Bar *bars, const Dataset *d, int pick,
                      Rng *rng) {
    const int t0 = draw_bar_to_replace(structure, bars, rng);
    if (t0 < 0) return -1;
    const Bar donor = draw_donor(d, pick, bar_steps(&bars[t0]), rng);
    structure_propagate(out, NULL, structure, bars, t0, &donor);
    return t0;
}

/* ---- what is told and taught ---- */

/* Of the bars from `from` on, into rows from `row` on. */
static void tell(DatasetBatch *batch, int row, const Structure *structure, int from) {
    const size_t size = (size_t)(structure->count - from) * BAR_SLOTS;
    const long at = (long)row * BAR_SLOTS;
    memcpy(batch->copy_distance + at, structure->distance[from], size);
    memcpy(batch->named + at, structure->distance[from], size);
    for (int t = from; t < structure->count; t++)
        for (int b = 0; b < BAR_SLOTS; b++)
            batch->moved[at + (t - from) * BAR_SLOTS + b] =
                structure->interval[t] && structure->distance[t][b];
}

/* Bars back to the nearest of x's sources of a slot that still holds in x'. */
static uint8_t still_named(const Structure *x, const Bar *substituted, int t, int b) {
    if (!x->source[t][b]) return 0;
    for (int k = t - 1; k >= 0; k--)
        if (x->source[t][b] >> k & 1 &&
            structure_slot_agrees(&substituted[t], &substituted[k], b, x->interval[t], x->scale))
            return (uint8_t)(t - k);
    return LOSS_UNSURE;
}

/* The encoder is told what stands in x'; its pointer and gate are taught what x's latents say, but at t0 what those of x' do. */
static void tell_substituted(DatasetBatch *batch, int row, int x_row, const Bar *bars, const Structure *x,
                             int t0) {
    Structure own;
    structure_read(&own, bars, x->count, x->scale);
    tell(batch, row, &own, t0);
    for (int t = t0; t < x->count; t++) {
        const long at = (long)(row + t - t0) * BAR_SLOTS;
        batch->told_alike[x_row + t] =
            x->interval[t] == own.interval[t] && !memcmp(x->distance[t], own.distance[t], BAR_SLOTS);
        for (int b = 0; b < BAR_SLOTS && t > t0; b++) {
            const uint8_t named = batch->named[at + b] = still_named(x, bars, t, b);
            batch->moved[at + b] = x->interval[t] && named && named != LOSS_UNSURE;
        }
    }
}

/* ---- a batch ---- */

static uint64_t window_seed(uint64_t seed, long step, int index) {
    uint64_t h = seed ^ 0x9e3779b97f4a7c15u;
    h = (h ^ (uint64_t)step) * 0xbf58476d1ce4e5b9u;
    h = (h ^ (h >> 29) ^ (uint64_t)index) * 0x94d049bb133111ebu;
    return h ^ (h >> 32);
}

/* One window at row n; returns its bars. */
static int fill_window(DatasetBatch *batch, const Dataset *d, int w, int n, int pick, int bars, Rng *rng) {
    Window window = {.bars = batch->bar + n, .rng = rng};
    window.count = cut_window(window.bars, d, pick, bars, rng);
    window.scale = interval_find_scale(window.bars, window.count);
    repeat_bars(&window);
    structure_read(&batch->structure[w], window.bars, window.count, window.scale);
    tell(batch, n, &batch->structure[w], 0);
    return window.count;
}

/* x' of window w from t0 on, rows from n on; its bars before t0 are x's rows. Returns how many rows that is. */
static int fill_substitute(DatasetBatch *batch, const Dataset *d, int w, int windows, int n, int pick,
                           Rng *rng) {
    const Structure *structure = &batch->structure[w];
    const int x_row = batch->first[w], count = structure->count;
    Bar bars[BAR_WINDOW];
    const int t0 = substitute(bars, structure, batch->bar + x_row, d, pick, rng),
              shared = t0 < 0 ? count : t0;
    batch->replaced[w] = t0;
    batch->known[windows + w] = shared;
    memcpy(batch->bar + n, bars + shared, (size_t)(count - shared) * sizeof *bars);
    if (t0 >= 0) tell_substituted(batch, n, x_row, bars, structure, t0);
    return count - shared;
}

/* Where the bars of every sequence stand: those of x one after another, those of x' in the rows of x up to t0. */
static void list_places(DatasetBatch *batch, int windows, int n) {
    int *row_of = batch->row_of;
    for (int r = 0; r < n; r++) row_of[r] = row_of[n + r] = r;
    for (int w = 0; w < windows; w++) {
        const int x_row = batch->first[w];
        batch->known[w] = 0;
        batch->place[w] = row_of + x_row;
        batch->place[windows + w] = row_of + n + x_row;
        for (int row = batch->first[windows + w], t = batch->known[windows + w];
             row < batch->first[windows + w + 1]; row++, t++)
            row_of[n + x_row + t] = row;
    }
}

void dataset_fill(DatasetBatch *batch, const Dataset *d, long step, int first_index, int windows, int bars,
                  bool substitution) {
    assert(2 * windows * bars <= batch->capacity && bars <= BAR_WINDOW && windows <= DATASET_WINDOWS_MAX);
    Rng rng[DATASET_WINDOWS_MAX];
    int pick[DATASET_WINDOWS_MAX];
    int n = 0;
    for (int w = 0; w < windows; w++) {
        rng_seed(&rng[w], window_seed(d->seed, step, first_index + w));
        pick[w] = draw_tune(d, &rng[w]);
        batch->first[w] = n;
        n += fill_window(batch, d, w, n, pick[w], bars, &rng[w]);
    }
    batch->first[windows] = n;
    int rows = n;
    for (int w = 0; substitution && w < windows; w++)
        batch->first[windows + w + 1] = rows += fill_substitute(batch, d, w, windows, rows, pick[w], &rng[w]);
    if (substitution) list_places(batch, windows, n);
    for (int i = 0; i < rows * batch->latent; i++) batch->noise[i] = rng_normal(&rng[0]);
    batch->loss = (LossBatch){.model = {.B = substitution ? 2 * windows : windows,
                                        .first = batch->first,
                                        .tokens = (const uint8_t *)batch->bar,
                                        .copy_distance = batch->copy_distance,
                                        .moved = batch->moved,
                                        .known = substitution ? batch->known : NULL,
                                        .place = substitution ? (const int *const *)batch->place : NULL},
                              .n = n,
                              .replaced = substitution ? batch->replaced : NULL,
                              .named = batch->named,
                              .told_alike = batch->told_alike,
                              .noise = batch->noise};
}
