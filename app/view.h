/* View: gathers what one frame of the screen needs from the studio. */
#ifndef REFRAIN_APP_VIEW_H
#define REFRAIN_APP_VIEW_H

#include "app/studio/studio.h"
#include "ui/ui.h"

enum { VIEW_WRITTEN_SIZE = 4096 };

/* A View and the texts that it points at. */
typedef struct {
    View view;
    char fit[32];
    char file[TRACK_NAME_SIZE];
    char written[VIEW_WRITTEN_SIZE];
} ViewFrame;

/* Borrows from the studio until its next change. */
const View *view_build(ViewFrame *frame, const Studio *studio);

#endif
