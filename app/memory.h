/* Memory: what refrain remembers from one session to the next: the files that were opened or saved last. (Devices that were
 * chosen are settings and stand in the config file.)
 *
 * One JSON file, $XDG_STATE_HOME/refrain/memory.json: {"recent": ["/path", ...]}. What cannot be read is as if it had never
 * been written; nothing in it is worth an error. */
#ifndef REFRAIN_APP_MEMORY_H
#define REFRAIN_APP_MEMORY_H

#include "engine/base/error.h"

enum { MEMORY_RECENT_MAX = 12 };

typedef struct {
    char *recent[MEMORY_RECENT_MAX]; /* absolute paths, newest first; owned */
    int recent_count;
    bool changed; /* since it was loaded */
} Memory;

void memory_load(Memory *memory);
bool memory_save(const Memory *memory, Error *err);
void memory_deinit(Memory *memory);
void memory_add_recent(Memory *memory, const char *path);

#endif
