#include "engine/draw/content.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "engine/draw/choice.h"

enum {
    POSITIONS = 40, /* steps of a bar of 16, of one of 3 beats, of one of 2 */
    PHRASE = 16,
    END_FAR = 9,
    NOTES = 8,        /* earlier notes that are read */
    NOTES_STEPS = 96, /* as far back as they are looked for */
    WINDOW_BARS = 32, /* whose counts are read */
    RANGE_BARS = 16,  /* whose range is */
    AHEAD = 16,       /* steps ahead that may be known */
    AHEAD_NOTES = 3,
    LAGS = 5,          /* bars 1, 2, 4, 8 back, and the plan's */
    PITCH_UNTOLD = 69, /* in place of a tonic */
    FAR = 13,          /* semitones from which on it is all the same */
    INTERVAL_CLASSES = 2 * FAR + 2,
    PITCHES = CONTENT_PATTERNS + CONTENT_STEP_SCORES, /* where the output's scores of intervals begin */
};

/* The state that the groups share. */
typedef struct {
    const Sight *sight;
    const Piece *piece;
    int steps, bar, step, at;              /* at: the step counted from the piece's beginning */
    int notes, pitch[NOTES], place[NOTES]; /* the last notes, the nearest first */
    int from;
    bool in_key;
} Look;

/* From one pitch to another, where both are there (0 = not): 28 classes. */
static int interval_class(int pitch, int from) {
    return pitch && from ? number_clamp(pitch - from, -FAR, FAR) + FAR : INTERVAL_CLASSES - 1;
}

static int position(const Look *l, int step) {
    return l->steps == 16 ? step : l->piece->compound ? 28 + step : 16 + step;
}

static int degree(const Look *l, int pitch) {
    return (pitch - l->sight->told.key.tonic + 1200) % 12;
}

static Look look(const Sight *sight, int step) {
    const Piece *piece = sight->piece;
    Look l = {.sight = sight, .piece = piece, .steps = piece->steps, .bar = sight->bar, .step = step};
    const Key key = sight->told.key;
    l.at = l.bar * l.steps + step;
    l.in_key = key.known;
    for (int a = l.at - 1; a >= 0 && a >= l.at - NOTES_STEPS && l.notes < NOTES; a--) {
        if (!bar_is_onset(piece->token[a])) continue;
        l.pitch[l.notes] = bar_pitch(piece->token[a]);
        l.place[l.notes++] = a;
    }
    const int tonic = 64 + (key.tonic - 64 + 120) % 12;
    l.from = l.notes ? l.pitch[0] : key.known ? tonic : PITCH_UNTOLD;
    return l;
}

static int pattern_of(const uint8_t *slot) {
    int pattern = 0;
    for (int s = BAR_SLOT_STEPS - 1; s >= 0; s--) pattern = 3 * pattern + content_step_class(slot[s]);
    return pattern;
}

/* ---- groups of switches ---- */

static void put_position(Switches *to, const Look *l) {
    const Sight *sight = l->sight;
    const int pos = position(l, l->step), phrase = (sight_phrase(sight) + PHRASE) % PHRASE;
    const int style = (int)sight->told.style, bar = l->bar;
    switches_put(to, POSITIONS, pos);
    switches_put(to, PHRASE, phrase);
    switches_put(to, 4 * POSITIONS, phrase % 4 * POSITIONS + pos);
    switches_put(to, END_FAR + 1, sight->to_end);
    switches_put(to, POSITIONS + 1, sight->to_end == 1 ? pos : sight->to_end ? POSITIONS : -1);
    switches_put(to, 5, bar < 2 ? bar : bar < 4 ? 2 : bar < 8 ? 3 : 4);
    switches_put(to, 2, l->piece->pickup && bar == 0);
    switches_put(to, PIECE_STYLE_COUNT, style);
    switches_put(to, PIECE_STYLE_COUNT * POSITIONS, style * POSITIONS + pos);
}

static void put_state(Switches *to, const Look *l) {
    const PieceHeader *told = &l->sight->told;
    const int mode = (int)piece_mode(told->key) * 12, pos = position(l, l->step);
    const bool sounding = l->at > 0 && l->piece->token[l->at - 1] != BAR_REST;
    switches_put(to, 3, l->notes ? sounding : 2);
    switches_put(to, 32, l->notes ? l->at - l->place[0] : -1);
    switches_put(to, POSITIONS, l->notes ? position(l, l->place[0] % l->steps) : -1);
    switches_put(to, 25, l->in_key ? mode + degree(l, l->from) : 24);
    switches_put(to, 25, l->in_key && l->notes > 1 ? mode + degree(l, l->pitch[1]) : 24);
    switches_put(to, PIECE_LEVELS + 1, told->density);
    switches_put(to, PIECE_LEVELS + 1, told->height);
    switches_put(to, PIECE_LEVELS * POSITIONS, told->density ? (told->density - 1) * POSITIONS + pos : -1);
    switches_put(to, 32, told->height ? number_clamp(l->from - 55 - 3 * told->height + 16, 0, 31) : -1);
    switches_put(to, 16, (l->from - BAR_PITCH_LOW) / 4);
}

