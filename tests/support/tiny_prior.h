/* Tiny prior: form and content models of a few units, fitted for a moment to music that repeats itself. */
#ifndef REFRAIN_TESTS_SUPPORT_TINY_PRIOR_H
#define REFRAIN_TESTS_SUPPORT_TINY_PRIOR_H

#include "engine/learn/corpus.h"
#include "engine/nn/prior.h"

/* Melodies of 16 and 12 steps that walk up and down in C major or A minor, in quarters and eighths, repeat bars, and end long
 * on the tonic; deinit it. */
void tiny_corpus(Corpus *corpus, int melodies, uint64_t seed);
/* Fails the test when it cannot be fitted. */
Prior *tiny_prior(const Corpus *corpus, long steps, uint64_t seed);

#endif
