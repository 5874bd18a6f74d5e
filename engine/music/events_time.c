#include <stdlib.h>

#include "engine/music/events.h"

enum {
    NOTE_OFF = 0x80,
    NOTE_ON = 0x90,
    POLY_PRESSURE = 0xa0,
    CONTROLLER = 0xb0,
    META = 0xff,
    META_TEXT = 0x01,
    META_LYRIC = 0x05, /* to META_CUE: words that have a moment */
    META_CUE = 0x07,
    META_END = 0x2f,
    META_TEMPO = 0x51,
    META_METER = 0x58,
    META_KEY = 0x59,
    NUMBERS = 128, /* of controllers, and of metas */
    STATUSES = 256,
    TICKS_MAX = (1 << 28) - 1, /* the largest delta of a file */
};

/* What an event is to the moment that it stands at. */
typedef enum {
    BEGINS,  /* a note or a word of this moment */
    ENDS,    /* a note that began before */
    SETS,    /* holds until it is set again */
    REMAINS, /* a setting that others may build on, or what nobody here understands */
    CLOSES,  /* the end of the track */
} Sense;

static Sense sense_of_meta(const uint8_t *bytes, int32_t tick) {
    const int type = bytes[1];
    if (type == META_END) return CLOSES;
    if (type == META_TEXT) return tick == 0 ? REMAINS : BEGINS; /* there it is about the file */
    if (type >= META_LYRIC && type <= META_CUE) return BEGINS;
    return type == META_TEMPO || type == META_METER || type == META_KEY ? SETS : REMAINS;
}

/* Data entry and the parameter that it is for (6, 38, 96 .. 101) build on one another. */
static Sense sense_of(const uint8_t *bytes, int32_t tick) {
    const int kind = bytes[0] & 0xf0;
    if (bytes[0] == META) return sense_of_meta(bytes, tick);
    if (bytes[0] >= 0xf0) return REMAINS;
    if (kind == POLY_PRESSURE || (kind == NOTE_ON && bytes[2] > 0)) return BEGINS;
    if (kind == NOTE_ON || kind == NOTE_OFF) return ENDS;
    if (kind != CONTROLLER) return SETS;
    const int number = bytes[1];
    return number == 6 || number == 38 || (number >= 96 && number <= 101) ? REMAINS : SETS;
}

static bool add(Events *to, const Events *from, int index, int64_t tick, Error *err) {
    return events_add(to, tick > TICKS_MAX ? TICKS_MAX : (int32_t)tick, events_bytes(from, index),
                      events_at(from, index).size, err);
}

/* First what stays, then what moves: of one tick both may be there. */
static bool open_gap(Events *to, const Events *from, int32_t at, int32_t ticks, Error *err) {
    for (int moving = 0; moving < 2; moving++)
        for (int i = moving ? events_next(from, at) : 0; i < events_count(from); i++) {
            const int32_t tick = events_at(from, i).tick;
            const Sense sense = sense_of(events_bytes(from, i), tick);
            const bool moves = tick > at || (tick == at && (sense == BEGINS || sense == CLOSES));
            if (moves != (moving == 1)) {
                if (!moving && tick > at) break;
                continue;
            }
            if (!add(to, from, i, moves ? (int64_t)tick + ticks : tick, err)) return false;
        }
    return true;
}

/* The last setting of each kind among events first .. end - 1. keep[i - first] */
static void find_last_settings(bool *keep, const Events *events, int first, int end) {
    bool met[STATUSES][NUMBERS] = {{false}};
    for (int i = end - 1; i >= first; i--) {
        const uint8_t *bytes = events_bytes(events, i);
        const bool numbered = bytes[0] == META || (bytes[0] & 0xf0) == CONTROLLER;
        bool *seen = &met[bytes[0]][numbered ? bytes[1] % NUMBERS : 0];
        keep[i - first] = sense_of(bytes, events_at(events, i).tick) == SETS && !*seen;
        *seen |= keep[i - first];
    }
}

static bool close_gap(Events *to, const Events *from, int32_t at, int32_t end, Error *err) {
    const int first = events_next(from, at), last = events_next(from, end);
    bool *keep = calloc((size_t)(last - first) + 1, sizeof *keep);
    if (!keep) return error_memory(err, "the events of a file");
    find_last_settings(keep, from, first, last);
    bool ok = true;
    for (int i = 0; ok && i < events_count(from); i++) {
        const int32_t tick = events_at(from, i).tick;
        const Sense sense = sense_of(events_bytes(from, i), tick);
        if (i >= last) {
            ok = add(to, from, i, tick - (end - at), err);
        } else if (i < first) {
            ok = add(to, from, i, tick, err);
        } else if (sense == REMAINS || sense == CLOSES || keep[i - first] || (sense == ENDS && tick == at)) {
            ok = add(to, from, i, at, err);
        }
    }
    free(keep);
    return ok;
}

Events *events_with_gap(const Events *events, int32_t at, int32_t ticks, Error *err) {
    Events *moved = events_new(events_kind(events), err);
    if (!moved) return NULL;
    if (ticks >= 0 ? open_gap(moved, events, at, ticks, err) : close_gap(moved, events, at, at - ticks, err))
        return moved;
    events_unref(moved);
    return NULL;
}
