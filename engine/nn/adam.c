#include "engine/nn/adam.h"

#include <math.h>

static const float BETA1 = 0.9f, BETA2 = 0.98f, EPSILON = 1e-8f;

void adam_update(float *p, float *m, float *v, const float *g, float g_scale, float rate, long step,
                 long count) {
    const float first = 1.0f / (1.0f - powf(BETA1, (float)step)),
                second = 1.0f / (1.0f - powf(BETA2, (float)step));
    for (long i = 0; i < count; i++) {
        const float x = g[i] * g_scale;
        m[i] = BETA1 * m[i] + (1 - BETA1) * x;
        v[i] = BETA2 * v[i] + (1 - BETA2) * x * x;
        p[i] -= rate * (m[i] * first) / (sqrtf(v[i] * second) + EPSILON);
    }
}

float adam_schedule(long step, long warmup, long steps, float floor) {
    const double warm = warmup > 0 && step < warmup ? (double)(step + 1) / (double)warmup : 1.0;
    const double done = steps > 0 && step < steps ? (double)step / (double)steps : 1.0;
    return (float)(warm *
                   ((double)floor + (1 - (double)floor) * 0.5 * (1 + cos(3.14159265358979323846 * done))));
}
