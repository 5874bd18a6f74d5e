/* Whole files: read with a limit, save atomically; what a name says about them.
 *
 * file_read refuses directories, missing, unreadable, empty-named and oversized files with one sentence each; an empty
 * file is read as size 0. The bytes are malloc'ed, followed by one NUL that size does not count, and owned by the caller.
 *
 * A draft is a temporary file beside the target (a symbolic link is followed to its real target first) that only its owner
 * may read; file_commit gives it the target's permission bits and extended attributes, fsyncs file and directory, and
 * renames: whatever happens, the path holds the old or the new content, whole. A new file gets the mode that the umask
 * leaves. Temporaries that dead processes left in the folder are swept when a draft begins. file_save is a draft of bytes
 * that are all there.
 *
 * Any thread; a draft belongs to one. */
#ifndef REFRAIN_ENGINE_BASE_FILE_H
#define REFRAIN_ENGINE_BASE_FILE_H

#include <limits.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include "engine/base/error.h"

typedef struct {
    int fd;              /* open for writing between file_begin and file_commit or file_abandon */
    char path[PATH_MAX]; /* as it was asked for */
    char target[PATH_MAX];
    char folder[PATH_MAX];
    char temporary[PATH_MAX + 64];
    struct stat old; /* of the target; st_mode 0 when it does not exist */
    bool is_private; /* 0600 in the end too, whatever the target was */
    int error;       /* errno of the first file_write that failed */
} FileDraft;

bool file_read(const char *path, size_t limit, unsigned char **bytes, size_t *size, Error *err);
/* The same of what an open descriptor, such as a pipe, still gives or takes; name is what the sentence calls it. */
bool file_read_stream(int fd, const char *name, size_t limit, unsigned char **bytes, size_t *size,
                      Error *err);
bool file_write_stream(int fd, const char *name, const void *bytes, size_t size, Error *err);
bool file_save(const char *path, const void *bytes, size_t size, Error *err);
bool file_save_private(const char *path, const void *bytes, size_t size,
                       Error *err); /* for its owner alone */
/* On failure nothing is left behind and the draft needs no further call. */
bool file_begin(FileDraft *draft, const char *path, Error *err);
/* Writes where the draft's descriptor stands. A failure is remembered: nothing is written any more, and file_commit refuses. */
bool file_write(FileDraft *draft, const void *bytes, size_t size);
/* The sentence for a draft that a file_write has failed for, and false; for who does not go on to file_commit. */
bool file_refuse(const FileDraft *draft, Error *err);
/* Puts what was written in place. The draft is over either way; on failure the temporary file is removed. */
bool file_commit(FileDraft *draft, Error *err);
void file_abandon(FileDraft *draft); /* leaves the old file as it was */
/* What an errno means to a person who wants to read or write a file, without a full stop: "the disk is full". */
const char *file_reason(int error);
/* For changing a file that others change too: reading, changing and saving it belongs between the two. Others wait, but not
 * for ever: who holds the lock may have been stopped. */
typedef struct {
    int fd; /* of the file's folder; -1 = not locked */
} FileLock;

FileLock file_lock(const char *path);
void file_unlock(FileLock lock);

/* What a file is known by: another program's change shows in one of these. Zeroed = there is none. */
typedef struct {
    int64_t written_ns; /* since 1970 */
    int64_t size;
    int64_t inode;
    int links; /* names that it has; no part of what it is known by */
} FileStamp;

FileStamp file_stamp(const char *path);
bool file_stamp_equal(const FileStamp *a, const FileStamp *b);
/* Does the name end so, in letters of either case, with something before it? */
bool file_has_ending(const char *path, const char *ending);
/* "folder/name"; of an empty name "folder". malloc'ed, null when memory is out. */
char *file_join(const char *folder, const char *name);
/* The part after the last slash; points into path. */
const char *file_base(const char *path);

#endif
