/* Song file: the file that the open song comes from or was saved to, and what the disk held when refrain looked last.
 *
 * Zeroed = the song has no file. UI thread. */
#ifndef REFRAIN_APP_STUDIO_SONG_FILE_H
#define REFRAIN_APP_STUDIO_SONG_FILE_H

#include "engine/base/file.h"

typedef struct {
    char *path;      /* where :w saves, or null; owned */
    FileStamp stamp; /* of the content that is known */
    bool holds_more; /* the file there has bytes that refrain does not give back: ask before overwriting */
    const char *read_only; /* why it must not be saved over, as half a sentence, or null; static */
    bool saving;           /* an errand writes it just now */
} SongFile;

void song_file_deinit(SongFile *file);
/* The song is that of path (resolved where it exists; null = of no file). stamp: of the content that is known, so taken
 * before it is read or after it is written. */
void song_file_set(SongFile *file, const char *path, FileStamp stamp, bool holds_more);
/* The song's title where it has none of its own: the file's name without its ending, "untitled" without a file. */
void song_file_title(const SongFile *file, char *out, size_t size);
/* Why the song must not be saved at path at all: half a sentence, or null. */
const char *song_file_read_only(const SongFile *file, const char *path);
/* What about the file at path forbids to overwrite it unasked, as in "song.mid exists"; null when nothing does. as_song: it is the
 * song that is to be saved there, not something made of it. */
const char *song_file_objection(const SongFile *file, const char *path, bool as_song);

#endif
