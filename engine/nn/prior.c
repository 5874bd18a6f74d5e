#include "engine/nn/prior.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/nn/half.h"

enum { WIDTH_MAX = 1 << 13, BYTE_MAX = 255 };

/* Where the parts begin in the block, and where it ends. */
typedef struct {
    size_t form, content, near_slots, headers, end;
} Layout;

struct Prior {
    PriorConfig config;
    Layout layout;
    float *block; /* layout.end floats, owned */
};

bool prior_config_check(const PriorConfig *c, Error *err) {
    const int sizes[] = {c->form_in,        c->form_hidden, c->form_out, c->content_in,
                         c->content_hidden, c->content_out, c->copies,   c->headers};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        if (sizes[i] < 1 || sizes[i] > WIDTH_MAX)
            return error_set(err, "The prior's configuration holds a size of %d, which cannot be.", sizes[i]);
    return true;
}

SparseNetConfig prior_form_config(const PriorConfig *c) {
    return (SparseNetConfig){c->form_in, c->form_hidden, c->form_out};
}

SparseNetConfig prior_content_config(const PriorConfig *c) {
    return (SparseNetConfig){c->content_in, c->content_hidden, c->content_out};
}

static Layout lay(const PriorConfig *c) {
    const SparseNetConfig form = prior_form_config(c), content = prior_content_config(c);
    Layout at = {0};
    at.content = at.form + sparse_net_size(&form);
    at.near_slots = at.content + sparse_net_size(&content);
    at.headers = at.near_slots + (size_t)c->copies * PRIOR_SLOT_SETS;
    at.end = at.headers + (size_t)c->headers * PRIOR_HEADER_SIZE;
    return at;
}

/* ---- tensors by name ---- */

static ModelTensor table(const char *name, int rows, int cols, size_t offset) {
    ModelTensor tensor = {
        .rank = 2, .shape = {rows, cols}, .offset = offset, .size = (size_t)rows * (size_t)cols};
    snprintf(tensor.name, sizeof tensor.name, "%s", name);
    return tensor;
}

int prior_tensors(const PriorConfig *c, ModelTensor *out, int capacity) {
    const SparseNetConfig net[2] = {prior_form_config(c), prior_content_config(c)};
    const char *const prefix[2] = {"form", "content"};
    const Layout at = lay(c);
    const size_t begin[2] = {at.form, at.content};
    int count = 0;
    for (int n = 0; n < 2; n++) {
        const int room = out && count < capacity ? capacity - count : 0;
        ModelTensor *to = room ? out + count : NULL;
        const int listed = sparse_net_tensors(&net[n], prefix[n], to, room);
        for (int i = 0; i < listed && i < room; i++) to[i].offset += begin[n];
        count += listed;
    }
    const ModelTensor tables[2] = {table("near_slots", c->copies, PRIOR_SLOT_SETS, at.near_slots),
                                   table("headers", c->headers, PRIOR_HEADER_SIZE, at.headers)};
    for (int i = 0; i < 2; i++, count++)
        if (out && count < capacity) out[count] = tables[i];
    return count;
}

/* ---- life ---- */

Prior *prior_new(const PriorConfig *config, Error *err) {
    if (!prior_config_check(config, err)) return NULL;
    const Layout layout = lay(config);
    Prior *prior = calloc(1, sizeof *prior);
    float *block = calloc(layout.end, sizeof *block);
    if (prior && block) {
        *prior = (Prior){*config, layout, block};
        return prior;
    }
    free(prior);
    free(block);
    error_memory(err, "the prior");
    return NULL;
}

void prior_free(Prior *prior) {
    if (!prior) return;
    free(prior->block);
    free(prior);
}

bool prior_copy(Prior **to, const Prior *from, Error *err) {
    *to = from ? prior_new(&from->config, err) : NULL;
    if (!from) return true;
    if (*to) memcpy((*to)->block, from->block, from->layout.end * sizeof *from->block);
    return *to != NULL;
}

const PriorConfig *prior_config(const Prior *prior) {
    return &prior->config;
}

void prior_settle(Prior *prior) {
    for (size_t i = 0; i < prior->layout.end; i++)
        prior->block[i] = half_to_float(half_of_float(prior->block[i]));
}

float *prior_block(Prior *prior) {
    return prior->block;
}

const float *prior_form(const Prior *prior) {
    return prior->block + prior->layout.form;
}

const float *prior_content(const Prior *prior) {
    return prior->block + prior->layout.content;
}

const float *prior_near_slots(const Prior *prior, int row) {
    return prior->block + prior->layout.near_slots + (size_t)row * PRIOR_SLOT_SETS;
}

const float *prior_header(const Prior *prior, int row) {
    return prior->block + prior->layout.headers + (size_t)row * PRIOR_HEADER_SIZE;
}

bool prior_check(const Prior *prior, Error *err) {
    const Layout *at = &prior->layout;
    for (size_t i = at->near_slots; i < at->headers; i++)
        if (!(prior->block[i] >= 0 && prior->block[i] <= 1))
            return error_set(err, "its prior holds a share that cannot be");
    for (size_t i = at->headers; i < at->end; i++) {
        const float x = prior->block[i];
        if (!(x >= 0 && x <= BYTE_MAX) || x != floorf(x))
            return error_set(err, "its prior holds a header that cannot be");
    }
    return true;
}
