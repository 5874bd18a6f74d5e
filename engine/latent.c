#include "engine/latent.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

void latent_sequence_deinit(LatentSequence *sequence) {
    free(sequence->bar);
    memset(sequence, 0, sizeof *sequence);
}

bool latent_sequence_resize(LatentSequence *sequence, int count, Error *err) {
    assert(count >= 0);
    if (count > sequence->count) {
        Latent *bar = realloc(sequence->bar, (size_t)count * sizeof *bar);
        if (!bar) return error_memory(err, "the latents of more bars");
        memset(bar + sequence->count, 0, (size_t)(count - sequence->count) * sizeof *bar);
        sequence->bar = bar;
    }
    sequence->count = count;
    return true;
}

bool latent_sequence_copy(LatentSequence *to, const LatentSequence *from, Error *err) {
    assert(to != from);
    if (!latent_sequence_resize(to, from->count, err)) return false;
    if (from->count > 0) memcpy(to->bar, from->bar, (size_t)from->count * sizeof *to->bar);
    return true;
}

float latent_kl(const Latent *latent, float *per_dimension) {
    double sum = 0;
    for (int i = 0; i < LATENT_SIZE; i++) {
        double mu = latent->mu[i], logvar = latent->logvar[i];
        double nats = 0.5 * (mu * mu + exp(logvar) - 1 - logvar);
        if (per_dimension) per_dimension[i] = (float)nats;
        sum += nats;
    }
    return (float)sum + interval_price(latent->interval);
}

static double dot(const float *a, const float *b) {
    double sum = 0;
    for (int i = 0; i < LATENT_SIZE; i++) sum += (double)a[i] * b[i];
    return sum;
}

/* z may be a or b: every element is read before it is written. */
void latent_blend(float *z, const float *a, const float *b, float mix) {
    double length_a = sqrt(dot(a, a)), length_b = sqrt(dot(b, b));
    double from_a = 1 - (double)mix, from_b = mix;
    /* Slerp has no answer where a direction is missing or the two are parallel or opposite: there a line it
     * is. */
    if (length_a > 1e-6 && length_b > 1e-6) {
        double cosine = dot(a, b) / (length_a * length_b);
        double angle = acos(fmin(1, fmax(-1, cosine))), sine = sin(angle);
        if (sine > 1e-4) {
            double length = (1 - mix) * length_a + mix * length_b;
            from_a = sin((1 - (double)mix) * angle) / sine * length / length_a;
            from_b = sin((double)mix * angle) / sine * length / length_b;
        }
    }
    for (int i = 0; i < LATENT_SIZE; i++) {
        double blended = from_a * a[i] + from_b * b[i];
        z[i] = mix <= 0   ? a[i]
               : mix >= 1 ? b[i]
                          : (float)blended; /* the ends exactly, whatever rounding says */
    }
}

void latent_sample(float *z, const Latent *latent, float temperature, Rng *rng) {
    for (int i = 0; i < LATENT_SIZE; i++)
        z[i] = latent->mu[i] + temperature * expf(0.5f * latent->logvar[i]) * rng_normal(rng);
}

void latent_sample_prior(float *z, float temperature, Rng *rng) {
    for (int i = 0; i < LATENT_SIZE; i++) z[i] = temperature * rng_normal(rng);
}
