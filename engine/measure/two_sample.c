#include "engine/measure/two_sample.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/rng.h"
#include "engine/draw/piece.h"

enum {
    F = TWO_SAMPLE_FEATURES,
    FOLDS = 5,
    NEWTON_STEPS = 12,
    LEAPS = 11, /* signed: -8 or more, -5 .. -7, -3 -4, -2, -1, 0 and up alike */
    LAGS = 4,
    NOTES_MAX = TWO_SAMPLE_BARS * BAR_STEPS,
};
static const double RIDGE = 1.0;
static const int LAG[LAGS] = {1, 2, 4, 8};

/* ---- describing ---- */

typedef struct {
    int count, pitch[NOTES_MAX], at[NOTES_MAX], length[NOTES_MAX];
} Notes;

/* Writes numbers one after another, and remembers their names when asked to. */
typedef struct {
    double *out;
    int count;
    const char **name;
} Numbers;

static void put(Numbers *to, const char *name, double value) {
    assert(to->count < F);
    if (to->name) to->name[to->count] = name;
    to->out[to->count++] = value;
}

static Notes list_notes(const Piece *piece) {
    Notes notes = {0};
    for (int a = 0; a < piece->count * piece->steps; a++) {
        const int token = piece->token[a];
        if (bar_is_onset(token)) {
            notes.pitch[notes.count] = bar_pitch(token);
            notes.at[notes.count] = a;
            notes.length[notes.count++] = 1;
        } else if (token == BAR_HOLD && notes.count > 0) {
            notes.length[notes.count - 1]++;
        }
    }
    return notes;
}

static double ratio(double a, double b) {
    return b > 0 ? a / b : 0;
}

static double deviation(const double *x, int count) {
    double sum = 0, square = 0;
    for (int i = 0; i < count; i++) sum += x[i], square += x[i] * x[i];
    const double mean = ratio(sum, count);
    return sqrt(fmax(0, ratio(square, count) - mean * mean));
}

/* The largest share of the notes that fits one major scale. */
static double in_scale(const int class[12], int notes) {
    static const int MAJOR = 0xAB5;
    int best = 0;
    for (int tonic = 0; tonic < 12; tonic++) {
        int fit = 0;
        for (int c = 0; c < 12; c++) fit += MAJOR >> ((c - tonic + 12) % 12) & 1 ? class[c] : 0;
        best = fit > best ? fit : best;
    }
    return ratio(best, notes);
}

static void put_pitches(Numbers *to, const Piece *piece, const Notes *notes) {
    const int *class = piece->before[piece->count].class;
    double pitch[NOTES_MAX], entropy = 0;
    int low = 127, high = 0, used = 0;
    for (int i = 0; i < notes->count; i++) {
        pitch[i] = notes->pitch[i];
        low = notes->pitch[i] < low ? notes->pitch[i] : low;
        high = notes->pitch[i] > high ? notes->pitch[i] : high;
    }
    for (int c = 0; c < 12; c++) {
        const double p = ratio(class[c], notes -> count);
        entropy -= p > 0 ? p * log2(p) : 0;
        used += class[c] > 0;
    }
    put(to, "in one scale", in_scale(class, notes->count));
    put(to, "pitch class entropy", entropy);
    put(to, "pitch classes", used);
    put(to, "mean pitch", ratio(piece->before[piece->count].pitches, notes->count));
    put(to, "spread of pitch", deviation(pitch, notes->count));
    put(to, "range", notes->count ? high - low : 0);
    put(to, "first to last", notes->count ? notes->pitch[notes->count - 1] - notes->pitch[0] : 0);
}

/* Signed class of an interval: 0 .. LEAPS - 1, 5 = the same pitch. */
static int leap(int interval) {
    const int size = piece_leap_class(interval);
    return interval < 0 ? 5 - size : 5 + size;
}

