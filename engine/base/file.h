/* Whole files: read with a limit, save atomically.
 *
 * file_read refuses directories, missing, unreadable, empty-named and oversized files with one sentence each; an empty
 * file is read as size 0. The bytes are malloc'ed, followed by one NUL that size does not count, and owned by the caller.
 *
 * file_save writes a temporary file beside the target (following a symbolic link to its real target first), keeps
 * the target's permission bits, fsyncs file and directory, and renames: whatever happens, the path holds the old or the
 * new content, whole. The temporary file is removed on failure. */
#ifndef REFRAIN_ENGINE_BASE_FILE_H
#define REFRAIN_ENGINE_BASE_FILE_H

#include <stddef.h>
#include <stdint.h>

#include "engine/base/error.h"

bool file_read(const char *path, size_t limit, unsigned char **bytes, size_t *size, Error *err);
bool file_save(const char *path, const void *bytes, size_t size, Error *err);
/* When the file was last written, nanoseconds since 1970; 0 where there is none. */
int64_t file_written_ns(const char *path);

#endif
