/* Song: a Document as a standard MIDI file and back.
 *
 * The file is the original, as midi_io/smf_write.h writes it: an unedited one event by event as it was opened. What MIDI has no
 * words for is refrain's state in it (midi_io/smf_state.h), the context as a MIDI file of its own and a text, one JSON object:
 *
 *   {"refrain": 2,                     version of this text; later versions are refused with a sentence
 *    "recipe": "refrain-recipe 2\n...", recipe.h
 *    "takes": [{"name": "...", "recipe": "..."}], other recipes that were kept, takes.h; absent without any
 *    "voices": [1], "context_voices": [1],  which tracks are voices, from 1 among those with notes in file order; one without
 *                                      notes by its chunk and channel, from 1: [[2, 4]]
 *    "titles": ["...", "..."],         of original and context, where their files have none
 *    "ends": [tick, tick],             of original and context: Score.end
 *    "loop": [start, end, on],         ticks, ticks, 0 or 1
 *    "key": "F#m", "context_key": "D dor",  as set, or as the file's key signature says; absent when detected
 *    "align": "key", "temperature": 0.8, "seed": 7,
 *    "fit": {"semitones": 3, "from": "D", "into": "F"},   how that was decided; absent for none
 *    "result": n,                      notes of the result that follows as a MIDI file, absent without one
 *    "path": "...", "file": {..}}      only in recovery files: where the song was, if that is UTF-8, and the stamp of that file
 *
 * Members of the wrong type or out of range are as if absent; unknown members are ignored. A song in which nothing differs from
 * what opening its file gives has no state at all.
 *
 * Songs of version 1 (refrain 0.1) are read too: their tracks are called "original", "context" and "result", their drawn bars become kept
 * notes, those of the track "result"; and the text has
 * "title" and "context": {"title", "quarter_us", "beats", "unit"}. */
#ifndef REFRAIN_APP_STUDIO_SONG_H
#define REFRAIN_APP_STUDIO_SONG_H

#include "app/studio/song_file.h"
#include "engine/music/document.h"
#include "midi_io/smf_report.h"

/* The bytes of the song's file, malloc'ed. result may be null; file too, unless it is for a recovery file (see above). */
bool song_bytes(const Document *document, const Score *result, const SongFile *file, unsigned char **bytes,
                size_t *size, Error *err);
/* What midi_io/score_file.h read, as a document; score is taken, and deinited in any case. result (may be null) gets the file's
 * result, for a machine without a model; file (may be null) gets what a recovery file says of it. document is deinited first. */
bool song_read(Document *document, Score *result, SongFile *file, Score *score, const SmfReading *reading,
               Error *err);

#endif
