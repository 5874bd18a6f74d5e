#include "engine/draw/piece.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/number.h"

enum {
    LOOK_BACK_STEPS = 64, /* for the note before a bar's first */
    DESCRIBED_NOTES = 8,
    HEIGHT_LOW = 57,
};

/* ---- life ---- */

bool piece_init(Piece *piece, int steps, int capacity, Error *err) {
    const size_t bars = (size_t)capacity;
    assert(steps == 16 || steps == 12);
    *piece = (Piece){.steps = steps, .capacity = capacity};
    piece->token = calloc(bars * (size_t)steps + 1, sizeof *piece->token);
    piece->before = calloc(bars + 1, sizeof *piece->before);
    piece->lowest = calloc(bars + 1, sizeof *piece->lowest);
    piece->highest = calloc(bars + 1, sizeof *piece->highest);
    piece->relation = calloc(bars + 1, sizeof *piece->relation);
    if (piece->token && piece->before && piece->lowest && piece->highest && piece->relation) return true;
    piece_deinit(piece);
    return error_memory(err, "a piece");
}

void piece_deinit(Piece *piece) {
    free(piece->token);
    free(piece->before);
    free(piece->lowest);
    free(piece->highest);
    free(piece->relation);
    *piece = (Piece){0};
}

void piece_read_bar(const Piece *piece, int t, Bar *out) {
    memset(out->token, BAR_PAD, sizeof out->token);
    memcpy(out->token, piece_bar(piece, t), (size_t)piece->steps);
}

/* Thirds of a quarter on the nearest sixteenths: the first, the second, and the last of the slot. */
static void spread_triplet(uint8_t *slot) {
    slot[3] = slot[2];
    slot[2] = slot[1] == BAR_REST ? BAR_REST : BAR_HOLD;
}

void piece_write_bar(Piece *piece, int t, const Bar *bar) {
    uint8_t *to = piece_bar(piece, t);
    for (int s = 0; s < piece->steps; s++) to[s] = bar->token[s] == BAR_PAD ? BAR_REST : bar->token[s];
    for (int s = BAR_SLOT_STEPS - 1; s < piece->steps; s += BAR_SLOT_STEPS)
        if (to[s] == BAR_TRIPLET) spread_triplet(to + s + 1 - BAR_SLOT_STEPS);
}

void piece_set_bars(Piece *piece, const Bar *bars, int count) {
    assert(count <= piece->capacity);
    for (int t = 0; t < count; t++) {
        const int late =
            t == 0 && count > 1 ? piece->steps - number_min(bar_steps(&bars[0]), piece->steps) : 0;
        Bar bar = bars[t];
        memset(bar.token, BAR_REST, (size_t)late);
        memcpy(bar.token + late, bars[t].token, (size_t)(piece->steps - late));
        piece_write_bar(piece, t, &bar);
    }
    piece->count = count;
    piece_count(piece, 0, count);
}

/* ---- counting ---- */

int piece_length_class(int steps) {
    return steps < 5 ? steps - 1 : steps < 8 ? 4 : steps == 8 ? 5 : steps < 13 ? 6 : 7;
}

int piece_leap_class(int interval) {
    const int size = abs(interval);
    return size < 3 ? size : size < 5 ? 3 : size < 8 ? 4 : 5;
}

static bool same_class(int a, int b) {
    return bar_is_onset(a) == bar_is_onset(b) && (bar_is_onset(a) || a == b);
}

static Relation relation(const Piece *piece, int earlier, int t) {
    const uint8_t *a = piece_bar(piece, earlier), *b = piece_bar(piece, t);
    int onsets = 0, slots = 0, slot_onsets = 0;
    bool exact = true, rhythm = true;
    for (int begin = 0; begin < piece->steps; begin += BAR_SLOT_STEPS) {
        int here = 0;
        bool equal = true;
        for (int s = begin; s < begin + BAR_SLOT_STEPS; s++) {
            here += bar_is_onset(b[s]);
            equal &= a[s] == b[s];
            rhythm &= same_class(a[s], b[s]);
        }
        onsets += here;
        exact &= equal;
        slots += equal;
        slot_onsets += equal ? here : 0;
    }
    if (onsets == 0) return RELATION_NONE;
    if (exact) return RELATION_EXACT;
    if (slots >= 2 && slot_onsets >= 2) return RELATION_NEAR;
    return rhythm && onsets >= 3 ? RELATION_RHYTHM : RELATION_NONE;
}

static int note_before(const Piece *piece, int step) {
    for (int a = step - 1; a >= 0 && a > step - LOOK_BACK_STEPS; a--)
        if (bar_is_onset(piece->token[a])) return a;
    return -1;
}

