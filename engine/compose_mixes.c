#include <math.h>

#include "engine/base/number.h"
#include "engine/compose_private.h"

enum { GRID = 64 }; /* mixes that are tried between the two ends */

/* Steps in which two melodies of equal bars differ. */
static int changed_steps(const BarSequence *a, const BarSequence *b) {
    int changed = 0;
    for (int t = 0; t < a->count; t++)
        for (int s = 0; s < BAR_STEPS; s++) changed += a->bar[t].token[s] != b->bar[t].token[s];
    return changed;
}

/* The places of the grid at which other notes come out than at the one before, and how many steps have changed till there. */
typedef struct {
    int place[GRID + 1], changed[GRID + 1], count;
} Heard;

static bool listen(Reader *reader, Heard *heard, const BarSequence *a, const BarSequence *b,
                   atomic_bool *cancel, Error *err) {
    BarSequence last = {0}, next = {0};
    bool ok = compose_blend(reader, &last, a, b, 0, cancel, err);
    *heard = (Heard){.count = 1};
    for (int i = 1, all = 0; ok && i <= GRID; i++) {
        ok = compose_blend(reader, &next, a, b, (float)i / GRID, cancel, err);
        const int changed = ok ? changed_steps(&last, &next) : 0;
        if (changed == 0) continue;
        heard->place[heard->count] = i;
        heard->changed[heard->count++] = all += changed;
        const BarSequence kept = last;
        last = next;
        next = kept;
    }
    bar_sequence_deinit(&last);
    bar_sequence_deinit(&next);
    return ok;
}

/* Of the places from..end that one whose share of all changes is nearest to `target`. */
static int nearest(const Heard *heard, int from, int end, double target) {
    int best = from;
    for (int i = from + 1; i <= end; i++)
        if (fabs(heard->changed[i] - target) < fabs(heard->changed[best] - target)) best = i;
    return best;
}

bool compose_blend_mixes(Reader *reader, float *mix, int count, const BarSequence *a, const BarSequence *b,
                         atomic_bool *cancel, Error *err) {
    Heard heard;
    if (!listen(reader, &heard, a, b, cancel, err)) return false;
    const int all = heard.changed[heard.count - 1], last = heard.count - 1;
    mix[0] = 0;
    mix[count - 1] = 1;
    for (int k = 1, at = 0; k < count - 1; k++) {
        const int left = count - 1 - k; /* that are still to be told from each other */
        const int end = number_max(last - left, number_min(at + 1, last));
        at = nearest(&heard, number_min(at + 1, end), end, (double)all * k / (count - 1));
        mix[k] = (float)heard.place[at] / GRID;
    }
    return true;
}
