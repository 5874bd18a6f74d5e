/* Sample test: can drawn melodies be told from a corpus? (engine/measure/two_sample.h) */
#ifndef REFRAIN_APP_VERBS_SAMPLE_TEST_H
#define REFRAIN_APP_VERBS_SAMPLE_TEST_H

#include <stdatomic.h>

#include "engine/base/headway.h"
#include "engine/draw/drawer.h"
#include "engine/learn/corpus.h"

enum { SAMPLE_TEST_WINDOWS = 300 };

typedef struct {
    int windows;       /* of each of the three sets: SAMPLE_TEST_WINDOWS, or half of what the corpus has */
    double drawn;      /* AUC of drawn windows against windows of the corpus */
    double corpus;     /* of other windows of the corpus against them: what is there by chance */
    char most[80];     /* what tells drawn from real best by itself, in words */
    double most_alone; /* its AUC */
} SampleTest;

/* Draws whole pieces like the wish, as long as those that the prior learned from, in the wish's meter, and cuts them into windows
 * of sixteen bars. windows is 0 where the corpus has too few melodies of that meter. headway hears of the drawing, which takes most of the time. */
bool sample_test_run(SampleTest *out, Drawer *drawer, const Corpus *corpus, const PieceOutline *wish,
                     float temperature, uint64_t seed, const atomic_bool *cancel, const Headway *headway,
                     Error *err);

#endif
