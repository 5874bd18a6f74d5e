#include "engine/nn/prior.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/nn/gemm.h"
#include "engine/nn/layers.h"

enum { WIDTH_MAX = 1 << 14 };
static const float LOGVAR_LOW = -10, LOGVAR_HIGH = 4;

typedef struct {
    float *norm_weight, *norm_bias, *up_weight, *up_bias, *down_weight, *down_bias;
} BlockParams;

typedef struct {
    float *input_weight, *input_bias, *norm_weight, *norm_bias, *output_weight, *output_bias, *mean, *logvar;
    BlockParams block[PRIOR_BLOCKS_MAX];
} Params;

struct Prior {
    PriorConfig config;
    float *block; /* prior_size(config) floats, owned */
    Params params;
};

typedef struct {
    float *normed, *stats, *up, *out; /* (R, hidden), stats (R, 2) */
} BlockActs;

struct PriorActs {
    PriorConfig config;
    int rows;
    float *block;
    float *first, *normed, *stats, *logits; /* (R, hidden), (R, hidden), (R, 2), (R, exemplars) */
    BlockActs layer[PRIOR_BLOCKS_MAX];
    /* null unless training */
    float *likeness;                          /* (exemplars) of one row */
    float *half;                              /* (exemplars) what log B_n has of the exemplar alone */
    float *variance;                          /* (latent) of one row */
    float *exemplar_mean, *exemplar_variance; /* (latent, exemplars) */
    float *dnormed, *dhidden, *dup;           /* (R, hidden) */
};

bool prior_config_check(const PriorConfig *c, Error *err) {
    const int sizes[] = {c->latent, c->context, c->hidden, c->blocks, c->exemplars};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        if (sizes[i] < 1 || sizes[i] > WIDTH_MAX)
            return error_set(err, "The prior's configuration holds a size of %d, which cannot be.", sizes[i]);
    if (c->blocks > PRIOR_BLOCKS_MAX)
        return error_set(err, "The prior has %d blocks, more than the %d that refrain can hold.", c->blocks,
                         (int)PRIOR_BLOCKS_MAX);
    return true;
}

/* ---- tensors by name ---- */

typedef enum { UNIFORM, ONES, ZEROS } Initialiser;

/* The one walk over all parameters: lists them, lays pointers over them, initialises them, as far as asked. */
typedef struct {
    ModelTensor *out;
    int capacity, count;
    size_t offset, learned;
    float *block;
    Rng *rng;
} Walk;

static float *visit(Walk *w, int block, const char *name, int rows, int cols, Initialiser init) {
    const size_t size = (size_t)rows * (size_t)(cols ? cols : 1);
    float *data = w->block ? w->block + w->offset : NULL;
    if (w->out && w->count < w->capacity) {
        ModelTensor *t = &w->out[w->count];
        *t = (ModelTensor){
            .rank = cols ? 2 : 1, .shape = {rows, cols ? cols : 1}, .offset = w->offset, .size = size};
        if (block < 0)
            snprintf(t->name, sizeof t->name, "prior.%s", name);
        else
            snprintf(t->name, sizeof t->name, "prior.block.%d.%s", block, name);
    }
    const float bound = 1.0f / sqrtf((float)(cols ? cols : 1));
    for (size_t i = 0; w->rng && i < size; i++)
        data[i] = init == ZEROS  ? 0.0f
                  : init == ONES ? 1.0f
                                 : bound * (2.0f * (float)rng_uniform(w->rng) - 1.0f);
    w->count++;
    w->offset += size;
    return data;
}

static void walk(Walk *w, Params *p, const PriorConfig *c) {
    const int H = c->hidden;
    p->input_weight = visit(w, -1, "input.weight", H, c->context, UNIFORM);
    p->input_bias = visit(w, -1, "input.bias", H, 0, ZEROS);
    for (int i = 0; i < c->blocks; i++) {
        BlockParams *b = &p->block[i];
        b->norm_weight = visit(w, i, "norm.weight", H, 0, ONES);
        b->norm_bias = visit(w, i, "norm.bias", H, 0, ZEROS);
        b->up_weight = visit(w, i, "up.weight", H, H, UNIFORM);
        b->up_bias = visit(w, i, "up.bias", H, 0, ZEROS);
        b->down_weight = visit(w, i, "down.weight", H, H, UNIFORM);
        b->down_bias = visit(w, i, "down.bias", H, 0, ZEROS);
    }
    p->norm_weight = visit(w, -1, "norm.weight", H, 0, ONES);
    p->norm_bias = visit(w, -1, "norm.bias", H, 0, ZEROS);
    p->output_weight = visit(w, -1, "output.weight", c->exemplars, H, UNIFORM);
    p->output_bias = visit(w, -1, "output.bias", c->exemplars, 0, ZEROS);
    w->learned = w->offset;
    p->mean = visit(w, -1, "mean", c->exemplars, c->latent, ZEROS);
    p->logvar = visit(w, -1, "logvar", c->exemplars, c->latent, ZEROS);
}

