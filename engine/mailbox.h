/* Mailbox: the one place where the UI thread and the engine thread meet; one slot per kind of request and of reply.
 *
 * The newest of a kind wins in both directions: a posted request replaces a waiting one and cancels a running one, and a
 * reply that nobody took yet is replaced by the next of its kind. So nothing here grows, and posting never allocates.
 * Work that nobody waits for (measuring influence) runs when no request waits and gives way to any request. */
#ifndef REFRAIN_ENGINE_MAILBOX_H
#define REFRAIN_ENGINE_MAILBOX_H

#include <pthread.h>

#include "engine/base/wake.h"
#include "engine/engine_request.h"

typedef enum {
    MAILBOX_STOP,    /* the engine is being freed */
    MAILBOX_REQUEST, /* a request was taken */
    MAILBOX_IDLE,    /* no request waits: time for work that nobody waits for */
} MailboxWork;

/* Two rows of slots. waiting[] is what the UI wants, at most one a kind; the engine takes the most urgent (mailbox.c). answered[]
 * is what the engine has found, at most one a kind; the UI takes the oldest, by answer_order. Everything is under one lock
 * that is held for a few moves of memory, never while somebody computes or draws; only `cancel` is looked at without it, by
 * a computation between two passes. Who sleeps: the engine thread on `changed`, the UI thread in poll() on `wake`. */
typedef struct {
    pthread_mutex_t lock;   /* guards everything below but cancel */
    pthread_cond_t changed; /* a request came, or stop */
    EngineRequest waiting[ENGINE_KINDS];
    bool is_waiting[ENGINE_KINDS];
    EngineReply answered[ENGINE_KINDS];
    uint64_t answer_order[ENGINE_KINDS]; /* when it came; 0 = none */
    uint64_t last_id, last_order;
    bool stopping;
    MailboxWork running; /* what the engine thread is at; MAILBOX_STOP = nothing */
    EngineSnapshot snapshot;
    atomic_bool cancel; /* asked by the running computation */
    Wake wake;          /* sent to while a reply waits, and at the end of all work */
} Mailbox;

bool mailbox_init(Mailbox *mailbox, Error *err);
void mailbox_deinit(Mailbox *mailbox); /* when only one thread is left */

/* UI thread. */
uint64_t mailbox_post(Mailbox *mailbox, EngineRequest *request);
bool mailbox_take_reply(Mailbox *mailbox, EngineReply *reply);
EngineSnapshot mailbox_snapshot(Mailbox *mailbox);
void mailbox_stop(Mailbox *mailbox);

/* Engine thread. Waits for a request, or returns at once with MAILBOX_IDLE when there is idle work and no request. */
MailboxWork mailbox_wait(Mailbox *mailbox, EngineRequest *request, bool idle_work, EngineKind idle_kind);
/* Takes the reply. False when a newer request of its kind waits: then the reply is freed and never seen. */
bool mailbox_answer(Mailbox *mailbox, EngineReply *reply);
void mailbox_set_model(Mailbox *mailbox, const char *name);

#endif
