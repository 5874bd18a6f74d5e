#include "engine/decoding.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/number.h"
#include "engine/nn/layers.h"
#include "engine/nn/past.h"

bool decoding_cancelled(const atomic_bool *cancel, Error *err) {
    if (!cancel || !atomic_load_explicit(cancel, memory_order_relaxed)) return false;
    error_set(err, "cancelled");
    return true;
}

void decoding_uniform(float *uniform, int count, uint64_t seed) {
    Rng rng;
    rng_seed(&rng, seed);
    for (int i = 0; i < count * BAR_STEPS; i++) uniform[i] = (float)rng_uniform(&rng);
}

/* ---- one step's token ---- */

static uint8_t most_likely(const float *logits, int step, int steps) {
    int best = BAR_REST;
    for (int v = 1; v < BAR_TOKENS; v++)
        if (bar_allows(v, step, steps) && logits[v] > logits[best]) best = v;
    return (uint8_t)best;
}

void decoding_distribution(float *probability, const float *logits, int step, int steps, float temperature) {
    if (step >= steps) {
        memset(probability, 0, BAR_TOKENS * sizeof *probability);
        probability[BAR_PAD] = 1;
        return;
    }
    for (int v = 0; v < BAR_TOKENS; v++) probability[v] = logits[v] / temperature;
    for (int v = 0; v < BAR_TOKENS; v++)
        if (!bar_allows(v, step, steps)) probability[v] = -1e9f;
    softmax_forward(probability, BAR_TOKENS);
    for (int v = 0; v < BAR_TOKENS; v++)
        if (!bar_allows(v, step, steps)) probability[v] = 0;
}

/* Inverse of the cumulative distribution at u. */
static uint8_t sample(const float *logits, int step, int steps, float temperature, float u) {
    float probability[BAR_TOKENS], sum = 0;
    decoding_distribution(probability, logits, step, steps, temperature);
    int last = 0;
    for (int v = 0; v < BAR_TOKENS; v++) {
        if (probability[v] <= 0) continue;
        sum += probability[v];
        last = v;
        if (u < sum) break;
    }
    return (uint8_t)last; /* rounding can leave u above the sum: the last possible token */
}

void decoding_greedy_bar(Bar *bar, const float *logits, int steps) {
    for (int s = 0; s < BAR_STEPS; s++)
        bar->token[s] = s < steps ? most_likely(logits + s * BAR_TOKENS, s, steps) : BAR_PAD;
}

static void predict_bar(Bar *bar, const DecodingTask *task, int t, const float *logits) {
    const int steps = bar_steps(&task->bars[t]);
    decoding_greedy_bar(bar, logits, steps);
    for (int s = 0; s < steps && task->temperature > 0; s++)
        bar->token[s] =
            sample(logits + s * BAR_TOKENS, s, steps, task->temperature, task->uniform[t * BAR_STEPS + s]);
}

/* ---- fixed point ---- */

enum {
    FREE_ROWS =
        32, /* a pass of so many rows takes hardly longer than one of few: all weights are read for either */
    PLACES = 1024, /* of the past, beside those of task 0; some 13 MB in a model of the default size */
};

/* Bars are decoded in order, each from the codes of those before it; but a bar is seldom a surprise. So a pass computes many
 * bars of a task at once, taking for those before them what it guessed last; a guess that comes out as it was guessed is
 * right, and everything up to the first wrong one stands. What stands is read once and kept in the workspace's past, so that
 * a pass costs its new rows alone. Tasks run side by side, because a pass of 32 rows takes hardly longer than one of few.
 *
 * Task 0 goes first where others are its variations (one latent taken away): a variation agrees with it up to the bar that
 * was replaced, and shares its places in the past so far. */

/* A task on its way: its first `known` bars stand, rows [known, end) are computed in this pass. */
typedef struct {
    int task;
    int shared; /* bars whose places are those of task 0 */
    int known, end;
    int reach;               /* rows worth computing in the next pass */
    bool unread[BAR_WINDOW]; /* the past does not have the code of this bar */
    int place[BAR_WINDOW];   /* of the bars, in the past */
} Path;