int prior_tensors(const PriorConfig *config, ModelTensor *out, int capacity) {
    Walk w = {.out = out, .capacity = capacity};
    walk(&w, &(Params){0}, config);
    return w.count;
}

size_t prior_size(const PriorConfig *config) {
    Walk w = {0};
    walk(&w, &(Params){0}, config);
    return w.offset;
}

size_t prior_learned_size(const PriorConfig *config) {
    Walk w = {0};
    walk(&w, &(Params){0}, config);
    return w.learned;
}

/* ---- life ---- */

Prior *prior_new(const PriorConfig *config, uint64_t seed, Error *err) {
    if (!prior_config_check(config, err)) return NULL;
    Prior *prior = calloc(1, sizeof *prior);
    float *block = calloc(prior_size(config), sizeof *block);
    if (!prior || !block) {
        free(prior);
        free(block);
        error_memory(err, "the prior");
        return NULL;
    }
    gemm_init();
    Rng rng;
    rng_seed(&rng, seed);
    *prior = (Prior){.config = *config, .block = block};
    walk(&(Walk){.block = block, .rng = &rng}, &prior->params, config);
    return prior;
}

void prior_free(Prior *prior) {
    if (!prior) return;
    free(prior->block);
    free(prior);
}

const PriorConfig *prior_config(const Prior *prior) {
    return &prior->config;
}

float *prior_block(Prior *prior) {
    return prior->block;
}

void prior_set_exemplar(Prior *prior, int n, const float *mean, const float *logvar) {
    const size_t D = (size_t)prior->config.latent, at = (size_t)n * D;
    memcpy(prior->params.mean + at, mean, D * sizeof *mean);
    memcpy(prior->params.logvar + at, logvar, D * sizeof *logvar);
}

bool prior_check(const Prior *prior, Error *err) {
    const size_t count = (size_t)prior->config.exemplars * (size_t)prior->config.latent;
    for (size_t i = 0; i < count; i++)
        if (!(prior->params.logvar[i] >= LOGVAR_LOW && prior->params.logvar[i] <= LOGVAR_HIGH))
            return error_set(err, "its prior holds a variance that cannot be");
    return true;
}

/* ---- activations ---- */

static float *lay(float *block, size_t *offset, int rows, int width) {
    float *at = block ? block + *offset : NULL;
    *offset += (size_t)rows * (size_t)width;
    return at;
}

/* With a null block it only counts. */
static size_t lay_acts(PriorActs *a, float *block, bool training) {
    const PriorConfig *c = &a->config;
    const int R = a->rows, H = c->hidden;
    size_t at = 0;
    a->first = lay(block, &at, R, H);
    for (int i = 0; i < c->blocks; i++) {
        a->layer[i].normed = lay(block, &at, R, H);
        a->layer[i].stats = lay(block, &at, R, 2);
        a->layer[i].up = lay(block, &at, R, H);
        a->layer[i].out = lay(block, &at, R, H);
    }
    a->normed = lay(block, &at, R, H);
    a->stats = lay(block, &at, R, 2);
    a->logits = lay(block, &at, R, c->exemplars);
    if (!training) return at;
    a->likeness = lay(block, &at, 1, c->exemplars);
    a->half = lay(block, &at, 1, c->exemplars);
    a->variance = lay(block, &at, 1, c->latent);
    a->exemplar_mean = lay(block, &at, c->latent, c->exemplars);
    a->exemplar_variance = lay(block, &at, c->latent, c->exemplars);
    a->dnormed = lay(block, &at, R, H);
    a->dhidden = lay(block, &at, R, H);
    a->dup = lay(block, &at, R, H);
    return at;
}

PriorActs *prior_acts_new(const PriorConfig *config, int rows, bool training, Error *err) {
    PriorActs *acts = calloc(1, sizeof *acts);
    if (!acts) goto fail;
    acts->config = *config;
    acts->rows = rows;
    acts->block = calloc(lay_acts(acts, NULL, training), sizeof(float));
    if (!acts->block) goto fail;
    lay_acts(acts, acts->block, training);
    return acts;
fail:
    prior_acts_free(acts);
    error_memory(err, "the prior");
    return NULL;
}

void prior_acts_free(PriorActs *acts) {
    if (!acts) return;
    free(acts->block);
    free(acts);
}

