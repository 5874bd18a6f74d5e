/* Structure: which bars of a sequence refer to which earlier ones, and by what interval.
 *
 * Slot b of bar q is slot b of the earlier bar p moved by the interval i when all four tokens agree; slots without onsets agree
 * under every interval. Let n slots agree, with o onsets in them. Relations of q to p, strongest first:
 *   exact        not moved, n = 4, q holds an onset
 *   moved        n = 4, o >= 3, at least two different pitches among them
 *   near         not moved, 2 <= n <= 3, o >= 2
 *   near-moved   2 <= n <= 3, o >= 3, two different pitches, o >= 0.6 of the onsets of q
 * Everything here is integer work on tokens: no model, no floating point. */
#ifndef REFRAIN_ENGINE_STRUCTURE_H
#define REFRAIN_ENGINE_STRUCTURE_H

#include "engine/bar.h"
#include "engine/interval.h"

typedef enum {
    STRUCTURE_NONE,
    STRUCTURE_EXACT,
    STRUCTURE_MOVED,
    STRUCTURE_NEAR,
    STRUCTURE_NEAR_MOVED,
} StructureKind;

typedef struct {
    StructureKind kind;
    int interval;   /* interval.h; 0 unless moved or near-moved */
    unsigned slots; /* bit b set when slot b agrees; 0 for NONE */
} StructureRelation;

/* How q depends on the earlier bar p: the strongest relation, and of several intervals the first. */
StructureRelation structure_relation(const Bar *p, const Bar *q, int scale);

/* What a bar repeats: the nearest source of its reference (see Structure). */
typedef struct {
    StructureKind kind; /* NONE: a first occurrence (or a bar without onsets) */
    int of;             /* index of the earlier bar, -1 for NONE */
    int interval;
    int kin; /* a first occurrence in the rhythm of an earlier one, to another line: the first such bar; else -1 */
    bool contour; /* .. and it goes up and down where that one does */
    char form
        [24]; /* "A", "B" .. "Z", "AA" ..; near copies "A'"; moved ones "A↑1" (scale steps) or "A+2" (semitones), and
                      both "A'↑1"; bars without onsets "-" */
} StructureRepeat;

/* Fills out[count] for melodies of any length; letters follow the first occurrences in order, and a related bar takes the
 * letter of the first bar that it is strongest related to. */
void structure_form(StructureRepeat *out, const Bar *bars, int count, int scale);
/* Writes the form of a bar whose kind, of and interval are set, bar after bar: of is the repeat of the bar that it names (null for
 * NONE), letters how many are given away so far. sounds: has it an onset? */
void structure_name(StructureRepeat *repeat, bool sounds, const StructureRepeat *of, int *letters);

/* The references of a window. A bar has one interval, that of its strongest relation to any earlier bar: by kind, then most
 * slots, then not moved and scale steps before semitones, then most onsets, then the first interval.
 *   not moved: the sources of a slot are, of the bars exactly or nearly equal that hold it, those that share most slots with
 *              the bar: two slots may name two bars
 *   moved:     k* is the nearest of the bars that share most slots at this interval; the sources are the bars that share just
 *              the same slots: a moved bar names one bar with all its slots */
typedef struct {
    int count, scale;
    StructureKind kind[BAR_WINDOW];         /* of the strongest relation */
    uint8_t interval[BAR_WINDOW];           /* the latent's symbol */
    uint64_t source[BAR_WINDOW][BAR_SLOTS]; /* bit k: bar k is a source of this slot */
    uint8_t distance[BAR_WINDOW]
                    [BAR_SLOTS]; /* bars back to the nearest source, 0 = none; the encoder is told of it */
} Structure;

/* count <= BAR_WINDOW. Some 0.1 ms for 32 bars. */
void structure_read(Structure *out, const Bar *bars, int count, int scale);
/* Do later bars name bar t as the nearest source of a slot? moved_only: by an interval that is not 0. */
bool structure_is_named(const Structure *structure, int t, bool moved_only);
/* Is slot b of bar t slot b of bar k moved by the interval? */
bool structure_slot_agrees(const Bar *t, const Bar *k, int slot, int interval, int scale);

/* Structure substitution (the training signal, the figures of transfer, what the screen promises): out = bars with bar t0
 * replaced by r, then every slot whose nearest source has changed takes that source's slot moved by the bar's interval; so
 * copies of copies follow too. A bar that would leave the alphabet stays whole as it was and is marked in left[] (may be
 * null). A hold at the start of r is a rest in r's place. out may not be bars. */
void structure_propagate(Bar *out, bool *left, const Structure *structure, const Bar *bars, int t0,
                         const Bar *r);

#endif
