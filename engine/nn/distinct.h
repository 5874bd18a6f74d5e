/* Distinct: which rows of a list of byte strings are equal, so that work on them is done once for each that differs.
 *
 * Melodies repeat themselves: of the slots of a training batch about one in ten is the first of its kind. Belongs to one
 * thread. */
#ifndef REFRAIN_ENGINE_NN_DISTINCT_H
#define REFRAIN_ENGINE_NN_DISTINCT_H

#include <stdint.h>

#include "engine/base/error.h"

typedef struct {
    int count;  /* distinct rows of the last list, numbered in the order in which they first occur */
    int *of;    /* (rows) the distinct row that each row is */
    int *first; /* (count) where each occurs first, ascending */
    int *times; /* (count) see distinct_tally */
    int *table; /* hash table of distinct rows */
    int *block; /* owned; the others point into it */
} Distinct;

/* Room for lists of up to `rows` rows. */
bool distinct_init(Distinct *distinct, int rows, Error *err);
void distinct_deinit(Distinct *distinct);

/* bytes (rows, width) -> count, of, first */
void distinct_find(Distinct *distinct, const uint8_t *bytes, int rows, int width);
/* How often each occurs among the first `rows` rows of the list -> times; returns how many do, which are the first ones. */
int distinct_tally(Distinct *distinct, int rows);

#endif
