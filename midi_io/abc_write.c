/* ABC out of a score. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/music/notation.h"
#include "midi_io/abc_private.h"

enum { UNIT = NOTATION_WHOLE / 8, BARS_A_LINE = 4, OCTAVES = 11 };

typedef struct {
    FILE *out;
    const Score *score;
    AbcMarks marks;
    int first, last; /* bars */
    int moved, left;
    Error *err;
} Writer;

/* Of the voice that is written. */
typedef struct {
    const Track *track;
    Notation notation;
    AbcWords words;
    Key key;
    AbcKey signature;
    bool tells; /* tempos and chord symbols */
    bool has_accidental[ABC_LETTERS], has_own[ABC_LETTERS * OCTAVES];
    int8_t accidental[ABC_LETTERS], own[ABC_LETTERS * OCTAVES]; /* of this bar, in every octave and in one */
    char *line;                                                 /* of syllables; owned, null where none */
    size_t line_size;
    FILE *sung;
    bool sings, in_word;
} Voice;

/* ---- notes ---- */

static void put_length(FILE *out, int64_t length) {
    int64_t above = length, below = UNIT, a = length, b = UNIT;
    while (b) {
        const int64_t rest = a % b;
        a = b;
        b = rest;
    }
    above /= a;
    below /= a;
    if (above != 1) fprintf(out, "%d", (int)above);
    if (below == 2) fputc('/', out);
    if (below > 2) fprintf(out, "/%d", (int)below);
}

/* An accidental is written unless the note is what the key and the bar make of it, by either reading of how far accidentals reach:
 * in their own octave, as engravers have it, or in all, as the standard does. */
static bool needs_accidental(const Voice *voice, int letter, int place, int alter, bool in_layer) {
    const int by_key = voice->signature.alter[letter];
    const int by_bar = voice->has_accidental[letter] ? voice->accidental[letter] : by_key;
    const int by_octave = voice->has_own[place] ? voice->own[place] : by_key;
    return by_bar != alter || by_octave != alter || (in_layer && voice->has_accidental[letter]);
}

static void put_pitch(FILE *out, Voice *voice, int pitch, bool in_layer) {
    static const char *const SIGN[] = {"__", "_", "=", "^", "^^"};
    char name[KEY_SPELLING_SIZE];
    key_spell(voice->key, pitch, name);
    int at = 1, alter = 0;
    for (; name[at] == '#' || name[at] == 'b'; at++) alter += name[at] == '#' ? 1 : -1;
    const int octave = atoi(name + at), letter = (name[0] - 'A' + 5) % ABC_LETTERS;
    const int place = letter + ABC_LETTERS * (octave < -1             ? 0
                                              : octave + 1 >= OCTAVES ? OCTAVES - 1
                                                                      : octave + 1);
    if (needs_accidental(voice, letter, place, alter, in_layer)) {
        fputs(SIGN[alter + 2], out);
        voice->has_accidental[letter] = voice->has_own[place] = true;
        voice->accidental[letter] = voice->own[place] = (int8_t)alter;
    }
    fputc(octave >= 5 ? tolower((unsigned char)name[0]) : name[0], out);
    for (int i = 5; i < octave; i++) fputc('\'', out);
    for (int i = 4; i > octave; i--) fputc(',', out);
}

static void put_chord(FILE *out, Voice *voice, const NotationLayer *layer, const NotationItem *item,
                      bool in_layer) {
    const NotationChord *chord = &layer->chord[item->chord];
    if (chord->count > 1) fputc('[', out);
    for (int i = 0; i < chord->count; i++) {
        put_pitch(out, voice, voice->notation.pitch[chord->first + i], in_layer);
        if (chord->count > 1 && item->goes_on) fputc('-', out);
    }
    if (chord->count > 1) fputc(']', out);
    put_length(out, item->written);
    if (chord->count == 1 && item->goes_on) fputc('-', out);
}

static void put_tuplet(FILE *out, const NotationItem *item) {
    if (item->from == 3 && item->tuplet == 3)
        fputs("(3", out);
    else
        fprintf(out, "(%d:%d:%d", item->from, item->to, item->tuplet);
}

static void put_item(Writer *writer, Voice *voice, const NotationLayer *layer, const NotationItem *item,
                     bool in_layer) {
    FILE *out = writer->out;
    if (item->tuplet) put_tuplet(out, item);
    if (item->chord < 0) {
        fputc('z', out);
        put_length(out, item->written);
        return;
    }
    put_chord(out, voice, layer, item, in_layer);
    if (!voice->sung) return;
    const bool sung = !in_layer && !item->carried;
    const char *word = sung ? abc_words_at(&voice->words, layer->chord[item->chord].start) : NULL;
    if (word) abc_words_put(&voice->words, voice->sung, word);
    if (!word) fputs(item->carried && voice->in_word && !in_layer ? "_ " : "* ", voice->sung);
    if (!item->carried) voice->in_word = word != NULL;
    voice->sings |= word != NULL;
}

