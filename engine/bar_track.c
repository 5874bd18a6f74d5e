#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/bar.h"

enum {
    DECODED_VELOCITY = 80,
    BAR_QUARTERS_MAX = 34952, /* of a decoded track: over 8,000 bars of 4/4 */
    THIRDS = 3,
};

/* ---- where steps lie in time ---- */

/* The steps of all bars are numbered through. A slot that is a triplet has three steps, a third of a quarter each, and its marker
 * takes the number of the fourth. */
typedef struct {
    int division, count;
    int32_t offset;    /* ticks by which all notes stand behind (or before) the grid */
    GroupingBar *bar;  /* (count) owned */
    int *first;        /* (count + 1) the number of each bar's first step; owned */
    uint8_t *triplets; /* (count) bit b: slot b is a triplet; owned */
} StepGrid;

static void grid_deinit(StepGrid *grid) {
    free(grid->bar);
    free(grid->first);
    free(grid->triplets);
    *grid = (StepGrid){0};
}

static bool grid_init(StepGrid *grid, const Timeline *timeline, int count, Error *err) {
    const size_t n = (size_t)count;
    *grid = (StepGrid){.division = timeline_division(timeline), .count = count};
    grid->bar = calloc(n, sizeof *grid->bar);
    grid->first = calloc(n + 1, sizeof *grid->first);
    grid->triplets = calloc(n, 1);
    if (!grid->bar || !grid->first || !grid->triplets) {
        grid_deinit(grid);
        return error_memory(err, "the bars of this melody");
    }
    for (int t = 0; t < count; t++) {
        grid->bar[t] = grouping_bar(timeline, t);
        grid->first[t + 1] = grid->first[t] + grid->bar[t].steps;
    }
    return true;
}

static bool is_triplet(const StepGrid *grid, int t, int slot) {
    return slot < BAR_SLOTS && grid->triplets[t] >> slot & 1;
}

static bool is_marker(const StepGrid *grid, int t, int s) {
    return s % BAR_SLOT_STEPS == BAR_SLOT_STEPS - 1 && is_triplet(grid, t, s / BAR_SLOT_STEPS);
}

/* The last bar that begins at or before the tick (by start) or the step (by first). */
static int bar_of_tick(const StepGrid *grid, int32_t tick) {
    int low = 0, high = grid->count;
    while (high - low > 1) {
        const int middle = (low + high) / 2;
        *(grid->bar[middle].start <= tick ? &low : &high) = middle;
    }
    return low;
}

static int bar_of_step(const StepGrid *grid, int step) {
    int low = 0, high = grid->count;
    while (high - low > 1) {
        const int middle = (low + high) / 2;
        *(grid->first[middle] <= step ? &low : &high) = middle;
    }
    return low;
}

/* The nearest step to a note's begin or end. */
static int step_of(const StepGrid *grid, int32_t note_tick) {
    const int32_t tick = note_tick > grid->offset ? note_tick - grid->offset : 0;
    const int t = bar_of_tick(grid, tick), slot_ticks = grid->division;
    const int64_t off = tick - grid->bar[t].start;
    const int slot = (int)(off / slot_ticks);
    int64_t step = (BAR_SLOT_STEPS * off + slot_ticks / 2) / slot_ticks;
    if (is_triplet(grid, t, slot)) {
        const int64_t third = (THIRDS * (off - (int64_t)slot * slot_ticks) + slot_ticks / 2) / slot_ticks;
        step = BAR_SLOT_STEPS * slot + (third == THIRDS ? BAR_SLOT_STEPS : third);
    }
    return grid->first[t] + (int)(step < grid->bar[t].steps ? step : grid->bar[t].steps);
}

static int32_t tick_of(const StepGrid *grid, int step) {
    const int t = bar_of_step(grid, step), s = step - grid->first[t], slot = s / BAR_SLOT_STEPS;
    if (s >= grid->bar[t].steps) return grid->bar[t].start + grid->bar[t].ticks;
    if (!is_triplet(grid, t, slot))
        return grid->bar[t].start + (int32_t)((int64_t)s * grid->division / BAR_SLOT_STEPS);
    return grid->bar[t].start + slot * grid->division + s % BAR_SLOT_STEPS * grid->division / THIRDS;
}

/* ---- triplets ---- */

