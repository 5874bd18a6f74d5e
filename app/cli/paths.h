/* Paths: where refrain's files live, after the XDG Base Directory Specification 0.8.
 *
 * config $XDG_CONFIG_HOME/refrain, else ~/.config/refrain; state (log, history, recent files, recovery)
 * $XDG_STATE_HOME/refrain, else ~/.local/state/refrain; data (the user's own model, demo melodies) $XDG_DATA_HOME/refrain,
 * else ~/.local/share/refrain. Soundfonts are shared with other programs: see midi_io/soundfont.h. Every path that is made here is malloc'ed and owned by the caller;
 * null means out of memory or that no home directory is known. Any thread. */
#ifndef REFRAIN_APP_CLI_PATHS_H
#define REFRAIN_APP_CLI_PATHS_H

#include "engine/base/error.h"

/* The file or folder `name` there; "" gives the folder itself. Nothing is created. */
char *paths_config(const char *name);
char *paths_state(const char *name);

/* A file that comes with refrain (model, demo melodies): the first that exists of the user's data folder, ../share/refrain
 * beside the running program (installed), and ../../assets or one
 * level higher (built in the source tree), and refrain's folder in those of $XDG_DATA_DIRS. Null when none does. */
char *paths_asset(const char *name);

/* The model to use when none is named: the user's own data/model.safetensors, else refrain.safetensors as paths_asset finds
 * it. */
char *paths_model(void);

/* Makes a folder and its parents, readable by the user alone. */
bool paths_make(const char *folder, Error *err);

/* What was typed as a path, malloc'ed (null without memory): blanks around it go, "~/" is the home folder, a name without a
 * suffix gets one. "" when nothing was typed. */
char *paths_typed(const char *typed, const char *suffix);
/* The same for a file to write; null with a sentence where that names a folder. */
char *paths_target(const char *typed, const char *suffix, Error *err);

#endif
