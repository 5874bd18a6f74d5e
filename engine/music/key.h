/* Key: tonic and mode, detected from a melody's pitch-class durations (Krumhansl and Kessler 1982 profiles, correlation
 * as in Krumhansl 1990), with weight for the last note; of fewer than three pitch classes nothing is known. */
#ifndef REFRAIN_ENGINE_MUSIC_KEY_H
#define REFRAIN_ENGINE_MUSIC_KEY_H

#include "engine/music/track.h"

typedef enum {
    KEY_MAJOR,
    KEY_MINOR,
    KEY_DORIAN, /* from here on only where somebody says so: they are not detected */
    KEY_PHRYGIAN,
    KEY_LYDIAN,
    KEY_MIXOLYDIAN,
    KEY_LOCRIAN,
    KEY_MODES
} KeyMode;

enum { KEY_SPELLING_SIZE = 16 };

typedef struct {
    uint8_t tonic; /* pitch class 0..11, 0 = C */
    uint8_t mode;  /* KeyMode */
    bool known;    /* false: no notes, nothing to say */
} Key;

Key key_detect(const Track *track);
/* "C", "F#m", "D dor"; "?" when unknown. Reads the same spelling back (also "F# minor", "Bb major", "Ddorian"). */
const char *key_name(Key key);
bool key_parse(Key *key, const char *text);
bool key_equal(Key a, Key b);
int key_signature(Key key); /* sharps, or flats where negative: -6..6; 0 when unknown */
/* The pitch class that the letter of a white key (0 2 4 5 7 9 11) means in the key: F (5) is 6 in G; itself when unknown. */
int key_on_letter(Key key, int white);
/* A MIDI pitch as the key spells it: 60 = "C4", 70 = "Bb4" in F, "A#4" in B. */
void key_spell(Key key, int pitch, char out[KEY_SPELLING_SIZE]);
bool key_has(Key key, int pitch); /* is the pitch in the scale (natural minor)? true when unknown */
/* The nearest scale pitch `steps` scale steps above (below, when negative) pitch. */
int key_step(Key key, int pitch, int steps);
/* Semitones, -6..+5, that give melodies in `from` the notes of `to`: the tonic where the modes are the same, else that of the
 * relative major. */
int key_interval(Key from, Key to);

#endif
