/* Onsets: where notes begin in recorded sound, found by ear of the simplest kind. */
#ifndef REFRAIN_TESTS_SUPPORT_ONSETS_H
#define REFRAIN_TESTS_SUPPORT_ONSETS_H

#include <stdint.h>

/* One channel of sound. */
typedef struct {
    float *sample; /* owned by whoever made it */
    int frames, rate;
} Sound;

double onsets_energy(const Sound *sound, int frame, int frames); /* outside of the sound there is silence */
/* Writes at most `limit` onsets in microseconds and returns how many: where the next 5 ms have ten times the energy of the
 * 5 ms before, and a tenth of the loudest 5 ms. Notes closer than 50 ms are one. */
int onsets_find(const Sound *sound, int64_t *onset_us, int limit);

#endif
