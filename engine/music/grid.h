/* Grid: how time is divided for the hand that edits: where the cursor steps, what notes snap to.
 *
 * `parts` lines in `quarters` quarters. Musicians name it by the lines in a whole note: 16 are sixteenths, 12 eighth triplets, 24
 * sixteenth triplets, 6 quarter triplets. In compound meters the same parts make three halves as many of the dotted beat: 6
 * sixteenths. It is the editor's and nothing else's: the model has its own steps (engine/bar.h), and opening a file rounds nothing.
 *
 * Lines are counted from each bar line, so that they stay right in every meter, behind a pickup, and where the division cannot
 * be divided evenly (the k-th line is rounded once, errors do not add up). Plain data; a zeroed Grid has 4 parts of one quarter.
 * Ticks before 0 read as 0. */
#ifndef REFRAIN_ENGINE_MUSIC_GRID_H
#define REFRAIN_ENGINE_MUSIC_GRID_H

#include "engine/music/timeline.h"

enum { GRID_PARTS = 4, GRID_LINES_MAX = 64 };

typedef struct {
    uint8_t parts;    /* 1 .. GRID_LINES_MAX; 0 = GRID_PARTS */
    uint8_t quarters; /* 1, 2 or 4; 0 = 1 */
} Grid;

Grid grid_of(int lines);                    /* that many in a whole note, 1 .. GRID_LINES_MAX */
int grid_lines(Grid grid);                  /* the inverse: 16 of a zeroed one */
int32_t grid_step(Grid grid, int division); /* ticks between two lines, rounded, at least 1 */

int32_t grid_floor(Grid grid, const Timeline *timeline, int32_t tick);   /* the line at or before tick */
int32_t grid_nearest(Grid grid, const Timeline *timeline, int32_t tick); /* halfway goes to the later one */
/* `steps` lines on from tick, or back; the first step from between two lines goes to the next line in that direction. */
int32_t grid_move(Grid grid, const Timeline *timeline, int32_t tick, int steps);

#endif
