#include "engine/music/harmony.h"

#include <stdlib.h>
#include <string.h>

enum {
    PITCH_CLASSES = 12,
    META = 0xff,
    META_TEXT = 1,
    META_NAME = 3,
    META_MARKER = 6,
    META_CUE = 7,
    META_END = 0x2f,
    TEXT_SIZE = 32
};

static const char NAME[] = "Chords"; /* of a chunk of our own */

/* A guess has to have this share of what sounds, and another chord takes over only where it has this much more. */
static const double SHARE_MIN = 0.6, MORE = 0.12;

void harmony_deinit(Harmony *harmony) {
    free(harmony->mark);
    *harmony = (Harmony){0};
}

static bool is_harmony(const Score *score, int t) {
    return score_voice_of(score, t) < 0 && score->track[t]->channel != TRACK_DRUMS;
}

static bool add_mark(Harmony *harmony, int32_t tick, Chord chord, Error *err) {
    if (chord_equal(harmony_at(harmony, tick), chord)) return true;
    if ((harmony->count & (harmony->count - 1)) == 0) { /* a power of two: full */
        HarmonyMark *grown = realloc(harmony->mark, ((size_t)harmony->count * 2 + 1) * sizeof *grown);
        if (!grown) return error_memory(err, "the chords");
        harmony->mark = grown;
    }
    harmony->mark[harmony->count++] = (HarmonyMark){tick, chord};
    return true;
}

int32_t harmony_next(const Harmony *harmony, int32_t tick) {
    for (int i = 0; i < harmony->count; i++)
        if (harmony->mark[i].tick > tick) return harmony->mark[i].tick;
    return TRACK_TICKS_MAX;
}

Chord harmony_at(const Harmony *harmony, int32_t tick) {
    int low = 0, high = harmony->count;
    while (low < high) {
        const int middle = low + (high - low) / 2;
        if (harmony->mark[middle].tick <= tick)
            low = middle + 1;
        else
            high = middle;
    }
    return low > 0 ? harmony->mark[low - 1].chord : (Chord){0};
}

/* ---- as the file tells them ---- */

static bool is_text(const Events *chunk, int index, char text[TEXT_SIZE]) {
    const FileEvent event = events_at(chunk, index);
    const uint8_t *bytes = events_bytes(chunk, index);
    if (event.size < 3 || event.size > TEXT_SIZE || bytes[0] != META) return false;
    if (bytes[1] != META_TEXT && bytes[1] != META_MARKER && bytes[1] != META_CUE) return false;
    memcpy(text, bytes + 2, event.size - 2);
    text[event.size - 2] = '\0';
    return true;
}

static bool is_none(const char *text) {
    return strcmp(text, "N.C.") == 0 || strcmp(text, "NC") == 0 || strcmp(text, "N.C") == 0;
}

static bool is_named(const Events *chunk) {
    for (int i = 0; i < events_count(chunk); i++) {
        const uint8_t *bytes = events_bytes(chunk, i);
        if (events_at(chunk, i).size == 2 + sizeof NAME - 1 && bytes[0] == META && bytes[1] == META_NAME &&
            memcmp(bytes + 2, NAME, sizeof NAME - 1) == 0)
            return true;
    }
    return false;
}

static bool tells_chords(const Events *chunk) {
    char text[TEXT_SIZE];
    Chord chord;
    int texts = 0, chords = 0;
    if (strcmp(events_kind(chunk), "MTrk") != 0) return false;
    for (int i = 0; i < events_count(chunk); i++) {
        if (!is_text(chunk, i, text)) continue;
        texts++;
        chords += chord_parse(&chord, text);
    }
    return 2 * chords >= texts && chords >= (is_named(chunk) ? 1 : 2);
}

