#include "engine/nn/loss.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "engine/nn/layers.h"
#include "engine/nn/network.h"

static const float MASS_FLOOR = 1e-6f, GATE_FLOOR = 1e-5f;

/* ---- who is whose bar ---- */

/* Sequences 0 .. windows-1 are x, the others x'. */
static int windows_of(const LossBatch *batch) {
    return batch->replaced ? batch->model.B / 2 : batch->model.B;
}

/* Bars of x' that are rows of x. */
static int shared_bars(const LossBatch *batch, int window) {
    const int *known = batch->model.known;
    return batch->replaced && known ? known[windows_of(batch) + window] : 0;
}

/* A row of x': the row of x that is the same bar, and the one whose latent it takes: x's, but its own at t0. */
typedef struct {
    int row, window, x_row, latent_row;
} Twin;

/* for (Twin twin = twins(batch); next_twin(batch, &twin);) walks all of them. */
static Twin twins(const LossBatch *batch) {
    return (Twin){.row = batch->n - 1};
}

static bool next_twin(const LossBatch *batch, Twin *twin) {
    const int *first = batch->model.first, windows = windows_of(batch);
    if (++twin->row >= first[batch->model.B]) return false;
    while (twin->row >= first[windows + twin->window + 1]) twin->window++;
    const int bar = shared_bars(batch, twin->window) + twin->row - first[windows + twin->window];
    twin->x_row = first[twin->window] + bar;
    twin->latent_row = bar == batch->replaced[twin->window] ? twin->row : twin->x_row;
    return true;
}

/* ---- latents ---- */

/* Reparametrised draws, Kingma and Welling 2014; written where the decoder keeps its z. */
static void draw_row(Acts *acts, const LossBatch *batch, int row, int from_row) {
    const int D = acts->config.latent;
    const long from = (long)from_row * D, to = (long)row * D;
    for (int i = 0; i < D; i++)
        acts->z[to + i] = acts->mu[from + i] + batch->noise[from + i] * expf(0.5f * acts->logvar[from + i]);
}

static void draw(Acts *acts, const LossBatch *batch) {
    for (int r = 0; r < batch->n; r++) draw_row(acts, batch, r, r);
    for (Twin twin = twins(batch); next_twin(batch, &twin);) draw_row(acts, batch, twin.row, twin.latent_row);
}

/* z = mu + noise e^(logvar / 2):  dmu = dz,  dlogvar = dz noise e^(logvar / 2) / 2 */
static void draw_row_backward(Acts *acts, const LossBatch *batch, int row, int from_row) {
    const int D = acts->config.latent;
    const long to = (long)from_row * D, from = (long)row * D;
    for (int i = 0; i < D; i++) {
        acts->d_mu[to + i] += acts->d_z[from + i];
        acts->d_logvar[to + i] +=
            acts->d_z[from + i] * batch->noise[to + i] * 0.5f * expf(0.5f * acts->logvar[to + i]);
    }
}

static void draw_backward(Acts *acts, const LossBatch *batch, int R) {
    const size_t size = sizeof(float) * (size_t)R * (size_t)acts->config.latent;
    memset(acts->d_mu, 0, size);
    memset(acts->d_logvar, 0, size);
    for (int r = 0; r < batch->n; r++) draw_row_backward(acts, batch, r, r);
    for (Twin twin = twins(batch); next_twin(batch, &twin);)
        draw_row_backward(acts, batch, twin.row, twin.latent_row);
}

/* KL of row r against the prior; gradient scaled and added.
 *   KL = sum (mu^2 + e^v - 1 - v) / 2 with v = logvar:  dmu = mu,  dv = (e^v - 1) / 2 */
static double cost_row(Acts *acts, int r, float scale) {
    const int D = acts->config.latent;
    double total = 0;
    for (long i = (long)r * D; i < (long)(r + 1) * D; i++) {
        const float mu = acts->mu[i], variance = expf(acts->logvar[i]);
        total += 0.5 * (double)(mu * mu + variance - 1 - acts->logvar[i]);
        if (scale > 0) {
            acts->d_mu[i] += scale * mu;
            acts->d_logvar[i] += scale * 0.5f * (variance - 1);
        }
    }
    return total;
}

/* Symmetric KL between the posteriors of rows a and b. With v = logvar, d = mu_a - mu_b:
 *   (KL(a||b) + KL(b||a)) / 2 = sum (d^2 (e^-v_a + e^-v_b) / 2 + (e^(v_a - v_b) + e^(v_b - v_a)) / 2 - 1) / 2
 *   dmu_a = -dmu_b = d (e^-v_a + e^-v_b) / 2
 *   dv_a = (e^(v_a - v_b) - e^(v_b - v_a)) / 4 - d^2 e^-v_a / 4,  dv_b likewise with a and b changed */
