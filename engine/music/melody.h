/* Melody: notes on a time line of ticks, as a composer edits them.
 *
 * Notes are kept sorted by (start, pitch). Overlaps are allowed here; that a bar holds one voice is the model's rule
 * (bar.h), not the editor's. A zeroed Melody is valid and empty; melody_init additionally sets 120 bpm and 4/4.
 * A Melody belongs to one thread; hand it over or copy it. */
#ifndef REFRAIN_ENGINE_MUSIC_MELODY_H
#define REFRAIN_ENGINE_MUSIC_MELODY_H

#include <stddef.h>
#include <stdint.h>

#include "engine/music/track.h"

enum {
    MELODY_QUARTER_TICKS = 480,
    MELODY_STEP_TICKS = MELODY_QUARTER_TICKS / 4, /* a sixteenth */
    MELODY_DEFAULT_QUARTER_US = 500000,           /* 120 bpm, as MIDI files have it */
    MELODY_NAME_SIZE = 96,
    MELODY_NOTES_MAX = 20000,
    MELODY_TICKS_MAX = 1 << 24, /* over 8,000 bars of 4/4 */
};

typedef struct {
    Note *notes; /* sorted by start, then pitch; owned */
    int count;
    int capacity;
    int32_t quarter_us;          /* tempo: microseconds per quarter; read it with melody_quarter_us */
    uint8_t meter_beats;         /* numerator; read it with melody_beats */
    uint8_t meter_unit;          /* denominator 1, 2, 4, 8, 16; read it with melody_unit */
    uint8_t program;             /* General MIDI program 0..127 */
    char name[MELODY_NAME_SIZE]; /* UTF-8, no control characters */
} Melody;

void melody_init(Melody *melody);
void melody_deinit(Melody *melody);
bool melody_copy(Melody *to, const Melody *from,
                 Error *err);                        /* to is deinited first; on failure it is empty */
bool melody_equal(const Melody *a, const Melody *b); /* notes, tempo, meter, program, name */
bool melody_note_equal(Note a, Note b);

/* Copies what fits into to[size], without control characters and without half a UTF-8 sequence at the end. */
void melody_write_name(char *to, size_t size, const char *text, size_t length);
void melody_set_name(Melody *melody, const char *text); /* the same into its name */

/* Adds a note, clipped into range; returns its index, or -1 with err set when full or out of memory. */
int melody_insert(Melody *melody, Note note, Error *err);
void melody_remove(Melody *melody, int index);
/* Replaces a note and restores the order; returns the note's new index. */
int melody_change(Melody *melody, int index, Note note);
/* The note that sounds at tick with this pitch, or -1. pitch -1 means any: the highest. */
int melody_find(const Melody *melody, int32_t tick, int pitch);
/* The first note that starts at or after tick / the last that starts before it; -1 if none. */
int melody_next(const Melody *melody, int32_t tick);
int melody_previous(const Melody *melody, int32_t tick);

/* Tempo and meter as they are played and drawn: what is 0, as in a zeroed Melody, reads as 120 bpm and 4/4. */
int32_t melody_quarter_us(const Melody *melody);
int melody_beats(const Melody *melody);
int melody_unit(const Melody *melody);
int32_t melody_end(const Melody *melody);       /* tick where the last note stops, 0 when empty */
int32_t melody_bar_ticks(const Melody *melody); /* ticks of one bar of its meter */
int melody_bar_count(const Melody *melody);     /* bars touched by notes, at least 1 */
double melody_bpm(const Melody *melody);        /* quarters per minute */

/* Keeps one sounding note at a time, as MIDI import wants it: at each onset the highest stays; a note that begins while
 * a higher one sounds is dropped unless it begins in the last step of that note (legato), which is then cut short; a
 * higher note cuts a lower one. Returns the number of notes dropped; *cut (may be null) counts the shortened ones. */
int melody_make_monophonic(Melody *melody, int *cut);
void melody_transpose(Melody *melody, int semitones); /* notes that would leave 0..127 are moved by octaves */

#endif
