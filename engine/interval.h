/* Interval: by how much a copy is moved: 0 (not at all), scale steps, or semitones; 37 symbols, a bar's latent holds one.
 *
 *   0        not moved
 *   1..14    -7..-1, +1..+7 scale steps (7 is the octave)
 *   15..36   -11..-1, +1..+11 semitones
 *
 * Scale steps are counted in one of twelve diatonic collections, named by the pitch class of its major tonic; a pitch beside
 * the collection is a raised or lowered degree (#1, b3, #4, #5, b7) and stays one. Everything here is integer work on
 * tokens, from tables of some 30 KB that are made once. */
#ifndef REFRAIN_ENGINE_INTERVAL_H
#define REFRAIN_ENGINE_INTERVAL_H

#include "engine/bar.h"

enum {
    INTERVAL_NONE = 0,
    INTERVAL_SCALE_STEPS = 14, /* the last of the symbols that count scale steps */
    INTERVAL_COUNT = 37,
    INTERVAL_SCALES = 12,
    INTERVAL_SCALE_STEPS_MAX = 7,
    INTERVAL_SEMITONES_MAX = 11,
    INTERVAL_OUT = 255, /* no token: what is moved out of the alphabet */
};

static inline bool interval_is_diatonic(int interval) {
    return interval != INTERVAL_NONE && interval <= INTERVAL_SCALE_STEPS;
}
/* The symbol of so many scale steps (-7..7) or semitones (-11..11); 0 is INTERVAL_NONE. */
int interval_of_scale_steps(int steps);
int interval_of_semitones(int semitones);
/* How many, in the symbol's own unit (interval_is_diatonic); 0 for INTERVAL_NONE. */
int interval_size(int interval);

/* Where a scale moves each token: INTERVAL_OUT when the pitch leaves 36..99; tokens that are no onsets stay. */
const uint8_t *interval_moves(int scale, int interval);
/* The same, but what leaves is moved back by octaves. */
int interval_move_within(int scale, int interval, int token);

/* Nats: -ln of how often references are moved so, of all bars with onsets, in folk tunes, songs, hymns and chamber music. */
float interval_price(int interval);

/* The collection that holds most onsets; among equals the one whose notes lie nearest its middle on the line of fifths
 * (so a pentatonic melody gets its own key); then the lowest. */
int interval_find_scale(const Bar *bars, int count);

/* "a step higher", "2 semitones lower", "an octave higher"; "" for INTERVAL_NONE. The text is static. */
const char *interval_words(int interval);

#endif
