#include "engine/nn/network.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "engine/nn/block.h"
#include "engine/nn/gemm.h"
#include "engine/nn/layers.h"
#include "engine/nn/model_private.h"
#include "engine/nn/past.h"

static const float LOGVAR_LOW = -10.0f, LOGVAR_HIGH = 4.0f;

static void check_batch(const Acts *acts, const ModelBatch *batch) {
    assert(batch->B > 0 && batch->first[batch->B] <= acts->rows);
    for (int b = 0; b < batch->B; b++)
        assert(batch->first[b + 1] - batch->first[b] + (batch->known ? batch->known[b] : 0) <= acts->bars);
}

/* Which bar of sequence b a row is. */
static int bar_of(const ModelBatch *batch, int b, int row) {
    return row - batch->first[b] + (batch->known ? batch->known[b] : 0);
}

static PointerShape pointer_shape(const Acts *acts, const ModelBatch *batch) {
    return (PointerShape){.B = batch->B,
                          .first = batch->first,
                          .slots = acts->config.slots,
                          .T = acts->bars,
                          .distances = acts->config.bars,
                          .hide = batch->hide,
                          .known = batch->known,
                          .place = batch->place,
                          .moved = batch->moved,
                          .own = batch->move ? acts->moved_code : acts->code};
}

/* Is the first row of sequence b the sequence's first bar? */
static bool has_start(const ModelBatch *batch, int b) {
    return batch->first[b] < batch->first[b + 1] && bar_of(batch, b, batch->first[b]) == 0;
}

static void add_row(float *y, const float *x, int C) {
    vector_add(y, x, C);
}

/* ---- stage 1: tokens -> codes ---- */

/* acts->embedded of `count` slots -> acts->slot_code */
static void read_slots(const Model *model, Acts *acts, int count) {
    const ModelConfig *c = &model->config;
    const Params *p = &model->params;
    linear_forward(acts->read_hidden, acts->embedded, p->read1_weight, p->read1_bias, true, count,
                   c->steps / c->slots * c->embedding, c->codec_hidden);
    linear_forward(acts->slot_code, acts->read_hidden, p->read2_weight, p->read2_bias, false, count,
                   c->codec_hidden, c->channels / c->slots);
}

void model_read(const Model *model, Acts *acts, const ModelBatch *batch) {
    const ModelConfig *c = &model->config;
    const Params *p = &model->params;
    const int R = acts->R = batch->first[batch->B], steps = c->steps / c->slots, slot = steps * c->embedding,
              w = c->channels / c->slots;
    Distinct *d = &acts->distinct;
    check_batch(acts, batch);
    distinct_find(d, batch->tokens, R * c->slots, steps);
    for (int i = 0; i < d->count; i++)
        embed_forward(acts->embedded + (long)i * slot, batch->tokens + (long)d->first[i] * steps, p->token,
                      steps, c->embedding);
    read_slots(model, acts, d->count);
    for (int r = 0; r < R * c->slots; r++)
        memcpy(acts->code + (long)r * w, acts->slot_code + (long)d->of[r] * w, sizeof(float) * (size_t)w);
}

/* slot_code = read2(relu(read1(embedded))); a slot that stands in several bars was read once: d slot_code = sum of their
 * d code. d_write_hidden and d_decoded are free by now and serve as scratch. */
void network_read_backward(const Model *model, Acts *acts, Params *grads, const ModelBatch *batch) {
    const ModelConfig *c = &model->config;
    const Params *p = &model->params;
    const int steps = c->steps / c->slots, slot = steps * c->embedding, w = c->channels / c->slots;
    const Distinct *d = &acts->distinct;
    for (int r = 0; r < acts->R * c->slots; r++)
        vector_add(acts->d_slot_code + (long)d->of[r] * w, acts->d_code + (long)r * w, w);
    linear_backward(acts->d_write_hidden, false, grads->read2_weight, grads->read2_bias, acts->d_slot_code,
                    acts->read_hidden, p->read2_weight, d->count, c->codec_hidden, w);
    relu_backward(acts->d_write_hidden, acts->read_hidden, d->count * c->codec_hidden);
    linear_backward(acts->d_decoded, false, grads->read1_weight, grads->read1_bias, acts->d_write_hidden,
                    acts->embedded, p->read1_weight, d->count, slot, c->codec_hidden);
    for (int i = 0; i < d->count; i++)
        embed_backward(grads->token, batch->tokens + (long)d->first[i] * steps,
                       acts->d_decoded + (long)i * slot, steps, c->embedding);
}

