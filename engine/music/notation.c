#include "engine/music/notation.h"

#include <stdlib.h>
#include <string.h>

enum {
    FINEST = NOTATION_QUARTER / 32, /* a 128th */
    SIXTEENTH = NOTATION_QUARTER / 4,
    THIRD = NOTATION_QUARTER / 3,
    SHORTEST = NOTATION_QUARTER / 8,
    LONGEST = 8 * NOTATION_QUARTER, /* a breve */
    SMALLEST_WINDOW = NOTATION_QUARTER / 8,
};

/* ---- places ---- */

/* Parts of a quarter that written music has, the likely ones first. */
static const int16_t STEP[] = {SIXTEENTH,
                               THIRD,
                               NOTATION_QUARTER / 8,
                               NOTATION_QUARTER / 6,
                               NOTATION_QUARTER / 16,
                               NOTATION_QUARTER / 12,
                               NOTATION_QUARTER / 5,
                               NOTATION_QUARTER / 7,
                               NOTATION_QUARTER / 32,
                               NOTATION_QUARTER / 24,
                               NOTATION_QUARTER / 10,
                               NOTATION_QUARTER / 14,
                               NOTATION_QUARTER / 48,
                               NOTATION_QUARTER / 20,
                               NOTATION_QUARTER / 28};

static int64_t nearest(int64_t value, int64_t step) {
    return (value + step / 2) / step * step;
}

/* The place of which the tick is the rounding; false where it is none. */
static bool find_place(int64_t *place, int64_t tick, int division) {
    const int64_t scaled = tick * NOTATION_QUARTER;
    for (int exact = 1; exact >= 0; exact--)
        for (size_t i = 0; i < sizeof STEP / sizeof *STEP; i++) {
            *place = nearest(scaled / division, STEP[i]);
            const int64_t back = *place * division;
            if (exact ? back == scaled : (back + NOTATION_QUARTER / 2) / NOTATION_QUARTER == tick)
                return true;
        }
    *place = scaled / division;
    return false;
}

int64_t notation_units(const Timeline *timeline, int32_t tick) {
    int64_t place;
    return find_place(&place, tick, timeline_division(timeline)) ? place : nearest(place, SIXTEENTH);
}

/* A note on its way: places, and whether they were found. */
typedef struct {
    int64_t start, end;
    uint8_t pitch;
    bool start_found, end_found;
} Draft;

static int64_t distance(int64_t value, int64_t step) {
    const int64_t off = value - nearest(value, step);
    return off < 0 ? -off : off;
}

static bool is_likely(int64_t place) {
    return place % (SIXTEENTH / 2) == 0 || place % (THIRD / 2) == 0;
}

/* Notes that begin in one quarter. What was found nowhere goes to its sixteenths, or to its thirds where these are clearly nearer; in
 * its company fifths and sevenths are chance. */
static void settle_quarter(Draft *draft, int count) {
    int64_t binary = 0, ternary = 0;
    bool found = true;
    for (int i = 0; i < count; i++) found &= draft[i].start_found;
    if (found) return;
    for (int i = 0; i < count; i++) {
        draft[i].start_found &= is_likely(draft[i].start);
        draft[i].end_found &= is_likely(draft[i].end);
        if (draft[i].start_found) continue;
        binary += distance(draft[i].start, SIXTEENTH);
        ternary += distance(draft[i].start, THIRD);
    }
    const int64_t step = 2 * ternary < binary ? THIRD : SIXTEENTH;
    for (int i = 0; i < count; i++)
        if (!draft[i].start_found) draft[i].start = nearest(draft[i].start, step);
}

/* Drafts are in the order of their starts; moving keeps it nearly. */
static int settle(Draft *draft, int count) {
    int moved = 0;
    for (int i = 0; i < count;) {
        const int64_t quarter = draft[i].start / NOTATION_QUARTER;
        int next = i;
        while (next < count && draft[next].start / NOTATION_QUARTER == quarter) next++;
        settle_quarter(draft + i, next - i);
        i = next;
    }
    for (int i = 0; i < count; i++) {
        Draft *note = &draft[i];
        moved += !note->start_found || !note->end_found;
        if (!note->end_found) note->end = nearest(note->end, note->start % SIXTEENTH ? THIRD : SIXTEENTH);
        if (note->end <= note->start) note->end = note->start + SHORTEST;
    }
    return moved;
}

