#include "engine/decoding.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

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

/* ------------------------------------------------------------------------------------------- one step's
 * token */

static uint8_t most_likely(const float *logits) {
    int best = BAR_REST;
    for (int v = 1; v < BAR_TOKENS; v++)
        if (v != BAR_PAD && logits[v] > logits[best]) best = v;
    return (uint8_t)best;
}

void decoding_distribution(float *probability, const float *logits, int step, int steps, float temperature) {
    if (step >= steps) {
        memset(probability, 0, BAR_TOKENS * sizeof *probability);
        probability[BAR_PAD] = 1;
        return;
    }
    float top = logits[most_likely(logits)], sum = 0;
    for (int v = 0; v < BAR_TOKENS; v++) {
        probability[v] = v == BAR_PAD ? 0 : expf((logits[v] - top) / temperature);
        sum += probability[v];
    }
    for (int v = 0; v < BAR_TOKENS; v++) probability[v] /= sum;
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
        bar->token[s] = s < steps ? most_likely(logits + s * BAR_TOKENS) : BAR_PAD;
}

static void predict_bar(Bar *bar, const DecodingTask *task, int t, const float *logits) {
    decoding_greedy_bar(bar, logits, task->steps);
    for (int s = 0; s < task->steps && task->temperature > 0; s++)
        bar->token[s] = sample(logits + s * BAR_TOKENS, s, task->steps, task->temperature,
                               task->uniform[t * BAR_STEPS + s]);
}

/* ------------------------------------------------------------------------------------------------ fixed
 * point */

/* Replaces the guess by the prediction. True when no bar changed that a later bar looks at. */
static bool predict_task(DecodingTask *task, const float *logits) {
    bool settled = true;
    for (int t = task->kept; t < task->count; t++) {
        Bar bar;
        predict_bar(&bar, task, t, logits + (size_t)t * BAR_STEPS * BAR_TOKENS);
        if (memcmp(&bar, &task->bars[t], sizeof bar) == 0) continue;
        task->bars[t] = bar;
        if (t < task->count - 1) settled = false;
    }
    task->passes++;
    return settled || task->passes >= task->count - task->kept;
}

static void add_task(Workspace *work, const DecodingTask *task) {
    float *z = work->z + (size_t)workspace_add(work, task->bars, task->count) * LATENT_SIZE;
    for (int t = 0; t < task->count; t++)
        memcpy(z + (size_t)t * LATENT_SIZE, t == task->replaced ? task->replacement : task->latent[t].z,
               LATENT_SIZE * sizeof *z);
}

static bool pack(Workspace *work, const DecodingTask *task, const int *active, int running, Error *err) {
    int rows = 0, longest = 0;
    for (int i = 0; i < running; i++) {
        int count = task[active[i]].count;
        rows += count;
        if (count > longest) longest = count;
    }
    if (!workspace_begin(work, running, rows, longest, err)) return false;
    for (int i = 0; i < running; i++) add_task(work, &task[active[i]]);
    return true;
}

/* Predicts every running task, hands the settled ones to the listener, and returns how many stay, moved to
 * the front. */
static int advance(Workspace *work, DecodingTask *task, int *active, int running, DecodingListener *listener,
                   void *context) {
    const float *logits = acts_logits(work->acts);
    int staying = 0;
    for (int i = 0; i < running; i++) {
        int which = active[i], row = work->first[i];
        if (!predict_task(&task[which], logits + (size_t)row * BAR_STEPS * BAR_TOKENS))
            active[staying++] = which;
        else if (listener)
            listener(context, which, work, row);
    }
    return staying;
}

bool decoding_run(Workspace *work, DecodingTask *task, int count, DecodingListener *listener, void *context,
                  const atomic_bool *cancel, Error *err) {
    int *active = malloc(((size_t)count + 1) * sizeof *active);
    if (!active) return error_memory(err, "decoding");
    bool fine = true;
    int next = 0, running = 0;
    for (int i = 0; i < count; i++) {
        assert(task[i].count > 0 && task[i].kept < task[i].count);
        task[i].passes = 0;
    }
    while (fine && (next < count || running > 0)) {
        int rows = 0;
        for (int i = 0; i < running; i++) rows += task[active[i]].count;
        while (next < count && (running == 0 || rows + task[next].count <= WORKSPACE_ROWS)) {
            rows += task[next].count;
            active[running++] = next++;
        }
        fine = !decoding_cancelled(cancel, err) && pack(work, task, active, running, err);
        if (!fine) break;
        workspace_decode(work, true, false);
        running = advance(work, task, active, running, listener, context);
    }
    free(active);
    return fine;
}
