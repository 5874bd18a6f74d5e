/* Standard MIDI files through libsmf, behind smf_check.
 *
 * A song is a type 1 file: tempo and meter track, then one track per version, named "original", "context", "result" ..
 * Everything that MIDI has no words for (recipe, loop, key ..) is one text in a sequencer-specific meta event (FF 7F), so
 * any other program opens the file and refrain restores everything. Bytes: 7D "refrain" 00, then the UTF-8 text; texts
 * longer than 120 bytes are split over consecutive events with a sequence number after the 00 (see smf_file.c). */
#ifndef REFRAIN_MIDI_IO_SMF_FILE_H
#define REFRAIN_MIDI_IO_SMF_FILE_H

#include <stddef.h>

#include "engine/melody.h"

enum { SMF_TRACKS_MAX = 8 };

typedef struct {
    Melody track[SMF_TRACKS_MAX]; /* names tell which is which; tempo and meter are the same in all */
    int count;
    char *state; /* refrain's own text, malloc'ed, or null */
} SmfSong;

typedef struct {
    char text[400]; /* one line: what was taken and what was changed */
    int track;      /* 1-based track (or channel in a type 0 file) that was taken */
    int tracks;     /* tracks with notes */
    int dropped, cut, quantised;
} SmfReport;

void smf_song_deinit(SmfSong *song);

/* The melody of any .mid: of the track with most notes (channel 10 left out), or `track` counted from 1 (0 = choose). Made
 * monophonic and quantised to sixteenths; a pickup given as a shorter first bar is padded with a rest on the left, so
 * bars lie on bar lines. Tempo and meter are those at the beginning (the longest-lasting meter after a pickup); later
 * changes are ignored and said. report may be null. */
bool smf_file_import(Melody *out, const char *path, int track, SmfReport *report, Error *err);
/* Reads a song: its tracks as they are. A file without refrain's text is imported as the single track "original". */
bool smf_file_load(SmfSong *out, const char *path, SmfReport *report, Error *err);
bool smf_file_save(const SmfSong *song, const char *path, Error *err); /* atomic */
/* The same on memory, for tests and fuzzing. */
bool smf_file_parse(SmfSong *out, const unsigned char *bytes, size_t size, int track, SmfReport *report,
                    Error *err);
bool smf_file_build(const SmfSong *song, unsigned char **bytes, size_t *size, Error *err);

#endif
