/* Latent: what the model stores of one bar: a Gaussian posterior and the point taken from it. */
#ifndef REFRAIN_ENGINE_LATENT_H
#define REFRAIN_ENGINE_LATENT_H

#include "engine/base/error.h"
#include "engine/base/rng.h"

enum { LATENT_SIZE = 64 };

typedef struct {
    float mu[LATENT_SIZE];
    float logvar[LATENT_SIZE]; /* natural log of the variance, -10..4 */
    float z[LATENT_SIZE];      /* the point that is decoded; mu unless sampled or mixed */
} Latent;

typedef struct {
    Latent *bar; /* one per bar, owned */
    int count;
} LatentSequence;

void latent_sequence_deinit(LatentSequence *sequence);
bool latent_sequence_resize(LatentSequence *sequence, int count, Error *err);
bool latent_sequence_copy(LatentSequence *to, const LatentSequence *from, Error *err);

/* KL(N(mu, sigma^2) || N(0, 1)) in nats; per_dimension (LATENT_SIZE, may be null) gets the terms. */
float latent_kl(const Latent *latent, float *per_dimension);
/* z[LATENT_SIZE] between a and b: spherical interpolation of direction, linear of length; mix 0 = a, 1 = b. */
void latent_blend(float *z, const float *a, const float *b, float mix);
/* z = mu + temperature * sigma * noise */
void latent_sample(float *z, const Latent *latent, float temperature, Rng *rng);
/* z = temperature * noise: from the prior */
void latent_sample_prior(float *z, float temperature, Rng *rng);

#endif