/* What part of n x is, in six classes. */
static int share(int x, int n) {
    return x == 0 ? 0 : x * 12 < n ? 1 : x * 4 < n ? 2 : x * 2 < n ? 3 : x * 4 < 3 * n ? 4 : 5;
}

static void put_range(Switches *to, const Look *l, int notes, int pitches) {
    int low = 0, high = 0;
    for (int t = l->bar > RANGE_BARS ? l->bar - RANGE_BARS : 0; t < l->bar; t++) {
        if (!l->piece->highest[t]) continue;
        if (!low || l->piece->lowest[t] < low) low = l->piece->lowest[t];
        if (l->piece->highest[t] > high) high = l->piece->highest[t];
    }
    switches_put(to, 26, high ? number_clamp(high - l->from, -5, 20) + 5 : -1);
    switches_put(to, 26, high ? number_clamp(l->from - low, -5, 20) + 5 : -1);
    switches_put(to, 20, notes ? number_clamp((pitches / notes - 48) / 2, 0, 19) : -1);
    switches_put(to, 16, notes ? number_clamp((l->from - pitches / notes) / 2 + 8, 0, 15) : -1);
}

static void put_shares(Switches *to, const int *now, const int *then, int count) {
    int sum = 0;
    for (int i = 0; i < count; i++) sum += now[i] - then[i];
    for (int i = 0; i < count; i++) switches_put(to, 6, sum > 2 ? share(now[i] - then[i], sum) : -1);
}

static void put_counts(Switches *to, const Look *l) {
    const int first = l->bar > WINDOW_BARS ? l->bar - WINDOW_BARS : 0, bars = l->bar - first;
    const PieceTally *now = &l->piece->before[l->bar], *then = &l->piece->before[first];
    const int notes = now->notes - then->notes;
    put_range(to, l, notes, now->pitches - then->pitches);
    switches_put(to, 16, bars ? 2 * notes / bars : -1);
    for (int j = 0; j < 4; j++) {
        const int s = (l->step + j) % l->steps;
        switches_put(to, 6, bars ? share(now->onset[s] - then->onset[s], bars) : -1);
        switches_put(to, 6, bars ? share(now->rest[s] - then->rest[s], bars) : -1);
    }
    put_shares(to, now->length, then->length, PIECE_LENGTHS);
    put_shares(to, now->leap, then->leap, PIECE_LEAPS);
    for (int i = 0; i < 12; i++) {
        const int class = (l->from + i) % 12, x = now->class[class] - then->class[class];
        switches_put(to, 5,
                     !notes           ? -1
                     : !x             ? 0
                     : x * 25 < notes ? 1
                     : x * 12 < notes ? 2
                     : x * 6 < notes  ? 3
                                      : 4);
    }
    const PieceTally *recent = &l->piece->before[l->bar > 2 ? l->bar - 2 : 0];
    for (int i = 0; i < 12; i++) {
        const int class = (l->from + i) % 12, x = now->class[class] - recent->class[class];
        switches_put(to, 3, x == 0 ? -1 : x > 2 ? 2 : x);
    }
}

static void put_notes(Switches *to, const Look *l) {
    for (int i = 1; i < NOTES; i++) {
        switches_put(to, INTERVAL_CLASSES, i < l->notes ? interval_class(l->pitch[i], l->from) : -1);
        switches_put(to, 24, i < l->notes ? l->place[i - 1] - l->place[i] : -1);
    }
    const int first = l->notes > 2 ? interval_class(l->pitch[1], l->from) : 0,
              second = l->notes > 2 ? interval_class(l->pitch[2], l->from) : 0;
    switches_put(to, INTERVAL_CLASSES * INTERVAL_CLASSES,
                 l->notes > 2 ? first * INTERVAL_CLASSES + second : -1);
}

/* The rhythms of the last two slots before this step's. */
static void put_slots(Switches *to, const Look *l) {
    const int slot = l->at - l->step % BAR_SLOT_STEPS;
    for (int back = 1; back <= 2; back++) {
        const int begin = slot - back * BAR_SLOT_STEPS;
        switches_put(to, CONTENT_PATTERNS, begin >= 0 ? pattern_of(l->piece->token + begin) : -1);
    }
}

