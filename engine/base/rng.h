/* Rng: small seeded random numbers, the same on every machine (xoshiro256**, Blackman and Vigna 2018, seeded by
 * splitmix64). The whole state is the struct, so copying or storing it resumes the stream exactly. */
#ifndef REFRAIN_ENGINE_BASE_RNG_H
#define REFRAIN_ENGINE_BASE_RNG_H

#include <stdint.h>

typedef struct {
    uint64_t state[4];
} Rng;

void rng_seed(Rng *rng, uint64_t seed);
uint64_t rng_next(Rng *rng);
double rng_uniform(Rng *rng);       /* in [0, 1) */
int rng_below(Rng *rng, int limit); /* in 0 .. limit - 1, unbiased; limit >= 1 */
float rng_normal(Rng *rng);         /* standard normal, Box-Muller, nothing cached between calls */

#endif
