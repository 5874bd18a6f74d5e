/* Tiny reader: a tiny model at work, with random numbers of its own: the fixture of whoever tests composing. */
#ifndef REFRAIN_TESTS_SUPPORT_TINY_READER_H
#define REFRAIN_TESTS_SUPPORT_TINY_READER_H

#include "engine/base/rng.h"
#include "engine/learn/corpus.h"
#include "engine/reader.h"

typedef struct {
    Model *model;
    Reader *reader;
    Rng rng;
    Error err;
} TinyReader;

/* A model that sees `bars` bars at once (tiny_model.h), with a prior where corpus is not null. Fails the test without memory. */
TinyReader *tiny_reader_new(int bars, unsigned seed, const Corpus *corpus);
int tiny_reader_tear_down(void **state); /* a cmocka fixture */
/* Valid bars, two of five of them earlier ones; deinit it. */
BarSequence tiny_reader_piece(TinyReader *tiny, int count, int steps);

#endif
