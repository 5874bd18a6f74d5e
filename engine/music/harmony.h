/* Harmony: the chord row of a score: which chord holds from where.
 *
 * A file tells chords by texts among its events (FF 01, FF 06 or FF 07, as notation programs and ABC's "Am" write them): where at least
 * half of a chunk's texts, and two or more (one in a chunk called "Chords"), are chord symbols, they are the row. Else it is guessed, a chord for each half bar, from the
 * tracks that are neither voices nor drums: the chord whose notes sound most there, the bass counting double, kept from the half bar before
 * where it fits nearly as well. Where no accompaniment sounds nothing is guessed.
 *
 * Made from a score and good as long as its notes are; a zeroed Harmony is empty. One thread. */
#ifndef REFRAIN_ENGINE_MUSIC_HARMONY_H
#define REFRAIN_ENGINE_MUSIC_HARMONY_H

#include "engine/music/chord.h"
#include "engine/music/score.h"

enum { HARMONY_CHANNEL = 15, HARMONY_VELOCITY = 44, HARMONY_BASS = 36, HARMONY_CHORD = 55 };

typedef struct {
    int32_t tick; /* from here on */
    Chord chord;  /* not known = none */
} HarmonyMark;

typedef struct {
    HarmonyMark *mark; /* by tick, each another chord than the one before; owned */
    int count;
    bool told; /* by the file; else guessed */
} Harmony;

/* out is deinited first. O(notes + half bars). */
bool harmony_of_score(Harmony *out, const Score *score, Error *err);
/* What the file tells, or nothing. */
bool harmony_told(Harmony *out, const Score *score, Error *err);
bool harmony_equal(
    const Score *a,
    const Score *b); /* do their files tell the same? Costs little where they share their chunks */
void harmony_deinit(Harmony *harmony);
Chord harmony_at(const Harmony *harmony, int32_t tick);
int32_t harmony_next(const Harmony *harmony,
                     int32_t tick); /* where the next mark stands, TRACK_TICKS_MAX = nowhere */
/* The half bar that a tick lies in, or the bar where its beats cannot be halved. */
void harmony_half(const Timeline *timeline, int32_t tick, int32_t *from, int32_t *to);
/* What is played softly of it until `end`: the bass and the chord above it, struck at each mark and bar line. A counted track with one
 * reference, on channel HARMONY_CHANNEL; null with a sentence. */
Track *harmony_track(const Harmony *harmony, const Timeline *timeline, int32_t end, Error *err);
/* From `from` to `to` this chord holds, or none; the rest of the row stays, and a guessed one is told from now on. The texts go into the
 * chunk that tells the chords, else into one called "Chords", and so into the file. On failure the score is as it was. */
bool harmony_set(Score *score, int32_t from, int32_t to, Chord chord, Key key, Error *err);

#endif