/* ---- bars ---- */

static int first_mark(const Writer *writer, int64_t at) {
    int i = 0;
    while (i < writer->marks.marks && writer->marks.mark[i].at < at) i++;
    return i;
}

static void set_key(Voice *voice, Key key) {
    const char *name = key_name(key);
    voice->key = key;
    voice->signature = (AbcKey){.octaves = 0};
    abc_field_key((AbcSpan){name, name + strlen(name)}, &voice->signature);
}

/* What holds from this bar on, where it is not what held before. */
static void put_changes(Writer *writer, Voice *voice, const TimelineBar *bar, int64_t at) {
    const Key key = abc_marks_key(&writer->marks, at);
    if (bar->index > writer->first) {
        const TimelineBar before = timeline_bar(writer->score->timeline, bar->index - 1);
        if (!meter_equal(before.meter, bar->meter) &&
            timeline_bar_number(writer->score->timeline, bar->index) != 1)
            fprintf(writer->out, "[M:%d/%d]", meter_beats(bar->meter), meter_unit(bar->meter));
        if (!key_equal(voice->key, key)) fprintf(writer->out, "[K:%s]", key_name(key));
    }
    set_key(voice, key);
    memset(voice->has_accidental, 0, sizeof voice->has_accidental);
    memset(voice->has_own, 0, sizeof voice->has_own);
}

static bool is_empty(const NotationLayer *layer, int64_t from, int64_t to) {
    int low = 0, high = layer->chords;
    while (low < high) {
        const int middle = low + (high - low) / 2;
        if (layer->chord[middle].end <= from)
            low = middle + 1;
        else
            high = middle;
    }
    return low == layer->chords || layer->chord[low].start >= to;
}

/* A layer of a bar; marks at its beginning and within. */
static bool put_layer(Writer *writer, Voice *voice, NotationBar *bar, int l, int64_t from, int64_t to,
                      int64_t beat) {
    const NotationLayer *layer = &voice->notation.layer[l];
    int mark = first_mark(writer, from), end = mark, cuts = 0;
    const bool tells = voice->tells && l == 0;
    while (tells && end < writer->marks.marks && writer->marks.mark[end].at < to) end++;
    int64_t *cut = malloc(((size_t)(end - mark) + 1) * sizeof *cut);
    if (!cut) return error_memory(writer->err, "the ABC text");
    for (int i = mark; i < end; i++) cut[cuts++] = writer->marks.mark[i].at;
    const bool done = notation_write_bar(bar, layer, from, to, beat, cut, cuts, writer->err);
    free(cut);
    for (int i = 0; done && i < bar->count; i++) {
        const NotationItem *item = &bar->item[i];
        if (i > 0 && ((item->at - from) % beat == 0 || item->written >= NOTATION_QUARTER))
            fputc(' ', writer->out);
        for (; mark < end && writer->marks.mark[mark].at <= item->at; mark++)
            fputs(writer->marks.mark[mark].text, writer->out);
        put_item(writer, voice, layer, item, l > 0);
    }
    writer->moved += bar->moved;
    return done;
}

static bool put_bar(Writer *writer, Voice *voice, NotationBar *notes, int index) {
    const Timeline *timeline = writer->score->timeline;
    const TimelineBar bar = timeline_bar(timeline, index);
    const int64_t from = notation_units(timeline, bar.start),
                  to = notation_units(timeline, bar.start + bar.ticks);
    const int64_t beat = meter_beat_ticks(bar.meter, NOTATION_QUARTER);
    put_changes(writer, voice, &bar, from);
    static const NotationLayer silence;
    if (voice->notation.layers == 0)
        return notation_write_bar(notes, &silence, from, to, beat, NULL, 0, writer->err);
    for (int l = 0; l < voice->notation.layers; l++) {
        if (l > 0 && is_empty(&voice->notation.layer[l], from, to)) continue;
        if (l > 0) fputs(" & ", writer->out);
        if (!put_layer(writer, voice, notes, l, from, to, beat)) return false;
    }
    return true;
}

/* The line of syllables below a line of bars. */
static bool begin_line(Writer *writer, Voice *voice) {
    voice->sings = false;
    if (voice->words.count == 0) return true;
    voice->sung = open_memstream(&voice->line, &voice->line_size);
    return voice->sung || error_memory(writer->err, "the ABC text");
}