/* Ticks by which all notes stand behind the grid of sixteenths, as recordings that begin a little late do; 0 where they do not
 * agree on it, or it is too little to matter. Phases within a sixteenth are averaged as angles: e^(i 2 pi start / sixteenth). */
static int32_t find_offset(const Track *track, int division) {
    enum { NOTES_MIN = 8, LEAST_PART = 64 };
    const double agreed = 0.9, sixteenth = (double)division / BAR_SLOT_STEPS, turn = 2 * acos(-1.0);
    double x = 0, y = 0;
    for (int i = 0; i < track->count; i++) {
        const double angle = turn * fmod(track->notes[i].start, sixteenth) / sixteenth;
        x += cos(angle);
        y += sin(angle);
    }
    if (track->count < NOTES_MIN || hypot(x, y) < agreed * track->count) return 0;
    const int32_t offset = (int32_t)lround(atan2(y, x) / turn * sixteenth);
    return LEAST_PART * abs(offset) >= division ? offset : 0;
}

static int distance_to(int64_t off, int parts, int division) {
    const int64_t scaled = parts * off, nearest = (scaled + division / 2) / division * division;
    return (int)(llabs(scaled - nearest) / parts);
}

/* Do the notes that begin in this beat lie on thirds rather than on sixteenths? */
static bool lies_on_thirds(const Track *track, int from, int32_t start, int division) {
    int sixteenths = 0, thirds = 0;
    bool between = false;
    for (int i = from; i < track->count && track->notes[i].start < start + division; i++) {
        const int off = track->notes[i].start - start, away = distance_to(off, THIRDS, division);
        if (away > division / 12) return false;
        sixteenths += distance_to(off, BAR_SLOT_STEPS, division);
        thirds += away;
        const int nearest = (THIRDS * off + division / 2) / division;
        between |= nearest == 1 || nearest == 2;
    }
    return between && 2 * thirds < sixteenths;
}

static void find_triplets(StepGrid *grid, const Track *track) {
    for (int t = 0; t < grid->count; t++) {
        const GroupingBar *bar = &grid->bar[t];
        for (int slot = 0; bar->beats && (slot + 1) * BAR_SLOT_STEPS <= bar->steps; slot++) {
            const int32_t start = bar->start + slot * grid->division + grid->offset;
            const int from = track_next(track, start);
            if (from >= 0 && lies_on_thirds(track, from, start, grid->division))
                grid->triplets[t] |= (uint8_t)(1 << slot);
        }
    }
}

/* ---- track -> bars ---- */

/* Of notes that follow one another within one step only the longest can be read, the last of equals: a grace note gives way to
 * its main note. left_out[track->count]. Notes that sound together are not meant: there the higher one counts. */
static void leave_out_fast(bool *left_out, const Track *track, const StepGrid *grid, BarReport *report) {
    for (int i = 0; i < track->count; i++) {
        const Note *note = &track->notes[i];
        const int step = step_of(grid, note->start);
        for (int j = i - 1; j >= 0 && step_of(grid, track->notes[j].start) == step; j--) {
            const Note *before = &track->notes[j];
            if (left_out[j] || before->start == note->start ||
                before->start + before->length > note->start + grid->division / (4 * BAR_SLOT_STEPS))
                continue;
            const bool later = before->length > note->length; /* goes */
            const int32_t gone = later ? note->length : before->length,
                          main = later ? before->length : note->length;
            left_out[later ? i : j] = true;
            *(2 * gone <= main ? &report->graces : &report->fast) += 1;
            if (later) break;
        }
    }
}

/* Starts and ends (not lengths: an end belongs to its own place in the bar) as steps; a note keeps at least one. Counts the
 * notes that were off the grid. line is made of steps. */
static bool quantise(Track *line, const Track *track, const StepGrid *grid, BarReport *report, Error *err) {
    bool *left_out = calloc((size_t)track->count + 1, sizeof *left_out);
    if (!left_out) return error_memory(err, "the notes of this melody");
    leave_out_fast(left_out, track, grid, report);
    bool ok = true;
    for (int i = 0; ok && i < track->count; i++) {
        if (left_out[i]) continue;
        Note note = track->notes[i];
        const int32_t end = note.start + note.length;
        const int first = step_of(grid, note.start), last = step_of(grid, end);
        report->quantised +=
            tick_of(grid, first) != note.start - grid->offset || tick_of(grid, last) != end - grid->offset;
        note.start = first;
        note.length = last > first ? last - first : 1;
        ok = track_insert(line, note, err) >= 0;
    }
    free(left_out);
    return ok;
}

