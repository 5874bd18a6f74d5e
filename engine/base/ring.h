/* Ring: a bounded queue between exactly one writer thread and one reader thread, without locks.
 *
 * Items are copied in and out by value. push returns false when full, pop false when empty; neither blocks nor
 * allocates. capacity is rounded up to a power of two. init and deinit run while no other thread uses the ring. */
#ifndef REFRAIN_ENGINE_BASE_RING_H
#define REFRAIN_ENGINE_BASE_RING_H

#include <stdatomic.h>
#include <stddef.h>

#include "engine/base/error.h"

typedef struct {
    unsigned char *items; /* capacity * item_size bytes, owned */
    size_t item_size;
    size_t capacity;        /* a power of two */
    _Atomic size_t written; /* total pushes; changed by the writer only */
    _Atomic size_t read;    /* total pops; changed by the reader only */
} Ring;

bool ring_init(Ring *ring, size_t capacity, size_t item_size, Error *err);
void ring_deinit(Ring *ring);
bool ring_push(Ring *ring, const void *item);
bool ring_pop(Ring *ring, void *item);

#endif
