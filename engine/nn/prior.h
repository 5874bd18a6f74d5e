/* Prior: what new bars are drawn from: two small networks and two tables, one block of floats.
 *
 *   form     which earlier bar a bar refers to, and how (engine/draw/form.h)
 *   content  what stands in it that is new, step by step (engine/draw/content.h)
 *   near_slots (copies, 16)  how often a near copy keeps which of its four slots
 *   headers (headers, 8)     what whole pieces are like, as small whole numbers (engine/draw/piece.h)
 *
 * It knows nothing of bars: what inputs and tables mean is its readers' business, and how they are learned is told in
 * engine/learn/prior_fit.h. A Prior is immutable while it is used and may then be read by several threads. */
#ifndef REFRAIN_ENGINE_NN_PRIOR_H
#define REFRAIN_ENGINE_NN_PRIOR_H

#include "engine/nn/sparse_net.h"

enum { PRIOR_SLOT_SETS = 16, PRIOR_HEADER_SIZE = 8 };

typedef struct {
    int form_in, form_hidden, form_out;
    int content_in, content_hidden, content_out;
    int copies, headers; /* rows of the tables */
} PriorConfig;

typedef struct Prior Prior;

bool prior_config_check(const PriorConfig *config, Error *err);
SparseNetConfig prior_form_config(const PriorConfig *config);
SparseNetConfig prior_content_config(const PriorConfig *config);

Prior *prior_new(const PriorConfig *config, Error *err);    /* all zeros */
void prior_free(Prior *prior);                              /* null is allowed */
bool prior_copy(Prior **to, const Prior *from, Error *err); /* from null: *to is null */
const PriorConfig *prior_config(const Prior *prior);

/* Rounds every number to the half (half.h) that a model file keeps of it, so that what was fitted draws as what is loaded. */
void prior_settle(Prior *prior);

/* As model_tensors and model_block. */
int prior_tensors(const PriorConfig *config, ModelTensor *out, int capacity);
float *prior_block(Prior *prior);

/* The four parts of the block. */
const float *prior_form(const Prior *prior);
const float *prior_content(const Prior *prior);
const float *prior_near_slots(const Prior *prior, int row); /* (16) shares, none below 0 */
const float *prior_header(const Prior *prior, int row);     /* (8) whole numbers 0..255 */

/* Do the tables hold what they may? What foreign bytes must pass. */
bool prior_check(const Prior *prior, Error *err);

#endif
