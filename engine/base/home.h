/* Home: the user's folders, and the only place that reads HOME and the XDG variables (XDG Base Directory Specification
 * 0.8). A variable that is not an absolute path is ignored, as the specification asks; without HOME the password database
 * is asked.
 *
 * Any thread, while nobody changes the environment. */
#ifndef REFRAIN_ENGINE_BASE_HOME_H
#define REFRAIN_ENGINE_BASE_HOME_H

#include <stdbool.h>
#include <stddef.h>

typedef enum {
    HOME_CONFIG, /* $XDG_CONFIG_HOME, else ~/.config */
    HOME_STATE,  /* $XDG_STATE_HOME, else ~/.local/state */
    HOME_DATA,   /* $XDG_DATA_HOME, else ~/.local/share */
} HomeFolder;

/* The user's home directory, borrowed until this thread asks again; null where none is known. */
const char *home_path(void);
/* Writes "folder/name" below one of them. False where no home directory is known or size is too small. Nothing is
 * created. */
bool home_join(char *path, size_t size, HomeFolder folder, const char *name);
/* A path as it was typed, "~/" at its beginning made the home directory; malloc'ed, null when memory is out. */
char *home_expand(const char *typed);

#endif
