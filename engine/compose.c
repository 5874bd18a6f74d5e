#include "engine/compose.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/number.h"
#include "engine/compose_private.h"

/* ---- encoding ---- */

bool compose_encode(Reader *reader, LatentSequence *out, const BarSequence *bars, atomic_bool *cancel,
                    Error *err) {
    if (!latent_sequence_resize(out, bars->count, err)) return false;
    for (int begin = 0; begin < bars->count; begin += reader->window) {
        int count = number_min(reader->window, bars->count - begin);
        if (decoding_cancelled(cancel, err)) return false;
        if (!reader_encode(reader, out->bar + begin, bars->bar + begin, count, err)) return false;
    }
    return true;
}

/* ---- decoding ---- */

/* Bars from `known` on get the lengths that those before them have in turn: 12 and 8 go on in 5/4. */
static void go_on_in_turn(BarSequence *bars, int known) {
    enum { PERIOD_MAX = 4, LOOK_BACK = 12 };
    for (int period = 1; period <= PERIOD_MAX && period <= known; period++) {
        bool holds = true;
        for (int t = known - 1; t >= period && t >= known - LOOK_BACK; t--)
            holds &= bar_steps(&bars->bar[t]) == bar_steps(&bars->bar[t - period]);
        if (!holds) continue;
        for (int t = known; t < bars->count; t++)
            bar_set_steps(&bars->bar[t], bar_steps(&bars->bar[t - period]));
        return;
    }
}

bool compose_begin_bars(BarSequence *out, int count, int steps, const BarSequence *guess, Error *err) {
    BarSequence bars = {.steps = steps};
    if (!bar_sequence_resize(&bars, count, err)) return false;
    if (guess && guess->steps == steps && guess->count > 0)
        memcpy(bars.bar, guess->bar, (size_t)number_min(count, guess->count) * sizeof *bars.bar);
    if (guess && guess->steps == steps) go_on_in_turn(&bars, number_min(count, guess->count));
    bar_sequence_deinit(out);
    *out = bars;
    return true;
}

/* One task for each window, all decoded together. uniform: (count, BAR_STEPS) or null. */
static bool decode_windows(Reader *reader, BarSequence *out, const LatentSequence *z, float temperature,
                           const float *uniform, atomic_bool *cancel, Error *err) {
    int window = reader->window, windows = (z->count + window - 1) / window;
    DecodingTask *task = calloc((size_t)windows + 1, sizeof *task);
    if (!task) return error_memory(err, "decoding");
    for (int i = 0; i < windows; i++) {
        int begin = i * window;
        task[i] = (DecodingTask){.count = number_min(window, z->count - begin),
                                 .latent = z->bar + begin,
                                 .replaced = -1,
                                 .temperature = temperature,
                                 .uniform = uniform ? uniform + (size_t)begin * BAR_STEPS : NULL,
                                 .bars = out->bar + begin};
    }
    bool decoded = decoding_run(&reader->work, task, windows, NULL, NULL, cancel, err);
    free(task);
    return decoded;
}

bool compose_decode(Reader *reader, BarSequence *out, const LatentSequence *z, int steps_per_bar,
                    const BarSequence *guess, ComposeDecoding decoding, atomic_bool *cancel, Error *err) {
    assert(steps_per_bar >= 1 && steps_per_bar <= BAR_STEPS);
    if (!compose_begin_bars(out, z->count, steps_per_bar, guess, err)) return false;
    float *uniform = NULL;
    if (decoding.temperature > 0) {
        uniform = malloc(((size_t)z->count + 1) * BAR_STEPS * sizeof *uniform);
        if (!uniform) return error_memory(err, "decoding");
        decoding_uniform(uniform, z->count, decoding.seed);
    }
    bool decoded = decode_windows(reader, out, z, decoding.temperature, uniform, cancel, err);
    free(uniform);
    if (decoded) bar_sequence_repair(out);
    return decoded;
}

static const ComposeDecoding GREEDY = {0};

bool compose_reconstruct(Reader *reader, BarSequence *out, const BarSequence *bars, atomic_bool *cancel,
                         Error *err) {
    LatentSequence z = {0};
    int octave_shift = bars->octave_shift;
    bool done = compose_encode(reader, &z, bars, cancel, err) &&
                compose_decode(reader, out, &z, bars->steps, bars, GREEDY, cancel, err);
    if (done) out->octave_shift = octave_shift;
    latent_sequence_deinit(&z);
    return done;
}
