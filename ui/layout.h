/* Layout: where each window stands on a canvas of a given size; pure.
 *
 * Top to bottom: the versions, the ruler, the roll (or the matrix in its place, where there is no room for both side by
 * side), the lanes, the status line, the message or the prompt, the hints. The least size is 40x10. */
#ifndef REFRAIN_UI_LAYOUT_H
#define REFRAIN_UI_LAYOUT_H

#include <stdbool.h>

enum {
    LAYOUT_GUTTER = 6, /* columns left of roll and lanes: pitch names, lane labels */
    LAYOUT_WIDTH_MIN = 40,
    LAYOUT_HEIGHT_MIN = 10,
};

typedef enum { LANE_FORM, LANE_SOURCE, LANE_COST, LANE_REFERENCE, LANE_ARC, LANES } Lane;

typedef struct {
    int x, y, width, height; /* height or width 0: not shown */
} Rect;

typedef struct {
    bool too_small;
    Rect tabs, ruler, roll, lanes, matrix, status, message, hints;
    Rect middle;     /* everything between tabs and status, for the help, the file list and the like */
    int lane[LANES]; /* rows of each lane, in order; they add up to lanes.height */
} Layout;

/* matrix_width: the columns that the matrix would like, 0 when it is closed. */
Layout layout_make(int width, int height, bool lanes, int matrix_width);
bool layout_has(Rect rect, int x, int y);

#endif
