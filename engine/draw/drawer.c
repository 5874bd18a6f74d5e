#include "engine/draw/drawer.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "engine/draw/choice.h"
#include "engine/draw/drawer_private.h"

const float DRAWER_TEMPERATURE = 0.9f;

enum {
    WORD_TRIES = 8,   /* contents, until one is what the form said */
    EMPTY_TRIES = 20, /* bars, until one has a note */
    ENDING_BARS = 2,  /* in which nothing rests */
    CLOSE_TRIES = 60, /* last bars, until one closes; then it is led home */
    BACK_EVERY = 20,  /* last bars, after which the bar before is drawn anew too */
};
static const float RHYTHM_TEMPERATURE = 0.9f, PITCH_CUT = 0.02f;

/* ---- life ---- */

bool drawer_fits(const Prior *prior, Error *err) {
    const PriorConfig *c = prior_config(prior);
    if (c->form_in == form_inputs() && c->form_out == FORM_CLASSES && c->content_in == content_inputs() &&
        c->content_out == CONTENT_OUTPUTS && c->copies == FORM_COPIES)
        return true;
    return error_set(
        err, "The model's networks for new bars were made for another version of refrain: fit them again "
             "with refrain train-prior.");
}

Drawer *drawer_new(const Prior *prior, Error *err) {
    if (!drawer_fits(prior, err)) return NULL;
    const SparseNetConfig form = prior_form_config(prior_config(prior)),
                          content = prior_content_config(prior_config(prior));
    Drawer *drawer = calloc(1, sizeof *drawer);
    if (!drawer) {
        error_memory(err, "drawing");
        return NULL;
    }
    drawer->prior = prior;
    drawer->form = sparse_net_acts_new(&form, 1, false, err);
    drawer->content = sparse_net_acts_new(&content, CONTENT_ROWS, false, err);
    if (drawer->form && drawer->content &&
        sparse_net_input_init(&drawer->form_input, 1, FORM_SWITCHES, err) &&
        sparse_net_input_init(&drawer->content_input, CONTENT_ROWS, CONTENT_SWITCHES, err))
        return drawer;
    drawer_free(drawer);
    return NULL;
}

void drawer_free(Drawer *drawer) {
    if (!drawer) return;
    sparse_net_acts_free(drawer->form);
    sparse_net_acts_free(drawer->content);
    sparse_net_input_deinit(&drawer->form_input);
    sparse_net_input_deinit(&drawer->content_input);
    free(drawer);
}

/* ---- outlines ---- */

/* Low, middle, high: which of three a level 1 .. 8 is; -1 untold. */
static int third(int level, const int last[2]) {
    return level == 0 ? -1 : level <= last[0] ? 0 : level <= last[1] ? 1 : 2;
}

static const int DENSITY_LAST[2] = {3, 5}, HEIGHT_LAST[2] = {3, 5};

/* How well an outline fits; what matters more counts for more. */
static int likeness(const PieceOutline *o, const PieceOutline *wish) {
    const PieceHeader *h = &wish->header;
    int fit = 0;
    if (!wish->steps || (o->steps == wish->steps && o->compound == wish->compound)) fit += 16;
    if (h->style == PIECE_STYLE_UNTOLD || o->header.style == h->style) fit += 8;
    if (!h->key.known || (o->header.key.known && piece_mode(o->header.key) == piece_mode(h->key))) fit += 4;
    if (!h->density || third(o->header.density, DENSITY_LAST) == third(h->density, DENSITY_LAST)) fit += 2;
    if (!h->height || third(o->header.height, HEIGHT_LAST) == third(h->height, HEIGHT_LAST)) fit += 1;
    return fit;
}

