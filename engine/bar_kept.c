#include <stdlib.h>
#include <string.h>

#include "engine/bar.h"
#include "engine/music/grid.h"

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

/* ---- a result that is taken over ---- */

typedef struct {
    const Timeline *timeline;
    bool *kept; /* (count) is this bar the written one? */
    int count;
} Written;

/* The bar that a note is read in: one that begins a little early belongs to the next. */
static bool is_kept(const Written *written, int32_t start) {
    int bar = grouping_bar_at(written->timeline, grid_nearest((Grid){0}, written->timeline, start));
    return bar < written->count && written->kept[bar];
}

/* A written note goes no further into a bar that is another one than the result's does. */
static Note clip(const Written *written, const Track *result, Note note) {
    int bar = grouping_bar_at(written->timeline, grid_nearest((Grid){0}, written->timeline, note.start));
    for (; bar + 1 < written->count && written->kept[bar + 1]; bar++) {
    }
    const GroupingBar last = grouping_bar(written->timeline, bar);
    const int32_t line = last.start + last.ticks;
    if (note.start + note.length <= line) return note;
    int over = track_find(result, line - 1, note.pitch);
    int32_t end = over >= 0 ? result->notes[over].start + result->notes[over].length : line;
    if (end < line) end = line;
    if (note.start + note.length > end) note.length = end - note.start;
    return note;
}

static bool merge(Track *out, const Written *written, const Track *result, const Track *source, Error *err) {
    for (int i = 0; i < result->count; i++)
        if (!is_kept(written, result->notes[i].start) && track_insert(out, result->notes[i], err) < 0)
            return false;
    for (int i = 0; i < source->count; i++)
        if (is_kept(written, source->notes[i].start) &&
            track_insert(out, clip(written, result, source->notes[i]), err) < 0)
            return false;
    return true;
}

static bool find_kept(Written *found, const BarSequence *result, const BarSequence *source,
                      const Recipe *recipe, RecipeKind own) {
    found->count = result->count < source->count ? result->count : source->count;
    if (found->count > recipe->count) found->count = recipe->count;
    found->kept = calloc((size_t)found->count + 1, sizeof *found->kept);
    for (int t = 0; found->kept && t < found->count; t++) {
        const BarSource *from = &recipe->bar[t], a = bar_to_source(&result->bar[t], result->octave_shift),
                        b = bar_to_source(&source->bar[t], source->octave_shift);
        found->kept[t] =
            from->kind == own && source_bar(from, t) == t && !memcmp(a.step, b.step, sizeof a.step);
    }
    return found->kept != NULL;
}

bool bar_keep_written(Track *result, const Timeline *timeline, const Track *written, const Recipe *recipe,
                      RecipeKind own, Error *err) {
    BarSequence is = {0}, was = {0};
    Written found = {.timeline = timeline};
    Track next = {0};
    bool ok = bar_sequence_from_track(&is, timeline, result, NULL, err) &&
              bar_sequence_from_track(&was, timeline, written, NULL, err) &&
              (find_kept(&found, &is, &was, recipe, own) || error_memory(err, "the bars that stay")) &&
              merge(&next, &found, result, written, err);
    if (ok) track_take_notes(result, &next);
    track_deinit(&next);
    free(found.kept);
    bar_sequence_deinit(&is);
    bar_sequence_deinit(&was);
    return ok;
}
