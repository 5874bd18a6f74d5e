#include "midi_io/smf_write.h"

#include <stdlib.h>
#include <string.h>

#include "midi_io/midi.h"
#include "midi_io/smf_events.h"
#include "midi_io/smf_state.h"
#include "midi_io/smf_tracks.h"

enum {
    CLOCKS_PER_CLICK = 24,
    THIRTY_SECONDS_PER_QUARTER = 8,
    RELEASES = 64,
    LOOK_BACK = 4096,
    TIME_BYTES = 4
};

/* Where new events stand among those of one tick that are kept. */
typedef enum { RANK_LEAD, RANK_TIME, RANK_OFF, RANK_KEPT, RANK_PROGRAM, RANK_ON } Rank;

typedef struct {
    SmfEvent event;
    int order;
    Rank rank;
} Item;

/* The new events of one chunk. */
typedef struct {
    Item *item; /* owned */
    int count, capacity;
} Items;

typedef struct {
    SmfEvents out;
    const Score *score;
    const SmfEvents *state; /* to stand in the first MTrk */
    Items items;            /* of the chunk that is written */
    bool own_time;          /* the score's tempos and meters are not those of its chunks */
    bool own_title;
    int32_t end;    /* where the first track has to end, for rests that no chunk tells; else 0 */
    bool own_key;   /* and not the one that the chunks tell */
    uint8_t key[2]; /* text of the key signature */
    int first;      /* the first MTrk among the chunks, -1 = none */
    uint8_t *time;  /* texts of tempos and meters, TIME_BYTES each; owned */
    uint8_t mark[MIDI_CHANNELS][SMF_STATE_MARK];
} Writer;

static bool add_item(Items *items, Rank rank, SmfEvent event, Error *err) {
    if (items->count == items->capacity) {
        int capacity = items->capacity ? items->capacity * 2 : 256;
        Item *grown = realloc(items->item, (size_t)capacity * sizeof *grown);
        if (!grown) return error_memory(err, "the events of a MIDI file");
        items->item = grown;
        items->capacity = capacity;
    }
    items->item[items->count] = (Item){event, items->count, rank};
    items->count++;
    return true;
}

static int compare_items(const void *a, const void *b) {
    const Item *x = a, *y = b;
    if (x->event.tick != y->event.tick) return x->event.tick < y->event.tick ? -1 : 1;
    if (x->rank != y->rank) return x->rank < y->rank ? -1 : 1;
    return (x->order > y->order) - (x->order < y->order);
}

static SmfEvent meta(int32_t tick, int type, const void *text, size_t size) {
    return (SmfEvent){
        .tick = tick, .status = SMF_META, .data = {(uint8_t)type, 0}, .size = (uint32_t)size, .text = text};
}

static SmfEvent message(int32_t tick, int status, int first, int second) {
    return (SmfEvent){.tick = tick, .status = (uint8_t)status, .data = {(uint8_t)first, (uint8_t)second}};
}

static SmfEvent kept_event(const Events *chunk, int index) {
    FileEvent event = events_at(chunk, index);
    const uint8_t *bytes = events_bytes(chunk, index);
    if (bytes[0] == SMF_META) return meta(event.tick, bytes[1], bytes + 2, event.size - 2);
    if (smf_event_is_channel(bytes[0]))
        return message(event.tick, bytes[0], bytes[1], event.size > 2 ? bytes[2] : 0);
    return (SmfEvent){.tick = event.tick, .status = bytes[0], .size = event.size - 1, .text = bytes + 1};
}

/* ---- what is new ---- */

static bool add_title(Writer *writer, Error *err) {
    const char *title = writer->score->title;
    SmfEvent name = meta(0, SMF_META_NAME, title, strlen(title));
    return !title[0] || add_item(&writer->items, RANK_LEAD, name, err);
}

