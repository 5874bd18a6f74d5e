/* Layers: forward and backward pairs on raw float arrays; pure functions, no allocation.
 *
 * Rows are packed bars (see model.h): sequence b holds rows first[b] .. first[b+1]-1. Outputs come first, inputs are const,
 * dimensions last. The gradient of x is dx; gradients of parameters are added to (+=), gradients of activations are added
 * to where the comment says so and written otherwise. Rounding aside, every pair is checked against central differences.
 * Every function may be called by several threads on different outputs. */
#ifndef REFRAIN_ENGINE_NN_LAYERS_H
#define REFRAIN_ENGINE_NN_LAYERS_H

#include <stdbool.h>
#include <stdint.h>

enum { LAYERS_BARS_MAX = 64, LAYERS_HEAD_MAX = 128 };

/* y (R, N) = x (R, M) W^T + bias; relu clips at 0. */
void linear_forward(float *y, const float *x, const float *w, const float *bias, bool relu, int R, int M,
                    int N);
/* y (R, N) = residual (R, N) + x (R, M) W^T + bias */
void linear_residual_forward(float *y, const float *residual, const float *x, const float *w,
                             const float *bias, int R, int M, int N);
/* dW += dy^T x, dbias += column sums of dy, dx = dy W (dx += .. when add). dx may be null. For a relu layer call
 * relu_backward on dy first. */
void linear_backward(float *dx, bool add, float *dw, float *dbias, const float *dy, const float *x,
                     const float *w, int R, int M, int N);
/* Two maps in a row as one: w (N, M) = w2 (N, K) w1 (K, M), bias (N) = w2 bias1 + bias2. Where K is large beside M and there are
 * many rows, applying that is cheaper than applying both. Backward adds to all four gradients. */
void linear_fold_forward(float *w, float *bias, const float *w1, const float *bias1, const float *w2,
                         const float *bias2, int M, int K, int N);
void linear_fold_backward(float *dw1, float *dbias1, float *dw2, float *dbias2, const float *dw,
                          const float *dbias, const float *w1, const float *bias1, const float *w2, int M,
                          int K, int N);
/* dy = 0 where the layer's output y was 0. */
void relu_backward(float *dy, const float *y, int count);

/* y (R, C) = (x - mean) * rstd * weight + bias over each row; stats (R, 2) keeps mean and rstd. Ba, Kiros, Hinton 2016. */
void norm_forward(float *y, float *stats, const float *x, const float *weight, const float *bias, int R,
                  int C);
/* dx += .., dweight += .., dbias += .. */
void norm_backward(float *dx, float *dweight, float *dbias, const float *dy, const float *x,
                   const float *stats, const float *weight, int R, int C);

/* out (R, E) = table[token]; count tokens. dtable += .. */
void embed_forward(float *out, const uint8_t *tokens, const float *table, int count, int E);
void embed_backward(float *dtable, const uint8_t *tokens, const float *dout, int count, int E);

/* Reference pointer: probabilities over the earlier bars of the sequence from scores by distance.
 *   pointer (R, slots, T): softmax over k < t of score[row, slot, t - k - 1] * scale; 0 elsewhere; row 0 points nowhere.
 * score is (R, slots, distances) by distance, distances >= T. With known the rows of sequence b are
 * its bars from known[b] on. */
typedef struct {
    int B;
    const int *first;
    int slots, T, distances;
    const int *hide; /* (R) or null: bar that this row must not point at */
    const int *known;
    const int *const *place;
    /* (R, slots) or null: 1 where the copied code is not the pointer's mix but the slot's row of `own` (R, slots * w). No
     * gradient reaches the pointer there; own's goes to dcode of the row itself. */
    const uint8_t *moved;
    const float *own;
} PointerShape;
void pointer_forward(float *pointer, const float *score, float scale, const PointerShape *shape);
/* dscore = .. from dpointer */
void pointer_backward(float *dscore, const float *dpointer, const float *pointer, float scale,
                      const PointerShape *shape);

/* copied (R, slots, w) = sum_k pointer * code[bar k, slot]; blend = (1 - gate) fresh + gate copied. code, fresh, blend,
 * copied are (R, slots * w); gate (R, slots). With place the code of bar k is row place[b][k] of code. */
void blend_forward(float *blend, float *copied, const float *fresh, const float *code, const float *pointer,
                   const float *gate, const PointerShape *shape, int w);
/* dfresh = .., dgate = .., dpointer = .., dcode += .. */
void blend_backward(float *dfresh, float *dcode, float *dpointer, float *dgate, const float *dblend,
                    const float *copied, const float *fresh, const float *code, const float *pointer,
                    const float *gate, const PointerShape *shape, int w);

/* Cross-entropy of `count` rows of V logits against tokens: returns the sum of -log softmax. With scale > 0 the logits are
 * replaced by scale * d(sum)/dlogits. */
double cross_entropy(float *logits, const uint8_t *tokens, float scale, int count, int V);

/* x = e^x / sum e^x, in place */
void softmax_forward(float *x, int count);
void sigmoid_forward(float *y, const float *x, int count);

/* Sum of squares, in double from one block of a few thousand to the next; y += x. */
double vector_square_sum(const float *x, long count);
void vector_add(float *y, const float *x, long count);

#endif
