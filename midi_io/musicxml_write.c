/* MusicXML out of a score. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/music/instrument.h"
#include "engine/music/notation.h"
#include "midi_io/abc_private.h"
#include "midi_io/musicxml.h"

enum { DOTS_MAX = 3 };

typedef struct {
    FILE *out;
    const Score *score;
    AbcMarks marks; /* keys */
    int bars, moved, left;
    Error *err;
} Writer;

/* Of the part that is written. */
typedef struct {
    Notation notation;
    AbcWords words;
    Key key;
    int tempo; /* the next one to be told; -1 = they are told in another part */
    bool in_word;
} Part;

static void put_text(FILE *out, const char *text) {
    for (; *text; text++) switch (*text) {
        case '&':
            fputs("&amp;", out);
            break;
        case '<':
            fputs("&lt;", out);
            break;
        case '>':
            fputs("&gt;", out);
            break;
        default:
            fputc(*text, out);
        }
}

static void put_element(FILE *out, const char *name, const char *text) {
    fprintf(out, "<%s>", name);
    put_text(out, text);
    fprintf(out, "</%s>\n", name);
}

/* ---- notes ---- */

/* What a note of this length looks like, and how many dots it has; "" for what no note looks like. */
static const char *type_of(int64_t written, int *dots) {
    static const char *const NAME[] = {"breve", "whole", "half", "quarter", "eighth",
                                       "16th",  "32nd",  "64th", "128th",   "256th"};
    int64_t plain = 2 * NOTATION_WHOLE;
    for (size_t i = 0; i < sizeof NAME / sizeof *NAME; i++, plain /= 2)
        for (*dots = 0; *dots <= DOTS_MAX; ++*dots)
            if (written == 2 * plain - (plain >> *dots)) return NAME[i];
    *dots = 0;
    return "";
}

static void put_pitch(FILE *out, Key key, int pitch) {
    char name[KEY_SPELLING_SIZE];
    key_spell(key, pitch, name);
    int at = 1, alter = 0;
    for (; name[at] == '#' || name[at] == 'b'; at++) alter += name[at] == '#' ? 1 : -1;
    fprintf(out, "<pitch><step>%c</step>", name[0]);
    if (alter) fprintf(out, "<alter>%d</alter>", alter);
    fprintf(out, "<octave>%d</octave></pitch>", atoi(name + at));
}

static void put_word(FILE *out, Part *part, const char *word) {
    char text[128];
    size_t size = strlen(word);
    if (size >= sizeof text) size = sizeof text - 1;
    const bool blank = size > 0 && word[size - 1] == ' ', hyphen = size > 1 && word[size - 1] == '-';
    const bool goes_on = part->words.blanks ? !blank : hyphen;
    snprintf(text, sizeof text, "%.*s", (int)(blank || hyphen ? size - 1 : size), word);
    fprintf(out, "<lyric number=\"1\"><syllabic>%s</syllabic><text>",
            goes_on         ? part->in_word ? "middle" : "begin"
            : part->in_word ? "end"
                            : "single");
    put_text(out, text);
    fputs("</text></lyric>", out);
    part->in_word = goes_on;
}

/* Behind its pitch or rest: what all notes have. */
static void put_looks(FILE *out, const NotationItem *item, int layer) {
    int dots;
    const char *type = type_of(item->written, &dots);
    fprintf(out, "<duration>%lld</duration>", (long long)item->length);
    if (item->chord >= 0 && item->carried) fputs("<tie type=\"stop\"/>", out);
    if (item->chord >= 0 && item->goes_on) fputs("<tie type=\"start\"/>", out);
    fprintf(out, "<voice>%d</voice>", layer + 1);
    if (type[0]) fprintf(out, "<type>%s</type>", type);
    while (dots-- > 0) fputs("<dot/>", out);
    if (item->from)
        fprintf(out,
                "<time-modification><actual-notes>%d</actual-notes><normal-notes>%d</normal-notes>"
                "</time-modification>",
                item->from, item->to);
}

static void put_notations(FILE *out, const NotationItem *item, bool first, bool ends_tuplet) {
    const bool carried = item->chord >= 0 && item->carried, goes_on = item->chord >= 0 && item->goes_on;
    const bool tuplet = first && (item->tuplet || ends_tuplet);
    if (!carried && !goes_on && !tuplet) return;
    fputs("<notations>", out);
    if (carried) fputs("<tied type=\"stop\"/>", out);
    if (goes_on) fputs("<tied type=\"start\"/>", out);
    if (tuplet && ends_tuplet) fputs("<tuplet type=\"stop\"/>", out);
    if (tuplet && item->tuplet) fputs("<tuplet type=\"start\"/>", out);
    fputs("</notations>", out);
}

