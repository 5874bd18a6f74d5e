#include "engine/structure.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    ALL_SLOTS = (1 << BAR_SLOTS) - 1,
    PART_SLOTS_MIN = 2,
    NEAR_ONSETS_MIN = 2,
    MOVED_ONSETS_MIN = 3,
};

_Static_assert(BAR_SLOT_STEPS == sizeof(uint32_t), "a slot is compared as one 32-bit word");

/* ---- bars as words ---- */

typedef struct {
    uint32_t slot[BAR_SLOTS];   /* four tokens each */
    uint32_t rhythm[BAR_SLOTS]; /* the same with all onsets alike */
    uint8_t onsets[BAR_SLOTS], low[BAR_SLOTS], high[BAR_SLOTS];
    int onset_count;
} Words;

/* A bar moved by every interval. */
typedef struct {
    uint32_t slot[INTERVAL_COUNT][BAR_SLOTS];
} Moves;

static Words words_of(const Bar *bar) {
    Words words = {.onset_count = 0};
    Bar rhythm = *bar;
    memcpy(words.slot, bar->token, sizeof words.slot);
    for (int b = 0; b < BAR_SLOTS; b++) {
        words.low[b] = BAR_TOKENS;
        for (int s = b * BAR_SLOT_STEPS; s < (b + 1) * BAR_SLOT_STEPS; s++) {
            const uint8_t token = bar->token[s];
            if (!bar_is_onset(token)) continue;
            rhythm.token[s] = BAR_ONSET;
            words.onsets[b]++;
            if (token < words.low[b]) words.low[b] = token;
            if (token > words.high[b]) words.high[b] = token;
        }
        words.onset_count += words.onsets[b];
    }
    memcpy(words.rhythm, rhythm.token, sizeof words.rhythm);
    return words;
}

static void move_bar(Moves *moves, const Bar *bar, int scale) {
    for (int i = 0; i < INTERVAL_COUNT; i++) {
        const uint8_t *to = interval_moves(scale, i);
        Bar moved;
        for (int s = 0; s < BAR_STEPS; s++) moved.token[s] = to[bar->token[s]];
        memcpy(moves->slot[i], moved.token, sizeof moves->slot[i]);
    }
}

static unsigned equal_slots(const uint32_t *p, const uint32_t *q) {
    unsigned slots = 0;
    for (int b = 0; b < BAR_SLOTS; b++) slots |= (unsigned)(p[b] == q[b]) << b;
    return slots;
}

static int count_slots(unsigned slots) {
    return __builtin_popcount(slots);
}

static int onsets_in(const Words *q, unsigned slots) {
    int onsets = 0;
    for (int b = 0; b < BAR_SLOTS; b++) onsets += slots >> b & 1 ? q->onsets[b] : 0;
    return onsets;
}

static bool has_two_pitches(const Words *q, unsigned slots) {
    int low = BAR_TOKENS, high = 0;
    for (int b = 0; b < BAR_SLOTS; b++) {
        if (!(slots >> b & 1)) continue;
        if (q->low[b] < low) low = q->low[b];
        if (q->high[b] > high) high = q->high[b];
    }
    return high > low;
}

/* ---- relations ---- */

static StructureKind kind_of(const Words *q, unsigned slots, int interval) {
    const int n = count_slots(slots), onsets = onsets_in(q, slots);
    if (n < PART_SLOTS_MIN) return STRUCTURE_NONE;
    if (interval == INTERVAL_NONE && n == BAR_SLOTS) return onsets > 0 ? STRUCTURE_EXACT : STRUCTURE_NONE;
    if (interval == INTERVAL_NONE) return onsets >= NEAR_ONSETS_MIN ? STRUCTURE_NEAR : STRUCTURE_NONE;
    if (onsets < MOVED_ONSETS_MIN || !has_two_pitches(q, slots)) return STRUCTURE_NONE;
    if (n == BAR_SLOTS) return STRUCTURE_MOVED;
    return 5 * onsets >= 3 * q->onset_count ? STRUCTURE_NEAR_MOVED : STRUCTURE_NONE;
}

