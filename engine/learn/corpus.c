#include "engine/learn/corpus.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum { COLUMN_METER = 2, COLUMN_KEY = 3, COLUMN_STEPS = 4, COLUMN_EVENTS = 5 };
enum { PITCH_MAX = 127, UNPACK_CHUNK = 1 << 18 };

/* A piece of the file, not ended by NUL. */
typedef struct {
    const char *at, *end;
} Span;

/* Where we are, for the error sentences, and how the bars there are cut. */
typedef struct {
    const char *name;
    int line;
    int bar;
    int steps, parts; /* of a written bar, and the model bars that it is */
    uint8_t part[GROUPING_PARTS_MAX];
} Place;

void corpus_deinit(Corpus *corpus) {
    free(corpus->tune);
    free(corpus->bar);
    memset(corpus, 0, sizeof *corpus);
}

/* ---- growing ---- */

static bool grow(void **items, int *capacity, int wanted, size_t size) {
    if (wanted <= *capacity) return true;
    int larger = *capacity < INT_MAX / 2 && 2 * *capacity > wanted ? 2 * *capacity : wanted;
    if (larger < 64) larger = 64;
    void *moved = realloc(*items, (size_t)larger * size);
    if (!moved) return false;
    *items = moved;
    *capacity = larger;
    return true;
}

static Bar *add_bar(Corpus *corpus, Error *err) {
    if (corpus->bar_count >= CORPUS_BARS_MAX) {
        error_set(err, "The corpus is too large: at most %d bars can be held, leave some files out.",
                  CORPUS_BARS_MAX);
        return NULL;
    }
    void *bars = corpus->bar;
    if (!grow(&bars, &corpus->bar_capacity, corpus->bar_count + 1, sizeof *corpus->bar)) {
        error_memory(err, "the corpus");
        return NULL;
    }
    corpus->bar = bars;
    return &corpus->bar[corpus->bar_count++];
}

/* Every tune has a bar, so the limit on bars bounds the tunes too. */
static bool add_tune(Corpus *corpus, const CorpusTune *tune, Error *err) {
    void *tunes = corpus->tune;
    if (!grow(&tunes, &corpus->capacity, corpus->count + 1, sizeof *corpus->tune))
        return error_memory(err, "the corpus");
    corpus->tune = tunes;
    corpus->tune[corpus->count++] = *tune;
    return true;
}

static void set_text(char *out, size_t size, Span text) {
    track_write_name(out, size, text.at, (size_t)(text.end - text.at));
}

/* ---- words of a line ---- */

/* The part of *rest up to separator, or all of it; *rest moves behind the separator. */
static Span split(Span *rest, char separator) {
    Span part = *rest;
    const char *found =
        rest->at < rest->end ? memchr(rest->at, separator, (size_t)(rest->end - rest->at)) : NULL;
    part.end = found ? found : rest->end;
    rest->at = found ? found + 1 : rest->end;
    return part;
}

/* A plain number of 0..limit, nothing before or behind it; -1 otherwise. */
static int number(Span text, int limit) {
    if (text.at == text.end) return -1;
    int value = 0;
    for (; text.at < text.end; text.at++) {
        if (*text.at < '0' || *text.at > '9') return -1;
        value = 10 * value + (*text.at - '0');
        if (value > limit) return -1;
    }
    return value;
}

static bool refuse(const Place *place, const char *what, Error *err) {
    if (place->bar > 0)
        return error_set(err, "%s, line %d, bar %d: %s.", place->name, place->line, place->bar, what);
    return error_set(err, "%s, line %d: %s.", place->name, place->line, what);
}

/* ---- events ---- */

enum { THIRDS = 3 };

typedef struct {
    char kind; /* 'n' note, 'r' rest, '_' hold */
    int pitch;
    int steps; /* sixteenths, or with `thirds` thirds of a quarter */
    bool thirds;
} Event;

static bool read_event(Span text, Event *event) {
    Span name = split(&text, ':'), length = split(&text, '/');
    event->thirds = length.end < text.end;
    if (event->thirds && number(text, THIRDS) != THIRDS) return false;
    event->steps = number(length, event->thirds ? THIRDS : CORPUS_BAR_STEPS_MAX);
    if (event->steps < 1 || name.at == name.end) return false;
    bool sign = name.end - name.at == 1 && (*name.at == 'r' || *name.at == '_');
    event->kind = sign ? *name.at : 'n';
    event->pitch = sign ? 0 : number(name, PITCH_MAX);
    return event->pitch >= 0;
}

