#include "midi_io/smf_check.h"

#include <string.h>

#include "engine/music/melody.h"
#include "midi_io/midi.h"
#include "midi_io/smf_events.h"
#include "midi_io/smf_state.h"

enum {
    MACBINARY_SIZE = 128,
    CHUNK_HEADER_SIZE = 8,
    DEFAULT_PPQN = 480,
    METER_EXPONENT_MAX = 15,
    TRACKS_MAX = 512, /* deleting them costs libsmf the square, too */
};

/* Bytes still to be read. No other function moves at. */
typedef struct {
    const uint8_t *at, *end;
} Bytes;

typedef struct {
    SmfEvents events;
    SmfRepairs *repairs;
    int format, division;
    int chunks; /* of tracks */
    int tempo_events;
    int notes;
    bool own; /* holds refrain's own data */
    int32_t first_tempo_us;
} Check;

/* The track that is being read. */
typedef struct {
    int64_t tick;
    int events;
    uint8_t running; /* status byte, 0 = none */
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

static bool add(Check *check, Chunk *track, SmfEvent event, Error *err) {
    if (check->events.count >= SMF_EVENTS_MAX || track->events >= SMF_TRACK_EVENTS_MAX) {
        check->repairs->too_long = true;
        return true;
    }
    event.tick = (int32_t)track->tick;
    event.track = (uint16_t)check->events.tracks;
    track->events++;
    return smf_events_add(&check->events, event, err);
}

static bool is_wanted_tempo(Check *check, const uint8_t *text, uint32_t size) {
    int32_t quarter_us = size == 3 ? (int32_t)number(text, 3) : 0;
    if (quarter_us == 0) return false;
    if (check->first_tempo_us == 0) check->first_tempo_us = quarter_us;
    return ++check->tempo_events <= SMF_TEMPO_EVENTS_MAX;
}

static bool is_wanted_meta(Check *check, int type, const uint8_t *text, uint32_t size) {
    if (type >= SMF_META_TEXT && type <= SMF_META_LAST_TEXT) return true;
    if (type == SMF_META_TEMPO) return is_wanted_tempo(check, text, size);
    if (type == SMF_META_METER)
        return size == 4 && text[0] > 0 && text[1] <= METER_EXPONENT_MAX &&
               ++check->tempo_events <= SMF_TEMPO_EVENTS_MAX;
    if (type == SMF_META_OWN && size <= SMF_META_MAX && smf_state_is_part(text, size))
        return check->own = true;
    return false;
}

/* A cut must not fall into a UTF-8 character, or the rest would no longer be read as UTF-8. text goes on after size. */
static uint32_t whole_characters(const uint8_t *text, uint32_t size) {
    for (uint32_t shorter = size; shorter > size - 4; shorter--)
        if ((text[shorter] & 0xc0) != 0x80) return shorter;
    return size;
}

static Read read_meta(Check *check, Chunk *track, Bytes *from, Error *err) {
    if (from->at == from->end) return READ_CUT_SHORT;
    int type = *take(from, 1).at;
    uint32_t size;
    Read read = read_quantity(from, &size);
    if (read != READ_DONE) return read;
    if (size > left(from)) return READ_CUT_SHORT;
    const uint8_t *text = take(from, size).at;
    if (type == SMF_META_END) {
        from->at = from->end;
        return READ_DONE;
    }
    if (!is_wanted_meta(check, type, text, size)) return READ_DONE;
    if (size > SMF_META_MAX) size = whole_characters(text, SMF_META_MAX);
    SmfEvent event = {.status = SMF_META, .data = {(uint8_t)type, 0}, .size = (uint8_t)size, .text = text};
    return add(check, track, event, err) ? READ_DONE : READ_NO_MEMORY;
}

static Read read_channel_event(Check *check, Chunk *track, Bytes *from, Error *err) {
    int count = smf_event_data_bytes(track->running);
    SmfEvent event = {.status = track->running};
    for (int i = 0; i < count; i++) {
        if (from->at == from->end) return READ_CUT_SHORT;
        event.data[i] = *take(from, 1).at;
        if (event.data[i] & 0x80) return READ_NONSENSE;
    }
    int kind = event.status & 0xf0;
    if (kind != MIDI_NOTE_ON && kind != MIDI_NOTE_OFF && kind != MIDI_PROGRAM) return READ_DONE;
    if (kind == MIDI_NOTE_ON && event.data[1] > 0) check->notes++;
    return add(check, track, event, err) ? READ_DONE : READ_NO_MEMORY;
}

/* System events are legal between a song's events only as F0 and F7, with a length; the others have fixed sizes. */
static Read skip_system_event(int status, Bytes *from) {
    uint32_t size = status == 0xf2 ? 2 : status == 0xf1 || status == 0xf3 ? 1 : 0;
    if (status == 0xf0 || status == 0xf7) {
        Read read = read_quantity(from, &size);
        if (read != READ_DONE) return read;
    }
    if (size > left(from)) return READ_CUT_SHORT;
    take(from, size);
    return READ_DONE;
}

static Read read_event(Check *check, Chunk *track, Bytes *from, Error *err) {
    uint32_t delta;
    Read read = read_quantity(from, &delta);
    if (read != READ_DONE) return read;
    track->tick += delta;
    if (track->tick > SMF_TICK_MAX) {
        check->repairs->too_long = true;
        from->at = from->end;
        return READ_DONE;
    }
    if (from->at == from->end) return READ_CUT_SHORT;
    if (*from->at & 0x80) {
        uint8_t status = *take(from, 1).at;
        if (status == SMF_META) return read_meta(check, track, from, err);
        if (!smf_event_is_channel(status)) return skip_system_event(status, from);
        track->running = status;
    }
    if (track->running == 0) return READ_NONSENSE;
    return read_channel_event(check, track, from, err);
}

static bool read_track(Check *check, Bytes chunk, bool whole, Error *err) {
    Chunk track = {0};
    Read read = READ_DONE;
    while (read == READ_DONE && chunk.at < chunk.end) read = read_event(check, &track, &chunk, err);
    if (read == READ_NO_MEMORY) return false;
    if (read == READ_NONSENSE || (read == READ_CUT_SHORT && whole)) check->repairs->damaged = true;
    /* Tracks with nothing in them are what libsmf handles worst, and nobody misses them. */
    if (track.events > 0) check->events.tracks++;
    return true;
}

static bool read_tracks(Check *check, Bytes from, Error *err) {
    while (left(&from) >= CHUNK_HEADER_SIZE) {
        if (check->events.tracks == TRACKS_MAX) {
            check->repairs->too_long = true;
            break;
        }
        const uint8_t *header = take(&from, CHUNK_HEADER_SIZE).at;
        uint32_t size = number(header + 4, 4);
        bool whole = size <= left(&from);
        Bytes chunk = take(&from, size);
        bool is_track = memcmp(header, "MTrk", 4) == 0;
        if (!whole) check->repairs->cut_short = true;
        check->chunks += is_track;
        if (is_track && !read_track(check, chunk, whole, err)) return false;
    }
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
    check->division = (int)number(fields + 4, 2);
    return read_tracks(check, from, err);
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
}

static void flatten_patterns(Check *check) {
    check->repairs->patterns = check->events.tracks;
    for (int i = 0; i < check->events.count; i++) {
        const SmfEvent *event = &check->events.event[i];
        if ((event->status & 0xf0) != MIDI_NOTE_ON || event->data[1] == 0) continue;
        keep_pattern(&check->events, event->track);
        return;
    }
}

/* Ticks of so many frames a second become ticks of 480 a quarter at the first tempo. */
static void convert_frames(Check *check) {
    int frames = 256 - (check->division >> 8), per_frame = check->division & 0xff;
    int64_t quarter_us = check->first_tempo_us ? check->first_tempo_us : MELODY_DEFAULT_QUARTER_US;
    int64_t second = (int64_t)(frames ? frames : 25) * (per_frame ? per_frame : 40);
    /* 29 stands for the 29.97 frames a second of drop-frame time code. */
    double ticks =
        DEFAULT_PPQN * 1e6 / ((double)second * (frames == 29 ? 29.97 / 29 : 1.0) * (double)quarter_us);
    int kept = 0;
    bool has_tempo = false;
    for (int i = 0; i < check->events.count; i++) {
        SmfEvent event = check->events.event[i];
        bool tempo = event.status == SMF_META && event.data[0] == SMF_META_TEMPO;
        double tick = event.tick * ticks + 0.5;
        if (tick > SMF_TICK_MAX) check->repairs->too_long = true;
        if (tick > SMF_TICK_MAX || (tempo && has_tempo)) continue;
        has_tempo |= tempo;
        event.tick = (int32_t)tick;
        check->events.event[kept++] = event;
    }
    check->events.count = kept;
    check->repairs->frames = true;
}

bool smf_check(unsigned char **out, size_t *out_size, const unsigned char *bytes, size_t size,
               SmfRepairs *repairs, Error *err) {
    SmfRepairs ignored;
    Check check = {.repairs = repairs ? repairs : &ignored};
    *check.repairs = (SmfRepairs){0};
    bool done = read_file(&check, (Bytes){bytes, bytes + size}, err);
    if (done && check.notes == 0 && !check.own)
        done =
            check.repairs->cut_short || check.chunks == 0
                ? error_set(err, "The MIDI file is cut short before its first note: copy or export it again.")
                : error_set(err, "The MIDI file has no notes: choose one with a melody in it.");
    if (done) {
        bool frames = check.division & 0x8000;
        check.events.format = check.events.tracks > 1;
        check.events.ppqn = frames || check.division == 0 ? DEFAULT_PPQN : check.division;
        if (check.format == 2 && check.notes > 0) flatten_patterns(&check);
        if (check.events.tracks == 1) check.events.format = 0;
        if (frames) convert_frames(&check);
        done = smf_events_write(&check.events, out, out_size, err);
    }
    smf_events_deinit(&check.events);
    return done;
}
