#include "tests/support/onsets.h"

#include <math.h>

enum { HOP = 64 };

double onsets_energy(const Sound *sound, int frame, int frames) {
    double sum = 1e-9;
    for (int i = frame < 0 ? 0 : frame; i < frame + frames && i < sound->frames; i++)
        sum += (double)sound->sample[i] * sound->sample[i];
    return sum;
}

int onsets_find(const Sound *sound, int64_t *onset_us, int limit) {
    int window = sound->rate / 200, rest = sound->rate / 20, count = 0;
    double loudest = 1e-4;
    for (int frame = 0; frame < sound->frames; frame += HOP)
        loudest = fmax(loudest, onsets_energy(sound, frame, window));
    for (int frame = 0; frame < sound->frames && count < limit; frame += HOP) {
        double after = onsets_energy(sound, frame, window),
               before = onsets_energy(sound, frame - window, window);
        if (after < 10 * before || after < 0.1 * loudest) continue;
        onset_us[count++] = (int64_t)frame * 1000000 / sound->rate;
        frame += rest;
    }
    return count;
}
