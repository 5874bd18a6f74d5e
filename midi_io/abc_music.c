/* Music lines of ABC: letter by letter into the items of a voice. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/number.h"
#include "midi_io/abc_private.h"

enum { GRACE_UNITS = SHEET_WHOLE / 32, MIDDLE_C = 60, DOTS_MAX = 3, DURATION_MAX = 1 << 20 };

/* A line on its way. */
typedef struct {
    AbcScan *scan;
    AbcVoice *voice;
    AbcSpan left; /* what is still to be read */
} Line;

static char peek(const Line *line) {
    return line->left.at < line->left.end ? *line->left.at : '\0';
}

static bool takes(Line *line, char letter) {
    if (peek(line) != letter || !letter) return false;
    line->left.at++;
    return true;
}

static void wrong(Line *line, const char *from) {
    abc_scan_wrong(line->scan, (AbcSpan){from, line->left.at > from ? line->left.at : from + 1});
}

/* Up to the next such letter, which is taken too; false where there is none in the line. */
static bool take_until(Line *line, char letter, AbcSpan *span) {
    const char *end = memchr(line->left.at, letter, (size_t)(line->left.end - line->left.at));
    if (!end) return false;
    *span = (AbcSpan){line->left.at, end};
    line->left.at = end + 1;
    return true;
}

/* ---- lengths ---- */

typedef struct {
    int above, below;
} Fraction;

/* "3", "/", "//", "3/2", "/4"; 1 where nothing stands. */
static Fraction take_length(Line *line) {
    Fraction length = {1, 1};
    abc_number(&line->left, &length.above);
    if (length.above < 1) length.above = 1;
    while (takes(line, '/')) {
        int below;
        length.below = number_min(length.below * (abc_number(&line->left, &below) && below > 0 ? below : 2),
                                  ABC_NUMBER_MAX);
    }
    return length;
}

/* Of one note at its place: unit, tuplet, and what a > or < before it leaves. */
static int64_t duration(const AbcVoice *voice, Fraction length) {
    int64_t above = voice->unit * length.above, below = length.below;
    if (voice->tuplet_left > 0) {
        above *= voice->tuplet_to;
        below *= voice->tuplet_from;
    }
    const int dots = abs(voice->dots);
    if (dots > 0) {
        above *= voice->dots > 0 ? 1 : (2 << dots) - 1;
        below *= 1 << dots;
    }
    const int64_t units = (above + below / 2) / below;
    return units < DURATION_MAX ? units : DURATION_MAX;
}

static bool is_over(AbcVoice *voice) {
    return voice->at >= ABC_TIME_MAX;
}

static void advance(AbcVoice *voice, int64_t length) {
    voice->at += length;
    if (is_over(voice)) voice->at = ABC_TIME_MAX;
    if (voice->at > voice->longest) voice->longest = voice->at;
    if (voice->tuplet_left > 0) voice->tuplet_left--;
    voice->dots = 0;
}

/* ---- pitches ---- */

static bool is_pitch(char letter) {
    return (letter >= 'a' && letter <= 'g') || (letter >= 'A' && letter <= 'G');
}

/* A place on the staff: letters above C0, and the accidental before it. */
typedef struct {
    int position; /* letter from C, + 7 an octave; C = 28 */
    int accidental;
    bool is_explicit, is_note; /* is_note: there was a letter */
} Place;

static Place take_place(Line *line) {
    Place place = {0};
    const char *from = line->left.at;
    while (takes(line, '^')) place.accidental++;
    while (takes(line, '_')) place.accidental--;
    takes(line, '=');
    place.is_explicit = line->left.at > from;
    place.accidental = number_clamp(place.accidental, -2, 2);
    if (place.is_explicit && takes(line, '/')) place.accidental = 0; /* a quarter tone */
    const char letter = peek(line);
    place.is_note = is_pitch(letter);
    if (!place.is_note) return place;
    line->left.at++;
    place.position = (toupper((unsigned char)letter) - 'A' + 5) % ABC_LETTERS + (letter >= 'a' ? 35 : 28);
    while (peek(line) == '\'' || peek(line) == ',')
        place.position += takes(line, '\'') ? 7 : (line->left.at++, -7);
    return place;
}

