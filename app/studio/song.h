/* Song: a Document as a standard MIDI file and back.
 *
 * The file is what midi_io/smf_file.h writes: tempo track, then "original", "context", "result". What MIDI has no words
 * for is refrain's text in it, one JSON object:
 *
 *   {"refrain": 1,                     version of this text; later versions are refused with a sentence
 *    "title": "...",                   the original's name
 *    "recipe": "refrain-recipe 2\n...", recipe.h
 *    "loop": [start, end, on],         ticks, ticks, 0 or 1
 *    "key": "F#m",                     the original's, absent when detected
 *    "align": "key", "temperature": 0.8, "seed": 7,
 *    "fit": {"semitones": 3, "from": "D", "into": "F"},   how that was decided; absent for none and in songs before 0.2
 *    "context": {"title": "...", "quarter_us": n, "beats": n, "unit": n, "key": "D dor"},   present when there is a context; a file has
 *                                      only one tempo and meter of its own, the original's
 *    "path": "...",                    only in recovery files: where the song was, if that is UTF-8, and what was
 *    "file": {"written": ns, "size": n, "inode": n, "more": 0 or 1}}   known of the file there (SongFile)
 *
 * Members of the wrong type or out of range are as if absent; unknown members are ignored. */
#ifndef REFRAIN_APP_STUDIO_SONG_H
#define REFRAIN_APP_STUDIO_SONG_H

#include "app/studio/song_file.h"
#include "engine/music/document.h"
#include "midi_io/smf_file.h"

/* result may be null; file too, unless it is for a recovery file (see above). song is deinited by the caller. */
bool song_build(SmfSong *song, const Document *document, const Score *result, const SongFile *file,
                Error *err);
/* The same as the bytes of its file, malloc'ed. */
bool song_bytes(const Document *document, const Score *result, const SongFile *file, unsigned char **bytes,
                size_t *size, Error *err);
/* result (may be null) gets the file's result track, for a machine without a model; file (may be null) gets what
 * a recovery file says of it. document is deinited first. title names a song without refrain's text. */
bool song_read(Document *document, Score *result, SongFile *file, const SmfSong *song, const char *title,
               Error *err);

#endif