/* The bar `lag` back at the same step. */
static void put_lag(Switches *to, const Look *l, int lag) {
    if (lag == 0 || lag > l->bar) {
        switches_skip(to, 4 * 3 + CONTENT_PATTERNS + 3 * INTERVAL_CLASSES + 4);
        return;
    }
    const uint8_t *token = l->piece->token;
    const int back = lag * l->steps, there = l->at - back;
    int last = 0, next = 0;
    bool rhythm = true, pitches = true;
    for (int a = there - 1; a >= 0 && a > there - 48 && !last; a--)
        if (bar_is_onset(token[a])) last = bar_pitch(token[a]);
    for (int a = there; a < l->at && a < there + 32 && !next; a++)
        if (bar_is_onset(token[a])) next = bar_pitch(token[a]);
    for (int a = l->at - l->step; a < l->at; a++) {
        pitches &= token[a] == token[a - back];
        rhythm &= content_step_class(token[a]) == content_step_class(token[a - back]);
    }
    for (int j = 0; j < 4; j++) switches_put(to, 3, content_step_class(token[there + j]));
    switches_put(to, CONTENT_PATTERNS, l->step % BAR_SLOT_STEPS == 0 ? pattern_of(token + there) : -1);
    switches_put(to, INTERVAL_CLASSES, interval_class(last, l->from));
    switches_put(to, INTERVAL_CLASSES, interval_class(next, l->from));
    switches_put(to, INTERVAL_CLASSES, interval_class(next, last));
    switches_put(to, 4, l->step == 0 ? 3 : rhythm + pitches);
}

/* Is the step `ahead` of this one known, and how much of it? */
static Knows known(const Look *l, int ahead) {
    if (l->step + ahead < l->steps) return (Knows)l->sight->knows[l->step + ahead];
    return l->at + ahead < l->sight->known_end * l->steps ? KNOWS_TOKEN : KNOWS_NOTHING;
}

static void put_ahead(Switches *to, const Look *l) {
    const uint8_t *token = l->piece->token + l->at;
    int distance[AHEAD_NOTES] = {-1, -1, -1}, pitch[AHEAD_NOTES] = {0}, found = 0, onsets = 0, before = 0;
    for (int j = 0; j < AHEAD; j++) switches_put(to, 4, known(l, j) ? 1 + content_step_class(token[j]) : 0);
    for (int j = 0; j < 2 * l->steps && found < AHEAD_NOTES; j++) {
        const Knows knows = known(l, j);
        if (!knows || !bar_is_onset(token[j])) continue;
        if (knows == KNOWS_TOKEN) {
            if (!found) before = onsets;
            distance[found] = j;
            pitch[found++] = bar_pitch(token[j]);
        }
        onsets++;
    }
    for (int i = 0; i < AHEAD_NOTES; i++) {
        switches_put(to, 33, distance[i]);
        switches_put(to, INTERVAL_CLASSES, pitch[i] ? interval_class(pitch[i], l->from) : -1);
    }
    const int few = before > 9 ? 9 : before;
    switches_put(to, 10, found ? before : -1);
    switches_put(to, 10 * INTERVAL_CLASSES, found ? interval_class(pitch[0], l->from) * 10 + few : -1);
    switches_put(to, 13, found && l->in_key ? degree(l, pitch[0]) : 12);
    switches_put(to, 2, l->sight->known_end > l->bar + 1);
}

static Switches put_all(int *index, const Look *l) {
    static const int LAG[LAGS - 1] = {1, 2, 4, 8};
    const Sight *sight = l->sight;
    const bool refers = sight->plan == PLAN_RHYTHM || sight->plan == PLAN_NEAR;
    Switches to = {.index = index};
    put_position(&to, l);
    put_state(&to, l);
    put_counts(&to, l);
    put_notes(&to, l);
    put_slots(&to, l);
    for (int i = 0; i < LAGS - 1; i++) put_lag(&to, l, LAG[i]);
    put_lag(&to, l, refers ? sight->distance : 0);
    switches_put(&to, 4, (int)sight->plan);
    switches_put(&to, PIECE_DISTANCES + 1, refers ? sight->distance : -1);
    put_ahead(&to, l);
    return to;
}

int content_switches(int *index, const Sight *sight, int step, int *from) {
    const Look l = look(sight, step);
    *from = l.from;
    return put_all(index, &l).count;
}

