#include "midi_io/smf_check.h"

#include <ctype.h>
#include <string.h>

#include "engine/music/timeline.h"
#include "midi_io/midi.h"
#include "midi_io/smf_state.h"

enum {
    MACBINARY_SIZE = 128,
    CHUNK_HEADER_SIZE = 8,
    DEFAULT_PPQN = 480,
};

/* Bytes still to be read. No other function moves at. */
typedef struct {
    const uint8_t *at, *end;
} Bytes;

typedef struct {
    SmfEvents *events;
    SmfRepairs *repairs;
    int format, declared, division;
    int notes;
    bool own; /* holds refrain's own data */
    int32_t first_tempo_us;
} Check;

/* The track that is being read. */
typedef struct {
    int64_t tick;
    uint8_t running; /* status byte, 0 = none */
    bool ended;
} Chunk;

static size_t left(const Bytes *from) {
    return (size_t)(from->end - from->at);
}

static Bytes take(Bytes *from, size_t count) {
    if (count > left(from)) count = left(from);
    Bytes taken = {from->at, from->at + count};
    from->at += count;
    return taken;
}

static uint32_t number(const uint8_t *bytes, int count) {
    uint32_t value = 0;
    for (int i = 0; i < count; i++) value = value << 8 | bytes[i];
    return value;
}

static uint32_t number_little_endian(const uint8_t *bytes) {
    return (uint32_t)bytes[3] << 24 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[1] << 8 | bytes[0];
}

typedef enum { READ_DONE, READ_CUT_SHORT, READ_NONSENSE, READ_NO_MEMORY } Read;

static Read read_quantity(Bytes *from, uint32_t *value) {
    *value = 0;
    for (int i = 0; i < 4; i++) {
        if (from->at == from->end) return READ_CUT_SHORT;
        uint8_t byte = *take(from, 1).at;
        *value = *value << 7 | (byte & 0x7f);
        if (!(byte & 0x80)) return READ_DONE;
    }
    return READ_NONSENSE;
}

/* One place is kept for the End Of Track of this track and of each that may follow, and half of them for what sounds. */
static bool has_place(const Check *check, const SmfEvent *event) {
    const int ends = SMF_CHUNKS_MAX - check->events->tracks, left = SMF_EVENTS_MAX - check->events->count;
    if (smf_event_is_meta(event, SMF_META_END)) return true;
    return left > ends + (smf_event_is_channel(event->status) ? 0 : SMF_EVENTS_MAX / 2);
}

static Read add(Check *check, const Chunk *track, SmfEvent event, Error *err) {
    if (!has_place(check, &event)) {
        check->repairs->too_long = true;
        return READ_DONE;
    }
    check->notes += (event.status & 0xf0) == MIDI_NOTE_ON && event.data[1] > 0;
    event.tick = (int32_t)track->tick;
    event.track = (uint16_t)check->events->tracks;
    return smf_events_add(check->events, event, err) ? READ_DONE : READ_NO_MEMORY;
}

static bool is_own(const uint8_t *text, size_t size) {
    SmfStateKind kind = smf_state_kind(text, size);
    return kind == SMF_STATE_PART || kind == SMF_STATE_TEXT;
}

/* An event with a length: a meta event or a system exclusive one. */
static Read read_text(Check *check, Chunk *track, Bytes *from, SmfEvent event, Error *err) {
    Read read = read_quantity(from, &event.size);
    if (read != READ_DONE) return read;
    if (event.size > left(from)) return READ_CUT_SHORT;
    event.text = take(from, event.size).at;
    if (smf_event_is_meta(&event, SMF_META_TEMPO) && event.size == 3 && check->first_tempo_us == 0)
        check->first_tempo_us = (int32_t)number(event.text, 3);
    if (smf_event_is_meta(&event, SMF_META_OWN) && is_own(event.text, event.size)) check->own = true;
    track->ended = smf_event_is_meta(&event, SMF_META_END);
    if (track->ended) { /* which has nothing to say */
        check->repairs->behind += (int)event.size;
        event.size = 0;
    }
    return add(check, track, event, err);
}

static Read read_meta(Check *check, Chunk *track, Bytes *from, Error *err) {
    if (from->at == from->end) return READ_CUT_SHORT;
    SmfEvent event = {.status = SMF_META, .data = {*take(from, 1).at, 0}};
    return read_text(check, track, from, event, err);
}

static Read read_channel_event(Check *check, Chunk *track, Bytes *from, Error *err) {
    int count = smf_event_data_bytes(track->running);
    SmfEvent event = {.status = track->running};
    bool masked = false;
    for (int i = 0; i < count; i++) {
        if (from->at == from->end) return READ_CUT_SHORT;
        uint8_t byte = *take(from, 1).at;
        masked |= byte > 0x7f;
        event.data[i] = byte & 0x7f;
    }
    check->repairs->masked += masked;
    return add(check, track, event, err);
}

