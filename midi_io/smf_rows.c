#include "midi_io/smf_rows.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "midi_io/smf_events.h"
#include "midi_io/smf_tracks.h"

enum {
    PITCHES = 128,
    FIGURES = 4096, /* places in the table of figures that have been met */
    STEP_MAX = 2,   /* semitones */
    LEGATO_PART = 8 /* of a quarter: notes that overlap by less are bound, not a chord */
};

/* One end of a note, to walk through all rows in time. */
typedef struct {
    int32_t tick, row;
    uint8_t pitch;
    bool on;
} Edge;

typedef struct {
    Edge *edge;
    int count;
    int sounding[PITCHES]; /* notes of all rows but drums */
} Walk;

void smf_rows_deinit(SmfRows *rows) {
    free(rows->row);
    *rows = (SmfRows){0};
}

/* ---- what each row is like ---- */

/* How a row moves from onset to onset. */
typedef struct {
    int32_t start; /* of the onset that is being read, -1 = none yet */
    int top;       /* its highest pitch */
    int onsets, moves, steps, figures;
    uint32_t figure; /* the last three moves, a byte each */
    uint64_t met[FIGURES / 64];
} Motion;

static void end_onset(Motion *motion, int top_before) {
    int move = motion->top - top_before;
    motion->moves += move != 0;
    motion->steps += move != 0 && abs(move) <= STEP_MAX;
    motion->figure = (motion->figure << 8 | (uint8_t)move) & 0xffffff;
    uint32_t place = motion->figure * 2654435761u >> 20; /* Knuth's multiplicative hash */
    uint64_t bit = UINT64_C(1) << (place & 63);
    motion->figures += !(motion->met[place / 64] & bit);
    motion->met[place / 64] |= bit;
}

static void measure_motion(SmfRow *row, const Track *track) {
    Motion motion = {.start = -1};
    int top_before = -1;
    for (int i = 0; i <= track->count; i++) {
        const Note *note = i < track->count ? &track->notes[i] : NULL;
        if (note && note->start == motion.start) {
            if (note->pitch > motion.top) motion.top = note->pitch;
            continue;
        }
        if (top_before >= 0) end_onset(&motion, top_before);
        if (motion.start >= 0) top_before = motion.top;
        if (note) motion.start = note->start, motion.top = note->pitch;
    }
    row->variety = row->onsets ? (double)motion.figures / row->onsets : 0.0;
    row->steps = motion.moves ? (double)motion.steps / motion.moves : 0.0;
}

/* The notes of one row, which are in the order of their starts. */
static void measure_row(SmfRow *row, const Track *track, int division) {
    bool met[PITCHES] = {false};
    int64_t sum = 0;
    int32_t last_start = -1, sounds_until = 0;
    int chords = 0, overlaps = 0, at_onset = 0;
    for (int i = 0; i < track->count; i++) {
        const Note *note = &track->notes[i];
        if (row->notes++ == 0) row->low = row->high = note->pitch;
        sum += note->pitch;
        row->pitches += !met[note->pitch];
        met[note->pitch] = true;
        if (note->pitch < row->low) row->low = note->pitch;
        if (note->pitch > row->high) row->high = note->pitch;
        at_onset = note->start == last_start ? at_onset + 1 : 1;
        row->onsets += at_onset == 1;
        chords += at_onset == 2;
        overlaps += at_onset == 1 && note->start + division / LEGATO_PART < sounds_until;
        if (note->start + note->length > sounds_until) sounds_until = note->start + note->length;
        last_start = note->start;
    }
    if (row->notes == 0) return;
    row->mean = (double)sum / row->notes;
    row->chords = (double)chords / row->onsets;
    row->overlaps = (double)overlaps / row->notes;
}

/* ---- which row is on top ---- */

static int compare_edges(const void *a, const void *b) {
    const Edge *x = a, *y = b;
    if (x->tick != y->tick) return x->tick < y->tick ? -1 : 1;
    return (x->on > y->on) - (x->on < y->on); /* ends first */
}

static bool list_edges(Walk *walk, const Score *score, Error *err) {
    size_t notes = 0;
    for (int t = 0; t < score->tracks; t++) notes += (size_t)score->track[t]->count;
    walk->edge = malloc((2 * notes + 1) * sizeof *walk->edge);
    if (!walk->edge) return error_memory(err, "the notes of a MIDI file");
    for (int t = 0; t < score->tracks; t++) {
        const Track *track = score->track[t];
        for (int i = 0; track->channel != TRACK_DRUMS && i < track->count; i++) {
            const Note *note = &track->notes[i];
            walk->edge[walk->count++] = (Edge){note->start, t, note->pitch, true};
            walk->edge[walk->count++] = (Edge){note->start + note->length, t, note->pitch, false};
        }
    }
    qsort(walk->edge, (size_t)walk->count, sizeof *walk->edge, compare_edges);
    return true;
}

static bool is_highest(const Walk *walk, int pitch) {
    for (int higher = pitch + 1; higher < PITCHES; higher++)
        if (walk->sounding[higher] > 0) return false;
    return true;
}