static void put_contour(Numbers *to, const Notes *notes) {
    static const char *const NAME[LEAPS] = {"down 8+", "down 5-7", "down 3-4", "down 2", "down 1", "same",
                                            "up 1",    "up 2",     "up 3-4",   "up 5-7", "up 8+"};
    int leaps[LEAPS] = {0}, turns = 0, steps_after_leap = 0, leap_count = 0, triads = 0, back = 0;
    double x = 0, xx = 0, xy = 0;
    const int pairs = notes->count - 1;
    for (int i = 1; i < notes->count; i++) {
        const int now = notes->pitch[i] - notes->pitch[i - 1];
        leaps[leap(now)]++;
        if (i < 2) continue;
        const int before = notes->pitch[i - 1] - notes->pitch[i - 2];
        turns += now * before < 0;
        back += now + before == 0 && now != 0;
        triads += abs(now) >= 3 && abs(now) <= 5 && abs(before) >= 3 && abs(before) <= 5 && now * before > 0;
        leap_count += abs(before) >= 5;
        steps_after_leap += abs(before) >= 5 && now * before < 0 && abs(now) <= 2;
    }
    for (int i = 0; i < notes->count; i++) x += notes->pitch[i];
    const double mean = ratio(x, notes->count);
    for (int i = 0; i < notes->count; i++) {
        xx += (notes->pitch[i] - mean) * (notes->pitch[i] - mean);
        if (i > 0) xy += (notes->pitch[i] - mean) * (notes->pitch[i - 1] - mean);
    }
    for (int i = 0; i < LEAPS; i++) put(to, NAME[i], ratio(leaps[i], pairs));
    put(to, "turns", ratio(turns, pairs));
    put(to, "back at once", ratio(back, pairs));
    put(to, "triads", ratio(triads, pairs));
    put(to, "leaps made good", ratio(steps_after_leap, leap_count));
    put(to, "pitch correlation", ratio(xy, xx));
}

static void put_lengths(Numbers *to, const Piece *piece, const Notes *notes) {
    static const char *const NAME[PIECE_LENGTHS] = {"length 1",   "length 2", "length 3",    "length 4",
                                                    "length 5-7", "length 8", "length 9-12", "length 13+"};
    int lengths[PIECE_LENGTHS] = {0}, off_beat = 0, equal = 0, dotted = 0;
    for (int i = 0; i < notes->count; i++) {
        lengths[piece_length_class(notes->length[i])]++;
        off_beat += notes->at[i] % piece->steps % BAR_SLOT_STEPS != 0;
        equal += i > 0 && notes->length[i] == notes->length[i - 1];
        dotted += i > 0 && notes->length[i - 1] == 3 * notes->length[i];
    }
    for (int i = 0; i < PIECE_LENGTHS; i++) put(to, NAME[i], ratio(lengths[i], notes->count));
    put(to, "off the beat", ratio(off_beat, notes->count));
    put(to, "length as before", ratio(equal, notes->count));
    put(to, "dotted pairs", ratio(dotted, notes->count));
}

static bool same_rhythm(const Piece *piece, int t, int u) {
    const uint8_t *a = piece_bar(piece, t), *b = piece_bar(piece, u);
    for (int s = 0; s < piece->steps; s++)
        if (bar_is_onset(a[s]) != bar_is_onset(b[s]) || (!bar_is_onset(a[s]) && a[s] != b[s])) return false;
    return true;
}

static void put_bars(Numbers *to, const Piece *piece) {
    double onsets[TWO_SAMPLE_BARS], mean[TWO_SAMPLE_BARS], sum = 0;
    int empty = 0, tied = 0, rests = 0, full = 0, long_end = 0, sounding = 0;
    for (int t = 0; t < piece->count; t++) {
        const uint8_t *bar = piece_bar(piece, t);
        const PieceTally *now = &piece->before[t + 1], *then = &piece->before[t];
        onsets[t] = piece_onsets(piece, t);
        sum += onsets[t];
        empty += onsets[t] == 0;
        if (onsets[t] > 0) mean[sounding++] = ratio(now->pitches - then->pitches, onsets[t]);
        tied += bar[0] == BAR_HOLD;
        full += onsets[t] >= piece->steps / 2;
        for (int s = 0; s < piece->steps; s++) rests += bar[s] == BAR_REST;
        if (t % 4 == 3) long_end += piece_closure(piece, (Key){0}, t) >= CLOSURE_LONG;
    }
    put(to, "onsets a bar", sum / piece->count);
    put(to, "spread of onsets", deviation(onsets, piece->count));
    put(to, "spread of bars' pitch", deviation(mean, sounding));
    put(to, "empty bars", empty);
    put(to, "ties over bar lines", tied);
    put(to, "rests", ratio(rests, piece->count * piece->steps));
    put(to, "full bars", full);
    put(to, "phrases end long", long_end);
    for (int b = 0; b < 4; b++) {
        int here = 0;
        for (int s = 0; s < piece->steps; s++)
            here += s * 4 / piece->steps == b ? piece->before[piece->count].onset[s] : 0;
        put(to, "share of a quarter bar", ratio(here, sum));
    }
}

