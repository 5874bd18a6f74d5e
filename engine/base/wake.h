/* Wake: a pipe by which a thread or a signal handler wakes the loop that sleeps in poll().
 *
 * Neither end ever blocks. What is sent while the pipe is full is lost, and need not be heard: the reader wakes anyway.
 * A zeroed Wake is one that is not open. Any thread and any signal handler may call wake_up and wake_send; one thread
 * reads. */
#ifndef REFRAIN_ENGINE_BASE_WAKE_H
#define REFRAIN_ENGINE_BASE_WAKE_H

#include "engine/base/error.h"

typedef struct {
    int fd[2]; /* read, write; only where open */
    bool open;
} Wake;

bool wake_open(Wake *wake, Error *err);
void wake_close(Wake *wake);
int wake_fd(const Wake *wake); /* readable when somebody called; -1 where it is not open */

/* Both keep errno. */
void wake_up(const Wake *wake);
void wake_send(const Wake *wake, unsigned char byte); /* with a word, not 0 */

int wake_take(const Wake *wake);   /* the oldest byte that was sent, 0 = none (wake_up sends 1) */
void wake_clear(const Wake *wake); /* forgets everything that was sent */

#endif