static int by_start(const void *a, const void *b) {
    const Draft *x = a, *y = b;
    if (x->start != y->start) return x->start < y->start ? -1 : 1;
    if (x->end != y->end) return x->end > y->end ? -1 : 1;
    return (x->pitch > y->pitch) - (x->pitch < y->pitch);
}

/* ---- layers ---- */

static bool is_same_chord(const Notation *notation, const NotationChord *chord, const Draft *note) {
    return chord->start == note->start && chord->end == note->end && chord->count < NOTATION_CHORD_MAX &&
           notation->pitch[chord->first + chord->count - 1] != note->pitch;
}

/* The first layer that is silent then, a new one, or -1. */
static int find_layer(Notation *notation, const Draft *note) {
    for (int l = 0; l < notation->layers; l++) {
        const NotationLayer *layer = &notation->layer[l];
        if (layer->chords == 0 || layer->chord[layer->chords - 1].end <= note->start) return l;
    }
    return notation->layers < NOTATION_LAYERS_MAX ? notation->layers++ : -1;
}

static bool lay_out(Notation *out, const Draft *draft, int count, Error *err) {
    int used = 0;
    for (int i = 0; i < count;) {
        NotationChord chord = {draft[i].start, draft[i].end, used, 1};
        out->pitch[used] = draft[i].pitch;
        int next = i + 1;
        while (next < count && is_same_chord(out, &chord, &draft[next]))
            out->pitch[used + chord.count++] = draft[next++].pitch;
        const int l = find_layer(out, &draft[i]);
        if (l >= 0) {
            NotationLayer *layer = &out->layer[l];
            if ((layer->chords & (layer->chords - 1)) == 0) { /* a power of two: full */
                NotationChord *grown = realloc(layer->chord, ((size_t)layer->chords * 2 + 1) * sizeof *grown);
                if (!grown) return error_memory(err, "the written notes");
                layer->chord = grown;
            }
            layer->chord[layer->chords++] = chord;
            used += chord.count;
        } else {
            out->left += chord.count;
        }
        i = next;
    }
    return true;
}

bool notation_of_track(Notation *out, const Track *track, const Timeline *timeline, Error *err) {
    const int division = timeline_division(timeline);
    Draft *draft = malloc(((size_t)track->count + 1) * sizeof *draft);
    out->pitch = malloc((size_t)track->count + 1);
    bool done = draft && out->pitch;
    for (int i = 0; done && i < track->count; i++) {
        const Note *note = &track->notes[i];
        draft[i].pitch = note->pitch;
        draft[i].start_found = find_place(&draft[i].start, note->start, division);
        draft[i].end_found = find_place(&draft[i].end, (int64_t)note->start + note->length, division);
    }
    if (done) out->moved = settle(draft, track->count);
    if (done && track->count > 0) qsort(draft, (size_t)track->count, sizeof *draft, by_start);
    done = done ? lay_out(out, draft, track->count, err) : error_memory(err, "the written notes");
    free(draft);
    return done;
}

void notation_deinit(Notation *notation) {
    for (int l = 0; l < notation->layers; l++) free(notation->layer[l].chord);
    free(notation->pitch);
    *notation = (Notation){.layers = 0};
}

/* ---- a bar ---- */

/* A stretch of the bar: a chord, or silence. */
typedef struct {
    int64_t start, end;
    int chord; /* -1 = a rest */
    bool carried, goes_on;
} Span;

typedef struct {
    NotationBar *out;
    Span *span; /* from bar line to bar line */
    int count;
    int64_t from, beat;
    Error *err;
} Writing;

