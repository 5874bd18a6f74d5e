/* Errands: slow work outside (saving, journal, rendering, opening a sound device) on short-lived threads, so that the loop never
 * waits.
 *
 * An errand's work runs on its own thread and touches only its data; its done runs on the UI thread, inside
 * errands_collect, and frees the data. At most ERRANDS_MAX run at once. Who cancels one asks its work to end early: done is
 * called all the same, and finds in its data how far the work came. All functions belong to the UI thread; where there are no
 * Errands (null) work is done at once. */
#ifndef REFRAIN_APP_STUDIO_ERRANDS_H
#define REFRAIN_APP_STUDIO_ERRANDS_H

#include <stdatomic.h>

#include "engine/base/error.h"

enum { ERRANDS_MAX = 8 };

typedef struct Errands Errands;

typedef struct {
    void (*work)(void *data, const atomic_bool *cancelled); /* looks at cancelled as often as it can stop */
    void (*done)(void *data);
    void *data;
} Errand;

Errands *errands_new(Error *err);
/* Waits for all that run and calls their done. Null is allowed. */
void errands_free(Errands *errands);
/* Starts it in the background. On failure it was not taken: neither work nor done will be called. */
bool errands_start(Errands *errands, Errand errand, Error *err);
/* The same for work that has to be done in any case: where it cannot be started it is over when this returns. */
void errands_do(Errands *errands, Errand errand);
/* All that run are to end early, as far as they can. */
void errands_cancel(Errands *errands);
/* Waits for all that run and calls their done: for the end of the program. */
void errands_finish(Errands *errands);
int errands_wake_fd(const Errands *errands); /* readable when errands_collect has something to do */
void errands_collect(Errands *errands);

#endif