static int octave_shift(const Track *line) {
    int notes[BAR_MIDI_PITCHES] = {0};
    for (int i = 0; i < line->count; i++) notes[line->notes[i].pitch]++;
    return bar_octave_shift(notes);
}

/* Onsets that a higher note does not cover: what a reading could keep at best. A note that ends within half a sixteenth after
 * the onset covers nothing. */
static int count_top_line(const Track *track, int division) {
    int count = 0, until[BAR_MIDI_PITCHES] = {0};
    for (int i = 0; i < track->count; i++) {
        const Note *note = &track->notes[i];
        const bool top = i + 1 == track->count || track->notes[i + 1].start != note->start;
        bool covered = false;
        for (int pitch = note->pitch + 1; pitch < BAR_MIDI_PITCHES; pitch++)
            covered |= until[pitch] > note->start + division / 8;
        count += top && !covered;
        if (note->start + note->length > until[note->pitch]) until[note->pitch] = note->start + note->length;
    }
    return count;
}

static void write_bar_lengths(BarSequence *out, const StepGrid *grid) {
    for (int t = 0; t < out->count; t++) {
        bar_set_steps(&out->bar[t], grid->bar[t].steps);
        for (int slot = 0; slot < BAR_SLOTS; slot++)
            if (is_triplet(grid, t, slot))
                out->bar[t].token[slot * BAR_SLOT_STEPS + BAR_SLOT_STEPS - 1] = BAR_TRIPLET;
    }
}

/* The line is monophonic and made of steps, the bars are rests and long enough. */
static void write_tokens(BarSequence *out, const Track *line, const StepGrid *grid, BarReport *report) {
    for (int i = 0; i < line->count; i++) {
        Note note = line->notes[i];
        int pitch = note.pitch + out->octave_shift;
        report->folded += pitch < BAR_PITCH_LOW || pitch > BAR_PITCH_HIGH;
        int step = note.start, end = step + note.length, token = bar_onset(pitch);
        for (int t = bar_of_step(grid, step); step < end && t < out->count; step++) {
            if (step == grid->first[t + 1]) t++;
            if (t == out->count || is_marker(grid, t, step - grid->first[t])) continue;
            out->bar[t].token[step - grid->first[t]] = (uint8_t)token;
            token = BAR_HOLD;
        }
    }
    report->kept = line->count;
}

static int longest_bar(const StepGrid *grid, int count) {
    int steps = 1;
    for (int t = 0; t < count; t++)
        if (grid->bar[t].steps > steps) steps = grid->bar[t].steps;
    return steps;
}

/* At least the first `least` bars of the grid. */
static bool read_line(BarSequence *bars, BarReport *made, const StepGrid *grid, const Track *track, int least,
                      Error *err) {
    Track line = {0};
    bool ok = quantise(&line, track, grid, made, err);
    if (ok) {
        made->dropped = track_make_monophonic(&line, 1, &made->cut);
        bars->octave_shift = made->octave_shift = octave_shift(&line);
        const int32_t end = track_end(&line), sounding = end > 0 ? bar_of_step(grid, end - 1) + 1 : 1;
        const int count = sounding > least ? sounding : least;
        bars->steps = longest_bar(grid, count);
        ok = bar_sequence_resize(bars, count, err);
    }
    if (ok) {
        write_bar_lengths(bars, grid);
        write_tokens(bars, &line, grid, made);
    }
    track_deinit(&line);
    return ok;
}

