/* Chord: a chord symbol as songwriters write it, and what it stands for: "Am7", "G/B", "F#dim", "N.C." for none.
 *
 * A root, a quality and perhaps another bass. Plain data; zeroed = no chord. Any thread. */
#ifndef REFRAIN_ENGINE_MUSIC_CHORD_H
#define REFRAIN_ENGINE_MUSIC_CHORD_H

#include "engine/music/key.h"

typedef enum {
    CHORD_MAJOR,
    CHORD_MINOR,
    CHORD_SEVENTH,
    CHORD_MAJOR_SEVENTH,
    CHORD_MINOR_SEVENTH,
    CHORD_DIMINISHED,
    CHORD_HALF_DIMINISHED,
    CHORD_AUGMENTED,
    CHORD_SUSPENDED,
    CHORD_SIXTH,
    CHORD_MINOR_SIXTH,
    CHORD_FIFTH,
    CHORD_QUALITIES
} ChordQuality;

enum { CHORD_NAME_SIZE = 16 };

typedef struct {
    bool known;
    uint8_t root, bass; /* pitch classes; bass = root where no other is told */
    uint8_t quality;    /* ChordQuality */
} Chord;

/* Reads a whole symbol: a letter A to G, # or b, what kind, and "/bass"; blanks around it go. What a kind has beyond those of the
 * list (9, 11, add9 ..) is read as the nearest of them. False where it is no chord. */
bool chord_parse(Chord *out, const char *text);
/* The symbol, spelled by the key: "Bbm7/F"; "" for none. */
void chord_name(Chord chord, Key key, char out[CHORD_NAME_SIZE]);
bool chord_equal(Chord a, Chord b);
/* Bit p: pitch class p belongs to it; 0 for none. The bass of its own not among them. */
uint16_t chord_pitches(Chord chord);

#endif