/* Can q be p moved at all? Most bars cannot: their rhythms differ. */
static bool may_be_moved(const Words *p, const Words *q) {
    const unsigned slots = equal_slots(p->rhythm, q->rhythm);
    return count_slots(slots) >= PART_SLOTS_MIN && onsets_in(q, slots) >= MOVED_ONSETS_MIN;
}

static int strength(StructureKind kind) {
    static const int STRENGTH[] = {[STRUCTURE_NONE] = 0,
                                   [STRUCTURE_EXACT] = 4,
                                   [STRUCTURE_MOVED] = 3,
                                   [STRUCTURE_NEAR] = 2,
                                   [STRUCTURE_NEAR_MOVED] = 1};
    return STRENGTH[kind];
}

/* Which of several relations a bar is told by. */
static int rank_of(const Words *q, StructureRelation relation) {
    if (relation.kind == STRUCTURE_NONE) return 0;
    const int onsets = onsets_in(q, relation.slots), most = onsets < 15 ? onsets : 15;
    return ((strength(relation.kind) * 8 + count_slots(relation.slots)) * 2 +
            (relation.interval <= INTERVAL_SCALE_STEPS)) *
               16 +
           most;
}

typedef void Relating(void *context, int rank, StructureRelation relation);

/* All relations of q to p, in the order of intervals. */
static void relate(const Words *p, const Moves *p_moves, const Words *q, Relating *take, void *context) {
    const int intervals = may_be_moved(p, q) ? INTERVAL_COUNT : 1;
    for (int i = 0; i < intervals; i++) {
        const unsigned slots = equal_slots(i ? p_moves->slot[i] : p->slot, q->slot);
        const StructureRelation relation = {kind_of(q, slots, i), i, slots};
        if (relation.kind != STRUCTURE_NONE) take(context, rank_of(q, relation), relation);
    }
}

/* The same where the moves of p are not at hand. */
static void relate_bars(const Bar *p, const Bar *q, int scale, Relating *take, void *context) {
    const Words p_words = words_of(p), q_words = words_of(q);
    Moves moves;
    if (may_be_moved(&p_words, &q_words)) move_bar(&moves, p, scale);
    relate(&p_words, &moves, &q_words, take, context);
}

static void take_strongest(void *context, int rank, StructureRelation relation) {
    StructureRelation *strongest = context;
    (void)rank;
    if (strength(relation.kind) > strength(strongest->kind)) *strongest = relation;
}

StructureRelation structure_relation(const Bar *p, const Bar *q, int scale) {
    StructureRelation strongest = {STRUCTURE_NONE, 0, 0};
    relate_bars(p, q, scale, take_strongest, &strongest);
    return strongest;
}

bool structure_slot_agrees(const Bar *t, const Bar *k, int slot, int interval, int scale) {
    const uint8_t *to = interval_moves(scale, interval);
    for (int s = slot * BAR_SLOT_STEPS; s < (slot + 1) * BAR_SLOT_STEPS; s++)
        if (t->token[s] != to[k->token[s]]) return false;
    return true;
}

/* ---- the form line ---- */

/* 0 -> A, 25 -> Z, 26 -> AA, as columns of a spreadsheet; at most three letters for the longest melody. */
static void write_letters(char *out, int index) {
    char reversed[4];
    int length = 0;
    for (int rest = index + 1; rest > 0 && length < 4; rest = (rest - 1) / 26)
        reversed[length++] = (char)('A' + (rest - 1) % 26);
    while (length > 0) *out++ = reversed[--length];
    *out = '\0';
}

