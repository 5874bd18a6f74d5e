/* Manual: help in words, made from the tables of verbs, options and commands, so that it cannot drift from
 * them. */
#ifndef REFRAIN_APP_CLI_MANUAL_H
#define REFRAIN_APP_CLI_MANUAL_H

#include <stdio.h>

#include "app/verbs/verbs.h"

void manual_print_overview(FILE *out); /* refrain --help */
void manual_print_verb(FILE *out, const Verb *verb);
void manual_print_keys(FILE *out); /* the composer's commands, grouped */
void manual_print_page(FILE *out); /* refrain.1 in roff, for the man macros */

#endif