/* System events are legal between a song's events only as F0 and F7, with a length; the others have fixed sizes. */
static Read read_system_event(Check *check, Chunk *track, int status, Bytes *from, Error *err) {
    if (status == SMF_SYSEX || status == SMF_ESCAPE)
        return read_text(check, track, from, (SmfEvent){.status = (uint8_t)status}, err);
    size_t size = status == 0xf2 ? 2 : status == 0xf1 || status == 0xf3 ? 1 : 0;
    if (size > left(from)) return READ_CUT_SHORT;
    take(from, size);
    check->repairs->stray++;
    return READ_DONE;
}

static Read read_event(Check *check, Chunk *track, Bytes *from, Error *err) {
    uint32_t delta;
    Read read = read_quantity(from, &delta);
    if (read != READ_DONE) return read;
    if (track->tick + delta > SMF_TICK_MAX) {
        check->repairs->too_long = true;
        from->at = from->end;
        return READ_DONE;
    }
    track->tick += delta;
    if (from->at == from->end) return READ_CUT_SHORT;
    if (*from->at & 0x80) {
        uint8_t status = *take(from, 1).at;
        if (status == SMF_META) return read_meta(check, track, from, err);
        if (!smf_event_is_channel(status)) return read_system_event(check, track, status, from, err);
        track->running = status;
    }
    if (track->running == 0) return READ_NONSENSE;
    return read_channel_event(check, track, from, err);
}

static bool read_track(Check *check, Bytes chunk, bool whole, Error *err) {
    Chunk track = {0};
    Read read = READ_DONE;
    while (read == READ_DONE && chunk.at < chunk.end && !track.ended)
        read = read_event(check, &track, &chunk, err);
    if (read == READ_NONSENSE || (read == READ_CUT_SHORT && whole)) check->repairs->damaged = true;
    if (track.ended) check->repairs->behind += (int)left(&chunk);
    if (read != READ_NO_MEMORY && !track.ended)
        read = add(check, &track, (SmfEvent){.status = SMF_META, .data = {SMF_META_END, 0}}, err);
    check->events->tracks++;
    return read != READ_NO_MEMORY;
}

static bool is_name(const uint8_t name[4]) {
    for (int i = 0; i < 4; i++)
        if (!isalnum(name[i]) && name[i] != ' ') return false;
    return true;
}

/* Chunks have names of four letters; what else stands behind the last track is nothing. */
static bool is_chunk(Bytes from) {
    if (left(&from) < CHUNK_HEADER_SIZE || !is_name(from.at)) return false;
    return number(from.at + 4, 4) <= left(&from) - CHUNK_HEADER_SIZE;
}

static bool read_chunk(Check *check, Bytes *from, Error *err) {
    const uint8_t *header = take(from, CHUNK_HEADER_SIZE).at;
    uint32_t size = number(header + 4, 4);
    bool whole = size <= left(from);
    Bytes chunk = take(from, size);
    if (!whole) check->repairs->cut_short = true;
    if (memcmp(header, "MTrk", 4) == 0) {
        if (check->events->tracks < SMF_CHUNKS_MAX) return read_track(check, chunk, whole, err);
        check->repairs->too_long = true;
        return true;
    }
    SmfChunk foreign = {check->events->tracks, (const char *)header, chunk.at, (uint32_t)left(&chunk)};
    return !whole || smf_events_add_chunk(check->events, foreign, err);
}

/* In a file that declares more tracks than it has, such a nothing was taken for a chunk on the way to the missing ones. */
static void drop_behind(Check *check) {
    SmfEvents *events = check->events;
    int first = events->chunks;
    for (int i = events->chunks - 1; i >= 0 && events->chunk[i].before == events->tracks; i--)
        if (!is_name((const uint8_t *)events->chunk[i].kind)) first = i;
    for (int i = first; i < events->chunks; i++)
        check->repairs->behind += CHUNK_HEADER_SIZE + (int)events->chunk[i].size;
    events->chunks = first;
}

static bool read_chunks(Check *check, Bytes from, Error *err) {
    while (check->events->tracks < check->declared && left(&from) >= CHUNK_HEADER_SIZE)
        if (!read_chunk(check, &from, err)) return false;
    if (check->events->tracks < check->declared && left(&from) > 0) check->repairs->cut_short = true;
    while (is_chunk(from))
        if (!read_chunk(check, &from, err)) return false;
    check->repairs->behind += (int)left(&from);
    drop_behind(check);
    return true;
}

/* Where the file proper begins: at once, in a RIFF "data" chunk, or behind a MacBinary header. */
static Bytes find_file(Bytes from) {
    if (left(&from) >= 12 && memcmp(from.at, "RIFF", 4) == 0 && memcmp(from.at + 8, "RMID", 4) == 0) {
        take(&from, 12);
        while (left(&from) >= CHUNK_HEADER_SIZE) {
            const uint8_t *header = take(&from, CHUNK_HEADER_SIZE).at;
            size_t size = number_little_endian(header + 4);
            /* Chunks are padded to even sizes. A cut "data" chunk is read as far as it goes. */
            Bytes chunk = take(&from, size);
            if (memcmp(header, "data", 4) == 0) return chunk;
            take(&from, size & 1);
        }
    }
    if (left(&from) >= MACBINARY_SIZE + 4 && memcmp(from.at + MACBINARY_SIZE, "MThd", 4) == 0)
        take(&from, MACBINARY_SIZE);
    return from;
}