static bool add_state(Writer *writer, Error *err) {
    for (int i = 0; i < writer->state->count; i++)
        if (!add_item(&writer->items, RANK_LEAD, writer->state->event[i], err)) return false;
    return true;
}

/* Modes have the signature of their scale and the third of their tonic. */
static bool add_key(Writer *writer, Error *err) {
    SmfEvent signature = meta(0, SMF_META_KEY, writer->key, sizeof writer->key);
    return !writer->own_key || add_item(&writer->items, RANK_TIME, signature, err);
}

static bool add_time(Writer *writer, Error *err) {
    TimelineMap map = timeline_map(writer->score->timeline);
    uint8_t *text = writer->time = malloc(((size_t)map.tempos + (size_t)map.meters + 1) * TIME_BYTES);
    if (!text) return error_memory(err, "the tempos and meters of a MIDI file");
    for (int i = 0; i < map.tempos; i++, text += TIME_BYTES) {
        for (int b = 0; b < 3; b++) text[b] = (uint8_t)(map.tempo[i].quarter_us >> (16 - 8 * b));
        if (!add_item(&writer->items, RANK_TIME, meta(map.tempo[i].tick, SMF_META_TEMPO, text, 3), err))
            return false;
    }
    for (int i = 0; i < map.meters; i++, text += TIME_BYTES) {
        int unit = meter_unit(map.meter[i].meter), exponent = 0;
        while (unit >> (exponent + 1)) exponent++;
        text[0] = (uint8_t)meter_beats(map.meter[i].meter);
        text[1] = (uint8_t)exponent;
        text[2] = CLOCKS_PER_CLICK;
        text[3] = THIRTY_SECONDS_PER_QUARTER;
        if (!add_item(&writer->items, RANK_TIME, meta(map.meter[i].tick, SMF_META_METER, text, 4), err))
            return false;
    }
    return true;
}

/* How many notes of its pitch that are older go on sounding when this one ends: that is its note-off's release velocity. */
static int older_ones(const Track *track, int index) {
    const Note *note = &track->notes[index];
    int older = 0;
    for (int i = index - 1; i >= 0 && i > index - LOOK_BACK && older < RELEASES - 1; i--) {
        const Note *other = &track->notes[i];
        older += other->pitch == note->pitch && other->start + other->length > note->start + note->length;
    }
    return older;
}

static bool overlaps_itself(const Track *track) {
    int32_t until[128] = {0};
    for (int i = 0; i < track->count; i++) {
        const Note *note = &track->notes[i];
        if (note->start < until[note->pitch]) return true;
        until[note->pitch] = note->start + note->length;
    }
    return false;
}

static bool add_notes(Writer *writer, const Track *track, Error *err) {
    int channel = track->channel;
    bool overlaps = overlaps_itself(track);
    SmfEvent mark = meta(0, SMF_META_OWN, writer->mark[channel], SMF_STATE_MARK);
    if (overlaps && !add_item(&writer->items, RANK_LEAD, mark, err)) return false;
    for (int i = 0; i < track->count; i++) {
        const Note *note = &track->notes[i];
        int release = SMF_RELEASE + (overlaps ? older_ones(track, i) : 0);
        SmfEvent on = message(note->start, MIDI_NOTE_ON | channel, note->pitch, note->velocity);
        SmfEvent off = message(note->start + note->length, MIDI_NOTE_OFF | channel, note->pitch, release);
        if (!add_item(&writer->items, RANK_ON, on, err) || !add_item(&writer->items, RANK_OFF, off, err))
            return false;
    }
    return true;
}

/* ---- what is kept ---- */

/* The edited track whose notes stand in this chunk on this channel, or null. */
static const Track *edited_track(const Score *score, int chunk, int channel) {
    for (int i = 0; i < score->tracks; i++) {
        const Track *track = score->track[i];
        if (track->origin.edited && track->origin.chunk == chunk + 1 && track->origin.channel == channel)
            return track;
    }
    return NULL;
}