/* ---- forward ---- */

/* context (R, X) -> acts->logits */
static void forward(const Prior *prior, PriorActs *a, const float *context, int R) {
    const Params *p = &prior->params;
    const int H = prior->config.hidden;
    linear_forward(a->first, context, p->input_weight, p->input_bias, true, R, prior->config.context, H);
    const float *h = a->first;
    for (int i = 0; i < prior->config.blocks; i++) {
        const BlockParams *b = &p->block[i];
        BlockActs *l = &a->layer[i];
        norm_forward(l->normed, l->stats, h, b->norm_weight, b->norm_bias, R, H);
        linear_forward(l->up, l->normed, b->up_weight, b->up_bias, true, R, H, H);
        linear_residual_forward(l->out, h, l->up, b->down_weight, b->down_bias, R, H, H);
        h = l->out;
    }
    norm_forward(a->normed, a->stats, h, p->norm_weight, p->norm_bias, R, H);
    linear_forward(a->logits, a->normed, p->output_weight, p->output_bias, false, R, H,
                   prior->config.exemplars);
}

/* ---- backward ---- */

/* acts->logits, which hold their derivatives -> gradient +=, laid out as the parameters are */
static void backward(const Prior *prior, PriorActs *a, const float *context, float *gradient, int R) {
    const PriorConfig *c = &prior->config;
    const Params *p = &prior->params;
    const int H = c->hidden;
    Params g = {0};
    walk(&(Walk){.block = gradient}, &g, c);
    linear_backward(a->dnormed, false, g.output_weight, g.output_bias, a->logits, a->normed, p->output_weight,
                    R, H, c->exemplars);
    memset(a->dhidden, 0, sizeof(float) * (size_t)R * (size_t)H);
    norm_backward(a->dhidden, g.norm_weight, g.norm_bias, a->dnormed, a->layer[c->blocks - 1].out, a->stats,
                  p->norm_weight, R, H);
    for (int i = c->blocks - 1; i >= 0; i--) {
        const BlockParams *b = &p->block[i];
        const BlockParams *db = &g.block[i];
        BlockActs *l = &a->layer[i];
        linear_backward(a->dup, false, db->down_weight, db->down_bias, a->dhidden, l->up, b->down_weight, R,
                        H, H);
        relu_backward(a->dup, l->up, R * H);
        linear_backward(a->dnormed, false, db->up_weight, db->up_bias, a->dup, l->normed, b->up_weight, R, H,
                        H);
        norm_backward(a->dhidden, db->norm_weight, db->norm_bias, a->dnormed,
                      i > 0 ? a->layer[i - 1].out : a->first, l->stats, b->norm_weight, R, H);
    }
    relu_backward(a->dhidden, a->first, R * H);
    linear_backward(NULL, false, g.input_weight, g.input_bias, a->dhidden, context, p->input_weight, R,
                    c->context, H);
}

/* ---- loss ---- */

enum { RUN = 8, LANES = 64 }; /* a product of 8 variances, 9e-5 .. 110 each, stays within float */

/* log of the integral of sqrt(N(z; mean, variance) N(z; m, v)) dz for `lanes` exemplars, less what depends on one of the two
 * alone: a quarter of the sum of each one's log variances. m and v are (D, N): neighbours in memory are neighbours among
 * the exemplars, which makes every loop over them vector code. */
static void log_likeness(float *out, const float *mean, const float *variance, const float *m, const float *v,
                         int D, int N, int lanes) {
    float squares[LANES] = {0};
    double product[LANES];
    for (int n = 0; n < lanes; n++) product[n] = 1;
    for (int begin = 0; begin < D; begin += RUN) {
        float run[LANES];
        for (int n = 0; n < LANES; n++) run[n] = 1;
        for (int d = begin; d < D && d < begin + RUN; d++) {
            const float *md = m + (size_t)d * (size_t)N, *vd = v + (size_t)d * (size_t)N;
            for (int n = 0; n < lanes; n++) {
                const float both = variance[d] + vd[n], off = mean[d] - md[n];
                run[n] *= both;
                squares[n] += off * off / both;
            }
        }
        for (int n = 0; n < lanes; n++) product[n] *= (double)run[n];
    }
    /* The mean of the variances, not their sum: D log 2. */
    for (int n = 0; n < lanes; n++)
        out[n] = 0.5f * ((float)D * 0.693147181f - (float)log(product[n])) - 0.25f * squares[n];
}

static float quarter_sum(const float *x, int count) {
    float sum = 0;
    for (int i = 0; i < count; i++) sum += x[i];
    return 0.25f * sum;
}

