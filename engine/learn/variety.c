#include "engine/learn/variety.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { LOWEST = 40, HIGHEST = 94, OCTAVE = 12, REACH = 12 };

static int pick(Rng *rng, const int *choices, int count) {
    return choices[rng_below(rng, count)];
}
#define PICK(rng, ...) pick(rng, (const int[]){__VA_ARGS__}, sizeof((const int[]){__VA_ARGS__}) / sizeof(int))

static bool chance(Rng *rng, double share) {
    return rng_uniform(rng) < share;
}

static int clamp(int low, int x, int high) {
    return x < low ? low : x > high ? high : x;
}

/* ---- rhythms: tokens whose onsets have no pitch yet (BAR_ONSET) ---- */

/* Of another bar, shifted within the bar. */
static void borrow_rhythm(Bar *bar, int steps, const Bar *rhythms, int count, Rng *rng) {
    const Bar *other = &rhythms[rng_below(rng, count)];
    const int from = bar_steps(other), shift = PICK(rng, 0, 1, 2, 3, -1, -2);
    for (int s = 0; s < steps; s++) {
        const int token = other->token[((s - shift) % from + from) % from];
        bar->token[s] = (uint8_t)(bar_is_onset(token) ? BAR_ONSET : token == BAR_TRIPLET ? BAR_HOLD : token);
    }
}

static void draw_rhythm(Bar *bar, int steps, Rng *rng) {
    static const double DENSITY[] = {0.1, 0.2, 0.3, 0.45, 0.6, 0.8, 1.0};
    const double density = DENSITY[rng_below(rng, sizeof DENSITY / sizeof *DENSITY)];
    const double stop = chance(rng, 0.3) ? 0.35 : 0.08;
    const bool on_beats = chance(rng, 0.5);
    bool sounding = chance(rng, 0.3);
    for (int s = 0; s < steps; s++) {
        const double weight = !on_beats ? 1 : s % 4 == 0 ? 1.6 : s % 2 == 0 ? 1.2 : 0.6;
        if (chance(rng, density * weight)) {
            bar->token[s] = BAR_ONSET;
            sounding = true;
        } else {
            if (sounding && chance(rng, stop)) sounding = false;
            bar->token[s] = sounding ? BAR_HOLD : BAR_REST;
        }
    }
}

/* ---- lines: pitch after pitch around a centre ---- */

typedef enum { WALK, CHORD, REPEAT, OCTAVES, LEAPS, RUN } LineKind;

typedef struct {
    LineKind kind;
    Rng *rng;
    int centre, at, step, tonic;
    const int8_t *chord;
    bool plain; /* a repeated pitch without excursions */
} Line;

static const int8_t CHORDS[][5] = {
    {0, 4, 7, 12, 0}, {0, 3, 7, 12, 0}, {0, 7, 12, 0, 7}, {0, 5, 9, 12, 0}, {0, 4, 7, 10, 0}};

static Line draw_line(int centre, Rng *rng) {
    static const struct {
        LineKind kind;
        double until;
    } SHARES[] = {{WALK, 0.35}, {CHORD, 0.5}, {REPEAT, 0.65}, {OCTAVES, 0.75}, {LEAPS, 0.9}, {RUN, 1}};
    Line line = {.rng = rng, .centre = centre, .at = centre, .tonic = rng_below(rng, OCTAVE)};
    const double u = rng_uniform(rng);
    int i = 0;
    while (u >= SHARES[i].until) i++;
    line.kind = SHARES[i].kind;
    line.step = line.kind == WALK ? PICK(rng, 2, 4, 7) : PICK(rng, 1, -1);
    line.chord = CHORDS[rng_below(rng, sizeof CHORDS / sizeof *CHORDS)];
    line.plain = chance(rng, 0.6);
    if (line.kind == CHORD) line.at = rng_below(rng, 4);
    return line;
}