/* Up to the tick `until`, or the last note where that comes later. */
static bool read_until(BarSequence *out, const Timeline *timeline, const Track *track, int32_t until,
                       BarReport *report, Error *err) {
    const int least = grouping_bar_count(timeline, until),
              sounding = grouping_bar_count(timeline, track_end(track));
    BarReport made = {.line = count_top_line(track, timeline_division(timeline))};
    BarSequence bars = {0};
    StepGrid grid;
    if (!grid_init(&grid, timeline, (sounding > least ? sounding : least) + 1, err)) return false;
    made.offset = grid.offset = find_offset(track, grid.division);
    find_triplets(&grid, track);
    const bool ok = read_line(&bars, &made, &grid, track, least, err);
    for (int t = 0; ok && t < bars.count; t++) {
        if (grid.bar[t].held > made.held) made.held = grid.bar[t].held;
        if (grid.bar[t].parts > made.parts) made.parts = grid.bar[t].parts;
    }
    grid_deinit(&grid);
    if (!ok) {
        bar_sequence_deinit(&bars);
        return false;
    }
    bar_sequence_deinit(out);
    *out = bars;
    if (report) *report = made;
    return true;
}

bool bar_sequence_from_track(BarSequence *out, const Timeline *timeline, const Track *track,
                             BarReport *report, Error *err) {
    return read_until(out, timeline, track, 0, report, err);
}

bool bar_sequence_from_score(BarSequence *out, const Score *score, const Track *track, BarReport *report,
                             Error *err) {
    return read_until(out, score->timeline, track ? track : score_voice(score, 0), score_bars_end(score),
                      report, err);
}

int bar_count(const Score *score, Error *err) {
    BarSequence bars = {0};
    int count = bar_sequence_from_score(&bars, score, NULL, NULL, err) ? bars.count : -1;
    bar_sequence_deinit(&bars);
    return count;
}

bool bar_normalise(Document *document, Error *err) {
    int counts[DOCUMENT_SCORES];
    for (int i = 0; i < DOCUMENT_SCORES; i++)
        if ((counts[i] = bar_count(&document->score[i], err)) < 0) return false;
    return document_normalise(document, counts, err);
}

/* ---- bars -> track ---- */

static void take_triplets(StepGrid *grid, const BarSequence *bars) {
    for (int t = 0; t < bars->count; t++)
        for (int slot = 0; slot < BAR_SLOTS; slot++)
            if (bars->bar[t].token[slot * BAR_SLOT_STEPS + BAR_SLOT_STEPS - 1] == BAR_TRIPLET)
                grid->triplets[t] |= (uint8_t)(1 << slot);
}

/* Steps that a bar has beyond those of its place in time are left out; where it has fewer the last note goes on. */
static bool add_notes(Track *out, const BarSequence *bars, const StepGrid *grid, Error *err) {
    int sounding = -1; /* index of the note that a hold lengthens */
    for (int step = 0; step < grid->first[bars->count]; step++) {
        const int t = bar_of_step(grid, step), s = step - grid->first[t];
        int token = bars->bar[t].token[s];
        if (token == BAR_TRIPLET) continue;
        if (token == BAR_PAD) token = BAR_HOLD;
        const int next = is_marker(grid, t, s + 1) ? step + 2 : step + 1;
        const int32_t start = tick_of(grid, step), end = tick_of(grid, next);
        if (bar_is_onset(token)) {
            Note note = {.start = start,
                         .length = end - start,
                         .pitch = bar_midi_pitch(bar_pitch(token) - bars->octave_shift),
                         .velocity = DECODED_VELOCITY};
            sounding = track_insert(out, note, err);
            if (sounding < 0) return false;
        } else if (token == BAR_HOLD && sounding >= 0) {
            out->notes[sounding].length = end - out->notes[sounding].start;
        } else {
            sounding = -1;
        }
    }
    return true;
}

bool bar_sequence_to_track(Track *out, const BarSequence *bars, const Timeline *timeline, const Track *like,
                           Error *err) {
    Track made;
    StepGrid grid;
    track_init_like(&made, like); /* before out is deinited: the two may be the same track */
    track_deinit(out);
    int steps = bars->steps > 0 ? bars->steps : BAR_STEPS;
    int most = (int)((int64_t)BAR_QUARTERS_MAX * 4 / steps);
    if (bars->count > most)
        return error_set(err, "%d bars are too long for one melody: use at most %d.", bars->count, most);
    if (!grid_init(&grid, timeline, bars->count + 1, err)) return false;
    take_triplets(&grid, bars);
    const bool ok = add_notes(&made, bars, &grid, err);
    grid_deinit(&grid);
    if (!ok) {
        track_deinit(&made);
        return false;
    }
    track_init_like(out, &made);
    track_take_notes(out, &made);
    return true;
}
