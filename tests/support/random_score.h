/* Random scores as notation has them: one to three voices with chords, ties, triplets and rests, changes of meter, key and tempo, a
 * pickup, syllables. The same for the same seed, everywhere. */
#ifndef REFRAIN_TESTS_SUPPORT_RANDOM_SCORE_H
#define REFRAIN_TESTS_SUPPORT_RANDOM_SCORE_H

#include "engine/base/rng.h"
#include "engine/music/score.h"

void random_score(Score *out, Rng *rng); /* deinit it; its first track is the voice */

/* Where the notes of two scores differ, in words; null where they are the same: starts and lengths to a tick of the coarser division,
 * pitches, by tracks that have notes. Valid until the next call. */
const char *random_score_difference(const Score *a, const Score *b);

#endif
