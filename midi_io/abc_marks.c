/* Keys, tempos and chord symbols of a score, for ABC; and what ABC has no words for. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/music/harmony.h"
#include "engine/music/notation.h"
#include "midi_io/abc_private.h"
#include "midi_io/midi.h"
#include "midi_io/smf_events.h"
#include "midi_io/smf_tracks.h"

/* ---- marks ---- */

static bool add_key(AbcMarks *marks, int64_t at, Key key, Error *err) {
    if (marks->keys > 0 && marks->key[marks->keys - 1].at == at) marks->keys--;
    AbcKeyMark *grown = realloc(marks->key, ((size_t)marks->keys + 1) * sizeof *grown);
    if (!grown) return error_memory(err, "the keys");
    marks->key = grown;
    marks->key[marks->keys++] = (AbcKeyMark){at, key};
    return true;
}

static int by_time(const void *a, const void *b) {
    const AbcKeyMark *x = a, *y = b;
    return (x->at > y->at) - (x->at < y->at);
}

/* A key of the song that somebody has set takes the place of the first one. */
static bool list_keys(AbcMarks *marks, const Score *score, Key key, Error *err) {
    if (!key.known) key = smf_tracks_key(score);
    if (!key.known)
        key = key_detect(score->voices   ? score_voice(score, 0)
                         : score->tracks ? score->track[0]
                                         : &(Track){0});
    if (!key.known) key = (Key){.known = true};
    if (!add_key(marks, 0, key, err)) return false;
    int32_t first = INT32_MAX;
    Key found;
    for (int c = 0; c < score->chunks; c++) {
        const Events *chunk = score->chunk[c];
        for (int i = 0; smf_tracks_is_mtrk(chunk) && i < events_count(chunk); i++) {
            const FileEvent event = events_at(chunk, i);
            if (!smf_tracks_is_key(events_bytes(chunk, i), event.size, &found)) continue;
            if (event.tick <= first && first != INT32_MAX) continue;
            if (first == INT32_MAX) {
                first = event.tick;
                continue; /* the first one is `key` */
            }
            const int32_t line = timeline_bar_at(score->timeline, event.tick).start;
            if (line > 0 && !add_key(marks, notation_units(score->timeline, line), found, err)) return false;
        }
    }
    if (marks->keys > 1) qsort(marks->key, (size_t)marks->keys, sizeof *marks->key, by_time);
    return true;
}

/* What stands among notes stands at a sixteenth: nobody cuts a note for less. */
static int64_t written_place(const Timeline *timeline, int32_t tick) {
    enum { SIXTEENTH = NOTATION_QUARTER / 4 };
    return (notation_units(timeline, tick) + SIXTEENTH / 2) / SIXTEENTH * SIXTEENTH;
}

static bool list_tempos(AbcMarks *marks, const Score *score, Error *err) {
    const TimelineMap map = timeline_map(score->timeline);
    marks->mark = malloc(((size_t)map.tempos + 1) * sizeof *marks->mark);
    if (!marks->mark) return error_memory(err, "the tempos");
    int before = (int)(timeline_bpm(score->timeline, 0) + 0.5);
    for (int i = 0; i < map.tempos; i++) {
        const int bpm = (int)(60e6 / map.tempo[i].quarter_us + 0.5);
        const int64_t at = written_place(score->timeline, map.tempo[i].tick);
        if (map.tempo[i].tick == 0 || bpm == before) continue;
        if (marks->marks > 0 && marks->mark[marks->marks - 1].at == at) marks->marks--;
        AbcMark *mark = &marks->mark[marks->marks++];
        mark->at = at;
        snprintf(mark->text, sizeof mark->text, "[Q:1/4=%d]", bpm);
        before = bpm;
    }
    return true;
}

static int by_place(const void *a, const void *b) {
    const AbcMark *x = a, *y = b;
    return x->at != y->at ? (x->at > y->at) - (x->at < y->at) : (x->text[0] == '"') - (y->text[0] == '"');
}

