/* Recent: what refrain remembers from one session to the next: the files that were opened or saved last. (Devices that were
 * chosen are settings and stand in the config file.)
 *
 * One JSON file, $XDG_STATE_HOME/refrain/memory.json: {"recent": ["/path", ...]}. What cannot be read is as if it had never
 * been written; nothing in it is worth an error. */
#ifndef REFRAIN_APP_STUDIO_RECENT_H
#define REFRAIN_APP_STUDIO_RECENT_H

enum { RECENT_MAX = 12 };

typedef struct {
    char *path[RECENT_MAX]; /* absolute paths, newest first; owned */
    int count;
} Recent;

void recent_load(Recent *recent);
void recent_deinit(Recent *recent);
/* The paths, newest first, for who lists them; borrowed until the next addition. */
const char *const *recent_paths(const Recent *recent);
void recent_add(Recent *recent, const char *path);
/* Adds it to the file, whatever other refrains have added meanwhile. Waits for the disk; any thread. */
void recent_keep(const char *path);

#endif
