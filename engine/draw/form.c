#include "engine/draw/form.h"

#include <math.h>
#include <string.h>

#include "engine/draw/choice.h"

enum {
    RELATED = 4, /* bars before, and after, whose relations are told */
    SHARES_FROM = 3,
    PHRASE = 16,
    END_FAR = 9, /* bars to the end from which on it is all the same */
};

static int end_class(const Sight *sight) {
    return sight->to_end > END_FAR ? END_FAR : sight->to_end;
}

static void put_place(Switches *to, const Sight *sight) {
    const int phrase = (sight_phrase(sight) + PHRASE) % PHRASE;
    switches_put(to, PHRASE, phrase);
    switches_put(to, END_FAR + 1, end_class(sight));
    switches_put(to, PHRASE * (END_FAR + 1), sight->to_end ? phrase * (END_FAR + 1) + end_class(sight) : -1);
    switches_put(to, 33, sight->bar);
    switches_put(to, PIECE_STYLE_COUNT, (int)sight->told.style);
    switches_put(to, 3, (sight->piece->steps == 12) + sight->piece->compound);
    switches_put(to, 2, sight->piece->pickup);
}

/* Onsets of a bar in five classes. */
static int onset_class(int onsets) {
    return onsets == 0 ? 0 : onsets < 3 ? 1 : onsets < 6 ? 2 : onsets < 8 ? 3 : 4;
}

static void put_relations(Switches *to, const Sight *sight) {
    for (int e = 1; e <= RELATED; e++)
        for (int d = 1; d <= PIECE_DISTANCES; d++)
            switches_put(to, 4, sight->bar - e - d >= 0 ? sight->piece->relation[sight->bar - e][d] : -1);
}

static void put_earlier_bars(Switches *to, const Sight *sight) {
    const int quarter = (sight_phrase(sight) + PHRASE) % 4;
    int copies = 0, related = 0, seen = 0;
    for (int d = 1; d <= PIECE_DISTANCES; d++) {
        const int t = sight->bar - d;
        if (t < 0) {
            switches_skip(to, 2 * CLOSURE_COUNT + 4 * CLOSURE_COUNT + 4 + 5);
            continue;
        }
        const Relation kind = piece_kind(sight->piece, t);
        const int closure = (int)piece_closure(sight->piece, sight->told.key, t);
        switches_put(to, 2 * CLOSURE_COUNT, (sight->to_end == 1) * CLOSURE_COUNT + closure);
        switches_put(to, 4 * CLOSURE_COUNT, quarter * CLOSURE_COUNT + closure);
        switches_put(to, 4, (int)kind);
        switches_put(to, 5, onset_class(piece_onsets(sight->piece, t)));
        copies += kind == RELATION_EXACT;
        related += kind > RELATION_NONE;
        seen++;
    }
    switches_put(to, 6, seen > SHARES_FROM ? copies * 11 / (2 * seen) : -1);
    switches_put(to, 6, seen > SHARES_FROM ? related * 5 / seen : -1);
}

/* The bars after, which are related to each other and to those before; what they are to the bar in question is not
 * looked at. */
static void put_later_bars(Switches *to, const Sight *sight) {
    const bool told = sight->known_end > sight->bar + 1;
    switches_put(to, 2, told);
    for (int e = 1; e <= RELATED; e++)
        for (int d = 1; d <= PIECE_DISTANCES; d++) {
            const int t = sight->bar + e;
            const bool known = told && t < sight->known_end && t - d >= 0 && d != e;
            switches_put(to, 4, known ? sight->piece->relation[t][d] : -1);
        }
}

static Switches put_all(int *index, const Sight *sight) {
    Switches to = {.index = index};
    put_place(&to, sight);
    put_relations(&to, sight);
    put_earlier_bars(&to, sight);
    put_later_bars(&to, sight);
    return to;
}

int form_switches(int *index, const Sight *sight) {
    return put_all(index, sight).count;
}

int form_inputs(void) {
    int index[FORM_SWITCHES];
    const Piece piece = {.steps = BAR_STEPS, .count = 1};
    return put_all(index, &(Sight){.piece = &piece, .known_end = 1}).base;
}

void form_allowed(bool *allowed, const Piece *piece, int t) {
    memset(allowed, 0, FORM_CLASSES * sizeof *allowed);
    allowed[FORM_NEW] = true;
    for (int d = 1; d <= PIECE_DISTANCES && d <= t; d++) {
        const int onsets = piece_onsets(piece, t - d);
        allowed[form_class(RELATION_RHYTHM, d)] = onsets >= 3;
        allowed[form_class(RELATION_NEAR, d)] = onsets > 0;
        allowed[form_class(RELATION_EXACT, d)] = onsets > 0;
    }
}

void form_true(bool *true_class, const Piece *piece, int t) {
    const Relation kind = piece_kind(piece, t);
    memset(true_class, 0, FORM_CLASSES * sizeof *true_class);
    true_class[FORM_NEW] = kind == RELATION_NONE;
    for (int d = 1; d <= PIECE_DISTANCES && d <= t && kind > RELATION_NONE; d++)
        true_class[form_class(kind, d)] = piece->relation[t][d] == kind;
}

double form_nats(const float *y, float *dy, const bool *allowed, const bool *true_class) {
    float p[FORM_CLASSES];
    double right = 1e-12;
    choice_softmax(p, y, allowed, FORM_CLASSES, 1);
    for (int i = 0; i < FORM_CLASSES; i++) right += true_class[i] ? (double)p[i] : 0;
    for (int i = 0; dy && i < FORM_CLASSES; i++)
        dy[i] = p[i] - (true_class[i] ? (float)((double)p[i] / right) : 0);
    return -log(right);
}

int form_copy_row(int steps, int distance) {
    const int class = distance == 4 || distance == 8 || distance == 16 ? 0 : distance <= 2 ? 1 : 2;
    return (steps == 12 ? 3 : 0) + class;
}
