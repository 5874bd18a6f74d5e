#include "engine/bar.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum {
    DECODED_VELOCITY = 80,
    BAR_QUARTERS_MAX = 34952, /* of a decoded track: over 8,000 bars of 4/4 */
};

static const Bar REST_BAR_16 = {{0}};
static const Bar REST_BAR_12 = {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, BAR_PAD, BAR_PAD, BAR_PAD, BAR_PAD}};

bool bar_has_onset(const Bar *bar) {
    for (int i = 0; i < BAR_STEPS; i++)
        if (bar_is_onset(bar->token[i])) return true;
    return false;
}

int bar_steps(const Bar *bar) {
    int steps = 0;
    while (steps < BAR_STEPS && bar->token[steps] != BAR_PAD) steps++;
    return steps;
}

void bar_set_steps(Bar *bar, int steps) {
    const int had = bar_steps(bar);
    if (had > 0)
        for (int s = had; s < steps; s++)
            bar->token[s] = bar->token[had - 1] == BAR_REST ? BAR_REST : BAR_HOLD;
    for (int s = steps; s < BAR_STEPS; s++) bar->token[s] = BAR_PAD;
}

bool bar_allows(int token, int step, int steps) {
    if (step >= steps) return token == BAR_PAD;
    if (token == BAR_TRIPLET) return step % BAR_SLOT_STEPS == BAR_SLOT_STEPS - 1;
    return token != BAR_PAD;
}

void bar_cut_holds(Bar *bar) {
    for (int i = 0; i < BAR_STEPS && bar->token[i] == BAR_HOLD; i++) bar->token[i] = BAR_REST;
}

/* Lowest and highest onset tokens; false when there are none. */
static bool onset_range(const Bar *bars, int count, int *low, int *high) {
    *low = BAR_TOKENS;
    *high = 0;
    for (int t = 0; t < count; t++)
        for (int s = 0; s < BAR_STEPS; s++) {
            const int token = bars[t].token[s];
            if (!bar_is_onset(token)) continue;
            if (token < *low) *low = token;
            if (token > *high) *high = token;
        }
    return *high > 0;
}

static void move_onsets(Bar *bars, int count, int interval) {
    for (int t = 0; t < count; t++)
        for (int s = 0; s < BAR_STEPS; s++)
            if (bar_is_onset(bars[t].token[s])) bars[t].token[s] = (uint8_t)(bars[t].token[s] + interval);
}

void bar_transpose(Bar *bars, int count, Rng *rng) {
    int low, high;
    if (!onset_range(bars, count, &low, &high)) return;
    const int least = BAR_ONSET - low > -BAR_TRANSPOSE_MAX ? BAR_ONSET - low : -BAR_TRANSPOSE_MAX;
    const int most = BAR_TRIPLET - 1 - high < BAR_TRANSPOSE_MAX ? BAR_TRIPLET - 1 - high : BAR_TRANSPOSE_MAX;
    move_onsets(bars, count, least + rng_below(rng, most - least + 1));
}

void bar_transpose_octaves(Bar *bars, int count, Rng *rng) {
    int low, high;
    if (!onset_range(bars, count, &low, &high)) return;
    const int down = (low - BAR_ONSET) / 12, up = (BAR_TRIPLET - 1 - high) / 12;
    move_onsets(bars, count, 12 * (rng_below(rng, down + up + 1) - down));
}

bool bar_equal(const Bar *a, const Bar *b) {
    return memcmp(a->token, b->token, BAR_STEPS) == 0;
}

int bar_octave_shift(int lowest, int highest) {
    int shift = 0;
    while (lowest + shift < BAR_PITCH_LOW) shift += 12;
    while (highest + shift > BAR_PITCH_HIGH) shift -= 12;
    return shift;
}

int bar_onset(int pitch) {
    while (pitch < BAR_PITCH_LOW) pitch += 12;
    while (pitch > BAR_PITCH_HIGH) pitch -= 12;
    return pitch - BAR_PITCH_LOW + BAR_ONSET;
}

static uint8_t midi_pitch(int pitch) {
    while (pitch < 0) pitch += 12;
    while (pitch > 127) pitch -= 12;
    return (uint8_t)pitch;
}

/* ---- kept bars ---- */

