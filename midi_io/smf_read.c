#include "midi_io/smf_read.h"

#include <stdlib.h>
#include <string.h>

#include "midi_io/smf_library.h"
#include "midi_io/smf_tracks.h"

/* Where the events go. */
typedef struct {
    Score *score;
    SmfReading *reading;
    const SmfEvents *events;
    Events *chunk;  /* that is being filled, or null */
    int foreign;    /* chunks that are no tracks: how many have been added */
    uint8_t *bytes; /* of one event; owned */
    size_t room;
} Reading;

void smf_read_deinit(SmfReading *reading) {
    smf_state_deinit(&reading->state);
    *reading = (SmfReading){0};
}

/* The foreign chunks that stand before this track. */
static bool add_foreign(Reading *reading, int track, Error *err) {
    const SmfEvents *events = reading->events;
    for (; reading->foreign < events->chunks && events->chunk[reading->foreign].before <= track;
         reading->foreign++) {
        const SmfChunk *foreign = &events->chunk[reading->foreign];
        Events *chunk = events_new(foreign->kind, err);
        if (!chunk) return false;
        bool done = events_add(chunk, 0, foreign->bytes, foreign->size, err);
        if (!done) events_unref(chunk);
        if (!done || !score_add_chunk(reading->score, chunk, err)) return false;
    }
    return true;
}

/* The bytes as events.h has them. */
static bool keep(Reading *reading, const SmfEvent *event, Error *err) {
    size_t size = (size_t)event->size + 3;
    if (size > reading->room) {
        uint8_t *grown = realloc(reading->bytes, 2 * size);
        if (!grown) return error_memory(err, "the events of a MIDI file");
        reading->bytes = grown;
        reading->room = 2 * size;
    }
    uint8_t *to = reading->bytes;
    *to++ = event->status;
    if (smf_event_is_channel(event->status)) {
        memcpy(to, event->data, sizeof event->data);
        to += smf_event_data_bytes(event->status);
    } else {
        if (event->status == SMF_META) *to++ = event->data[0];
        if (event->size) memcpy(to, event->text, event->size);
        to += event->size;
    }
    return events_add(reading->chunk, event->tick, reading->bytes, (size_t)(to - reading->bytes), err);
}

static bool take_event(void *to, const SmfEvent *event, Error *err) {
    Reading *reading = to;
    if (!reading->chunk) {
        if (!add_foreign(reading, event->track, err)) return false;
        reading->chunk = events_new("MTrk", err);
        if (!reading->chunk) return false;
    }
    if (smf_event_is_meta(event, SMF_META_OWN)) {
        SmfStateKind kind = smf_state_kind(event->text, event->size);
        if (kind == SMF_STATE_PART || kind >= SMF_STATE_TEXT)
            return smf_state_add(&reading->reading->state, event->text, event->size, err);
    }
    if (!keep(reading, event, err)) return false;
    if (!smf_event_is_meta(event, SMF_META_END)) return true;
    Events *chunk = reading->chunk;
    reading->chunk = NULL;
    return score_add_chunk(reading->score, chunk, err);
}

bool smf_read(Score *out, SmfReading *reading, const unsigned char *bytes, size_t size, Error *err) {
    SmfEvents events = {0};
    Reading into = {.score = out, .reading = reading, .events = &events};
    bool done = smf_check(&events, bytes, size, &reading->repairs, err) &&
                smf_library_pass(&events, take_event, &into, err) && add_foreign(&into, events.tracks, err);
    out->format = events.format;
    /* Songs of 0.1 have parts, and their note-offs name their notes. */
    bool releases = reading->state.parts > 0;
    if (done) done = smf_tracks_read(out, events.ppqn, releases, &reading->endless, err);
    events_unref(into.chunk);
    free(into.bytes);
    smf_events_deinit(&events);
    return done;
}
