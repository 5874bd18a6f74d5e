/* Help: what every key does here, from the live key table: rebound keys are shown as they are. */
#ifndef REFRAIN_UI_HELP_H
#define REFRAIN_UI_HELP_H

#include "ui/keymap.h"
#include "ui/pager.h"

/* Fills the pager (cleared before): what is particular to the mode first, then all commands by group, then the mouse. */
void help_write(Pager *pager, const Keymap *keys, KeymapMode mode);
/* The same for the file list, whose keys are its own and cannot be bound (files.h). */
void help_write_files(Pager *pager);

#endif
