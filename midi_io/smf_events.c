#include "midi_io/smf_events.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "midi_io/midi.h"

enum {
    HEADER_SIZE = 14,
    CHUNK_HEADER_SIZE = 8,
    EVENT_SIZE_MAX = 4 + 2 + 4, /* without its text: delta, status and type, length */
};

void smf_events_deinit(SmfEvents *events) {
    free(events->event);
    free(events->chunk);
    *events = (SmfEvents){0};
}

bool smf_events_add(SmfEvents *events, SmfEvent event, Error *err) {
    if (events->count == events->capacity) {
        int capacity = events->capacity ? events->capacity * 2 : 256;
        SmfEvent *grown = realloc(events->event, (size_t)capacity * sizeof *grown);
        if (!grown) return error_memory(err, "the events of a MIDI file");
        events->event = grown;
        events->capacity = capacity;
    }
    events->event[events->count++] = event;
    return true;
}

bool smf_events_add_chunk(SmfEvents *events, SmfChunk chunk, Error *err) {
    if (events->chunks == events->chunk_capacity) {
        int capacity = events->chunk_capacity ? events->chunk_capacity * 2 : 4;
        SmfChunk *grown = realloc(events->chunk, (size_t)capacity * sizeof *grown);
        if (!grown) return error_memory(err, "the chunks of a MIDI file");
        events->chunk = grown;
        events->chunk_capacity = capacity;
    }
    events->chunk[events->chunks++] = chunk;
    return true;
}

bool smf_event_is_channel(int status) {
    return status >= MIDI_NOTE_OFF && status < 0xf0;
}

int smf_event_data_bytes(int status) {
    return (status & 0xe0) == MIDI_PROGRAM ? 1 : 2;
}

static unsigned char *put_number(unsigned char *to, uint32_t value, int bytes) {
    for (int i = bytes - 1; i >= 0; i--) *to++ = (unsigned char)(value >> (8 * i));
    return to;
}

static unsigned char *put_bytes(unsigned char *to, const uint8_t *bytes, size_t size) {
    if (size) memcpy(to, bytes, size);
    return to + size;
}

/* A variable-length quantity: seven bits a byte, the highest first, all but the last with bit 7 set. */
static unsigned char *put_quantity(unsigned char *to, uint32_t value) {
    for (int shift = 21; shift > 0; shift -= 7)
        if (value >> shift) *to++ = (unsigned char)(0x80 | ((value >> shift) & 0x7f));
    *to++ = (unsigned char)(value & 0x7f);
    return to;
}

static unsigned char *put_event(unsigned char *to, const SmfEvent *event, int32_t previous_tick) {
    assert(event->tick >= previous_tick && event->tick <= SMF_TICK_MAX && event->size <= SMF_TEXT_MAX);
    to = put_quantity(to, (uint32_t)(event->tick - previous_tick));
    *to++ = event->status;
    if (smf_event_is_channel(event->status))
        return put_bytes(to, event->data, (size_t)smf_event_data_bytes(event->status));
    if (event->status == SMF_META) *to++ = event->data[0];
    to = put_quantity(to, event->size);
    return put_bytes(to, event->text, event->size);
}

static size_t size_limit(const SmfEvents *events) {
    size_t limit = HEADER_SIZE + (size_t)events->tracks * CHUNK_HEADER_SIZE;
    for (int i = 0; i < events->count; i++) limit += EVENT_SIZE_MAX + (size_t)events->event[i].size;
    for (int i = 0; i < events->chunks; i++) limit += CHUNK_HEADER_SIZE + (size_t)events->chunk[i].size;
    return limit;
}

static unsigned char *put_chunk(unsigned char *to, const SmfChunk *chunk) {
    memcpy(to, chunk->kind, 4);
    to = put_number(to + 4, chunk->size, 4);
    return put_bytes(to, chunk->bytes, chunk->size);
}

static unsigned char *put_track(unsigned char *to, const SmfEvents *events, int track, int *next) {
    unsigned char *chunk = to;
    memcpy(to, "MTrk", 4);
    to += CHUNK_HEADER_SIZE;
    int32_t tick = 0;
    int first = *next;
    for (; *next < events->count && events->event[*next].track == track; ++*next) {
        to = put_event(to, &events->event[*next], tick);
        tick = events->event[*next].tick;
    }
    assert(*next > first && smf_event_is_meta(&events->event[*next - 1], SMF_META_END));
    put_number(chunk + 4, (uint32_t)(to - chunk - CHUNK_HEADER_SIZE), 4);
    return to;
}

bool smf_events_write(const SmfEvents *events, unsigned char **bytes, size_t *size, Error *err) {
    assert(events->tracks >= 0 && events->tracks <= 0xffff && events->ppqn >= 1 &&
           events->ppqn <= SMF_PPQN_MAX);
    unsigned char *file = malloc(size_limit(events));
    if (!file) return error_memory(err, "a MIDI file");
    memcpy(file, "MThd\0\0\0\6", 8);
    unsigned char *to = put_number(file + 8, (uint32_t)events->format, 2);
    to = put_number(to, (uint32_t)events->tracks, 2);
    to = put_number(to, (uint32_t)events->ppqn, 2);
    int next = 0, chunk = 0;
    for (int track = 0; track <= events->tracks; track++) {
        for (; chunk < events->chunks && events->chunk[chunk].before == track; chunk++)
            to = put_chunk(to, &events->chunk[chunk]);
        if (track < events->tracks) to = put_track(to, events, track, &next);
    }
    assert(next == events->count && chunk == events->chunks);
    *bytes = file;
    *size = (size_t)(to - file);
    return true;
}
