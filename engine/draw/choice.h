/* Choice: one of a few classes, by scores. Pure. */
#ifndef REFRAIN_ENGINE_DRAW_CHOICE_H
#define REFRAIN_ENGINE_DRAW_CHOICE_H

#include <stdbool.h>

#include "engine/base/rng.h"

/* p[count] = softmax(scores / temperature) over the allowed classes (null: all), 0 for the others; temperature 0 = all on the
 * likeliest. At least one class is allowed. */
void choice_softmax(float *p, const float *scores, const bool *allowed, int count, float temperature);
/* Leaves out what is less likely than `share` of the likeliest. */
void choice_cut(float *p, int count, float share);
int choice_draw(const float *p, int count, Rng *rng);

#endif