/* What was told stands; levels of the right third stand as they are in the outline. */
static void impose(PieceOutline *o, const PieceOutline *wish) {
    const PieceHeader *h = &wish->header;
    if (wish->steps) {
        o->steps = wish->steps;
        o->compound = wish->compound;
    }
    if (wish->bars) o->bars = wish->bars;
    if (h->style != PIECE_STYLE_UNTOLD) o->header.style = h->style;
    if (h->key.known) o->header.key = h->key;
    if (h->density && third(o->header.density, DENSITY_LAST) != third(h->density, DENSITY_LAST))
        o->header.density = h->density;
    if (h->height && third(o->header.height, HEIGHT_LAST) != third(h->height, HEIGHT_LAST))
        o->header.height = h->height;
}

PieceOutline drawer_outline(const Drawer *drawer, const PieceOutline *wish, Rng *rng) {
    const int rows = prior_config(drawer->prior)->headers;
    PieceOutline best = {0};
    int most = -1, equals = 0;
    for (int i = 0; i < rows; i++) {
        const PieceOutline outline = piece_outline_read(prior_header(drawer->prior, i));
        const int fit = likeness(&outline, wish);
        if (fit > most) equals = 0, most = fit;
        /* Any of those that fit best, with equal chance. */
        if (fit == most && rng_below(rng, ++equals) == 0) best = outline;
    }
    impose(&best, wish);
    return best;
}

/* ---- a bar ---- */

const float *drawer_form_scores(Drawer *drawer, const Sight *sight) {
    SparseInput *x = &drawer->form_input;
    x->first[1] = form_switches(x->index, sight);
    return sparse_net_forward(prior_form(drawer->prior), drawer->form, x, 1, (SparseDropout){0});
}

static int draw_class(Drawer *drawer, const Sight *sight, bool copies, Rng *rng) {
    bool allowed[FORM_CLASSES];
    float p[FORM_CLASSES];
    form_allowed(allowed, sight->piece, sight->bar);
    for (int d = 1; d <= PIECE_DISTANCES && !copies; d++) allowed[form_class(RELATION_EXACT, d)] = false;
    choice_softmax(p, drawer_form_scores(drawer, sight), allowed, FORM_CLASSES, 1);
    return choice_draw(p, FORM_CLASSES, rng);
}

static int draw_pitch(const float *y, int from, Key key, float temperature, Rng *rng) {
    float scores[CONTENT_INTERVALS], p[CONTENT_INTERVALS];
    bool allowed[CONTENT_INTERVALS];
    for (int i = 0; i < CONTENT_INTERVALS; i++) {
        const int pitch = from + i - CONTENT_REACH;
        allowed[i] = pitch >= BAR_PITCH_LOW && pitch <= BAR_PITCH_HIGH;
    }
    content_pitch_scores(scores, y, from, key);
    choice_softmax(p, scores, allowed, CONTENT_INTERVALS, temperature);
    choice_cut(p, CONTENT_INTERVALS, PITCH_CUT);
    return from + choice_draw(p, CONTENT_INTERVALS, rng) - CONTENT_REACH;
}

static const float *content_scores(Drawer *drawer, const Sight *sight, int step, int *from) {
    SparseInput *x = &drawer->content_input;
    x->first[1] = content_switches(x->index, sight, step, from);
    return sparse_net_forward(prior_content(drawer->prior), drawer->content, x, 1, (SparseDropout){0});
}

/* The rhythm of the slot that begins at a step; pitches of its onsets are still to come. */
static void draw_slot(Drawer *drawer, uint8_t *slot, const Sight *sight, int step, bool silent, Rng *rng) {
    static const uint8_t TOKEN[] = {BAR_REST, BAR_HOLD, BAR_ONSET};
    bool allowed[CONTENT_PATTERNS];
    float p[CONTENT_PATTERNS], scores[CONTENT_PATTERNS];
    int from;
    content_allowed(allowed, silent);
    content_pattern_scores(scores, content_scores(drawer, sight, step, &from));
    choice_softmax(p, scores, allowed, CONTENT_PATTERNS, RHYTHM_TEMPERATURE);
    int pattern = choice_draw(p, CONTENT_PATTERNS, rng);
    for (int s = 0; s < BAR_SLOT_STEPS; s++, pattern /= 3) slot[s] = TOKEN[pattern % 3];
}

