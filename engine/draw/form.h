/* Form model: which earlier bar a bar refers to, and how, before a note of it is there.
 *
 * A sparse network whose inputs are the place in the piece, which relations the last bars had to those before them, how these
 * bars close, and, for a bar in the middle, which relations the bars after it have. Its output is a softmax over
 * FORM_CLASSES: new, and rhythm, near, exact at distance 1 .. PIECE_DISTANCES. Classes without a source are masked. */
#ifndef REFRAIN_ENGINE_DRAW_FORM_H
#define REFRAIN_ENGINE_DRAW_FORM_H

#include "engine/draw/sight.h"

enum {
    FORM_NEW = 0,
    FORM_CLASSES = 1 + 3 * PIECE_DISTANCES,
    FORM_SWITCHES = 256, /* at most so many are on */
};

static inline int form_class(Relation kind, int distance) {
    return kind == RELATION_NONE ? FORM_NEW : 1 + ((int)kind - 1) * PIECE_DISTANCES + distance - 1;
}
static inline Relation form_kind(int class) {
    return class == FORM_NEW ? RELATION_NONE : (Relation)(1 + (class - 1) / PIECE_DISTANCES);
}
static inline int form_distance(int class) {
    return class == FORM_NEW ? 0 : 1 + (class - 1) % PIECE_DISTANCES;
}

/* index[FORM_SWITCHES]; returns how many are on. */
int form_switches(int *index, const Sight *sight);
int form_inputs(void); /* switches in all */
/* Which classes bar t can have at all: those whose source has onsets. allowed[FORM_CLASSES] */
void form_allowed(bool *allowed, const Piece *piece, int t);
/* The classes that bar t, as it stands, has: all distances of its kind. true_class[FORM_CLASSES] */
void form_true(bool *true_class, const Piece *piece, int t);
/* Nats that the true classes of a bar together cost, out of the network's scores y[FORM_CLASSES]: any of its true distances is
 * right. dy (may be null) is written. */
double form_nats(const float *y, float *dy, const bool *allowed, const bool *true_class);

/* Rows of the table of how near copies keep slots: by meter, and distance 4, 8, 16 or 1, 2 or others. */
enum { FORM_COPIES = 2 * 3 };
int form_copy_row(int steps, int distance);

#endif
