#include "engine/learn/prior_fit.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/draw/content.h"
#include "engine/draw/form.h"
#include "engine/nn/adam.h"
#include "engine/nn/layers.h"

const PriorFitOptions PRIOR_FIT_OPTIONS_DEFAULT = {
    .seed = 1,
    .passes = 5,
    .form_passes = 10,
    .form_hidden = 64,
    .content_hidden = 256,
    .input_dropout = 0.1f,
    .hidden_dropout = 0.25f,
};

enum {
    FORM_BARS = 512,   /* of a step of the form model */
    CONTENT_BARS = 32, /* of a step of the content model: some 270 rows */
    STEP_ROWS = CONTENT_BARS * CONTENT_ROWS,
    WARMUP = 200,
    AHEAD_BARS = 8, /* bars after that are known, at most */
    LAST_TIMES = 4, /* how often last bars are shown */
    FORM_ON = 100,  /* switches that are on in a row, about */
    CONTENT_ON = 120,
    HEADER_BARS_MIN = 8,
};
static const float RATE = 2e-3f, PLATEAU = 0.3f, RATE_FLOOR = 0.01f, DROPOUT_END = 0.75f, CLIP = 1,
                   FORM_DECAY = 0.01f, CONTENT_DECAY = 0.003f, EXACT_SHOWN = 0.12f;

typedef struct {
    int piece, bar;
} Place;

/* One of the two networks while it learns. */
typedef struct {
    SparseNetConfig config;
    float *block;            /* in the prior */
    float *gradient, *m, *v; /* sparse_net_size each, owned */
    SparseActs *acts;
    SparseInput input;
    float *dy;
    Place *place; /* the bars to show, shuffled on every pass; owned */
    int places, next;
    long step, steps;
    float decay;
} Learner;

struct PriorFit {
    PriorFitOptions options;
    Rng rng;
    Piece *piece; /* one a melody of the corpus */
    int pieces;
    Learner form, content;
    Sight *sight;          /* (FORM_BARS) the bars of a step */
    ContentTarget *target; /* (STEP_ROWS) */
    int *row_of;           /* (STEP_ROWS) whose row it is */
    Prior *prior;
};

/* ---- pieces ---- */

static bool is_even(const Bar *bars, int count, int steps) {
    for (int t = 0; t < count; t++)
        if (bar_steps(&bars[t]) != steps) return false;
    return steps == 16 || steps == 12;
}

bool prior_fit_read(Piece *piece, const Corpus *corpus, int tune, Error *err) {
    const CorpusTune *from = &corpus->tune[tune];
    *piece = (Piece){0};
    if (!is_even(corpus->bar + from->first, from->count, from->steps)) return true;
    if (!piece_init(piece, from->steps, from->count, err)) return false;
    piece_set_bars(piece, corpus->bar + from->first, from->count);
    piece->compound = from->steps == 12 && from->meter_unit == 8;
    piece->pickup = piece_begins_with_pickup(piece);
    piece_describe(piece, &piece->header);
    piece->header.style = piece_style_of_id(from->id);
    piece->header.key = from->key.known ? from->key : piece_key(piece, piece->count, true);
    return true;
}

/* ---- what is counted ---- */

static void count_near_slots(PriorFit *fit) {
    float *table = (float *)prior_near_slots(fit->prior, 0);
    for (int i = 0; i < fit->pieces; i++) {
        const Piece *piece = &fit->piece[i];
        for (int t = 1; t < piece->count; t++)
            for (int d = 1; d <= PIECE_DISTANCES && piece_kind(piece, t) == RELATION_NEAR; d++)
                if (piece->relation[t][d] == RELATION_NEAR)
                    table[form_copy_row(piece->steps, d) * PRIOR_SLOT_SETS +
                          (int)piece_equal_slots(piece, t - d, t)] += 1;
    }
    for (int row = 0; row < FORM_COPIES; row++) {
        float *share = table + row * PRIOR_SLOT_SETS, sum = 0;
        for (int i = 0; i < PRIOR_SLOT_SETS; i++) sum += share[i];
        /* Where a corpus has none, the bar's first half is kept. */
        if (sum == 0) share[3] = sum = 1;
        for (int i = 0; i < PRIOR_SLOT_SETS; i++) share[i] /= sum;
    }
}