static double invariance_rows(Acts *acts, int a, int b, float scale) {
    const int D = acts->config.latent;
    double total = 0;
    for (int i = 0; i < D; i++) {
        const long p = (long)a * D + i, q = (long)b * D + i;
        const float difference = acts->mu[p] - acts->mu[q];
        const float inverse_p = expf(-acts->logvar[p]), inverse_q = expf(-acts->logvar[q]);
        const float ratio = expf(acts->logvar[p] - acts->logvar[q]), back = 1 / ratio;
        total += 0.5 * (double)(0.5f * difference * difference * (inverse_p + inverse_q) +
                                0.5f * (ratio + back) - 1);
        if (scale <= 0) continue;
        const float d_mu = scale * 0.5f * difference * (inverse_p + inverse_q);
        const float swing = 0.25f * scale * (ratio - back);
        acts->d_mu[p] += d_mu;
        acts->d_mu[q] -= d_mu;
        acts->d_logvar[p] += swing - 0.25f * scale * difference * difference * inverse_p;
        acts->d_logvar[q] += -swing - 0.25f * scale * difference * difference * inverse_q;
    }
    return total;
}

/* How far a bar is a repeat, 0..1. */
static float repeat_degree(const LossBatch *batch, int r, int slots) {
    int copied = 0;
    for (int s = 0; s < slots; s++) copied += batch->model.copy_distance[(long)r * slots + s] != 0;
    return (float)(copied * copied) / (float)(slots * slots);
}

static void posterior_losses(Acts *acts, const LossBatch *batch, const LossWeights *w, bool backward,
                             LossParts *parts) {
    const float beta = backward ? w->beta : 0, invariance = backward ? w->invariance : 0;
    for (int r = 0; r < batch->n; r++) {
        const float degree = repeat_degree(batch, r, acts->config.slots);
        const double cost = cost_row(acts, r, beta * (1 + w->repeat_price * degree));
        parts->kl += cost;
        parts->repeat_kl += (double)degree * cost;
    }
    for (Twin twin = twins(batch); next_twin(batch, &twin);)
        if (twin.latent_row == twin.row)
            parts->substituted_kl += cost_row(acts, twin.row, beta);
        else if (batch->told_alike[twin.x_row])
            parts->invariance += invariance_rows(acts, twin.x_row, twin.row, invariance);
}

/* -log of the pointer on one bar:  dp = -1 / p */
static double pointer_loss(Acts *acts, long at, int bar, float scale) {
    const float mass = acts->pointer[at * acts->bars + bar];
    if (scale > 0 && mass > MASS_FLOOR) acts->d_pointer[at * acts->bars + bar] -= scale / mass;
    return -log((double)(mass > MASS_FLOOR ? mass : MASS_FLOOR));
}

/* The gate open exactly where there is a source. The gradient is that of the sigmoid's input: g - open. */
static double gate_loss(Acts *acts, long at, bool open, float scale) {
    const float gate = acts->gate[at];
    const float safe = gate < GATE_FLOOR ? GATE_FLOOR : gate > 1 - GATE_FLOOR ? 1 - GATE_FLOOR : gate;
    if (scale > 0 && safe == gate) acts->d_gate[at] += scale * (gate - (open ? 1.0f : 0.0f));
    return open ? -log((double)safe) : -log1p(-(double)safe);
}

/* `times`: how many bars the row stands for, of x and of x'. */
static double reference_row(Acts *acts, const LossBatch *batch, int row, int t, float scale, float times) {
    const int slots = acts->config.slots;
    double total = 0;
    for (long at = (long)row * slots; at < (long)(row + 1) * slots; at++) {
        const int back = batch->named[at];
        if (back == LOSS_UNSURE) continue;
        total += gate_loss(acts, at, back > 0, scale * times);
        if (back > 0) total += pointer_loss(acts, at, t - back, scale * times);
    }
    return total * (double)times;
}

static double reference_loss(Acts *acts, const LossBatch *batch, float scale) {
    const ModelBatch *m = &batch->model;
    const int windows = windows_of(batch);
    double total = 0;
    for (int b = 0; b < m->B; b++) {
        const int known = m->known ? m->known[b] : 0, shared = b < windows ? shared_bars(batch, b) : 0;
        for (int t = known > 0 ? known : 1; t < known + m->first[b + 1] - m->first[b]; t++)
            total += reference_row(acts, batch, m->first[b] + t - known, t, scale, t < shared ? 2 : 1);
    }
    return total;
}

/* ---- codec: the codes of x's distinct slots, decoded after `before` other slots ---- */

/* Returns how many there are. */
static int append_codes(Acts *acts, int before, int n) {
    const int slots = acts->config.slots, w = acts->config.channels / slots;
    const int count = distinct_tally(&acts->distinct, n * slots);
    memcpy(acts->blend + (long)before * w, acts->slot_code, sizeof(float) * (size_t)count * (size_t)w);
    return count;
}

