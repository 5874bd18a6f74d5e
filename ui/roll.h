/* Roll: the piano roll: ground with scale, bars and beats, ghost notes, notes, selection, cursor, playhead, the
 * keyboard at the left and the ruler on top.
 *
 * Cells show one pitch, or two by half blocks. Where a note is followed at once by one of the same pitch its last cell is
 * cut short, so that a repetition can be told from a long note. In the result every note has the colour of its bar's
 * source. Drawing costs well under a millisecond. */
#ifndef REFRAIN_UI_ROLL_H
#define REFRAIN_UI_ROLL_H

#include "ui/geometry.h"
#include "ui/layout.h"
#include "ui/canvas.h"
#include "ui/view.h"

/* One pitch in one column, while a frame is drawn. */
typedef struct {
    uint8_t flags;
    uint8_t style;
} RollPixel;

/* Zeroed is empty; keeps its workspace between frames. */
typedef struct {
    RollPixel *pixels; /* (pitches, columns), the highest pitch first */
    int columns, pitches;
    size_t capacity;
} Roll;

void roll_deinit(Roll *roll);
/* geometry must lie within the canvas; the gutter left of it is drawn too. Also reports where the cursor's cell is. */
void roll_draw(Roll *roll, Canvas *canvas, const Geometry *geometry, const View *view, int *cursor_x,
               int *cursor_y);
void roll_draw_ruler(Canvas *canvas, Rect ruler, const Geometry *geometry, const View *view);

#endif