/* The next event of a bar; false at its end. Blanks may stand anywhere between events. */
static bool next_event(Span *bar, Span *event) {
    while (bar->at < bar->end && *bar->at == ' ') bar->at++;
    if (bar->at == bar->end) return false;
    *event = split(bar, ' ');
    return true;
}

/* Octaves can be chosen only when all pitches are known, so they are looked at first; malformed events are left to
 * the second pass, which says where they are. */
static bool count_notes(Span events, int notes[BAR_MIDI_PITCHES]) {
    bool found = false;
    while (events.at < events.end) {
        Span bar = split(&events, '|'), text;
        Event event;
        while (next_event(&bar, &text)) {
            if (!read_event(text, &event) || event.kind != 'n') continue;
            notes[event.pitch]++;
            found = true;
        }
    }
    return found;
}

/* A written bar on its way: the steps before `step` are there, and `third` thirds of a triplet that begins at it. */
typedef struct {
    uint8_t token[CORPUS_BAR_STEPS_MAX];
    int step, third;
    bool after_triplet;
} Writing;

/* Can a triplet begin at this step: a slot of a model bar? */
static bool may_be_triplet(const Place *place, int step) {
    int from = 0, part = 0;
    while (part + 1 < place->parts && step >= from + place->part[part]) from += place->part[part++];
    return (step - from) % BAR_SLOT_STEPS == 0 && step + BAR_SLOT_STEPS <= from + place->part[part];
}

static bool write_event(Writing *w, Event event, int shift, const Place *place, Error *err) {
    if (event.thirds ? w->third == 0 && !may_be_triplet(place, w->step) : w->third > 0)
        return refuse(place, "thirds must fill a quarter that begins on a beat", err);
    if (event.thirds && w->third + event.steps > THIRDS)
        return refuse(place, "a triplet has three thirds: go on with _ behind it", err);
    if (event.kind == '_' && w->step + w->third > 0 && !event.thirds && !w->after_triplet)
        return refuse(place, "_ may stand only first in a bar, in a triplet or behind one", err);
    if (!event.thirds && w->step + event.steps > place->steps)
        return refuse(place, "the bar is longer than its meter", err);
    uint8_t *to = w->token + w->step + w->third;
    memset(to, event.kind == 'r' ? BAR_REST : BAR_HOLD, (size_t)event.steps);
    if (event.kind == 'n') *to = (uint8_t)bar_onset(event.pitch + shift);
    w->after_triplet = event.thirds;
    if (event.thirds)
        w->third += event.steps;
    else
        w->step += event.steps;
    if (w->third == THIRDS) {
        w->token[w->step + THIRDS] = BAR_TRIPLET;
        w->step += BAR_SLOT_STEPS;
        w->third = 0;
    }
    return true;
}

static bool read_bar(Corpus *corpus, Span text, CorpusTune *tune, const Place *place, Error *err) {
    Writing writing = {.step = 0};
    Span word;
    Event event;
    while (next_event(&text, &word)) {
        if (!read_event(word, &event))
            return refuse(place, "an event must look like 67:4, r:4, _:4 or 67:1/3, its pitch at most 127",
                          err);
        if (!write_event(&writing, event, tune->octave_shift, place, err)) return false;
    }
    if (writing.step < place->steps) return refuse(place, "the bar is shorter than its meter", err);
    for (int part = 0, from = 0; part < place->parts; from += place->part[part++]) {
        if (tune->count >= CORPUS_TUNE_BARS_MAX) return refuse(place, "the melody has too many bars", err);
        Bar *bar = add_bar(corpus, err);
        if (!bar) return false;
        memset(bar->token, BAR_PAD, sizeof bar->token);
        memcpy(bar->token, writing.token + from, place->part[part]);
        tune->count++;
    }
    return true;
}

static bool read_events(Corpus *corpus, CorpusTune *tune, Span events, Place *place, Error *err) {
    do {
        Span text = split(&events, '|');
        place->bar++;
        if (!read_bar(corpus, text, tune, place, err)) return false;
    } while (events.at < events.end || events.at[-1] == '|');
    return true;
}

