/* Terminal: the interactive program. Builds the rooms in order (log, engine, player, studio, screen), runs the loop, and closes them
 * in reverse order, so that terminal and sound are as they were.
 *
 * Called once, by the verb that opens the composer. */
#ifndef REFRAIN_APP_TERMINAL_H
#define REFRAIN_APP_TERMINAL_H

#include "app/cli/options.h"

/* Settled options, borrowed for the call. Returns the process's exit status: 0 after an orderly end, 1 with a sentence on stderr
 * when the composer could not start (no terminal, the named file cannot be opened), 128 + n after signal n. */
int terminal_run(const Options *options);

#endif