static void shuffle(Place *place, int count, Rng *rng) {
    for (int i = count - 1; i > 0; i--) {
        const int j = rng_below(rng, i + 1);
        const Place kept = place[i];
        place[i] = place[j];
        place[j] = kept;
    }
}

/* Headers of melodies drawn at random; of longer ones, where there are enough. */
static bool keep_headers(PriorFit *fit, Error *err) {
    Place *order = calloc((size_t)fit->pieces, sizeof *order);
    if (!order) return error_memory(err, "fitting the prior");
    int count = 0, row = 0;
    for (int i = 0; i < fit->pieces; i++) order[count++].piece = i;
    shuffle(order, count, &fit->rng);
    const int rows = prior_config(fit->prior)->headers;
    for (int pass = 0; pass < 2; pass++)
        for (int i = 0; i < count && row < rows; i++) {
            const Piece *piece = &fit->piece[order[i].piece];
            const PieceOutline outline = piece_outline(piece);
            if ((piece->count < HEADER_BARS_MIN) == pass)
                piece_outline_write((float *)prior_header(fit->prior, row++), &outline);
        }
    free(order);
    return true;
}

/* ---- life ---- */

static bool open_learner(Learner *l, SparseNetConfig config, float *block, int rows, int switches, int on,
                         Rng *rng, Error *err) {
    const size_t size = sparse_net_size(&config);
    l->config = config;
    l->block = block;
    l->gradient = calloc(size, sizeof(float));
    l->m = calloc(size, sizeof(float));
    l->v = calloc(size, sizeof(float));
    l->dy = calloc((size_t)rows * (size_t)config.out, sizeof(float));
    if (!l->gradient || !l->m || !l->v || !l->dy) return error_memory(err, "fitting the prior");
    l->acts = sparse_net_acts_new(&config, rows, true, err);
    if (!l->acts || !sparse_net_input_init(&l->input, rows, switches, err)) return false;
    sparse_net_init(block, &config, on, rng);
    return true;
}

static void close_learner(Learner *l) {
    free(l->gradient);
    free(l->m);
    free(l->v);
    free(l->dy);
    free(l->place);
    sparse_net_acts_free(l->acts);
    sparse_net_input_deinit(&l->input);
}

/* The bars that a learner is shown: all, or without most exact repeats and with last ones several times. */
static bool list_places(PriorFit *fit, Learner *l, bool content, Error *err) {
    int bars = 0;
    for (int i = 0; i < fit->pieces; i++) bars += fit->piece[i].count + LAST_TIMES;
    l->place = calloc((size_t)bars, sizeof *l->place);
    if (!l->place) return error_memory(err, "fitting the prior");
    for (int i = 0; i < fit->pieces; i++)
        for (int t = 0; t < fit->piece[i].count; t++) {
            const bool exact = content && piece_kind(&fit->piece[i], t) == RELATION_EXACT;
            if (exact && rng_uniform(&fit->rng) >= (double)EXACT_SHOWN) continue;
            const int times = content && t == fit->piece[i].count - 1 ? LAST_TIMES : 1;
            for (int k = 0; k < times; k++) l->place[l->places++] = (Place){i, t};
        }
    l->next = l->places;
    return true;
}

