#include "tests/support/slow_decoding.h"

#include <math.h>
#include <string.h>

/* What the last bar's slot copies when it is moved: of the bar that the pointer of a first pass names. It goes where the last
 * bar's own tokens are, which nothing else looks at. */
static void write_moved(Bar *bars, const Acts *acts, const Latent *latent, int count) {
    for (int b = 0; b < BAR_SLOTS; b++) {
        const float *pointer = acts_pointer(acts) + (((long)count - 1) * BAR_SLOTS + b) * acts_bars(acts);
        int k = 0;
        for (int i = 1; i < count - 1; i++)
            if (pointer[i] > pointer[k]) k = i;
        for (int s = b * BAR_SLOT_STEPS; s < (b + 1) * BAR_SLOT_STEPS; s++)
            bars[count - 1].token[s] =
                (uint8_t)interval_move_within(latent->scale, latent->interval, bars[k].token[s]);
    }
}

void slow_decoding_logits(float *logits, const Model *model, const Bar *bars, const Latent *latent,
                          int count) {
    Acts *acts = acts_new(model_config(model), count, count, false, NULL);
    int first[] = {0, count};
    Bar seen[BAR_WINDOW];
    float z[BAR_WINDOW * LATENT_SIZE];
    uint8_t moved[BAR_WINDOW * BAR_SLOTS] = {0};
    memcpy(seen, bars, (size_t)count * sizeof *bars);
    for (int t = 0; t < count; t++) memcpy(z + t * LATENT_SIZE, latent[t].z, sizeof latent[t].z);
    ModelBatch batch = {.B = 1, .first = first, .tokens = seen->token};
    model_read(model, acts, &batch);
    model_decode(model, acts, &batch, z);
    if (latent[count - 1].interval && count > 1) {
        write_moved(seen, acts, &latent[count - 1], count);
        memset(moved + (count - 1) * BAR_SLOTS, 1, BAR_SLOTS);
        batch.moved = moved;
        model_read(model, acts, &batch);
        model_decode(model, acts, &batch, z);
    }
    memcpy(logits, acts_logits(acts) + (size_t)(count - 1) * BAR_STEPS * BAR_TOKENS,
           BAR_STEPS * BAR_TOKENS * sizeof *logits);
    acts_free(acts);
}

static int choose(const float *logits, int step, int steps, float temperature, float u) {
    double weight[BAR_TOKENS], total = 0;
    if (step >= steps) return BAR_PAD;
    int best = BAR_REST;
    for (int v = 0; v < BAR_TOKENS; v++) {
        if (!bar_allows(v, step, steps)) continue;
        if (logits[v] > logits[best]) best = v;
        total += weight[v] = exp((double)logits[v] / (temperature > 0 ? temperature : 1));
    }
    if (temperature <= 0) return best;
    double sum = 0;
    for (int v = 0; v < BAR_TOKENS; v++) {
        if (!bar_allows(v, step, steps)) continue;
        sum += weight[v] / total;
        if (u < sum) return v;
    }
    return best;
}

void slow_decoding(Bar *out, const Model *model, const Latent *latent, int count, int steps,
                   float temperature, const float *uniform) {
    float logits[BAR_STEPS * BAR_TOKENS];
    memset(out, 0, (size_t)count * sizeof *out);
    for (int t = 0; t < count; t++) {
        slow_decoding_logits(logits, model, out, latent, t + 1);
        for (int s = 0; s < BAR_STEPS; s++)
            out[t].token[s] = (uint8_t)choose(logits + s * BAR_TOKENS, s, steps, temperature,
                                              uniform ? uniform[t * BAR_STEPS + s] : 0);
    }
}