/* ---- stage 2: codes -> posterior ---- */

void model_encode(const Model *model, Acts *acts, const ModelBatch *batch) {
    const ModelConfig *c = &model->config;
    const Params *p = &model->params;
    const int R = acts->R, C = c->channels, w = C / c->slots;
    memcpy(acts->encoder_in, acts->code, sizeof(float) * (size_t)R * (size_t)C);
    for (int r = 0; r < R * c->slots; r++) {
        assert(batch->copy_distance[r] <= c->bars);
        add_row(acts->encoder_in + (long)r * w, p->copy_distance + (long)batch->copy_distance[r] * w, w);
    }
    for (int b = 0; b < batch->B; b++)
        if (has_start(batch, b)) add_row(acts->encoder_in + (long)batch->first[b] * C, p->encoder_start, C);
    const float *x = acts->encoder_in;
    for (int l = 0; l < c->layers; l++) {
        block_forward(&acts->encoder[l], &p->encoder[l], x, (BlockMemory){0}, (BlockPast){0}, c, batch,
                      acts->bars);
        x = acts->encoder[l].out;
    }
    norm_forward(acts->encoder_out, acts->encoder_stats, x, p->encoder_norm_weight, p->encoder_norm_bias, R,
                 C);
    linear_forward(acts->mu, acts->encoder_out, p->mu_weight, p->mu_bias, false, R, C, c->latent);
    linear_forward(acts->logvar, acts->encoder_out, p->logvar_weight, p->logvar_bias, false, R, C, c->latent);
    for (int i = 0; i < R * c->latent; i++) {
        const float v = acts->logvar[i];
        acts->logvar[i] = v < LOGVAR_LOW ? LOGVAR_LOW : v > LOGVAR_HIGH ? LOGVAR_HIGH : v;
    }
}

/* logvar is clamped: no gradient passes at the bounds. Then mu and logvar, the norm, the layers from the last to the first,
 * and encoder_in = code + copy_distance[..] (+ start on a first bar): all three get d encoder_in. */
void network_encode_backward(const Model *model, Acts *acts, Params *grads, const ModelBatch *batch) {
    const ModelConfig *c = &model->config;
    const Params *p = &model->params;
    const int R = acts->R, C = c->channels, w = C / c->slots;
    for (int i = 0; i < R * c->latent; i++)
        if (acts->logvar[i] <= LOGVAR_LOW || acts->logvar[i] >= LOGVAR_HIGH) acts->d_logvar[i] = 0;
    linear_backward(acts->d_norm, false, grads->mu_weight, grads->mu_bias, acts->d_mu, acts->encoder_out,
                    p->mu_weight, R, C, c->latent);
    linear_backward(acts->d_norm, true, grads->logvar_weight, grads->logvar_bias, acts->d_logvar,
                    acts->encoder_out, p->logvar_weight, R, C, c->latent);
    memset(acts->d_residual, 0, sizeof(float) * (size_t)R * (size_t)C);
    norm_backward(acts->d_residual, grads->encoder_norm_weight, grads->encoder_norm_bias, acts->d_norm,
                  acts->encoder[c->layers - 1].out, acts->encoder_stats, p->encoder_norm_weight, R, C);
    for (int l = c->layers - 1; l >= 0; l--)
        block_backward(acts, &grads->encoder[l], (BlockMemoryGrad){0}, &acts->encoder[l], &p->encoder[l],
                       l ? acts->encoder[l - 1].out : acts->encoder_in, (BlockMemory){0}, batch);
    vector_add(acts->d_code, acts->d_residual, (long)R * C);
    for (int r = 0; r < R * c->slots; r++)
        add_row(grads->copy_distance + (long)batch->copy_distance[r] * w, acts->d_residual + (long)r * w, w);
    for (int b = 0; b < batch->B; b++)
        if (has_start(batch, b))
            add_row(grads->encoder_start, acts->d_residual + (long)batch->first[b] * C, C);
}

/* ---- stage 3: latents and earlier codes -> bars ---- */

