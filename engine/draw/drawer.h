/* Drawer: draws bars with the form model and the content model of a Prior: whole pieces, continuations, a bar between others,
 * variations; and says how likely a bar is.
 *
 * A bar is drawn form first: new, or a reference to an earlier bar. Then what is new in it, step by step: rhythm at temperature
 * 1, since less of it would make sixteenths vanish, pitches at the given one without their least likely choices. It is drawn
 * again while it is not what its form said. Deterministic in (prior, piece, seed). A Drawer belongs to one thread; the prior is
 * borrowed. A bar takes 0.4 ms. */
#ifndef REFRAIN_ENGINE_DRAW_DRAWER_H
#define REFRAIN_ENGINE_DRAW_DRAWER_H

#include <stdatomic.h>

#include "engine/nn/prior.h"
#include "engine/draw/piece.h"

typedef struct Drawer Drawer;

/* Was the prior made for this program's inputs? False with a sentence otherwise. */
bool drawer_fits(const Prior *prior, Error *err);
Drawer *drawer_new(const Prior *prior, Error *err);
void drawer_free(Drawer *drawer); /* null is allowed */

/* An outline out of those that the prior holds, as like the wish as there is one: its parts that are told stand, steps 0 and
 * bars 0 = any; density and height count as classes of three. */
PieceOutline drawer_outline(const Drawer *drawer, const PieceOutline *wish, Rng *rng);

extern const float DRAWER_TEMPERATURE; /* of pitches, where nothing else is asked for: 0.9 */

typedef struct {
    int bars;          /* to draw */
    bool plans_end;    /* the last of them is the piece's last, and the form knows it from the beginning */
    bool closes;       /* then that one ends on a long tonic (where no key is told, on a long note) */
    bool may_rest;     /* bars without a note may be drawn */
    float temperature; /* of pitches */
} DrawerTask;

/* Draws bars at the end of a piece, whose capacity they fit, as its header and pickup say. False when cancelled ("cancelled");
 * cancel may be null. */
bool drawer_extend(Drawer *drawer, Piece *piece, const DrawerTask *task, Rng *rng, const atomic_bool *cancel,
                   Error *err);

/* Bars that could stand in place of bars first .. first + count - 1, best first: what stands before is gone on from, what stands
 * after is led to, and what makes the four bars after likelier is better. out (most, count); none is empty, or as it was, or a
 * copy of a bar near by, and no two are nearly alike. Bars of the run that are `locked` (may be null) stay in all of them. Returns
 * how many were found, seldom less than `most`. The piece is as before. */
enum { DRAWER_CANDIDATES = 8, DRAWER_RUN_MAX = 16 };
int drawer_candidates(Drawer *drawer, Bar *out, int most, Piece *piece, int first, int count,
                      const bool *locked, float temperature, Rng *rng);

/* A variation of bar t, between what stands before and after it: strength 1 changes a beat or two, or only their pitches, 3 most
 * of the bar. It differs from the bar and from the `count` bars in `avoid`; false where none was found. The piece is as before. */
enum { DRAWER_STRENGTH_MAX = 3 };
bool drawer_vary(Drawer *drawer, Bar *out, Piece *piece, int t, int strength, const Bar *avoid, int count,
                 float temperature, Rng *rng);

/* What bar t, as it stands, costs in nats after the bars before it, and with known_end > t + 1 given those after it. Density
 * and height are not told. to_end as in Sight. */
typedef struct {
    double form, slots, content;
} DrawerNats;
DrawerNats drawer_nats(Drawer *drawer, const Piece *piece, int t, int known_end, int to_end);
static inline double drawer_nats_sum(DrawerNats nats) {
    return nats.form + nats.slots + nats.content;
}

#endif