static bool put_item(Writing *writing, NotationItem item) {
    NotationBar *bar = writing->out;
    if (bar->count == bar->capacity) {
        const int capacity = bar->capacity ? 2 * bar->capacity : 32;
        NotationItem *grown = realloc(bar->item, (size_t)capacity * sizeof *grown);
        if (!grown) return error_memory(writing->err, "the written notes");
        bar->item = grown;
        bar->capacity = capacity;
    }
    bar->item[bar->count++] = item;
    return true;
}

/* The longest plain or dotted note that fits; at least a 128th. */
static int64_t longest_note(int64_t length) {
    for (int64_t value = LONGEST; value > FINEST; value /= 2) {
        if (value <= length) return value;
        if (value / 4 * 3 <= length && value / 4 >= FINEST) return value / 4 * 3;
    }
    return FINEST;
}

/* The part of a span that lies in a window, as one note or several tied ones. from and to: of the tuplet, or 1 and 1. */
static bool put_part(Writing *writing, const Span *span, int64_t start, int64_t end, int from, int to) {
    int64_t at = span->start > start ? span->start : start;
    const int64_t stop = span->end < end ? span->end : end;
    while (at < stop) {
        int64_t written = longest_note((stop - at) * from / to), length = written * to / from;
        if (length < 1 || length > stop - at) {
            length = stop - at;
            written = length * from / to;
        }
        NotationItem item = {.at = at, .length = length, .written = written, .chord = span->chord};
        item.carried = span->chord >= 0 && (span->carried || at > span->start);
        item.goes_on = span->chord >= 0 && (span->goes_on || at + length < span->end);
        if (from > 1) item.from = (uint8_t)from, item.to = (uint8_t)to;
        if (!put_item(writing, item)) return false;
        at += length;
    }
    return true;
}

static bool put_window(Writing *writing, int64_t start, int64_t end, int from, int to) {
    const int first = writing->out->count;
    for (int i = 0; i < writing->count; i++) {
        const Span *span = &writing->span[i];
        if (span->end > start && span->start < end && !put_part(writing, span, start, end, from, to))
            return false;
    }
    if (from > 1 && writing->out->count > first)
        writing->out->item[first].tuplet = (uint8_t)(writing->out->count - first);
    return true;
}

/* Do all spans change at multiples of step within the window? */
static bool is_on(const Writing *writing, int64_t start, int64_t end, int64_t step) {
    for (int i = 0; i < writing->count; i++) {
        const int64_t at = writing->span[i].start;
        if (at > start && at < end && (at - start) % step != 0) return false;
    }
    return true;
}

/* Does something change there? */
static bool changes_at(const Writing *writing, int64_t at) {
    for (int i = 0; i < writing->count; i++)
        if (writing->span[i].start == at) return true;
    return false;
}

static bool is_binary(int64_t length) {
    int64_t value = LONGEST;
    while (value > length) value /= 2;
    return value == length;
}

/* Three, five or seven notes in the place of two or four. */
static bool find_tuplet(const Writing *writing, int64_t start, int64_t end, int *from, int *to) {
    static const struct { int8_t from, to; } TUPLET[] = {{3, 2}, {5, 4}, {7, 4}};
    const int64_t length = end - start;
    for (size_t i = 0; is_binary(length) && i < sizeof TUPLET / sizeof *TUPLET; i++)
        for (int parts = TUPLET[i].from; parts <= 8 * TUPLET[i].from && length % parts == 0; parts *= 2) {
            if (length / parts < FINEST / 4 || !is_on(writing, start, end, length / parts)) continue;
            *from = TUPLET[i].from;
            *to = TUPLET[i].to;
            return true;
        }
    return false;
}

static bool write_window(Writing *writing, int64_t start, int64_t end);

/* By halves, by beats, by the thirds of a dotted beat. */
static int64_t part_of(const Writing *writing, int64_t length) {
    if (is_binary(length)) return length / 2;
    if (length > writing->beat) return writing->beat;
    return length % 3 == 0 && is_binary(length / 3) ? length / 3 : 0;
}