/* The pitch that the place has here: its own accidental, a tie's, the bar's, the key's. */
static int pitch_of(AbcVoice *voice, Place place) {
    static const int8_t SEMITONES[] = {0, 2, 4, 5, 7, 9, 11};
    const int letter = (place.position % 7 + 7) % 7, octave = (place.position - letter) / 7 - 4;
    int alter = voice->has_accidental[letter] ? voice->accidental[letter] : voice->key.alter[letter];
    if (place.is_explicit) {
        alter = place.accidental;
        voice->has_accidental[letter] = true;
        voice->accidental[letter] = (int8_t)alter;
    } else {
        for (int i = 0; i < voice->ties; i++)
            if (voice->tie[i].position == place.position && voice->tie[i].end == voice->at)
                return voice->tie[i].pitch;
    }
    const int moved = 12 * (voice->key.octaves + voice->octaves) + voice->key.semitones + voice->semitones;
    return number_clamp(MIDDLE_C + 12 * octave + SEMITONES[letter] + alter + moved, 0, 127);
}

static void remember_tie(AbcVoice *voice, int position, int pitch, int64_t end) {
    int at = 0; /* the place of one that is over */
    while (at < voice->ties && voice->tie[at].end >= voice->at) at++;
    if (at == ABC_TIES_MAX) return;
    if (at == voice->ties) voice->ties++;
    voice->tie[at].position = position;
    voice->tie[at].pitch = (uint8_t)pitch;
    voice->tie[at].end = end;
}

/* ---- notes ---- */

/* The graces before a group take their time from its beginning: a 32nd each, together at most its half. */
static bool put_graces(Line *line, int64_t length) {
    AbcVoice *voice = line->voice;
    voice->last.shift = 0;
    if (voice->graces == 0) return true;
    int64_t each = length / 2 / voice->graces;
    if (each > GRACE_UNITS) each = GRACE_UNITS;
    if (each >= 21) each -= each % 21; /* a tick of 480 a quarter */
    for (int i = 0; i < voice->graces && each > 0; i++) {
        const AbcItem grace = {.kind = ABC_NOTE,
                               .at = voice->at + voice->last.shift,
                               .length = each,
                               .pitch = voice->grace[i],
                               .velocity = voice->velocity};
        if (!abc_add_item(line->scan, voice, grace)) return false;
        voice->last.shift += each;
    }
    line->scan->graces += voice->graces;
    voice->graces = 0;
    return true;
}

static bool put_sung(Line *line, int item) {
    AbcVoice *voice = line->voice;
    if (!abc_grow(line->scan, &voice->sung, voice->sung_count, &voice->sung_capacity, sizeof *voice->sung))
        return false;
    voice->sung[voice->sung_count++] = item;
    return true;
}

/* The notes of one time, which have been read with their own lengths as shares of a unit. */
typedef struct {
    struct {
        Place place;
        int pitch;
        Fraction length;
        bool tied;
    } note[ABC_TIES_MAX];
    int count;
} Chord;

static bool put_chord(Line *line, const Chord *chord, Fraction outer, bool tied) {
    AbcVoice *voice = line->voice;
    const Fraction first = {chord->note[0].length.above * outer.above,
                            chord->note[0].length.below * outer.below};
    const int64_t length = duration(voice, first);
    voice->last = (AbcGroup){.start = voice->at, .length = length};
    if (!put_graces(line, length)) return false;
    voice->last.first = voice->items;
    for (int i = 0; i < chord->count; i++) {
        const Fraction own = {chord->note[i].length.above * outer.above,
                              chord->note[i].length.below * outer.below};
        const bool goes_on = tied || chord->note[i].tied;
        const AbcItem note = {.kind = ABC_NOTE,
                              .at = voice->at + voice->last.shift,
                              .length = duration(voice, own) - voice->last.shift,
                              .pitch = (uint8_t)chord->note[i].pitch,
                              .velocity = voice->velocity,
                              .tied = goes_on};
        if (!is_over(voice) && !abc_add_item(line->scan, voice, note)) return false;
        if (goes_on) remember_tie(voice, chord->note[i].place.position, note.pitch, voice->at + length);
    }
    voice->last.count = voice->items - voice->last.first;
    if (voice->last.count > 0 && !put_sung(line, voice->last.first)) return false;
    advance(voice, length);
    return true;
}