/* Where a chunk tells a channel's program last at or before a tick; -1 = nowhere. */
static int program_event(const Events *chunk, int channel, int32_t tick) {
    for (int i = events_next(chunk, tick + 1) - 1; i >= 0; i--)
        if (events_bytes(chunk, i)[0] == (MIDI_PROGRAM | channel)) return i;
    return -1;
}

static int program_told(const Score *score, int channel, int32_t tick) {
    int program = -1;
    int32_t latest = -1;
    for (int c = 0; c < score->chunks; c++) {
        const Events *chunk = score->chunk[c];
        int at = smf_tracks_is_mtrk(chunk) ? program_event(chunk, channel, tick) : -1;
        if (at < 0 || events_at(chunk, at).tick < latest) continue;
        latest = events_at(chunk, at).tick;
        program = events_bytes(chunk, at)[1];
    }
    return program;
}

/* What of an event of an old chunk is written, and how. */
typedef struct {
    const Track *edited[MIDI_CHANNELS];
    int program_at[MIDI_CHANNELS]; /* the event that gets the track's program, -1 = none */
    bool named;                    /* the title has been written */
} Change;

static bool begin_change(Writer *writer, Change *change, int chunk, Error *err) {
    const Score *score = writer->score;
    *change = (Change){0};
    for (int channel = 0; channel < MIDI_CHANNELS; channel++) {
        change->program_at[channel] = -1;
        const Track *track = change->edited[channel] = edited_track(score, chunk, channel);
        if (!track) continue;
        if (!add_notes(writer, track, err)) return false;
        int32_t start = track->count > 0 ? track->notes[0].start : 0;
        int told = program_told(score, channel, start);
        if (told == track->program || (told < 0 && track->program == 0)) continue;
        change->program_at[channel] = program_event(score->chunk[chunk], channel, start);
        SmfEvent program = message(start, MIDI_PROGRAM | track->channel, track->program, 0);
        if (change->program_at[channel] < 0 && !add_item(&writer->items, RANK_PROGRAM, program, err))
            return false;
    }
    return true;
}

/* False where the event is left out, because something new takes its place. */
static bool change_event(const Writer *writer, Change *change, bool first, int index, SmfEvent *event) {
    if (smf_event_is_channel(event->status)) {
        int kind = midi_kind(event->status), channel = midi_channel(event->status);
        if (!change->edited[channel]) return true;
        if (index == change->program_at[channel]) event->data[0] = change->edited[channel]->program;
        return kind != MIDI_NOTE_ON && kind != MIDI_NOTE_OFF;
    }
    if (event->status != SMF_META) return true;
    int type = event->data[0];
    if (type == SMF_META_TEMPO || type == SMF_META_METER) return !writer->own_time;
    if (type == SMF_META_KEY) return !writer->own_key;
    if (type == SMF_META_OWN && event->size >= SMF_STATE_MARK &&
        smf_state_kind(event->text, event->size) == SMF_STATE_RELEASES)
        return !change->edited[event->text[SMF_STATE_OWNER] & 0x0f];
    if (type == SMF_META_NAME && first && writer->own_title && !change->named) {
        *event = meta(event->tick, type, writer->score->title, strlen(writer->score->title));
        change->named = true;
    }
    return true;
}

/* ---- chunks ---- */

static bool put(Writer *writer, SmfEvent event, Error *err) {
    event.track = (uint16_t)writer->out.tracks;
    return smf_events_add(&writer->out, event, err);
}

static bool put_items(Writer *writer, int *next, int32_t tick, Rank below, Error *err) {
    for (; *next < writer->items.count; ++*next) {
        const Item *item = &writer->items.item[*next];
        if (item->event.tick > tick || (item->event.tick == tick && item->rank >= below)) return true;
        if (!put(writer, item->event, err)) return false;
    }
    return true;
}

