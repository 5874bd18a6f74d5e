#include "app/studio/errands.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "engine/base/thread.h"
#include "engine/base/wake.h"

typedef struct {
    Errand errand;
    Thread thread;
    bool used;
    atomic_bool finished, cancelled;
    const Wake *wake;
} Slot;

struct Errands {
    Slot slot[ERRANDS_MAX];
    Wake wake;
};

Errands *errands_new(Error *err) {
    Errands *errands = calloc(1, sizeof *errands);
    if (!errands) {
        error_memory(err, "background work");
        return NULL;
    }
    if (!wake_open(&errands->wake, err)) {
        free(errands);
        return NULL;
    }
    return errands;
}

static void finish(Slot *slot) {
    thread_join(&slot->thread);
    Errand errand = slot->errand;
    slot->used = false;
    errand.done(errand.data);
}

void errands_finish(Errands *errands) {
    /* What is done may have started something: until a whole round finds nothing. */
    for (int i = 0, idle = 0; errands && idle < ERRANDS_MAX; i = (i + 1) % ERRANDS_MAX) {
        idle = errands->slot[i].used ? 0 : idle + 1;
        if (errands->slot[i].used) finish(&errands->slot[i]);
    }
}

void errands_free(Errands *errands) {
    if (!errands) return;
    errands_finish(errands);
    wake_close(&errands->wake);
    free(errands);
}

static void *run(void *argument) {
    Slot *slot = argument;
    slot->errand.work(slot->errand.data, &slot->cancelled);
    atomic_store(&slot->finished, true);
    wake_up(slot->wake);
    return NULL;
}

static void do_now(Errand errand) {
    static const atomic_bool never;
    errand.work(errand.data, &never);
    errand.done(errand.data);
}

bool errands_start(Errands *errands, Errand errand, Error *err) {
    if (!errands) {
        do_now(errand);
        return true;
    }
    for (int i = 0; i < ERRANDS_MAX; i++) {
        Slot *slot = &errands->slot[i];
        if (slot->used) continue;
        slot->errand = errand;
        slot->wake = &errands->wake;
        atomic_store(&slot->finished, false);
        atomic_store(&slot->cancelled, false);
        slot->used = thread_start(&slot->thread, run, slot);
        return slot->used ? true
                          : error_set(err, "no thread for background work is left; close some programs");
    }
    return error_set(err, "too much is going on in the background; wait a moment");
}

void errands_do(Errands *errands, Errand errand) {
    if (!errands_start(errands, errand, NULL)) do_now(errand);
}

void errands_cancel(Errands *errands) {
    for (int i = 0; errands && i < ERRANDS_MAX; i++) atomic_store(&errands->slot[i].cancelled, true);
}

int errands_wake_fd(const Errands *errands) {
    return wake_fd(&errands->wake);
}

void errands_collect(Errands *errands) {
    wake_clear(&errands->wake);
    for (int i = 0; i < ERRANDS_MAX; i++) {
        Slot *slot = &errands->slot[i];
        if (slot->used && atomic_load(&slot->finished)) finish(slot);
    }
}
