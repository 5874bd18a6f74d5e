/* Names: what a person calls a note length. */
#ifndef REFRAIN_UI_NAMES_H
#define REFRAIN_UI_NAMES_H

#include <stddef.h>
#include <stdint.h>

/* "1/4", "1/8." (dotted), "1/8t" (of a triplet), else sixteenths: "5/16"; division = ticks a quarter. */
void names_length(int32_t ticks, int division, char *out, size_t size);

#endif
