#include "engine/draw/choice.h"

#include <math.h>

static void scale(float *p, int count, double sum) {
    for (int i = 0; i < count; i++) p[i] = (float)((double)p[i] / sum);
}

void choice_softmax(float *p, const float *scores, const bool *allowed, int count, float temperature) {
    int best = -1;
    double sum = 0;
    for (int i = 0; i < count; i++)
        if ((!allowed || allowed[i]) && (best < 0 || scores[i] > scores[best])) best = i;
    for (int i = 0; i < count; i++) {
        p[i] = allowed && !allowed[i] ? 0
               : temperature > 0      ? expf((scores[i] - scores[best]) / temperature)
                                      : (float)(i == best);
        sum += (double)p[i];
    }
    scale(p, count, sum);
}

void choice_cut(float *p, int count, float share) {
    float most = 0;
    double sum = 0;
    for (int i = 0; i < count; i++) most = p[i] > most ? p[i] : most;
    for (int i = 0; i < count; i++) {
        if (p[i] < share * most) p[i] = 0;
        sum += (double)p[i];
    }
    scale(p, count, sum);
}

int choice_draw(const float *p, int count, Rng *rng) {
    double left = rng_uniform(rng);
    int last = 0;
    for (int i = 0; i < count; i++) {
        if (p[i] <= 0) continue;
        last = i;
        if ((left -= (double)p[i]) < 0) break;
    }
    return last;
}