/* The row that holds the code of bar t of sequence b, in the past or in this batch. */
static long code_row(const ModelBatch *batch, int b, int t) {
    return batch->place ? batch->place[b][t] : batch->first[b] + t;
}

/* The bar before this row as the decoder sees it, or null where there is none. */
static const float *past_code(const Acts *acts, const ModelBatch *batch, int b, int row) {
    const int t = bar_of(batch, b, row), C = acts->config.channels;
    if (t == 0 || (batch->hide && batch->hide[row] == t - 1)) return NULL;
    return (batch->past ? batch->past->code : acts->code) + code_row(batch, b, t - 1) * C;
}

static int strongest(const float *pointer, int count) {
    int best = 0;
    for (int k = 1; k < count; k++)
        if (pointer[k] > pointer[best]) best = k;
    return best;
}

/* acts->moved_code of the slots whose copies are moved: the code of what `move` makes of the bar that the pointer names. */
static void read_moved(const Model *model, Acts *acts, const ModelBatch *batch) {
    const ModelConfig *c = &model->config;
    const int slots = c->slots, steps = c->steps / slots, w = c->channels / slots;
    for (int b = 0; b < batch->B; b++)
        for (int row = batch->first[b]; row < batch->first[b + 1]; row++) {
            const int t = bar_of(batch, b, row);
            int count = 0, which[LAYERS_HEAD_MAX];
            for (int slot = 0; slot < slots && t > 0; slot++) {
                const long at = (long)row * slots + slot;
                uint8_t tokens[LAYERS_BARS_MAX];
                if (!batch->moved[at]) continue;
                batch->move(batch->move_context, row, slot, strongest(acts->pointer + at * acts->bars, t),
                            tokens);
                embed_forward(acts->embedded + (long)count * steps * c->embedding, tokens,
                              model->params.token, steps, c->embedding);
                which[count++] = slot;
            }
            if (count > 0) read_slots(model, acts, count);
            for (int i = 0; i < count; i++)
                memcpy(acts->moved_code + ((long)row * slots + which[i]) * w, acts->slot_code + (long)i * w,
                       sizeof(float) * (size_t)w);
        }
}

static void refer(const Model *model, Acts *acts, const ModelBatch *batch) {
    const ModelConfig *c = &model->config;
    const Params *p = &model->params;
    const int R = acts->R, rows = R * c->slots;
    const PointerShape shape = pointer_shape(acts, batch);
    linear_forward(acts->pointer_query, acts->decoder_out, p->pointer_query_weight, p->pointer_query_bias,
                   false, R, c->channels, c->slots * c->reference);
    /* All distances, whatever the room in acts: another width is another kernel with other roundings. */
    gemm_linear(acts->pointer_score, c->bars, acts->pointer_query, c->reference, p->pointer_distance, false,
                rows, c->reference, c->bars);
    pointer_forward(acts->pointer, acts->pointer_score, 1.0f / sqrtf((float)c->reference), &shape);
    linear_forward(acts->gate, acts->decoder_out, p->gate_weight, p->gate_bias, false, R, c->channels,
                   c->slots);
    sigmoid_forward(acts->gate, acts->gate, rows);
    for (int b = 0; b < batch->B; b++)
        for (int row = batch->first[b]; row < batch->first[b + 1]; row++) {
            const int t = bar_of(batch, b, row);
            const bool nothing = t == 0 || (t == 1 && batch->hide && batch->hide[row] == 0);
            if (nothing) memset(acts->gate + (long)row * c->slots, 0, sizeof(float) * (size_t)c->slots);
        }
    if (batch->move) read_moved(model, acts, batch);
    blend_forward(acts->blend, acts->copied, acts->decoder_out, batch->past ? batch->past->code : acts->code,
                  acts->pointer, acts->gate, &shape, c->channels / c->slots);
}

/* In training there are many rows, and z is narrow beside z_in: there keys and values come straight from z. */
static BlockMemory decoder_memory(const Acts *acts, const LayerActs *a, const LayerParams *p) {
    return a->fold_weight
               ? (BlockMemory){acts->z, a->fold_weight, a->fold_bias, acts->config.latent}
               : (BlockMemory){acts->z_in, p->inter_kv_weight, p->inter_kv_bias, acts->config.channels};
}