static bool open_learners(PriorFit *fit, Error *err) {
    const PriorConfig *c = prior_config(fit->prior);
    const PriorFitOptions *o = &fit->options;
    if (!open_learner(&fit->form, prior_form_config(c), (float *)prior_form(fit->prior), FORM_BARS,
                      FORM_SWITCHES, FORM_ON, &fit->rng, err) ||
        !open_learner(&fit->content, prior_content_config(c), (float *)prior_content(fit->prior), STEP_ROWS,
                      CONTENT_SWITCHES, CONTENT_ON, &fit->rng, err) ||
        !list_places(fit, &fit->form, false, err) || !list_places(fit, &fit->content, true, err))
        return false;
    const long bars = fit->content.places;
    const long steps = (long)(o->passes * (double)bars / CONTENT_BARS);
    fit->content.steps = o->steps ? o->steps : steps < PRIOR_FIT_STEPS_MIN ? PRIOR_FIT_STEPS_MIN : steps;
    fit->content.decay = CONTENT_DECAY;
    fit->form.steps = 1 + (long)(o->form_passes * (double)fit->form.places / FORM_BARS);
    fit->form.decay = FORM_DECAY;
    return true;
}

static bool read_pieces(PriorFit *fit, const Corpus *corpus, Error *err) {
    fit->piece = calloc((size_t)corpus->count + 1, sizeof *fit->piece);
    if (!fit->piece) return error_memory(err, "fitting the prior");
    for (int i = 0; i < corpus->count; i++) {
        if (!prior_fit_read(&fit->piece[fit->pieces], corpus, i, err)) return false;
        fit->pieces += fit->piece[fit->pieces].steps > 0;
    }
    return fit->pieces > 0 ||
           error_set(err,
                     "There is nothing to fit the prior to: name a corpus with melodies in 4/4, 3/4 or 6/8.");
}

static bool open_fit(PriorFit *fit, const Corpus *corpus, Error *err) {
    if (!read_pieces(fit, corpus, err)) return false;
    const PriorConfig config = {.form_in = form_inputs(),
                                .form_hidden = fit->options.form_hidden,
                                .form_out = FORM_CLASSES,
                                .content_in = content_inputs(),
                                .content_hidden = fit->options.content_hidden,
                                .content_out = CONTENT_OUTPUTS,
                                .copies = FORM_COPIES,
                                .headers = number_min(fit->pieces, PRIOR_FIT_HEADERS_MAX)};
    fit->sight = calloc(FORM_BARS, sizeof *fit->sight);
    fit->target = calloc(STEP_ROWS, sizeof *fit->target);
    fit->row_of = calloc(STEP_ROWS, sizeof *fit->row_of);
    if (!fit->sight || !fit->target || !fit->row_of) return error_memory(err, "fitting the prior");
    fit->prior = prior_new(&config, err);
    if (!fit->prior || !open_learners(fit, err)) return false;
    count_near_slots(fit);
    return keep_headers(fit, err);
}

PriorFit *prior_fit_new(const Corpus *corpus, const PriorFitOptions *options, Error *err) {
    PriorFit *fit = calloc(1, sizeof *fit);
    if (!fit) {
        error_memory(err, "fitting the prior");
        return NULL;
    }
    fit->options = *options;
    rng_seed(&fit->rng, options->seed);
    if (open_fit(fit, corpus, err)) return fit;
    prior_fit_free(fit);
    return NULL;
}

void prior_fit_free(PriorFit *fit) {
    if (!fit) return;
    for (int i = 0; i < fit->pieces; i++) piece_deinit(&fit->piece[i]);
    free(fit->piece);
    close_learner(&fit->form);
    close_learner(&fit->content);
    free(fit->sight);
    free(fit->target);
    free(fit->row_of);
    prior_free(fit->prior);
    free(fit);
}

/* ---- situations ---- */

static bool chance(Rng *rng, double p) {
    return rng_uniform(rng) < p;
}

