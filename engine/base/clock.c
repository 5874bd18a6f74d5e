#include "engine/base/clock.h"

#include <semaphore.h>
#include <stdlib.h>
#include <time.h>

/* A semaphore, because sem_clockwait takes an absolute deadline on the monotonic clock in one system call, and sem_post
 * is allowed in signal handlers. */
typedef struct {
    Clock base;
    sem_t woken;
} MonotonicClock;

int64_t clock_monotonic_us(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static int64_t monotonic_now_us(Clock *self) {
    (void)self;
    return clock_monotonic_us();
}

static void monotonic_wait(Clock *self, int64_t deadline_us) {
    MonotonicClock *clock = (MonotonicClock *)self;
    if (deadline_us == CLOCK_NEVER) {
        sem_wait(&clock->woken);
        return;
    }
    if (deadline_us < 0) deadline_us = 0;
    struct timespec until = {deadline_us / 1000000, deadline_us % 1000000 * 1000};
    sem_clockwait(&clock->woken, CLOCK_MONOTONIC, &until);
}

static void monotonic_wake(Clock *self) {
    sem_post(&((MonotonicClock *)self)->woken);
}

static void monotonic_free(Clock *self) {
    sem_destroy(&((MonotonicClock *)self)->woken);
    free(self);
}

Clock *clock_monotonic_new(Error *err) {
    MonotonicClock *clock = calloc(1, sizeof *clock);
    if (!clock) {
        error_memory(err, "the player's clock");
        return NULL;
    }
    if (sem_init(&clock->woken, 0, 0) != 0) {
        free(clock);
        error_set(err, "The system gives no semaphore for the player; close some programs and try again.");
        return NULL;
    }
    clock->base = (Clock){monotonic_now_us, monotonic_wait, monotonic_wake, monotonic_free};
    return &clock->base;
}
