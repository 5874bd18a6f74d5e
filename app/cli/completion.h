/* Completion: what a shell offers after "refrain", made from the tables of verbs and options, so that it cannot drift from
 * them. The scripts are printed when refrain is installed; they call nothing of refrain while one types. */
#ifndef REFRAIN_APP_CLI_COMPLETION_H
#define REFRAIN_APP_CLI_COMPLETION_H

#include <stdbool.h>
#include <stdio.h>

/* Prints the script for "bash" or "zsh"; false, with nothing printed, for any other shell. */
bool completion_print(FILE *out, const char *shell);

#endif
