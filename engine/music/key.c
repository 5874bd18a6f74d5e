#include "engine/music/key.h"

#include <assert.h>
#include <ctype.h>
#include <math.h>
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

static const bool SCALE[2][PITCH_CLASSES] = {
    [KEY_MAJOR] = {1, 0, 1, 0, 1, 1, 0, 1, 0, 1, 0, 1},
    [KEY_MINOR] = {1, 0, 1, 1, 0, 1, 0, 1, 1, 0, 1, 0},
};

static const char *const NAME[2][PITCH_CLASSES] = {
    [KEY_MAJOR] = {"C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B"},
    [KEY_MINOR] = {"Cm", "C#m", "Dm", "Ebm", "Em", "Fm", "F#m", "Gm", "G#m", "Am", "Bbm", "Bm"},
};

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
    if (track->count == 0) return (Key){0};
    double duration[PITCH_CLASSES] = {0};
    for (int i = 0; i < track->count; i++)
        duration[track->notes[i].pitch % PITCH_CLASSES] += track->notes[i].length;
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
    return key.known ? NAME[key.mode == KEY_MINOR][key.tonic % PITCH_CLASSES] : "?";
}

static bool read_mode(const char *text, uint8_t *mode) {
    while (*text == ' ' || *text == ':') text++;
    bool minor = strcmp(text, "m") == 0 || strcasecmp(text, "min") == 0 || strcasecmp(text, "minor") == 0;
    bool major =
        !*text || strcmp(text, "M") == 0 || strcasecmp(text, "maj") == 0 || strcasecmp(text, "major") == 0;
    *mode = minor ? KEY_MINOR : KEY_MAJOR;
    return minor || major;
}

bool key_parse(Key *key, const char *text) {
    static const int LETTER[] = {9, 11, 0, 2, 4, 5, 7}; /* A .. G */
    int letter = toupper((unsigned char)*text) - 'A';
    if (letter < 0 || letter > 6) return false;
    text++;
    int tonic = LETTER[letter];
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

/* ---- scales ---- */

bool key_has(Key key, int pitch) {
    if (!key.known) return true;
    int degree = ((pitch - key.tonic) % PITCH_CLASSES + PITCH_CLASSES) % PITCH_CLASSES;
    return SCALE[key.mode == KEY_MINOR][degree];
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

static int relative_major(Key key) {
    return key.mode == KEY_MINOR ? key.tonic + 3 : key.tonic;
}

int key_interval(Key from, Key to) {
    if (!from.known || !to.known) return 0;
    int interval = from.mode == to.mode ? to.tonic - from.tonic : relative_major(to) - relative_major(from);
    interval = ((interval % PITCH_CLASSES) + PITCH_CLASSES) % PITCH_CLASSES;
    return interval > 5 ? interval - PITCH_CLASSES : interval;
}
