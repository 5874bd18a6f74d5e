/* Memory: is there enough for a library that cannot do without?
 *
 * Some libraries crash, call exit or try for ever where an allocation fails (OpenBLAS, GLib, FluidSynth). Who calls them asks
 * first, so that a limit (ulimit -v, a small container) becomes a sentence. The answer holds for the moment; what needs much takes
 * it at once. Any thread. */
#ifndef REFRAIN_ENGINE_BASE_MEMORY_H
#define REFRAIN_ENGINE_BASE_MEMORY_H

#include <stddef.h>

#include "engine/base/error.h"

/* Could so many bytes be had in one piece? Otherwise false with the sentence of error_memory for `what`. A system call or two. */
bool memory_is_left(size_t bytes, const char *what, Error *err);

#endif
