/* Sight: what the form model and the content model see of a piece when they say what a bar may be, and how it becomes the
 * switches of a sparse network: one switch of each group, or none.
 *
 * Bars before `bar` stand; bars after it are looked at only up to known_end; of the bar itself only the steps that
 * `knows` names. Nothing else of the piece is read. */
#ifndef REFRAIN_ENGINE_DRAW_SIGHT_H
#define REFRAIN_ENGINE_DRAW_SIGHT_H

#include "engine/base/number.h"
#include "engine/draw/piece.h"

/* What the form model has decided for a bar; untold lets the content model decide by itself. */
typedef enum { PLAN_UNTOLD, PLAN_NEW, PLAN_RHYTHM, PLAN_NEAR } Plan;

typedef enum { KNOWS_NOTHING, KNOWS_RHYTHM, KNOWS_TOKEN } Knows;

typedef struct {
    const Piece *piece;
    PieceHeader told;         /* parts that are not told are untold */
    int bar;                  /* the bar in question */
    int known_end;            /* bars up to here, after `bar`, are known; bar + 1 = none */
    int to_end;               /* bars to the piece's end, this one included; 0 = untold */
    Plan plan;                /* content only */
    int distance;             /* to the bar that a plan of rhythm or near refers to */
    uint8_t knows[BAR_STEPS]; /* Knows, for each step of the bar; content only */
} Sight;

/* What of the bar, as it stands, its plan says beforehand: the rhythm, or the slots that are equal. */
void sight_know_by_plan(Sight *sight);

/* Where switches are written; base is the number of those that came before. */
typedef struct {
    int *index;
    int count, base;
} Switches;

/* A group of `size` switches, of which `value` is on; a negative value: none; a larger one: the last. */
static inline void switches_put(Switches *to, int size, int value) {
    if (value >= 0) to->index[to->count++] = to->base + (value < size ? value : size - 1);
    to->base += size;
}
static inline void switches_skip(Switches *to, int size) {
    to->base += size;
}

/* The bar's place in its phrase, counted after a pickup; -1 is the pickup's own. */
static inline int sight_phrase(const Sight *sight) {
    return sight->bar - sight->piece->pickup;
}

#endif