/* Chord symbols that the score tells. */
static bool list_chords(AbcMarks *marks, const Score *score, Error *err) {
    Harmony row = {0};
    bool done = harmony_told(&row, score, err);
    AbcMark *grown = done && row.count > 0
                         ? realloc(marks->mark, ((size_t)marks->marks + (size_t)row.count) * sizeof *grown)
                         : NULL;
    if (grown) marks->mark = grown;
    if (done && row.count > 0 && !grown) done = error_memory(err, "the chords");
    for (int i = 0; done && i < row.count; i++) {
        char name[CHORD_NAME_SIZE];
        AbcMark *mark = &marks->mark[marks->marks++];
        mark->at = written_place(score->timeline, row.mark[i].tick);
        chord_name(row.mark[i].chord, abc_marks_key(marks, mark->at), name);
        snprintf(mark->text, sizeof mark->text, "\"%s\"", name[0] ? name : "N.C.");
    }
    if (marks->marks > 1) qsort(marks->mark, (size_t)marks->marks, sizeof *marks->mark, by_place);
    harmony_deinit(&row);
    return done;
}

bool abc_marks_of(AbcMarks *out, const Score *score, Key key, Error *err) {
    return list_keys(out, score, key, err) && list_tempos(out, score, err) && list_chords(out, score, err);
}

void abc_marks_deinit(AbcMarks *marks) {
    free(marks->mark);
    free(marks->key);
    *marks = (AbcMarks){.marks = 0};
}

Key abc_marks_key(const AbcMarks *marks, int64_t at) {
    Key key = marks->key[0].key;
    for (int i = 0; i < marks->keys && marks->key[i].at <= at; i++) key = marks->key[i].key;
    return key;
}

/* ---- what is lost ---- */

static void say(char lost[ABC_LOST_SIZE], const char *format, ...) __attribute__((format(printf, 2, 3)));

static void say(char lost[ABC_LOST_SIZE], const char *format, ...) {
    size_t used = strlen(lost);
    if (used > 0) used += (size_t)snprintf(lost + used, ABC_LOST_SIZE - used, ", ");
    if (used >= ABC_LOST_SIZE) return;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(lost + used, ABC_LOST_SIZE - used, format, arguments);
    va_end(arguments);
}

static bool is_played_unevenly(const Track *track) {
    for (int i = 1; i < track->count; i++)
        if (track->notes[i].velocity != track->notes[0].velocity) return true;
    return false;
}

/* Messages beside notes and the first instrument, of the chunks that are no words. */
static int count_messages(const Score *score) {
    int count = 0;
    for (int c = 0; c < score->chunks; c++) {
        const Events *chunk = score->chunk[c];
        for (int i = 0; smf_tracks_is_mtrk(chunk) && i < events_count(chunk); i++) {
            const int kind = midi_kind(events_bytes(chunk, i)[0]);
            const bool program = kind == MIDI_PROGRAM && events_at(chunk, i).tick > 0;
            count += program || kind == MIDI_CONTROLLER || kind == MIDI_BEND || kind == MIDI_PRESSURE ||
                     kind == MIDI_POLY_PRESSURE || kind == SMF_SYSEX || kind == SMF_ESCAPE;
        }
    }
    return count;
}

static bool has_fine_tempos(const Score *score) {
    const TimelineMap map = timeline_map(score->timeline);
    for (int i = 0; i < map.tempos; i++) {
        const int bpm = (int)(60e6 / map.tempo[i].quarter_us + 0.5);
        if (bpm < 1 || (int32_t)(60e6 / bpm + 0.5) != map.tempo[i].quarter_us) return true;
    }
    return false;
}

void abc_lost_of(char lost[ABC_LOST_SIZE], const Score *score, const AbcPart *part, int moved, int left) {
    lost[0] = '\0';
    bool uneven = false;
    for (int t = 0; t < score->tracks; t++) uneven |= is_played_unevenly(score->track[t]);
    if (moved > 0) say(lost, "%d note%s moved to where notes are written", moved, moved == 1 ? "" : "s");
    if (left > 0) say(lost, "%d note%s left out, because too many sound at once", left, left == 1 ? "" : "s");
    if (part) return;
    if (uneven) say(lost, "how loud each note is");
    if (has_fine_tempos(score)) say(lost, "tempos between whole numbers");
    if (count_messages(score) > 0) say(lost, "controllers, bends and changes of instrument");
}