static bool measure_tops(SmfRows *rows, const Score *score, Error *err) {
    Walk walk = {0};
    if (!list_edges(&walk, score, err)) return false;
    for (int i = 0, from; i < walk.count; i++) {
        for (from = i; i < walk.count && walk.edge[i].tick == walk.edge[from].tick; i++)
            walk.sounding[walk.edge[i].pitch] += walk.edge[i].on ? 1 : -1;
        for (int on = from; on < i; on++)
            if (walk.edge[on].on) rows->row[walk.edge[on].row].top += is_highest(&walk, walk.edge[on].pitch);
        i--;
    }
    for (int r = 0; r < rows->count; r++) {
        SmfRow *row = &rows->row[r];
        row->top = row->top < row->onsets ? row->top / row->onsets : 1.0;
    }
    free(walk.edge);
    return true;
}

/* ---- words ---- */

/* Karaoke files put the syllables into plain texts, and what begins with @ is about the file. */
static bool is_syllable(const uint8_t *bytes, uint32_t size, int type) {
    return size > 2 && bytes[0] == SMF_META && bytes[1] == type && bytes[2] != '@';
}

/* Lyric events are what they say; where there are none, texts may be syllables. */
static bool list_words(SmfWords *words, const Events *chunk, Error *err) {
    words->tick = malloc(((size_t)events_count(chunk) + 1) * sizeof *words->tick);
    if (!words->tick) return error_memory(err, "the words of a MIDI file");
    for (int pass = 0; pass < 2 && words->count == 0; pass++) {
        words->texts = pass == 1;
        for (int i = 0; i < events_count(chunk); i++) {
            FileEvent event = events_at(chunk, i);
            if (is_syllable(events_bytes(chunk, i), event.size, pass ? SMF_META_TEXT : SMF_META_LYRIC))
                words->tick[words->count++] = event.tick;
        }
    }
    return true;
}

static bool choose_by_words(SmfRows *out, const Score *score, Error *err) {
    SmfWords *words = calloc((size_t)score->chunks + 1, sizeof *words);
    bool done = words || error_memory(err, "the words of a MIDI file");
    for (int i = 0; done && i < score->chunks; i++)
        if (smf_tracks_is_mtrk(score->chunk[i])) done = list_words(&words[i], score->chunk[i], err);
    if (done) smf_rows_choose(out, score, words);
    for (int i = 0; words && i < score->chunks; i++) free(words[i].tick);
    free(words);
    return done;
}

/* Which of the file's tracks a chunk is. */
static int count_mtrks(const Score *score, int chunk) {
    int count = 0;
    for (int i = 0; i < chunk; i++) count += smf_tracks_is_mtrk(score->chunk[i]);
    return count;
}

bool smf_rows_list(SmfRows *out, const Score *score, Error *err) {
    out->row = calloc((size_t)score->tracks + 1, sizeof *out->row);
    if (!out->row) return error_memory(err, "the tracks of a MIDI file");
    for (; out->count < score->tracks; out->count++) {
        const Track *track = score->track[out->count];
        SmfRow *row = &out->row[out->count];
        memcpy(row->name, track->name, sizeof row->name);
        row->chunk = count_mtrks(score, track->origin.chunk);
        row->channel = track->channel;
        row->program = track->program;
        measure_row(row, track, timeline_division(score->timeline));
        measure_motion(row, track);
    }
    return measure_tops(out, score, err) && choose_by_words(out, score, err);
}

/* ---- by request ---- */

static bool is_number(const char *text) {
    if (!*text) return false;
    for (; *text; text++)
        if (!isdigit((unsigned char)*text)) return false;
    return true;
}

/* The most melodic row whose name is, begins with, or holds what is wanted. */
static int find_name(const SmfRows *rows, const char *wanted) {
    int best = -1, best_fit = 0;
    for (int r = 0; r < rows->count; r++) {
        const char *name = rows->row[r].name;
        int fit = strcasecmp(name, wanted) == 0                    ? 3
                  : strncasecmp(name, wanted, strlen(wanted)) == 0 ? 2
                  : strcasestr(name, wanted) != NULL               ? 1
                                                                   : 0;
        bool better =
            fit > best_fit || (fit > 0 && fit == best_fit && rows->row[r].melodic > rows->row[best].melodic);
        if (!better) continue;
        best = r;
        best_fit = fit;
    }
    return best;
}

int smf_rows_find(const SmfRows *rows, const char *wanted, Error *err) {
    int number = is_number(wanted) && strlen(wanted) < 8 ? atoi(wanted) : 0;
    int found = number > 0 && number <= rows->count ? number - 1 : find_name(rows, wanted);
    if (found >= 0) return found;
    if (is_number(wanted))
        error_set(err, "There is no track %s: the file has %d with notes; refrain tracks FILE lists them.",
                  wanted, rows->count);
    else
        error_set(err, "No track with notes is called \"%.80s\"; refrain tracks FILE lists them.", wanted);
    return -1;
}

const char *smf_rows_reason(SmfReason reason) {
    static const char *const WORDS[] = {
        [SMF_BY_NOTHING] = "",         [SMF_BY_BEING_ALONE] = "",           [SMF_BY_LYRICS] = "by its lyrics",
        [SMF_BY_NAME] = "by its name", [SMF_BY_SCORE] = "the most melodic",
    };
    return WORDS[reason];
}
