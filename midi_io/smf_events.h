/* SmfEvents: every event of a MIDI file in memory, and the one form in which refrain writes MIDI files.
 *
 * The written form ("canonical") is a Standard MIDI File 1.0 (MMA, RP-001) without its freedoms: a header of six bytes,
 * format 0 or 1, a division in ticks per quarter, exactly the declared number of MTrk chunks, no running status, and one
 * End Of Track at the end of every track. Chunks of other kinds stand where they stood. (libsmf can only save to a named
 * file, which rules out atomic saving.)
 *
 * Events are added track by track, in the order of their ticks; the last of each track is its End Of Track. Texts and
 * chunks are borrowed: they must outlive the list. */
#ifndef REFRAIN_MIDI_IO_SMF_EVENTS_H
#define REFRAIN_MIDI_IO_SMF_EVENTS_H

#include <stddef.h>
#include <stdint.h>

#include "engine/base/error.h"

enum {
    SMF_TICK_MAX = (1 << 28) - 1, /* accumulated ticks: the largest delta a file can hold */
    SMF_PPQN_MAX = 0x7fff,        /* ticks per quarter */
    SMF_EVENTS_MAX = 1000000,     /* in a file */
    SMF_CHUNKS_MAX = 4096,        /* tracks in a file */
    SMF_TEXT_MAX = (1 << 28) - 1, /* bytes in one event */
};

enum { /* meta events that mean something to refrain */
       SMF_META_TEXT = 0x01,
       SMF_META_NAME = 0x03,
       SMF_META_LYRIC = 0x05,
       SMF_META_LAST_TEXT = 0x07,
       SMF_META_END = 0x2f,
       SMF_META_TEMPO = 0x51,
       SMF_META_METER = 0x58,
       SMF_META_KEY = 0x59,
       SMF_META_OWN = 0x7f, /* sequencer-specific */
};

enum { /* statuses in files only; the others are midi.h's */
       SMF_SYSEX = 0xf0,
       SMF_ESCAPE = 0xf7, /* the rest of a sysex, or any bytes */
       SMF_META = 0xff,
};

typedef struct {
    int32_t tick;        /* from the beginning of the track, 0 .. SMF_TICK_MAX */
    uint16_t track;      /* from 0 */
    uint8_t status;      /* 0x80 .. 0xef, SMF_SYSEX, SMF_ESCAPE or SMF_META */
    uint8_t data[2];     /* of a channel event, < 0x80; data[0] is the type of a meta event */
    uint32_t size;       /* bytes of text */
    const uint8_t *text; /* of a meta or system event, borrowed */
} SmfEvent;

/* A chunk that is no track. */
typedef struct {
    int before;       /* stands before this track; events.tracks = behind the last */
    const char *kind; /* four letters, borrowed */
    const uint8_t *bytes;
    uint32_t size;
} SmfChunk;

typedef struct {
    SmfEvent *event; /* owned */
    int count, capacity;
    SmfChunk *chunk; /* owned; in order */
    int chunks, chunk_capacity;
    int tracks;
    int format; /* 0 or 1 */
    int ppqn;   /* 1 .. SMF_PPQN_MAX */
} SmfEvents;

void smf_events_deinit(SmfEvents *events);
bool smf_events_add(SmfEvents *events, SmfEvent event, Error *err);
bool smf_events_add_chunk(SmfEvents *events, SmfChunk chunk, Error *err);
int smf_event_data_bytes(int status); /* data bytes of a channel event: 1 or 2 */
bool smf_event_is_channel(int status);
static inline bool smf_event_is_meta(const SmfEvent *event, int type) {
    return event->status == SMF_META && event->data[0] == type;
}
/* The canonical file, malloc'ed. */
bool smf_events_write(const SmfEvents *events, unsigned char **bytes, size_t *size, Error *err);

#endif
