#include "engine/measure/figures.h"

#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/thread.h"
#include "engine/decoding.h"
#include "engine/measure/measures.h"
#include "engine/measure/prior_measures.h"
#include "engine/nn/gemm.h"

static const int LENGTHS[FIGURES_LENGTHS] = {8, 16, 32, 64};
enum { WINDOW_DEFAULT = 16, WINDOW_MIN = 4, THREADS_MAX = 64 };

bool figures_reached(Figure figure, double value) {
    double reach = FIGURE_INFO[figure].reach;
    if (reach == 0 || isnan(value)) return true;
    return reach > 0 ? value >= reach : value <= -reach;
}

/* ---- windows ---- */

/* All windows of one length, in order of meter and then of the corpus. */
typedef struct {
    MeasuresWindow *window; /* owned */
    int count;
    char meter[FIGURES_METERS_MAX + 1][20]; /* the last one takes what comes after */
    int meters;
} Windows;

static bool has_onset(const Bar *bars, int count) {
    for (int t = 0; t < count; t++)
        if (bar_has_onset(&bars[t])) return true;
    return false;
}

static int window_length(const CorpusTune *tune, int begin, int length) {
    int left = tune->count - begin;
    return left < length ? left : length;
}

static bool is_window(const Corpus *corpus, const CorpusTune *tune, int begin, int length) {
    int count = window_length(tune, begin, length);
    return count >= WINDOW_MIN && has_onset(corpus->bar + tune->first + begin, count);
}

static bool has_triplet(const Bar *bars, int count) {
    for (int t = 0; t < count; t++)
        if (memchr(bars[t].token, BAR_TRIPLET, BAR_STEPS)) return true;
    return false;
}

static int meter_index(Windows *windows, const CorpusTune *tune, const Bar *bars) {
    char name[sizeof windows->meter[0]] = {0};
    snprintf(name, sizeof name, "%d/%d%s", tune->meter_beats, tune->meter_unit,
             has_triplet(bars, tune->count) ? " triplets" : "");
    for (int i = 0; i < windows->meters; i++)
        if (strcmp(windows->meter[i], name) == 0) return i;
    if (windows->meters == FIGURES_METERS_MAX) return FIGURES_METERS_MAX;
    memcpy(windows->meter[windows->meters], name, sizeof name);
    return windows->meters++;
}

/* The third of the alphabet's pitches that the window's middle note lies in. */
static int register_of(const MeasuresWindow *window) {
    int times[BAR_TOKENS] = {0}, onsets = 0, below = 0, token = BAR_ONSET;
    for (int t = 0; t < window->count; t++)
        for (int s = 0; s < BAR_STEPS; s++)
            if (bar_is_onset(window->bar[t].token[s])) {
                times[window->bar[t].token[s]]++;
                onsets++;
            }
    while (2 * (below + times[token]) < onsets) below += times[token++];
    return (token - BAR_ONSET) * FIGURES_REGISTERS / (BAR_TRIPLET - BAR_ONSET);
}

static void add_windows(Windows *windows, const Corpus *corpus, const CorpusTune *tune, int length) {
    int meter = meter_index(windows, tune, corpus->bar + tune->first);
    for (int begin = 0; begin < tune->count; begin += length) {
        if (!is_window(corpus, tune, begin, length)) continue;
        MeasuresWindow *window = &windows->window[windows->count++];
        window->count = window_length(tune, begin, length);
        window->steps = tune->steps;
        window->meter = meter;
        memcpy(window->bar, corpus->bar + tune->first + begin, (size_t)window->count * sizeof *window->bar);
        bar_cut_holds(&window->bar[0]);
        window->range = register_of(window);
    }
}

/* In place of a sort, which would have to be stable: the windows of one meter after those of another, or, with registers, in
 * each meter those of one register after those of another. */