void drawer_fill(Drawer *drawer, Piece *piece, const Sight *sight, float temperature, Rng *rng) {
    uint8_t *bar = piece_bar(piece, sight->bar);
    Sight now = *sight;
    assert(sight->piece == piece);
    for (int s = 0; s < piece->steps; s++) {
        const bool silent = (sight->bar == 0 && s == 0) || bar[s - 1] == BAR_REST;
        if (s % BAR_SLOT_STEPS == 0 && now.knows[s] == KNOWS_NOTHING) {
            draw_slot(drawer, bar + s, &now, s, silent, rng);
            memset(now.knows + s, KNOWS_RHYTHM, BAR_SLOT_STEPS);
        }
        if (bar[s] == BAR_HOLD && silent) bar[s] = BAR_REST; /* what it held was in another bar */
        if (now.knows[s] == KNOWS_TOKEN || !bar_is_onset(bar[s])) continue;
        int from;
        const float *y = content_scores(drawer, &now, s, &from);
        bar[s] = (uint8_t)(BAR_ONSET - BAR_PITCH_LOW + draw_pitch(y, from, now.told.key, temperature, rng));
    }
}

/* Lays out what a reference of this kind knows beforehand. */
static void refer(Drawer *drawer, Piece *piece, Sight *sight, Relation kind, Rng *rng) {
    const int steps = piece->steps, t = sight->bar;
    uint8_t *bar = piece_bar(piece, t);
    memset(sight->knows, KNOWS_NOTHING, sizeof sight->knows);
    memset(bar, BAR_REST, (size_t)steps);
    if (kind == RELATION_NONE) return;
    const uint8_t *source = piece_bar(piece, t - sight->distance);
    if (kind != RELATION_NEAR) {
        memcpy(bar, source, (size_t)steps);
        memset(sight->knows, kind == RELATION_EXACT ? KNOWS_TOKEN : KNOWS_RHYTHM, (size_t)steps);
        return;
    }
    const int row = form_copy_row(steps, sight->distance),
              slots = choice_draw(prior_near_slots(drawer->prior, row), PRIOR_SLOT_SETS, rng);
    for (int b = 0; b < steps / BAR_SLOT_STEPS; b++) {
        if (!(slots >> b & 1)) continue;
        memcpy(bar + BAR_SLOT_STEPS * b, source + BAR_SLOT_STEPS * b, BAR_SLOT_STEPS);
        memset(sight->knows + BAR_SLOT_STEPS * b, KNOWS_TOKEN, BAR_SLOT_STEPS);
    }
}

void drawer_draw(Drawer *drawer, Piece *piece, Sight sight, bool copies, float temperature, Rng *rng) {
    static const Plan PLAN[] = {PLAN_NEW, PLAN_RHYTHM, PLAN_NEAR, PLAN_NEW};
    const int t = sight.bar, class = draw_class(drawer, &sight, copies, rng);
    const Relation kind = form_kind(class);
    sight.plan = PLAN[kind];
    sight.distance = form_distance(class);
    for (int tries = 0; tries < WORD_TRIES; tries++) {
        refer(drawer, piece, &sight, kind, rng);
        drawer_fill(drawer, piece, &sight, temperature, rng);
        piece_count(piece, t, t + 1);
        if (kind == RELATION_EXACT || piece_kind(piece, t) == kind) break;
    }
}

/* ---- pieces ---- */

/* A bar that has a note, on its second slot, where all else is free. */
static void draw_awake(Drawer *drawer, Piece *piece, Sight sight, float temperature, Rng *rng) {
    uint8_t *slot = piece_bar(piece, sight.bar) + BAR_SLOT_STEPS;
    memset(slot, BAR_HOLD, BAR_SLOT_STEPS);
    slot[0] = BAR_ONSET;
    memset(sight.knows + BAR_SLOT_STEPS, KNOWS_RHYTHM, BAR_SLOT_STEPS);
    drawer_fill(drawer, piece, &sight, temperature, rng);
    piece_count(piece, sight.bar, sight.bar + 1);
}

