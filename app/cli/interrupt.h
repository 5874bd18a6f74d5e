/* Interrupt: how a verb hears that it should stop (SIGINT, SIGTERM, SIGHUP) without dying in the middle of something.
 *
 * One per process, for the verbs; the composer has its own handling. The second signal of a kind kills as usual. */
#ifndef REFRAIN_APP_CLI_INTERRUPT_H
#define REFRAIN_APP_CLI_INTERRUPT_H

#include <stdatomic.h>

/* From now on these signals set the flag and make interrupt_fd readable. May be called more than once. */
void interrupt_catch(void);
atomic_bool *interrupt_flag(void); /* fits every `cancel` argument of the engine */
int interrupt_fd(void);            /* for poll(); -1 before interrupt_catch */
int interrupt_status(void);        /* 128 + the signal that came, 0 when none has */

#endif