static void put_item(Writer *writer, Part *part, const NotationItem *item, int l, bool ends_tuplet) {
    FILE *out = writer->out;
    const NotationLayer *layer = &part->notation.layer[l];
    if (item->chord < 0) {
        fputs("<note><rest/>", out);
        put_looks(out, item, l);
        put_notations(out, item, true, ends_tuplet);
        fputs("</note>\n", out);
        return;
    }
    const NotationChord *chord = &layer->chord[item->chord];
    const char *word = l == 0 && !item->carried ? abc_words_at(&part->words, chord->start) : NULL;
    for (int i = 0; i < chord->count; i++) {
        fputs(i > 0 ? "<note><chord/>" : "<note>", out);
        put_pitch(out, part->key, part->notation.pitch[chord->first + i]);
        put_looks(out, item, l);
        put_notations(out, item, i == 0, ends_tuplet);
        if (i == 0 && word) put_word(out, part, word);
        fputs("</note>\n", out);
    }
}

/* ---- bars ---- */

static void put_key(FILE *out, Key key) {
    static const char *const MODE[KEY_MODES] = {"major",  "minor",      "dorian", "phrygian",
                                                "lydian", "mixolydian", "locrian"};
    fprintf(out, "<key><fifths>%d</fifths><mode>%s</mode></key>", key_signature(key), MODE[key.mode]);
}

static void put_meter(FILE *out, Meter meter) {
    fprintf(out, "<time><beats>%d</beats><beat-type>%d</beat-type></time>", meter_beats(meter),
            meter_unit(meter));
}

/* A pickup is told as the meter that it leads to. */
static Meter meter_shown(const Timeline *timeline, int index) {
    const bool pickup = index == 0 && timeline_bar_number(timeline, 0) == 0;
    return timeline_bar(timeline, pickup ? 1 : index).meter;
}

static void put_attributes(Writer *writer, Part *part, int index, int64_t at) {
    const Timeline *timeline = writer->score->timeline;
    const Meter meter = meter_shown(timeline, index);
    const Key key = abc_marks_key(&writer->marks, at);
    const bool first = index == 0, new_key = first || !key_equal(key, part->key),
               new_meter = first || !meter_equal(meter, meter_shown(timeline, index - 1));
    part->key = key;
    if (!new_key && !new_meter) return;
    fputs("<attributes>", writer->out);
    if (first) fprintf(writer->out, "<divisions>%d</divisions>", NOTATION_QUARTER);
    if (new_key) put_key(writer->out, key);
    if (new_meter) put_meter(writer->out, meter);
    fputs("</attributes>\n", writer->out);
}

/* In as few digits as say it exactly. */
static double bpm_of(int32_t quarter_us) {
    const double exact = 60e6 / quarter_us, plain = round(exact * 100) / 100;
    return plain > 0 && (int32_t)(60e6 / plain + 0.5) == quarter_us ? plain : exact;
}

/* Of the tempos that begin in this bar, each at its place. */
static void put_tempos(Writer *writer, Part *part, const TimelineBar *bar) {
    const Timeline *timeline = writer->score->timeline;
    const TimelineMap map = timeline_map(timeline);
    if (part->tempo < 0) return;
    const int64_t from = notation_units(timeline, bar->start);
    for (; part->tempo < map.tempos && map.tempo[part->tempo].tick < bar->start + bar->ticks; part->tempo++) {
        const TimelineTempo *tempo = &map.tempo[part->tempo];
        const double bpm = bpm_of(tempo->quarter_us);
        fprintf(writer->out,
                "<direction placement=\"above\"><direction-type><metronome><beat-unit>quarter</beat-unit>"
                "<per-minute>%.6g</per-minute></metronome></direction-type>",
                bpm);
        if (tempo->tick > bar->start)
            fprintf(writer->out, "<offset sound=\"yes\">%lld</offset>",
                    (long long)(notation_units(timeline, tempo->tick) - from));
        fprintf(writer->out, "<sound tempo=\"%.12g\"/></direction>\n", bpm);
    }
}

static bool is_silent(const NotationBar *notes) {
    for (int i = 0; i < notes->count; i++)
        if (notes->item[i].chord >= 0) return false;
    return true;
}

static void put_layer(Writer *writer, Part *part, const NotationBar *notes, int l, int64_t length) {
    if (l > 0) fprintf(writer->out, "<backup><duration>%lld</duration></backup>\n", (long long)length);
    int in_tuplet = 0;
    for (int i = 0; i < notes->count; i++) {
        const NotationItem *item = &notes->item[i];
        if (item->tuplet) in_tuplet = item->tuplet;
        put_item(writer, part, item, l, in_tuplet == 1);
        in_tuplet -= in_tuplet > 0;
    }
}

