#include "engine/music/events.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

struct Events {
    atomic_int references;
    char kind[5];
    FileEvent *event;
    int count, capacity;
    uint8_t *blob;
    size_t used, room;
};

Events *events_new(const char kind[4], Error *err) {
    Events *events = calloc(1, sizeof *events);
    if (!events) {
        error_memory(err, "the events of a file");
        return NULL;
    }
    atomic_init(&events->references, 1);
    memcpy(events->kind, kind, 4);
    return events;
}

/* Counting is the one thing that may be done to shared events. */
Events *events_ref(const Events *events) {
    Events *counted = (Events *)events;
    if (counted) atomic_fetch_add_explicit(&counted->references, 1, memory_order_relaxed);
    return counted;
}

void events_unref(Events *events) {
    if (!events || atomic_fetch_sub_explicit(&events->references, 1, memory_order_acq_rel) > 1) return;
    free(events->event);
    free(events->blob);
    free(events);
}

static bool make_room(Events *events, size_t size) {
    if (events->count == events->capacity) {
        int capacity = events->capacity ? 2 * events->capacity : 64;
        FileEvent *event = realloc(events->event, (size_t)capacity * sizeof *event);
        if (!event) return false;
        events->event = event;
        events->capacity = capacity;
    }
    if (events->room - events->used < size) {
        size_t room = events->room ? events->room : 256;
        while (room - events->used < size) room *= 2;
        uint8_t *blob = realloc(events->blob, room);
        if (!blob) return false;
        events->blob = blob;
        events->room = room;
    }
    return true;
}

bool events_add(Events *events, int32_t tick, const uint8_t *bytes, size_t size, Error *err) {
    assert(atomic_load(&events->references) == 1);
    if (events->count >= EVENTS_MAX)
        return error_set(err, "A track of the file has more than %d events.", EVENTS_MAX);
    if (tick < (events->count > 0 ? events->event[events->count - 1].tick : 0))
        return error_set(err, "An event of the file comes before the one before it.");
    if (size > UINT32_MAX / 2 - events->used)
        return error_set(err, "A track of the file is too large: at most 2 GB can be read.");
    if (!make_room(events, size)) return error_memory(err, "the events of a file");
    if (size > 0) memcpy(events->blob + events->used, bytes, size);
    events->event[events->count++] = (FileEvent){tick, (uint32_t)events->used, (uint32_t)size};
    events->used += size;
    return true;
}

int events_count(const Events *events) {
    return events ? events->count : 0;
}

FileEvent events_at(const Events *events, int index) {
    assert(index >= 0 && index < events->count);
    return events->event[index];
}

const uint8_t *events_bytes(const Events *events, int index) {
    const FileEvent event = events_at(events, index);
    return event.size ? events->blob + event.start : NULL; /* there may be no bytes at all to point at */
}

const char *events_kind(const Events *events) {
    return events->kind;
}

int events_next(const Events *events, int32_t tick) {
    int low = 0, high = events_count(events);
    while (low < high) {
        int middle = low + (high - low) / 2;
        if (events->event[middle].tick < tick)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

size_t events_memory(const Events *events) {
    return events ? sizeof *events + (size_t)events->capacity * sizeof *events->event + events->room : 0;
}
