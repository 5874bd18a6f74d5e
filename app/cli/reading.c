#include "app/cli/reading.h"

#include <stdio.h>
#include <stdlib.h>

/* A kind of change: how often it was made, and the words before the number, and behind one and more. */
typedef struct {
    int count;
    const char *before, *one, *more;
} Kind;

bool reading_words(const BarReport *report, int index, char *out, size_t size) {
    const int shift = report->octave_shift;
    const char *late =
        report->offset > 0 ? " ticks behind the grid, read on it" : " ticks before the grid, read on it";
    const Kind kinds[] = {
        {abs(report->offset), "all notes stand ", late, late},
        {report->quantised, "", " note beside the grid, read on it", " notes beside the grid, read on it"},
        {report->dropped, "", " note under a higher one, not read", " notes under a higher one, not read"},
        {report->graces, "", " grace note too short for the grid, not read; its main note is",
         " grace notes too short for the grid, not read; their main notes are"},
        {report->fast, "", " note too fast for the grid, not read", " notes too fast for the grid, not read"},
        {abs(shift), "read ", "",
         shift > 0 ? " semitones higher, where the model's range is"
                   : " semitones lower, where the model's range is"},
        {report->folded, "", " note out of the model's range, moved by octaves",
         " notes out of the model's range, moved by octaves"},
        {report->held > 1 ? report->held : 0, "short bars are read ", "", " at a time"},
        {report->parts > 1 ? report->parts : 0, "a long bar is read as ", "", " parts"},
    };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        const Kind *kind = &kinds[i];
        if (kind->count == 0 || index-- > 0) continue;
        snprintf(out, size, "%s%d%s", kind->before, kind->count, kind->count == 1 ? kind->one : kind->more);
        return true;
    }
    return false;
}