/* The nearest of three pitches that the key of the tonic has. */
static int into_key(int pitch, int tonic) {
    static const bool MAJOR[OCTAVE] = {true,  false, true,  false, true,  true,
                                       false, true,  false, true,  false, true};
    return MAJOR[(pitch - tonic + 10 * OCTAVE) % OCTAVE] ? pitch : pitch - 1;
}

static int next_pitch(Line *line) {
    Rng *rng = line->rng;
    int pitch = line->centre;
    switch (line->kind) {
    case WALK:
        pitch = into_key(line->at, line->tonic);
        line->at += PICK(rng, -1, 1) * rng_below(rng, line->step + 1);
        break;
    case CHORD:
        pitch += line->chord[((line->at % 4) + 4) % 4];
        line->at += chance(rng, 0.8) ? line->step : rng_below(rng, 5) - 2;
        break;
    case REPEAT:
        if (!line->plain && chance(rng, 0.2)) pitch += PICK(rng, -12, -2, 2, 5, 7, 12);
        break;
    case OCTAVES:
        pitch += line->at == line->centre ? 0 : OCTAVE;
        line->at = line->at == line->centre ? line->centre + 1 : line->centre;
        break;
    case LEAPS:
        pitch += rng_below(rng, 2 * REACH + 1) - REACH;
        break;
    case RUN:
        pitch = line->at;
        line->at += line->step;
        break;
    }
    return clamp(BAR_PITCH_LOW, pitch, BAR_PITCH_HIGH);
}

static void draw_bar(Bar *bar, int steps, int centre, const Bar *rhythms, int count, Rng *rng) {
    memset(bar->token, BAR_PAD, sizeof bar->token);
    if (chance(rng, 0.35))
        borrow_rhythm(bar, steps, rhythms, count, rng);
    else
        draw_rhythm(bar, steps, rng);
    Line line = draw_line(centre, rng);
    for (int s = 0; s < steps; s++)
        if (bar->token[s] == BAR_ONSET) bar->token[s] = (uint8_t)bar_onset(next_pitch(&line));
}

/* ---- the form of a passage ---- */

static unsigned shared_slots(const Bar *a, const Bar *b, int *onsets) {
    unsigned slots = 0;
    *onsets = 0;
    for (int slot = 0; slot < BAR_SLOTS; slot++) {
        const int from = slot * BAR_SLOT_STEPS;
        if (memcmp(a->token + from, b->token + from, BAR_SLOT_STEPS)) continue;
        slots |= 1u << slot;
        for (int s = from; s < from + BAR_SLOT_STEPS; s++) *onsets += bar_is_onset(a->token[s]);
    }
    return slots;
}

/* The bar that bar t repeats, whole (slots all ones) or in part; -1 = none. */
static int find_model(const Bar *bars, int t, unsigned *slots) {
    int near = -1;
    for (int u = t - 1; u >= 0; u--) {
        int onsets;
        const unsigned shared = shared_slots(&bars[u], &bars[t], &onsets);
        if (shared == (1u << BAR_SLOTS) - 1) {
            *slots = shared;
            return u;
        }
        if (near < 0 && __builtin_popcount(shared) >= 2 && onsets >= 2) {
            near = u;
            *slots = shared;
        }
    }
    return near;
}

void variety_bars(Bar *bars, int count, const Bar *rhythms, int rhythm_count, Rng *rng) {
    assert(count <= BAR_WINDOW);
    Bar old[BAR_WINDOW];
    memcpy(old, bars, (size_t)count * sizeof *bars);
    const double share = PICK(rng, 0, 1, 1) ? 1 : 0.5;
    const int register_ = 42 + rng_below(rng, 51);
    for (int t = 0; t < count; t++) {
        unsigned slots = 0;
        const int model = find_model(old, t, &slots);
        const int centre = clamp(LOWEST, register_ + rng_below(rng, 11) - 5, HIGHEST);
        if (chance(rng, share)) draw_bar(&bars[t], bar_steps(&old[t]), centre, rhythms, rhythm_count, rng);
        for (int b = 0; b < BAR_SLOTS && model >= 0; b++)
            if (slots >> b & 1)
                memcpy(bars[t].token + b * BAR_SLOT_STEPS, bars[model].token + b * BAR_SLOT_STEPS,
                       BAR_SLOT_STEPS);
    }
}

