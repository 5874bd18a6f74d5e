/* Attention, causal, of H heads with a learned bias per head and distance, Vaswani et al. 2017 and Shaw et al. 2018 in the
 * scalar form of T5. Row t of a sequence looks at rows 0..t of the same sequence.
 *   weights (R, H, T) softmax over k <= t of q_t . k_k / sqrt(hd) + bias[h][t - k]; 0 elsewhere up to the sequence's length
 *   out (R, C) = sum_k weights * v_k,   C = H * hd
 * q rows are q_stride apart, k and v rows kv_stride apart. distance_bias is (H, distances). hide (R, or null): row t must not see
 * row hide[t] + hide_shift of its sequence (unless that is t itself); negative = sees all.
 *
 * With known the rows of sequence b are its bars from known[b] on; keys of bar t before them are row place[b][t] of past, whose
 * rows are past_stride apart, and its values stand C numbers after them.
 *
 * Pure functions over raw floats, as those of layers.h: outputs first, inputs const, dimensions last. */
#ifndef REFRAIN_ENGINE_NN_ATTENTION_H
#define REFRAIN_ENGINE_NN_ATTENTION_H

typedef struct {
    int B;
    const int *first;
    int H, hd, T;
    int distances; /* row width of distance_bias, at least the longest sequence: the model's, not T */
    int q_stride, kv_stride;
    const int *hide;
    int hide_shift;
    const float *past;
    int past_stride;
    const int *known;
    const int *const *place;
} AttentionShape;
void attention_forward(float *out, float *weights, const float *q, const float *k, const float *v,
                       const float *distance_bias, const AttentionShape *shape);
/* dq, dk, dv are written with the strides of q, k, v; ddistance_bias += .. hide is not looked at: training hides nothing. With
 * known, the past is rows of k and v of earlier sequences: what comes back to them is added to theirs. */
void attention_backward(float *dq, float *dk, float *dv, float *ddistance_bias, const float *dout,
                        const float *weights, const float *q, const float *k, const float *v,
                        const AttentionShape *shape);

#endif
