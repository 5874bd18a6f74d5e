/* Clock: the time that the program lives by, and the bed that the player sleeps in. The real one is CLOCK_MONOTONIC; tests
 * bring one whose time moves only when told, so that timing is something to assert.
 *
 * now and wait are called by one thread, the sleeper; wake by any other, also from a signal handler. A wake that comes
 * while nobody sleeps is kept for the next wait. */
#ifndef REFRAIN_ENGINE_BASE_CLOCK_H
#define REFRAIN_ENGINE_BASE_CLOCK_H

#include <stdint.h>

#include "engine/base/error.h"

#define CLOCK_NEVER INT64_MAX

typedef struct Clock Clock;
struct Clock {
    int64_t (*now_us)(Clock *self);
    /* Sleeps until deadline_us (absolute; CLOCK_NEVER = without end) or until woken, whichever comes first. */
    void (*wait)(Clock *self, int64_t deadline_us);
    void (*wake)(Clock *self);
    void (*free)(Clock *self);
};

Clock *clock_monotonic_new(Error *err);
int64_t clock_monotonic_us(void); /* CLOCK_MONOTONIC; async-signal-safe */

#endif
