#include "engine/engine.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/clock.h"
#include "engine/base/file.h"
#include "engine/base/thread.h"
#include "engine/mailbox.h"
#include "engine/workspace.h"

/* Influence still to be measured for a reply that was given without it. */
typedef struct {
    bool wanted;
    BarSequence measured; /* the bars that the analysis is about */
    EngineReply reply;    /* a copy of what was given */
} FollowUp;

/* A result and what it was made of, to see what changed since. */
typedef struct {
    bool known;
    BarSequence original, context, bars;
    LatentSequence z;
} PreviousResult;

/* Everything but mailbox and thread belongs to the engine thread while it runs. */
struct Engine {
    Mailbox mailbox;
    Thread thread;
    Model *model;
    Reader *reader;
    PreviousResult previous; /* the last result that was given */
    PreviousResult latest;   /* the one just made; becomes the previous one when it is given */
    FollowUp follow_up[ENGINE_KINDS];
};

/* ---- the caches ---- */

static void previous_clear(PreviousResult *previous) {
    bar_sequence_deinit(&previous->original);
    bar_sequence_deinit(&previous->context);
    bar_sequence_deinit(&previous->bars);
    latent_sequence_deinit(&previous->z);
    previous->known = false;
}

static void follow_up_clear(FollowUp *follow_up) {
    bar_sequence_deinit(&follow_up->measured);
    engine_reply_deinit(&follow_up->reply);
    follow_up->wanted = false;
}

static void forget_everything(Engine *engine) {
    previous_clear(&engine->previous);
    previous_clear(&engine->latest);
    for (int kind = 0; kind < ENGINE_KINDS; kind++) follow_up_clear(&engine->follow_up[kind]);
}

/* ---- requests ---- */

/* The old model stays when the new one cannot be used. */
static bool load_model(Engine *engine, const EngineRequest *request, EngineReply *reply) {
    Model *model = workspace_load_model(request->path, &reply->error);
    Reader *reader = model ? reader_new(model, &reply->error) : NULL;
    if (!reader) {
        model_free(model);
        return false;
    }
    forget_everything(engine);
    reader_free(engine->reader);
    model_free(engine->model);
    engine->model = model;
    engine->reader = reader;
    snprintf(reply->model_name, sizeof reply->model_name, "%s", file_base(request->path));
    mailbox_set_model(&engine->mailbox, reply->model_name);
    return true;
}

static bool analyse(Engine *engine, EngineReply *reply, const BarSequence *bars) {
    reply->analysis = compose_analyse(engine->reader, bars, &engine->mailbox.cancel, &reply->error);
    return reply->analysis != NULL;
}

static bool run_original(Engine *engine, const EngineRequest *request, EngineReply *reply) {
    return compose_reconstruct(engine->reader, &reply->bars, &request->bars, &engine->mailbox.cancel,
                               &reply->error) &&
           analyse(engine, reply, &request->bars);
}

/* Which bars changed although their own latent did not. Null when there is nothing to compare with. */
static bool *find_follows(const PreviousResult *previous, const ComposeRequest *request,
                          const BarSequence *bars, const LatentSequence *z) {
    if (!previous->known || !bar_sequence_equal(&previous->original, &request->original) ||
        !bar_sequence_equal(&previous->context, &request->context))
        return NULL;
    bool *follows = calloc((size_t)bars->count, sizeof *follows);
    for (int t = 0; follows && t < bars->count && t < previous->bars.count; t++)
        follows[t] = !bar_equal(&bars->bar[t], &previous->bars.bar[t]) &&
                     memcmp(z->bar[t].z, previous->z.bar[t].z, sizeof z->bar[t].z) == 0;
    return follows;
}

static bool remember_result(PreviousResult *previous, const ComposeRequest *request, const BarSequence *bars,
                            const LatentSequence *z, Error *err) {
    previous_clear(previous);
    previous->known = bar_sequence_copy(&previous->original, &request->original, err) &&
                      bar_sequence_copy(&previous->context, &request->context, err) &&
                      bar_sequence_copy(&previous->bars, bars, err) &&
                      latent_sequence_copy(&previous->z, z, err);
    return previous->known;
}

