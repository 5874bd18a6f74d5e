#include "engine/mailbox.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Most urgent first: a model before what needs it, the bar under the player's finger before the rest. */
static const EngineKind URGENCY[ENGINE_KINDS] = {ENGINE_LOAD_MODEL, ENGINE_RESULT,  ENGINE_CHOICES,
                                                 ENGINE_ORIGINAL,   ENGINE_CONTEXT, ENGINE_CONTINUE};

bool mailbox_init(Mailbox *mailbox, Error *err) {
    memset(mailbox, 0, sizeof *mailbox);
    if (!wake_open(&mailbox->wake, err)) return false;
    pthread_mutex_init(&mailbox->lock, NULL);
    pthread_cond_init(&mailbox->changed, NULL);
    return true;
}

void mailbox_deinit(Mailbox *mailbox) {
    for (int kind = 0; kind < ENGINE_KINDS; kind++) {
        engine_request_deinit(&mailbox->waiting[kind]);
        engine_reply_deinit(&mailbox->answered[kind]);
    }
    pthread_cond_destroy(&mailbox->changed);
    pthread_mutex_destroy(&mailbox->lock);
    wake_close(&mailbox->wake);
}

static void cancel(Mailbox *mailbox) {
    atomic_store_explicit(&mailbox->cancel, true, memory_order_relaxed);
}

uint64_t mailbox_post(Mailbox *mailbox, EngineRequest *request) {
    assert((int)request->kind >= 0 && request->kind < ENGINE_KINDS);
    EngineKind kind = request->kind;
    pthread_mutex_lock(&mailbox->lock);
    uint64_t id = ++mailbox->last_id;
    EngineRequest replaced = mailbox->waiting[kind];
    mailbox->waiting[kind] = *request;
    mailbox->waiting[kind].id = id;
    mailbox->is_waiting[kind] = true;
    bool same = mailbox->running == MAILBOX_REQUEST && mailbox->snapshot.busy_kind == kind;
    if (same || mailbox->running == MAILBOX_IDLE) cancel(mailbox);
    pthread_cond_signal(&mailbox->changed);
    pthread_mutex_unlock(&mailbox->lock);
    engine_request_deinit(&replaced);
    *request = (EngineRequest){0};
    return id;
}

void mailbox_stop(Mailbox *mailbox) {
    pthread_mutex_lock(&mailbox->lock);
    mailbox->stopping = true;
    cancel(mailbox);
    pthread_cond_signal(&mailbox->changed);
    pthread_mutex_unlock(&mailbox->lock);
}

EngineSnapshot mailbox_snapshot(Mailbox *mailbox) {
    pthread_mutex_lock(&mailbox->lock);
    EngineSnapshot snapshot = mailbox->snapshot;
    for (int i = ENGINE_KINDS - 1; i >= 0 && mailbox->running == MAILBOX_STOP; i--)
        if (mailbox->is_waiting[URGENCY[i]]) {
            snapshot.busy = true;
            snapshot.busy_kind = URGENCY[i];
        }
    pthread_mutex_unlock(&mailbox->lock);
    return snapshot;
}

void mailbox_set_model(Mailbox *mailbox, const char *name) {
    pthread_mutex_lock(&mailbox->lock);
    mailbox->snapshot.has_model = true;
    snprintf(mailbox->snapshot.model_name, sizeof mailbox->snapshot.model_name, "%s", name);
    pthread_mutex_unlock(&mailbox->lock);
}

/* The kind of the most urgent waiting request, or ENGINE_KINDS. */
static EngineKind most_urgent(const Mailbox *mailbox) {
    for (int i = 0; i < ENGINE_KINDS; i++)
        if (mailbox->is_waiting[URGENCY[i]]) return URGENCY[i];
    return ENGINE_KINDS;
}

MailboxWork mailbox_wait(Mailbox *mailbox, EngineRequest *request, bool idle_work, EngineKind idle_kind) {
    pthread_mutex_lock(&mailbox->lock);
    const bool worked = mailbox->snapshot.busy;
    mailbox->running = MAILBOX_STOP;
    mailbox->snapshot.busy = false;
    /* The last reply may be taken, and "busy" read, before the engine comes here: then no reply is left to tell of it. */
    if (worked && !idle_work && most_urgent(mailbox) == ENGINE_KINDS) wake_up(&mailbox->wake);
    while (!mailbox->stopping && !idle_work && most_urgent(mailbox) == ENGINE_KINDS)
        pthread_cond_wait(&mailbox->changed, &mailbox->lock);
    if (!mailbox->stopping) {
        EngineKind kind = most_urgent(mailbox);
        mailbox->running = kind < ENGINE_KINDS ? MAILBOX_REQUEST : MAILBOX_IDLE;
        mailbox->snapshot.busy = true;
        mailbox->snapshot.busy_kind = kind < ENGINE_KINDS ? kind : idle_kind;
        atomic_store_explicit(&mailbox->cancel, false, memory_order_relaxed);
        if (kind < ENGINE_KINDS) {
            *request = mailbox->waiting[kind];
            mailbox->waiting[kind] = (EngineRequest){0};
            mailbox->is_waiting[kind] = false;
        }
    }
    MailboxWork work = mailbox->running;
    pthread_mutex_unlock(&mailbox->lock);
    return work;
}

/* ---- replies ---- */

/* A result that was never seen hands its marks to the one that replaces it: for who looks, those bars change now. */
static void merge_marks(EngineReply *reply, const EngineReply *unseen) {
    if (!reply->follows || !unseen->follows || reply->bars.count != unseen->bars.count) return;
    for (int t = 0; t < reply->bars.count; t++) reply->follows[t] |= unseen->follows[t];
}

bool mailbox_answer(Mailbox *mailbox, EngineReply *reply) {
    EngineKind kind = reply->kind;
    pthread_mutex_lock(&mailbox->lock);
    bool wanted = !mailbox->is_waiting[kind] && !mailbox->stopping;
    EngineReply replaced = {0};
    if (wanted) {
        replaced = mailbox->answered[kind];
        if (mailbox->answer_order[kind]) merge_marks(reply, &replaced);
        mailbox->answered[kind] = *reply;
        mailbox->answer_order[kind] = ++mailbox->last_order;
        *reply = (EngineReply){0};
        wake_up(&mailbox->wake);
    }
    pthread_mutex_unlock(&mailbox->lock);
    engine_reply_deinit(&replaced);
    engine_reply_deinit(reply);
    return wanted;
}

/* The oldest reply; the pipe is emptied with the last one. */
bool mailbox_take_reply(Mailbox *mailbox, EngineReply *reply) {
    pthread_mutex_lock(&mailbox->lock);
    int oldest = -1, waiting = 0;
    for (int kind = 0; kind < ENGINE_KINDS; kind++) {
        if (!mailbox->answer_order[kind]) continue;
        waiting++;
        if (oldest < 0 || mailbox->answer_order[kind] < mailbox->answer_order[oldest]) oldest = kind;
    }
    if (oldest >= 0) {
        *reply = mailbox->answered[oldest];
        mailbox->answered[oldest] = (EngineReply){0};
        mailbox->answer_order[oldest] = 0;
    }
    if (waiting <= 1) wake_clear(&mailbox->wake);
    pthread_mutex_unlock(&mailbox->lock);
    return oldest >= 0;
}
