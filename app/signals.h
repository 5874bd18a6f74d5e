/* Signals: the ones that end, stop or resize the program come out of a descriptor that the loop polls; the fatal ones
 * give terminal and sound back before the process dies of them.
 *
 * signals_block runs first, before any thread is started, so that every thread inherits the blocked signals. */
#ifndef REFRAIN_APP_SIGNALS_H
#define REFRAIN_APP_SIGNALS_H

#include "engine/base/error.h"
#include "midi_io/player.h"

/* Blocks INT TERM HUP QUIT TSTP CONT WINCH and opens the descriptor; PIPE is ignored. -1 with a sentence. */
int signals_open(Error *err);
void signals_close(int fd); /* the signals get their old meaning again */
/* The next signal that has come, 0 = none. */
int signals_take(int fd);

/* SEGV BUS ILL FPE ABRT: silence the player (may be null), restore the terminal, say so, die of the signal. */
void signals_guard(Player *player);
void signals_unguard(void);

/* Stops the process as the shell's job control expects; returns when it is continued. */
void signals_stop_here(void);

#endif
