#include "midi_io/sheet.h"

#include <stdlib.h>
#include <string.h>

#include "engine/base/number.h"
#include "engine/base/utf8.h"
#include "midi_io/midi.h"
#include "midi_io/smf_events.h"
#include "midi_io/smf_tracks.h"

enum { TIES_MAX = 64, TEXT_SIZE = 256, FINE = SHEET_QUARTER, COARSE = TIMELINE_DIVISION };

/* The order of what stands at one time. */
typedef enum { RANK_WORDS, RANK_OFF, RANK_ON } Rank;

typedef struct {
    int64_t at;
    int32_t order;
    Rank rank;
    uint32_t start, size; /* of its bytes (events.h) in the list's blob */
} Item;

typedef struct {
    Item *item; /* owned */
    int count, capacity;
    uint8_t *blob; /* owned */
    size_t used, room;
} Items;

typedef struct {
    Items items;
    SheetNote *note; /* owned */
    int count, capacity;
    int tie[TIES_MAX]; /* notes that are to go on */
    int ties;
    char name[TRACK_NAME_SIZE];
    int program, channel; /* -1 = not told */
} Voice;

typedef struct {
    int64_t at;
    Meter meter;
} MeterMark;

struct Sheet {
    char title[TRACK_NAME_SIZE];
    Items lead;
    Voice voice[SHEET_VOICES_MAX];
    int voices;
    MeterMark *meter; /* owned */
    int meters, meter_capacity;
    int64_t *bar; /* owned; bar lines */
    int bars, bar_capacity;
    bool fine; /* something stands between the ticks of COARSE */
    int64_t end;
};

/* ---- life ---- */

Sheet *sheet_new(Error *err) {
    Sheet *sheet = calloc(1, sizeof *sheet);
    if (!sheet) error_memory(err, "the written music");
    return sheet;
}

void sheet_free(Sheet *sheet) {
    if (!sheet) return;
    for (int v = 0; v < sheet->voices; v++) {
        free(sheet->voice[v].items.item);
        free(sheet->voice[v].items.blob);
        free(sheet->voice[v].note);
    }
    free(sheet->lead.item);
    free(sheet->lead.blob);
    free(sheet->meter);
    free(sheet->bar);
    free(sheet);
}

/* Room for one more thing of a list. */
static bool grow(void *list, int count, int *capacity, size_t size, Error *err) {
    if (count < *capacity) return true;
    void *old;
    memcpy(&old, list, sizeof old);
    const int wanted = *capacity ? 2 * *capacity : 64;
    void *grown = count < EVENTS_MAX ? realloc(old, (size_t)wanted * size) : NULL;
    if (!grown) return error_memory(err, "the written music");
    memcpy(list, &grown, sizeof grown);
    *capacity = wanted;
    return true;
}

static void note_time(Sheet *sheet, int64_t at) {
    sheet->fine |= at % (FINE / COARSE) != 0;
    if (at > sheet->end) sheet->end = at;
}

static bool add(Items *items, int64_t at, Rank rank, const void *bytes, size_t size, Error *err) {
    if (!grow(&items->item, items->count, &items->capacity, sizeof *items->item, err)) return false;
    if (items->room - items->used < size) {
        const size_t room = 2 * (items->room + size);
        uint8_t *grown = realloc(items->blob, room);
        if (!grown) return error_memory(err, "the written music");
        items->blob = grown;
        items->room = room;
    }
    memcpy(items->blob + items->used, bytes, size);
    items->item[items->count] = (Item){at, items->count, rank, (uint32_t)items->used, (uint32_t)size};
    items->used += size;
    items->count++;
    return true;
}

static bool add_text(Items *items, int64_t at, int type, const char *text, Error *err) {
    char bytes[2 + TEXT_SIZE] = {(char)SMF_META, (char)type};
    utf8_clean(bytes + 2, TEXT_SIZE, text, strlen(text));
    return !bytes[2] || add(items, at, RANK_WORDS, bytes, 2 + strlen(bytes + 2), err);
}

/* ---- what is told ---- */

void sheet_set_title(Sheet *sheet, const char *text) {
    utf8_clean(sheet->title, sizeof sheet->title, text, strlen(text));
}

int sheet_add_voice(Sheet *sheet, const char *name, Error *err) {
    if (sheet->voices == SHEET_VOICES_MAX) {
        error_set(err, "The music has more than %d voices.", SHEET_VOICES_MAX);
        return -1;
    }
    sheet->voice[sheet->voices] = (Voice){.program = -1, .channel = -1};
    utf8_clean(sheet->voice[sheet->voices].name, TRACK_NAME_SIZE, name, strlen(name));
    return sheet->voices++;
}

void sheet_set_program(Sheet *sheet, int voice, int program) {
    sheet->voice[voice].program = number_clamp(program, 0, MIDI_DATA_MAX);
}

void sheet_set_channel(Sheet *sheet, int voice, int channel) {
    sheet->voice[voice].channel = number_clamp(channel, 0, MIDI_CHANNELS - 1);
}

