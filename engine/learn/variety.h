/* Variety: bars that no melody of the corpus has, in the form of one that it has; what teaches a model every rhythm, register,
 * meter and triplets.
 *
 * Each takes a passage (bars of one melody, one after another) and changes it in place; equal bars stay equal, and slots that a
 * bar shares with an earlier one stay shared where the new bars allow it. Pure functions of the passage and the random
 * numbers. */
#ifndef REFRAIN_ENGINE_LEARN_VARIETY_H
#define REFRAIN_ENGINE_LEARN_VARIETY_H

#include "engine/learn/corpus.h"

/* Replaces distinct bars (all of them, or in one passage of three about half) by others: any density on or off the beat, or the
 * rhythm of one of `rhythms` (count of them, as many as there are) shifted by sixteenths; lines that walk, leap, break chords,
 * repeat, jump by octaves or run; around a pitch of the passage's own, anywhere. At most BAR_WINDOW bars. */
void variety_bars(Bar *bars, int count, const Bar *rhythms, int rhythm_count, Rng *rng);
/* Another meter: every bar is cut to the length that a drawn pattern has for it (8, 14, 12 + 8, 12 + 6 steps ..), or the
 * passage is barred anew; or single bars are cut short. Returns how many bars there are then, at most count. */
int variety_meter(Bar *bars, int count, Rng *rng);
/* Makes triplets of some beats: pairs of eighths swing, others get three notes of their own. */
void variety_triplets(Bar *bars, int count, Rng *rng);

/* For measuring: every melody of the corpus again, barred anew in one of the meters in turn, beginning with the seed's; some
 * keep their meter and get triplets. */
void variety_corpus(Corpus *corpus, uint64_t seed);

#endif