static void put_repetition(Numbers *to, const Piece *piece) {
    int rhythms = 0, bars = 0, exact = 0, near = 0, moved = 0;
    for (int t = 0; t < piece->count; t++) {
        bool new_rhythm = true, new_bar = true;
        for (int u = 0; u < t; u++) {
            new_rhythm &= !same_rhythm(piece, t, u);
            new_bar &= !piece_equal(piece, t, u);
        }
        rhythms += new_rhythm;
        bars += new_bar;
        const Relation kind = piece_kind(piece, t);
        exact += kind == RELATION_EXACT;
        near += kind == RELATION_NEAR;
        moved += kind == RELATION_RHYTHM;
    }
    put(to, "distinct rhythms", rhythms);
    put(to, "distinct bars", bars);
    put(to, "exact repeats", exact);
    put(to, "near repeats", near);
    put(to, "rhythmic repeats", moved);
    for (int l = 0; l < LAGS; l++) {
        int same = 0, alike = 0, near_by = 0;
        for (int t = LAG[l]; t < piece->count; t++) {
            same += piece->relation[t][LAG[l]] == RELATION_EXACT;
            near_by += piece->relation[t][LAG[l]] == RELATION_NEAR;
            alike += same_rhythm(piece, t, t - LAG[l]);
        }
        put(to, "repeats of the bar 1, 2, 4, 8 back", same);
        put(to, "its near copies", near_by);
        put(to, "its rhythm", alike);
    }
}

static int describe(Numbers *to, const Bar *window, int steps) {
    uint8_t token[TWO_SAMPLE_BARS * BAR_STEPS], range[2][TWO_SAMPLE_BARS],
        relation[TWO_SAMPLE_BARS][PIECE_DISTANCES + 1];
    PieceTally before[TWO_SAMPLE_BARS + 1] = {0};
    Piece piece = {.steps = steps,
                   .capacity = TWO_SAMPLE_BARS,
                   .token = token,
                   .before = before,
                   .lowest = range[0],
                   .highest = range[1],
                   .relation = relation};
    piece_set_bars(&piece, window, TWO_SAMPLE_BARS);
    const Notes notes = list_notes(&piece);
    put_pitches(to, &piece, &notes);
    put_contour(to, &notes);
    put_lengths(to, &piece, &notes);
    put_bars(to, &piece);
    put_repetition(to, &piece);
    return to->count;
}

void two_sample_describe(double *features, const Bar *window, int steps) {
    Numbers to = {.out = features};
    memset(features, 0, F * sizeof *features);
    const int count = describe(&to, window, steps);
    assert(count == F);
}

const char *two_sample_feature_name(int index) {
    const char *name[F];
    double features[F];
    const Bar window[TWO_SAMPLE_BARS] = {0};
    describe(&(Numbers){.out = features, .name = name}, window, BAR_STEPS);
    return name[index];
}

/* ---- telling apart ---- */

/* The windows of both sets, standardised. */
typedef struct {
    double (*row)[F]; /* owned */
    int *label;       /* 1 the first set; owned */
    int *fold;        /* owned */
    double *score;    /* owned */
    int count;
} Sample;

static void standardise(Sample *s) {
    for (int f = 0; f < F; f++) {
        double sum = 0, square = 0;
        for (int i = 0; i < s->count; i++) sum += s->row[i][f];
        const double mean = sum / s->count;
        for (int i = 0; i < s->count; i++) square += (s->row[i][f] - mean) * (s->row[i][f] - mean);
        const double scale = square > 1e-9 ? sqrt(s->count / square) : 0;
        for (int i = 0; i < s->count; i++) s->row[i][f] = (s->row[i][f] - mean) * scale;
    }
}