/* Closes the track at `end`, or behind the last event where that comes later. */
static bool close_track(Writer *writer, int *next, int32_t end, Error *err) {
    if (!put_items(writer, next, INT32_MAX, RANK_ON, err)) return false;
    int last = writer->out.count - 1;
    if (last >= 0 && writer->out.event[last].track == writer->out.tracks &&
        writer->out.event[last].tick > end)
        end = writer->out.event[last].tick;
    bool done = put(writer, meta(end, SMF_META_END, NULL, 0), err);
    writer->out.tracks++;
    return done;
}

static void sort_items(Writer *writer) {
    if (writer->items.count > 1)
        qsort(writer->items.item, (size_t)writer->items.count, sizeof *writer->items.item, compare_items);
}

static bool put_chunk(Writer *writer, int index, Error *err) {
    const Events *chunk = writer->score->chunk[index];
    bool first = index == writer->first, has_name = false;
    Change change;
    writer->items.count = 0;
    for (int i = 0; first && i < events_count(chunk); i++)
        has_name |= events_bytes(chunk, i)[0] == SMF_META && events_bytes(chunk, i)[1] == SMF_META_NAME;
    if (first && writer->own_title && !has_name && !add_title(writer, err)) return false;
    if (first && !add_state(writer, err)) return false;
    if (first && writer->own_time && !add_time(writer, err)) return false;
    if (first && !add_key(writer, err)) return false;
    if (!begin_change(writer, &change, index, err)) return false;
    sort_items(writer);
    int next = 0, count = events_count(chunk);
    int32_t end = count > 0 ? events_at(chunk, count - 1).tick : 0;
    if (first && writer->end > end) end = writer->end;
    for (int i = 0; i < count; i++) {
        SmfEvent event = kept_event(chunk, i);
        if (smf_event_is_meta(&event, SMF_META_END)) continue;
        if (!put_items(writer, &next, event.tick, RANK_KEPT, err)) return false;
        if (change_event(writer, &change, first, i, &event) && !put(writer, event, err)) return false;
    }
    return close_track(writer, &next, end, err);
}

static bool put_foreign(Writer *writer, const Events *chunk, Error *err) {
    for (int i = 0; i < events_count(chunk); i++) {
        SmfChunk foreign = {writer->out.tracks, events_kind(chunk), events_bytes(chunk, i),
                            events_at(chunk, i).size};
        if (!smf_events_add_chunk(&writer->out, foreign, err)) return false;
    }
    return true;
}

/* The first chunk of a song that comes from no file. */
static bool put_lead(Writer *writer, Error *err) {
    writer->items.count = 0;
    int next = 0;
    if (!add_title(writer, err) || !add_state(writer, err) || !add_time(writer, err) || !add_key(writer, err))
        return false;
    sort_items(writer);
    return close_track(writer, &next, writer->end, err);
}

static bool put_new_track(Writer *writer, const Track *track, Error *err) {
    writer->items.count = 0;
    int next = 0;
    SmfEvent name = meta(0, SMF_META_NAME, track->name, strlen(track->name));
    SmfEvent program = message(0, MIDI_PROGRAM | track->channel, track->program, 0);
    if ((track->name[0] && !add_item(&writer->items, RANK_LEAD, name, err)) ||
        !add_item(&writer->items, RANK_PROGRAM, program, err) || !add_notes(writer, track, err))
        return false;
    sort_items(writer);
    return close_track(writer, &next, 0, err);
}

/* Made here, or from a chunk of another score. */
static bool is_new(const Score *score, const Track *track) {
    return track->origin.chunk == 0 || track->origin.chunk > score->chunks;
}

static bool put_score(Writer *writer, Error *err) {
    const Score *score = writer->score;
    if (writer->first < 0 && !put_lead(writer, err)) return false;
    for (int i = 0; i < score->chunks; i++)
        if (smf_tracks_is_mtrk(score->chunk[i]) ? !put_chunk(writer, i, err)
                                                : !put_foreign(writer, score->chunk[i], err))
            return false;
    for (int i = 0; i < score->tracks; i++)
        if (is_new(score, score->track[i]) && !put_new_track(writer, score->track[i], err)) return false;
    return true;
}