void bar_from_source(Bar *out, const BarSource *source, int steps, int octave_shift) {
    for (int i = 0; i < BAR_STEPS; i++) {
        int step = source->step[i];
        int token = step == STEP_REST   ? BAR_REST
                    : step == STEP_HOLD ? BAR_HOLD
                                        : bar_onset(step - STEP_PITCH + octave_shift);
        out->token[i] = (uint8_t)(i < steps ? token : BAR_PAD);
    }
}

BarSource bar_to_source(const Bar *bar, int octave_shift) {
    BarSource source = {.kind = RECIPE_NOTES};
    for (int i = 0; i < BAR_STEPS; i++) {
        int token = bar->token[i];
        if (bar_is_onset(token))
            source.step[i] = (uint8_t)(STEP_PITCH + midi_pitch(bar_pitch(token) - octave_shift));
        else
            source.step[i] = token == BAR_HOLD ? STEP_HOLD : STEP_REST;
    }
    return source;
}

/* ---- sequences ---- */

void bar_sequence_deinit(BarSequence *sequence) {
    free(sequence->bar);
    memset(sequence, 0, sizeof *sequence);
}

bool bar_sequence_resize(BarSequence *sequence, int count, Error *err) {
    assert(count >= 0);
    if (sequence->steps == 0) sequence->steps = BAR_STEPS;
    if (count > sequence->count) {
        Bar *bar = realloc(sequence->bar, (size_t)count * sizeof *bar);
        if (!bar) return error_memory(err, "more bars");
        sequence->bar = bar;
        for (int t = sequence->count; t < count; t++)
            bar[t] = sequence->steps == 12 ? REST_BAR_12 : REST_BAR_16;
    }
    sequence->count = count;
    return true;
}

bool bar_sequence_copy(BarSequence *to, const BarSequence *from, Error *err) {
    assert(to != from);
    bar_sequence_deinit(to);
    to->steps = from->steps;
    to->octave_shift = from->octave_shift;
    if (!bar_sequence_resize(to, from->count, err)) {
        bar_sequence_deinit(to);
        return false;
    }
    if (from->count > 0) memcpy(to->bar, from->bar, (size_t)from->count * sizeof *to->bar);
    to->steps = from->steps;
    return true;
}

bool bar_sequence_equal(const BarSequence *a, const BarSequence *b) {
    if (a->count != b->count || a->steps != b->steps || a->octave_shift != b->octave_shift) return false;
    for (int t = 0; t < a->count; t++)
        if (!bar_equal(&a->bar[t], &b->bar[t])) return false;
    return true;
}

/* Is the slot that ends at this step a triplet? Its three steps and the marker are no pads then. */
static bool ends_triplet(const Bar *bar, int step) {
    return step % BAR_SLOT_STEPS == BAR_SLOT_STEPS - 1 && bar->token[step] == BAR_TRIPLET;
}

void bar_sequence_repair(BarSequence *sequence) {
    bool sounding = false;
    for (int t = 0; t < sequence->count; t++) {
        Bar *bar = &sequence->bar[t];
        int steps = bar_steps(bar);
        if (steps == 0) steps = sequence->steps;
        for (int s = 0; s < BAR_STEPS; s++) {
            uint8_t *token = &bar->token[s];
            if (s >= steps) *token = BAR_PAD;
            if (s >= steps || ends_triplet(bar, s)) continue;
            bool hold = *token == BAR_HOLD && sounding, onset = bar_is_onset(*token);
            if (!hold && !onset) *token = BAR_REST;
            sounding = hold || onset;
        }
    }
}

/* ---- track -> bars ---- */

static int32_t nearest_step(int64_t tick, int division) {
    return (int32_t)((4 * tick + division / 2) / division);
}

/* Starts and ends (not lengths: an end belongs to its own place in the bar) as sixteenths; a note keeps at least one. Counts the
 * notes that were off the grid. line is made of steps. */
static bool quantise(Track *line, const Track *track, int division, int *quantised, Error *err) {
    for (int i = 0; i < track->count; i++) {
        Note note = track->notes[i];
        int64_t end = (int64_t)note.start + note.length;
        *quantised += 4 * (int64_t)note.start % division != 0 || 4 * end % division != 0;
        int32_t first = nearest_step(note.start, division), last = nearest_step(end, division);
        note.start = first;
        note.length = last > first ? last - first : 1;
        if (track_insert(line, note, err) < 0) return false;
    }
    return true;
}