/* What the likeness needs of the exemplars, dimension by dimension. */
static void lay_exemplars(const Prior *prior, PriorActs *a) {
    const size_t N = (size_t)prior->config.exemplars, D = (size_t)prior->config.latent;
    const Params *p = &prior->params;
    for (size_t n = 0; n < N; n++) {
        a->half[n] = quarter_sum(p->logvar + n * D, (int)D);
        for (size_t d = 0; d < D; d++) {
            a->exemplar_mean[d * N + n] = p->mean[n * D + d];
            a->exemplar_variance[d * N + n] = expf(p->logvar[n * D + d]);
        }
    }
}

/* likeness[n] = 2 log B_n of one posterior */
static void compare(PriorActs *a, float *likeness, const float *mean, const float *logvar) {
    const int N = a->config.exemplars, D = a->config.latent;
    const float half = quarter_sum(logvar, D);
    for (int d = 0; d < D; d++) a->variance[d] = expf(logvar[d]);
    for (int n = 0; n < N; n += LANES)
        log_likeness(likeness + n, mean, a->variance, a->exemplar_mean + n, a->exemplar_variance + n, D, N,
                     N - n < LANES ? N - n : LANES);
    for (int n = 0; n < N; n++) likeness[n] = 2 * (likeness[n] + half + a->half[n]);
}

/* log sum e^x */
static float log_sum(const float *x, int count) {
    float largest = x[0], sum = 0;
    for (int i = 1; i < count; i++) largest = x[i] > largest ? x[i] : largest;
    for (int i = 0; i < count; i++) sum += expf(x[i] - largest);
    return largest + logf(sum);
}

/* One row: the cross entropy from r = softmax(likeness + balance) to w; the logits become its derivative times scale, w - r. */
static double row_loss(float *logits, float *likeness, const float *balance, float scale, int N) {
    for (int n = 0; n < N; n++) likeness[n] += balance[n];
    const float all = log_sum(logits, N), alike = log_sum(likeness, N);
    double sum = 0;
    for (int n = 0; n < N; n++) {
        const float log_w = logits[n] - all, r = expf(likeness[n] - alike);
        sum -= (double)r * (double)log_w;
        logits[n] = scale * (expf(log_w) - r);
    }
    return sum;
}

void prior_compare(const Prior *prior, PriorActs *a, const PriorBatch *batch, float *likeness) {
    const size_t D = (size_t)prior->config.latent, N = (size_t)prior->config.exemplars;
    lay_exemplars(prior, a);
    for (size_t r = 0; r < (size_t)batch->R; r++)
        compare(a, likeness + r * N, batch->mean + r * D, batch->logvar + r * D);
}

double prior_loss(const Prior *prior, PriorActs *a, const PriorBatch *batch, float *gradient) {
    const size_t D = (size_t)prior->config.latent, N = (size_t)prior->config.exemplars;
    const int R = batch->R;
    assert(R <= a->rows && a->likeness);
    lay_exemplars(prior, a);
    forward(prior, a, batch->context, R);
    double sum = 0;
    for (size_t r = 0; r < (size_t)R; r++) {
        compare(a, a->likeness, batch->mean + r * D, batch->logvar + r * D);
        sum += row_loss(a->logits + r * N, a->likeness, batch->balance, 1.0f / (float)R, (int)N);
    }
    if (gradient) backward(prior, a, batch->context, gradient, R);
    return sum / R;
}

/* ---- drawing ---- */

static int most_likely(const float *logits, int N) {
    int best = 0;
    for (int n = 1; n < N; n++) best = logits[n] > logits[best] ? n : best;
    return best;
}

/* The inverse of the cumulative weights at a uniform number. */
static int draw_exemplar(float *logits, int N, float temperature, Rng *rng) {
    const int best = most_likely(logits, N);
    if (temperature <= 0) return best;
    for (int n = 0; n < N; n++) logits[n] /= temperature;
    const double all = (double)log_sum(logits, N);
    double left = rng_uniform(rng);
    for (int n = 0; n < N; n++) {
        left -= exp((double)logits[n] - all);
        if (left < 0) return n;
    }
    return best; /* rounding can leave a little */
}

void prior_draw(const Prior *prior, PriorActs *a, float *z, const float *context, float temperature,
                Rng *rng) {
    const int D = prior->config.latent;
    forward(prior, a, context, 1);
    const int n = draw_exemplar(a->logits, prior->config.exemplars, temperature, rng);
    const float *mean = prior->params.mean + (size_t)n * (size_t)D,
                *logvar = prior->params.logvar + (size_t)n * (size_t)D;
    for (int d = 0; d < D; d++) z[d] = mean[d] + temperature * expf(0.5f * logvar[d]) * rng_normal(rng);
}