/* Solves a x = b for a symmetric, positive definite a by Cholesky; both are overwritten, b by x. */
static void solve(double a[F + 1][F + 1], double b[F + 1]) {
    const int n = F + 1;
    for (int i = 0; i < n; i++) {
        for (int j = 0; j <= i; j++) {
            double sum = a[i][j];
            for (int k = 0; k < j; k++) sum -= a[i][k] * a[j][k];
            a[i][j] = i == j ? sqrt(fmax(sum, 1e-12)) : sum / a[j][j];
        }
    }
    for (int i = 0; i < n; i++) {
        for (int k = 0; k < i; k++) b[i] -= a[i][k] * b[k];
        b[i] /= a[i][i];
    }
    for (int i = n - 1; i >= 0; i--) {
        for (int k = i + 1; k < n; k++) b[i] -= a[k][i] * b[k];
        b[i] /= a[i][i];
    }
}

static double linear(const double w[F + 1], const double row[F]) {
    double sum = w[F];
    for (int f = 0; f < F; f++) sum += w[f] * row[f];
    return sum;
}

/* One Newton step of ridge logistic regression on the windows that are not in `fold`. */
static void newton(double w[F + 1], const Sample *s, int fold) {
    double hessian[F + 1][F + 1] = {{0}}, gradient[F + 1] = {0};
    for (int i = 0; i < s->count; i++) {
        if (s->fold[i] == fold) continue;
        const double p = 1 / (1 + exp(-linear(w, s->row[i]))), weight = p * (1 - p);
        for (int f = 0; f <= F; f++) {
            const double x = f < F ? s->row[i][f] : 1;
            gradient[f] += (p - s->label[i]) * x;
            for (int g = 0; g <= f; g++) hessian[f][g] += weight * x * (g < F ? s->row[i][g] : 1);
        }
    }
    for (int f = 0; f < F; f++) {
        gradient[f] += RIDGE * w[f];
        hessian[f][f] += RIDGE;
    }
    solve(hessian, gradient);
    for (int f = 0; f <= F; f++) w[f] -= gradient[f];
}

static void judge(Sample *s) {
    for (int fold = 0; fold < FOLDS; fold++) {
        double w[F + 1] = {0};
        for (int step = 0; step < NEWTON_STEPS; step++) newton(w, s, fold);
        for (int i = 0; i < s->count; i++)
            if (s->fold[i] == fold) s->score[i] = linear(w, s->row[i]);
    }
}

/* The share of pairs, one of either set, in which the first set's has the larger score; a draw is half a pair. */
static double area(const Sample *s) {
    double right = 0, pairs = 0;
    for (int i = 0; i < s->count; i++)
        for (int j = 0; j < s->count; j++) {
            if (!s->label[i] || s->label[j]) continue;
            right += s->score[i] > s->score[j] ? 1 : s->score[i] < s->score[j] ? 0 : 0.5;
            pairs++;
        }
    return right / pairs;
}

static void share_out(Sample *s, uint64_t seed) {
    Rng rng;
    rng_seed(&rng, seed);
    for (int i = 0; i < s->count; i++) s->fold[i] = i % FOLDS;
    for (int i = s->count - 1; i > 0; i--) {
        const int j = rng_below(&rng, i + 1), kept = s->fold[i];
        s->fold[i] = s->fold[j];
        s->fold[j] = kept;
    }
}

bool two_sample_auc(double *auc, double *one_auc, const double *first, int first_count, const double *second,
                    int second_count, uint64_t seed, Error *err) {
    const size_t count = (size_t)(first_count + second_count);
    Sample s = {.count = first_count + second_count};
    s.row = calloc(count, sizeof *s.row);
    s.label = calloc(count, sizeof *s.label);
    s.fold = calloc(count, sizeof *s.fold);
    s.score = calloc(count, sizeof *s.score);
    const bool room = s.row && s.label && s.fold && s.score;
    if (room) {
        memcpy(s.row, first, (size_t)first_count * sizeof *s.row);
        memcpy(s.row + first_count, second, (size_t)second_count * sizeof *s.row);
        for (int i = 0; i < first_count; i++) s.label[i] = 1;
        standardise(&s);
        share_out(&s, seed);
        judge(&s);
        *auc = area(&s);
        for (int f = 0; one_auc && f < F; f++) {
            for (int i = 0; i < s.count; i++) s.score[i] = s.row[i][f];
            const double a = area(&s);
            one_auc[f] = a < 0.5 ? 1 - a : a;
        }
    }
    free(s.row);
    free(s.label);
    free(s.fold);
    free(s.score);
    return room || error_memory(err, "the test");
}
