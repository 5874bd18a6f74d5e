#include "midi_io/smf_tracks.h"

#include <stdlib.h>
#include <string.h>

#include "midi_io/midi.h"
#include "midi_io/smf_events.h"
#include "midi_io/smf_state.h"
#include "midi_io/smf_text.h"

enum { PITCHES = 128, METER_EXPONENT_MAX = 15 };

/* A note of the chunk that is being read. */
typedef struct {
    int32_t start, end; /* end -1 = still sounding */
    int32_t next;       /* the next younger note of the same channel and pitch that still sounds, or -1 */
    uint8_t channel, pitch, velocity;
} Heard;

/* All notes of the chunk in the order of their starts, and those that sound, one list through Heard.next for each channel and
 * pitch. */
typedef struct {
    Heard *note; /* owned */
    int count, capacity;
    int of_channel[MIDI_CHANNELS];
    int32_t oldest[MIDI_CHANNELS][PITCHES], youngest[MIDI_CHANNELS][PITCHES]; /* -1 = none */
} Hearing;

bool smf_tracks_is_mtrk(const Events *chunk) {
    return strcmp(events_kind(chunk), "MTrk") == 0;
}

/* ---- notes ---- */

static bool note_on(Hearing *hearing, int32_t tick, const uint8_t *bytes, Error *err) {
    if (hearing->count == hearing->capacity) {
        int capacity = hearing->capacity ? hearing->capacity * 2 : 256;
        Heard *grown = realloc(hearing->note, (size_t)capacity * sizeof *grown);
        if (!grown) return error_memory(err, "the notes of a MIDI file");
        hearing->note = grown;
        hearing->capacity = capacity;
    }
    int channel = midi_channel(bytes[0]), pitch = bytes[1];
    int32_t *youngest = &hearing->youngest[channel][pitch];
    *(*youngest < 0 ? &hearing->oldest[channel][pitch] : &hearing->note[*youngest].next) = hearing->count;
    *youngest = hearing->count;
    hearing->note[hearing->count++] = (Heard){tick, -1, -1, (uint8_t)channel, (uint8_t)pitch, bytes[2]};
    hearing->of_channel[channel]++;
    return true;
}

/* Ends the oldest note but `skip`. */
static void note_off(Hearing *hearing, int32_t tick, const uint8_t *bytes, int skip) {
    int32_t *link = &hearing->oldest[midi_channel(bytes[0])][bytes[1]], older = -1;
    for (; skip > 0 && *link >= 0 && hearing->note[*link].next >= 0; skip--) {
        older = *link;
        link = &hearing->note[*link].next;
    }
    if (*link < 0) return;
    Heard *note = &hearing->note[*link];
    note->end = tick;
    *link = note->next;
    if (note->next < 0) hearing->youngest[midi_channel(bytes[0])][bytes[1]] = older;
}

static bool is_mark(const uint8_t *bytes, uint32_t size) {
    return size >= 2 + SMF_STATE_MARK && bytes[0] == SMF_META && bytes[1] == SMF_META_OWN &&
           smf_state_kind(bytes + 2, size - 2) == SMF_STATE_RELEASES;
}

/* Of one chunk; hearing keeps its memory from chunk to chunk. */
static bool hear(Hearing *hearing, const Events *chunk, bool releases, Error *err) {
    bool marked[MIDI_CHANNELS] = {false};
    hearing->count = 0;
    memset(hearing->of_channel, 0, sizeof hearing->of_channel);
    memset(hearing->oldest, 0xff, sizeof hearing->oldest);
    memset(hearing->youngest, 0xff, sizeof hearing->youngest);
    for (int i = 0; i < events_count(chunk); i++) {
        const uint8_t *bytes = events_bytes(chunk, i);
        int kind = midi_kind(bytes[0]);
        int32_t tick = events_at(chunk, i).tick;
        if (kind == MIDI_NOTE_ON && bytes[2] > 0) {
            if (!note_on(hearing, tick, bytes, err)) return false;
        } else if (kind == MIDI_NOTE_ON || kind == MIDI_NOTE_OFF) {
            bool named = (releases || marked[midi_channel(bytes[0])]) && kind == MIDI_NOTE_OFF &&
                         bytes[2] >= SMF_RELEASE;
            note_off(hearing, tick, bytes, named ? bytes[2] - SMF_RELEASE : 0);
        } else if (is_mark(bytes, events_at(chunk, i).size)) {
            marked[bytes[2 + SMF_STATE_OWNER] & 0x0f] = true;
        }
    }
    return true;
}

