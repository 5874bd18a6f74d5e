/* Latent: what the model stores of one bar: a Gaussian posterior, the point taken from it, and one symbol, the interval by which
 * the bar's references are moved. The symbol is found by the analysis of structure, not learned; it is stored, swapped and
 * shown with the numbers. The scale that it is counted in belongs to the melody that gives the structure. */
#ifndef REFRAIN_ENGINE_LATENT_H
#define REFRAIN_ENGINE_LATENT_H

#include "engine/base/error.h"
#include "engine/base/rng.h"
#include "engine/interval.h"

enum { LATENT_SIZE = 64 };

typedef struct {
    float mu[LATENT_SIZE];
    float logvar[LATENT_SIZE]; /* natural log of the variance, -10..4 */
    float z[LATENT_SIZE];      /* the point that is decoded; mu unless sampled or mixed */
    uint8_t interval;          /* interval.h */
    uint8_t scale; /* pitch class of the major tonic; a bar in another melody's place takes that one's */
} Latent;

typedef struct {
    Latent *bar; /* one per bar, owned */
    int count;
} LatentSequence;

void latent_sequence_deinit(LatentSequence *sequence);
bool latent_sequence_resize(LatentSequence *sequence, int count, Error *err);
bool latent_sequence_copy(LatentSequence *to, const LatentSequence *from, Error *err);

/* KL(N(mu, sigma^2) || N(0, 1)) and the symbol's price in nats; per_dimension (LATENT_SIZE, may be null) gets the terms of the
 * former. */
float latent_kl(const Latent *latent, float *per_dimension);
/* z[LATENT_SIZE] between a and b: spherical interpolation of direction, linear of length; mix 0 = a, 1 = b. */
void latent_blend(float *z, const float *a, const float *b, float mix);
/* z = mu + temperature * sigma * noise */
void latent_sample(float *z, const Latent *latent, float temperature, Rng *rng);
/* z = temperature * noise: from the prior */
void latent_sample_prior(float *z, float temperature, Rng *rng);

#endif