/* ---- the whole ---- */

/* What the chunks say by themselves is not said again. */
static bool compare_with_chunks(Writer *writer, Error *err) {
    const Score *score = writer->score;
    writer->first = -1;
    writer->end = score->end;
    for (int i = score->chunks - 1; i >= 0; i--) {
        const Events *chunk = score->chunk[i];
        const int count = events_count(chunk);
        if (!smf_tracks_is_mtrk(chunk)) continue;
        writer->first = i;
        if (count > 0 && events_at(chunk, count - 1).tick >= writer->end) writer->end = 0;
    }
    if (writer->first < 0) return true;
    Timeline *told = smf_tracks_timeline(score, timeline_division(score->timeline), err);
    if (!told) return false;
    writer->own_time = !timeline_equal(told, score->timeline);
    timeline_unref(told);
    char title[TRACK_NAME_SIZE];
    smf_tracks_title(title, score);
    writer->own_title = strcmp(title, score->title) != 0;
    return true;
}

static bool pack(SmfEvents *events, uint8_t **packed, SmfStateKind kind, const void *bytes, size_t size,
                 Error *err) {
    size_t packed_size;
    if (!bytes) return true;
    *packed = smf_state_pack(kind, bytes, size, &packed_size, err);
    return *packed && smf_events_add(events, meta(0, SMF_META_OWN, *packed, packed_size), err);
}

static bool pack_state(SmfEvents *events, uint8_t *packed[1 + SMF_IMAGES], const SmfState *state,
                       Error *err) {
    if (!state) return true;
    bool done =
        pack(events, &packed[0], SMF_STATE_TEXT, state->text, state->text ? strlen(state->text) : 0, err);
    for (int i = 0; done && i < SMF_IMAGES; i++)
        done = pack(events, &packed[1 + i], (SmfStateKind)(SMF_STATE_CONTEXT + i), state->image[i].bytes,
                    state->image[i].size, err);
    return done;
}

static void take_key(Writer *writer, Key key) {
    bool minor = key.mode == KEY_MINOR || key.mode == KEY_DORIAN || key.mode == KEY_PHRYGIAN ||
                 key.mode == KEY_LOCRIAN;
    writer->own_key = key.known && !key_equal(key, smf_tracks_key(writer->score));
    writer->key[0] = (uint8_t)key_signature(key);
    writer->key[1] = minor;
}

bool smf_write(const Score *score, Key key, const SmfState *state, unsigned char **bytes, size_t *size,
               Error *err) {
    SmfEvents own = {0};
    uint8_t *packed[1 + SMF_IMAGES] = {NULL};
    Writer writer = {.score = score, .state = &own};
    for (int channel = 0; channel < MIDI_CHANNELS; channel++)
        smf_state_write_mark(writer.mark[channel], channel);
    take_key(&writer, key);
    bool done =
        pack_state(&own, packed, state, err) && compare_with_chunks(&writer, err) && put_score(&writer, err);
    if (done && writer.out.count > SMF_EVENTS_MAX)
        done =
            error_set(err, "The song has more than %d events, too many for one file: save it in two songs.",
                      SMF_EVENTS_MAX);
    writer.out.format =
        writer.out.tracks > 1 || (score->chunks > 0 && score->format == 1) || score->chunks == 0;
    writer.out.ppqn = timeline_division(score->timeline);
    if (done) done = smf_events_write(&writer.out, bytes, size, err);
    smf_events_deinit(&writer.out);
    smf_events_deinit(&own);
    free(writer.items.item);
    free(writer.time);
    for (int i = 0; i < 1 + SMF_IMAGES; i++) free(packed[i]);
    return done;
}