/* The note that this one only carries on, or null. */
static SheetNote *carried_on(Voice *voice, const SheetNote *note) {
    for (int i = 0; i < voice->ties; i++) {
        SheetNote *before = &voice->note[voice->tie[i]];
        if (before->pitch != note->pitch || before->start + before->length != note->start) continue;
        if (!note->tied) voice->tie[i] = voice->tie[--voice->ties];
        return before;
    }
    return NULL;
}

bool sheet_note(Sheet *sheet, int voice, SheetNote note, Error *err) {
    Voice *to = &sheet->voice[voice];
    if (note.length < 1) note.length = 1;
    note_time(sheet, note.start);
    note_time(sheet, note.start + note.length);
    SheetNote *before = carried_on(to, &note);
    if (before) {
        before->length += note.length;
        return true;
    }
    if (!grow(&to->note, to->count, &to->capacity, sizeof *to->note, err)) return false;
    if (note.tied && to->ties == TIES_MAX) to->ties = 0;
    if (note.tied) to->tie[to->ties++] = to->count;
    to->note[to->count++] = note;
    return true;
}

bool sheet_word(Sheet *sheet, int voice, int64_t at, const char *syllable, Error *err) {
    return add_text(&sheet->voice[voice].items, at, SMF_META_LYRIC, syllable, err);
}

bool sheet_chord(Sheet *sheet, int64_t at, const char *symbol, Error *err) {
    return add_text(&sheet->lead, at, SMF_META_TEXT, symbol, err);
}

bool sheet_meter(Sheet *sheet, int64_t at, Meter meter, Error *err) {
    if (!grow(&sheet->meter, sheet->meters, &sheet->meter_capacity, sizeof *sheet->meter, err)) return false;
    sheet->meter[sheet->meters++] = (MeterMark){at, meter};
    return true;
}

bool sheet_bar_line(Sheet *sheet, int64_t at, Error *err) {
    if (sheet->bars > 0 && at <= sheet->bar[sheet->bars - 1]) return true;
    if (!grow(&sheet->bar, sheet->bars, &sheet->bar_capacity, sizeof *sheet->bar, err)) return false;
    sheet->bar[sheet->bars++] = at;
    return true;
}

bool sheet_key(Sheet *sheet, int64_t at, int sharps, bool minor, Error *err) {
    const uint8_t bytes[] = {SMF_META, SMF_META_KEY, (uint8_t)(int8_t)number_clamp(sharps, -7, 7), minor};
    return add(&sheet->lead, at, RANK_WORDS, bytes, sizeof bytes, err);
}

bool sheet_tempo(Sheet *sheet, int64_t at, double quarters_a_minute, Error *err) {
    if (!(quarters_a_minute > 0)) return true;
    const double us = 60e6 / quarters_a_minute + 0.5;
    const int32_t quarter_us = us < TIMELINE_QUARTER_US_MIN   ? TIMELINE_QUARTER_US_MIN
                               : us > TIMELINE_QUARTER_US_MAX ? TIMELINE_QUARTER_US_MAX
                                                              : (int32_t)us;
    const uint8_t bytes[] = {SMF_META, SMF_META_TEMPO, (uint8_t)(quarter_us >> 16),
                             (uint8_t)(quarter_us >> 8), (uint8_t)quarter_us};
    return add(&sheet->lead, at, RANK_WORDS, bytes, sizeof bytes, err);
}

/* ---- bars ---- */

static bool put_meter(Sheet *sheet, int64_t at, Meter meter, Error *err) {
    int exponent = 0;
    while (meter_unit(meter) >> (exponent + 1)) exponent++;
    const uint8_t bytes[] = {SMF_META, SMF_META_METER, (uint8_t)meter_beats(meter), (uint8_t)exponent, 24, 8};
    note_time(sheet, at);
    return add(&sheet->lead, at, RANK_WORDS, bytes, sizeof bytes, err);
}

/* The meter of a bar of this length, in the beats of like where that goes; false for thirds and the like. */
static bool meter_of(Meter *out, int64_t length, Meter like) {
    enum { UNIT_MAX = 64 };
    for (int unit = meter_unit(like); unit <= UNIT_MAX; unit *= 2) {
        const int64_t part = SHEET_WHOLE / unit;
        if (length % part != 0 || length / part < 1 || length / part > METER_BEATS_MAX) continue;
        *out = (Meter){(uint8_t)(length / part), (uint16_t)unit};
        return true;
    }
    return false;
}

/* Which of its own meters the sheet is in at a time; *next walks along. */
static Meter meter_at(const Sheet *sheet, int64_t at, int *next, Meter before) {
    for (; *next < sheet->meters && sheet->meter[*next].at <= at; ++*next) before = sheet->meter[*next].meter;
    return before;
}

/* Do this bar and the next one fill one, both under the same meter? */
static bool is_joined(const Sheet *sheet, int bar, int64_t whole, int next) {
    const int64_t *line = sheet->bar;
    if (bar + 2 >= sheet->bars || line[bar + 2] - line[bar] != whole) return false;
    return next >= sheet->meters || sheet->meter[next].at >= line[bar + 2];
}

