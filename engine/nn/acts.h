/* Acts: every activation of one forward pass of a model (model.h), and their gradients when training; of whoever computes, one
 * thread each. How large they are follows from the model's configuration. */
#ifndef REFRAIN_ENGINE_NN_ACTS_H
#define REFRAIN_ENGINE_NN_ACTS_H

#include "engine/base/error.h"

typedef struct {
    int tokens;       /* V  68 */
    int steps;        /* S  16 steps a bar */
    int slots;        /*     4 groups of steps a bar */
    int embedding;    /* E  32 numbers a token */
    int codec_hidden; /*   256 */
    int channels;     /* C 256, slots * code of one slot */
    int latent;       /* D  64 */
    int layers;       /* L   3 encoder and 3 decoder layers */
    int heads;        /* H   4 */
    int hidden;       /* F 512 feed-forward */
    int reference;    /*    64 numbers of a pointer query */
    int bars;         /* T  64 longest sequence and longest distance */
} ModelConfig;

typedef struct Acts Acts;

/* acts for up to `rows` rows of sequences of at most `bars` bars (<= config.bars); training also allocates gradients. */
Acts *acts_new(const ModelConfig *config, int rows, int bars, bool training, Error *err);
void acts_free(Acts *acts);

/* Read access to the last pass; pointers live until the next call with these acts. */
const float *acts_mu(const Acts *acts);     /* (R, D) */
const float *acts_logvar(const Acts *acts); /* (R, D) clamped to -10..4 */
const float *acts_logits(const Acts *acts); /* (R, S, V) */
const float *
acts_pointer(const Acts *acts); /* (R, slots, bars) over the earlier bars of the row's sequence; [bars] is the
                                                `bars` given to acts_new; entries at or after t are 0 */
const float *acts_gate(const Acts *acts); /* (R, slots) */
/* Attention weights of a layer, (R, heads, bars). Encoder: column k is bar k. Decoder self: column j is slot j, which
 * holds bar j - 1 (column 0 the start). Decoder inter: column k is z_k. */
const float *acts_encoder_attention(const Acts *acts, int layer);
const float *acts_decoder_self_attention(const Acts *acts, int layer);
const float *acts_decoder_inter_attention(const Acts *acts, int layer);
int acts_bars(const Acts *acts);

#endif
