/* Content model: what stands in a bar, beat by beat, given everything before it and what is known ahead.
 *
 * A sparse network, asked once for each slot of four steps whose rhythm is not known and once for each note. For a slot it scores
 * its rhythm whole, one of 81 patterns of rest, hold and onset: the pattern's own score and those of what stands at its steps,
 * so that rare ones learn from their kin. For a note, whose beat's rhythm stands then, it scores the
 * interval from the last note, -19 .. 19 semitones, and the degree of the key: the score of a pitch is that of its interval and,
 * with a told key, that of its degree. All its inputs are relative to the last note, so that a tune and the same tune moved are
 * read alike, height aside.
 *
 * What it reads: the place in bar, phrase and piece; the last eight notes; counts of the last 32 bars; the bars 1, 2, 4, 8 back
 * and the plan's bar at the same step; and what is known ahead: steps of a near copy, a rhythm, the bars after. */
#ifndef REFRAIN_ENGINE_DRAW_CONTENT_H
#define REFRAIN_ENGINE_DRAW_CONTENT_H

#include "engine/nn/sparse_net.h"
#include "engine/draw/sight.h"

enum {
    CONTENT_REACH = 19, /* semitones from the last note that can be scored */
    CONTENT_INTERVALS = 2 * CONTENT_REACH + 1,
    CONTENT_PATTERNS = 81, /* step s of a slot is digit s: rest 0, hold 1, onset 2, the first the lowest */
    CONTENT_STEP_SCORES = 3 * BAR_SLOT_STEPS,
    CONTENT_OUTPUTS = CONTENT_PATTERNS + CONTENT_STEP_SCORES + CONTENT_INTERVALS + 12,
    CONTENT_SWITCHES = 288, /* at most so many are on */
};

/* index[CONTENT_SWITCHES] for a step of the bar; returns how many are on. *from: the pitch that intervals count from, the last
 * note's, or before the first note the tonic nearest above 63. */
int content_switches(int *index, const Sight *sight, int step, int *from);
int content_inputs(void); /* switches in all */

/* rest 0, hold 1, onset 2 */
static inline int content_step_class(int token) {
    return token == BAR_REST ? 0 : token == BAR_HOLD ? 1 : 2;
}
static inline int content_interval(int pitch, int from) {
    return number_clamp(pitch - from, -CONTENT_REACH, CONTENT_REACH) + CONTENT_REACH;
}
/* scores[CONTENT_PATTERNS] of a slot's rhythms, out of the network's output y. */
void content_pattern_scores(float *scores, const float *y);
/* scores[CONTENT_INTERVALS] of the pitches from - 19 .. from + 19, out of the network's output y. */
void content_pitch_scores(float *scores, const float *y, int from, Key key);

/* Patterns that can stand: a hold wants something that sounds. allowed[CONTENT_PATTERNS]; silent: nothing does before them. */
void content_allowed(bool *allowed, bool silent);

/* What a row ought to say: the pattern of a slot, or a note's interval; the other is -1. */
typedef struct {
    int pattern, interval;
    int from; /* what the interval counts from */
} ContentTarget;

typedef struct {
    double rhythm, pitch;
} ContentNats;

enum { CONTENT_ROWS = BAR_STEPS + BAR_SLOTS }; /* of a bar, at most */
/* Of what is not known of the bar: a row of switches each, appended to x from row R on, and its target. Returns the rows there
 * are then. */
int content_rows(SparseInput *x, ContentTarget *target, int R, const Sight *sight);
/* Nats that a target costs, out of y[CONTENT_OUTPUTS]; dy (may be null) is written. */
ContentNats content_nats(const float *y, float *dy, const ContentTarget *target, Key key);

#endif
