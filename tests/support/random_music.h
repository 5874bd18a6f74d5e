/* Random music for tests: the same notes for the same seed, everywhere. */
#ifndef REFRAIN_TESTS_SUPPORT_RANDOM_MUSIC_H
#define REFRAIN_TESTS_SUPPORT_RANDOM_MUSIC_H

#include "engine/bar.h"
#include "engine/base/rng.h"

/* One voice on the grid of sixteenths in 4/4, pitches 48..84, `bars` bars long with rests; deinit it. */
void random_track(Track *out, Rng *rng, int bars);
/* Valid bars of 16 or 12 steps; about `repeat` of them (0..1) copy an earlier bar. deinit it. */
void random_bars(BarSequence *out, Rng *rng, int count, int steps, double repeat);

#endif