bool harmony_told(Harmony *out, const Score *score, Error *err) {
    char text[TEXT_SIZE];
    harmony_deinit(out);
    for (int c = 0; c < score->chunks && out->count == 0; c++) {
        const Events *chunk = score->chunk[c];
        if (!tells_chords(chunk)) continue;
        for (int i = 0; i < events_count(chunk); i++) {
            Chord chord = {0};
            if (is_text(chunk, i, text) && (chord_parse(&chord, text) || is_none(text)) &&
                !add_mark(out, events_at(chunk, i).tick, chord, err))
                return false;
        }
    }
    out->told = out->count > 0;
    return true;
}

static bool share_chunks(const Score *a, const Score *b) {
    if (a->chunks != b->chunks) return false;
    for (int c = 0; c < a->chunks; c++)
        if (a->chunk[c] != b->chunk[c]) return false;
    return true;
}

bool harmony_equal(const Score *a, const Score *b) {
    Harmony x = {0}, y = {0};
    if (share_chunks(a, b)) return true;
    bool equal = harmony_told(&x, a, NULL) && harmony_told(&y, b, NULL) && x.count == y.count;
    for (int i = 0; equal && i < x.count; i++)
        equal = x.mark[i].tick == y.mark[i].tick && chord_equal(x.mark[i].chord, y.mark[i].chord);
    harmony_deinit(&x);
    harmony_deinit(&y);
    return equal;
}

/* ---- guessed ---- */

/* What sounds in a stretch: how long each pitch class, and the lowest note. */
typedef struct {
    int32_t start, end;
    double weight[PITCH_CLASSES], all;
    int lowest; /* pitch */
} Stretch;

void harmony_half(const Timeline *timeline, int32_t tick, int32_t *from, int32_t *to) {
    const TimelineBar bar = timeline_bar_at(timeline, tick);
    const bool halves =
        meter_bar_ticks(bar.meter, TIMELINE_DIVISION) / meter_beat_ticks(bar.meter, TIMELINE_DIVISION) % 2 ==
        0;
    const int32_t middle = bar.start + (halves ? bar.ticks / 2 : bar.ticks), end = bar.start + bar.ticks;
    *from = tick < middle ? bar.start : middle;
    *to = tick < middle ? middle : end;
}

static Stretch *list_stretches(const Score *score, int *count, Error *err) {
    const int bars = timeline_bar_count(score->timeline, score_end(score));
    Stretch *stretch = calloc(2 * (size_t)bars, sizeof *stretch);
    *count = 0;
    if (!stretch) error_memory(err, "the chords");
    for (int b = 0; stretch && b < bars; b++) {
        const TimelineBar bar = timeline_bar(score->timeline, b);
        for (int32_t from, to = bar.start; to < bar.start + bar.ticks;) {
            harmony_half(score->timeline, to, &from, &to);
            stretch[(*count)++] = (Stretch){.start = from, .end = to, .lowest = INT32_MAX};
        }
    }
    return stretch;
}