static bool fill_track(Track *track, const Hearing *hearing, int channel, int division, int *endless,
                       Error *err) {
    for (int i = 0; i < hearing->count; i++) {
        const Heard *heard = &hearing->note[i];
        if (heard->channel != channel) continue;
        int32_t length = heard->end < 0 ? division : heard->end - heard->start;
        *endless += heard->end < 0;
        Note note = {heard->start, length < 1 ? 1 : length, heard->pitch, heard->velocity};
        if (track_insert(track, note, err) < 0) return false;
    }
    return true;
}

/* The first name in a chunk, readable; "" where there is none. */
static void first_name(char name[TRACK_NAME_SIZE], const Events *chunk) {
    name[0] = '\0';
    for (int i = 0; !name[0] && i < events_count(chunk); i++) {
        const uint8_t *bytes = events_bytes(chunk, i);
        if (bytes[0] == SMF_META && bytes[1] == SMF_META_NAME)
            smf_text_read(name, TRACK_NAME_SIZE, bytes + 2, events_at(chunk, i).size - 2);
    }
}

static bool add_tracks(Score *score, int chunk, const Hearing *hearing, int division, int *endless,
                       Error *err) {
    char name[TRACK_NAME_SIZE];
    first_name(name, score->chunk[chunk]);
    for (int channel = 0; channel < MIDI_CHANNELS; channel++) {
        if (hearing->of_channel[channel] == 0) continue;
        Track *track = track_new(err);
        if (!track) return false;
        track->channel = (uint8_t)channel;
        track->origin = (TrackOrigin){.chunk = (int16_t)(chunk + 1), .channel = (uint8_t)channel};
        memcpy(track->name, name, sizeof track->name);
        if (!fill_track(track, hearing, channel, division, endless, err)) {
            track_unref(track);
            return false;
        }
        if (!score_add_track(score, track, err)) return false;
    }
    return true;
}

static bool read_notes(Score *score, int division, bool releases, int *endless, Error *err) {
    Hearing *hearing = calloc(1, sizeof *hearing);
    bool done = hearing || error_memory(err, "the notes of a MIDI file");
    for (int i = 0; done && i < score->chunks; i++)
        if (smf_tracks_is_mtrk(score->chunk[i]))
            done = hear(hearing, score->chunk[i], releases, err) &&
                   add_tracks(score, i, hearing, division, endless, err);
    if (hearing) free(hearing->note);
    free(hearing);
    return done;
}

/* ---- programs ---- */

typedef struct {
    int32_t tick, order; /* order: as they stand in the file */
    uint8_t channel, program;
} Program;

static int compare_programs(const void *a, const void *b) {
    const Program *x = a, *y = b;
    if (x->channel != y->channel) return x->channel < y->channel ? -1 : 1;
    if (x->tick != y->tick) return x->tick < y->tick ? -1 : 1;
    return (x->order > y->order) - (x->order < y->order);
}

/* Counts the program changes of all chunks, and lists them where list is not null. */
static int list_programs(Program *list, const Score *score) {
    int count = 0;
    for (int c = 0; c < score->chunks; c++) {
        const Events *chunk = score->chunk[c];
        for (int i = 0; smf_tracks_is_mtrk(chunk) && i < events_count(chunk); i++) {
            const uint8_t *bytes = events_bytes(chunk, i);
            if (midi_kind(bytes[0]) != MIDI_PROGRAM) continue;
            if (list)
                list[count] =
                    (Program){events_at(chunk, i).tick, count, (uint8_t)midi_channel(bytes[0]), bytes[1]};
            count++;
        }
    }
    return count;
}

static void take_program(Track *track, const Program *list, int count) {
    int low = 0, high = count;
    while (low < high) { /* the first that comes after the track's first note */
        int middle = low + (high - low) / 2;
        bool after = list[middle].channel > track->channel ||
                     (list[middle].channel == track->channel && list[middle].tick > track->notes[0].start);
        *(after ? &high : &low) = after ? middle : middle + 1;
    }
    if (low > 0 && list[low - 1].channel == track->channel) track->program = list[low - 1].program;
}

