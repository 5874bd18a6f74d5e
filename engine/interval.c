#include "engine/interval.h"

#include <assert.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

enum { DEGREES = 7, OCTAVE = 12, WORDS_SIZE = 24 };

static const int8_t MAJOR[DEGREES] = {0, 2, 4, 5, 7, 9, 11};
/* By pitch class above the tonic. */
static const int8_t DEGREE[OCTAVE] = {0, 0, 1, 2, 2, 3, 3, 4, 4, 5, 6, 6},
                    ALTERATION[OCTAVE] = {0, 1, 0, -1, 0, 0, 1, 0, 1, 0, -1, 0};

/* ---- symbols ---- */

int interval_of_scale_steps(int steps) {
    assert(abs(steps) <= INTERVAL_SCALE_STEPS_MAX);
    if (steps == 0) return INTERVAL_NONE;
    return steps < 0 ? steps + INTERVAL_SCALE_STEPS_MAX + 1 : steps + INTERVAL_SCALE_STEPS_MAX;
}

int interval_of_semitones(int semitones) {
    assert(abs(semitones) <= INTERVAL_SEMITONES_MAX);
    if (semitones == 0) return INTERVAL_NONE;
    return INTERVAL_SCALE_STEPS +
           (semitones < 0 ? semitones + INTERVAL_SEMITONES_MAX + 1 : semitones + INTERVAL_SEMITONES_MAX);
}

int interval_size(int interval) {
    assert(interval >= 0 && interval < INTERVAL_COUNT);
    if (interval == INTERVAL_NONE) return 0;
    const int most = interval_is_diatonic(interval) ? INTERVAL_SCALE_STEPS_MAX : INTERVAL_SEMITONES_MAX;
    const int index = interval_is_diatonic(interval) ? interval - 1 : interval - INTERVAL_SCALE_STEPS - 1;
    return index < most ? index - most : index - most + 1;
}

/* ---- moving ---- */

static int floor_divide(int a, int b) {
    return a >= 0 ? a / b : -((b - 1 - a) / b);
}

static int move_pitch(int pitch, int interval, int scale) {
    const int size = interval_size(interval);
    if (!interval_is_diatonic(interval)) return pitch + size;
    const int octave = floor_divide(pitch - scale, OCTAVE), above = pitch - scale - OCTAVE * octave;
    const int degree = DEGREES * octave + DEGREE[above] + size, wrap = floor_divide(degree, DEGREES);
    return scale + OCTAVE * wrap + MAJOR[degree - DEGREES * wrap] + ALTERATION[above];
}

static uint8_t table[INTERVAL_SCALES][INTERVAL_COUNT][BAR_TOKENS];
static pthread_once_t table_made = PTHREAD_ONCE_INIT;

static void make_table(void) {
    for (int scale = 0; scale < INTERVAL_SCALES; scale++)
        for (int interval = 0; interval < INTERVAL_COUNT; interval++)
            for (int token = 0; token < BAR_TOKENS; token++) {
                uint8_t *to = &table[scale][interval][token];
                *to = (uint8_t)token;
                if (!bar_is_onset(token)) continue;
                const int pitch = move_pitch(bar_pitch(token), interval, scale);
                *to = pitch < BAR_PITCH_LOW || pitch > BAR_PITCH_HIGH ? INTERVAL_OUT
                                                                      : (uint8_t)bar_onset(pitch);
            }
}

const uint8_t *interval_moves(int scale, int interval) {
    assert(scale >= 0 && scale < INTERVAL_SCALES && interval >= 0 && interval < INTERVAL_COUNT);
    pthread_once(&table_made, make_table);
    return table[scale][interval];
}

int interval_move_within(int scale, int interval, int token) {
    const int moved = interval_moves(scale, interval)[token];
    return moved == INTERVAL_OUT ? bar_onset(move_pitch(bar_pitch(token), interval, scale)) : moved;
}

/* ---- prices ---- */

float interval_price(int interval) {
    /* Per cent of moved bars; other semitones 0.1 each, which makes the whole about 102. */
    static const float STEPS[INTERVAL_SCALE_STEPS] = {0.8f,  0.5f,  0.8f, 4.6f, 6.9f, 11.6f, 15.1f,
                                                      16.7f, 10.3f, 7.9f, 4.1f, 1.0f, 0.5f,  1.2f},
                       SEMITONES[INTERVAL_COUNT - INTERVAL_SCALE_STEPS - 1] = {
                           0.1f, 0.1f, 0.2f, 0.4f, 0.2f, 0.1f, 1.1f, 1.0f, 1.6f, 2.1f, 1.4f,
                           0.9f, 3.0f, 2.1f, 1.7f, 1.1f, 0.1f, 0.5f, 0.2f, 0.1f, 0.1f, 0.1f};
    static const float MOVED = 0.052f, WHOLE = 102;
    assert(interval >= 0 && interval < INTERVAL_COUNT);
    if (interval == INTERVAL_NONE) return -logf(1 - MOVED);
    return -logf(MOVED / WHOLE *
                 (interval_is_diatonic(interval) ? STEPS[interval - 1]
                                                 : SEMITONES[interval - INTERVAL_SCALE_STEPS - 1]));
}

/* ---- the scale of a melody ---- */

int interval_find_scale(const Bar *bars, int count) {
    enum { ONE_MORE = 1000, MIDDLE = 3, WINDOW = 7 };
    long onsets[OCTAVE] = {0}, best_score = 0;
    int best = 0;
    for (int t = 0; t < count; t++)
        for (int s = 0; s < BAR_STEPS; s++)
            if (bar_is_onset(bars[t].token[s])) onsets[bar_pitch(bars[t].token[s]) % OCTAVE]++;
    for (int scale = 0; scale < INTERVAL_SCALES; scale++) {
        long score = 0;
        for (int pc = 0; pc < OCTAVE; pc++) {
            const int place = (7 * ((pc - scale + OCTAVE) % OCTAVE) + 1) % OCTAVE; /* F C G D A E B: 0..6 */
            if (place < WINDOW) score += onsets[pc] * (ONE_MORE - abs(place - MIDDLE));
        }
        if (scale > 0 && score <= best_score) continue;
        best_score = score;
        best = scale;
    }
    return best;
}

/* ---- words ---- */

static char words[INTERVAL_COUNT][WORDS_SIZE];
static pthread_once_t words_made = PTHREAD_ONCE_INIT;

static void make_words(void) {
    for (int interval = 1; interval < INTERVAL_COUNT; interval++) {
        const int size = abs(interval_size(interval));
        const char *where = interval_size(interval) > 0 ? "higher" : "lower",
                   *unit = interval_is_diatonic(interval) ? "step" : "semitone";
        char *to = words[interval];
        if (interval_is_diatonic(interval) && size == INTERVAL_SCALE_STEPS_MAX)
            snprintf(to, WORDS_SIZE, "an octave %s", where);
        else if (size == 1)
            snprintf(to, WORDS_SIZE, "a %s %s", unit, where);
        else
            snprintf(to, WORDS_SIZE, "%d %ss %s", size, unit, where);
    }
}

const char *interval_words(int interval) {
    assert(interval >= 0 && interval < INTERVAL_COUNT);
    pthread_once(&words_made, make_words);
    return words[interval];
}
