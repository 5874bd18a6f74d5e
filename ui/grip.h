/* Grip: a note that the mouse holds: by its end, to lengthen it, or anywhere else, to move it. What it would become is shown while
 * it is dragged, and becomes a command when it is let go. Zeroed = nothing is held. */
#ifndef REFRAIN_UI_GRIP_H
#define REFRAIN_UI_GRIP_H

#include "ui/command.h"
#include "ui/geometry.h"
#include "ui/view.h"

typedef struct {
    bool holds, by_end;
    Note note, now;     /* as it is, as it would be */
    int32_t press_tick; /* where it was taken */
    int press_y;
    Track preview; /* the melody with the note as it would be; owned */
} Grip;

void grip_deinit(Grip *grip);
/* Takes the note at tick and pitch, the cell (x, y); false when there is none. */
bool grip_take(Grip *grip, const View *view, const Geometry *geometry, int32_t tick, int pitch, int x, int y);
/* The mouse is at tick now, in row y. */
void grip_drag(Grip *grip, const View *view, const Geometry *geometry, int32_t tick, int y);
/* What to show in front; null where the note is not held or would be as it is. */
const Track *grip_preview(Grip *grip, const View *view);
/* Lets go; true with the command when the note is to become another one. */
bool grip_release(Grip *grip, Command *command);

#endif
