#include "engine/music/key.h"

#include <assert.h>
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { PITCH_CLASSES = 12, PITCH_MAX = 127 };

/* How well each pitch class above the tonic fits the key, as listeners rated it: Krumhansl and Kessler 1982. */
static const double PROFILE[2][PITCH_CLASSES] = {
    [KEY_MAJOR] = {6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88},
    [KEY_MINOR] = {6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17},
};

/* A melody tends to end on its tonic; the correlation alone confuses keys a fifth apart. A key whose tonic is the last
 * note gets this much added to its correlation. */
static const double LAST_NOTE_BONUS = 0.2;

/* Of each mode, beside the major scale with the same notes: the semitones up to its tonic, and the fifths. */
static const struct {
    const char *name, *other;
    uint8_t semitones;
    int8_t fifths;
} MODE[KEY_MODES] = {
    [KEY_MAJOR] = {"major", "ionian", 0, 0}, [KEY_MINOR] = {"minor", "aeolian", 9, 3},
    [KEY_DORIAN] = {"dorian", "", 2, 2},     [KEY_PHRYGIAN] = {"phrygian", "", 4, 4},
    [KEY_LYDIAN] = {"lydian", "", 5, -1},    [KEY_MIXOLYDIAN] = {"mixolydian", "", 7, 1},
    [KEY_LOCRIAN] = {"locrian", "", 11, 5},
};

static const bool MAJOR_SCALE[PITCH_CLASSES] = {1, 0, 1, 0, 1, 1, 0, 1, 0, 1, 0, 1};

/* Where a tonic could be spelled in two ways, the one with the smaller signature. */
#define TONICS(mode, c, cs, d, ds, e, f, fs, g, gs, a, as, b) \
    { c mode, cs mode, d mode, ds mode, e mode, f mode, fs mode, g mode, gs mode, a mode, as mode, b mode }
