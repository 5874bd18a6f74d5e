#include "engine/base/thread.h"

#include <signal.h>
#include <stdlib.h>

enum { SPARE_BYTES = 1 << 16 };

static void *run(void *argument) {
    Thread *thread = argument;
    stack_t spare = {.ss_sp = thread->spare, .ss_size = SPARE_BYTES}, none = {.ss_flags = SS_DISABLE};
    sigaltstack(&spare, NULL);
    void *result = thread->work(thread->argument);
    sigaltstack(&none, NULL);
    return result;
}

bool thread_start(Thread *thread, void *(*work)(void *), void *argument) {
    static const int OWN[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP, SIGSYS};
    sigset_t blocked, before;
    sigfillset(&blocked);
    for (size_t i = 0; i < sizeof OWN / sizeof *OWN; i++) sigdelset(&blocked, OWN[i]);
    *thread = (Thread){.work = work, .argument = argument, .spare = malloc(SPARE_BYTES)};
    if (!thread->spare) return false;
    pthread_sigmask(SIG_BLOCK, &blocked, &before);
    thread->started = pthread_create(&thread->id, NULL, run, thread) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (!thread->started) free(thread->spare);
    return thread->started;
}

void thread_join(Thread *thread) {
    if (!thread->started) return;
    pthread_join(thread->id, NULL);
    free(thread->spare);
    thread->started = false;
}