static bool take_note(Line *line) {
    const char *from = line->left.at;
    Chord chord = {.count = 1};
    chord.note[0].place = take_place(line);
    if (!chord.note[0].place.is_note) {
        wrong(line, from);
        return true;
    }
    chord.note[0].pitch = pitch_of(line->voice, chord.note[0].place);
    chord.note[0].length = take_length(line);
    while (takes(line, ' ')) continue;
    const bool tied = takes(line, '-');
    return put_chord(line, &chord, (Fraction){1, 1}, tied);
}

/* "[CE-G2]3-". */
static bool take_chord(Line *line) {
    Chord chord = {.count = 0};
    const char *from = line->left.at - 1;
    while (peek(line) && !takes(line, ']')) {
        const char *at = line->left.at;
        if (!is_pitch(peek(line)) && !strchr("^_=", peek(line))) {
            line->left.at++; /* signs on single notes */
            continue;
        }
        const Place place = take_place(line);
        if (!place.is_note || chord.count == ABC_TIES_MAX) {
            wrong(line, at);
            continue;
        }
        chord.note[chord.count].place = place;
        chord.note[chord.count].pitch = pitch_of(line->voice, place);
        chord.note[chord.count].length = take_length(line);
        chord.note[chord.count++].tied = takes(line, '-');
    }
    const Fraction outer = take_length(line);
    const bool tied = takes(line, '-');
    if (chord.count > 0) return put_chord(line, &chord, outer, tied);
    wrong(line, from);
    return true;
}

/* "{/cde}": only their pitches count. */
static void take_graces(Line *line) {
    AbcVoice *voice = line->voice;
    voice->graces = 0;
    while (peek(line) && !takes(line, '}')) {
        if (!is_pitch(peek(line)) && !strchr("^_=", peek(line))) {
            line->left.at++;
            continue;
        }
        const Place place = take_place(line);
        take_length(line);
        if (place.is_note && voice->graces < ABC_GRACES_MAX)
            voice->grace[voice->graces++] = (uint8_t)pitch_of(voice, place);
    }
}

static bool take_rest(Line *line, char letter) {
    AbcVoice *voice = line->voice;
    voice->graces = 0;
    voice->last = (AbcGroup){.first = voice->items, .start = voice->at};
    if (letter == 'y') { /* room on paper */
        take_length(line);
        return true;
    }
    if (letter == 'z' || letter == 'x') {
        voice->last.length = duration(voice, take_length(line));
        advance(voice, voice->last.length);
        return true;
    }
    int bars;
    if (!abc_number(&line->left, &bars) || bars < 1) bars = 1;
    for (int i = 0; i < bars && !is_over(voice); i++) {
        advance(voice, meter_bar_ticks(voice->meter, SHEET_QUARTER));
        if (i + 1 < bars && !abc_add_bar(line->scan, voice)) return false;
    }
    return true;
}

