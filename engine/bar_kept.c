#include <string.h>

#include "engine/bar.h"

/* A bar that is not there is one of rests. */
static BarSource source_of(const BarSequence *bars, int t) {
    return t < bars->count ? bar_to_source(&bars->bar[t], bars->octave_shift)
                           : (BarSource){.kind = RECIPE_NOTES};
}

static bool keep(Recipe *recipe, int t, const BarSource *source, Error *err) {
    if (t >= recipe->count)
        return error_set(err, "The result has %d bars, as many as the melody that gives its structure.",
                         recipe->count);
    if (recipe->bar[t].locked) return error_set(err, "Bar %d is locked: * unlocks it.", t + 1);
    recipe->bar[t] = *source;
    return true;
}

int bar_keep_changes(Recipe *recipe, const Timeline *timeline, const Track *before, const Track *after,
                     BarReport *report, Error *err) {
    BarSequence was = {0}, is = {0};
    int kept = 0;
    bool ok = bar_sequence_from_track(&was, timeline, before, NULL, err) &&
              bar_sequence_from_track(&is, timeline, after, report, err);
    for (int t = 0; ok && (t < was.count || t < is.count); t++) {
        const BarSource old = source_of(&was, t), new = source_of(&is, t);
        if (memcmp(old.step, new.step, sizeof old.step) == 0) continue;
        ok = keep(recipe, t, &new, err);
        kept++;
    }
    bar_sequence_deinit(&was);
    bar_sequence_deinit(&is);
    return ok ? kept : -1;
}