static const char *const NAME[KEY_MODES][PITCH_CLASSES] = {
    [KEY_MAJOR] = TONICS("", "C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B"),
    [KEY_MINOR] = TONICS("m", "C", "C#", "D", "Eb", "E", "F", "F#", "G", "G#", "A", "Bb", "B"),
    [KEY_DORIAN] = TONICS(" dor", "C", "C#", "D", "Eb", "E", "F", "F#", "G", "G#", "A", "Bb", "B"),
    [KEY_PHRYGIAN] = TONICS(" phr", "C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "Bb", "B"),
    [KEY_LYDIAN] = TONICS(" lyd", "C", "Db", "D", "Eb", "E", "F", "Gb", "G", "Ab", "A", "Bb", "B"),
    [KEY_MIXOLYDIAN] = TONICS(" mix", "C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B"),
    [KEY_LOCRIAN] = TONICS(" loc", "C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B"),
};

/* Pitch class of the letters A .. G, and their places on the line of fifths, C = 0. */
static const int LETTER_PITCH[] = {9, 11, 0, 2, 4, 5, 7};
static const int LETTER_FIFTHS[] = {3, 5, 0, 2, 4, -1, 1};

/* ---- detection ---- */

/* Pearson's correlation of the durations, read from tonic upwards, with a profile. */
static double correlation(const double *duration, int tonic, const double *profile) {
    double mean_x = 0, mean_y = 0, xy = 0, xx = 0, yy = 0;
    for (int i = 0; i < PITCH_CLASSES; i++) {
        mean_x += duration[i] / PITCH_CLASSES;
        mean_y += profile[i] / PITCH_CLASSES;
    }
    for (int i = 0; i < PITCH_CLASSES; i++) {
        double x = duration[(tonic + i) % PITCH_CLASSES] - mean_x, y = profile[i] - mean_y;
        xy += x * y;
        xx += x * x;
        yy += y * y;
    }
    return xx > 0 ? xy / sqrt(xx * yy) : 0;
}

Key key_detect(const Track *track) {
    enum { CLASSES_MIN = 3 }; /* one or two tones are in most keys */
    double duration[PITCH_CLASSES] = {0};
    int classes = 0;
    for (int i = 0; i < track->count; i++) {
        double *of = &duration[track->notes[i].pitch % PITCH_CLASSES];
        classes += *of == 0;
        *of += track->notes[i].length;
    }
    if (classes < CLASSES_MIN) return (Key){0};
    int last = track->notes[track->count - 1].pitch % PITCH_CLASSES;
    Key best = {.known = true};
    double best_score = -2;
    for (int mode = KEY_MAJOR; mode <= KEY_MINOR; mode++)
        for (int tonic = 0; tonic < PITCH_CLASSES; tonic++) {
            double score = correlation(duration, tonic, PROFILE[mode]);
            if (tonic == last) score += LAST_NOTE_BONUS;
            if (score <= best_score) continue;
            best_score = score;
            best.tonic = (uint8_t)tonic;
            best.mode = (uint8_t)mode;
        }
    return best;
}

/* ---- names ---- */

const char *key_name(Key key) {
    return key.known ? NAME[key.mode][key.tonic % PITCH_CLASSES] : "?";
}

/* At least three letters of a mode's name. */
static bool begins_mode(const char *name, const char *text) {
    size_t size = strlen(text);
    return size >= 3 && size <= strlen(name) && strncasecmp(name, text, size) == 0;
}

static bool read_mode(const char *text, uint8_t *mode) {
    while (*text == ' ' || *text == ':') text++;
    *mode = strcmp(text, "m") == 0 ? KEY_MINOR : KEY_MAJOR;
    if (!*text || strcmp(text, "m") == 0 || strcmp(text, "M") == 0) return true;
    for (int i = 0; i < KEY_MODES; i++) {
        if (!begins_mode(MODE[i].name, text) && !begins_mode(MODE[i].other, text)) continue;
        *mode = (uint8_t)i;
        return true;
    }
    return false;
}

bool key_parse(Key *key, const char *text) {
    int letter = toupper((unsigned char)*text) - 'A';
    if (letter < 0 || letter > 6) return false;
    text++;
    int tonic = LETTER_PITCH[letter];
    if (*text == '#') {
        tonic++;
        text++;
    } else if (*text == 'b') {
        tonic--;
        text++;
    }
    Key read = {.tonic = (uint8_t)((tonic + PITCH_CLASSES) % PITCH_CLASSES), .known = true};
    if (!read_mode(text, &read.mode)) return false;
    *key = read;
    return true;
}

bool key_equal(Key a, Key b) {
    return a.known == b.known && (!a.known || (a.tonic == b.tonic && a.mode == b.mode));
}

/* ---- spelling ---- */

int key_signature(Key key) {
    if (!key.known) return 0;
    const char *name = key_name(key);
    int accidental = name[1] == '#' ? 7 : name[1] == 'b' ? -7 : 0;
    return LETTER_FIFTHS[name[0] - 'A'] + accidental - MODE[key.mode].fifths;
}

int key_on_letter(Key key, int white) {
    int place = (7 * white + 1) % PITCH_CLASSES; /* in F C G D A E B, the order in which sharps come */
    int signature = key_signature(key);
    int accidental = place < signature ? 1 : 6 - place < -signature ? -1 : 0;
    return (white + accidental + PITCH_CLASSES) % PITCH_CLASSES;
}

/* Each pitch class has one place among any twelve neighbours on the line of fifths. A key of f sharps uses f - 3 .. f + 8, which
 * holds its scale, the leading note of its minor and the flat third and seventh of its major; shifted where that would reach
 * beyond Gb or A#, spellings that only a scale itself may ask for. */
static int lowest_fifth(int signature) {
    enum { LOWEST = -6, HIGHEST = 10 };
    int low = signature - 3, least = signature - 1 < LOWEST ? signature - 1 : LOWEST,
        most = (signature + 5 > HIGHEST ? signature + 5 : HIGHEST) - 11;
    return low < least ? least : low > most ? most : low;
}

void key_spell(Key key, int pitch, char out[KEY_SPELLING_SIZE]) {
    static const char LETTERS[] = "FCGDAEB"; /* from fifth -1 on */
    assert(pitch >= 0 && pitch <= PITCH_MAX);
    int low = lowest_fifth(key_signature(key));
    int fifth = low + ((7 * pitch - low) % PITCH_CLASSES + PITCH_CLASSES) % PITCH_CLASSES;
    int place = fifth + 1 + 7 * 7, accidental = place / 7 - 7; /* sharps, or flats where negative */
    const char *sign = accidental > 0 ? "#" : accidental < 0 ? "b" : "";
    int octave =
        (pitch - accidental + PITCH_CLASSES) / PITCH_CLASSES - 2; /* of the letter: B#3 sounds as C4 */
    snprintf(out, KEY_SPELLING_SIZE, "%c%s%d", LETTERS[place % 7], sign, octave);
}

/* ---- scales ---- */

static int relative_major(Key key) {
    return (key.tonic + PITCH_CLASSES - MODE[key.mode].semitones) % PITCH_CLASSES;
}

bool key_has(Key key, int pitch) {
    return !key.known || MAJOR_SCALE[(pitch + PITCH_CLASSES - relative_major(key)) % PITCH_CLASSES];
}

/* The next scale pitch in a direction, or pitch itself where MIDI ends. */
static int next_in_scale(Key key, int pitch, int direction) {
    for (int next = pitch + direction; next >= 0 && next <= PITCH_MAX; next += direction)
        if (key_has(key, next)) return next;
    return pitch;
}

int key_step(Key key, int pitch, int steps) {
    assert(pitch >= 0 && pitch <= PITCH_MAX);
    int direction = steps < 0 ? -1 : 1;
    for (int left = steps * direction; left > 0; left--) pitch = next_in_scale(key, pitch, direction);
    if (steps != 0 || key_has(key, pitch)) return pitch;
    int below = next_in_scale(key, pitch, -1), above = next_in_scale(key, pitch, 1);
    return above == pitch || (below != pitch && pitch - below <= above - pitch) ? below : above;
}

/* ---- alignment ---- */

int key_interval(Key from, Key to) {
    if (!from.known || !to.known) return 0;
    int interval = (relative_major(to) - relative_major(from) + PITCH_CLASSES) % PITCH_CLASSES;
    return interval > 5 ? interval - PITCH_CLASSES : interval;
}
