#include "tests/support/fake_clock.h"

#include <pthread.h>
#include <stdlib.h>

typedef struct {
    Clock base;
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    int64_t now_us, deadline_us;
    bool sleeping, woken;
} FakeClock;

static int64_t fake_now_us(Clock *self) {
    FakeClock *clock = (FakeClock *)self;
    pthread_mutex_lock(&clock->mutex);
    int64_t now_us = clock->now_us;
    pthread_mutex_unlock(&clock->mutex);
    return now_us;
}

static void fake_wait(Clock *self, int64_t deadline_us) {
    FakeClock *clock = (FakeClock *)self;
    pthread_mutex_lock(&clock->mutex);
    clock->sleeping = true;
    clock->deadline_us = deadline_us;
    pthread_cond_broadcast(&clock->changed);
    while (!clock->woken && clock->now_us < deadline_us) pthread_cond_wait(&clock->changed, &clock->mutex);
    clock->sleeping = clock->woken = false;
    pthread_mutex_unlock(&clock->mutex);
}

static void fake_wake(Clock *self) {
    FakeClock *clock = (FakeClock *)self;
    pthread_mutex_lock(&clock->mutex);
    clock->woken = true;
    pthread_cond_broadcast(&clock->changed);
    pthread_mutex_unlock(&clock->mutex);
}

static void fake_free(Clock *self) {
    FakeClock *clock = (FakeClock *)self;
    pthread_mutex_destroy(&clock->mutex);
    pthread_cond_destroy(&clock->changed);
    free(clock);
}

Clock *fake_clock_new(int64_t now_us) {
    FakeClock *clock = calloc(1, sizeof *clock);
    clock->base = (Clock){fake_now_us, fake_wait, fake_wake, fake_free};
    pthread_mutex_init(&clock->mutex, NULL);
    pthread_cond_init(&clock->changed, NULL);
    clock->now_us = now_us;
    return &clock->base;
}

/* Caller holds the mutex. */
static void settle(FakeClock *clock) {
    while (!clock->sleeping || clock->woken || clock->now_us >= clock->deadline_us)
        pthread_cond_wait(&clock->changed, &clock->mutex);
}

void fake_clock_settle(Clock *self) {
    FakeClock *clock = (FakeClock *)self;
    pthread_mutex_lock(&clock->mutex);
    settle(clock);
    pthread_mutex_unlock(&clock->mutex);
}

void fake_clock_advance(Clock *self, int64_t by_us) {
    FakeClock *clock = (FakeClock *)self;
    pthread_mutex_lock(&clock->mutex);
    settle(clock);
    int64_t target_us = clock->now_us + by_us;
    while (clock->now_us < target_us) {
        clock->now_us = clock->deadline_us < target_us ? clock->deadline_us : target_us;
        pthread_cond_broadcast(&clock->changed);
        settle(clock);
    }
    pthread_mutex_unlock(&clock->mutex);
}

void fake_clock_jump(Clock *self, int64_t by_us) {
    FakeClock *clock = (FakeClock *)self;
    pthread_mutex_lock(&clock->mutex);
    settle(clock);
    clock->now_us += by_us;
    pthread_cond_broadcast(&clock->changed);
    settle(clock);
    pthread_mutex_unlock(&clock->mutex);
}
