/* MusicXml: what notation programs exchange, after MusicXML 4.0 (w3.org/2021/06/musicxml40), partwise, plain and packed (.mxl), in and
 * out.
 *
 * Read are notes, chords, rests, ties, voices and staves (each staff of a part is a track), grace notes (they take their time from
 * the note), tuplets, keys, meters, tempos, pickups, syllables of every verse, chord symbols, instruments and transpositions;
 * repeats and endings are played out. What is for the eye alone is passed over; cues, and jumps (D.C., D.S.) are not followed,
 * which is told, and so is the line of what means nothing.
 *
 * Nothing outside the bytes is ever opened: no DTD, no entity. Unpacked a file has at most MUSICXML_SIZE_MAX bytes. Any thread.
 * Linear in the size of text and of the played notes. */
#ifndef REFRAIN_MIDI_IO_MUSICXML_H
#define REFRAIN_MIDI_IO_MUSICXML_H

#include <stddef.h>

#include "engine/music/key.h"
#include "engine/music/score.h"

enum { MUSICXML_REMARKS_SIZE = 400, MUSICXML_LOST_SIZE = 300, MUSICXML_SIZE_MAX = 32 << 20 };

/* ---- reading ---- */

/* out is empty before, and to be deinited in any case. *key: of the first part's beginning; not known where none is told.
 * remarks: what was passed over, as parts of a sentence, "" for nothing. Fails with a sentence, with its line where there is one,
 * when it is no MusicXML, damaged, without a note, too long, or memory is short. */
bool musicxml_read(Score *out, Key *key, char remarks[MUSICXML_REMARKS_SIZE], const unsigned char *bytes,
                   size_t size, Error *err);

/* ---- writing ---- */

/* All tracks that have notes, each as a part, with title, meters, keys, tempos, pickup, ties, tuplets and syllables. key: of the
 * song, where it is known; else as the score says or its melody sounds. *text is malloc'ed. lost: what it does not hold, as parts of
 * a sentence, "" for nothing. */
bool musicxml_write(const Score *score, Key key, char **text, size_t *size, char lost[MUSICXML_LOST_SIZE],
                    Error *err);

/* ---- the package: a zip archive with the score and META-INF/container.xml that names it ---- */

/* The score in a package, malloc'ed. */
bool musicxml_unpack(const unsigned char *bytes, size_t size, unsigned char **score, size_t *score_size,
                     Error *err);
bool musicxml_pack(const char *text, size_t size, unsigned char **bytes, size_t *packed_size, Error *err);

#endif
