/* Fake clock: time that moves only when a test says so, so that a thread's timing is something to assert.
 *
 * fake_clock_advance walks from one deadline of the sleeper to the next and waits after each until it sleeps again:
 * afterwards everything due has been done at exactly the time it was due. The clock is freed by whoever it is given to;
 * the test uses it only before that. */
#ifndef REFRAIN_TESTS_SUPPORT_FAKE_CLOCK_H
#define REFRAIN_TESTS_SUPPORT_FAKE_CLOCK_H

#include "engine/base/clock.h"

Clock *fake_clock_new(int64_t now_us);
void fake_clock_settle(Clock *clock); /* waits until the sleeper has nothing left to do now */
void fake_clock_advance(Clock *clock, int64_t by_us);
/* Jumps, as after a suspended process: the sleeper wakes once, late. */
void fake_clock_jump(Clock *clock, int64_t by_us);

#endif
