#include "app/errands.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "engine/base/thread.h"
#include "engine/base/wake.h"

typedef struct {
    Errand errand;
    Thread thread;
    bool used;
    atomic_bool finished;
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

static void finish(Slot *slot, void *owner) {
    thread_join(&slot->thread);
    Errand errand = slot->errand;
    slot->used = false;
    errand.done(errand.data, owner);
}

void errands_free(Errands *errands, void *owner) {
    if (!errands) return;
    for (int i = 0; i < ERRANDS_MAX; i++)
        if (errands->slot[i].used) finish(&errands->slot[i], owner);
    wake_close(&errands->wake);
    free(errands);
}

static void *run(void *argument) {
    Slot *slot = argument;
    slot->errand.work(slot->errand.data);
    atomic_store(&slot->finished, true);
    wake_up(slot->wake);
    return NULL;
}

bool errands_start(Errands *errands, Errand errand, Error *err) {
    for (int i = 0; i < ERRANDS_MAX; i++) {
        Slot *slot = &errands->slot[i];
        if (slot->used) continue;
        slot->errand = errand;
        slot->wake = &errands->wake;
        atomic_store(&slot->finished, false);
        slot->used = thread_start(&slot->thread, run, slot);
        return slot->used ? true
                          : error_set(err, "no thread for background work is left; close some programs");
    }
    return error_set(err, "too much is going on in the background; wait a moment");
}

int errands_wake_fd(const Errands *errands) {
    return wake_fd(&errands->wake);
}

void errands_collect(Errands *errands, void *owner) {
    wake_clear(&errands->wake);
    for (int i = 0; i < ERRANDS_MAX; i++) {
        Slot *slot = &errands->slot[i];
        if (slot->used && atomic_load(&slot->finished)) finish(slot, owner);
    }
}
