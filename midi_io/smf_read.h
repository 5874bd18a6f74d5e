/* SmfRead: any bytes -> a Score with everything in it.
 *
 * Every chunk is there, event by event (Score.chunk; running status resolved, refrain's own state taken out), and its notes,
 * tempos, meters and names once more as tracks, timeline and title (smf_tracks.h). No track is a voice yet: smf_rows.h tells which
 * is the melody. smf_write gives the file back. */
#ifndef REFRAIN_MIDI_IO_SMF_READ_H
#define REFRAIN_MIDI_IO_SMF_READ_H

#include "engine/music/key.h"
#include "engine/music/score.h"
#include "midi_io/smf_check.h"
#include "midi_io/smf_state.h"

/* What else is to be said about a file that was read. */
typedef struct {
    SmfRepairs repairs;
    SmfState state; /* owned */
    int endless;    /* notes that were never ended and got a quarter */
    /* Of songs that were no MIDI files (score_file.h): */
    Key key;           /* as the file says it where MIDI has no words for it, such as a mode */
    char remarks[400]; /* what of it was not carried over, as parts of a sentence */
    const char
        *foreign; /* why the song must not be saved over the file, as half a sentence; null for MIDI files */
} SmfReading;

void smf_read_deinit(SmfReading *reading);
/* Both are empty before, and to be deinited by the caller in any case. What is refused: see smf_check.h. */
bool smf_read(Score *out, SmfReading *reading, const unsigned char *bytes, size_t size, Error *err);

#endif