static int stretch_at(const Stretch *stretch, int count, int32_t tick) {
    int low = 0, high = count;
    while (low < high) {
        const int middle = low + (high - low) / 2;
        if (stretch[middle].end <= tick)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void hear_track(Stretch *stretch, int count, const Track *track) {
    for (int i = 0; i < track->count; i++) {
        const Note *note = &track->notes[i];
        const int32_t end = note->start + note->length;
        for (int s = stretch_at(stretch, count, note->start); s < count && stretch[s].start < end; s++) {
            Stretch *here = &stretch[s];
            const int32_t from = note->start > here->start ? note->start : here->start,
                          to = end < here->end ? end : here->end;
            here->weight[note->pitch % PITCH_CLASSES] += to - from;
            here->all += to - from;
            if (note->pitch < here->lowest) here->lowest = note->pitch;
        }
    }
}

/* How well a chord tells what sounds: the share of its notes, less for those of them that are not there, more for its root below. */
static double fit_of(const Stretch *stretch, Chord chord) {
    static const double ABSENT = 0.1, ROOT_BELOW = 0.2, NOTE_BELOW = 0.05, PRESENT = 0.04;
    const uint16_t pitches = chord_pitches(chord);
    double fit = 0;
    for (int p = 0; p < PITCH_CLASSES; p++) {
        if (!(pitches >> p & 1)) continue;
        fit += stretch->weight[p] / stretch->all;
        if (stretch->weight[p] < PRESENT * stretch->all) fit -= ABSENT;
    }
    const int below = stretch->lowest % PITCH_CLASSES;
    return fit + (below == chord.root ? ROOT_BELOW : pitches >> below & 1 ? NOTE_BELOW : 0);
}

static Chord guess(const Stretch *stretch, Chord before) {
    static const uint8_t KINDS[] = {CHORD_MAJOR,         CHORD_MINOR,         CHORD_SEVENTH,
                                    CHORD_MINOR_SEVENTH, CHORD_MAJOR_SEVENTH, CHORD_DIMINISHED};
    Chord best = {0};
    double most = SHARE_MIN;
    if (stretch->all == 0) return best;
    for (size_t k = 0; k < sizeof KINDS; k++)
        for (int root = 0; root < PITCH_CLASSES; root++) {
            const Chord chord = {true, (uint8_t)root, (uint8_t)root, KINDS[k]};
            const double fit = fit_of(stretch, chord) + (chord_equal(chord, before) ? MORE : 0);
            if (fit > most + 1e-9) {
                most = fit;
                best = chord;
            }
        }
    return best;
}

static bool harmony_guess(Harmony *out, const Score *score, Error *err) {
    int count, heard = 0;
    for (int t = 0; t < score->tracks; t++) heard += is_harmony(score, t);
    if (heard == 0) return true;
    Stretch *stretch = list_stretches(score, &count, err);
    bool done = stretch != NULL;
    for (int t = 0; done && t < score->tracks; t++)
        if (is_harmony(score, t)) hear_track(stretch, count, score->track[t]);
    Chord before = {0};
    for (int s = 0; done && s < count; s++) {
        before = guess(&stretch[s], before);
        done = add_mark(out, stretch[s].start, before, err);
    }
    free(stretch);
    return done;
}

bool harmony_of_score(Harmony *out, const Score *score, Error *err) {
    return harmony_told(out, score, err) && (out->told || harmony_guess(out, score, err));
}

/* ---- changing ---- */

static bool put_text(Events *chunk, int32_t tick, const char *text, Error *err) {
    uint8_t bytes[2 + CHORD_NAME_SIZE] = {META, META_TEXT};
    memcpy(bytes + 2, text, strlen(text));
    return events_add(chunk, tick, bytes, 2 + strlen(text), err);
}

/* The row's texts before `until`, from mark *next on. */
static bool put_marks(Events *chunk, const Harmony *row, int *next, int32_t until, Key key, Error *err) {
    for (; *next < row->count && row->mark[*next].tick < until; ++*next) {
        char name[CHORD_NAME_SIZE];
        chord_name(row->mark[*next].chord, key, name);
        if (!put_text(chunk, row->mark[*next].tick, name[0] ? name : "N.C.", err)) return false;
    }
    return true;
}

/* The old chunk's other events, with the texts of the row; a new one where there is none. */
static Events *make_chunk(const Events *old, const Harmony *row, Key key, Error *err) {
    const uint8_t end[] = {META, META_END};
    char text[TEXT_SIZE];
    Chord chord;
    int next = 0;
    int32_t last = 0;
    Events *chunk = events_new("MTrk", err);
    uint8_t name[2 + sizeof NAME] = {META, META_NAME};
    memcpy(name + 2, NAME, sizeof NAME - 1);
    bool done = chunk && (old || events_add(chunk, 0, name, 2 + sizeof NAME - 1, err));
    for (int i = 0; done && i < events_count(old); i++) {
        const FileEvent event = events_at(old, i);
        const uint8_t *bytes = events_bytes(old, i);
        last = event.tick;
        if (is_text(old, i, text) && (chord_parse(&chord, text) || is_none(text))) continue;
        if (event.size == 2 && bytes[0] == META && bytes[1] == META_END) continue;
        done = put_marks(chunk, row, &next, event.tick + 1, key, err) &&
               events_add(chunk, event.tick, bytes, event.size, err);
    }
    done = done && put_marks(chunk, row, &next, INT32_MAX, key, err);
    if (done && row->count > 0 && row->mark[row->count - 1].tick > last)
        last = row->mark[row->count - 1].tick;
    if (done && events_add(chunk, last, end, sizeof end, err)) return chunk;
    events_unref(chunk);
    return NULL;
}

/* A song that has no chunks gets one to begin with, for its title and tempos. */
static bool add_lead(Score *score, Error *err) {
    const uint8_t end[] = {META, META_END};
    if (score->chunks > 0) return true;
    Events *lead = events_new("MTrk", err);
    if (!lead) return false;
    score->format = 1;
    if (events_add(lead, 0, end, sizeof end, err)) return score_add_chunk(score, lead, err);
    events_unref(lead);
    return false;
}

static bool change_row(Harmony *row, const Harmony *old, int32_t from, int32_t to, Chord chord, Error *err) {
    const Chord after = harmony_at(old, to);
    bool done = true;
    int i = 0;
    for (; done && i < old->count && old->mark[i].tick < from; i++)
        done = add_mark(row, old->mark[i].tick, old->mark[i].chord, err);
    done =
        done && add_mark(row, from, chord, err) && (to >= TRACK_TICKS_MAX || add_mark(row, to, after, err));
    for (; done && i < old->count; i++)
        if (old->mark[i].tick > to) done = add_mark(row, old->mark[i].tick, old->mark[i].chord, err);
    return done;
}

bool harmony_set(Score *score, int32_t from, int32_t to, Chord chord, Key key, Error *err) {
    Harmony old = {0}, row = {0};
    int place = 0;
    bool done = harmony_of_score(&old, score, err) && change_row(&row, &old, from, to, chord, err);
    while (place < score->chunks && !tells_chords(score->chunk[place])) place++;
    Events *chunk =
        done ? make_chunk(place < score->chunks ? score->chunk[place] : NULL, &row, key, err) : NULL;
    if (chunk && place < score->chunks) {
        events_unref(score->chunk[place]);
        score->chunk[place] = chunk;
    } else if (chunk && !add_lead(score, err)) {
        events_unref(chunk);
        chunk = NULL;
    } else if (chunk && !score_add_chunk(score, chunk, err)) {
        chunk = NULL;
    }
    harmony_deinit(&old);
    harmony_deinit(&row);
    return chunk != NULL;
}

/* ---- playing ---- */

static bool strike(Track *track, Chord chord, int32_t start, int32_t end, Error *err) {
    const uint16_t pitches = chord_pitches(chord);
    Note note = {
        start, end - start,
        (uint8_t)(HARMONY_BASS + (chord.bass + PITCH_CLASSES - HARMONY_BASS % PITCH_CLASSES) % PITCH_CLASSES),
        HARMONY_VELOCITY};
    if (end <= start || !chord.known) return true;
    if (track_insert(track, note, err) < 0) return false;
    for (int p = HARMONY_CHORD; p < HARMONY_CHORD + PITCH_CLASSES; p++) {
        note.pitch = (uint8_t)p;
        if (pitches >> p % PITCH_CLASSES & 1 && track_insert(track, note, err) < 0) return false;
    }
    return true;
}

Track *harmony_track(const Harmony *harmony, const Timeline *timeline, int32_t end, Error *err) {
    Track *track = track_new(err);
    bool done = track != NULL;
    if (done) track->channel = HARMONY_CHANNEL;
    for (int i = 0; done && i < harmony->count; i++) {
        const int32_t until = i + 1 < harmony->count ? harmony->mark[i + 1].tick : end;
        for (int32_t at = harmony->mark[i].tick; done && at < until && at < end;) {
            const TimelineBar bar = timeline_bar_at(timeline, at);
            const int32_t line = bar.start + bar.ticks, stop = line < until ? line : until;
            done = strike(track, harmony->mark[i].chord, at, stop < end ? stop : end, err);
            at = stop;
        }
    }
    if (done) return track;
    track_unref(track);
    return NULL;
}
