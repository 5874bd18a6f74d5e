/* What a tune's lines go into: voices, bars, items, texts; and the fields that change how they go on. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/number.h"
#include "midi_io/abc_private.h"

/* ---- lists ---- */

bool abc_grow(AbcScan *scan, void *list, int count, int *capacity, size_t size) {
    if (count < *capacity) return true;
    void *old;
    memcpy(&old, list, sizeof old);
    const int wanted = *capacity ? 2 * *capacity : 32;
    void *grown = count < TRACK_NOTES_MAX ? realloc(old, (size_t)wanted * size) : NULL;
    if (!grown) return error_memory(scan->err, "the written music");
    memcpy(list, &grown, sizeof grown);
    *capacity = wanted;
    return true;
}

uint32_t abc_scan_text(AbcScan *scan, AbcSpan text) {
    const size_t size = (size_t)(text.end - text.at) + 1;
    if (scan->texts_room - scan->texts_used < size) {
        const size_t room = 2 * (scan->texts_room + size);
        char *grown = realloc(scan->texts, room);
        if (!grown) {
            scan->no_memory = true;
            return 0;
        }
        scan->texts = grown;
        scan->texts_room = room;
    }
    const uint32_t start = (uint32_t)scan->texts_used;
    memcpy(scan->texts + start, text.at, size - 1);
    scan->texts[start + size - 1] = '\0';
    scan->texts_used += size;
    return start;
}

bool abc_add_item(AbcScan *scan, AbcVoice *voice, AbcItem item) {
    if (!abc_grow(scan, &voice->item, voice->items, &voice->item_capacity, sizeof *voice->item)) return false;
    voice->item[voice->items++] = item;
    return true;
}

/* A bar line now. What stands at one place is one. */
bool abc_add_bar(AbcScan *scan, AbcVoice *voice) {
    if (voice->longest > voice->at) voice->at = voice->longest;
    voice->longest = voice->at;
    memset(voice->has_accidental, 0, sizeof voice->has_accidental);
    const AbcBar *last = &voice->bar[voice->bars - 1];
    if (last->at == voice->at) return true;
    if (!abc_grow(scan, &voice->bar, voice->bars, &voice->bar_capacity, sizeof *voice->bar)) return false;
    voice->bar[voice->bars++] = (AbcBar){.at = voice->at, .item = voice->items};
    return true;
}

void abc_scan_wrong(AbcScan *scan, AbcSpan what) {
    if (scan->wrong_line == scan->line && scan->wrong > 0) return;
    if (scan->wrong++ > 0) return;
    scan->wrong_line = scan->line;
    const size_t size = (size_t)number_min((int)(what.end - what.at), (int)sizeof scan->wrong_words - 1);
    memcpy(scan->wrong_words, what.at, size);
    scan->wrong_words[size] = '\0';
}

/* ---- voices ---- */

static bool is_same(AbcSpan span, const char *word) {
    return (size_t)(span.end - span.at) == strlen(word) && memcmp(span.at, word, strlen(word)) == 0;
}

static void copy_span(char *to, size_t size, AbcSpan from) {
    snprintf(to, size, "%.*s", (int)(from.end - from.at), from.at);
}

static bool begin_voice(AbcScan *scan, AbcSpan id) {
    AbcVoice *grown = realloc(scan->voice, ((size_t)scan->voices + 1) * sizeof *grown);
    if (!grown) return error_memory(scan->err, "the written music");
    scan->voice = grown;
    AbcVoice *voice = &scan->voice[scan->voices];
    *voice = scan->header;
    copy_span(voice->id, sizeof voice->id, id);
    scan->now = scan->voices++;
    if (!abc_grow(scan, &voice->bar, 0, &voice->bar_capacity, sizeof *voice->bar)) return false;
    voice->bar[voice->bars++] = (AbcBar){0};
    return true;
}

AbcVoice *abc_scan_voice(AbcScan *scan) {
    if (scan->voices == 0 && !begin_voice(scan, (AbcSpan){"", ""})) return NULL;
    return &scan->voice[scan->now];
}

static void read_properties(AbcVoice *voice, AbcSpan value) {
    AbcSpan name, text;
    while (abc_property(&value, &name, &text)) {
        if (is_same(name, "name") || is_same(name, "nm")) copy_span(voice->name, sizeof voice->name, text);
        abc_field_moves(name, text, &voice->octaves, &voice->semitones);
    }
}

/* "V:id properties": that voice goes on, or begins. */
static bool take_voice(AbcScan *scan, AbcSpan value) {
    AbcSpan id = abc_trim(value);
    value = id;
    id.end = id.at;
    while (id.end < value.end && !isspace((unsigned char)*id.end)) id.end++;
    if (id.end - id.at >= ABC_ID_SIZE) id.end = id.at + ABC_ID_SIZE - 1;
    int v = 0;
    while (v < scan->voices && !is_same(id, scan->voice[v].id)) v++;
    if (v < scan->voices)
        scan->now = v;
    else if (scan->voices == SHEET_VOICES_MAX)
        scan->lost_voices++;
    else if (!begin_voice(scan, id))
        return false;
    value.at = id.end;
    read_properties(&scan->voice[scan->now], value);
    return true;
}

