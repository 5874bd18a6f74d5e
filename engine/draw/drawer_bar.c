#include "engine/draw/drawer.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/draw/choice.h"
#include "engine/draw/drawer_private.h"

enum {
    AHEAD_BARS = 8,  /* bars after that are looked at */
    JUDGES = 4,      /* bars after whose likelihood ranks candidates */
    DRAWS = 24,      /* candidates that are drawn and judged */
    DRAWS_MAX = 72,  /* with those that are dropped at once */
    NEAR_BY = 16,    /* bars around that a candidate must not copy */
    VARY_TRIES = 12, /* each a little wider */
};
static const double SAME_SHARE = 0.75, WIDE = 0.35, WIDER = 0.05, PITCHES_ONLY = 0.4;

/* ---- likelihood ---- */

static double slot_nats(Drawer *drawer, const Piece *piece, int t, int distance) {
    const float *share = prior_near_slots(drawer->prior, form_copy_row(piece->steps, distance));
    return -log((double)share[piece_equal_slots(piece, t - distance, t)] + 1e-4);
}

static double content_cost(Drawer *drawer, const Sight *sight) {
    ContentTarget target[CONTENT_ROWS];
    double nats = 0;
    const int R = content_rows(&drawer->content_input, target, 0, sight);
    if (R == 0) return 0;
    const float *y = sparse_net_forward(prior_content(drawer->prior), drawer->content, &drawer->content_input,
                                        R, (SparseDropout){0});
    for (int r = 0; r < R; r++) {
        const ContentNats part = content_nats(y + r * CONTENT_OUTPUTS, NULL, &target[r], sight->told.key);
        nats += part.rhythm + part.pitch;
    }
    return nats;
}

DrawerNats drawer_nats(Drawer *drawer, const Piece *piece, int t, int known_end, int to_end) {
    static const Plan PLAN[] = {PLAN_NEW, PLAN_RHYTHM, PLAN_NEAR, PLAN_NEW};
    Sight sight = {.piece = piece, .told = piece->header, .bar = t, .known_end = known_end, .to_end = to_end};
    sight.told.density = sight.told.height = 0;
    bool allowed[FORM_CLASSES], right[FORM_CLASSES];
    form_allowed(allowed, piece, t);
    form_true(right, piece, t);
    DrawerNats nats = {.form = form_nats(drawer_form_scores(drawer, &sight), NULL, allowed, right)};
    const Relation kind = piece_kind(piece, t);
    if (kind == RELATION_EXACT) return nats;
    sight.plan = PLAN[kind];
    for (int d = PIECE_DISTANCES; d >= 1; d--)
        if (kind > RELATION_NONE && piece->relation[t][d] == kind) sight.distance = d;
    if (kind == RELATION_NEAR) nats.slots = slot_nats(drawer, piece, t, sight.distance);
    sight_know_by_plan(&sight);
    nats.content = content_cost(drawer, &sight);
    return nats;
}

/* ---- candidates ---- */

typedef struct {
    Bar bar[DRAWER_RUN_MAX];
    double nats; /* of the bars after it */
} Candidate;

/* The bars of a piece that candidates take the place of. */
typedef struct {
    Piece *piece;
    int first, count;
    const bool *locked; /* (count) bars that stay; null: none */
    Bar kept[DRAWER_RUN_MAX];
} Gap;

static bool stays(const Gap *gap, int t) {
    return gap->locked && t < gap->first + gap->count && gap->locked[t - gap->first];
}

static Gap open_gap(Piece *piece, int first, int count) {
    Gap gap = {.piece = piece, .first = first, .count = count};
    assert(count >= 1 && count <= DRAWER_RUN_MAX && first + count <= piece->count);
    for (int i = 0; i < count; i++) piece_read_bar(piece, first + i, &gap.kept[i]);
    return gap;
}

/* Whatever was counted while candidates stood there is counted anew. */
static void close_gap(Gap *gap) {
    for (int i = 0; i < gap->count; i++) piece_write_bar(gap->piece, gap->first + i, &gap->kept[i]);
    piece_count(gap->piece, gap->first, gap->piece->count);
}

static void draw_run(Drawer *drawer, Gap *gap, float temperature, Candidate *out, Rng *rng) {
    Piece *piece = gap->piece;
    const int end = gap->first + gap->count;
    for (int t = gap->first; t < end; t++) {
        Sight sight = {.piece = piece, .told = piece->header, .bar = t, .known_end = t + 1};
        if (stays(gap, t)) continue;
        while (sight.known_end < end && stays(gap, sight.known_end)) sight.known_end++;
        if (sight.known_end == end) sight.known_end = number_min(piece->count, t + 1 + AHEAD_BARS);
        if (t == piece->count - 1) sight.to_end = 1;
        drawer_draw(drawer, piece, sight, gap->count > 1, temperature, rng);
    }
    for (int i = 0; i < gap->count; i++) piece_read_bar(piece, gap->first + i, &out->bar[i]);
}

static bool is_fit(const Gap *gap) {
    const Piece *piece = gap->piece;
    for (int t = gap->first; t < gap->first + gap->count; t++)
        if (!stays(gap, t) && !piece->highest[t]) return false;
    if (gap->count > 1) return true; /* a copy inside a run is form */
    for (int t = gap->first - NEAR_BY; t <= gap->first + NEAR_BY; t++)
        if (t >= 0 && t < piece->count && t != gap->first && piece_equal(piece, t, gap->first)) return false;
    return true;
}

