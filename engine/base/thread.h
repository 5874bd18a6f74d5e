/* Thread: the one place that starts threads. Signals from outside belong to the main thread, so a new thread has all of
 * them blocked but those that it brings on itself (SEGV BUS FPE ILL ABRT TRAP SYS): blocked, a crash would end the process
 * without giving the terminal back.
 *
 * A zeroed Thread is one that does not run. Whoever started it joins it, once, before its storage goes. */
#ifndef REFRAIN_ENGINE_BASE_THREAD_H
#define REFRAIN_ENGINE_BASE_THREAD_H

#include <pthread.h>
#include <stdbool.h>

typedef struct {
    pthread_t id;
    bool started; /* and not yet joined */
    void *(*work)(void *);
    void *argument;
    void *spare; /* a stack for the handler of a stack overflow */
} Thread;

/* False when the system has no more threads to give; the caller knows the sentence for that. */
bool thread_start(Thread *thread, void *(*work)(void *), void *argument);
/* Waits until it has ended; nothing where it was never started. */
void thread_join(Thread *thread);

#endif