/* All tasks of one call: those that run, those that have not set out, and the places of the past that they share out. */
typedef struct {
    Workspace *work;
    DecodingTask *task;
    int count, next; /* tasks; the first that has not set out */
    Path *path;
    int running;
    int *vacant; /* places that nobody uses */
    int vacancies;
    int stem[BAR_WINDOW]; /* places of task 0, kept for its variations */
    DecodingListener *listener;
    void *context;
} Run;

static bool is_variation(const DecodingTask *task) {
    return task->replaced >= 0;
}

/* May the next task begin? Variations wait for task 0, and all for places. */
static bool may_set_out(const Run *run) {
    if (run->next == run->count) return false;
    const DecodingTask *task = &run->task[run->next];
    bool task_0_runs = run->running > 0 && run->path[0].task == 0;
    if (is_variation(task)) return !task_0_runs && run->vacancies >= task->count - task->replaced;
    return run->vacancies >= task->count;
}

static void set_out(Run *run) {
    int which = run->next++;
    DecodingTask *task = &run->task[which];
    Path *path = &run->path[run->running++];
    *path = (Path){.task = which, .reach = task->count};
    if (is_variation(task)) {
        path->shared = path->known = task->replaced;
        path->reach = 1;
        memcpy(task->bars, run->task[0].bars, (size_t)task->count * sizeof *task->bars);
    }
    for (int t = 0; t < task->count; t++) {
        path->place[t] = t < path->shared ? run->stem[t] : run->vacant[--run->vacancies];
        if (!is_variation(task))
            path->unread[t] = true;
        else if (t >= path->shared)
            past_copy_code(run->work->past, path->place[t], run->stem[t]);
    }
    if (which == 0) memcpy(run->stem, path->place, sizeof run->stem);
}

/* The places of task 0 stay occupied. */
static void arrive(Run *run, const Path *path) {
    if (path->task == 0) return;
    for (int t = path->shared; t < run->task[path->task].count; t++)
        run->vacant[run->vacancies++] = path->place[t];
}

/* Brings the codes of the past up to date. Nobody looks at the last bar's. */
static bool read_bars(Run *run, Error *err) {
    Workspace *work = run->work;
    int unread = 0, row = 0;
    for (int i = 0; i < run->running; i++)
        for (int t = 0; t < run->task[run->path[i].task].count - 1; t++) unread += run->path[i].unread[t];
    if (unread == 0) return true;
    if (!workspace_begin(work, unread, unread, 1, err)) return false;
    for (int i = 0; i < run->running; i++)
        for (int t = 0; t < run->task[run->path[i].task].count - 1; t++)
            if (run->path[i].unread[t]) workspace_add(work, &run->task[run->path[i].task].bars[t], 1);
    workspace_read(work);
    for (int i = 0; i < run->running; i++)
        for (int t = 0; t < run->task[run->path[i].task].count - 1; t++)
            if (run->path[i].unread[t]) {
                past_keep_code(work->past, run->path[i].place[t], work->acts, row++);
                run->path[i].unread[t] = false;
            }
    return true;
}

static void add_path(Workspace *work, const DecodingTask *task, const Path *path) {
    int row = workspace_add_rows(work, task->bars, path->place, path->known, path->end);
    for (int t = path->known; t < path->end; t++, row++) {
        const Latent *latent = t == task->replaced ? task->replacement : &task->latent[t];
        memcpy(work->z + (size_t)row * LATENT_SIZE, latent->z, sizeof latent->z);
        work->interval[row] = latent->interval;
        work->scale[row] = task->latent[t].scale;
    }
}

/* What is worth computing, at least what costs nothing, and together no more than a workspace should hold. */
static void choose_rows(Run *run) {
    int most = number_clamp(WORKSPACE_ROWS / run->running, 1, BAR_WINDOW);
    int least = number_clamp(FREE_ROWS / run->running, 1, most);
    for (int i = 0; i < run->running; i++) {
        Path *path = &run->path[i];
        path->end = number_clamp(path->known + number_clamp(path->reach, least, most), path->known,
                                 run->task[path->task].count);
    }
}