/* What is told of a bar and what is known around it. */
static Sight situate(const Piece *piece, int t, Rng *rng) {
    Sight sight = {
        .piece = piece, .told = piece->header, .bar = t, .known_end = t + 1, .to_end = piece->count - t};
    if (chance(rng, 0.5)) sight.known_end = number_clamp(piece->count, t + 1, t + 1 + AHEAD_BARS);
    if (chance(rng, 0.3)) sight.told.style = PIECE_STYLE_UNTOLD;
    if (chance(rng, 0.2)) sight.told.key = (Key){0};
    const bool neither = chance(rng, 0.4);
    if (neither || chance(rng, 0.5)) sight.told.density = 0;
    if (neither || chance(rng, 0.5)) sight.told.height = 0;
    if (chance(rng, 0.5)) sight.to_end = 0;
    return sight;
}

static void know_some_slots(Sight *sight, Rng *rng) {
    const unsigned slots = (unsigned)rng_below(rng, PRIOR_SLOT_SETS);
    for (int b = 0; b < sight->piece->steps / BAR_SLOT_STEPS; b++)
        if (slots >> b & 1) memset(sight->knows + BAR_SLOT_STEPS * b, KNOWS_TOKEN, BAR_SLOT_STEPS);
}

/* The bar's plan, any of its true distances, and what follows from it. */
static void plan(Sight *sight, Rng *rng) {
    const Piece *piece = sight->piece;
    const int t = sight->bar;
    const Relation kind = piece_kind(piece, t);
    sight->plan = kind == RELATION_EXACT || chance(rng, 0.12) ? PLAN_UNTOLD
                  : kind == RELATION_NEAR                     ? PLAN_NEAR
                  : kind == RELATION_RHYTHM                   ? PLAN_RHYTHM
                                                              : PLAN_NEW;
    int distance[PIECE_DISTANCES], count = 0;
    for (int d = 1; d <= PIECE_DISTANCES && d <= t; d++)
        if (piece->relation[t][d] == kind) distance[count++] = d;
    if (sight->plan == PLAN_NEAR || sight->plan == PLAN_RHYTHM)
        sight->distance = distance[rng_below(rng, count)];
    sight_know_by_plan(sight);
    if (sight->plan == PLAN_NEAR || sight->plan == PLAN_RHYTHM) return;
    if (chance(rng, 0.15))
        know_some_slots(sight, rng);
    else if (chance(rng, 0.1))
        memset(sight->knows, KNOWS_RHYTHM, (size_t)piece->steps);
}

/* ---- steps ---- */

static Place next_place(PriorFit *fit, Learner *l) {
    if (l->next == l->places) {
        shuffle(l->place, l->places, &fit->rng);
        l->next = 0;
    }
    return l->place[l->next++];
}

/* Warm-up, plateau, cosine. */
static float rate(const Learner *l) {
    const float done = (float)l->step / (float)l->steps,
                fall = 0.5f * (1 + cosf(3.14159265f * (done - PLATEAU) / (1 - PLATEAU))) + RATE_FLOOR;
    const long warmup = l->steps / 10 < WARMUP ? l->steps / 10 + 1 : WARMUP;
    const float warm = l->step + 1 < warmup ? (float)(l->step + 1) / (float)warmup : 1;
    return RATE * warm * (done < PLATEAU ? 1 : fall);
}

/* Switches left out of rows that are written already. */
static void drop_switches(SparseInput *x, int R, float share, Rng *rng) {
    int kept = 0, from = 0;
    for (int r = 0; share > 0 && r < R; r++) {
        const int to = x->first[r + 1];
        x->first[r] = kept;
        for (; from < to; from++)
            if (rng_uniform(rng) >= (double)share) x->index[kept++] = x->index[from];
    }
    if (share > 0) x->first[R] = kept;
}

static void update(Learner *l) {
    const long size = (long)sparse_net_size(&l->config);
    const float now = rate(l);
    const double norm = sqrt(vector_square_sum(l->gradient, size));
    const float clip = norm > (double)CLIP ? (float)((double)CLIP / norm) : 1, keep = 1 - now * l->decay;
    for (long i = 0; i < size; i++) l->block[i] *= keep;
    adam_update(l->block, l->m, l->v, l->gradient, clip, now, ++l->step, size);
}

