/* Signals: the ones that end, stop or resize the program come out of a pipe that the loop polls; the fatal ones give
 * terminal and sound back before the process dies of them.
 *
 * A pipe and not signalfd: libraries start threads before main does anything (OpenBLAS does), and a signal that one of
 * those may take would never reach the descriptor. signals_open comes before screen_open, because ncurses leaves signals
 * alone that somebody catches already. One at a time, UI thread. */
#ifndef REFRAIN_APP_SIGNALS_H
#define REFRAIN_APP_SIGNALS_H

#include "engine/base/error.h"
#include "midi_io/player.h"

/* Catches every signal that would end, stop or resize the program, faults apart; PIPE is ignored. The pipe's reading end, or -1 with a sentence. */
int signals_open(Error *err);
void signals_close(void); /* the signals get their old meaning again */
/* The next signal that has come, 0 = none. */
int signals_take(void);

/* SEGV BUS ILL FPE ABRT TRAP SYS, in any thread: silence the player (may be null), restore the terminal, say so there and in
 * the log, die of the signal. The same when a library calls exit. */
void signals_guard(Player *player);
void signals_unguard(void);

/* From the first call on the process ends within ten seconds, come what may (a thread that hangs in a library, a device that does
 * not close, what libraries do when a process exits): the terminal is restored, a sentence says so, and the exit status is the last
 * one given, or 1 where it is 0. */
void signals_end_soon(int status);

/* Stops the process as the shell's job control expects; returns when it is continued. */
void signals_stop_here(void);

#endif
