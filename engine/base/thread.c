#include "engine/base/thread.h"

#include <signal.h>
#include <stdlib.h>

/* A stack overflow needs another stack to be told on. */
static void *run(void *argument) {
    enum { STACK_BYTES = 1 << 16 };
    Thread *thread = argument;
    stack_t spare = {.ss_sp = malloc(STACK_BYTES), .ss_size = STACK_BYTES}, none = {.ss_flags = SS_DISABLE};
    if (spare.ss_sp) sigaltstack(&spare, NULL);
    void *result = thread->work(thread->argument);
    sigaltstack(&none, NULL);
    free(spare.ss_sp);
    return result;
}

bool thread_start(Thread *thread, void *(*work)(void *), void *argument) {
    static const int OWN[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP, SIGSYS};
    sigset_t blocked, before;
    sigfillset(&blocked);
    for (size_t i = 0; i < sizeof OWN / sizeof *OWN; i++) sigdelset(&blocked, OWN[i]);
    pthread_sigmask(SIG_BLOCK, &blocked, &before);
    thread->work = work;
    thread->argument = argument;
    thread->started = pthread_create(&thread->id, NULL, run, thread) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return thread->started;
}

void thread_join(Thread *thread) {
    if (thread->started) pthread_join(thread->id, NULL);
    thread->started = false;
}