static void count_notes(Piece *piece, int t) {
    PieceTally *tally = &piece->before[t + 1];
    int last = note_before(piece, t * piece->steps), low = 0, high = 0;
    for (int s = 0; s < piece->steps; s++) {
        const int at = t * piece->steps + s, token = piece->token[at];
        if (token == BAR_REST) tally->rest[s]++;
        if (!bar_is_onset(token)) continue;
        const int pitch = bar_pitch(token);
        tally->onset[s]++;
        tally->class[pitch % 12]++;
        tally->notes++;
        tally->pitches += pitch;
        if (last >= 0) {
            tally->length[piece_length_class(at - last)]++;
            tally->leap[piece_leap_class(token - piece->token[last])]++;
        }
        last = at;
        if (!low || pitch < low) low = pitch;
        if (pitch > high) high = pitch;
    }
    piece->lowest[t] = (uint8_t)low;
    piece->highest[t] = (uint8_t)high;
}

void piece_count(Piece *piece, int from, int to) {
    for (int t = from; t < to; t++) {
        for (int d = 1; d <= PIECE_DISTANCES; d++)
            piece->relation[t][d] = d <= t ? (uint8_t)relation(piece, t - d, t) : RELATION_NONE;
        piece->before[t + 1] = piece->before[t];
        count_notes(piece, t);
    }
}

/* ---- questions ---- */

int piece_onsets(const Piece *piece, int t) {
    const uint8_t *bar = piece_bar(piece, t);
    int count = 0;
    for (int s = 0; s < piece->steps; s++) count += bar_is_onset(bar[s]);
    return count;
}

Relation piece_kind(const Piece *piece, int t) {
    Relation kind = RELATION_NONE;
    for (int d = 1; d <= PIECE_DISTANCES; d++)
        if (piece->relation[t][d] > kind) kind = (Relation)piece->relation[t][d];
    return kind;
}

bool piece_equal(const Piece *piece, int t, int u) {
    return memcmp(piece_bar(piece, t), piece_bar(piece, u), (size_t)piece->steps) == 0;
}

unsigned piece_equal_slots(const Piece *piece, int t, int u) {
    unsigned slots = 0;
    for (int b = 0; b < piece->steps / BAR_SLOT_STEPS; b++)
        if (memcmp(piece_bar(piece, t) + BAR_SLOT_STEPS * b, piece_bar(piece, u) + BAR_SLOT_STEPS * b,
                   BAR_SLOT_STEPS) == 0)
            slots |= 1u << b;
    return slots;
}

bool piece_begins_with_pickup(const Piece *piece) {
    int s = 0;
    while (piece->count > 1 && s < piece->steps && !bar_is_onset(piece->token[s])) s++;
    return s >= piece->steps / 4;
}

/* A third beat of 3/4 begins at step 8, the second of 6/8 at step 6, where 3/4 has an off-beat. */
bool piece_beats_in_sixes(const Piece *piece) {
    const PieceTally *all = &piece->before[piece->count];
    return piece->steps == 12 && 2 * all->onset[6] > all->onset[4] + all->onset[8];
}

static int level(double value) {
    const int rounded = (int)floor(value);
    return 1 + (rounded < 0 ? 0 : rounded >= PIECE_LEVELS ? PIECE_LEVELS - 1 : rounded);
}

void piece_describe(const Piece *piece, PieceHeader *header) {
    const PieceTally *all = &piece->before[piece->count];
    int sounding = 0;
    header->density = header->height = 0;
    for (int t = 0; t < piece->count; t++) sounding += piece->highest[t] > 0;
    if (all->notes < DESCRIBED_NOTES) return;
    header->density = level((double)all->notes / sounding - 1);
    header->height = level(((double)all->pitches / all->notes - HEIGHT_LOW) / 3);
}

PieceOutline piece_outline(const Piece *piece) {
    return (PieceOutline){piece->header, piece->steps, piece->count, piece->compound, piece->pickup};
}

void piece_begin(Piece *piece, const PieceOutline *outline) {
    piece->header = outline->header;
    piece->compound = outline->compound;
    piece->pickup = outline->pickup;
}

void piece_outline_write(float numbers[PIECE_NUMBERS], const PieceOutline *outline) {
    const PieceHeader *h = &outline->header;
    const int number[PIECE_NUMBERS] = {(int)h->style,
                                       outline->steps,
                                       h->key.known ? 1 + h->key.tonic + 12 * (int)piece_mode(h->key) : 0,
                                       outline->bars < 255 ? outline->bars : 255,
                                       outline->pickup,
                                       h->density,
                                       h->height,
                                       outline->compound};
    for (int i = 0; i < PIECE_NUMBERS; i++) numbers[i] = (float)number[i];
}

static int clamped(float number, int most) {
    return number > (float)most ? most : number > 0 ? (int)number : 0;
}

PieceOutline piece_outline_read(const float numbers[PIECE_NUMBERS]) {
    const int key = clamped(numbers[2], 24);
    PieceOutline outline = {
        .header = {.style = (PieceStyle)clamped(numbers[0], PIECE_STYLE_COUNT - 1),
                   .density = clamped(numbers[5], PIECE_LEVELS),
                   .height = clamped(numbers[6], PIECE_LEVELS)},
        .steps = numbers[1] == 12 ? 12 : BAR_STEPS,
        .bars = clamped(numbers[3], 255),
        .compound = numbers[7] > 0,
        .pickup = numbers[4] > 0,
    };
    if (key > 0)
        outline.header.key =
            (Key){.tonic = (uint8_t)((key - 1) % 12), .mode = (uint8_t)((key - 1) / 12), .known = true};
    return outline;
}

