#include "engine/nn/half.h"

#include <math.h>
#include <string.h>

/* binary16: 1 sign, 5 exponent (bias 15), 10 fraction; value = fraction * 2^(exponent - 25), with the hidden bit 2^10. */
enum { FRACTION_BITS = 10, EXPONENT_MAX = 31, BIAS = 25 };

uint16_t half_of_float(float value) {
    const uint16_t sign = signbit(value) ? 0x8000 : 0;
    if (isnan(value)) return sign | 0x7e00;
    const float size = fabsf(value);
    if (size >= 65520.0f)
        return sign | EXPONENT_MAX << FRACTION_BITS; /* half a step above the largest half */
    if (size == 0) return sign;
    int exponent;
    frexpf(size, &exponent);
    /* Below 2^-14 halves are as far apart as there. */
    int step = exponent - FRACTION_BITS - 1;
    if (step < 1 - BIAS) step = 1 - BIAS;
    /* Steps are counted in the default rounding: to the nearest, ties to even. A count that reaches 2^11 carries into the
     * exponent by itself. */
    const uint16_t count = (uint16_t)lrintf(ldexpf(size, -step));
    return (uint16_t)(sign | (((step + BIAS - 1) << FRACTION_BITS) + count));
}

float half_to_float(uint16_t half) {
    const int exponent = half >> FRACTION_BITS & EXPONENT_MAX, fraction = half & ((1 << FRACTION_BITS) - 1);
    float size = exponent == 0 ? ldexpf((float)fraction, 1 - BIAS)
                               : ldexpf((float)(fraction | 1 << FRACTION_BITS), exponent - BIAS);
    if (exponent == EXPONENT_MAX) size = fraction ? NAN : INFINITY;
    return half & 0x8000 ? -size : size;
}