static bool write_parts(Writing *writing, int64_t start, int64_t end, int64_t part) {
    for (int64_t at = start; at < end; at += part)
        if (!write_window(writing, at, at + part < end ? at + part : end)) return false;
    return true;
}

/* Nothing fits: what lies between the 128ths is moved to them. */
static bool write_roughly(Writing *writing, int64_t start, int64_t end) {
    for (int i = 1; i < writing->count; i++) {
        Span *span = &writing->span[i];
        if (span->start <= start || span->start >= end || (span->start - start) % FINEST == 0) continue;
        span->start = start + nearest(span->start - start, FINEST);
        if (span->start > end) span->start = end;
        writing->span[i - 1].end = span->start;
        writing->out->moved++;
    }
    return put_window(writing, start, end, 1, 1);
}

static bool write_window(Writing *writing, int64_t start, int64_t end) {
    const int64_t part = part_of(writing, end - start);
    int from, to;
    if (is_on(writing, start, end, FINEST)) return put_window(writing, start, end, 1, 1);
    const bool parts = part >= SMALLEST_WINDOW && part < end - start;
    if (parts && changes_at(writing, start + part)) return write_parts(writing, start, end, part);
    if (find_tuplet(writing, start, end, &from, &to)) return put_window(writing, start, end, from, to);
    return parts ? write_parts(writing, start, end, part) : write_roughly(writing, start, end);
}

/* The first chord of a layer that ends behind a time. */
static int first_behind(const NotationLayer *layer, int64_t at) {
    int low = 0, high = layer->chords;
    while (low < high) {
        const int middle = low + (high - low) / 2;
        *(layer->chord[middle].end <= at ? &low : &high) =
            layer->chord[middle].end <= at ? middle + 1 : middle;
    }
    return low;
}

/* A stretch, divided at the cuts. */
static int add_span(Span *span, int count, Span added, const int64_t *cut, int cuts) {
    for (int c = 0; c < cuts; c++) {
        if (cut[c] <= added.start || cut[c] >= added.end) continue;
        span[count] = added;
        span[count].end = added.start = cut[c];
        if (added.chord >= 0) span[count].goes_on = added.carried = true;
        count++;
    }
    span[count++] = added;
    return count;
}

static int list_spans(Span *span, const NotationLayer *layer, int64_t from, int64_t to, const int64_t *cut,
                      int cuts) {
    int count = 0;
    int64_t at = from;
    for (int c = first_behind(layer, from); c < layer->chords && layer->chord[c].start < to; c++) {
        const NotationChord *chord = &layer->chord[c];
        const int64_t start = chord->start > from ? chord->start : from,
                      end = chord->end < to ? chord->end : to;
        if (start > at) count = add_span(span, count, (Span){at, start, -1, false, false}, cut, cuts);
        count = add_span(span, count, (Span){start, end, c, chord->start<from, chord->end> to}, cut, cuts);
        at = end;
    }
    if (at < to) count = add_span(span, count, (Span){at, to, -1, false, false}, cut, cuts);
    return count;
}

bool notation_write_bar(NotationBar *out, const NotationLayer *layer, int64_t from, int64_t to, int64_t beat,
                        const int64_t *cut, int cuts, Error *err) {
    int chords = 0;
    for (int c = first_behind(layer, from); c < layer->chords && layer->chord[c].start < to; c++) chords++;
    out->count = out->moved = 0;
    Writing writing = {.out = out, .from = from, .beat = beat, .err = err};
    writing.span = malloc((2 * (size_t)chords + (size_t)cuts + 2) * sizeof *writing.span);
    if (!writing.span) return error_memory(err, "the written notes");
    writing.count = list_spans(writing.span, layer, from, to, cut, cuts);
    const bool done = write_window(&writing, from, to);
    free(writing.span);
    return done;
}

void notation_bar_deinit(NotationBar *bar) {
    free(bar->item);
    *bar = (NotationBar){.count = 0};
}