/* ---- lines ---- */

static bool read_meter(CorpusTune *tune, Place *place, Span meter, Span steps) {
    enum { UNIT_MAX = 64 };
    Span beats = split(&meter, '/');
    int above = number(beats, METER_BEATS_MAX), below = number(meter, UNIT_MAX),
        length = number(steps, CORPUS_BAR_STEPS_MAX);
    if (!meter_is_valid(above, below) || length < 1) return false;
    tune->meter_beats = (uint8_t)above;
    tune->meter_unit = (uint8_t)below;
    place->steps = length;
    place->parts = grouping_cut((Meter){tune->meter_beats, tune->meter_unit}, length, place->part);
    tune->steps = place->part[0];
    return true;
}

/* A tonic in C D E F G A B, sharps and flats, a colon, a mode; a word that is something else tells nothing. */
static Key read_key(Span text) {
    static const int NATURAL[] = {9, 11, 0, 2, 4, 5, 7};
    static const char *const MINOR[] = {"min", "dor", "phr", "aeo", "loc"};
    Span mode = text, name = split(&mode, ':');
    if (name.at == name.end || *name.at < 'A' || *name.at > 'G' || mode.end - mode.at < 3) return (Key){0};
    int tonic = NATURAL[*name.at - 'A'];
    for (const char *at = name.at + 1; at < name.end; at++) {
        if (*at != '#' && *at != 'b') return (Key){0};
        tonic += *at == '#' ? 1 : 11;
    }
    Key key = {.tonic = (uint8_t)(tonic % 12), .mode = KEY_MAJOR, .known = true};
    for (size_t i = 0; i < sizeof MINOR / sizeof *MINOR; i++)
        if (memcmp(mode.at, MINOR[i], 3) == 0) key.mode = KEY_MINOR;
    return key;
}

static void repair(Corpus *corpus, const CorpusTune *tune) {
    BarSequence bars = {.bar = corpus->bar + tune->first, .count = tune->count, .steps = tune->steps};
    bar_sequence_repair(&bars);
}

/* One voice: a column of events. A voice without notes is left out. */
static bool read_voice(Corpus *corpus, CorpusTune tune, Span events, Place *place, Error *err) {
    int notes[BAR_MIDI_PITCHES] = {0};
    const bool has_notes = count_notes(events, notes);
    tune.first = corpus->bar_count;
    if (has_notes) tune.octave_shift = (int16_t)bar_octave_shift(notes);
    place->bar = 0;
    if (!read_events(corpus, &tune, events, place, err)) return false;
    repair(corpus, &tune);
    if (has_notes) return add_tune(corpus, &tune, err);
    corpus->bar_count = tune.first;
    return true;
}

static bool read_line(Corpus *corpus, Span line, Place *place, Error *err) {
    Span column[COLUMN_EVENTS];
    for (int i = 0; i < COLUMN_EVENTS; i++) {
        column[i] = split(&line, '\t');
        if (line.at == line.end) return refuse(place, "six columns separated by tabs are needed", err);
    }
    CorpusTune tune = {.first = corpus->bar_count};
    set_text(tune.id, sizeof tune.id, column[0]);
    set_text(tune.title, sizeof tune.title, column[1]);
    if (!read_meter(&tune, place, column[COLUMN_METER], column[COLUMN_STEPS]))
        return refuse(place, "the meter must look like 4/4, and a bar have 1 to 64 steps", err);
    tune.key = read_key(column[COLUMN_KEY]);
    while (line.at < line.end)
        if (!read_voice(corpus, tune, split(&line, '\t'), place, err)) return false;
    return true;
}

static bool read_lines(Corpus *corpus, const char *name, Span text, Error *err) {
    Place place = {.name = name};
    while (text.at < text.end) {
        Span line = split(&text, '\n');
        place.line++;
        place.bar = 0;
        while (line.end > line.at && line.end[-1] == '\r') line.end--;
        if (line.at < line.end && !read_line(corpus, line, &place, err)) return false;
    }
    return true;
}

/* ---- files ---- */

static bool is_packed(const unsigned char *bytes, size_t size) {
    return size >= 2 && bytes[0] == 0x1F && bytes[1] == 0x8B;
}