/* ---- meters ---- */

enum { PATTERN_BARS = 3 };

/* Lengths of model bars, over and over, and the meter whose bars they are. */
typedef struct {
    uint8_t steps[PATTERN_BARS];
    uint8_t beats, unit;
} Pattern;

static const Pattern PATTERNS[] = {
    {{8, 8, 8}, 2, 4},    {{10, 10, 10}, 5, 8},   {{14, 14, 14}, 7, 8},   {{12, 8, 12}, 5, 4},
    {{12, 6, 12}, 9, 8},  {{16, 12, 16}, 7, 4},   {{12, 12, 6}, 15, 8},   {{6, 6, 6}, 3, 8},
    {{4, 4, 4}, 1, 4},    {{11, 11, 11}, 11, 16}, {{13, 13, 13}, 13, 16}, {{12, 12, 12}, 3, 4},
    {{16, 16, 16}, 4, 4}, {{9, 9, 9}, 9, 16},     {{15, 15, 15}, 15, 16}, {{5, 5, 5}, 5, 16},
};
enum { PATTERN_COUNT = sizeof PATTERNS / sizeof *PATTERNS };

/* Patterns of two bars are written with the first again in third place. */
static int pattern_period(const uint8_t *pattern) {
    return pattern[0] == pattern[2] && pattern[1] != pattern[0] ? 2 : PATTERN_BARS;
}

static void cut_bars(Bar *bars, int count, const uint8_t *pattern) {
    const int period = pattern_period(pattern);
    for (int t = 0; t < count; t++)
        if (bar_steps(&bars[t]) > pattern[t % period]) bar_set_steps(&bars[t], pattern[t % period]);
}

/* One after another the steps of the old bars become those of the new ones; triplets are left out of it. */
static int bar_anew(Bar *bars, int count, const uint8_t *pattern) {
    uint8_t step[BAR_WINDOW * BAR_STEPS];
    const int period = pattern_period(pattern);
    int steps = 0, used = 0, made = 0;
    for (int t = 0; t < count; t++)
        for (int s = 0; s < bar_steps(&bars[t]); s++)
            step[steps++] = bars[t].token[s] == BAR_TRIPLET ? BAR_HOLD : bars[t].token[s];
    while (made < count && used < steps) {
        const int length = pattern[made % period], left = steps - used;
        if (left < length && made > 0) break;
        const int taken = length < left ? length : left;
        memset(bars[made].token, BAR_PAD, sizeof bars[made].token);
        memcpy(bars[made++].token, step + used, (size_t)taken);
        used += taken;
    }
    return made;
}

static void cut_single_bars(Bar *bars, int count, Rng *rng) {
    for (int t = 0; t < count; t++) {
        const int steps = bar_steps(&bars[t]);
        if (steps > 1 && chance(rng, 0.15)) bar_set_steps(&bars[t], 1 + rng_below(rng, steps - 1));
    }
}

int variety_meter(Bar *bars, int count, Rng *rng) {
    assert(count <= BAR_WINDOW);
    const uint8_t *pattern = PATTERNS[rng_below(rng, PATTERN_COUNT)].steps;
    const double u = rng_uniform(rng);
    if (u < 0.15)
        cut_single_bars(bars, count, rng);
    else if (u < 0.65)
        cut_bars(bars, count, pattern);
    else
        count = bar_anew(bars, count, pattern);
    return count;
}

/* ---- triplets ---- */

