/* Geometry: pure arithmetic between music and cells: tick <-> column, pitch <-> row, scrolling, zooming.
 *
 * A Geometry is a window of `width` columns and `height` rows onto the roll. One column is column_ticks long. A row is one
 * pitch, or two when halves is set; rows grow downwards, pitches upwards. Plain data, no failure. */
#ifndef REFRAIN_UI_GEOMETRY_H
#define REFRAIN_UI_GEOMETRY_H

#include <stdbool.h>
#include <stdint.h>

enum { GEOMETRY_DIVISION = 480 }; /* of zoom levels */

typedef struct {
    int x, y, width, height; /* where the grid of pitches lies on the canvas */
    int32_t left_tick;       /* the first column begins here, >= 0 */
    int32_t column_ticks;    /* >= 1 */
    int top_pitch;           /* the upper pitch of the first row, 0..127 */
    bool halves;             /* two pitches a row */
} Geometry;

int geometry_column(const Geometry *geometry, int32_t tick); /* canvas column, may lie outside */
int32_t geometry_tick(const Geometry *geometry, int column); /* where a canvas column begins */
int32_t geometry_end_tick(const Geometry *geometry);         /* the first tick that is not seen */
bool geometry_sees_column(const Geometry *geometry, int column);

int geometry_pitches(const Geometry *geometry);        /* how many pitches are seen */
int geometry_row(const Geometry *geometry, int pitch); /* canvas row, may lie outside */
int geometry_pitch(const Geometry *geometry, int row); /* the (upper) pitch of a canvas row */
bool geometry_sees_pitch(const Geometry *geometry, int pitch);

/* Scrolls as little as needed, by whole pages of page_ticks, so that tick is seen with a page around it where there is
 * room for that. */
void geometry_reveal_tick(Geometry *geometry, int32_t tick, int32_t page_ticks);
/* Scrolls up or down so that pitch is seen, `margin` pitches from the edge where possible; stays within 0..127. */
void geometry_reveal_pitch(Geometry *geometry, int pitch, int margin);
void geometry_centre_pitch(Geometry *geometry, int low, int high);
/* The next zoom level above or below, in ticks a column, of GEOMETRY_DIVISION ticks a quarter. */
int32_t geometry_zoom(int32_t column_ticks, int direction);
/* A zoom level in the ticks of another division; at least 1. */
int32_t geometry_scaled(int32_t column_ticks, int division);

#endif