/* "a>b": what was read last is dotted or cut, what comes next the other way round. */
static void take_dots(Line *line, char letter) {
    AbcVoice *voice = line->voice;
    const AbcGroup *last = &voice->last;
    int dots = 1;
    while (takes(line, letter)) dots = number_min(dots + 1, DOTS_MAX);
    const int64_t above = letter == '>' ? (2 << dots) - 1 : 1;
    const int64_t longer = last->length * above / (1 << dots) - last->length;
    if (last->length == 0 || voice->at != last->start + last->length) return;
    for (int i = last->first; i < last->first + last->count; i++)
        if (voice->item[i].length + longer > 0) voice->item[i].length += longer;
    for (int i = 0; i < voice->ties; i++)
        if (voice->tie[i].end == voice->at) voice->tie[i].end += longer;
    if (voice->longest == voice->at) voice->longest += longer;
    voice->at += longer;
    voice->dots = letter == '>' ? dots : -dots;
}

/* "(3", "(3:2", "(3:2:4"; else a slur begins. */
static void take_tuplet(Line *line) {
    AbcVoice *voice = line->voice;
    static const uint8_t TIMES[] = {0, 0, 3, 2, 3, 0, 2, 0, 3, 0};
    int p, q = 0, r = 0;
    if (!abc_number(&line->left, &p)) return;
    if (takes(line, ':')) abc_number(&line->left, &q);
    if (takes(line, ':')) abc_number(&line->left, &r);
    if (q == 0 && p < 10) q = TIMES[p];
    if (q == 0) q = meter_is_compound(voice->meter) ? 3 : 2;
    if (p < 2) return;
    voice->tuplet_from = p;
    voice->tuplet_to = q;
    voice->tuplet_left = r > 0 ? r : p;
}

/* ---- signs ---- */

/* "Am7" is a chord symbol; what begins with one of ^_<>@ is words on the paper. */
static bool take_quoted(Line *line) {
    AbcSpan text;
    if (!take_until(line, '"', &text)) {
        wrong(line, line->left.at - 1);
        return true;
    }
    if (text.at == text.end || strchr("^_<>@", *text.at)) return true;
    AbcItem chord = {.kind = ABC_CHORD, .at = line->voice->at, .text = abc_scan_text(line->scan, text)};
    return abc_add_item(line->scan, line->voice, chord);
}

static bool is_sign(AbcSpan sign, const char *name) {
    return (size_t)(sign.end - sign.at) == strlen(name) && memcmp(sign.at, name, strlen(name)) == 0;
}

/* "!f!", "+trill+": how loud, jumps; all others are for the eye. */
static void take_sign(Line *line, char mark) {
    static const char *const LOUD[] = {"pppp", "ppp", "pp", "p", "mp", "mf", "f", "ff", "fff", "ffff"};
    static const uint8_t VELOCITY[] = {20, 30, 42, 54, 66, SHEET_VELOCITY, 94, 106, 116, 127};
    static const char *const JUMPS[] = {"D.C.",       "D.S.",       "dacapo",     "dacoda",
                                        "D.C.alfine", "D.S.alfine", "D.C.alcoda", "D.S.alcoda"};
    AbcSpan sign;
    const char *end = memchr(line->left.at, mark, (size_t)(line->left.end - line->left.at));
    if (!end || end - line->left.at > 24) return; /* alone it once ended a line */
    take_until(line, mark, &sign);
    for (size_t i = 0; i < sizeof LOUD / sizeof *LOUD; i++)
        if (is_sign(sign, LOUD[i])) line->voice->velocity = VELOCITY[i];
    for (size_t i = 0; i < sizeof JUMPS / sizeof *JUMPS; i++) line->scan->jumps += is_sign(sign, JUMPS[i]);
}

/* ---- bar lines ---- */

/* "1", "1,3", "1-3": which endings begin. */
static uint32_t take_endings(Line *line) {
    uint32_t endings = 0;
    int from, to;
    while (abc_number(&line->left, &from)) {
        to = from;
        if (takes(line, '-') && !abc_number(&line->left, &to)) to = from;
        for (int n = from; n <= to && n <= 32; n++)
            if (n >= 1) endings |= UINT32_C(1) << (n - 1);
        if (!takes(line, ',')) break;
    }
    return endings;
}

static bool put_endings(Line *line) {
    if (!isdigit((unsigned char)peek(line))) return true;
    const uint32_t endings = take_endings(line);
    if (!abc_add_bar(line->scan, line->voice)) return false;
    line->voice->bar[line->voice->bars - 1].endings |= endings;
    return true;
}

