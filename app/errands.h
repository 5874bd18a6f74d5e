/* Errands: slow work outside (opening a sound device, rendering a file) on short-lived threads, so that the loop never
 * waits.
 *
 * An errand's work runs on its own thread and touches only its data; its done runs on the UI thread, inside
 * errands_collect, and frees the data. At most ERRANDS_MAX run at once. */
#ifndef REFRAIN_APP_ERRANDS_H
#define REFRAIN_APP_ERRANDS_H

#include "engine/base/error.h"

enum { ERRANDS_MAX = 8 };

typedef struct Errands Errands;

typedef struct {
    void (*work)(void *data);
    void (*done)(void *data, void *owner); /* owner as given to collect or free */
    void *data;
} Errand;

Errands *errands_new(Error *err);
/* Waits for all that run and gives them to their done with this owner. Null is allowed. */
void errands_free(Errands *errands, void *owner);
/* On failure the errand was not taken: neither work nor done will be called. */
bool errands_start(Errands *errands, Errand errand, Error *err);
int errands_wake_fd(const Errands *errands); /* readable when errands_collect has something to do */
void errands_collect(Errands *errands, void *owner);

#endif