static int letters_length(const char *form) {
    return (int)strspn(form, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
}

typedef struct {
    int bar, rank;
    StructureRepeat repeat;
} Repeating;

static void take_first_best(void *context, int rank, StructureRelation relation) {
    Repeating *r = context;
    if (rank <= r->rank) return;
    r->rank = rank;
    r->repeat = (StructureRepeat){relation.kind, r->bar, relation.interval, -1, false, ""};
}

static void write_form(StructureRepeat *repeat, const StructureRepeat *of, int *letters) {
    if (repeat->kind == STRUCTURE_NONE) {
        write_letters(repeat->form, (*letters)++);
        return;
    }
    if (repeat->kind == STRUCTURE_EXACT) {
        memcpy(repeat->form, of->form, sizeof repeat->form);
        return;
    }
    const bool near = repeat->kind == STRUCTURE_NEAR || repeat->kind == STRUCTURE_NEAR_MOVED;
    const int size = interval_size(repeat->interval);
    char moved[16] = "";
    if (interval_is_diatonic(repeat->interval))
        snprintf(moved, sizeof moved, "%s%d", size > 0 ? "↑" : "↓", abs(size));
    else if (size != 0)
        snprintf(moved, sizeof moved, "%+d", size);
    snprintf(repeat->form, sizeof repeat->form, "%.*s%s%s", letters_length(of->form), of->form,
             near ? "'" : "", moved);
}

/* Up, down or level, from each onset to the next. */
static bool same_contour(const Bar *p, const Bar *q) {
    int last_p = 0, last_q = 0;
    for (int s = 0; s < BAR_STEPS; s++) {
        if (!bar_is_onset(p->token[s])) continue;
        int a = p->token[s] - last_p, b = q->token[s] - last_q;
        if (last_p > 0 && (a > 0) - (a < 0) != (b > 0) - (b < 0)) return false;
        last_p = p->token[s];
        last_q = q->token[s];
    }
    return true;
}

/* A rhythm of one or two notes is nobody's own. */
static void find_kin(StructureRepeat *out, const Bar *bars, int t) {
    enum { ONSETS_MIN = 3 };
    const Words words = words_of(&bars[t]);
    if (out[t].kind != STRUCTURE_NONE || words.onset_count < ONSETS_MIN) return;
    for (int k = 0; k < t && out[t].kin < 0; k++) {
        if (out[k].kind != STRUCTURE_NONE || out[k].kin >= 0) continue;
        const Words of = words_of(&bars[k]);
        if (memcmp(of.rhythm, words.rhythm, sizeof of.rhythm) != 0) continue;
        out[t].kin = k;
        out[t].contour = same_contour(&bars[k], &bars[t]);
    }
}

void structure_form(StructureRepeat *out, const Bar *bars, int count, int scale) {
    int letters = 0;
    for (int t = 0; t < count; t++) {
        Repeating strongest = {.repeat = {STRUCTURE_NONE, -1, 0, -1, false, ""}};
        for (int k = 0; k < t; k++) {
            strongest.bar = k;
            relate_bars(&bars[k], &bars[t], scale, take_first_best, &strongest);
        }
        out[t] = strongest.repeat;
        structure_name(&out[t], bar_has_onset(&bars[t]), out[t].of >= 0 ? &out[out[t].of] : NULL, &letters);
        find_kin(out, bars, t);
    }
}

void structure_name(StructureRepeat *repeat, bool sounds, const StructureRepeat *of, int *letters) {
    if (sounds)
        write_form(repeat, of, letters);
    else
        *repeat = (StructureRepeat){STRUCTURE_NONE, -1, 0, -1, false, "-"};
}

/* ---- the references of a window ---- */

typedef struct {
    StructureRelation strongest;
    int rank;
} Telling;

static void take_told(void *context, int rank, StructureRelation relation) {
    Telling *told = context;
    if (rank < told->rank || (rank == told->rank && relation.interval >= told->strongest.interval)) return;
    *told = (Telling){relation, rank};
}

/* slots[k]: those of bar t that agree with bar k at the interval, where the bars are related by it. */
static void find_related(unsigned *slots, const Words *words, const Moves *moves, int t, int interval) {
    for (int k = 0; k < t; k++) {
        slots[k] = equal_slots(moves[k].slot[interval], words[t].slot);
        if (kind_of(&words[t], slots[k], interval) == STRUCTURE_NONE) slots[k] = 0;
    }
}

/* Of the bars that hold a slot, those that share most slots. */
static void name_most_alike(uint64_t *source, const unsigned *slots, int t) {
    for (int b = 0; b < BAR_SLOTS; b++) {
        int most = 0;
        for (int k = 0; k < t; k++)
            if (slots[k] >> b & 1 && count_slots(slots[k]) > most) most = count_slots(slots[k]);
        for (int k = 0; most > 0 && k < t; k++)
            if (slots[k] >> b & 1 && count_slots(slots[k]) == most) source[b] |= (uint64_t)1 << k;
    }
}

static void name_one_bar(uint64_t *source, const unsigned *slots, int t) {
    unsigned best = 0;
    for (int k = 0; k < t; k++)
        if (count_slots(slots[k]) >= count_slots(best)) best = slots[k];
    for (int k = 0; best && k < t; k++)
        for (int b = 0; b < BAR_SLOTS && slots[k] == best; b++) source[b] |= (uint64_t)(best >> b & 1) << k;
}

void structure_read(Structure *out, const Bar *bars, int count, int scale) {
    assert(count >= 0 && count <= BAR_WINDOW);
    Words words[BAR_WINDOW];
    Moves moves[BAR_WINDOW];
    *out = (Structure){.count = count, .scale = scale};
    for (int t = 0; t < count; t++) {
        Telling told = {{STRUCTURE_NONE, 0, 0}, 0};
        unsigned slots[BAR_WINDOW];
        words[t] = words_of(&bars[t]);
        move_bar(&moves[t], &bars[t], scale);
        for (int k = 0; k < t; k++) relate(&words[k], &moves[k], &words[t], take_told, &told);
        out->kind[t] = told.strongest.kind;
        out->interval[t] = (uint8_t)told.strongest.interval;
        if (told.strongest.kind == STRUCTURE_NONE) continue;
        find_related(slots, words, moves, t, told.strongest.interval);
        if (told.strongest.interval == INTERVAL_NONE)
            name_most_alike(out->source[t], slots, t);
        else
            name_one_bar(out->source[t], slots, t);
        for (int b = 0; b < BAR_SLOTS; b++)
            if (out->source[t][b])
                out->distance[t][b] = (uint8_t)(t - (63 - __builtin_clzll(out->source[t][b])));
    }
}

bool structure_is_named(const Structure *structure, int t, bool moved_only) {
    for (int u = t + 1; u < structure->count; u++)
        for (int b = 0; b < BAR_SLOTS; b++)
            if (structure->distance[u][b] == u - t && (!moved_only || structure->interval[u])) return true;
    return false;
}

/* ---- substitution ---- */

/* Where it copies, the bar is what its sources are now; false when it cannot be. */
static bool follow(Bar *bar, const Bar *out, const Structure *structure, const Bar *bars, int t, int t0) {
    const uint8_t *to = interval_moves(structure->scale, structure->interval[t]);
    bool fits = true;
    for (int b = 0; b < BAR_SLOTS; b++) {
        const int back = structure->distance[t][b], k = t - back, from = b * BAR_SLOT_STEPS;
        if (back == 0 || k < t0 || !memcmp(out[k].token + from, bars[k].token + from, BAR_SLOT_STEPS))
            continue;
        for (int s = from; s < from + BAR_SLOT_STEPS; s++) {
            bar->token[s] = to[out[k].token[s]];
            fits &= bar->token[s] != INTERVAL_OUT;
        }
    }
    return fits;
}

void structure_propagate(Bar *out, bool *left, const Structure *structure, const Bar *bars, int t0,
                         const Bar *r) {
    assert(t0 >= 0 && t0 < structure->count && out != bars);
    const Bar replacement = *r;
    memcpy(out, bars, (size_t)structure->count * sizeof *out);
    out[t0] = replacement;
    bar_cut_holds(&out[t0]);
    for (int t = 0; t < structure->count; t++) {
        Bar bar = bars[t];
        const bool fits = t <= t0 || follow(&bar, out, structure, bars, t, t0);
        if (t > t0 && fits) out[t] = bar;
        if (left) left[t] = !fits;
    }
}