/* One step of unpacking into a buffer that grows up to the limit: a small file can unpack to terabytes. */
static int unpack_more(z_stream *stream, unsigned char **out, size_t *capacity, size_t used) {
    if (used == *capacity) {
        size_t larger = *capacity + *capacity / 2 + UNPACK_CHUNK;
        if (larger > CORPUS_BYTES_MAX)
            larger = CORPUS_BYTES_MAX + 1; /* one byte more tells too much from enough */
        unsigned char *moved = realloc(*out, larger);
        if (!moved) return Z_MEM_ERROR;
        *out = moved;
        *capacity = larger;
    }
    stream->next_out = *out + used;
    stream->avail_out = (uInt)(*capacity - used);
    return inflate(stream, Z_NO_FLUSH);
}

/* gzip files may be several packed pieces one after another (gzip's own "cat a.gz b.gz"). */
static bool unpack(const char *name, const unsigned char *bytes, size_t size, unsigned char **out,
                   size_t *out_size, Error *err) {
    z_stream stream = {.next_in = (unsigned char *)(uintptr_t)bytes, .avail_in = (uInt)size};
    if (inflateInit2(&stream, 15 + 16) != Z_OK) return error_memory(err, name);
    size_t capacity = 0, used = 0;
    int status = Z_OK;
    while (status == Z_OK && used <= CORPUS_BYTES_MAX) {
        status = unpack_more(&stream, out, &capacity, used);
        if (status == Z_OK || status == Z_STREAM_END) used = capacity - stream.avail_out;
        if (status == Z_STREAM_END && is_packed(stream.next_in, stream.avail_in))
            status = inflateReset(&stream);
    }
    inflateEnd(&stream);
    *out_size = used;
    if (used > CORPUS_BYTES_MAX)
        return error_set(err, "%s is too large: unpacked, at most %d MiB can be read.", name,
                         CORPUS_BYTES_MAX >> 20);
    if (status == Z_MEM_ERROR) return error_memory(err, name);
    return status == Z_STREAM_END || error_set(err, "%s is damaged: it cannot be unpacked.", name);
}

bool corpus_parse(Corpus *corpus, const char *name, const unsigned char *bytes, size_t size, Error *err) {
    if (size > CORPUS_BYTES_MAX)
        return error_set(err, "%s is too large: at most %d MiB can be read.", name, CORPUS_BYTES_MAX >> 20);
    int count = corpus->count, bar_count = corpus->bar_count;
    unsigned char *unpacked = NULL;
    bool ok = true;
    if (is_packed(bytes, size)) {
        ok = unpack(name, bytes, size, &unpacked, &size, err);
        bytes = unpacked;
    }
    if (ok && size > 0)
        ok = read_lines(corpus, name, (Span){(const char *)bytes, (const char *)bytes + size}, err);
    free(unpacked);
    if (ok) return true;
    corpus->count = count;
    corpus->bar_count = bar_count;
    return false;
}

/* ---- tunes from elsewhere ---- */

bool corpus_add(Corpus *corpus, const char *id, const char *title, int meter_beats, int meter_unit,
                const BarSequence *bars, Error *err) {
    bool has_notes = false;
    for (int t = 0; t < bars->count && !has_notes; t++) has_notes = bar_has_onset(&bars->bar[t]);
    if (!has_notes) return true;
    if (bars->count > CORPUS_TUNE_BARS_MAX)
        return error_set(err, "%s has too many bars: at most %d can be read.", id, CORPUS_TUNE_BARS_MAX);
    CorpusTune tune = {.first = corpus->bar_count,
                       .meter_beats = (uint8_t)meter_beats,
                       .meter_unit = (uint8_t)meter_unit,
                       .steps = (uint8_t)bars->steps,
                       .octave_shift = (int16_t)bars->octave_shift};
    track_write_name(tune.id, sizeof tune.id, id, strlen(id));
    track_write_name(tune.title, sizeof tune.title, title, strlen(title));
    for (; tune.count < bars->count; tune.count++) {
        Bar *bar = add_bar(corpus, err);
        if (!bar) break;
        *bar = bars->bar[tune.count];
    }
    if (tune.count == bars->count) {
        repair(corpus, &tune);
        if (add_tune(corpus, &tune, err)) return true;
    }
    corpus->bar_count = tune.first;
    return false;
}