static bool group_windows(Windows *windows, bool registers, Error *err) {
    MeasuresWindow *grouped = calloc((size_t)windows->count, sizeof *grouped);
    if (!grouped) return error_memory(err, "the windows to measure");
    int count = 0;
    for (int meter = 0; meter <= FIGURES_METERS_MAX; meter++)
        for (int which = 0; which < (registers ? FIGURES_REGISTERS : 1); which++)
            for (int i = 0; i < windows->count; i++)
                if (windows->window[i].meter == meter && (!registers || windows->window[i].range == which))
                    grouped[count++] = windows->window[i];
    free(windows->window);
    windows->window = grouped;
    return true;
}

static const Bar *first_sounding(const MeasuresWindow *window) {
    int t = 0;
    while (!bar_has_onset(&window->bar[t])) t++;
    return &window->bar[t];
}

/* The donor is the first bar with an onset of the next window of the meter, cyclically. */
static void choose_donors(Windows *windows, uint64_t seed) {
    int begin = 0;
    for (int i = 0; i < windows->count; i++) {
        MeasuresWindow *window = windows->window;
        if (window[i].meter != window[begin].meter) begin = i;
        bool last = i + 1 == windows->count || window[i + 1].meter != window[i].meter;
        window[i].donor = *first_sounding(&window[last ? begin : i + 1]);
        window[i].seed = seed + (uint64_t)i;
    }
}

static bool cut_windows(Windows *windows, const Corpus *corpus, int length, uint64_t seed, Error *err) {
    *windows = (Windows){0};
    int count = 0;
    for (int i = 0; i < corpus->count; i++)
        for (int begin = 0; begin < corpus->tune[i].count; begin += length)
            count += is_window(corpus, &corpus->tune[i], begin, length);
    if (count == 0)
        return error_set(
            err, "The corpus has no melody of at least %d bars to measure: give more or longer melodies.",
            WINDOW_MIN);
    windows->window = calloc((size_t)count, sizeof *windows->window);
    if (!windows->window) return error_memory(err, "the windows to measure");
    for (int i = 0; i < corpus->count; i++) add_windows(windows, corpus, &corpus->tune[i], length);
    if (!group_windows(windows, false, err)) return false;
    choose_donors(windows, seed);
    return group_windows(windows, true, err);
}

/* ---- workers ---- */

/* Neighbouring windows of one meter that are one batch. Chunks do not depend on the number of threads, and each has a
 * tally of its own, so neither do the figures. */
typedef struct {
    int first, count, meter, range;
    Tally tally;
} FigureChunk;

typedef struct {
    const Model *model;
    const FiguresOptions *options;
    const Windows *windows;
    FigureChunk *chunk;
    int count;
    atomic_int next;
    atomic_bool failed;
    pthread_mutex_t lock; /* guards error */
    Error error;
} Job;

static int cut_chunks(FigureChunk *chunk, const Windows *windows) {
    int count = 0, rows = 0;
    for (int i = 0; i < windows->count; i++) {
        const MeasuresWindow *window = &windows->window[i];
        bool fits = count > 0 && rows + window->count <= MEASURES_ROWS &&
                    chunk[count - 1].meter == window->meter && chunk[count - 1].range == window->range;
        if (!fits) {
            chunk[count++] = (FigureChunk){.first = i, .meter = window->meter, .range = window->range};
            rows = 0;
        }
        chunk[count - 1].count++;
        rows += window->count;
    }
    return count;
}

static void fail(Job *job, const Error *error) {
    pthread_mutex_lock(&job->lock);
    if (!atomic_exchange(&job->failed, true)) job->error = *error;
    pthread_mutex_unlock(&job->lock);
}

/* told: this is the caller's thread, which says how far they all are. */
static void work(Job *job, bool told) {
    Error error = {{0}};
    Reader *reader = reader_new(job->model, &error);
    if (!reader) fail(job, &error);
    while (reader && !atomic_load(&job->failed)) {
        int i = atomic_fetch_add(&job->next, 1);
        if (i >= job->count) break;
        if (told) headway_tell(&job->options->headway, (double)i / job->count);
        FigureChunk *chunk = &job->chunk[i];
        if (decoding_cancelled(job->options->cancel, &error) ||
            !measures_take(&chunk->tally, reader, job->windows->window + chunk->first, chunk->count,
                           job->options, &error))
            fail(job, &error);
    }
    reader_free(reader);
}