int content_inputs(void) {
    int index[CONTENT_SWITCHES];
    uint8_t token[BAR_STEPS] = {0};
    PieceTally before = {0};
    const Piece piece = {.steps = BAR_STEPS, .count = 1, .token = token, .before = &before};
    const Sight sight = {.piece = &piece, .known_end = 1};
    const Look l = look(&sight, 0);
    return put_all(index, &l).base;
}

/* ---- pitches ---- */

static float *degree_score(const float *y, int interval, int from, Key key) {
    const int pitch = from + interval - CONTENT_REACH;
    return (float *)y + PITCHES + CONTENT_INTERVALS + (pitch - key.tonic + 120) % 12;
}

void content_pitch_scores(float *scores, const float *y, int from, Key key) {
    for (int i = 0; i < CONTENT_INTERVALS; i++)
        scores[i] = y[PITCHES + i] + (key.known ? *degree_score(y, i, from, key) : 0);
}

static void pitch_backward(float *dy, const float *dscores, int from, Key key) {
    for (int i = 0; i < CONTENT_INTERVALS; i++) {
        dy[PITCHES + i] += dscores[i];
        if (key.known) *degree_score(dy, i, from, key) += dscores[i];
    }
}

/* ---- patterns ---- */

void content_allowed(bool *allowed, bool silent) {
    for (int pattern = 0; pattern < CONTENT_PATTERNS; pattern++) {
        bool quiet = silent, fine = true;
        for (int s = 0, rest = pattern; s < BAR_SLOT_STEPS; s++, rest /= 3) {
            fine &= rest % 3 != 1 || !quiet;
            quiet = rest % 3 == 0;
        }
        allowed[pattern] = fine;
    }
}

/* Where the score of a pattern's step lies in the output. */
static int step_score(int step, int class) {
    return CONTENT_PATTERNS + 3 * step + class;
}

void content_pattern_scores(float *scores, const float *y) {
    for (int pattern = 0; pattern < CONTENT_PATTERNS; pattern++) {
        scores[pattern] = y[pattern];
        for (int s = 0, left = pattern; s < BAR_SLOT_STEPS; s++, left /= 3)
            scores[pattern] += y[step_score(s, left % 3)];
    }
}

static void pattern_backward(float *dy, const float *dscores) {
    for (int pattern = 0; pattern < CONTENT_PATTERNS; pattern++) {
        dy[pattern] += dscores[pattern];
        for (int s = 0, left = pattern; s < BAR_SLOT_STEPS; s++, left /= 3)
            dy[step_score(s, left % 3)] += dscores[pattern];
    }
}

/* ---- what stands there ---- */

static int add_row(SparseInput *x, int R, const Sight *sight, int step) {
    int from;
    assert(R < x->rows);
    x->first[R + 1] = x->first[R] + content_switches(x->index + x->first[R], sight, step, &from);
    return from;
}

int content_rows(SparseInput *x, ContentTarget *target, int R, const Sight *sight) {
    const uint8_t *bar = piece_bar(sight->piece, sight->bar);
    Sight now = *sight;
    for (int s = 0; s < sight->piece->steps; s++) {
        if (s % BAR_SLOT_STEPS == 0 && now.knows[s] == KNOWS_NOTHING) {
            target[R] = (ContentTarget){pattern_of(bar + s), -1, add_row(x, R, &now, s)};
            R++;
            memset(now.knows + s, KNOWS_RHYTHM, BAR_SLOT_STEPS);
        }
        if (now.knows[s] == KNOWS_TOKEN || !bar_is_onset(bar[s])) continue;
        const int from = add_row(x, R, &now, s);
        target[R++] = (ContentTarget){-1, content_interval(bar_pitch(bar[s]), from), from};
    }
    return R;
}

/* d = p - 1 at the class that stands there */
static double class_nats(float *d, const float *scores, int count, int class) {
    choice_softmax(d, scores, NULL, count, 1);
    const double nats = -log((double)d[class] + 1e-12);
    d[class] -= 1;
    return nats;
}

ContentNats content_nats(const float *y, float *dy, const ContentTarget *target, Key key) {
    ContentNats nats = {0};
    float d[CONTENT_PATTERNS], scores[CONTENT_PATTERNS];
    if (dy) memset(dy, 0, CONTENT_OUTPUTS * sizeof *dy);
    if (target->pattern >= 0) {
        content_pattern_scores(scores, y);
        nats.rhythm = class_nats(d, scores, CONTENT_PATTERNS, target->pattern);
        if (dy) pattern_backward(dy, d);
        return nats;
    }
    content_pitch_scores(scores, y, target->from, key);
    nats.pitch = class_nats(d, scores, CONTENT_INTERVALS, target->interval);
    if (dy) pitch_backward(dy, d, target->from, key);
    return nats;
}
