/* Fields of ABC: values to what they mean. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "engine/base/number.h"
#include "midi_io/abc_private.h"

AbcSpan abc_trim(AbcSpan span) {
    while (span.at < span.end && isspace((unsigned char)*span.at)) span.at++;
    while (span.end > span.at && isspace((unsigned char)span.end[-1])) span.end--;
    return span;
}

bool abc_number(AbcSpan *span, int *number) {
    const char *from = span->at;
    *number = 0;
    for (; span->at < span->end && isdigit((unsigned char)*span->at); span->at++)
        *number = number_min(*number * 10 + (*span->at - '0'), ABC_NUMBER_MAX);
    return span->at > from;
}

static bool takes(AbcSpan *span, char letter) {
    if (span->at == span->end || *span->at != letter) return false;
    span->at++;
    return true;
}

static void skip_blanks(AbcSpan *span) {
    while (span->at < span->end && isspace((unsigned char)*span->at)) span->at++;
}

static bool is_word(AbcSpan span, const char *word) {
    return (size_t)(span.end - span.at) == strlen(word) &&
           strncasecmp(span.at, word, (size_t)(span.end - span.at)) == 0;
}

static bool begins(AbcSpan span, const char *with) {
    const size_t size = strlen(with);
    return (size_t)(span.end - span.at) >= size && strncasecmp(span.at, with, size) == 0;
}

/* ---- M: and L: ---- */

/* "3", "3+2", "(3+2)". */
static bool read_sum(AbcSpan *span, int *sum) {
    int number;
    const bool brackets = takes(span, '(');
    *sum = 0;
    do {
        skip_blanks(span);
        if (!abc_number(span, &number)) return false;
        *sum += number;
        skip_blanks(span);
    } while (takes(span, '+'));
    return !brackets || takes(span, ')');
}

bool abc_field_meter(AbcSpan value, Meter *meter, bool *free_meter) {
    value = abc_trim(value);
    *free_meter = value.at == value.end || is_word(value, "none");
    if (*free_meter || is_word(value, "C")) {
        *meter = (Meter){4, 4};
        return true;
    }
    if (is_word(value, "C|")) {
        *meter = (Meter){2, 2};
        return true;
    }
    int beats = 0, unit = 0;
    if (!read_sum(&value, &beats)) return false;
    skip_blanks(&value);
    if (!takes(&value, '/') || (skip_blanks(&value), !abc_number(&value, &unit))) return false;
    if (!meter_is_valid(beats, unit) || unit > 64) return false;
    *meter = (Meter){(uint8_t)beats, (uint16_t)unit};
    return true;
}

/* "1/8", "1" as a share of a whole, in units. */
static bool read_length(AbcSpan *value, int64_t *length) {
    int above = 1, below = 1;
    skip_blanks(value);
    if (!abc_number(value, &above)) return false;
    skip_blanks(value);
    if (takes(value, '/') && (skip_blanks(value), !abc_number(value, &below))) return false;
    if (above < 1 || below < 1) return false;
    *length = (int64_t)SHEET_WHOLE * above / below;
    return *length >= 1;
}

bool abc_field_unit(AbcSpan value, int64_t *unit) {
    int64_t length;
    if (!read_length(&value, &length) || length > SHEET_WHOLE) return false;
    *unit = length;
    return true;
}

/* ---- Q: ---- */

static bool read_decimal(AbcSpan *span, double *number) {
    char text[16];
    size_t size = 0;
    skip_blanks(span);
    while (span->at < span->end && size < sizeof text - 1 &&
           (isdigit((unsigned char)*span->at) || *span->at == '.'))
        text[size++] = *span->at++;
    text[size] = '\0';
    *number = strtod(text, NULL);
    return *number > 0;
}

/* "1/4=120", "1/4 3/8=40", "120", with words in quotes around it; "C=120" is of old. */
bool abc_field_tempo(AbcSpan value, double *quarters_a_minute) {
    int64_t beat = 0, part;
    double number;
    const char *equals = NULL;
    while (skip_blanks(&value), takes(&value, '"')) {
        while (value.at < value.end && *value.at != '"') value.at++;
        takes(&value, '"');
    }
    for (const char *c = value.at; c < value.end && *c != '"'; c++)
        if (*c == '=') equals = c;
    if (equals) {
        AbcSpan beats = {value.at, equals};
        while (skip_blanks(&beats), beats.at < beats.end)
            if (read_length(&beats, &part))
                beat += part;
            else
                beats.at++;
        value.at = equals + 1;
    }
    if (!read_decimal(&value, &number)) return false;
    *quarters_a_minute = number * (double)(beat > 0 ? beat : SHEET_QUARTER) / SHEET_QUARTER;
    return true;
}

/* ---- K: ---- */

static const struct {
    const char *name; /* three letters decide */
    KeyMode mode;
    int fifths; /* flats that it has more than major */
} MODE[] = {
    {"maj", KEY_MAJOR, 0},    {"ion", KEY_MAJOR, 0},      {"min", KEY_MINOR, 3},
    {"aeo", KEY_MINOR, 3},    {"mix", KEY_MIXOLYDIAN, 1}, {"dor", KEY_DORIAN, 2},
    {"phr", KEY_PHRYGIAN, 4}, {"lyd", KEY_LYDIAN, -1},    {"loc", KEY_LOCRIAN, 5},
};

static void set_sharps(AbcKey *key, int sharps) {
    static const uint8_t ORDER[] = {3, 0, 4, 1, 5, 2, 6}; /* F C G D A E B */
    sharps = number_clamp(sharps, -7, 7);
    memset(key->alter, 0, sizeof key->alter);
    for (int i = 0; i < sharps; i++) key->alter[ORDER[i]] = 1;
    for (int i = 0; i < -sharps; i++) key->alter[ORDER[6 - i]] = -1;
    key->sharps = (int8_t)sharps;
}