static bool decode_rows(Run *run, Error *err) {
    int rows = 0, longest = 0;
    choose_rows(run);
    for (int i = 0; i < run->running; i++) {
        const Path *path = &run->path[i];
        rows += path->end - path->known;
        if (path->end > longest) longest = path->end;
    }
    if (!workspace_begin(run->work, run->running, rows, longest, err)) return false;
    for (int i = 0; i < run->running; i++) add_path(run->work, &run->task[run->path[i].task], &run->path[i]);
    workspace_decode_on(run->work);
    return true;
}

/* Replaces the guess by the prediction and returns how many bars stand now. */
static int predict(DecodingTask *task, Path *path, const float *logits) {
    int standing = path->end;
    for (int t = path->known; t < path->end; t++, logits += BAR_STEPS * BAR_TOKENS) {
        Bar bar;
        if (t < task->kept) continue;
        predict_bar(&bar, task, t, logits);
        if (memcmp(&bar, &task->bars[t], sizeof bar) == 0) continue;
        task->bars[t] = bar;
        path->unread[t] = true;
        if (t < standing) standing = t + 1;
    }
    return standing;
}

/* True when the task is done. row: of the last pass, the path's first. */
static bool advance(Run *run, Path *path, int row) {
    DecodingTask *task = &run->task[path->task];
    const Acts *acts = run->work->acts;
    const float *logits = acts_logits(acts) + (size_t)row * BAR_STEPS * BAR_TOKENS;
    int standing = predict(task, path, logits);
    task->passes++;
    for (int t = path->known; t < standing; t++, row++, logits += BAR_STEPS * BAR_TOKENS) {
        if (t < task->count - 1) past_keep_row(run->work->past, path->place[t], acts, row);
        if (run->listener) run->listener(run->context, path->task, t, logits);
    }
    path->reach = 2 * (standing - path->known);
    path->known = standing;
    return standing == task->count;
}

static bool pass(Run *run, Error *err) {
    if (!read_bars(run, err) || !decode_rows(run, err)) return false;
    int staying = 0;
    for (int i = 0; i < run->running; i++) {
        Path path = run->path[i];
        if (advance(run, &path, run->work->first[i]))
            arrive(run, &path);
        else
            run->path[staying++] = path;
    }
    run->running = staying;
    return true;
}

/* As many places as all tasks can use, but no more than PLACES beside task 0's, where every task finds room in turn. */
static bool prepare(Run *run, Error *err) {
    int places = run->task[0].count, more = 0;
    for (int i = 1; i < run->count && more < PLACES; i++) more += run->task[i].count;
    places += number_clamp(more, 0, PLACES);
    run->path = calloc((size_t)places, sizeof *run->path);
    run->vacant = calloc((size_t)places, sizeof *run->vacant);
    if (!run->path || !run->vacant) return error_memory(err, "decoding");
    for (int place = 0; place < places; place++) run->vacant[run->vacancies++] = place;
    for (int i = 0; i < run->count; i++) {
        const DecodingTask *task = &run->task[i];
        assert(task->count > 0 && task->count <= BAR_WINDOW && task->kept < task->count);
        assert(!is_variation(task) || (i > 0 && task->count == run->task[0].count && task->kept == 0));
        run->task[i].passes = 0;
    }
    return workspace_make_places(run->work, places, err);
}

bool decoding_run(Workspace *work, DecodingTask *task, int count, DecodingListener *listener, void *context,
                  const atomic_bool *cancel, Error *err) {
    if (count == 0) return true;
    Run run = {.work = work, .task = task, .count = count, .listener = listener, .context = context};
    bool fine = prepare(&run, err);
    while (fine && (run.next < count || run.running > 0)) {
        while (may_set_out(&run)) set_out(&run);
        fine = !decoding_cancelled(cancel, err) && pass(&run, err);
    }
    free(run.path);
    free(run.vacant);
    return fine;
}
