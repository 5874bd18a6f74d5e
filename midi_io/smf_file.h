/* Standard MIDI files through libsmf, behind smf_check.
 *
 * A song is a type 1 file of 480 ticks a quarter in the form of smf_events.h: first a track with the song's title, tempo,
 * meter and refrain's own text in parts (smf_state.h); then one track per version, named "original", "context", "result"
 * .., on channels 1 to 8, with its General MIDI program and its notes. Any other program opens the file and refrain
 * restores everything: notes, names, programs, tempo and meter come back exactly, overlaps included (up to 64 notes of
 * one pitch at a time, see smf_score.h), and saving again gives the same bytes. */
#ifndef REFRAIN_MIDI_IO_SMF_FILE_H
#define REFRAIN_MIDI_IO_SMF_FILE_H

#include <stddef.h>

#include "engine/music/melody.h"
#include "midi_io/smf_rows.h"

enum { SMF_TRACKS_MAX = 8 };

typedef struct {
    Melody track[SMF_TRACKS_MAX]; /* names tell which is which; tempo and meter are the same in all */
    int count;
    char title[MELODY_NAME_SIZE]; /* UTF-8, no control characters; may be empty */
    char *state;                  /* refrain's own text (UTF-8), malloc'ed, or null */
} SmfSong;

typedef struct {
    char text[400]; /* one line: what was taken and what was changed */
    int track;      /* row (smf_rows.h) that was taken, from 1 */
    int tracks;     /* rows */
    bool cut_short; /* the file ends in the middle: what was whole was taken */
    int dropped;    /* notes left out because a higher one sounds */
    int cut;        /* notes shortened by the next */
    int quantised;  /* notes whose beginning was not on a sixteenth */
} SmfReport;

void smf_song_deinit(SmfSong *song);

/* The melody of any .mid: the row that is the melody, or the one wanted by number or name (smf_rows.h; null = choose). Made
 * monophonic and quantised to sixteenths; a pickup given as a shorter first bar is padded with a rest on the left, so bars
 * lie on bar lines. Tempo and meter are those at the beginning (the longest-lasting meter after a pickup); later changes are
 * ignored and said. The name is the track's, or else the title.
 * report may be null. Fails with one sentence that begins with the path. */
bool smf_file_import(Melody *out, const char *path, const char *wanted, SmfReport *report, Error *err);
/* The voices of any .mid, and which is the melody. out is empty before. */
bool smf_file_rows(SmfRows *out, const char *path, Error *err);
/* Reads a song: its tracks as they are. A file without refrain's text is imported as the single track "original" (its
 * name becomes the title) and gives a null state. */
bool smf_file_load(SmfSong *out, const char *path, SmfReport *report, Error *err);
bool smf_file_save(const SmfSong *song, const char *path, Error *err); /* atomic */
/* The same on memory, for tests and fuzzing. A wanted track imports it from refrain's own songs, too. */
bool smf_file_parse(SmfSong *out, const unsigned char *bytes, size_t size, const char *wanted,
                    SmfReport *report, Error *err);
bool smf_file_build(const SmfSong *song, unsigned char **bytes, size_t *size, Error *err); /* malloc'ed */

#endif
