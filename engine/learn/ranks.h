/* Ranks: processes that train one model together, as training sees them: who it is, how many there are, and how numbers become the
 * sum of everybody's. Who carries the numbers (app/verbs/open_mpi.h) is not known here. A zeroed Ranks is one process by itself.
 *
 * Each rank reads the same corpus, takes its share of every step's windows, and adds the gradients of all; then all take the same step,
 * so that they hold the same weights. With the same windows in all, W workers of any number of processes give what W threads of one
 * give, but for the order in which numbers are added. */
#ifndef REFRAIN_ENGINE_LEARN_RANKS_H
#define REFRAIN_ENGINE_LEARN_RANKS_H

#include <stddef.h>

typedef struct {
    int rank, count; /* 0 .. count - 1; a count of 0 reads as 1 */
    /* Replaces the numbers by their sums over all ranks, the same bits on each. Called by one thread, on all ranks as often and
     * with as many. Does not come back where a rank has gone. */
    void (*sum)(void *context, float *data, size_t count);
    void *context;
} Ranks;

static inline int ranks_count(const Ranks *ranks) {
    return ranks->count > 1 ? ranks->count : 1;
}

#endif