void network_decode(const Model *model, Acts *acts, const ModelBatch *batch, const float *z) {
    const ModelConfig *c = &model->config;
    const Params *p = &model->params;
    const int R = acts->R = batch->first[batch->B], C = c->channels;
    check_batch(acts, batch);
    memmove(acts->z, z, sizeof(float) * (size_t)R * (size_t)c->latent);
    linear_forward(acts->z_in, acts->z, p->z_in_weight, p->z_in_bias, false, R, c->latent, C);
    memcpy(acts->decoder_in, acts->z_in, sizeof(float) * (size_t)R * (size_t)C);
    for (int b = 0; b < batch->B; b++)
        for (int row = batch->first[b]; row < batch->first[b + 1]; row++) {
            const float *past = past_code(acts, batch, b, row);
            add_row(acts->decoder_in + (long)row * C, past ? past : p->decoder_start, C);
        }
    const float *x = acts->decoder_in;
    for (int l = 0; l < c->layers; l++) {
        const BlockPast past =
            batch->past ? (BlockPast){batch->past->self_kv[l], batch->past->inter_kv[l]} : (BlockPast){0};
        LayerActs *a = &acts->decoder[l];
        if (a->fold_weight)
            linear_fold_forward(a->fold_weight, a->fold_bias, p->z_in_weight, p->z_in_bias,
                                p->decoder[l].inter_kv_weight, p->decoder[l].inter_kv_bias, c->latent, C,
                                2 * C);
        block_forward(a, &p->decoder[l], x, decoder_memory(acts, a, &p->decoder[l]), past, c, batch,
                      acts->bars);
        x = a->out;
    }
    norm_forward(acts->decoder_out, acts->decoder_stats, x, p->decoder_norm_weight, p->decoder_norm_bias, R,
                 C);
    refer(model, acts, batch);
}

void network_write(const Model *model, Acts *acts, int slots) {
    const ModelConfig *c = &model->config;
    const Params *p = &model->params;
    const int w = c->channels / c->slots, steps = c->steps / c->slots, slot = steps * c->embedding;
    linear_forward(acts->write_hidden, acts->blend, p->write1_weight, p->write1_bias, true, slots, w,
                   c->codec_hidden);
    linear_forward(acts->decoded, acts->write_hidden, p->write2_weight, p->write2_bias, false, slots,
                   c->codec_hidden, slot);
    linear_forward(acts->logits, acts->decoded, p->token, p->token_bias, false, slots * steps, c->embedding,
                   c->tokens);
}

void model_decode(const Model *model, Acts *acts, const ModelBatch *batch, const float *z) {
    network_decode(model, acts, batch, z);
    network_write(model, acts, acts->R * model->config.slots);
}

/* logits = token (write2(relu(write1(blend)))) + token_bias; acts->logits hold their own gradient (loss.c). */
void network_write_backward(const Model *model, Acts *acts, Params *grads, int slots) {
    const ModelConfig *c = &model->config;
    const Params *p = &model->params;
    const int w = c->channels / c->slots, steps = c->steps / c->slots, slot = steps * c->embedding;
    linear_backward(acts->d_decoded, false, grads->token, grads->token_bias, acts->logits, acts->decoded,
                    p->token, slots * steps, c->embedding, c->tokens);
    linear_backward(acts->d_write_hidden, false, grads->write2_weight, grads->write2_bias, acts->d_decoded,
                    acts->write_hidden, p->write2_weight, slots, c->codec_hidden, slot);
    relu_backward(acts->d_write_hidden, acts->write_hidden, slots * c->codec_hidden);
    linear_backward(acts->d_blend, false, grads->write1_weight, grads->write1_bias, acts->d_write_hidden,
                    acts->blend, p->write1_weight, slots, w, c->codec_hidden);
}

/* blend's gradient to fresh, codes, pointer and gate; gate = sigmoid(x):  dx = dgate gate (1 - gate) */
void network_blend_backward(Acts *acts, const ModelBatch *batch) {
    const ModelConfig *c = &acts->config;
    const PointerShape shape = pointer_shape(acts, batch);
    blend_backward(acts->d_fresh, acts->d_code, acts->d_pointer, acts->d_gate, acts->d_blend, acts->copied,
                   acts->decoder_out, acts->code, acts->pointer, acts->gate, &shape, c->channels / c->slots);
    for (int i = 0; i < acts->R * c->slots; i++) acts->d_gate[i] *= acts->gate[i] * (1 - acts->gate[i]);
}

