#include "engine/base/rng.h"

#include <assert.h>
#include <math.h>

static uint64_t splitmix64(uint64_t *state) {
    uint64_t x = *state += 0x9E3779B97F4A7C15u;
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
    return x ^ (x >> 31);
}

static uint64_t rotate_left(uint64_t x, int by) {
    return (x << by) | (x >> (64 - by));
}

void rng_seed(Rng *rng, uint64_t seed) {
    for (int i = 0; i < 4; i++) rng->state[i] = splitmix64(&seed);
}

uint64_t rng_next(Rng *rng) {
    uint64_t *s = rng->state;
    uint64_t result = rotate_left(s[1] * 5, 7) * 9;
    uint64_t shifted = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= shifted;
    s[3] = rotate_left(s[3], 45);
    return result;
}

double rng_uniform(Rng *rng) {
    return (double)(rng_next(rng) >> 11) * 0x1p-53;
}

int rng_below(Rng *rng, int limit) {
    assert(limit >= 1);
    uint64_t range = (uint64_t)limit;
    /* The lowest (2^64 mod range) values would make small results a little likelier: draw again. */
    uint64_t biased = (0 - range) % range;
    uint64_t x;
    do x = rng_next(rng);
    while (x < biased);
    return (int)(x % range);
}

float rng_normal(Rng *rng) {
    double radius =
        sqrt(-2 * log(1 - rng_uniform(rng))); /* 1 - u lies in (0, 1], so the logarithm is finite */
    return (float)(radius * cos(6.283185307179586 * rng_uniform(rng)));
}