static bool put_bar(Writer *writer, Part *part, NotationBar *notes, int index) {
    const Timeline *timeline = writer->score->timeline;
    const TimelineBar bar = timeline_bar(timeline, index);
    const int64_t from = notation_units(timeline, bar.start),
                  to = notation_units(timeline, bar.start + bar.ticks);
    const int64_t beat = meter_beat_ticks(bar.meter, NOTATION_QUARTER);
    const int number = timeline_bar_number(timeline, index);
    static const NotationLayer silence;
    fprintf(writer->out, "<measure number=\"%d\"%s>\n", number, number == 0 ? " implicit=\"yes\"" : "");
    put_attributes(writer, part, index, from);
    put_tempos(writer, part, &bar);
    for (int l = 0; l < part->notation.layers || l == 0; l++) {
        const NotationLayer *layer = part->notation.layers ? &part->notation.layer[l] : &silence;
        if (!notation_write_bar(notes, layer, from, to, beat, NULL, 0, writer->err)) return false;
        writer->moved += notes->moved;
        if (l == 0 || !is_silent(notes)) put_layer(writer, part, notes, l, to - from);
    }
    if (index == writer->bars - 1)
        fputs("<barline location=\"right\"><bar-style>light-heavy</bar-style></barline>\n", writer->out);
    fputs("</measure>\n", writer->out);
    return true;
}

/* ---- the whole ---- */

static bool put_part(Writer *writer, int t, int number) {
    const Track *track = writer->score->track[t];
    Part part = {.tempo = number == 1 ? 0 : -1};
    NotationBar notes = {.count = 0};
    const bool leads = score_voice_of(writer->score, t) == 0;
    bool done = notation_of_track(&part.notation, track, writer->score->timeline, writer->err) &&
                abc_words_of(&part.words, writer->score, track, leads, writer->err);
    fprintf(writer->out, "<part id=\"P%d\">\n", number);
    for (int b = 0; done && b < writer->bars; b++) done = put_bar(writer, &part, &notes, b);
    fputs("</part>\n", writer->out);
    writer->moved += part.notation.moved;
    writer->left += part.notation.left;
    notation_bar_deinit(&notes);
    notation_deinit(&part.notation);
    abc_words_deinit(&part.words);
    return done;
}

static void put_instrument(FILE *out, const Track *track, int number) {
    fprintf(out, "<score-part id=\"P%d\">", number);
    put_element(out, "part-name", track->name);
    fprintf(out, "<score-instrument id=\"P%d-I1\">", number);
    put_element(out, "instrument-name",
                track->channel == TRACK_DRUMS ? "Drums" : instrument_name(track->program));
    fprintf(out,
            "</score-instrument><midi-instrument id=\"P%d-I1\"><midi-channel>%d</midi-channel>"
            "<midi-program>%d</midi-program></midi-instrument></score-part>\n",
            number, track->channel + 1, track->program + 1);
}

static bool put_score(Writer *writer) {
    const Score *score = writer->score;
    int number = 0;
    fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
          "<!DOCTYPE score-partwise PUBLIC \"-//Recordare//DTD MusicXML 4.0 Partwise//EN\" "
          "\"http://www.musicxml.org/dtds/partwise.dtd\">\n<score-partwise version=\"4.0\">\n<work>",
          writer->out);
    put_element(writer->out, "work-title", score->title);
    fputs("</work>\n<identification><encoding><software>refrain</software></encoding></identification>\n"
          "<part-list>\n",
          writer->out);
    for (int t = 0; t < score->tracks; t++)
        if (score->track[t]->count > 0) put_instrument(writer->out, score->track[t], ++number);
    fputs("</part-list>\n", writer->out);
    number = 0;
    for (int t = 0; t < score->tracks; t++)
        if (score->track[t]->count > 0 && !put_part(writer, t, ++number)) return false;
    fputs("</score-partwise>\n", writer->out);
    return true;
}

bool musicxml_write(const Score *score, Key key, char **text, size_t *size, char lost[MUSICXML_LOST_SIZE],
                    Error *err) {
    Error ignored;
    Writer writer = {.score = score, .err = err ? err : &ignored};
    writer.bars = timeline_bar_count(score->timeline, score_end(score));
    *text = NULL;
    writer.out = open_memstream(text, size);
    if (!writer.out) return error_memory(err, "the MusicXML text");
    bool done = abc_marks_of(&writer.marks, score, key, err) && put_score(&writer);
    abc_lost_of(lost, score, NULL, writer.moved, writer.left);
    abc_marks_deinit(&writer.marks);
    if (fclose(writer.out) != 0) done = error_memory(err, "the MusicXML text");
    if (done) return true;
    free(*text);
    *text = NULL;
    return false;
}
