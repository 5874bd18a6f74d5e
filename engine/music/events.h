/* Events: everything that one chunk of a MIDI file says, event by event, kept so that saving loses nothing.
 *
 * refrain understands notes, tempos, meters and a few words; a file holds more. What a file said is kept here whole and never
 * changed: an unedited track is written from it again, an edited one takes everything but its notes from it.
 *
 * An event is its bytes with running status resolved: the status byte first, then the data; a meta event is FF, its type and its
 * text without the length; a system exclusive one F0 or F7 and its bytes without the length. A chunk that is no MTrk has its raw
 * content as one event at tick 0.
 *
 * Filled by one thread, then immutable and counted: events_ref and events_unref from any thread. */
#ifndef REFRAIN_ENGINE_MUSIC_EVENTS_H
#define REFRAIN_ENGINE_MUSIC_EVENTS_H

#include <stddef.h>
#include <stdint.h>

#include "engine/base/error.h"

enum { EVENTS_MAX = 1000000 }; /* in one chunk */

typedef struct {
    int32_t tick;   /* of the file's division; never goes down */
    uint32_t start; /* of its bytes in the blob, see events_bytes */
    uint32_t size;
} FileEvent;

typedef struct Events Events;

Events *events_new(const char kind[4], Error *err); /* "MTrk", or what the chunk is called; one reference */
Events *events_ref(const Events *events);           /* returns it; null stays null */
void events_unref(Events *events);
/* Only while nobody else holds it. Fails when there are too many, when tick goes back, or when memory is short. O(1). */
bool events_add(Events *events, int32_t tick, const uint8_t *bytes, size_t size, Error *err);

/* A copy in which time has been opened or closed; null when memory is short. One reference.
 *
 * ticks > 0: a gap opens at `at`. What begins there (notes, words) moves up with all that is later; what is set there (programs,
 * controllers, tempos ..) or ends there stays.
 * ticks < 0: [at, at - ticks) is taken out, with its notes and words. What was set in there holds from `at` on, the last of a
 * kind alone; later events move down. */
Events *events_with_gap(const Events *events, int32_t at, int32_t ticks, Error *err);

int events_count(const Events *events);
FileEvent events_at(const Events *events, int index);
const uint8_t *events_bytes(const Events *events, int index); /* events_at(index).size of them; borrowed */
const char *events_kind(const Events *events);                /* four letters and a 0 */
int events_next(const Events *events,
                int32_t tick);              /* the first event at or after tick, count if none; O(log n) */
size_t events_memory(const Events *events); /* bytes that it takes */

#endif