/* Any row of | : [ ] that begins with | or : and what it says of repeats. */
static bool take_bar(Line *line) {
    int before = 0, after = 0, lines = 0;
    bool ends = false;
    for (;;) {
        if (takes(line, ':')) {
            *(lines ? &after : &before) += 1;
        } else if (takes(line, '|')) {
            ends |= lines++ > 0;
        } else if (peek(line) == ']' && lines) {
            line->left.at++;
            ends = true;
        } else if (peek(line) == '[' && line->left.at + 1 < line->left.end && line->left.at[1] == '|') {
            line->left.at++;
            ends = true;
        } else {
            break;
        }
        if (after > 0 && (peek(line) == '|' || (peek(line) == ':' && lines == 0))) break;
    }
    if (lines == 0) { /* "::" is ":||:" */
        after = before / 2;
        before -= after;
    }
    if (!abc_add_bar(line->scan, line->voice) || !put_sung(line, -1)) return false;
    AbcBar *bar = &line->voice->bar[line->voice->bars - 1];
    bar->closes = number_max(bar->closes, before);
    bar->opens |= after > 0;
    bar->ends |= ends || before > 0 || after > 0;
    return put_endings(line);
}

/* ---- in brackets ---- */

/* "[M:3/4]", "[1", "[|", "[CEG]". */
static bool take_bracket(Line *line) {
    const char letter = peek(line), next = line->left.at + 1 < line->left.end ? line->left.at[1] : '\0';
    AbcSpan value;
    if (letter == '|') return take_bar(line);
    if (isdigit((unsigned char)letter)) return put_endings(line);
    if (letter == '"' || !isalpha((unsigned char)letter) || next != ':') return take_chord(line);
    line->left.at += 2;
    if (!take_until(line, ']', &value)) {
        wrong(line, line->left.at - 3);
        return true;
    }
    if (!abc_scan_field(line->scan, letter, value)) return false;
    line->voice = abc_scan_voice(line->scan);
    return line->voice != NULL;
}

/* "&": back to the beginning of the bar, in another layer. */
static void take_overlay(AbcVoice *voice) {
    voice->at = voice->bar[voice->bars - 1].at;
    voice->tuplet_left = voice->dots = voice->graces = 0;
    voice->last = (AbcGroup){0};
}

static bool take_one(Line *line) {
    const char *from = line->left.at, letter = *line->left.at;
    if (is_pitch(letter) || strchr("^_=", letter)) return take_note(line);
    if (letter == '|' || letter == ':') return take_bar(line);
    line->left.at++;
    switch (letter) {
    case 'z':
    case 'x':
    case 'y':
    case 'Z':
    case 'X':
        return take_rest(line, letter);
    case '>':
    case '<':
        take_dots(line, letter);
        return true;
    case '(':
        take_tuplet(line);
        return true;
    case '{':
        take_graces(line);
        return true;
    case '[':
        return take_bracket(line);
    case '"':
        return take_quoted(line);
    case '!':
    case '+':
        take_sign(line, letter);
        return true;
    case '&':
        take_overlay(line->voice);
        return true;
    default: /* slurs, beams, blanks, signs, and what the standard keeps for later */
        if (!strchr(")-`~.*;?@#$\\ \t", letter) && !(letter >= 'H' && letter <= 'W') &&
            !(letter >= 'h' && letter <= 'w'))
            wrong(line, from);
        return true;
    }
}

bool abc_scan_music(AbcScan *scan, AbcSpan text) {
    Line line = {scan, abc_scan_voice(scan), text};
    if (!line.voice) return false;
    if (!scan->goes_on)
        for (int v = 0; v < scan->voices; v++) scan->voice[v].sung_count = scan->voice[v].verses = 0;
    while (line.left.at < line.left.end)
        if (!take_one(&line)) return false;
    return true;
}