Closure piece_closure(const Piece *piece, Key key, int t) {
    const uint8_t *bar = piece_bar(piece, t);
    int s = piece->steps - 1, end;
    while (s >= 0 && !bar_is_onset(bar[s])) s--;
    if (s < 0) return CLOSURE_EMPTY;
    for (end = s + 1; end < piece->steps && bar[end] == BAR_HOLD;) end++;
    if (end - s < BAR_SLOT_STEPS || (s % BAR_SLOT_STEPS != 0 && s != piece->steps / 2)) return CLOSURE_MOVING;
    if (!key.known) return CLOSURE_LONG;
    const int degree = (bar_pitch(bar[s]) - key.tonic + 120) % 12;
    if (degree == 0) return CLOSURE_TONIC;
    return degree == 7 || degree == (piece_mode(key) == KEY_MINOR ? 3 : 4) ? CLOSURE_HALF : CLOSURE_LONG;
}

/* ---- keys ---- */

/* Natural logarithms of how often the degrees of the README's corpora stand anywhere (weighted as below), first, last. */
static const struct {
    float any[12], first[12], last[12];
} PROFILE[2] = {
    [KEY_MAJOR] =
        {{-1.65f, -4.90f, -1.97f, -4.43f, -1.80f, -2.54f, -4.30f, -1.71f, -4.49f, -2.18f, -4.52f, -2.58f},
         {-1.44f, -6.06f, -2.83f, -5.31f, -1.53f, -4.32f, -5.69f, -0.98f, -5.69f, -2.78f, -7.16f, -3.86f},
         {-0.29f, -5.86f, -3.28f, -6.31f, -3.22f, -3.84f, -7.16f, -2.43f, -6.06f, -3.17f, -6.65f, -4.11f}},
    [KEY_MINOR] =
        {{-1.73f, -3.98f, -2.18f, -2.23f, -3.67f, -2.22f, -3.93f, -1.67f, -2.74f, -3.34f, -2.23f, -3.40f},
         {-1.41f, -7.28f, -2.99f, -2.17f, -4.88f, -3.17f, -4.88f, -0.97f, -4.06f, -4.88f, -2.16f, -4.14f},
         {-0.71f, -6.18f, -3.10f, -2.15f, -3.91f, -3.39f, -4.71f, -2.00f, -3.78f, -4.23f, -2.37f, -4.23f}},
};
enum { KEY_LENGTH_MAX = 8 }; /* a longer note tells no more of the key */

/* How many steps the note at a step lasts, up to the end of the bars looked at. */
static int note_length(const Piece *piece, int at, int end) {
    int length = 1;
    while (at + length < end && piece->token[at + length] == BAR_HOLD) length++;
    return length;
}

Key piece_key(const Piece *piece, int count, bool whole) {
    const int end = count * piece->steps;
    float weight[12] = {0}, most = 0;
    int first = -1, last = 0;
    Key best = {0};
    for (int a = 0; a < end; a++) {
        if (!bar_is_onset(piece->token[a])) continue;
        const int length = note_length(piece, a, end);
        last = bar_pitch(piece->token[a]) % 12;
        first = first < 0 ? last : first;
        weight[last] += sqrtf((float)(length < KEY_LENGTH_MAX ? length : KEY_LENGTH_MAX));
    }
    if (first < 0) return best;
    for (int candidate = 0; candidate < 24; candidate++) {
        const int tonic = candidate % 12, mode = candidate / 12;
        float score = PROFILE[mode].first[(first - tonic + 12) % 12] / 2;
        if (whole) score += 2 * PROFILE[mode].last[(last - tonic + 12) % 12];
        for (int c = 0; c < 12; c++) score += weight[c] * PROFILE[mode].any[(c - tonic + 12) % 12] / 2;
        if (!best.known || score > most) {
            best = (Key){.tonic = (uint8_t)tonic, .mode = (uint8_t)mode, .known = true};
            most = score;
        }
    }
    return best;
}

/* ---- styles ---- */

static const char *const STYLE[PIECE_STYLE_COUNT][2] = {
    {"untold", ""}, {"song", "lc"}, {"hymn", "oh"}, {"standard", "oe"}, {"dance", "cre"}};

bool piece_style_parse(PieceStyle *style, const char *text) {
    for (int i = PIECE_STYLE_SONG; i < PIECE_STYLE_COUNT; i++)
        if (strcmp(STYLE[i][0], text) == 0) {
            *style = (PieceStyle)i;
            return true;
        }
    return false;
}

PieceStyle piece_style_of_id(const char *id) {
    const size_t length = strcspn(id, "_");
    for (int i = PIECE_STYLE_SONG; i < PIECE_STYLE_COUNT && id[length]; i++)
        for (int word = 0; word < 2; word++)
            if (strlen(STYLE[i][word]) == length && strncmp(STYLE[i][word], id, length) == 0)
                return (PieceStyle)i;
    return PIECE_STYLE_UNTOLD;
}
