/* Times what a composer waits for: median and p95 of repeated calls on one thread, and the
 * processor time, which other work on the machine disturbs less, beside the limits that the screen was
 * designed for. The first argument is a model; with it the engine thread is timed too, from a posted request to its answer
 * (a result of a changed recipe, its analysis; with everything: and influence). Without one a model of the shipped size with random parameters is timed,
 * whose bars depend on each other so wildly that decoding takes its worst case of one pass a bar. */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "app/cli/blas_core.h"
#include "engine/compose.h"
#include "engine/engine.h"
#include "engine/nn/checkpoint.h"
#include "engine/workspace.h"

enum { RUNS_MAX = 21, BUDGET_MS = 3000 };

typedef struct {
    Reader *reader;
    BarSequence bars, out;
    LatentSequence z;
    Analysis *analysis;
    Engine *engine; /* null without a model file */
    int questions;
} Bench;

/* Every second bar repeats the one four before it, the others are eighths up and down. */
static void write_bars(BarSequence *bars, int count) {
    bars->steps = BAR_STEPS;
    if (!bar_sequence_resize(bars, count, NULL)) exit(1);
    for (int t = 0; t < count; t++)
        for (int s = 0; s < BAR_STEPS; s++)
            bars->bar[t].token[s] = t >= 4 && t % 2 ? bars->bar[t - 4].token[s]
                                    : s % 2         ? BAR_HOLD
                                                    : (uint8_t)(BAR_ONSET + 20 + (t * 7 + s * 5) % 17);
}

static double now_ms(clockid_t clock) {
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static int compare(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void encode(Bench *b) {
    compose_encode(b->reader, &b->z, &b->bars, NULL, NULL);
}

static void encode_and_decode(Bench *b) {
    compose_reconstruct(b->reader, &b->out, &b->bars, NULL, NULL);
}

static void analyse(Bench *b) {
    analysis_free(b->analysis);
    b->analysis = compose_analyse(b->reader, &b->bars, NULL, NULL);
}

static void influence(Bench *b) {
    compose_influence(b->reader, b->analysis, &b->bars, NULL, NULL);
}

/* Posts an ENGINE_RESULT with one bar's source changed, as a key in the composer does, and waits for the answer: the first
 * one, without influence, or the whole one. */
static void ask(Bench *b, bool whole) {
    Error err;
    EngineRequest request = {.kind = ENGINE_RESULT};
    bool made = bar_sequence_copy(&request.result.original, &b->bars, &err) &&
                bar_sequence_copy(&request.result.context, &b->bars, &err) &&
                recipe_resize(&request.result.recipe, b->bars.count, true, &err);
    if (!made) exit(1);
    request.result.recipe.bar[0] =
        (BarSource){.kind = RECIPE_PRIOR, .temperature = 1, .seed = (uint64_t)++b->questions};
    uint64_t id = engine_post(b->engine, &request);
    struct pollfd wake = {.fd = engine_wake_fd(b->engine), .events = POLLIN};
    for (bool answered = false; !answered;) {
        EngineReply reply;
        poll(&wake, 1, -1);
        while (engine_take(b->engine, &reply)) {
            if (!reply.ok) exit(1);
            answered |= reply.id == id && (!whole || !reply.partial);
            engine_reply_deinit(&reply);
        }
    }
}

static void ask_for_result(Bench *b) {
    ask(b, false);
}

static void ask_for_everything(Bench *b) {
    ask(b, true);
}

/* The engine thread with a model of its own, from the file that the program would load. */
static Engine *start_engine(const char *path, Error *err) {
    Engine *engine = engine_new(err);
    EngineRequest request = {.kind = ENGINE_LOAD_MODEL, .path = strdup(path)};
    if (!engine || !request.path) exit(1);
    engine_post(engine, &request);
    struct pollfd wake = {.fd = engine_wake_fd(engine), .events = POLLIN};
    EngineReply reply;
    do poll(&wake, 1, -1);
    while (!engine_take(engine, &reply));
    bool loaded = reply.ok;
    engine_reply_deinit(&reply);
    if (loaded) return engine;
    engine_free(engine);
    return NULL;
}

/* As many runs as the budget allows, at least one beyond the first, in which workspaces grow. */
static void report(const char *name, Bench *bench, void (*call)(Bench *), double limit_ms) {
    double took[RUNS_MAX], worked[RUNS_MAX], total = 0;
    int runs = 0;
    call(bench);
    while (runs < RUNS_MAX && (runs == 0 || total < BUDGET_MS)) {
        double begin = now_ms(CLOCK_MONOTONIC), working = now_ms(CLOCK_PROCESS_CPUTIME_ID);
        call(bench);
        worked[runs] = now_ms(CLOCK_PROCESS_CPUTIME_ID) - working;
        total += took[runs++] = now_ms(CLOCK_MONOTONIC) - begin;
    }
    qsort(took, (size_t)runs, sizeof *took, compare);
    qsort(worked, (size_t)runs, sizeof *worked, compare);
    printf("%-26s %2d bars  best %8.2f  median %8.2f  p95 %8.2f ms  processor: best %8.2f  median %8.2f ms",
           name, bench->bars.count, took[0], took[runs / 2], took[(runs - 1) * 19 / 20], worked[0],
           worked[runs / 2]);
    if (limit_ms > 0) printf("  (limit %.0f)", limit_ms);
    printf("\n");
}

/* The model named, else the shipped one; null where there is neither: random weights, whose bars settle slowly. */
static const char *choose_model(int argc, char **argv) {
    static const char SHIPPED[] = "assets/refrain.safetensors";
    if (argc > 1) return argv[1];
    return access(SHIPPED, R_OK) == 0 ? SHIPPED : NULL;
}

int main(int argc, char **argv) {
    blas_core_settle(argv);
    Error err = {{0}};
    const char *path = choose_model(argc, argv);
    const ModelConfig config = workspace_config();
    Model *model = path ? checkpoint_load(path, &err) : model_new(&config, 1, &err);
    Bench bench = {.reader = model ? reader_new(model, &err) : NULL};
    if (!bench.reader) {
        fprintf(stderr, "%s\n", err.text);
        return 1;
    }
    if (path) bench.engine = start_engine(path, &err);
    for (int count = 16; count <= 64; count *= 4) {
        write_bars(&bench.bars, count);
        report("encode", &bench, encode, 0);
        report("encode and decode", &bench, encode_and_decode, count == 16 ? 5 : 0);
        report("analysis", &bench, analyse, count == 16 ? 50 : 150);
        report("influence, both measures", &bench, influence, count == 16 ? 100 : 0);
        if (!bench.engine) continue;
        report("key to result", &bench, ask_for_result, count == 16 ? 100 : 0);
        report("key to everything", &bench, ask_for_everything, 0);
    }
    bar_sequence_deinit(&bench.bars);
    analysis_free(bench.analysis);
    bar_sequence_deinit(&bench.out);
    latent_sequence_deinit(&bench.z);
    engine_free(bench.engine);
    reader_free(bench.reader);
    model_free(model);
    return 0;
}
