/* Repeats and endings of MusicXML, played out into a sheet. */
#include <stdlib.h>

#include "midi_io/musicxml_private.h"

enum { PLAYED_MAX = 1 << 17, TIME_MAX = 1 << 30 };

typedef struct {
    int measure, pass; /* pass: which time, from 0: the verse that is sung */
} Turn;

typedef struct {
    const MusicXmlPart *part; /* that tells the repeats */
    Turn *turn;               /* owned */
    int count, capacity;
} Order;

static bool put_turn(Order *order, int measure, int pass, Error *err) {
    if (order->count == PLAYED_MAX)
        return error_set(err, "With its repeats the music is too long to be played.");
    if (!musicxml_grow(&order->turn, order->count, &order->capacity, sizeof *order->turn, err)) return false;
    order->turn[order->count++] = (Turn){measure, pass};
    return true;
}

static int highest(uint32_t endings) {
    int count = 0;
    while (count < 32 && endings >> count) count++;
    return count;
}

/* How often the repeat that begins at `from` is played: what its sign says, or its endings, whichever is more. */
static int times_of(const MusicXmlPart *part, int from) {
    int times = 1;
    uint32_t endings = 0;
    for (int m = from; m < part->measures; m++) {
        const MusicXmlMeasure *measure = &part->measure[m];
        if (m > from && measure->opens) break;
        if (endings && !measure->endings) break; /* behind the last ending */
        endings |= measure->endings;
        if (measure->closes > times) times = measure->closes;
        if (measure->closes && !measure->endings) break;
    }
    return highest(endings) > times ? highest(endings) : times;
}

static bool make_order(Order *order, Error *err) {
    const MusicXmlPart *part = order->part;
    int from = 0, pass = 0, times = times_of(part, 0);
    for (int m = 0; m < part->measures; m++) {
        const MusicXmlMeasure *measure = &part->measure[m];
        const bool behind = m > 0 && part->measure[m - 1].endings && !measure->endings;
        if (m > from && (measure->opens || behind)) {
            from = m;
            pass = 0;
            times = times_of(part, m);
        }
        if (measure->endings && !(measure->endings >> pass & 1)) continue;
        if (!put_turn(order, m, pass, err)) return false;
        if (!measure->closes) continue;
        if (pass + 1 < times) {
            pass++;
            m = from - 1;
        } else if (!measure->endings) {
            from = m + 1;
            pass = 0;
            times = times_of(part, from);
        }
    }
    return true;
}

static bool is_repeating(const MusicXmlPart *part) {
    for (int m = 0; m < part->measures; m++)
        if (part->measure[m].closes || part->measure[m].endings) return true;
    return false;
}

/* ---- playing ---- */

typedef struct {
    const MusicXmlScan *scan;
    const MusicXmlPart *part;
    Sheet *sheet;
    int voice; /* of its first staff */
    bool leads;
} Playing;

/* Is there, at this place, a syllable of a verse that fits this pass better? */
static bool is_outsung(const Playing *playing, const MusicXmlItem *word, int first, int end, int pass) {
    if (word->verse > pass) return true;
    for (int i = first; i < end; i++) {
        const MusicXmlItem *other = &playing->part->item[i];
        if (other->kind == MUSICXML_WORD && other->at == word->at && other->staff == word->staff &&
            other->verse > word->verse && other->verse <= pass)
            return true;
    }
    return false;
}

static bool play_item(const Playing *playing, const MusicXmlItem *item, int64_t at, Error *err) {
    Sheet *sheet = playing->sheet;
    const int voice = playing->voice + item->staff;
    const SheetNote note = {at, item->length, item->pitch, item->velocity, item->tied};
    switch (item->kind) {
    case MUSICXML_NOTE:
        return sheet_note(sheet, voice, note, err);
    case MUSICXML_WORD:
        return sheet_word(sheet, voice, at, playing->scan->texts + item->text, err);
    case MUSICXML_CHORD:
        return sheet_chord(sheet, at, playing->scan->texts + item->text, err);
    case MUSICXML_TEMPO:
        return sheet_tempo(sheet, at, item->bpm, err);
    case MUSICXML_METER:
        return !playing->leads || sheet_meter(sheet, at, item->meter, err);
    case MUSICXML_KEY:
        return !playing->leads || sheet_key(sheet, at, item->sharps, item->minor, err);
    }
    return true;
}

/* The longest of all parts: what is missing in one moves nothing behind it. */
static int64_t length_of(const MusicXmlScan *scan, int measure) {
    int64_t length = 0;
    for (int p = 0; p < scan->parts; p++) {
        const MusicXmlPart *part = &scan->part[p];
        if (measure < part->measures && part->measure[measure].length > length)
            length = part->measure[measure].length;
    }
    return length;
}

static bool play_part(const Playing *playing, const Order *order, Error *err) {
    const MusicXmlPart *part = playing->part;
    int64_t at = 0;
    for (int t = 0; t < order->count; t++) {
        const int m = order->turn[t].measure;
        if (playing->leads && !sheet_bar_line(playing->sheet, at, err)) return false;
        const int first = m < part->measures ? part->measure[m].item : part->items;
        const int end = m + 1 < part->measures ? part->measure[m + 1].item : part->items;
        for (int i = first; i < end; i++) {
            const MusicXmlItem *item = &part->item[i];
            if (item->kind == MUSICXML_WORD && is_outsung(playing, item, first, end, order->turn[t].pass))
                continue;
            if (!play_item(playing, item, at + item->at, err)) return false;
        }
        at += length_of(playing->scan, m);
        if (at >= TIME_MAX) return error_set(err, "With its repeats the music is too long to be played.");
    }
    return !playing->leads || sheet_bar_line(playing->sheet, at, err);
}

static bool add_voices(Sheet *sheet, const MusicXmlPart *part, int *first, Error *err) {
    for (int s = 0; s < part->staves; s++) {
        const int voice = sheet_add_voice(sheet, part->name, err);
        if (voice < 0) return false;
        if (s == 0) *first = voice;
        if (part->program >= 0) sheet_set_program(sheet, voice, part->program);
        if (part->channel >= 0) sheet_set_channel(sheet, voice, part->channel);
    }
    return true;
}

/* The repeats of the first part that has any go for all. */
bool musicxml_play(const MusicXmlScan *scan, Sheet *sheet, Error *err) {
    Order order = {.part = &scan->part[0]};
    for (int p = 0; p < scan->parts; p++)
        if (is_repeating(&scan->part[p])) {
            order.part = &scan->part[p];
            break;
        }
    for (int p = 0; p < scan->parts && !is_repeating(order.part); p++)
        if (scan->part[p].measures > order.part->measures) order.part = &scan->part[p];
    bool done = make_order(&order, err);
    for (int p = 0; done && p < scan->parts; p++) {
        Playing playing = {scan, &scan->part[p], sheet, 0, p == 0};
        done = add_voices(sheet, playing.part, &playing.voice, err) && play_part(&playing, &order, err);
    }
    free(order.turn);
    return done;
}