static bool read_file(Check *check, Bytes from, Error *err) {
    if (left(&from) == 0)
        return error_set(err, "The file is empty: choose a MIDI file (.mid) with notes in it.");
    from = find_file(from);
    size_t magic = left(&from) < 4 ? left(&from) : 4;
    if (magic == 0 || memcmp(from.at, "MThd", magic) != 0)
        return error_set(
            err, "This is not a MIDI file: export the music as a Standard MIDI File (.mid) and open that.");
    if (left(&from) < 14)
        return error_set(err, "The MIDI file is cut short in its header: copy or export it again.");
    const uint8_t *header = take(&from, CHUNK_HEADER_SIZE).at;
    uint32_t size = number(header + 4, 4);
    if (size < 6) return error_set(err, "The MIDI file's header is too short to be read: export it again.");
    const uint8_t *fields = take(&from, size).at;
    check->format = (int)number(fields, 2);
    check->declared = (int)number(fields + 2, 2);
    check->division = (int)number(fields + 4, 2);
    return read_chunks(check, from, err);
}

/* Keeps one track, as format 0. */
static void keep_pattern(SmfEvents *events, int pattern) {
    int kept = 0;
    for (int i = 0; i < events->count; i++) {
        if (events->event[i].track != pattern) continue;
        events->event[kept] = events->event[i];
        events->event[kept++].track = 0;
    }
    events->count = kept;
    events->tracks = 1;
    events->chunks = 0;
}

static void flatten_patterns(Check *check) {
    check->repairs->patterns = check->events->tracks;
    for (int i = 0; i < check->events->count; i++) {
        const SmfEvent *event = &check->events->event[i];
        if ((event->status & 0xf0) != MIDI_NOTE_ON || event->data[1] == 0) continue;
        keep_pattern(check->events, event->track);
        return;
    }
}

/* Ticks of so many frames a second become ticks of 480 a quarter at the first tempo. */
static void convert_frames(Check *check) {
    int frames = 256 - (check->division >> 8), per_frame = check->division & 0xff;
    int64_t quarter_us = check->first_tempo_us ? check->first_tempo_us : TIMELINE_QUARTER_US;
    int64_t second = (int64_t)(frames ? frames : 25) * (per_frame ? per_frame : 40);
    /* 29 stands for the 29.97 frames a second of drop-frame time code. */
    double ticks =
        DEFAULT_PPQN * 1e6 / ((double)second * (frames == 29 ? 29.97 / 29 : 1.0) * (double)quarter_us);
    int kept = 0;
    bool has_tempo = false;
    for (int i = 0; i < check->events->count; i++) {
        SmfEvent event = check->events->event[i];
        bool tempo = smf_event_is_meta(&event, SMF_META_TEMPO), end = smf_event_is_meta(&event, SMF_META_END);
        double tick = event.tick * ticks + 0.5;
        bool beyond = tick > SMF_TICK_MAX;
        check->repairs->too_long |= beyond;
        if ((beyond && !end) || (tempo && has_tempo)) continue;
        has_tempo |= tempo;
        event.tick = beyond ? SMF_TICK_MAX : (int32_t)tick;
        check->events->event[kept++] = event;
    }
    check->events->count = kept;
    check->repairs->frames = true;
}

static bool refuse_without_notes(const Check *check, Error *err) {
    const SmfRepairs *repairs = check->repairs;
    if (repairs->too_long)
        return error_set(err,
                         "The MIDI file is longer than refrain's limits, and before them it has no notes.");
    if (repairs->cut_short || check->events->tracks == 0)
        return error_set(err, "The MIDI file is cut short before its first note: copy or export it again.");
    return error_set(err, "The MIDI file has no notes: choose one with a melody in it.");
}

bool smf_check(SmfEvents *out, const unsigned char *bytes, size_t size, SmfRepairs *repairs, Error *err) {
    Check check = {.events = out, .repairs = repairs};
    *repairs = (SmfRepairs){0};
    if (!read_file(&check, (Bytes){bytes, bytes + size}, err)) return false;
    if (check.notes == 0 && !check.own) return refuse_without_notes(&check, err);
    bool frames = check.division & 0x8000;
    out->ppqn = frames || check.division == 0 ? DEFAULT_PPQN : check.division;
    if (check.format == 2 && check.notes > 0) flatten_patterns(&check);
    out->format = out->tracks > 1 || (check.format == 1);
    if (frames) convert_frames(&check);
    return true;
}

const char *smf_check_read_only(const SmfRepairs *repairs) {
    if (repairs->patterns > 1) return "it holds several patterns (type 2), of which the first was taken";
    if (repairs->frames) return "its time is in film frames (SMPTE), which were turned into quarters";
    if (repairs->too_long) return "it is longer than refrain's limits, so only its beginning was taken";
    return NULL;
}
