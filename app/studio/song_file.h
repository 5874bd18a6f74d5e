/* Song file: the file that the open song comes from or was saved to, and what the disk held when refrain looked last.
 *
 * Zeroed = the song has no file. UI thread. */
#ifndef REFRAIN_APP_STUDIO_SONG_FILE_H
#define REFRAIN_APP_STUDIO_SONG_FILE_H

#include "engine/base/file.h"

enum { SONG_FILE_LOST_SIZE = 200, SONG_FILE_WORDS_SIZE = SONG_FILE_LOST_SIZE + 48 };

typedef struct {
    char *path;      /* where :w saves, or null; owned */
    FileStamp stamp; /* of the content that is known */
    char lost
        [SONG_FILE_LOST_SIZE]; /* what the file there has that saving would not give back, "" = nothing: else it is asked */
    const char *read_only; /* why it must not be saved over, as half a sentence, or null; static */
    bool saving;           /* an errand writes it just now */
} SongFile;

void song_file_deinit(SongFile *file);
/* The song is that of path (resolved where it exists; null = of no file). stamp: of the content that is known, so taken
 * before it is read or after it is written. */
void song_file_set(SongFile *file, const char *path, FileStamp stamp, const char *lost);
void song_file_lose(SongFile *file, const char *lost);
/* The song's title where it has none of its own: the file's name without its ending, "untitled" without a file. */
void song_file_title(const SongFile *file, char *out, size_t size);
/* Why the song must not be saved at path at all: half a sentence, or null. */
const char *song_file_read_only(const SongFile *file, const char *path);
/* Does something about the file at path forbid to overwrite it unasked? Half a sentence, as in "song.mid exists". as_song: it is the
 * song that is to be saved there, not something made of it. */
bool song_file_objects(const SongFile *file, const char *path, bool as_song, char out[SONG_FILE_WORDS_SIZE]);

#endif