/* ---- fields ---- */

static bool take_meter(AbcScan *scan, AbcVoice *voice, AbcSpan value) {
    if (!abc_field_meter(value, &voice->meter, &voice->free_meter)) {
        abc_scan_wrong(scan, value);
        return true;
    }
    if (!scan->in_body || voice->free_meter) return true;
    return abc_add_item(scan, voice, (AbcItem){.kind = ABC_METER, .at = voice->at, .meter = voice->meter});
}

static bool take_key(AbcScan *scan, AbcVoice *voice, AbcSpan value) {
    if (!abc_field_key(value, &voice->key)) abc_scan_wrong(scan, value);
    if (!scan->in_body) return true;
    return abc_add_item(
        scan, voice,
        (AbcItem){.kind = ABC_KEY, .at = voice->at, .sharps = voice->key.sharps, .minor = voice->key.minor});
}

static bool take_tempo(AbcScan *scan, AbcVoice *voice, AbcSpan value) {
    double bpm;
    if (!abc_field_tempo(value, &bpm)) return true; /* words alone, such as "Allegro" */
    if (!scan->in_body) scan->bpm = bpm;
    return !scan->in_body ||
           abc_add_item(scan, voice, (AbcItem){.kind = ABC_TEMPO, .at = voice->at, .bpm = bpm});
}

static void take_part(AbcScan *scan, AbcVoice *voice, AbcSpan value) {
    value = abc_trim(value);
    if (!scan->in_body) {
        copy_span(scan->parts, sizeof scan->parts, value);
        return;
    }
    if (value.at == value.end || !abc_add_bar(scan, voice)) return;
    AbcBar *bar = &voice->bar[voice->bars - 1];
    bar->part = *value.at;
    bar->ends = true;
}

/* "program 2 40", "program 40", "channel 3", counted from 1 and 0 as abc2midi counts them. */
static void take_instruction(AbcVoice *voice, AbcSpan value) {
    AbcSpan word = abc_trim(value);
    int first, second;
    value = word;
    while (value.at < value.end && isalpha((unsigned char)*value.at)) value.at++;
    word.end = value.at;
    value = abc_trim(value);
    if (!abc_number(&value, &first)) return;
    value = abc_trim(value);
    if (is_same(word, "channel") && first >= 1 && first <= 16) voice->channel = first - 1;
    if (is_same(word, "program"))
        voice->program = number_min(abc_number(&value, &second) ? second : first, 127);
}

/* What the header says is said of every voice; of those that it has named, too. */
static bool take_for_voices(AbcScan *scan, char letter, AbcSpan value) {
    bool done = true;
    if (scan->in_body) {
        AbcVoice *voice = abc_scan_voice(scan);
        return voice && (letter == 'M' ? take_meter(scan, voice, value) : take_key(scan, voice, value));
    }
    for (int v = -1; done && v < scan->voices; v++) {
        AbcVoice *voice = v < 0 ? &scan->header : &scan->voice[v];
        done = letter == 'M' ? take_meter(scan, voice, value) : take_key(scan, voice, value);
    }
    return done;
}

static void take_unit(AbcScan *scan, AbcSpan value) {
    int64_t unit;
    if (!abc_field_unit(value, &unit)) {
        abc_scan_wrong(scan, value);
        return;
    }
    scan->has_unit = true;
    for (int v = -1; v < scan->voices; v++) {
        AbcVoice *voice = v < 0 ? &scan->header : &scan->voice[v];
        if (!scan->in_body || v == scan->now) voice->unit = unit;
    }
    if (scan->in_body && scan->voices == 0) scan->header.unit = unit;
}

bool abc_scan_field(AbcScan *scan, char letter, AbcSpan value) {
    AbcVoice *voice = scan->in_body ? abc_scan_voice(scan) : &scan->header;
    if (!voice) return false;
    switch (letter) {
    case 'T':
        if (!scan->title[0]) copy_span(scan->title, sizeof scan->title, abc_trim(value));
        return true;
    case 'K':
        scan->has_key = true;
        return take_for_voices(scan, letter, value);
    case 'M':
        return take_for_voices(scan, letter, value);
    case 'L':
        take_unit(scan, value);
        return true;
    case 'Q':
        return take_tempo(scan, voice, value);
    case 'V':
        return take_voice(scan, value);
    case 'P':
        take_part(scan, voice, value);
        return true;
    case 'I':
        value = abc_trim(value);
        if (value.end - value.at > 4 && memcmp(value.at, "MIDI", 4) == 0) {
            if (scan->voices > 0) voice = &scan->voice[scan->now];
            take_instruction(voice, (AbcSpan){value.at + 4, value.end});
        }
        return true;
    default:
        return true;
    }
}
