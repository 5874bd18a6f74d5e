/* Progress: a bar on stderr that says how far the work at hand has come, how fast it goes and how long it will take:
 *
 *   drawing  [########............]  42 %  12.3 pieces/s  0:12 left
 *
 * It comes after a second, so that short work stays silent, is written anew a few times a second, and goes away at the end.
 * Nothing is shown where stderr is no terminal that can do this, or with --quiet. One thread; one Progress at a time. */
#ifndef REFRAIN_APP_CLI_PROGRESS_H
#define REFRAIN_APP_CLI_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/base/headway.h"

/* How far work is, in units of its own: files, steps, seconds. A zeroed one is at the beginning of work of unknown length. */
typedef struct {
    const char *what; /* a word for the work; borrowed, as is unit */
    const char *unit; /* for the rate; null: none is told */
    double whole;     /* units of all the work; 0: not known */
    double first;     /* units that were done before (a run that is resumed) */
    int64_t started_us, shown_us;
    bool lively; /* there is somebody to show it to */
    bool shown;
} Progress;

Progress progress_begin(const char *what, const char *unit, double first, double whole);
/* words (may be null) stand behind the bar, as far as there is room. */
void progress_show(Progress *progress, double done, const char *words);
void progress_end(Progress *progress);
/* Shows shares of whole, which is taken to be 1 where it is not known. The progress is borrowed. */
Headway progress_headway(Progress *progress);

/* The line for `columns` columns after so many seconds; what progress_show writes. */
void progress_line(char *line, size_t size, const Progress *progress, double done, double seconds,
                   const char *words, int columns);

#endif
