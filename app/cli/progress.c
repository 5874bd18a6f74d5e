#include "app/cli/progress.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "app/cli/console.h"
#include "engine/base/clock.h"

enum {
    BAR_WIDTH = 20,
    PATIENCE_US = 1000 * 1000, /* before anything is shown */
    INTERVAL_US = 200 * 1000,
    LINE_SIZE = 512,
};

Progress progress_begin(const char *what, const char *unit, double first, double whole) {
    return (Progress){.what = what,
                      .unit = unit,
                      .first = first,
                      .whole = whole,
                      .started_us = clock_monotonic_us(),
                      .lively = console_is_lively()};
}

/* ---- the line ---- */

static size_t add_bar(char *line, size_t size, double share) {
    char bar[BAR_WIDTH + 1];
    const int full = (int)(share * BAR_WIDTH);
    for (int i = 0; i < BAR_WIDTH; i++) bar[i] = i < full ? '#' : '.';
    bar[BAR_WIDTH] = '\0';
    return (size_t)snprintf(line, size, "  [%s] %3d %%", bar, (int)(share * 100));
}

static size_t add_rate(char *line, size_t size, double rate, const char *unit) {
    return (size_t)snprintf(line, size, "  %.*f %s/s", rate < 10 ? 1 : 0, rate, unit);
}

static size_t add_time(char *line, size_t size, double seconds) {
    const long s = seconds < 1e8 ? lround(seconds) : 100000000;
    if (s >= 3600)
        return (size_t)snprintf(line, size, "  %ld:%02ld:%02ld left", s / 3600, s / 60 % 60, s % 60);
    return (size_t)snprintf(line, size, "  %ld:%02ld left", s / 60, s % 60);
}

void progress_line(char *line, size_t size, const Progress *progress, double done, double seconds,
                   const char *words, int columns) {
    const double moved = done - progress->first, rate = seconds > 0 ? moved / seconds : 0;
    size_t room = columns > 0 && (size_t)columns < size ? (size_t)columns : size; /* and its end */
    size_t used = (size_t)snprintf(line, room, "%s", progress->what);
    if (progress->whole > 0 && used < room)
        used += add_bar(line + used, room - used, fmin(1, fmax(0, done / progress->whole)));
    if (progress->unit && used < room) used += add_rate(line + used, room - used, rate, progress->unit);
    if (progress->whole > 0 && rate > 0 && used < room)
        used += add_time(line + used, room - used, fmax(0, progress->whole - done) / rate);
    if (words && used < room) snprintf(line + used, room - used, "  %s", words);
}

/* ---- showing it ---- */

void progress_show(Progress *progress, double done, const char *words) {
    if (!progress->lively) return;
    const int64_t now = clock_monotonic_us();
    if (now - progress->started_us < PATIENCE_US || now - progress->shown_us < INTERVAL_US) return;
    char line[LINE_SIZE];
    progress_line(line, sizeof line, progress, done, (double)(now - progress->started_us) * 1e-6, words,
                  console_columns());
    console_pass(line);
    progress->shown_us = now;
    progress->shown = true;
}

void progress_end(Progress *progress) {
    if (progress->shown) console_pass("");
    progress->lively = progress->shown = false;
}

static void hear(void *context, double share) {
    Progress *progress = context;
    progress_show(progress, progress->whole > 0 ? share * progress->whole : share, NULL);
}

Headway progress_headway(Progress *progress) {
    if (progress->whole <= 0) progress->whole = 1;
    return (Headway){hear, progress};
}
