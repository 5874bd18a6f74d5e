/* Abc: music as letters, after the ABC music standard 2.1 (abcnotation.com/wiki/abc:standard:v2.1), in and out.
 *
 * A file holds tunes. A tune begins with X: and ends with an empty line or the next X:; where a file has none it is one tune. What is
 * understood:
 *
 *   fields     X T (the first is the title) M (C, C|, none, sums) L Q (beats, words, a bare number counts quarters) K (tonic, mode,
 *              own accidentals, HP, none, clef, octave=, transpose=) V (name=, octave=, transpose=, clefs -8 and +8) P (labels, and in the
 *              header the order of parts) w, on lines of their own or in brackets where that makes sense; +: goes on; others are words
 *              for people and skipped
 *   music      notes, accidentals (they hold for the bar, in every octave), lengths, rests z x Z X, bars and repeats with endings,
 *              played out; ties, > and <, tuplets, graces (they take their time from the note), chords, & (a voice within a
 *              voice), "Am" chord symbols, !f! and its like as velocities; slurs, beams, other signs and "^text" are skipped
 *   missing    without M: it is in 4/4, without L: in eighths (sixteenths where the meter is below 3/4), without K: in C
 *   %%         %%MIDI program [CHANNEL] N and %%MIDI channel N; other instructions are skipped
 *
 * What means nothing is skipped and told with its line; the rest is read. Jumps (D.C., D.S.) are not followed, and told.
 *
 * Any thread. Linear in the size of text and of the played notes. */
#ifndef REFRAIN_MIDI_IO_ABC_H
#define REFRAIN_MIDI_IO_ABC_H

#include "engine/music/key.h"
#include "engine/music/score.h"

enum { ABC_REMARKS_SIZE = 400 };

/* ---- reading ---- */

/* One tune of a text; borrowed. */
typedef struct {
    const char *text;
    size_t size;
    int line; /* number of its first line, from 1 */
} AbcTune;

/* The next one; a zeroed tune asks for the first. False behind the last. */
bool abc_next(AbcTune *tune, const char *text, size_t size);
void abc_title(const AbcTune *tune, char title[TRACK_NAME_SIZE]); /* its first T:, "" without one */

/* out is empty before, and to be deinited in any case. *key: as K: says it, where MIDI has no words for it; not known without K:.
 * remarks: what was skipped, as parts of a sentence, "" for nothing. Fails where there is no note, too many of them, and without
 * memory. */
bool abc_read(Score *out, Key *key, char remarks[ABC_REMARKS_SIZE], const AbcTune *tune, Error *err);

/* ---- writing ---- */

/* A part of a score: some bars of one track. */
typedef struct {
    int track;
    int bar, bars; /* from 0; how many */
} AbcPart;

enum { ABC_LOST_SIZE = 300 };

/* All tracks that have notes, each as a voice, with title, meters, keys, tempos, pickup, ties, tuplets, syllables and chord
 * symbols; or a part, with nothing but what it needs to be read. key: of the song, where it is known; else as the score says or
 * its melody sounds. *text is malloc'ed. lost: what ABC cannot hold, as parts of a sentence, "" for nothing. */
bool abc_write(const Score *score, Key key, const AbcPart *part, char **text, size_t *size,
               char lost[ABC_LOST_SIZE], Error *err);

#endif
