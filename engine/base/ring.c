#include "engine/base/ring.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

bool ring_init(Ring *ring, size_t capacity, size_t item_size, Error *err) {
    assert(item_size > 0);
    memset(ring, 0, sizeof *ring);
    size_t rounded = 1;
    while (rounded < capacity && rounded <= SIZE_MAX / 2) rounded *= 2;
    if (rounded < capacity || rounded > SIZE_MAX / item_size) return error_memory(err, "a queue");
    ring->items = malloc(rounded * item_size);
    if (!ring->items) return error_memory(err, "a queue");
    ring->item_size = item_size;
    ring->capacity = rounded;
    atomic_init(&ring->written, 0);
    atomic_init(&ring->read, 0);
    return true;
}

void ring_deinit(Ring *ring) {
    free(ring->items);
    memset(ring, 0, sizeof *ring);
}

/* Both counters only grow (and wrap together), so their difference is the fill. The release stores publish
 * the copy that was made before them; the acquire loads of the other side see it. */

bool ring_push(Ring *ring, const void *item) {
    size_t written = atomic_load_explicit(&ring->written, memory_order_relaxed);
    size_t read = atomic_load_explicit(&ring->read, memory_order_acquire);
    if (written - read == ring->capacity) return false;
    memcpy(ring->items + (written & (ring->capacity - 1)) * ring->item_size, item, ring->item_size);
    atomic_store_explicit(&ring->written, written + 1, memory_order_release);
    return true;
}

bool ring_pop(Ring *ring, void *item) {
    size_t read = atomic_load_explicit(&ring->read, memory_order_relaxed);
    size_t written = atomic_load_explicit(&ring->written, memory_order_acquire);
    if (written == read) return false;
    memcpy(item, ring->items + (read & (ring->capacity - 1)) * ring->item_size, ring->item_size);
    atomic_store_explicit(&ring->read, read + 1, memory_order_release);
    return true;
}
