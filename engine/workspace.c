#include "engine/workspace.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "engine/analysis.h"
#include "engine/base/number.h"
#include "engine/latent.h"
#include "engine/nn/past.h"
#include "engine/nn/prior.h"
#include "engine/prior_context.h"
#include "engine/structure.h"

_Static_assert(sizeof(Bar) == BAR_STEPS, "bars in a row are the model's token matrix");

ModelConfig workspace_config(void) {
    ModelConfig config = MODEL_CONFIG_DEFAULT;
    config.tokens = BAR_TOKENS;
    config.steps = BAR_STEPS;
    config.slots = BAR_SLOTS;
    config.latent = LATENT_SIZE;
    config.bars = BAR_WINDOW;
    return config;
}

bool workspace_check_model(const Model *model, Error *err) {
    const ModelConfig *config = model_config(model);
    if (config->tokens != BAR_TOKENS || config->steps != BAR_STEPS || config->slots != BAR_SLOTS)
        return error_set(
            err,
            "The model was made for bars of %d steps in %d groups with %d tokens; this program has %d, %d "
            "and %d: use a model made by refrain train.",
            config->steps, config->slots, config->tokens, BAR_STEPS, BAR_SLOTS, BAR_TOKENS);
    if (config->latent != LATENT_SIZE)
        return error_set(
            err,
            "The model has %d latent numbers a bar and this program %d: use a model made by refrain "
            "train.",
            config->latent, LATENT_SIZE);
    if (config->layers > ANALYSIS_LAYERS_MAX || config->heads > ANALYSIS_HEADS_MAX)
        return error_set(
            err, "The model has %d layers of %d heads; at most %d of %d can be shown: train a smaller one.",
            config->layers, config->heads, ANALYSIS_LAYERS_MAX, ANALYSIS_HEADS_MAX);
    const Prior *prior = model_prior(model);
    if (prior && prior_config(prior)->context != PRIOR_CONTEXT_SIZE)
        return error_set(err,
                         "The model's prior was fitted to %d numbers a bar and this program has %d: fit it "
                         "again with refrain train-prior.",
                         prior_config(prior)->context, PRIOR_CONTEXT_SIZE);
    return true;
}

int workspace_window(const Model *model) {
    int bars = model_config(model)->bars;
    return bars < BAR_WINDOW ? bars : BAR_WINDOW;
}

static void free_arrays(Workspace *work) {
    free(work->first);
    free(work->bars);
    free(work->copy_distance);
    free(work->z);
    free(work->hide);
    free(work->known);
    free(work->place);
    work->first = work->hide = work->known = NULL;
    work->place = NULL;
    work->bars = NULL;
    work->copy_distance = NULL;
    work->z = NULL;
    work->row_room = work->sequence_room = 0;
}

void workspace_deinit(Workspace *work) {
    free_arrays(work);
    acts_free(work->acts);
    past_free(work->past);
    *work = (Workspace){0};
}

static bool grow_arrays(Workspace *work, int sequences, int rows, Error *err) {
    if (rows <= work->row_room && sequences <= work->sequence_room) return true;
    size_t row_room = (size_t)number_max(rows, work->row_room),
           room = (size_t)number_max(sequences, work->sequence_room);
    free_arrays(work);
    work->first = calloc(room + 1, sizeof *work->first);
    work->bars = calloc(row_room, sizeof *work->bars);
    work->copy_distance = calloc(row_room, BAR_SLOTS);
    work->z = calloc(row_room * LATENT_SIZE, sizeof *work->z);
    work->hide = calloc(row_room, sizeof *work->hide);
    work->known = calloc(room, sizeof *work->known);
    work->place = calloc(room, sizeof *work->place);
    if (!work->first || !work->bars || !work->copy_distance || !work->z || !work->hide || !work->known ||
        !work->place) {
        free_arrays(work);
        return error_memory(err, "a batch of bars");
    }
    work->row_room = (int)row_room;
    work->sequence_room = (int)room;
    return true;
}

static bool grow_acts(Workspace *work, int rows, int bars, Error *err) {
    if (work->acts && rows <= work->acts_rows && bars <= work->acts_bars) return true;
    int new_rows = number_max(rows, work->acts_rows), new_bars = number_max(bars, work->acts_bars);
    acts_free(work->acts);
    work->acts_rows = work->acts_bars = 0;
    work->acts = acts_new(model_config(work->model), new_rows, new_bars, false, err);
    if (!work->acts) return false;
    work->acts_rows = new_rows;
    work->acts_bars = new_bars;
    return true;
}

bool workspace_begin(Workspace *work, int sequences, int rows, int longest, Error *err) {
    assert(sequences > 0 && rows > 0 && longest > 0 && longest <= workspace_window(work->model));
    work->sequences = work->rows = 0;
    return grow_arrays(work, sequences, rows, err) && grow_acts(work, rows, longest, err);
}

static int add_rows(Workspace *work, int count) {
    int row = work->rows;
    assert(count > 0 && row + count <= work->row_room && work->sequences < work->sequence_room);
    for (int t = 0; t < count; t++) work->hide[row + t] = -1;
    work->first[work->sequences++] = row;
    work->rows += count;
    work->first[work->sequences] = work->rows;
    return row;
}

int workspace_add(Workspace *work, const Bar *bars, int count) {
    assert(count <= work->acts_bars);
    int row = add_rows(work, count);
    memcpy(work->bars + row, bars, (size_t)count * sizeof *bars);
    return row;
}

int workspace_add_rows(Workspace *work, const int *place, int known, int end) {
    assert(known >= 0 && end <= work->acts_bars);
    int row = add_rows(work, end - known);
    work->known[work->sequences - 1] = known;
    work->place[work->sequences - 1] = place;
    return row;
}

bool workspace_make_places(Workspace *work, int places, Error *err) {
    if (places <= work->places) return true;
    past_free(work->past);
    work->places = 0;
    work->past = past_new(model_config(work->model), places, err);
    if (!work->past) return false;
    work->places = places;
    return true;
}

static ModelBatch batch_of(const Workspace *work, bool hides) {
    return (ModelBatch){.B = work->sequences,
                        .first = work->first,
                        .tokens = work->bars[0].token,
                        .copy_distance = work->copy_distance,
                        .hide = hides ? work->hide : NULL};
}

void workspace_encode(Workspace *work) {
    for (int b = 0; b < work->sequences; b++) {
        int row = work->first[b], count = work->first[b + 1] - row;
        structure_source_distance(work->copy_distance + (size_t)row * BAR_SLOTS, work->bars + row, count);
    }
    ModelBatch batch = batch_of(work, false);
    model_read(work->model, work->acts, &batch);
    model_encode(work->model, work->acts, &batch);
}

void workspace_decode(Workspace *work, bool read, bool hides) {
    ModelBatch batch = batch_of(work, hides);
    if (read) model_read(work->model, work->acts, &batch);
    model_decode(work->model, work->acts, &batch, work->z);
}

void workspace_read(Workspace *work) {
    ModelBatch batch = batch_of(work, false);
    model_read(work->model, work->acts, &batch);
}

void workspace_decode_on(Workspace *work) {
    ModelBatch batch = batch_of(work, false);
    batch.past = work->past;
    batch.known = work->known;
    batch.place = work->place;
    model_decode(work->model, work->acts, &batch, work->z);
}
