#include "engine/nn/block.h"

#include "engine/nn/attention.h"
#include "engine/nn/layers.h"

/* Where keys and values of known bars stand: in the past, or else they are rows of this batch (model.h). */
static void show_past(AttentionShape *shape, const float *past, const float *own, int C) {
    shape->past = past ? past : own;
    shape->past_stride = past ? 2 * C : shape->kv_stride;
}

/* Decoder slot t holds bar t - 1, so a hidden bar stands one column further in self-attention. */
static AttentionShape self_shape(const ModelConfig *c, const ModelBatch *batch, int bars, bool decoder) {
    return (AttentionShape){.known = batch->known,
                            .place = batch->place,
                            .B = batch->B,
                            .first = batch->first,
                            .H = c->heads,
                            .hd = c->channels / c->heads,
                            .T = bars,
                            .distances = c->bars,
                            .q_stride = 3 * c->channels,
                            .kv_stride = 3 * c->channels,
                            .hide = decoder ? batch->hide : NULL,
                            .hide_shift = 1};
}

static AttentionShape inter_shape(const ModelConfig *c, const ModelBatch *batch, int bars) {
    AttentionShape shape = self_shape(c, batch, bars, true);
    shape.q_stride = c->channels;
    shape.kv_stride = 2 * c->channels;
    shape.hide_shift = 0;
    return shape;
}

static void inter_forward(LayerActs *a, const LayerParams *p, BlockMemory memory, const float *past,
                          const ModelConfig *c, const ModelBatch *batch, int bars) {
    const int R = batch->first[batch->B], C = c->channels;
    AttentionShape shape = inter_shape(c, batch, bars);
    show_past(&shape, past, a->inter_kv, C);
    norm_forward(a->inter_norm, a->inter_stats, a->self_sum, p->inter_norm_weight, p->inter_norm_bias, R, C);
    linear_forward(a->inter_query, a->inter_norm, p->inter_query_weight, p->inter_query_bias, false, R, C, C);
    linear_forward(a->inter_kv, memory.x, memory.kv_weight, memory.kv_bias, false, R, memory.width, 2 * C);
    attention_forward(a->inter_mixed, a->inter_attention, a->inter_query, a->inter_kv, a->inter_kv + C,
                      p->inter_distance, &shape);
    linear_residual_forward(a->inter_sum, a->self_sum, a->inter_mixed, p->inter_out_weight, p->inter_out_bias,
                            R, C, C);
}

void block_forward(LayerActs *a, const LayerParams *p, const float *x, BlockMemory memory, BlockPast past,
                   const ModelConfig *c, const ModelBatch *batch, int bars) {
    const int R = batch->first[batch->B], C = c->channels, F = c->hidden;
    AttentionShape shape = self_shape(c, batch, bars, memory.x != NULL);
    show_past(&shape, past.self_kv, a->self_qkv + C, C);
    norm_forward(a->self_norm, a->self_stats, x, p->self_norm_weight, p->self_norm_bias, R, C);
    linear_forward(a->self_qkv, a->self_norm, p->self_qkv_weight, p->self_qkv_bias, false, R, C, 3 * C);
    attention_forward(a->self_mixed, a->self_attention, a->self_qkv, a->self_qkv + C, a->self_qkv + 2 * C,
                      p->self_distance, &shape);
    linear_residual_forward(a->self_sum, x, a->self_mixed, p->self_out_weight, p->self_out_bias, R, C, C);
    if (memory.x) inter_forward(a, p, memory, past.inter_kv, c, batch, bars);
    const float *sum = memory.x ? a->inter_sum : a->self_sum;
    norm_forward(a->ff_norm, a->ff_stats, sum, p->ff_norm_weight, p->ff_norm_bias, R, C);
    linear_forward(a->ff_hidden, a->ff_norm, p->ff1_weight, p->ff1_bias, true, R, C, F);
    linear_residual_forward(a->out, sum, a->ff_hidden, p->ff2_weight, p->ff2_bias, R, F, C);
}

