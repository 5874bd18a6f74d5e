#include "tests/support/random_music.h"

#include "tests/support/check.h"
#include "tests/support/notes.h"

void random_track(Track *out, Rng *rng, int bars) {
    Error err;
    *out = (Track){0};
    int step = 0, end = bars * BAR_STEPS;
    while (step < end) {
        int length = 1 + rng_below(rng, 6);
        if (step + length > end) length = end - step;
        Note note = {
            .start = step * NOTES_STEP,
            .length = length * NOTES_STEP,
            .pitch = (uint8_t)(48 + rng_below(rng, 37)),
            .velocity = (uint8_t)(40 + rng_below(rng, 80)),
        };
        bool rest = rng_below(rng, 5) == 0;
        if (!rest) check_ok(track_insert(out, note, &err) >= 0, &err);
        step += length;
    }
}

static void fill_bar(Bar *bar, Rng *rng, int steps) {
    for (int s = 0; s < steps; s++) {
        int kind = rng_below(rng, 4);
        if (kind == 0)
            bar->token[s] = (uint8_t)(BAR_ONSET + 12 + rng_below(rng, 36));
        else
            bar->token[s] = kind == 3 ? BAR_REST : BAR_HOLD;
    }
}

void random_bars(BarSequence *out, Rng *rng, int count, int steps, double repeat) {
    Error err;
    *out = (BarSequence){.steps = steps};
    check_ok(bar_sequence_resize(out, count, &err), &err);
    for (int t = 0; t < count; t++) {
        if (t > 0 && rng_uniform(rng) < repeat)
            out->bar[t] = out->bar[rng_below(rng, t)];
        else
            fill_bar(&out->bar[t], rng, steps);
    }
    bar_sequence_repair(out);
}
