/* Half: IEEE 754 binary16 ("F16" in safetensors) to and from float, for numbers that are stored but not computed with. */
#ifndef REFRAIN_ENGINE_NN_HALF_H
#define REFRAIN_ENGINE_NN_HALF_H

#include <stdint.h>

/* The nearest half, ties to even. What is too large becomes infinity, NaN stays one. */
uint16_t half_of_float(float value);
float half_to_float(uint16_t half); /* exact */

#endif