/* out = sum + ff2(relu(ff1(norm(sum)))):  d sum = d out + what comes back through ff2, relu, ff1 and norm; d_residual holds
 * d out and becomes d sum. */
static void ff_backward(Acts *s, LayerParams *g, const LayerActs *a, const LayerParams *p, const float *sum,
                        int R) {
    const int C = s->config.channels, F = s->config.hidden;
    linear_backward(s->d_ff_hidden, false, g->ff2_weight, g->ff2_bias, s->d_residual, a->ff_hidden,
                    p->ff2_weight, R, F, C);
    relu_backward(s->d_ff_hidden, a->ff_hidden, R * F);
    linear_backward(s->d_norm, false, g->ff1_weight, g->ff1_bias, s->d_ff_hidden, a->ff_norm, p->ff1_weight,
                    R, C, F);
    norm_backward(s->d_residual, g->ff_norm_weight, g->ff_norm_bias, s->d_norm, sum, a->ff_stats,
                  p->ff_norm_weight, R, C);
}

/* inter_sum = self_sum + out(attention(query(norm(self_sum)), kv(memory))): besides d self_sum, d memory += d kv kv_weight */
static void inter_backward(Acts *s, LayerParams *g, BlockMemoryGrad d_memory, const LayerActs *a,
                           const LayerParams *p, BlockMemory memory, const ModelBatch *batch) {
    const int R = batch->first[batch->B], C = s->config.channels;
    AttentionShape shape = inter_shape(&s->config, batch, s->bars);
    show_past(&shape, NULL, a->inter_kv, C);
    float *d_query = s->d_qkv, *d_kv = s->d_qkv + (long)R * C;
    linear_backward(s->d_mixed, false, g->inter_out_weight, g->inter_out_bias, s->d_residual, a->inter_mixed,
                    p->inter_out_weight, R, C, C);
    attention_backward(d_query, d_kv, d_kv + C, g->inter_distance, s->d_mixed, a->inter_attention,
                       a->inter_query, a->inter_kv, a->inter_kv + C, &shape);
    linear_backward(d_memory.x, true, d_memory.kv_weight, d_memory.kv_bias, d_kv, memory.x, memory.kv_weight,
                    R, memory.width, 2 * C);
    linear_backward(s->d_norm, false, g->inter_query_weight, g->inter_query_bias, d_query, a->inter_norm,
                    p->inter_query_weight, R, C, C);
    norm_backward(s->d_residual, g->inter_norm_weight, g->inter_norm_bias, s->d_norm, a->self_sum,
                  a->inter_stats, p->inter_norm_weight, R, C);
}

/* The forward's three lines from the last to the first; a residual connection passes d_residual on as it is. */
void block_backward(Acts *s, LayerParams *g, BlockMemoryGrad d_memory, const LayerActs *a,
                    const LayerParams *p, const float *x, BlockMemory memory, const ModelBatch *batch) {
    const int R = batch->first[batch->B], C = s->config.channels;
    AttentionShape shape = self_shape(&s->config, batch, s->bars, memory.x != NULL);
    show_past(&shape, NULL, a->self_qkv + C, C);
    ff_backward(s, g, a, p, memory.x ? a->inter_sum : a->self_sum, R);
    if (memory.x) inter_backward(s, g, d_memory, a, p, memory, batch);
    linear_backward(s->d_mixed, false, g->self_out_weight, g->self_out_bias, s->d_residual, a->self_mixed,
                    p->self_out_weight, R, C, C);
    attention_backward(s->d_qkv, s->d_qkv + C, s->d_qkv + 2 * C, g->self_distance, s->d_mixed,
                       a->self_attention, a->self_qkv, a->self_qkv + C, a->self_qkv + 2 * C, &shape);
    linear_backward(s->d_norm, false, g->self_qkv_weight, g->self_qkv_bias, s->d_qkv, a->self_norm,
                    p->self_qkv_weight, R, C, 3 * C);
    norm_backward(s->d_residual, g->self_norm_weight, g->self_norm_bias, s->d_norm, x, a->self_stats,
                  p->self_norm_weight, R, C);
}