/* A slot counts as often as it occurs. */
static double codec_loss(Acts *acts, const uint8_t *tokens, int before, int count, float scale) {
    const ModelConfig *c = &acts->config;
    const Distinct *d = &acts->distinct;
    const int steps = c->steps / c->slots;
    double total = 0;
    for (int i = 0; i < count; i++) {
        const float times = (float)d->times[i];
        total += (double)times * cross_entropy(acts->logits + (long)(before + i) * steps * c->tokens,
                                               tokens + (long)d->first[i] * steps, scale * times, steps,
                                               c->tokens);
    }
    return total;
}

/* The appended rows are copies of the first slot codes: d slot_code = d blend there, 0 for slots that are not x's. */
static void codec_backward(Acts *acts, int before, int count) {
    const int w = acts->config.channels / acts->config.slots;
    memset(acts->d_slot_code, 0, sizeof(float) * (size_t)acts->distinct.count * (size_t)w);
    memcpy(acts->d_slot_code, acts->d_blend + (long)before * w, sizeof(float) * (size_t)count * (size_t)w);
}

/* ---- the whole ---- */

/* Cross-entropy of the decoded rows first .. end-1; dlogits times scale. */
static double token_loss(Acts *acts, const uint8_t *tokens, float scale, int first, int end) {
    const int S = acts->config.steps, V = acts->config.tokens;
    return cross_entropy(acts->logits + (long)first * S * V, tokens + (long)first * S, scale,
                         (end - first) * S, V);
}

/* Of the decoded bars of x and of x'. */
static void token_losses(Acts *acts, const LossBatch *batch, const LossWeights *w, bool backward,
                         LossParts *parts) {
    const int *first = batch->model.first;
    const uint8_t *tokens = batch->model.tokens;
    const float weight = backward ? 1 : 0, x_weight = backward ? w->substitution : 0;
    for (int i = 0; i < windows_of(batch); i++) {
        const int end = first[i] + shared_bars(batch, i);
        const double shared = token_loss(acts, tokens, weight + x_weight, first[i], end);
        parts->reconstruction += shared + token_loss(acts, tokens, weight, end, first[i + 1]);
        parts->substitution += shared;
    }
    parts->substitution += token_loss(acts, tokens, x_weight, batch->n, first[batch->model.B]);
}

LossParts loss_pass(const Model *model, Acts *acts, Params *grads, const LossBatch *batch,
                    const LossWeights *weights) {
    const ModelBatch *m = &batch->model;
    const int n = batch->n, R = m->first[m->B], C = acts->config.channels, slots = R * acts->config.slots;
    LossParts parts = {.bars = n};
    assert(!grads || (weights->codec > 0 && (!batch->replaced || weights->substitution > 0)));
    model_read(model, acts, m);
    model_encode(model, acts, m);
    draw(acts, batch);
    network_decode(model, acts, m, acts->z);
    const int codes = append_codes(acts, slots, n);
    network_write(model, acts, slots + codes);
    token_losses(acts, batch, weights, grads != NULL, &parts);
    parts.codec = codec_loss(acts, m->tokens, slots, codes, grads ? weights->codec : 0);
    if (!grads) {
        posterior_losses(acts, batch, weights, false, &parts);
        parts.reference = reference_loss(acts, batch, 0);
        return parts;
    }
    network_write_backward(model, acts, grads, slots + codes);
    codec_backward(acts, slots, codes);
    memset(acts->d_code, 0, sizeof(float) * (size_t)R * (size_t)C);
    network_blend_backward(acts, m);
    parts.reference = reference_loss(acts, batch, weights->reference);
    network_decode_backward(model, acts, grads, m);
    draw_backward(acts, batch, R);
    posterior_losses(acts, batch, weights, true, &parts);
    network_encode_backward(model, acts, grads, m);
    network_read_backward(model, acts, grads, m);
    return parts;
}

LossParts loss_codec_pass(const Model *model, Acts *acts, Params *grads, const LossBatch *batch) {
    const ModelBatch *m = &batch->model;
    LossParts parts = {.bars = batch->n};
    model_read(model, acts, m);
    const int codes = append_codes(acts, 0, batch->n);
    network_write(model, acts, codes);
    parts.codec = codec_loss(acts, m->tokens, 0, codes, grads ? 1 : 0);
    if (!grads) return parts;
    network_write_backward(model, acts, grads, codes);
    codec_backward(acts, 0, codes);
    memset(acts->d_code, 0, sizeof(float) * (size_t)acts->R * (size_t)acts->config.channels);
    network_read_backward(model, acts, grads, m);
    return parts;
}

double loss_total(const LossParts *p, const LossWeights *w) {
    const double sum =
        p->reconstruction +
        (double)w->beta * (p->kl + (double)w->repeat_price * p->repeat_kl + p->substituted_kl) +
        (double)w->codec * p->codec + (double)w->substitution * p->substitution +
        (double)w->reference * p->reference + (double)w->invariance * p->invariance;
    return sum / p->bars;
}