static void *help(void *job) {
    work(job, false);
    return NULL;
}

/* The calling thread works too; helpers that cannot be started are done without. */
static bool run_job(Job *job, Error *err) {
    Thread helper[THREADS_MAX];
    int wanted = job->options->threads - 1, helpers = 0;
    if (wanted > job->count - 1) wanted = job->count - 1;
    if (wanted > THREADS_MAX) wanted = THREADS_MAX;
    pthread_mutex_init(&job->lock, NULL);
    while (helpers < wanted && gemm_init(helpers + 2, NULL) && thread_start(&helper[helpers], help, job))
        helpers++;
    work(job, true);
    for (int i = 0; i < helpers; i++) thread_join(&helper[i]);
    pthread_mutex_destroy(&job->lock);
    return !atomic_load(&job->failed) || error_set(err, "%s", job->error.text);
}

/* ---- the way ---- */

/* What the parts of the work take of its time, roughly; 0 where a part is left out. */
typedef struct {
    double windows, prior, lengths;
} Shares;

static Shares shares_of(const Model *model, const FiguresOptions *options) {
    const double windows = 1 + (options->knockout ? 1 : 0) + (options->influence ? 4 : 0),
                 prior = model_prior(model) ? 6 : 0, lengths = options->lengths ? 3 : 0,
                 all = windows + prior + lengths;
    return (Shares){windows / all, prior / all, lengths / all};
}

/* The same wishes for a part of the work, which tells of a stretch of the way. */
static FiguresOptions on_stretch(const FiguresOptions *options, HeadwayPart *part, double from, double to) {
    FiguresOptions stretch = *options;
    *part = (HeadwayPart){&options->headway, from, to};
    stretch.headway = headway_of_part(part);
    return stretch;
}

/* ---- results ---- */

/* All windows of one length: whole gets everything, meter[] (may be null) each meter's part, range[] each register's. */
static bool measure_windows(Tally *whole, Tally *meter, Tally *range, const Model *model,
                            const Windows *windows, const FiguresOptions *options, Error *err) {
    Job job = {.model = model, .options = options, .windows = windows};
    job.chunk = calloc((size_t)windows->count, sizeof *job.chunk);
    if (!job.chunk) return error_memory(err, "the figures");
    job.count = cut_chunks(job.chunk, windows);
    bool fine = run_job(&job, err);
    for (int i = 0; i < job.count; i++) {
        tally_merge(whole, &job.chunk[i].tally);
        if (meter) tally_merge(&meter[job.chunk[i].meter], &job.chunk[i].tally);
        if (range) tally_merge(&range[job.chunk[i].range], &job.chunk[i].tally);
        tally_deinit(&job.chunk[i].tally);
    }
    free(job.chunk);
    return fine && (!whole->starved || error_memory(err, "the figures"));
}

/* Every melody's new bars; meter as in measure_windows. */
static bool measure_prior(Tally *whole, Tally *meter, Windows *windows, const Model *model,
                          const Corpus *corpus, const FiguresOptions *options, Error *err) {
    if (!model_prior(model)) return true;
    PriorMeasures measures = {0};
    Reader *reader = reader_new(model, err);
    bool fine = reader && prior_measures_init(&measures, corpus, err);
    for (int i = 0; fine && i < corpus->count; i++) {
        const CorpusTune *tune = &corpus->tune[i];
        Tally tally = {0};
        headway_tell(&options->headway, (double)i / corpus->count);
        fine = prior_measures_take(&tally, &measures, i, reader, options, err);
        tally_merge(whole, &tally);
        tally_merge(&meter[meter_index(windows, tune, corpus->bar + tune->first)], &tally);
        tally_deinit(&tally);
    }
    prior_measures_deinit(&measures);
    reader_free(reader);
    return fine;
}