static double nats_after(Drawer *drawer, Gap *gap) {
    const int end = gap->first + gap->count, to = number_min(end + JUDGES, gap->piece->count);
    double nats = 0;
    piece_count(gap->piece, end, to);
    for (int t = end; t < to; t++) nats += drawer_nats_sum(drawer_nats(drawer, gap->piece, t, t + 1, 0));
    return nats;
}

/* The share of steps that two runs have in common. */
static double common(const Bar *a, const Bar *b, int count, int steps) {
    int same = 0;
    for (int i = 0; i < count; i++)
        for (int s = 0; s < steps; s++) same += a[i].token[s] == b[i].token[s];
    return (double)same / (count * steps);
}

static bool is_among(const Candidate *list, int listed, const Bar *bars, const Gap *gap, double share) {
    for (int i = 0; i < listed; i++)
        if (common(list[i].bar, bars, gap->count, gap->piece->steps) > share) return true;
    return false;
}

static int compare(const void *a, const void *b) {
    const double x = ((const Candidate *)a)->nats, y = ((const Candidate *)b)->nats;
    return (x > y) - (x < y);
}

/* Best first; in the first round only what is not nearly the same as one chosen before, in the second what is left. */
static int choose(Candidate *list, int listed, Bar *out, int most, const Gap *gap) {
    Candidate chosen[DRAWS];
    int count = 0;
    qsort(list, (size_t)listed, sizeof *list, compare);
    for (int i = 0; i < listed && count < most; i++)
        if (!is_among(chosen, count, list[i].bar, gap, SAME_SHARE)) chosen[count++] = list[i];
    for (int i = 0; i < listed && count < most; i++)
        if (!is_among(chosen, count, list[i].bar, gap, 1 - 1e-9)) chosen[count++] = list[i];
    for (int i = 0; i < count; i++)
        memcpy(out + (size_t)i * (size_t)gap->count, chosen[i].bar, (size_t)gap->count * sizeof *out);
    return count;
}

int drawer_candidates(Drawer *drawer, Bar *out, int most, Piece *piece, int first, int count,
                      const bool *locked, float temperature, Rng *rng) {
    Candidate list[DRAWS] = {0};
    Gap gap = open_gap(piece, first, count);
    gap.locked = locked;
    int listed = 0;
    assert(most <= DRAWS);
    for (int tries = 0; tries < DRAWS_MAX && listed < DRAWS; tries++) {
        Candidate *candidate = &list[listed];
        draw_run(drawer, &gap, temperature, candidate, rng);
        if (!is_fit(&gap) || common(candidate->bar, gap.kept, count, piece->steps) == 1.0 ||
            is_among(list, listed, candidate->bar, &gap, 1 - 1e-9))
            continue;
        candidate->nats = nats_after(drawer, &gap);
        listed++;
    }
    close_gap(&gap);
    return choose(list, listed, out, most, &gap);
}

/* ---- variations ---- */

/* Which beats of the bar are free: `strength` neighbouring ones, or one more; never all while the bar has several. */
static void free_beats(Sight *sight, int strength, int tries, Rng *rng) {
    const int beats = sight->piece->steps / BAR_SLOT_STEPS, first = rng_below(rng, beats);
    const bool wide = rng_uniform(rng) < WIDE + WIDER * tries, pitches = rng_uniform(rng) < PITCHES_ONLY;
    const int count = number_min(
        strength + wide, tries < VARY_TRIES / 2 && strength < DRAWER_STRENGTH_MAX ? beats - 1 : beats);
    memset(sight->knows, KNOWS_TOKEN, (size_t)sight->piece->steps);
    for (int i = 0; i < count; i++)
        memset(sight->knows + BAR_SLOT_STEPS * ((first + i) % beats), pitches ? KNOWS_RHYTHM : KNOWS_NOTHING,
               BAR_SLOT_STEPS);
}

static bool differs(const Bar *bar, const Bar *avoid, int count) {
    for (int i = 0; i < count; i++)
        if (bar_equal(bar, &avoid[i])) return false;
    return bar_has_onset(bar);
}

bool drawer_vary(Drawer *drawer, Bar *out, Piece *piece, int t, int strength, const Bar *avoid, int count,
                 float temperature, Rng *rng) {
    Gap gap = open_gap(piece, t, 1);
    bool found = false;
    assert(strength >= 1 && strength <= DRAWER_STRENGTH_MAX);
    for (int tries = 0; tries < VARY_TRIES && !found; tries++) {
        piece_write_bar(piece, t, &gap.kept[0]);
        Sight sight = {.piece = piece,
                       .told = piece->header,
                       .bar = t,
                       .known_end = number_min(piece->count, t + 1 + AHEAD_BARS),
                       .to_end = t == piece->count - 1};
        free_beats(&sight, strength, tries, rng);
        drawer_fill(drawer, piece, &sight, temperature, rng);
        piece_read_bar(piece, t, out);
        found = differs(out, &gap.kept[0], 1) && differs(out, avoid, count);
    }
    close_gap(&gap);
    return found;
}
