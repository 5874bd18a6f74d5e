#include "tests/support/slow_decoding.h"

#include <math.h>
#include <string.h>

void slow_decoding_logits(float *logits, const Model *model, const Bar *bars, const float *z, int count) {
    Acts *acts = acts_new(model_config(model), count, count, false, NULL);
    int first[] = {0, count};
    ModelBatch batch = {.B = 1, .first = first, .tokens = bars->token};
    model_read(model, acts, &batch);
    model_decode(model, acts, &batch, z);
    memcpy(logits, acts_logits(acts) + (size_t)(count - 1) * BAR_STEPS * BAR_TOKENS,
           BAR_STEPS * BAR_TOKENS * sizeof *logits);
    acts_free(acts);
}

static int choose(const float *logits, int step, int steps, float temperature, float u) {
    double weight[BAR_TOKENS], total = 0;
    if (step >= steps) return BAR_PAD;
    int best = BAR_REST;
    for (int v = 0; v < BAR_TOKENS; v++) {
        if (v == BAR_PAD) continue;
        if (logits[v] > logits[best]) best = v;
        total += weight[v] = exp((double)logits[v] / (temperature > 0 ? temperature : 1));
    }
    if (temperature <= 0) return best;
    double sum = 0;
    for (int v = 0; v < BAR_TOKENS; v++) {
        if (v == BAR_PAD) continue;
        sum += weight[v] / total;
        if (u < sum) return v;
    }
    return best;
}

void slow_decoding(Bar *out, const Model *model, const float *z, int count, int steps, float temperature,
                   const float *uniform) {
    float logits[BAR_STEPS * BAR_TOKENS];
    memset(out, 0, (size_t)count * sizeof *out);
    for (int t = 0; t < count; t++) {
        slow_decoding_logits(logits, model, out, z, t + 1);
        for (int s = 0; s < BAR_STEPS; s++)
            out[t].token[s] = (uint8_t)choose(logits + s * BAR_TOKENS, s, steps, temperature,
                                              uniform ? uniform[t * BAR_STEPS + s] : 0);
    }
}
