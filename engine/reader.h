/* Reader: a model at work for one thread: its workspaces, and the latents of the bars that it read last.
 *
 * A window of bars that was read before, note for note, is not read again: most requests change one voice at most, and one
 * window of it. What is kept is bounded (READER_WINDOWS), the longest unused goes. Results are the same as without: reading is a
 * function of the bars of the window. The model is borrowed. */
#ifndef REFRAIN_ENGINE_READER_H
#define REFRAIN_ENGINE_READER_H

#include "engine/base/headway.h"
#include "engine/draw/drawer.h"
#include "engine/latent.h"
#include "engine/workspace.h"

enum {
    READER_WINDOWS = 128
}; /* 50 kB each, where windows are of 64 bars: two songs of 4 voices and 1,000 bars */

typedef struct {
    Bar *bars; /* (count), owned; null = free */
    Latent *latent;
    int count;
    uint64_t used; /* when */
} ReaderWindow;

typedef struct {
    Workspace work;
    int window;     /* bars that the model sees at once */
    Drawer *drawer; /* made when the first bar is drawn with the model's prior */
    ReaderWindow kept[READER_WINDOWS];
    Headway
        headway; /* hears of the call at hand, where it is a long one (compose_influence); nobody unless set */
    uint64_t uses, readings; /* windows asked for; those that had to be read */
} Reader;

Reader *reader_new(const Model *model, Error *err);
void reader_free(Reader *reader); /* null is allowed */

/* Posterior of at most `window` bars, z = mu. */
bool reader_encode(Reader *reader, Latent *out, const Bar *bars, int count, Error *err);
/* The same, always read, so that the encoder's activations are left in the workspace. */
bool reader_encode_window(Reader *reader, Latent *out, const Bar *bars, int count, Error *err);
/* The drawer of the prior that the model has; null: out of memory. */
Drawer *reader_drawer(Reader *reader, Error *err);
/* Latents of rows [row, row + count) of the last workspace_encode, z = mu. */
void reader_latents(Latent *out, const Workspace *work, int row, int count);

#endif
