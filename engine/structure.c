#include "engine/structure.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    ALL_SLOTS = (1 << BAR_SLOTS) - 1,
    TRANSPOSED_ONSETS_MIN = 3,
    TRANSPOSED_MAX = 12,
    NEAR_SLOTS_MIN = 2,
    NEAR_ONSETS_MIN = 2
};

_Static_assert(BAR_SLOT_STEPS == sizeof(uint32_t), "a slot is compared as one 32-bit word");

/* ---- bars as four words ---- */

typedef struct {
    uint32_t slot[BAR_SLOTS];  /* four tokens each */
    uint8_t onsets[BAR_SLOTS]; /* how many of them are onsets */
    int onset_count;
} Words;

static Words words_of(const Bar *bar) {
    Words words = {.onset_count = 0};
    memcpy(words.slot, bar->token, sizeof words.slot);
    for (int b = 0; b < BAR_SLOTS; b++) {
        for (int i = 0; i < BAR_SLOT_STEPS; i++)
            words.onsets[b] += bar_is_onset(bar->token[b * BAR_SLOT_STEPS + i]);
        words.onset_count += words.onsets[b];
    }
    return words;
}

static unsigned equal_slots(const Words *p, const Words *q) {
    unsigned slots = 0;
    for (int b = 0; b < BAR_SLOTS; b++) slots |= (unsigned)(p->slot[b] == q->slot[b]) << b;
    return slots;
}

static bool is_near(const Words *p, unsigned slots) {
    int count = 0, onsets = 0;
    for (int b = 0; b < BAR_SLOTS; b++) {
        if (!(slots >> b & 1)) continue;
        count++;
        onsets += p->onsets[b];
    }
    return count >= NEAR_SLOTS_MIN && onsets >= NEAR_ONSETS_MIN;
}

/* ---- relations ---- */

/* The interval from p to q when q is p moved as a whole, 0 when it is not. */
static int transposition(const Bar *p, const Bar *q) {
    int interval = 0, onsets = 0;
    for (int s = 0; s < BAR_STEPS; s++) {
        int from = p->token[s], to = q->token[s];
        if (!bar_is_onset(from) || !bar_is_onset(to)) {
            if (from != to) return 0;
            continue;
        }
        if (onsets++ == 0) interval = to - from;
        if (to - from != interval) return 0;
    }
    return onsets >= TRANSPOSED_ONSETS_MIN && abs(interval) <= TRANSPOSED_MAX ? interval : 0;
}

static StructureRelation relate(const Bar *p, const Words *p_words, const Bar *q, const Words *q_words) {
    StructureRelation relation = {STRUCTURE_NONE, 0, 0};
    unsigned slots = equal_slots(p_words, q_words);
    if (slots == ALL_SLOTS) {
        if (p_words->onset_count > 0) relation = (StructureRelation){STRUCTURE_EXACT, 0, slots};
        return relation;
    }
    int interval = p_words->onset_count == q_words->onset_count ? transposition(p, q) : 0;
    if (interval != 0) return (StructureRelation){STRUCTURE_TRANSPOSED, interval, 0};
    if (is_near(p_words, slots)) return (StructureRelation){STRUCTURE_NEAR, 0, slots};
    return relation;
}

