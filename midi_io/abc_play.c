/* Repeats, endings and parts of ABC, played out into a sheet. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "midi_io/abc_private.h"

enum { PLAYED_BARS_MAX = 1 << 17, NESTING_MAX = 8 };

/* In which order the bars of a voice are played. */
typedef struct {
    int bar, pass; /* pass: which time, from 0: the verse that is sung */
} Turn;

typedef struct {
    const AbcVoice *voice;
    Turn *turn; /* owned */
    int count, capacity;
} Order;

static bool put_turn(Order *order, int bar, int pass, Error *err) {
    if (order->count == order->capacity) {
        const int wanted = order->capacity ? 2 * order->capacity : 64;
        Turn *grown =
            wanted <= 2 * PLAYED_BARS_MAX ? realloc(order->turn, (size_t)wanted * sizeof *grown) : NULL;
        if (!grown) return error_set(err, "With all its repeats the music is too long to be played.");
        order->turn = grown;
        order->capacity = wanted;
    }
    order->turn[order->count++] = (Turn){bar, pass};
    return true;
}

/* ---- endings ---- */

/* The endings that belong to a repeat whose bars begin at `from`: up to where one comes again, or another repeat begins. */
static uint32_t endings_of(const AbcVoice *voice, int from, int end) {
    uint32_t all = 0;
    for (int b = from; b < end; b++) {
        const AbcBar *bar = &voice->bar[b];
        if ((all && bar->opens) || (bar->endings & all) || (b > from && bar->closes && !bar->endings)) break;
        all |= bar->endings;
    }
    return all;
}

static int highest(uint32_t endings) {
    int count = 0;
    while (endings >> count && count < 31) count++;
    return count;
}

/* Where the ending for this time begins, `bar` being where another one does; bar itself where there is none. */
static int ending_for(const AbcVoice *voice, int bar, int end, int pass) {
    uint32_t seen = 0;
    for (int b = bar; b < end; b++) {
        if (b > bar && (voice->bar[b].opens || (voice->bar[b].endings & seen) ||
                        (voice->bar[b].closes && !voice->bar[b].endings)))
            break;
        if (voice->bar[b].endings >> pass & 1) return b;
        seen |= voice->bar[b].endings;
    }
    return bar;
}

/* ---- repeats ---- */

/* A part of the bars, with its repeats. */
static bool play_bars(Order *order, int from, int end, Error *err) {
    const AbcVoice *voice = order->voice;
    int start = from, pass = 0,
        last = -1; /* last: where the last ending of a repeat began, which is not played again */
    for (int b = from; b < end;) {
        if (voice->bar[b].endings && last < 0) {
            b = ending_for(voice, b, end, pass);
            if (pass + 1 >= highest(endings_of(voice, start, end))) last = b;
        }
        if (!put_turn(order, b, pass, err)) return false;
        const AbcBar *line = ++b < voice->bars ? &voice->bar[b] : NULL;
        if (!line) break;
        if (line->closes > 0 && last < 0) {
            const int endings = highest(endings_of(voice, start, end));
            if (pass + 1 < (endings > line->closes + 1 ? endings : line->closes + 1)) {
                pass++;
                b = start;
                continue;
            }
        }
        if (line->closes > 0 || line->opens || (line->ends && last >= 0)) {
            start = b;
            pass = 0;
            last = -1;
        }
    }
    return true;
}

/* ---- P: ---- */

static bool play_part(Order *order, char part, Error *err) {
    const AbcVoice *voice = order->voice;
    for (int b = 0; b < voice->bars; b++) {
        if (voice->bar[b].part != part) continue;
        int end = b + 1;
        while (end < voice->bars && !voice->bar[end].part) end++;
        return play_bars(order, b, end, err);
    }
    return true;
}

/* "A(BC)2A3". */
static bool play_parts(Order *order, const char **at, int depth, Error *err) {
    while (**at && **at != ')') {
        const char *group = *at;
        const bool opens = *group == '(';
        if (depth == NESTING_MAX || (!opens && !isalpha((unsigned char)*group))) {
            ++*at;
            continue;
        }
        int times = 1;
        for (int i = 0; i < times; i++) {
            *at = group + 1;
            if (!(opens ? play_parts(order, at, depth + 1, err) : play_part(order, *group, err)))
                return false;
            if (opens && **at == ')') ++*at;
            if (i == 0 && isdigit((unsigned char)**at)) times = **at - '0';
        }
        while (isdigit((unsigned char)**at)) ++*at;
    }
    return true;
}

static bool has_parts(const AbcVoice *voice) {
    for (int b = 0; b < voice->bars; b++)
        if (voice->bar[b].part) return true;
    return false;
}

static bool make_order(Order *order, const AbcScan *scan, Error *err) {
    const char *parts = scan->parts;
    if (parts[0] && has_parts(order->voice)) return play_parts(order, &parts, 0, err);
    return play_bars(order, 0, order->voice->bars, err);
}

