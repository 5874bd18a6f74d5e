/* Sheet: written music on its way into a Score, whatever notation it was written in: voices with notes and syllables, and what
 * stands above them all: meters, bar lines, keys, tempos, chord symbols. The reader of a notation fills it, note by note, in the
 * order in which it is played; the Score that comes out is what the same music in a MIDI file would give: chunks, and the tracks
 * that are read from them (smf_tracks.h).
 *
 * Times are in units, SHEET_QUARTER of them a quarter, so that thirds, fifths, sevenths and 128ths are whole numbers. The Score has
 * 480 ticks a quarter where that holds everything, else SHEET_QUARTER.
 *
 * Bar lines are kept where they are written. A bar that is shorter or longer than its meter says gets a meter of its own; a short
 * first bar is a pickup; a short bar and the next one that fill a bar together, as around the sign of a repeat, are one.
 *
 * Zeroed = empty. One thread. */
#ifndef REFRAIN_MIDI_IO_SHEET_H
#define REFRAIN_MIDI_IO_SHEET_H

#include "engine/music/notation.h"
#include "engine/music/score.h"

enum {
    SHEET_QUARTER = NOTATION_QUARTER,
    SHEET_WHOLE = 4 * SHEET_QUARTER,
    SHEET_VOICES_MAX = 64,
    SHEET_VELOCITY = 80, /* where nothing is told */
};

typedef struct {
    int64_t start, length; /* units; what is shorter than 1 is 1 */
    uint8_t pitch, velocity;
    bool tied; /* goes on in the note of this pitch that begins where it ends, if one does */
} SheetNote;

typedef struct Sheet Sheet;

Sheet *sheet_new(Error *err);
void sheet_free(Sheet *sheet); /* null is allowed */

void sheet_set_title(Sheet *sheet, const char *text); /* UTF-8, as everywhere here; cleaned */
/* Voices are numbered from 0. -1 with a sentence when there are SHEET_VOICES_MAX. */
int sheet_add_voice(Sheet *sheet, const char *name, Error *err);
void sheet_set_program(Sheet *sheet, int voice, int program); /* 0 .. 127 */
void sheet_set_channel(Sheet *sheet, int voice,
                       int channel); /* 0 .. 15; else one of its own, as far as they last */

/* All fail only when memory is short or there are too many of them. */
bool sheet_note(Sheet *sheet, int voice, SheetNote note, Error *err);
bool sheet_word(Sheet *sheet, int voice, int64_t at, const char *syllable, Error *err);
bool sheet_meter(Sheet *sheet, int64_t at, Meter meter, Error *err);
bool sheet_bar_line(Sheet *sheet, int64_t at,
                    Error *err); /* in order; told for one voice. None = as the meters say. */
bool sheet_key(Sheet *sheet, int64_t at, int sharps, bool minor,
               Error *err); /* -7 .. 7, flats where negative */
bool sheet_tempo(Sheet *sheet, int64_t at, double quarters_a_minute, Error *err);
bool sheet_chord(Sheet *sheet, int64_t at, const char *symbol, Error *err);

/* out is empty before, and to be deinited in any case. Fails where there are no notes, with too much time, or without memory. */
bool sheet_to_score(Sheet *sheet, Score *out, Error *err);

#endif
