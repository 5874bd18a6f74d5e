/* Are two chunks of a MIDI file the same, event by event? */
#ifndef REFRAIN_TESTS_SUPPORT_SAME_EVENTS_H
#define REFRAIN_TESTS_SUPPORT_SAME_EVENTS_H

#include <string.h>

#include "engine/music/events.h"

static inline bool same_events(const Events *a, const Events *b) {
    if (events_count(a) != events_count(b) || strcmp(events_kind(a), events_kind(b)) != 0) return false;
    for (int i = 0; i < events_count(a); i++) {
        const FileEvent one = events_at(a, i), other = events_at(b, i);
        if (one.tick != other.tick || one.size != other.size ||
            memcmp(events_bytes(a, i), events_bytes(b, i), one.size) != 0)
            return false;
    }
    return true;
}

#endif
