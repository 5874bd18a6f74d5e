#include "engine/workspace.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "engine/analysis.h"
#include "engine/base/number.h"
#include "engine/draw/drawer.h"
#include "engine/latent.h"
#include "engine/nn/checkpoint.h"
#include "engine/nn/past.h"
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
    return !model_prior(model) || drawer_fits(model_prior(model), err);
}

Model *workspace_load_model(const char *path, Error *err) {
    Model *model = checkpoint_load(path, err);
    if (!model) return NULL;
    const int tokens = model_config(model)->tokens;
    if ((tokens >= BAR_TOKENS || model_widen(model, BAR_TOKENS, err)) && workspace_check_model(model, err))
        return model;
    model_free(model);
    return NULL;
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
    free(work->interval);
    free(work->scale);
    free(work->moved);
    free(work->seen);
    free(work->told_scale);
    free(work->hide);
    free(work->known);
    free(work->place);
    work->first = work->hide = work->known = NULL;
    work->place = NULL;
    work->bars = NULL;
    work->copy_distance = NULL;
    work->z = NULL;
    work->interval = work->scale = work->moved = NULL;
    work->seen = NULL;
    work->told_scale = NULL;
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
    work->interval = calloc(row_room, 1);
    work->scale = calloc(row_room, 1);
    work->moved = calloc(row_room, BAR_SLOTS);
    work->told_scale = calloc(room, 1);
    work->seen = calloc(room, sizeof *work->seen);
    work->hide = calloc(row_room, sizeof *work->hide);
    work->known = calloc(room, sizeof *work->known);
    work->place = calloc(room, sizeof *work->place);
    if (!work->first || !work->bars || !work->copy_distance || !work->z || !work->hide || !work->known ||
        !work->place || !work->interval || !work->scale || !work->moved || !work->seen || !work->told_scale) {
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
    memset(work->interval + row, 0, (size_t)count);
    memset(work->scale + row, 0, (size_t)count);
    work->told_scale[work->sequences] = -1;
    work->first[work->sequences++] = row;
    work->rows += count;
    work->first[work->sequences] = work->rows;
    return row;
}

int workspace_add(Workspace *work, const Bar *bars, int count) {
    assert(count <= work->acts_bars);
    int row = add_rows(work, count);
    memcpy(work->bars + row, bars, (size_t)count * sizeof *bars);
    work->seen[work->sequences - 1] = work->bars + row;
    return row;
}

int workspace_add_rows(Workspace *work, const Bar *bars, const int *place, int known, int end) {
    assert(known >= 0 && end <= work->acts_bars);
    int row = add_rows(work, end - known);
    work->known[work->sequences - 1] = known;
    work->place[work->sequences - 1] = place;
    work->seen[work->sequences - 1] = bars;
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

static int sequence_of(const Workspace *work, int row) {
    int low = 0, high = work->sequences;
    while (high - low > 1) {
        const int middle = (low + high) / 2;
        if (work->first[middle] <= row)
            low = middle;
        else
            high = middle;
    }
    return low;
}

/* A ModelMove: the slot of the earlier bar, moved by the row's symbol. */
static void move_slot(void *context, int row, int slot, int bar, uint8_t *tokens) {
    const Workspace *work = context;
    const uint8_t *from = work->seen[sequence_of(work, row)][bar].token + slot * BAR_SLOT_STEPS;
    for (int s = 0; s < BAR_SLOT_STEPS; s++)
        tokens[s] = (uint8_t)interval_move_within(work->scale[row], work->interval[row], from[s]);
}

/* What decoding is told beside the batch. */
static void tell_moves(Workspace *work, ModelBatch *batch) {
    for (int row = 0; row < work->rows; row++)
        memset(work->moved + (size_t)row * BAR_SLOTS, work->interval[row] != INTERVAL_NONE, BAR_SLOTS);
    batch->moved = work->moved;
    batch->move = move_slot;
    batch->move_context = work;
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
        const int scale =
            work->told_scale[b] >= 0 ? work->told_scale[b] : interval_find_scale(work->bars + row, count);
        Structure structure;
        structure_read(&structure, work->bars + row, count, scale);
        memcpy(work->copy_distance + (size_t)row * BAR_SLOTS, structure.distance, (size_t)count * BAR_SLOTS);
        memcpy(work->interval + row, structure.interval, (size_t)count);
        memset(work->scale + row, structure.scale, (size_t)count);
    }
    ModelBatch batch = batch_of(work, false);
    model_read(work->model, work->acts, &batch);
    model_encode(work->model, work->acts, &batch);
}

void workspace_decode(Workspace *work, bool read, bool hides) {
    ModelBatch batch = batch_of(work, hides);
    tell_moves(work, &batch);
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
    tell_moves(work, &batch);
    model_decode(work->model, work->acts, &batch, work->z);
}
