#include "app/errands.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct {
    Errand errand;
    pthread_t thread;
    bool used;
    atomic_bool finished;
    int wake; /* the pipe's writing end */
} Slot;

struct Errands {
    Slot slot[ERRANDS_MAX];
    int pipe[2];
};

Errands *errands_new(Error *err) {
    Errands *errands = calloc(1, sizeof *errands);
    if (!errands) {
        error_memory(err, "background work");
        return NULL;
    }
    if (pipe2(errands->pipe, O_NONBLOCK | O_CLOEXEC) != 0) {
        error_set(err, "no pipe for background work is left; close some programs");
        free(errands);
        return NULL;
    }
    return errands;
}

static void finish(Slot *slot, void *owner) {
    pthread_join(slot->thread, NULL);
    Errand errand = slot->errand;
    slot->used = false;
    errand.done(errand.data, owner);
}

void errands_free(Errands *errands, void *owner) {
    if (!errands) return;
    for (int i = 0; i < ERRANDS_MAX; i++)
        if (errands->slot[i].used) finish(&errands->slot[i], owner);
    close(errands->pipe[0]);
    close(errands->pipe[1]);
    free(errands);
}

static void *run(void *argument) {
    Slot *slot = argument;
    slot->errand.work(slot->errand.data);
    atomic_store(&slot->finished, true);
    ssize_t written = write(slot->wake, "", 1);
    (void)written; /* a full pipe is readable anyway */
    return NULL;
}

static bool start_thread(Slot *slot) {
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    bool ok = pthread_create(&slot->thread, NULL, run, slot) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return ok;
}

bool errands_start(Errands *errands, Errand errand, Error *err) {
    for (int i = 0; i < ERRANDS_MAX; i++) {
        Slot *slot = &errands->slot[i];
        if (slot->used) continue;
        slot->errand = errand;
        slot->wake = errands->pipe[1];
        atomic_store(&slot->finished, false);
        slot->used = start_thread(slot);
        return slot->used ? true
                          : error_set(err, "no thread for background work is left; close some programs");
    }
    return error_set(err, "too much is going on in the background; wait a moment");
}

int errands_wake_fd(const Errands *errands) {
    return errands->pipe[0];
}

void errands_collect(Errands *errands, void *owner) {
    char bytes[64];
    while (read(errands->pipe[0], bytes, sizeof bytes) > 0) continue;
    for (int i = 0; i < ERRANDS_MAX; i++) {
        Slot *slot = &errands->slot[i];
        if (slot->used && atomic_load(&slot->finished)) finish(slot, owner);
    }
}
