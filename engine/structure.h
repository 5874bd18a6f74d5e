/* Structure: which bars of a sequence are exact, near or transposed repeats of which earlier ones.
 *
 * Relations of a later bar q to an earlier bar p, strongest first:
 *   exact       q equals p and p holds an onset
 *   transposed  same rhythm, at least 3 onsets, all moved by one interval k, 0 < |k| <= 12
 *   near        at least two of the four slots identical and these hold at least 2 onsets
 * Everything here is integer work on tokens: no model, no floating point. */
#ifndef REFRAIN_ENGINE_STRUCTURE_H
#define REFRAIN_ENGINE_STRUCTURE_H

#include "engine/bar.h"

typedef enum {
    STRUCTURE_NONE,
    STRUCTURE_EXACT,
    STRUCTURE_NEAR,
    STRUCTURE_TRANSPOSED,
} StructureKind;

typedef struct {
    StructureKind kind;
    int interval;   /* transposed: semitones from p to q */
    unsigned slots; /* near and exact: bit b set when slot b is equal */
} StructureRelation;

/* How q depends on the earlier bar p. */
StructureRelation structure_relation(const Bar *p, const Bar *q);

/* What a bar repeats: its first exact original, else the first near, else the first transposed one. */
typedef struct {
    StructureKind kind; /* NONE: a first occurrence (or a bar without onsets) */
    int of;             /* index of the earlier bar, -1 for NONE */
    int interval;       /* transposed: semitones */
    char form
        [8]; /* "A", "B" .. "Z", "AA" ..; near copies "A'" , transposed "A+2" / "A-5"; bars without onsets "-" */
} StructureRepeat;

/* Fills out[count]; letters follow the first occurrences in order, and a related bar takes the letter of `of`. */
void structure_form(StructureRepeat *out, const Bar *bars, int count);

/* copies[t * BAR_SLOTS + b]: bit k set when slot b of bar t equals slot b of the earlier bar k and the bars are exact or
 * near copies. count <= BAR_WINDOW. */
void structure_copies(uint64_t *copies, const Bar *bars, int count);
/* What a reference should name. Of several copies of a slot, those in the bars that share most slots with bar t: a bar that
 * repeats another one whole refers to it with all its slots, even where one of them stands in a nearer bar too. The two
 * arrays may be one. */
void structure_sources(uint64_t *sources, const uint64_t *copies, int count);
/* distance[t * BAR_SLOTS + b]: bars back to the nearest source of that slot, 0 where there is none; what the encoder is
 * told and the pointer learns. count <= BAR_WINDOW. */
void structure_source_distance(uint8_t *distance, const Bar *bars, int count);

/* Structure substitution (the training signal and the transfer figures): out[count] = bars with bar t0 replaced by r and
 * every later relative of bar t0 accordingly: exact -> r; transposed by k -> r moved by k (left unchanged when that leaves
 * the pitch range); near -> the equal slots from r. kind[t]: what bar t is to t0 before the replacement
 * (STRUCTURE_NONE for unrelated bars, bars up to t0, and transposed ones left unchanged). A hold at the start of r is a
 * rest in r's place. */
void structure_substitute(Bar *out, StructureKind *kind, const Bar *bars, int count, int t0, const Bar *r);

#endif