/* d_fresh becomes the gradient of decoder_out: the blend's own share, the pointer's query and the gate. */
static void refer_backward(const Model *model, Acts *acts, Params *grads, const ModelBatch *batch) {
    const ModelConfig *c = &model->config;
    const Params *p = &model->params;
    const int R = acts->R, C = c->channels, rows = R * c->slots;
    const PointerShape shape = pointer_shape(acts, batch);
    float *d_score = acts->d_pointer_score;
    pointer_backward(d_score, acts->d_pointer, acts->pointer, 1.0f / sqrtf((float)c->reference), &shape);
    gemm_linear_dx(acts->d_pointer_query, c->reference, d_score, c->bars, p->pointer_distance, false, rows,
                   c->reference, c->bars);
    gemm_linear_dw(grads->pointer_distance, d_score, c->bars, acts->pointer_query, c->reference, rows,
                   c->reference, c->bars);
    linear_backward(acts->d_fresh, true, grads->pointer_query_weight, grads->pointer_query_bias,
                    acts->d_pointer_query, acts->decoder_out, p->pointer_query_weight, R, C,
                    c->slots * c->reference);
    linear_backward(acts->d_fresh, true, grads->gate_weight, grads->gate_bias, acts->d_gate,
                    acts->decoder_out, p->gate_weight, R, C, c->slots);
}

/* The keys and values come straight from z through the folded map (decoder_memory); its gradient goes back to the two
 * that it was folded from. */
static void decoder_layer_backward(const Model *model, Acts *acts, Params *grads, const ModelBatch *batch,
                                   int l) {
    const Params *p = &model->params;
    const int C = acts->config.channels, D = acts->config.latent;
    LayerActs *a = &acts->decoder[l];
    memset(a->d_fold_weight, 0, sizeof(float) * 2 * (size_t)C * (size_t)D);
    memset(a->d_fold_bias, 0, sizeof(float) * 2 * (size_t)C);
    block_backward(acts, &grads->decoder[l], (BlockMemoryGrad){acts->d_z, a->d_fold_weight, a->d_fold_bias},
                   a, &p->decoder[l], l ? acts->decoder[l - 1].out : acts->decoder_in,
                   decoder_memory(acts, a, &p->decoder[l]), batch);
    linear_fold_backward(grads->z_in_weight, grads->z_in_bias, grads->decoder[l].inter_kv_weight,
                         grads->decoder[l].inter_kv_bias, a->d_fold_weight, a->d_fold_bias, p->z_in_weight,
                         p->z_in_bias, p->decoder[l].inter_kv_weight, D, C, 2 * C);
}

static float *past_gradient(const Acts *acts, const Params *grads, const ModelBatch *batch, int b, int row) {
    const int t = bar_of(batch, b, row);
    return t ? acts->d_code + code_row(batch, b, t - 1) * acts->config.channels : grads->decoder_start;
}

/* decoder_in = z_in(z) + code of the bar before (or start): both get d decoder_in. */
void network_decode_backward(const Model *model, Acts *acts, Params *grads, const ModelBatch *batch) {
    const ModelConfig *c = &model->config;
    const Params *p = &model->params;
    const int R = acts->R, C = c->channels;
    refer_backward(model, acts, grads, batch);
    memset(acts->d_residual, 0, sizeof(float) * (size_t)R * (size_t)C);
    memset(acts->d_z, 0, sizeof(float) * (size_t)R * (size_t)c->latent);
    norm_backward(acts->d_residual, grads->decoder_norm_weight, grads->decoder_norm_bias, acts->d_fresh,
                  acts->decoder[c->layers - 1].out, acts->decoder_stats, p->decoder_norm_weight, R, C);
    for (int l = c->layers - 1; l >= 0; l--) decoder_layer_backward(model, acts, grads, batch, l);
    for (int b = 0; b < batch->B; b++)
        for (int row = batch->first[b]; row < batch->first[b + 1]; row++)
            add_row(past_gradient(acts, grads, batch, b, row), acts->d_residual + (long)row * C, C);
    linear_backward(acts->d_z, true, grads->z_in_weight, grads->z_in_bias, acts->d_residual, acts->z,
                    p->z_in_weight, R, c->latent, C);
}