/* A beat of eighths swings: long and short. Others take three of their own tokens, so that an onset stays. */
static void make_triplet(uint8_t *slot, Rng *rng) {
    uint8_t three[3];
    const bool eighths =
        slot[1] == BAR_HOLD && slot[3] == BAR_HOLD && bar_is_onset(slot[0]) && bar_is_onset(slot[2]);
    if (eighths && chance(rng, 0.5)) {
        three[0] = slot[0], three[1] = BAR_HOLD, three[2] = slot[2];
    } else if (eighths || bar_is_onset(slot[0])) {
        const int other = bar_is_onset(slot[2]) ? slot[2] : slot[0];
        three[0] = slot[0];
        three[1] = (uint8_t)clamp(BAR_ONSET, (slot[0] + other) / 2 + rng_below(rng, 5) - 2, BAR_TRIPLET - 1);
        three[2] = (uint8_t)clamp(BAR_ONSET, other + rng_below(rng, 5) - 2, BAR_TRIPLET - 1);
        if (chance(rng, 0.2)) three[1 + rng_below(rng, 2)] = chance(rng, 0.5) ? BAR_HOLD : BAR_REST;
    } else {
        three[0] = slot[0], three[1] = slot[1], three[2] = slot[2];
        if (three[1] == BAR_HOLD && three[0] == BAR_REST) three[1] = BAR_REST;
    }
    memcpy(slot, three, sizeof three);
    slot[BAR_SLOT_STEPS - 1] = BAR_TRIPLET;
}

/* Equal slots become equal triplets: the random numbers of a slot come from its tokens. */
void variety_triplets(Bar *bars, int count, Rng *rng) {
    static const double SHARES[] = {0.1, 0.25, 0.6};
    const double share = SHARES[rng_below(rng, 3)];
    const uint64_t seed = rng_next(rng);
    for (int t = 0; t < count; t++)
        for (int b = 0; b < BAR_SLOTS; b++) {
            uint8_t *slot = bars[t].token + b * BAR_SLOT_STEPS;
            uint32_t word;
            Rng own;
            memcpy(&word, slot, sizeof word);
            rng_seed(&own, seed ^ word * 0x9e3779b97f4a7c15u ^ (uint64_t)b);
            const bool whole = memchr(slot, BAR_PAD, BAR_SLOT_STEPS) == NULL && slot[3] != BAR_TRIPLET;
            bool onset = false;
            for (int s = 0; s < BAR_SLOT_STEPS; s++) onset |= bar_is_onset(slot[s]);
            if (whole && onset && chance(&own, share)) make_triplet(slot, &own);
        }
}

/* ---- for measuring ---- */

/* The tune's bars anew, as many at once as can be; they are never more than before. */
static int bar_tune_anew(Bar *bars, int count, const uint8_t *pattern) {
    int made = 0;
    for (int from = 0; from < count; from += BAR_WINDOW) {
        Bar part[BAR_WINDOW];
        const int old = count - from < BAR_WINDOW ? count - from : BAR_WINDOW;
        memcpy(part, bars + from, (size_t)old * sizeof *part);
        const int new = bar_anew(part, old, pattern);
        memcpy(bars + made, part, (size_t) new * sizeof *part);
        made += new;
    }
    return made;
}

void variety_corpus(Corpus *corpus, uint64_t seed) {
    Rng rng;
    rng_seed(&rng, seed);
    for (int i = 0; i < corpus->count; i++) {
        CorpusTune *tune = &corpus->tune[i];
        Bar *bars = corpus->bar + tune->first;
        if (i % 4 == 3) {
            for (int t = 0; t < tune->count; t += BAR_WINDOW)
                variety_triplets(bars + t, tune->count - t < BAR_WINDOW ? tune->count - t : BAR_WINDOW, &rng);
        } else {
            const Pattern *pattern = &PATTERNS[((uint64_t)i + seed) % PATTERN_COUNT];
            tune->count = bar_tune_anew(bars, tune->count, pattern->steps);
            tune->meter_beats = pattern->beats;
            tune->meter_unit = pattern->unit;
        }
        bar_sequence_repair(&(BarSequence){.bar = bars, .count = tune->count, .steps = BAR_STEPS});
    }
}