static void end_line(Writer *writer, Voice *voice) {
    if (!voice->sung) return;
    fclose(voice->sung);
    voice->sung = NULL;
    if (voice->sings) fprintf(writer->out, "w:%s\n", voice->line);
    free(voice->line);
    voice->line = NULL;
}

static bool put_music(Writer *writer, Voice *voice) {
    NotationBar notes = {.count = 0};
    bool done = true;
    for (int b = writer->first; done && b <= writer->last; b++) {
        if ((b - writer->first) % BARS_A_LINE == 0) done = begin_line(writer, voice);
        done = done && put_bar(writer, voice, &notes, b);
        const bool last = b == writer->last;
        fputs(last                                                   ? " |]\n"
              : (b - writer->first) % BARS_A_LINE == BARS_A_LINE - 1 ? " |\n"
                                                                     : " | ",
              writer->out);
        if (last || !done || (b - writer->first) % BARS_A_LINE == BARS_A_LINE - 1) end_line(writer, voice);
    }
    notation_bar_deinit(&notes);
    return done;
}

/* ---- the whole ---- */

static void put_text(FILE *out, const char *text) {
    for (; *text; text++)
        if (*text != '"' && *text != '%' && (unsigned char)*text >= ' ') fputc(*text, out);
}

static bool put_voice(Writer *writer, int t, int number, bool alone) {
    const Track *track = writer->score->track[t];
    Voice voice = {.track = track, .tells = number == 1};
    const bool leads = score_voice_of(writer->score, t) == 0;
    bool done = notation_of_track(&voice.notation, track, writer->score->timeline, writer->err) &&
                abc_words_of(&voice.words, writer->score, track, leads, writer->err);
    if (done && !alone) {
        fprintf(writer->out, "V:%d name=\"", number);
        put_text(writer->out, track->name);
        fputs("\"\n", writer->out);
    }
    if (done && track->channel == TRACK_DRUMS) fprintf(writer->out, "%%%%MIDI channel %d\n", TRACK_DRUMS + 1);
    if (done && track->program > 0) fprintf(writer->out, "%%%%MIDI program %d\n", track->program);
    writer->moved += voice.notation.moved;
    writer->left += voice.notation.left;
    done = done && put_music(writer, &voice);
    notation_deinit(&voice.notation);
    abc_words_deinit(&voice.words);
    return done;
}

static void put_header(Writer *writer, const AbcPart *part) {
    const Score *score = writer->score;
    const Timeline *timeline = score->timeline;
    const bool pickup = writer->first == 0 && timeline_bar_number(timeline, 0) == 0;
    const Meter meter = timeline_bar(timeline, writer->first + pickup).meter;
    const int64_t at = notation_units(timeline, timeline_bar(timeline, writer->first).start);
    fputs("X:1\n", writer->out);
    if (!part) {
        fputs("T:", writer->out);
        put_text(writer->out, score->title[0] ? score->title : score->tracks ? score->track[0]->name : "");
        fputs("\n", writer->out);
    }
    fprintf(writer->out, "M:%d/%d\nL:1/8\n", meter_beats(meter), meter_unit(meter));
    if (!part) fprintf(writer->out, "Q:1/4=%d\n", (int)(timeline_bpm(timeline, 0) + 0.5));
    fprintf(writer->out, "K:%s\n", key_name(abc_marks_key(&writer->marks, at)));
}

static bool put_score(Writer *writer, const AbcPart *part) {
    const Score *score = writer->score;
    int voices = 0, number = 0;
    put_header(writer, part);
    if (part) return put_voice(writer, part->track, 2, true); /* 2: tempos and chords are not told */
    for (int t = 0; t < score->tracks; t++) voices += score->track[t]->count > 0;
    for (int t = 0; t < score->tracks; t++)
        if (score->track[t]->count > 0 && !put_voice(writer, t, ++number, voices == 1)) return false;
    return true;
}

bool abc_write(const Score *score, Key key, const AbcPart *part, char **text, size_t *size,
               char lost[ABC_LOST_SIZE], Error *err) {
    Error ignored;
    Writer writer = {.score = score, .err = err ? err : &ignored};
    const int bars = timeline_bar_count(score->timeline, score_end(score));
    writer.first = part ? part->bar : 0;
    writer.last = part ? part->bar + part->bars - 1 : bars - 1;
    *text = NULL;
    writer.out = open_memstream(text, size);
    if (!writer.out) return error_memory(err, "the ABC text");
    bool done = abc_marks_of(&writer.marks, score, key, err) && put_score(&writer, part);
    abc_lost_of(lost, score, part, writer.moved, writer.left);
    abc_marks_deinit(&writer.marks);
    if (fclose(writer.out) != 0) done = error_memory(err, "the ABC text");
    if (done) return true;
    free(*text);
    *text = NULL;
    return false;
}