static void find_range(const Track *line, int *lowest, int *highest) {
    *lowest = BAR_PITCH_HIGH;
    *highest = BAR_PITCH_LOW;
    for (int i = 0; i < line->count; i++) {
        int pitch = line->notes[i].pitch;
        if (i == 0 || pitch < *lowest) *lowest = pitch;
        if (i == 0 || pitch > *highest) *highest = pitch;
    }
}

/* The line is monophonic and made of steps, the bars are rests and long enough. */
static void write_tokens(BarSequence *out, const Track *line, BarReport *report) {
    for (int i = 0; i < line->count; i++) {
        Note note = line->notes[i];
        int pitch = note.pitch + out->octave_shift;
        report->folded += pitch < BAR_PITCH_LOW || pitch > BAR_PITCH_HIGH;
        int step = note.start, end = step + note.length, token = bar_onset(pitch);
        for (; step < end; step++, token = BAR_HOLD)
            out->bar[step / out->steps].token[step % out->steps] = (uint8_t)token;
    }
}

bool bar_sequence_from_track(BarSequence *out, const Timeline *timeline, const Track *track,
                             BarReport *report, Error *err) {
    BarReport made = {0};
    if (!grouping_read(&made.grouping, timeline, err)) return false;
    Track line = {0};
    BarSequence bars = {.steps = made.grouping.steps};
    if (!quantise(&line, track, timeline_division(timeline), &made.quantised, err)) goto fail;
    made.dropped = track_make_monophonic(&line, 1, &made.cut);
    int lowest, highest;
    find_range(&line, &lowest, &highest);
    bars.octave_shift = made.octave_shift = bar_octave_shift(lowest, highest);
    int32_t end = track_end(&line);
    if (!bar_sequence_resize(&bars, end > 0 ? (end + bars.steps - 1) / bars.steps : 1, err)) goto fail;
    write_tokens(&bars, &line, &made);
    track_deinit(&line);
    bar_sequence_deinit(out);
    *out = bars;
    if (report) *report = made;
    return true;
fail:
    track_deinit(&line);
    bar_sequence_deinit(&bars);
    return false;
}

bool bar_sequence_from_melody(BarSequence *out, const Melody *melody, BarReport *report, Error *err) {
    Timeline *timeline = melody_timeline(melody, err);
    bool ok = timeline && bar_sequence_from_track(out, timeline, melody, report, err);
    timeline_unref(timeline);
    return ok;
}

int bar_count(const Score *score, Error *err) {
    if (!grouping_of(score->timeline).steps) return score_bar_count(score);
    BarSequence bars = {0};
    int count =
        bar_sequence_from_track(&bars, score->timeline, score_voice(score, 0), NULL, err) ? bars.count : -1;
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

static int32_t tick_of_step(int64_t step, int division) {
    return (int32_t)(step * division / 4);
}

static bool add_notes(Track *out, const BarSequence *bars, int division, Error *err) {
    int sounding = -1; /* index of the note that a hold lengthens */
    for (int step = 0; step < bars->count * bars->steps; step++) {
        int token = bars->bar[step / bars->steps].token[step % bars->steps];
        int32_t start = tick_of_step(step, division), end = tick_of_step(step + 1, division);
        if (bar_is_onset(token)) {
            Note note = {.start = start,
                         .length = end - start,
                         .pitch = midi_pitch(bar_pitch(token) - bars->octave_shift),
                         .velocity = DECODED_VELOCITY};
            sounding = track_insert(out, note, err);
            if (sounding < 0) return false;
        } else if (token == BAR_HOLD && sounding >= 0) {
            out->notes[sounding].length += end - start;
        } else {
            sounding = -1;
        }
    }
    return true;
}

bool bar_sequence_to_track(Track *out, const BarSequence *bars, const Timeline *timeline, const Track *like,
                           Error *err) {
    Track made;
    track_init_like(&made, like); /* before out is deinited: the two may be the same track */
    track_deinit(out);
    int steps = bars->steps > 0 ? bars->steps : BAR_STEPS, division = timeline_division(timeline);
    int most = (int)((int64_t)BAR_QUARTERS_MAX * 4 / steps);
    if (bars->count > most)
        return error_set(err, "%d bars are too long for one melody: use at most %d.", bars->count, most);
    if (!add_notes(&made, bars, division, err)) {
        track_deinit(&made);
        return false;
    }
    track_init_like(out, &made);
    track_take_notes(out, &made);
    return true;
}

bool bar_sequence_to_melody(Melody *out, const BarSequence *bars, const Melody *like, Error *err) {
    return bar_sequence_to_track(out, bars, NULL, like, err);
}