/* The mode's word, or "m"; leaves what is none. */
static int read_mode(AbcSpan *value) {
    AbcSpan word = {value->at, value->at};
    while (word.end < value->end && isalpha((unsigned char)*word.end)) word.end++;
    if (is_word(word, "m")) {
        value->at = word.end;
        return 2;
    }
    for (size_t i = 0; i < sizeof MODE / sizeof *MODE; i++)
        if (begins(word, MODE[i].name)) {
            value->at = word.end;
            return (int)i;
        }
    return 0;
}

/* Pitch classes of C D E F G A B, and their places on the line of fifths. */
static const int8_t PITCH[] = {0, 2, 4, 5, 7, 9, 11}, FIFTHS[] = {0, 2, 4, -1, 1, 3, 5};

static bool read_tonic(AbcSpan *value, AbcKey *key) {
    const int letter = value->at < value->end ? toupper((unsigned char)*value->at) : 0;
    if (letter < 'A' || letter > 'G') return false;
    const int place = (letter - 'A' + 5) % ABC_LETTERS; /* from C */
    value->at++;
    int accidental = takes(value, '#') ? 1 : takes(value, 'b') ? -1 : 0;
    skip_blanks(value);
    const int mode = read_mode(value);
    set_sharps(key, FIFTHS[place] + 7 * accidental - MODE[mode].fifths);
    key->minor = MODE[mode].fifths >= 2;
    key->key = (Key){.tonic = (uint8_t)((PITCH[place] + accidental + 12) % 12),
                     .mode = (uint8_t)MODE[mode].mode,
                     .known = true};
    return true;
}

/* "^f", "_b", "=c" of its own. */
static bool read_alteration(AbcSpan *value, AbcKey *key) {
    AbcSpan at = *value;
    int alter = 0;
    while (takes(&at, '^')) alter++;
    while (takes(&at, '_')) alter--;
    takes(&at, '=');
    const int letter = at.at < at.end ? toupper((unsigned char)*at.at) : 0;
    if (at.at == value->at || letter < 'A' || letter > 'G') return false;
    key->alter[(letter - 'A' + 5) % ABC_LETTERS] = (int8_t)number_clamp(alter, -2, 2);
    value->at = at.at + 1;
    return true;
}

static int signed_number(AbcSpan span) {
    const bool minus = takes(&span, '-');
    int number;
    if (!minus) takes(&span, '+');
    if (!abc_number(&span, &number)) return 0;
    number = number_min(number, 60);
    return minus ? -number : number;
}

bool abc_property(AbcSpan *value, AbcSpan *name, AbcSpan *text) {
    *value = abc_trim(*value);
    if (value->at == value->end) return false;
    *name = (AbcSpan){value->at, value->at};
    while (name->end < value->end && !isspace((unsigned char)*name->end) && *name->end != '=') name->end++;
    value->at = name->end;
    *text = (AbcSpan){value->at, value->at};
    if (!takes(value, '=')) return true;
    const bool quoted = takes(value, '"');
    text->at = value->at;
    while (value->at < value->end && (quoted ? *value->at != '"' : !isspace((unsigned char)*value->at)))
        value->at++;
    text->end = value->at;
    if (quoted) takes(value, '"');
    return true;
}

void abc_field_moves(AbcSpan name, AbcSpan text, int *octaves, int *semitones) {
    const AbcSpan clef = text.at < text.end ? text : name;
    if (is_word(name, "octave")) *octaves = number_clamp(signed_number(text), -4, 4);
    if (is_word(name, "transpose") || is_word(name, "t")) *semitones = signed_number(text);
    if (clef.end - clef.at <= 2 || !isalpha((unsigned char)clef.end[-3])) return;
    if (is_word((AbcSpan){clef.end - 2, clef.end}, "-8")) *octaves = -1;
    if (is_word((AbcSpan){clef.end - 2, clef.end}, "+8")) *octaves = 1;
}

static bool is_clef(AbcSpan value) {
    static const char *const CLEFS[] = {"clef", "treble",  "bass",       "alto",    "tenor",
                                        "perc", "octave=", "transpose=", "middle=", "staff"};
    for (size_t i = 0; i < sizeof CLEFS / sizeof *CLEFS; i++)
        if (begins(value, CLEFS[i])) return true;
    return false;
}

static void read_rest(AbcSpan value, AbcKey *key) {
    AbcSpan name, text;
    while (abc_property(&value, &name, &text)) {
        if (is_word(name, "exp")) memset(key->alter, 0, sizeof key->alter);
        abc_field_moves(name, text, &key->octaves, &key->semitones);
        while (name.at < name.end && text.at == text.end && read_alteration(&name, key)) continue;
    }
}

bool abc_field_key(AbcSpan value, AbcKey *key) {
    value = abc_trim(value);
    if (begins(value, "HP")) {
        set_sharps(key, 2);
        key->key = (Key){.tonic = 9, .mode = KEY_MIXOLYDIAN, .known = true};
        key->minor = false;
        return true;
    }
    bool known = true;
    if (value.at == value.end || begins(value, "none")) {
        set_sharps(key, 0);
        key->key = (Key){0};
        value.at += value.at == value.end ? 0 : 4;
    } else if (!is_clef(value)) {
        known = read_tonic(&value, key) || strchr("^_=", *value.at) != NULL;
    }
    read_rest(value, key);
    return known;
}