static bool put_bars(Sheet *sheet, Error *err) {
    int next = 0;
    Meter told = {0}, written = {0}; /* what the sheet says, and what the score has been told */
    for (int bar = 0; bar + 1 < sheet->bars; bar++) {
        const int64_t start = sheet->bar[bar], length = sheet->bar[bar + 1] - start;
        told = meter_at(sheet, start, &next, told);
        const int64_t whole = meter_bar_ticks(told, SHEET_QUARTER);
        Meter meter = told;
        const bool last = bar + 2 == sheet->bars;
        if (length < whole && bar > 0 && is_joined(sheet, bar, whole, next))
            bar++;
        else if (length != whole && !(last && length < whole && bar > 0))
            meter_of(&meter, length, told);
        if (start == 0 || !meter_equal(meter, written))
            if (!put_meter(sheet, start, meter, err)) return false;
        written = meter;
    }
    return true;
}

static bool put_meters(Sheet *sheet, Error *err) {
    if (sheet->bars > 1) return put_bars(sheet, err);
    for (int i = 0; i < sheet->meters; i++)
        if (!put_meter(sheet, sheet->meter[i].at, sheet->meter[i].meter, err)) return false;
    return true;
}

/* ---- the score ---- */

static bool put_notes(Voice *voice, int channel, Error *err) {
    if (voice->program >= 0) {
        const uint8_t bytes[] = {(uint8_t)(MIDI_PROGRAM | channel), (uint8_t)voice->program};
        if (!add(&voice->items, 0, RANK_WORDS, bytes, sizeof bytes, err)) return false;
    }
    for (int i = 0; i < voice->count; i++) {
        const SheetNote *note = &voice->note[i];
        const uint8_t on[] = {(uint8_t)(MIDI_NOTE_ON | channel), note->pitch, note->velocity};
        const uint8_t off[] = {(uint8_t)(MIDI_NOTE_OFF | channel), note->pitch, 0};
        if (!add(&voice->items, note->start, RANK_ON, on, sizeof on, err) ||
            !add(&voice->items, note->start + note->length, RANK_OFF, off, sizeof off, err))
            return false;
    }
    return true;
}

static int by_time(const void *a, const void *b) {
    const Item *x = a, *y = b;
    if (x->at != y->at) return x->at < y->at ? -1 : 1;
    if (x->rank != y->rank) return x->rank < y->rank ? -1 : 1;
    return (x->order > y->order) - (x->order < y->order);
}

static bool put_chunk(Score *out, Items *items, const char *name, int64_t unit, Error *err) {
    const uint8_t end[] = {SMF_META, SMF_META_END};
    if (items->count > 0) qsort(items->item, (size_t)items->count, sizeof *items->item, by_time);
    Events *chunk = events_new("MTrk", err);
    if (!chunk) return false;
    char text[2 + TRACK_NAME_SIZE] = {(char)SMF_META, SMF_META_NAME};
    strcpy(text + 2, name);
    bool done = !name[0] || events_add(chunk, 0, (uint8_t *)text, 2 + strlen(name), err);
    int32_t tick = 0;
    for (int i = 0; done && i < items->count; i++) {
        const Item *item = &items->item[i];
        tick = (int32_t)((item->at + unit / 2) / unit);
        done = events_add(chunk, tick, items->blob + item->start, item->size, err);
    }
    done = done && events_add(chunk, tick, end, sizeof end, err);
    if (done) return score_add_chunk(out, chunk, err);
    events_unref(chunk);
    return false;
}

/* Channels that nobody asked for go to the voices in turn, but that of the drums. */
static int next_channel(int *last) {
    *last = (*last + 1) % MIDI_CHANNELS;
    if (*last == MIDI_DRUM_CHANNEL) ++*last;
    return *last;
}

bool sheet_to_score(Sheet *sheet, Score *out, Error *err) {
    const int64_t unit = sheet->fine && sheet->end < TRACK_TICKS_MAX ? 1 : FINE / COARSE;
    int last = MIDI_CHANNELS - 1, notes = 0, endless;
    if (sheet->end / unit >= TRACK_TICKS_MAX) return error_set(err, "The music is too long to be played.");
    for (int v = 0; v < sheet->voices; v++) notes += sheet->voice[v].count;
    if (notes == 0) return error_set(err, "There are no notes in it.");
    if (!put_meters(sheet, err) || !put_chunk(out, &sheet->lead, sheet->title, unit, err)) return false;
    for (int v = 0; v < sheet->voices; v++) {
        Voice *voice = &sheet->voice[v];
        if (voice->count == 0) continue;
        const int channel = voice->channel >= 0 ? voice->channel : next_channel(&last);
        if (!put_notes(voice, channel, err) || !put_chunk(out, &voice->items, voice->name, unit, err))
            return false;
    }
    out->format = 1;
    return smf_tracks_read(out, (int)(FINE / unit), false, &endless, err);
}