static bool take_programs(Score *score, Error *err) {
    int count = list_programs(NULL, score);
    Program *list = malloc(((size_t)count + 1) * sizeof *list);
    if (!list) return error_memory(err, "the programs of a MIDI file");
    list_programs(list, score);
    qsort(list, (size_t)count, sizeof *list, compare_programs);
    for (int t = 0; t < score->tracks; t++) take_program(score->track[t], list, count);
    free(list);
    return true;
}

/* ---- time ---- */

typedef struct {
    TimelineTempo *tempo;
    TimelineMeter *meter;
    int tempos, meters;
} Map;

static bool is_tempo(const uint8_t *bytes, uint32_t size) {
    return size == 5 && bytes[0] == SMF_META && bytes[1] == SMF_META_TEMPO &&
           (bytes[2] | bytes[3] | bytes[4]);
}

static bool is_meter(const uint8_t *bytes, uint32_t size) {
    return size >= 4 && bytes[0] == SMF_META && bytes[1] == SMF_META_METER && bytes[2] > 0 &&
           bytes[3] <= METER_EXPONENT_MAX;
}

/* Counts them, and lists them where there is room. */
static void list_map(Map *map, const Score *score, bool list) {
    map->tempos = map->meters = 0;
    for (int c = 0; c < score->chunks; c++) {
        const Events *chunk = score->chunk[c];
        for (int i = 0; smf_tracks_is_mtrk(chunk) && i < events_count(chunk); i++) {
            const uint8_t *bytes = events_bytes(chunk, i);
            FileEvent event = events_at(chunk, i);
            if (is_tempo(bytes, event.size)) {
                int32_t quarter_us = bytes[2] << 16 | bytes[3] << 8 | bytes[4];
                if (list) map->tempo[map->tempos] = (TimelineTempo){event.tick, quarter_us};
                map->tempos++;
            } else if (is_meter(bytes, event.size)) {
                Meter meter = {bytes[2], (uint16_t)(1 << bytes[3])};
                if (list) map->meter[map->meters] = (TimelineMeter){event.tick, meter};
                map->meters++;
            }
        }
    }
}

/* Both kinds begin with their tick. Merges runs that are in order, so that of one tick the later chunk's stays behind. */
static void sort_by_tick(void *things, void *spare, int count, size_t size) {
    if (count < 2) return;
    int half = count / 2, left = 0, right = half;
    char *from = things, *to = spare;
    sort_by_tick(from, to, half, size);
    sort_by_tick(from + (size_t)half * size, to, count - half, size);
    for (int i = 0; i < count; i++) {
        int32_t a = 0, b = 0;
        if (left < half) memcpy(&a, from + (size_t)left * size, sizeof a);
        if (right < count) memcpy(&b, from + (size_t)right * size, sizeof b);
        int taken = right >= count || (left < half && a <= b) ? left++ : right++;
        memcpy(to + (size_t)i * size, from + (size_t)taken * size, size);
    }
    memcpy(from, to, (size_t)count * size);
}

Timeline *smf_tracks_timeline(const Score *score, int division, Error *err) {
    Map map = {0};
    list_map(&map, score, false);
    size_t room = (size_t)(map.tempos > map.meters ? map.tempos : map.meters) + 1;
    void *spare = malloc(room * sizeof(TimelineMeter));
    map.tempo = malloc(room * sizeof *map.tempo);
    map.meter = malloc(room * sizeof *map.meter);
    Timeline *timeline = NULL;
    if (spare && map.tempo && map.meter) {
        list_map(&map, score, true);
        sort_by_tick(map.tempo, spare, map.tempos, sizeof *map.tempo);
        sort_by_tick(map.meter, spare, map.meters, sizeof *map.meter);
        TimelineMap made = {.division = division,
                            .tempo = map.tempo,
                            .tempos = map.tempos,
                            .meter = map.meter,
                            .meters = map.meters};
        timeline = timeline_new(&made, err);
    } else {
        error_memory(err, "the tempos and meters of a MIDI file");
    }
    free(spare);
    free(map.tempo);
    free(map.meter);
    return timeline;
}

/* ---- the whole ---- */

static bool has_notes(const Events *chunk) {
    for (int i = 0; i < events_count(chunk); i++)
        if (midi_kind(events_bytes(chunk, i)[0]) == MIDI_NOTE_ON && events_bytes(chunk, i)[2] > 0)
            return true;
    return false;
}