static bool measure_main(Figures *out, const Model *model, const Corpus *corpus,
                         const FiguresOptions *options, int window, Error *err) {
    Windows windows = {0};
    static const char *const REGISTERS[FIGURES_REGISTERS] = {"low", "middle", "high"};
    Tally whole = {0}, range[FIGURES_REGISTERS] = {{0}},
          *meter = calloc(FIGURES_METERS_MAX + 1, sizeof *meter);
    HeadwayPart part[2];
    const Shares share = shares_of(model, options);
    const FiguresOptions first = on_stretch(options, &part[0], 0, share.windows),
                         second = on_stretch(options, &part[1], share.windows, share.windows + share.prior);
    bool fine = (meter || error_memory(err, "the figures")) &&
                cut_windows(&windows, corpus, window, options->seed, err) &&
                measure_windows(&whole, meter, range, model, &windows, &first, err) &&
                measure_prior(&whole, meter, &windows, model, corpus, &second, err);
    if (fine) {
        snprintf(out->all.name, sizeof out->all.name, "all");
        tally_distances(out->distance, &whole);
        tally_finish(&out->all, &whole);
        out->meters = windows.meters;
        for (int i = 0; i < windows.meters; i++) {
            memcpy(out->meter[i].name, windows.meter[i], sizeof out->meter[i].name);
            tally_finish(&out->meter[i], &meter[i]);
        }
    }
    for (int i = 0; i < FIGURES_REGISTERS; i++) {
        snprintf(out->range[i].name, sizeof out->range[i].name, "%s", REGISTERS[i]);
        if (fine) tally_finish(&out->range[i], &range[i]);
        tally_deinit(&range[i]);
    }
    tally_deinit(&whole);
    for (int i = 0; meter && i <= FIGURES_METERS_MAX; i++) tally_deinit(&meter[i]);
    free(meter);
    free(windows.window);
    return fine;
}

/* distance may be null. */
static bool measure_length(FiguresGroup *group, FiguresDistance *distance, const Model *model,
                           const Corpus *corpus, const FiguresOptions *options, int length, Error *err) {
    FiguresOptions core = *options;
    core.knockout = core.influence = false;
    Windows windows = {0};
    Tally whole = {0};
    bool fine = cut_windows(&windows, corpus, length, options->seed, err) &&
                measure_windows(&whole, NULL, NULL, model, &windows, &core, err);
    if (fine) {
        snprintf(group->name, sizeof group->name, "%d", length);
        if (distance) tally_distances(distance, &whole);
        tally_finish(group, &whole);
    }
    tally_deinit(&whole);
    free(windows.window);
    return fine;
}

bool figures_measure(Figures *out, const Model *model, const Corpus *corpus, const FiguresOptions *options,
                     Error *err) {
    *out = (Figures){0};
    int longest = workspace_window(model), window = options->window ? options->window : WINDOW_DEFAULT;
    if (window < WINDOW_MIN || window > longest)
        return error_set(err, "Windows of %d bars cannot be measured with this model: choose %d to %d.",
                         window, WINDOW_MIN, longest);
    if (!measure_main(out, model, corpus, options, window, err)) return false;
    const double lengths = shares_of(model, options).lengths;
    for (int i = 0; options->lengths && i < FIGURES_LENGTHS && LENGTHS[i] <= longest; i++) {
        if (LENGTHS[i] == window) {
            out->length[i] = out->all;
            snprintf(out->length[i].name, sizeof out->length[i].name, "%d", window);
        } else {
            FiguresDistance *distance = LENGTHS[i] > window ? out->distance : NULL; /* of the longest alone */
            HeadwayPart part;
            const double from = 1 - lengths + lengths * i / FIGURES_LENGTHS;
            const FiguresOptions core = on_stretch(options, &part, from, from + lengths / FIGURES_LENGTHS);
            if (!measure_length(&out->length[i], distance, model, corpus, &core, LENGTHS[i], err))
                return false;
        }
        out->lengths++;
    }
    return true;
}
