/* Log: the file that takes everything libraries want to say while the screen is open.
 *
 * $XDG_STATE_HOME/refrain/refrain.log, appended to, started anew beyond 1 MiB. log_open points file descriptors 1 and 2 at
 * it, because sound libraries write there directly; log_close gives them back. One log per process, as there is one pair
 * of descriptors; before log_open and after log_close the other functions do nothing. log_write may be called by any
 * thread. */
#ifndef REFRAIN_APP_CLI_LOG_H
#define REFRAIN_APP_CLI_LOG_H

#include "engine/base/error.h"

bool log_open(Error *err);
void log_close(void);
void log_write(const char *format, ...) __attribute__((format(printf, 1, 2))); /* one line, with the time */
/* The terminal that was descriptor 1 before, for the shell's job control and for messages after the screen; -1 if closed. */
int log_terminal(void);
int log_descriptor(void); /* where the log is written, for a handler of signals; -1 where there is none */

#endif