/* With the previous result as the guess. */
static bool run_result(Engine *engine, const ComposeRequest *request, EngineReply *reply) {
    LatentSequence z = {0};
    bool done = compose_result(engine->reader, &reply->bars, &z, request,
                               engine->previous.known ? &engine->previous.bars : NULL,
                               &engine->mailbox.cancel, &reply->error) &&
                analyse(engine, reply, &reply->bars);
    if (done) {
        reply->follows = find_follows(&engine->previous, request, &reply->bars, &z);
        done = remember_result(&engine->latest, request, &reply->bars, &z, &reply->error);
    }
    latent_sequence_deinit(&z);
    return done;
}

static bool run_continue(Engine *engine, const EngineRequest *request, EngineReply *reply) {
    const ComposeDrawing drawing = {.temperature = request->temperature,
                                    .seed = request->seed,
                                    .opens = !request->closes,
                                    .like = {.header = {.key = request->key}}};
    return compose_continue(engine->reader, &reply->bars, &request->bars, request->count, drawing,
                            &engine->mailbox.cancel, &reply->error);
}

/* ---- measuring later ---- */

static bool *copy_marks(const bool *marks, int count) {
    bool *copy = marks ? malloc((size_t)count * sizeof *copy) : NULL;
    if (copy) memcpy(copy, marks, (size_t)count * sizeof *copy);
    return copy;
}

static bool copy_reply(EngineReply *to, const EngineReply *from) {
    *to = *from;
    to->bars = (BarSequence){0};
    to->analysis = NULL;
    to->follows = copy_marks(from->follows, from->bars.count);
    if (from->analysis) to->analysis = analysis_share(from->analysis, NULL);
    bool copied = bar_sequence_copy(&to->bars, &from->bars, NULL) && (!from->analysis || to->analysis);
    if (!copied) engine_reply_deinit(to);
    return copied;
}

/* Plans the influence measurement of a reply that is about to be given. Without memory for it there is none. */
static void plan_follow_up(FollowUp *follow_up, const EngineRequest *request, EngineReply *reply) {
    const BarSequence *measured = request->kind == ENGINE_RESULT ? &reply->bars : &request->bars;
    if (!copy_reply(&follow_up->reply, reply)) return;
    follow_up->wanted = bar_sequence_copy(&follow_up->measured, measured, NULL);
    if (!follow_up->wanted) follow_up_clear(follow_up);
    reply->partial = follow_up->wanted;
}

static FollowUp *next_follow_up(Engine *engine) {
    static const EngineKind ORDER[] = {ENGINE_RESULT, ENGINE_ORIGINAL, ENGINE_CONTEXT};
    for (size_t i = 0; i < sizeof ORDER / sizeof ORDER[0]; i++)
        if (engine->follow_up[ORDER[i]].wanted) return &engine->follow_up[ORDER[i]];
    return NULL;
}

/* Begins anew when a request came between; when memory is out the last answer has no influence. */
static void measure(Engine *engine, FollowUp *follow_up) {
    int64_t begin = clock_monotonic_us();
    EngineReply *reply = &follow_up->reply;
    if (!compose_influence(engine->reader, reply->analysis, &follow_up->measured, &engine->mailbox.cancel,
                           NULL)) {
        if (atomic_load_explicit(&engine->mailbox.cancel, memory_order_relaxed)) return;
        analysis_remove_influence(reply->analysis);
    }
    reply->partial = false;
    reply->elapsed_us = clock_monotonic_us() - begin;
    mailbox_answer(&engine->mailbox, reply);
    follow_up_clear(follow_up);
}

/* ---- the thread ---- */