void smf_tracks_title(char title[TRACK_NAME_SIZE], const Score *score) {
    int first = 0;
    while (first < score->chunks && !smf_tracks_is_mtrk(score->chunk[first])) first++;
    title[0] = '\0';
    if (first < score->chunks && !has_notes(score->chunk[first])) first_name(title, score->chunk[first]);
}

bool smf_tracks_is_key(const uint8_t *bytes, uint32_t size, Key *key) {
    if (size != 4 || bytes[0] != SMF_META || bytes[1] != SMF_META_KEY || bytes[3] > 1) return false;
    const int sharps = (int8_t)bytes[2];
    if (sharps < -7 || sharps > 7) return false;
    const int tonic =
        sharps * 7 + (bytes[3] ? 9 : 0); /* a fifth is 7 semitones; A minor has the signature of C */
    *key = (Key){.tonic = (uint8_t)(((tonic % 12) + 12) % 12),
                 .mode = bytes[3] ? KEY_MINOR : KEY_MAJOR,
                 .known = true};
    return true;
}

Key smf_tracks_key(const Score *score) {
    Key key = {0};
    int32_t first = INT32_MAX;
    for (int c = 0; c < score->chunks; c++) {
        const Events *chunk = score->chunk[c];
        for (int i = 0; smf_tracks_is_mtrk(chunk) && i < events_count(chunk); i++) {
            const FileEvent event = events_at(chunk, i);
            if (event.tick >= first) break;
            if (smf_tracks_is_key(events_bytes(chunk, i), event.size, &key)) first = event.tick;
        }
    }
    return key;
}

/* The first program of a channel, 0 where none is told, or memory is short. */
static uint8_t first_program(const Score *score, int channel) {
    const int count = list_programs(NULL, score);
    Program *list = malloc(((size_t)count + 1) * sizeof *list);
    uint8_t program = 0;
    if (!list) return program;
    list_programs(list, score);
    qsort(list, (size_t)count, sizeof *list, compare_programs);
    for (int i = count - 1; i >= 0; i--)
        if (list[i].channel == channel) program = list[i].program;
    free(list);
    return program;
}

int smf_tracks_add_silent(Score *score, int chunk, int channel, Error *err) {
    if (chunk < 1 || chunk > score->chunks || !smf_tracks_is_mtrk(score->chunk[chunk - 1])) return -1;
    int place = 0;
    for (; place < score->tracks; place++) {
        const TrackOrigin *origin = &score->track[place]->origin;
        if (origin->chunk == chunk && origin->channel == channel) return -1;
        if (origin->chunk > chunk || (origin->chunk == chunk && origin->channel > channel)) break;
    }
    Track *track = track_new(err);
    if (!track) return -1;
    track->channel = (uint8_t)channel;
    track->program = first_program(score, channel);
    track->origin = (TrackOrigin){.chunk = (int16_t)chunk, .channel = (uint8_t)channel};
    first_name(track->name, score->chunk[chunk - 1]);
    if (!score_add_track(score, track, err)) return -1;
    for (int t = score->tracks - 1; t > place; t--) score->track[t] = score->track[t - 1];
    score->track[place] = track;
    for (int v = 0; v < score->voices; v++)
        score->voice[v] = (int16_t)(score->voice[v] + (score->voice[v] >= place));
    return place;
}

static int32_t chunks_end(const Score *score) {
    int32_t end = 0;
    for (int c = 0; c < score->chunks; c++) {
        const Events *chunk = score->chunk[c];
        const int count = smf_tracks_is_mtrk(chunk) ? events_count(chunk) : 0;
        if (count > 0 && events_at(chunk, count - 1).tick > end) end = events_at(chunk, count - 1).tick;
    }
    return end;
}

bool smf_tracks_read(Score *score, int division, bool releases, int *endless, Error *err) {
    *endless = 0;
    Timeline *timeline = smf_tracks_timeline(score, division, err);
    if (!timeline) return false;
    score_set_timeline(score, timeline);
    if (!read_notes(score, division, releases, endless, err) || !take_programs(score, err)) return false;
    smf_tracks_title(score->title, score);
    score_set_end(score, chunks_end(score));
    return true;
}
