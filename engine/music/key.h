/* Key: tonic and mode, detected from a melody's pitch-class durations (Krumhansl and Kessler 1982 profiles, correlation
 * as in Krumhansl 1990), with weight for the last note. */
#ifndef REFRAIN_ENGINE_MUSIC_KEY_H
#define REFRAIN_ENGINE_MUSIC_KEY_H

#include "engine/music/track.h"

typedef enum { KEY_MAJOR, KEY_MINOR } KeyMode;

typedef struct {
    uint8_t tonic; /* pitch class 0..11, 0 = C */
    uint8_t mode;  /* KeyMode */
    bool known;    /* false: no notes, nothing to say */
} Key;

Key key_detect(const Track *track);
/* "C", "F#m", "Bbm"; "?" when unknown. Reads the same spelling back (also "F# minor", "Bb major"). */
const char *key_name(Key key);
bool key_parse(Key *key, const char *text);
bool key_has(Key key, int pitch); /* is the pitch in the scale (natural minor)? true when unknown */
/* The nearest scale pitch `steps` scale steps above (below, when negative) pitch. */
int key_step(Key key, int pitch, int steps);
/* Semitones, -6..+5, that move melodies in `from` to the tonic of `to` (relative major where the modes differ). */
int key_interval(Key from, Key to);

#endif
