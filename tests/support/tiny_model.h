/* Tiny model: refrain's architecture at a size that tests can afford, with reproducible random parameters. */
#ifndef REFRAIN_TESTS_SUPPORT_TINY_MODEL_H
#define REFRAIN_TESTS_SUPPORT_TINY_MODEL_H

#include "engine/nn/model.h"

/* 32 channels, 2 layers, 2 heads; fails the test when it cannot be made. bars: the longest sequence it takes. */
Model *tiny_model(int bars, unsigned seed);

#endif