static SparseDropout begin_rows(PriorFit *fit, const Learner *l) {
    const float left = 1 - (float)l->step / (float)l->steps, part = left / (1 - DROPOUT_END);
    const float strength = part < 1 ? part : 1;
    return (SparseDropout){.input = fit->options.input_dropout * strength,
                           .hidden = fit->options.hidden_dropout * strength,
                           .rng = &fit->rng};
}

/* The loss and dy of R rows; nats a bar. */
typedef double Judge(PriorFit *fit, const float *y, float *dy, int R);

static double learn(PriorFit *fit, Learner *l, int R, Judge *judge) {
    const SparseDropout dropout = begin_rows(fit, l);
    drop_switches(&l->input, R, dropout.input, &fit->rng);
    const float *y = sparse_net_forward(l->block, l->acts, &l->input, R, dropout);
    const double nats = judge(fit, y, l->dy, R);
    for (long i = 0; i < (long)R * l->config.out; i++) l->dy[i] /= (float)R;
    memset(l->gradient, 0, sparse_net_size(&l->config) * sizeof *l->gradient);
    sparse_net_backward(l->gradient, l->block, l->acts, l->dy, &l->input, R, dropout);
    update(l);
    return nats;
}

static double judge_form(PriorFit *fit, const float *y, float *dy, int R) {
    bool allowed[FORM_CLASSES], right[FORM_CLASSES];
    double nats = 0;
    for (int r = 0; r < R; r++) {
        form_allowed(allowed, fit->sight[r].piece, fit->sight[r].bar);
        form_true(right, fit->sight[r].piece, fit->sight[r].bar);
        nats += form_nats(y + r * FORM_CLASSES, dy + r * FORM_CLASSES, allowed, right);
    }
    return nats / R;
}

static double judge_content(PriorFit *fit, const float *y, float *dy, int R) {
    double nats = 0;
    for (int r = 0; r < R; r++) {
        const ContentNats part = content_nats(y + r * CONTENT_OUTPUTS, dy + r * CONTENT_OUTPUTS,
                                              &fit->target[r], fit->sight[fit->row_of[r]].told.key);
        nats += part.rhythm + part.pitch;
    }
    return nats / CONTENT_BARS;
}

static double step_form(PriorFit *fit) {
    Learner *l = &fit->form;
    const int R = l->places < FORM_BARS ? l->places : FORM_BARS;
    for (int r = 0; r < R; r++) {
        const Place place = next_place(fit, l);
        fit->sight[r] = situate(&fit->piece[place.piece], place.bar, &fit->rng);
        l->input.first[r + 1] =
            l->input.first[r] + form_switches(l->input.index + l->input.first[r], &fit->sight[r]);
    }
    return learn(fit, l, R, judge_form);
}

static double step_content(PriorFit *fit) {
    Learner *l = &fit->content;
    int R = 0;
    for (int i = 0; i < CONTENT_BARS; i++) {
        const Place place = next_place(fit, l);
        fit->sight[i] = situate(&fit->piece[place.piece], place.bar, &fit->rng);
        plan(&fit->sight[i], &fit->rng);
        const int rows = content_rows(&l->input, fit->target, R, &fit->sight[i]);
        while (R < rows) fit->row_of[R++] = i;
    }
    return learn(fit, l, R, judge_content);
}

bool prior_fit_finished(const PriorFit *fit) {
    return fit->content.step >= fit->content.steps;
}

void prior_fit_step(PriorFit *fit, PriorFitReport *report) {
    const bool content = fit->form.step >= fit->form.steps;
    const double nats = content ? step_content(fit) : step_form(fit);
    *report = (PriorFitReport){.step = fit->form.step + fit->content.step,
                               .steps = fit->form.steps + fit->content.steps,
                               .content = content,
                               .nats = nats};
}

Prior *prior_fit_take(PriorFit *fit) {
    Prior *prior = fit->prior;
    assert(prior_fit_finished(fit));
    fit->prior = NULL;
    prior_settle(prior);
    return prior;
}