/* One bar at the end; to_end counts it. */
static void add_bar(Drawer *drawer, Piece *piece, const DrawerTask *task, int to_end, Rng *rng) {
    const int t = piece->count;
    const Sight sight = {.piece = piece,
                         .told = piece->header,
                         .bar = t,
                         .known_end = t + 1,
                         .to_end = task->plans_end ? to_end : 0};
    const bool may_rest = task->may_rest && to_end > ENDING_BARS;
    assert(t < piece->capacity);
    for (int tries = 0; tries < EMPTY_TRIES; tries++) {
        drawer_draw(drawer, piece, sight, true, task->temperature, rng);
        if (may_rest || piece->highest[t]) break;
    }
    if (!may_rest && !piece->highest[t]) draw_awake(drawer, piece, sight, task->temperature, rng);
    piece->count = t + 1;
}

/* Does the last bar end on a long tonic (long note), and not with its last beat alone? */
static bool is_closed(const Piece *piece) {
    const int t = piece->count - 1;
    const uint8_t *bar = piece_bar(piece, t);
    const Closure closure = piece_closure(piece, piece->header.key, t);
    int last = piece->steps - 1;
    while (last > 0 && !bar_is_onset(bar[last])) last--;
    return closure >= (piece->header.key.known ? CLOSURE_TONIC : CLOSURE_LONG) && last <= piece->steps / 2;
}

/* The tonic that lies nearest is held to the end, in 4/4 and 3/4 from the bar's middle on, and what is before it is drawn
 * towards it. */
static void lead_home(Drawer *drawer, Piece *piece, const DrawerTask *task, Rng *rng) {
    const int t = piece->count - 1, tonic = piece->header.key.tonic;
    const int begin = piece->compound ? 0 : piece->steps / 2 / BAR_SLOT_STEPS * BAR_SLOT_STEPS;
    Sight sight = {.piece = piece, .told = piece->header, .bar = t, .known_end = t + 1, .to_end = 1};
    int last = 0, home;
    for (int a = t * piece->steps - 1; a >= 0 && !last; a--)
        if (bar_is_onset(piece->token[a])) last = bar_pitch(piece->token[a]);
    if (!last) last = BAR_PITCH_LOW + (BAR_PITCH_HIGH - BAR_PITCH_LOW) / 2;
    for (home = last - 6; home % 12 != tonic;) home++;
    uint8_t *bar = piece_bar(piece, t);
    memset(bar + begin, BAR_HOLD, (size_t)(piece->steps - begin));
    bar[begin] = (uint8_t)bar_onset(home);
    memset(sight.knows + begin, KNOWS_TOKEN, (size_t)(piece->steps - begin));
    drawer_fill(drawer, piece, &sight, task->temperature, rng);
    piece_count(piece, t, t + 1);
}

static void close_piece(Drawer *drawer, Piece *piece, const DrawerTask *task, Rng *rng) {
    for (int tries = 1; tries <= CLOSE_TRIES && !is_closed(piece); tries++) {
        const bool back = tries % BACK_EVERY == 0 && task->bars > 1;
        piece->count -= back ? 2 : 1;
        if (back) add_bar(drawer, piece, task, 2, rng);
        add_bar(drawer, piece, task, 1, rng);
    }
    if (!is_closed(piece) && piece->header.key.known) lead_home(drawer, piece, task, rng);
}

bool drawer_extend(Drawer *drawer, Piece *piece, const DrawerTask *task, Rng *rng, const atomic_bool *cancel,
                   Error *err) {
    for (int left = task->bars; left > 0; left--) {
        if (cancel && atomic_load(cancel)) return error_set(err, "cancelled");
        add_bar(drawer, piece, task, left, rng);
    }
    if (task->closes && task->bars > 0) close_piece(drawer, piece, task, rng);
    return true;
}
