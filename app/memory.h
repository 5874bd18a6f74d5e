/* Memory: what refrain remembers from one session to the next: recent files and devices, by name.
 *
 * One JSON file, $XDG_STATE_HOME/refrain/memory.json: {"recent": ["/path", ...], "output": "...", "midi_in": "..."}.
 * What cannot be read is as if it had never been written; nothing in it is worth an error. */
#ifndef REFRAIN_APP_MEMORY_H
#define REFRAIN_APP_MEMORY_H

#include "engine/base/error.h"

enum { MEMORY_RECENT_MAX = 12 };

typedef struct {
    char *recent[MEMORY_RECENT_MAX]; /* absolute paths, newest first; owned */
    int recent_count;
    char output[96], midi_in[96]; /* "" = none chosen yet */
    bool changed;                 /* since it was loaded */
} Memory;

void memory_load(Memory *memory);
bool memory_save(const Memory *memory, Error *err);
void memory_deinit(Memory *memory);
void memory_add_recent(Memory *memory, const char *path);
void memory_set_output(Memory *memory, const char *name);
void memory_set_midi_in(Memory *memory, const char *name);

#endif
