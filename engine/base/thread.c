#include "engine/base/thread.h"

#include <signal.h>

bool thread_start(Thread *thread, void *(*work)(void *), void *argument) {
    static const int OWN[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP, SIGSYS};
    sigset_t blocked, before;
    sigfillset(&blocked);
    for (size_t i = 0; i < sizeof OWN / sizeof *OWN; i++) sigdelset(&blocked, OWN[i]);
    pthread_sigmask(SIG_BLOCK, &blocked, &before);
    thread->started = pthread_create(&thread->id, NULL, work, argument) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return thread->started;
}

void thread_join(Thread *thread) {
    if (thread->started) pthread_join(thread->id, NULL);
    thread->started = false;
}
