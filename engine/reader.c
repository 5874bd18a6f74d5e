#include "engine/reader.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

Reader *reader_new(const Model *model, Error *err) {
    if (!workspace_check_model(model, err)) return NULL;
    Reader *reader = calloc(1, sizeof *reader);
    if (!reader) {
        error_memory(err, "the workspaces of the model");
        return NULL;
    }
    reader->work.model = model;
    reader->window = workspace_window(model);
    return reader;
}

static void forget(ReaderWindow *kept) {
    free(kept->bars);
    free(kept->latent);
    *kept = (ReaderWindow){0};
}

void reader_free(Reader *reader) {
    if (!reader) return;
    workspace_deinit(&reader->work);
    drawer_free(reader->drawer);
    for (int i = 0; i < READER_WINDOWS; i++) forget(&reader->kept[i]);
    free(reader);
}

Drawer *reader_drawer(Reader *reader, Error *err) {
    if (!reader->drawer) reader->drawer = drawer_new(model_prior(reader->work.model), err);
    return reader->drawer;
}

void reader_latents(Latent *out, const Workspace *work, int row, int count) {
    const float *mu = acts_mu(work->acts) + (size_t)row * LATENT_SIZE;
    const float *logvar = acts_logvar(work->acts) + (size_t)row * LATENT_SIZE;
    for (int t = 0; t < count; t++) {
        memcpy(out[t].mu, mu + (size_t)t * LATENT_SIZE, sizeof out[t].mu);
        memcpy(out[t].logvar, logvar + (size_t)t * LATENT_SIZE, sizeof out[t].logvar);
        memcpy(out[t].z, out[t].mu, sizeof out[t].z);
        out[t].interval = work->interval[row + t];
        out[t].scale = work->scale[row + t];
    }
}

static ReaderWindow *find(Reader *reader, const Bar *bars, int count) {
    for (int i = 0; i < READER_WINDOWS; i++) {
        ReaderWindow *kept = &reader->kept[i];
        if (kept->count == count && memcmp(kept->bars, bars, (size_t)count * sizeof *bars) == 0) return kept;
    }
    return NULL;
}

/* In the place of the longest unused one. */
static bool keep(Reader *reader, const Bar *bars, const Latent *latent, int count, Error *err) {
    ReaderWindow *oldest = &reader->kept[0];
    for (int i = 1; i < READER_WINDOWS; i++)
        if (reader->kept[i].used < oldest->used) oldest = &reader->kept[i];
    forget(oldest);
    ReaderWindow window = {malloc((size_t)count * sizeof *bars), malloc((size_t)count * sizeof *latent),
                           count, reader->uses};
    if (!window.bars || !window.latent) {
        forget(&window);
        return error_memory(err, "what the model has read");
    }
    memcpy(window.bars, bars, (size_t)count * sizeof *bars);
    memcpy(window.latent, latent, (size_t)count * sizeof *latent);
    *oldest = window;
    return true;
}

bool reader_encode_window(Reader *reader, Latent *out, const Bar *bars, int count, Error *err) {
    assert(count > 0 && count <= reader->window);
    if (!workspace_begin(&reader->work, 1, count, count, err)) return false;
    workspace_add(&reader->work, bars, count);
    workspace_encode(&reader->work);
    reader_latents(out, &reader->work, 0, count);
    reader->uses++;
    reader->readings++;
    return find(reader, bars, count) || keep(reader, bars, out, count, err);
}

bool reader_encode(Reader *reader, Latent *out, const Bar *bars, int count, Error *err) {
    ReaderWindow *kept = find(reader, bars, count);
    if (!kept) return reader_encode_window(reader, out, bars, count, err);
    kept->used = ++reader->uses;
    memcpy(out, kept->latent, (size_t)count * sizeof *out);
    return true;
}
