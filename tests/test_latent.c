/* Latent: cost, mixing and sampling. */
#include "tests/support/check.h"

#include <math.h>

#include "engine/latent.h"

static void random_vector(float *z, Rng *rng, float scale) {
    for (int i = 0; i < LATENT_SIZE; i++) z[i] = scale * rng_normal(rng);
}

static float distance(const float *a, const float *b) {
    float sum = 0;
    for (int i = 0; i < LATENT_SIZE; i++) sum += (a[i] - b[i]) * (a[i] - b[i]);
    return sqrtf(sum);
}

static float length(const float *z) {
    static const float zero[LATENT_SIZE];
    return distance(z, zero);
}

static float cosine(const float *a, const float *b) {
    float sum = 0;
    for (int i = 0; i < LATENT_SIZE; i++) sum += a[i] * b[i];
    return sum / (length(a) * length(b));
}

static void sequences_grow_with_zeros_and_copy(void **state) {
    (void)state;
    LatentSequence a = {0}, b = {0};
    Error err;
    check_ok(latent_sequence_resize(&a, 3, &err), &err);
    a.bar[2].z[5] = 7;
    check_ok(latent_sequence_copy(&b, &a, &err), &err);
    check_ok(latent_sequence_resize(&a, 2, &err), &err);
    check_ok(latent_sequence_resize(&a, 5, &err), &err);
    assert_true(a.bar[2].z[5] == 0);
    assert_int_equal(b.count, 3);
    assert_true(b.bar[2].z[5] == 7);
    latent_sequence_deinit(&a);
    latent_sequence_deinit(&b);
    latent_sequence_deinit(&b);
}

static void the_prior_costs_nothing(void **state) {
    (void)state;
    Latent latent = {.mu = {0}};
    const float price = interval_price(INTERVAL_NONE); /* of the symbol, as good as nothing */
    assert_true(price < 0.06f);
    assert_true(fabsf(latent_kl(&latent, NULL) - price) < 1e-6f);
    latent.mu[3] = 2; /* a shifted unit normal costs mu^2 / 2 */
    float nats[LATENT_SIZE];
    assert_true(fabsf(latent_kl(&latent, nats) - price - 2) < 1e-6f);
    assert_true(fabsf(nats[3] - 2) < 1e-6f && nats[4] == 0);
    latent.interval = (uint8_t)interval_of_scale_steps(1);
    assert_true(fabsf(latent_kl(&latent, NULL) - 2 - interval_price(latent.interval)) < 1e-5f);
}

/* KL = E_q[log q(x) - log p(x)], here estimated by sampling. */
static void cost_is_the_divergence_that_sampling_finds(void **state) {
    (void)state;
    Rng rng;
    rng_seed(&rng, 41);
    Latent latent = {.interval = INTERVAL_NONE};
    for (int i = 0; i < LATENT_SIZE; i++) {
        latent.mu[i] = 0.5f * rng_normal(&rng);
        latent.logvar[i] = rng_normal(&rng) - 1;
    }
    double sum = 0;
    int samples = 20000;
    for (int n = 0; n < samples; n++) {
        float z[LATENT_SIZE];
        latent_sample(z, &latent, 1, &rng);
        for (int i = 0; i < LATENT_SIZE; i++) {
            double d = z[i] - latent.mu[i];
            sum += 0.5 * (z[i] * z[i] - d * d / exp(latent.logvar[i]) - latent.logvar[i]);
        }
    }
    float kl = latent_kl(&latent, NULL);
    assert_true(fabs(sum / samples - kl) < 0.02 * kl);
}

static void the_ends_of_a_mix_are_exact(void **state) {
    (void)state;
    Rng rng;
    rng_seed(&rng, 42);
    float a[LATENT_SIZE], b[LATENT_SIZE], z[LATENT_SIZE];
    random_vector(a, &rng, 1);
    random_vector(b, &rng, 3);
    latent_blend(z, a, b, 0);
    assert_memory_equal(z, a, sizeof z);
    latent_blend(z, a, b, 1);
    assert_memory_equal(z, b, sizeof z);
    latent_blend(z, a, a, 0.3f);
    assert_true(distance(z, a) < 1e-5f * length(a));
}

/* Lengths go linearly, angles evenly. */
static void a_mix_turns_evenly(void **state) {
    (void)state;
    Rng rng;
    rng_seed(&rng, 43);
    for (int round = 0; round < 50; round++) {
        float a[LATENT_SIZE], b[LATENT_SIZE], z[LATENT_SIZE], mix = (float)rng_uniform(&rng);
        random_vector(a, &rng, 1);
        random_vector(b, &rng, 2);
        latent_blend(z, a, b, mix);
        float expected = (1 - mix) * length(a) + mix * length(b);
        assert_true(fabsf(length(z) - expected) < 1e-4f * expected);
        float angle = acosf(cosine(a, b));
        assert_true(fabsf(cosine(a, z) - cosf(mix * angle)) < 1e-3f);
        assert_true(fabsf(cosine(b, z) - cosf((1 - mix) * angle)) < 1e-3f);
    }
}

static void a_mix_without_directions_is_a_line(void **state) {
    (void)state;
    float zero[LATENT_SIZE] = {0}, a[LATENT_SIZE] = {0}, opposite[LATENT_SIZE] = {0}, z[LATENT_SIZE];
    a[1] = 4;
    opposite[1] = -4;
    latent_blend(z, zero, a, 0.25f);
    assert_true(fabsf(z[1] - 1) < 1e-6f);
    latent_blend(z, a, opposite, 0.25f);
    assert_true(fabsf(z[1] - 2) < 1e-6f);
    latent_blend(z, zero, zero, 0.5f);
    assert_true(length(z) == 0);
}

static void samples_are_seeded_and_spread_by_temperature(void **state) {
    (void)state;
    Latent latent = {.mu = {1}};
    for (int i = 0; i < LATENT_SIZE; i++) latent.logvar[i] = 2 * logf(0.5f);
    Rng a, b;
    rng_seed(&a, 44);
    rng_seed(&b, 44);
    float x[LATENT_SIZE], y[LATENT_SIZE];
    latent_sample(x, &latent, 0, &a);
    assert_memory_equal(x, latent.mu, sizeof x);
    rng_seed(&a, 44);
    latent_sample(x, &latent, 1, &a);
    latent_sample(y, &latent, 1, &b);
    assert_memory_equal(x, y, sizeof x);
    double square = 0;
    for (int n = 0; n < 2000; n++) {
        latent_sample(x, &latent, 2, &a);
        for (int i = 0; i < LATENT_SIZE; i++) square += pow(x[i] - latent.mu[i], 2);
    }
    assert_true(fabs(square / (2000.0 * LATENT_SIZE) - 1) < 0.02); /* (2 * 0.5)^2 */
    square = 0;
    for (int n = 0; n < 2000; n++) {
        latent_sample_prior(x, 3, &a);
        for (int i = 0; i < LATENT_SIZE; i++) square += (double)x[i] * x[i];
    }
    assert_true(fabs(square / (2000.0 * LATENT_SIZE) - 9) < 0.2);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sequences_grow_with_zeros_and_copy),
        cmocka_unit_test(the_prior_costs_nothing),
        cmocka_unit_test(cost_is_the_divergence_that_sampling_finds),
        cmocka_unit_test(the_ends_of_a_mix_are_exact),
        cmocka_unit_test(a_mix_turns_evenly),
        cmocka_unit_test(a_mix_without_directions_is_a_line),
        cmocka_unit_test(samples_are_seeded_and_spread_by_temperature),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