static bool run_request(Engine *engine, const EngineRequest *request, EngineReply *reply) {
    if (request->kind == ENGINE_LOAD_MODEL) return load_model(engine, request, reply);
    if (!engine->reader)
        return error_set(&reply->error,
                         "There is no model: open one with :model FILE or start with --model FILE.");
    const BarSequence *bars = request->kind == ENGINE_RESULT || request->kind == ENGINE_CHOICES
                                  ? &request->result.original
                                  : &request->bars;
    if (request->kind != ENGINE_CONTINUE && bars->count == 0)
        return error_set(&reply->error, "There are no bars to work on: enter or open a melody first.");
    switch (request->kind) {
    case ENGINE_ORIGINAL:
        return run_original(engine, request, reply);
    case ENGINE_CONTEXT:
        return analyse(engine, reply, &request->bars);
    case ENGINE_RESULT:
        return run_result(engine, &request->result, reply);
    case ENGINE_CONTINUE:
        return run_continue(engine, request, reply);
    case ENGINE_CHOICES:
        return compose_choices(engine->reader, &reply->bars, &request->result, &request->choice,
                               &engine->mailbox.cancel, &reply->error);
    case ENGINE_LOAD_MODEL:
    case ENGINE_KINDS:
        break;
    }
    return error_set(&reply->error, "The engine does not know this request.");
}

static void serve(Engine *engine, const EngineRequest *request) {
    int64_t begin = clock_monotonic_us();
    EngineReply reply = {.id = request->id, .kind = request->kind};
    follow_up_clear(&engine->follow_up[request->kind]);
    reply.ok = run_request(engine, request, &reply);
    reply.elapsed_us = clock_monotonic_us() - begin;
    bool cancelled = atomic_load_explicit(&engine->mailbox.cancel, memory_order_relaxed);
    if (!reply.ok && cancelled) {
        engine_reply_deinit(&reply); /* a newer request of this kind waits, or the engine stops */
        return;
    }
    if (reply.ok && reply.analysis) plan_follow_up(&engine->follow_up[request->kind], request, &reply);
    bool given = mailbox_answer(&engine->mailbox, &reply);
    if (given && request->kind == ENGINE_RESULT && engine->latest.known) {
        previous_clear(&engine->previous);
        engine->previous = engine->latest;
        engine->latest = (PreviousResult){0};
    }
}

static void *run(void *argument) {
    Engine *engine = argument;
    for (;;) {
        EngineRequest request = {0};
        FollowUp *follow_up = next_follow_up(engine);
        EngineKind kind = follow_up ? follow_up->reply.kind : ENGINE_KINDS;
        MailboxWork work = mailbox_wait(&engine->mailbox, &request, follow_up != NULL, kind);
        if (work == MAILBOX_STOP) return NULL;
        if (work == MAILBOX_IDLE)
            measure(engine, follow_up);
        else
            serve(engine, &request);
        engine_request_deinit(&request);
    }
}

Engine *engine_new(Error *err) {
    Engine *engine = calloc(1, sizeof *engine);
    if (!engine) {
        error_memory(err, "the engine");
        return NULL;
    }
    if (!mailbox_init(&engine->mailbox, err)) {
        free(engine);
        return NULL;
    }
    if (!thread_start(&engine->thread, run, engine)) {
        error_set(err, "The engine cannot be started: no more threads can be made.");
        mailbox_deinit(&engine->mailbox);
        free(engine);
        return NULL;
    }
    return engine;
}

void engine_free(Engine *engine) {
    if (!engine) return;
    mailbox_stop(&engine->mailbox);
    thread_join(&engine->thread);
    forget_everything(engine);
    reader_free(engine->reader);
    model_free(engine->model);
    mailbox_deinit(&engine->mailbox);
    free(engine);
}

uint64_t engine_post(Engine *engine, EngineRequest *request) {
    return mailbox_post(&engine->mailbox, request);
}

bool engine_take(Engine *engine, EngineReply *reply) {
    return mailbox_take_reply(&engine->mailbox, reply);
}

int engine_wake_fd(const Engine *engine) {
    return wake_fd(&engine->mailbox.wake);
}

EngineSnapshot engine_snapshot(Engine *engine) {
    return mailbox_snapshot(&engine->mailbox);
}