static bool is_repeating(const AbcVoice *voice) {
    for (int b = 0; b < voice->bars; b++)
        if (voice->bar[b].closes || voice->bar[b].endings) return true;
    return has_parts(voice);
}

/* ---- into the sheet ---- */

/* A voice that is played. */
typedef struct {
    const AbcScan *scan;
    const AbcVoice *voice;
    Sheet *sheet;
    int number;
    bool leads; /* meters, keys, tempos, bar lines and chords are told by the first */
} Playing;

/* The syllable of this time, else of the last verse that there is. */
static const char *word_of(const AbcScan *scan, const AbcItem *item, int pass) {
    const AbcWord *best = NULL;
    for (int w = item->word; w > 0; w = scan->word[w - 1].next) {
        const AbcWord *word = &scan->word[w - 1];
        if (word->verse <= pass && (!best || word->verse > best->verse)) best = word;
    }
    return best ? scan->texts + best->text : NULL;
}

static bool play_item(const Playing *playing, const AbcItem *item, int64_t at, int pass, Error *err) {
    const AbcScan *scan = playing->scan;
    const char *word;
    if (item->kind != ABC_NOTE && !playing->leads && item->kind != ABC_CHORD) return true;
    switch (item->kind) {
    case ABC_NOTE:
        word = word_of(scan, item, pass);
        if (word && !sheet_word(playing->sheet, playing->number, at, word, err)) return false;
        return sheet_note(playing->sheet, playing->number,
                          (SheetNote){at, item->length, item->pitch, item->velocity, item->tied}, err);
    case ABC_METER:
        return sheet_meter(playing->sheet, at, item->meter, err);
    case ABC_KEY:
        return sheet_key(playing->sheet, at, item->sharps, item->minor, err);
    case ABC_TEMPO:
        return sheet_tempo(playing->sheet, at, item->bpm, err);
    case ABC_CHORD:
        return sheet_chord(playing->sheet, at, scan->texts + item->text, err);
    }
    return true;
}

static int64_t bar_length(const AbcVoice *voice, int bar) {
    const int64_t end = bar + 1 < voice->bars        ? voice->bar[bar + 1].at
                        : voice->longest > voice->at ? voice->longest
                                                     : voice->at;
    return end - voice->bar[bar].at;
}

/* Bars as long as the leader's where both have as many: a beat that is missing in one voice moves nothing behind it. */
static bool play_voice(const Playing *playing, const Order *order, Error *err) {
    const AbcVoice *voice = playing->voice;
    int64_t at = 0;
    for (int t = 0; t < order->count; t++) {
        const int bar = order->turn[t].bar;
        const int64_t move = at - voice->bar[bar].at;
        const int end = bar + 1 < voice->bars ? voice->bar[bar + 1].item : voice->items;
        if (playing->leads && !sheet_bar_line(playing->sheet, at, err)) return false;
        for (int i = voice->bar[bar].item; i < end; i++)
            if (!play_item(playing, &voice->item[i], voice->item[i].at + move, order->turn[t].pass, err))
                return false;
        at += bar_length(order->voice, bar);
        if (at >= ABC_TIME_MAX)
            return error_set(err, "With all its repeats the music is too long to be played.");
    }
    return !playing->leads || sheet_bar_line(playing->sheet, at, err);
}

/* The order of the first voice that repeats something goes for all that have as many bars; others have their own. */
bool abc_play(const AbcScan *scan, Sheet *sheet, Error *err) {
    Order common = {.voice = scan->voices ? &scan->voice[0] : NULL};
    for (int v = 0; v < scan->voices && !is_repeating(common.voice); v++) common.voice = &scan->voice[v];
    if (common.voice && !is_repeating(common.voice)) common.voice = &scan->voice[0];
    int leader = 0; /* the first that has music */
    while (leader < scan->voices && scan->voice[leader].items == 0) leader++;
    bool done = !common.voice || make_order(&common, scan, err);
    for (int v = 0; done && v < scan->voices; v++) {
        Playing playing = {scan, &scan->voice[v], sheet, sheet_add_voice(sheet, scan->voice[v].name, err),
                           v == leader};
        Order own = {.voice = playing.voice};
        const bool shared = playing.voice->bars == common.voice->bars;
        done = playing.number >= 0 && (shared || make_order(&own, scan, err)) &&
               play_voice(&playing, shared ? &common : &own, err);
        if (playing.voice->program >= 0 && playing.number >= 0)
            sheet_set_program(sheet, playing.number, playing.voice->program);
        if (playing.voice->channel >= 0 && playing.number >= 0)
            sheet_set_channel(sheet, playing.number, playing.voice->channel);
        free(own.turn);
    }
    free(common.turn);
    return done;
}