StructureRelation structure_relation(const Bar *p, const Bar *q) {
    Words p_words = words_of(p), q_words = words_of(q);
    return relate(p, &p_words, q, &q_words);
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

static StructureRepeat find_repeat(const Bar *bars, int t) {
    StructureRepeat near = {STRUCTURE_NONE, -1, 0, ""}, transposed = near;
    Words words = words_of(&bars[t]);
    for (int u = 0; u < t; u++) {
        Words earlier = words_of(&bars[u]);
        StructureRelation relation = relate(&bars[u], &earlier, &bars[t], &words);
        StructureRepeat repeat = {relation.kind, u, relation.interval, ""};
        if (relation.kind == STRUCTURE_EXACT) return repeat;
        if (relation.kind == STRUCTURE_NEAR && near.of < 0) near = repeat;
        if (relation.kind == STRUCTURE_TRANSPOSED && transposed.of < 0) transposed = repeat;
    }
    return near.of >= 0 ? near : transposed;
}

static void write_form(StructureRepeat *repeat, const StructureRepeat *of, int *letters) {
    switch (repeat->kind) {
    case STRUCTURE_NONE:
        write_letters(repeat->form, (*letters)++);
        break;
    case STRUCTURE_EXACT:
        memcpy(repeat->form, of->form, sizeof repeat->form);
        break;
    case STRUCTURE_NEAR:
        snprintf(repeat->form, sizeof repeat->form, "%.*s'", letters_length(of->form), of->form);
        break;
    case STRUCTURE_TRANSPOSED:
        snprintf(repeat->form, sizeof repeat->form, "%.*s%+d", letters_length(of->form), of->form,
                 repeat->interval);
        break;
    }
}

void structure_form(StructureRepeat *out, const Bar *bars, int count) {
    int letters = 0;
    for (int t = 0; t < count; t++) {
        if (bar_has_onset(&bars[t])) {
            out[t] = find_repeat(bars, t);
            write_form(&out[t], out[t].of >= 0 ? &out[out[t].of] : NULL, &letters);
        } else {
            out[t] = (StructureRepeat){STRUCTURE_NONE, -1, 0, "-"};
        }
    }
}

/* ---- what the model is told and taught ---- */

void structure_copies(uint64_t *copies, const Bar *bars, int count) {
    assert(count >= 0 && count <= BAR_WINDOW);
    Words words[BAR_WINDOW];
    if (count > 0) memset(copies, 0, (size_t)count * BAR_SLOTS * sizeof *copies);
    for (int t = 0; t < count; t++) {
        words[t] = words_of(&bars[t]);
        for (int k = 0; k < t; k++) {
            unsigned slots = equal_slots(&words[t], &words[k]);
            bool exact = slots == ALL_SLOTS && words[t].onset_count > 0;
            if (!exact && !is_near(&words[t], slots)) continue;
            for (int b = 0; b < BAR_SLOTS; b++) copies[t * BAR_SLOTS + b] |= (uint64_t)(slots >> b & 1) << k;
        }
    }
}

void structure_sources(uint64_t *sources, const uint64_t *copies, int count) {
    for (int t = 0; t < count; t++, copies += BAR_SLOTS, sources += BAR_SLOTS) {
        uint64_t sharing[BAR_SLOTS + 1] = {~(uint64_t)0}; /* earlier bars that share so many slots or more */
        for (int b = 0; b < BAR_SLOTS; b++)
            for (int n = BAR_SLOTS; n > 0; n--) sharing[n] |= sharing[n - 1] & copies[b];
        for (int b = 0; b < BAR_SLOTS; b++) {
            int most = BAR_SLOTS;
            while (most > 0 && !(copies[b] & sharing[most])) most--;
            sources[b] = copies[b] & sharing[most];
        }
    }
}

void structure_source_distance(uint8_t *distance, const Bar *bars, int count) {
    uint64_t sources[BAR_WINDOW * BAR_SLOTS];
    structure_copies(sources, bars, count);
    structure_sources(sources, sources, count);
    for (int t = 0; t < count; t++)
        for (int b = 0; b < BAR_SLOTS; b++) {
            uint64_t earlier = sources[t * BAR_SLOTS + b];
            int nearest = earlier ? 63 - __builtin_clzll(earlier) : t;
            distance[t * BAR_SLOTS + b] = (uint8_t)(t - nearest);
        }
}

static void move_bar(Bar *bar, int interval, bool *fits) {
    *fits = true;
    for (int s = 0; s < BAR_STEPS; s++) {
        if (!bar_is_onset(bar->token[s])) continue;
        int token = bar->token[s] + interval;
        if (token < BAR_ONSET || token >= BAR_TOKENS) *fits = false;
        bar->token[s] = (uint8_t)token;
    }
}

static StructureKind substitute_bar(Bar *out, const Bar *bar, StructureRelation relation, const Bar *r) {
    Bar replaced = *bar;
    bool fits = true;
    switch (relation.kind) {
    case STRUCTURE_NONE:
        break;
    case STRUCTURE_EXACT:
        replaced = *r;
        break;
    case STRUCTURE_NEAR:
        for (int b = 0; b < BAR_SLOTS; b++)
            if (relation.slots >> b & 1)
                memcpy(replaced.token + b * BAR_SLOT_STEPS, r->token + b * BAR_SLOT_STEPS, BAR_SLOT_STEPS);
        break;
    case STRUCTURE_TRANSPOSED:
        replaced = *r;
        move_bar(&replaced, relation.interval, &fits);
        break;
    }
    *out = fits ? replaced : *bar;
    return fits ? relation.kind : STRUCTURE_NONE;
}

void structure_substitute(Bar *out, StructureKind *kind, const Bar *bars, int count, int t0, const Bar *r) {
    assert(t0 >= 0 && t0 < count);
    Bar own = *r, replaced = bars[t0]; /* copies: out may be bars */
    bar_cut_holds(&own);
    Words words = words_of(&replaced);
    for (int t = 0; t < count; t++) {
        StructureRelation relation = {STRUCTURE_NONE, 0, 0};
        if (t > t0) {
            Words later = words_of(&bars[t]);
            relation = relate(&replaced, &words, &bars[t], &later);
        }
        kind[t] = substitute_bar(&out[t], &bars[t], relation, &own);
    }
    out[t0] = own;
}
