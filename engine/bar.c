#include "engine/bar.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { DECODED_VELOCITY = 80 };

static const Bar REST_BAR_16 = {{0}};
static const Bar REST_BAR_12 = {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, BAR_PAD, BAR_PAD, BAR_PAD, BAR_PAD}};

bool bar_has_onset(const Bar *bar) {
    for (int i = 0; i < BAR_STEPS; i++)
        if (bar_is_onset(bar->token[i])) return true;
    return false;
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

void bar_transpose(Bar *bars, int count, Rng *rng) {
    int low, high;
    if (!onset_range(bars, count, &low, &high)) return;
    const int least = BAR_ONSET - low > -BAR_TRANSPOSE_MAX ? BAR_ONSET - low : -BAR_TRANSPOSE_MAX;
    const int most = BAR_TOKENS - 1 - high < BAR_TRANSPOSE_MAX ? BAR_TOKENS - 1 - high : BAR_TRANSPOSE_MAX;
    const int interval = least + rng_below(rng, most - least + 1);
    for (int t = 0; t < count; t++)
        for (int s = 0; s < BAR_STEPS; s++)
            if (bar_is_onset(bars[t].token[s])) bars[t].token[s] = (uint8_t)(bars[t].token[s] + interval);
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

void bar_sequence_repair(BarSequence *sequence) {
    bool sounding = false;
    for (int t = 0; t < sequence->count; t++) {
        uint8_t *token = sequence->bar[t].token;
        for (int s = 0; s < BAR_STEPS; s++) {
            if (s >= sequence->steps) {
                token[s] = BAR_PAD;
                continue;
            }
            bool hold = token[s] == BAR_HOLD && sounding,
                 onset = bar_is_onset(token[s]) && token[s] < BAR_TOKENS;
            if (!hold && !onset) token[s] = BAR_REST;
            sounding = hold || onset;
        }
    }
}

/* ---- meters ---- */

int bar_steps_of_meter(int beats, int unit, int *regrouped) {
    int group = 0, steps = 0;
    int sixteenths = unit >= 1 && unit <= 16 && beats >= 1 && beats * 16 % unit == 0 ? beats * 16 / unit : 0;
    switch (sixteenths) {
    case 16:
        steps = 16, group = 1;
        break;
    case 12:
        steps = 12, group = 1;
        break;
    case 8:
        steps = 16, group = 2;
        break;
    case 6:
        steps = 12, group = 2;
        break;
    case 32:
        steps = 16, group = -2;
        break;
    case 24:
        steps = 12, group = -2;
        break;
    default:
        break;
    }
    if (regrouped) *regrouped = group;
    return steps;
}

/* ---- melody -> bars ---- */

static int32_t nearest_step(int32_t tick) {
    return (tick + MELODY_STEP_TICKS / 2) / MELODY_STEP_TICKS;
}

/* Puts starts and ends (not lengths: an end belongs to its own place in the bar) on sixteenths; a note keeps
 * at least one. Returns how many notes were off the grid. */
static bool quantise(Melody *melody, int *quantised, Error *err) {
    Melody grid = *melody;
    grid.notes = NULL;
    grid.count = grid.capacity = 0;
    *quantised = 0;
    for (int i = 0; i < melody->count; i++) {
        Note note = melody->notes[i];
        int32_t end = note.start + note.length;
        *quantised += note.start % MELODY_STEP_TICKS != 0 || end % MELODY_STEP_TICKS != 0;
        int32_t first = nearest_step(note.start), last = nearest_step(end);
        note.start = first * MELODY_STEP_TICKS;
        note.length = (last > first ? last - first : 1) * MELODY_STEP_TICKS;
        if (melody_insert(&grid, note, err) < 0) {
            melody_deinit(&grid);
            return false;
        }
    }
    melody_deinit(melody);
    *melody = grid;
    return true;
}

static void find_range(const Melody *melody, int *lowest, int *highest) {
    *lowest = BAR_PITCH_HIGH;
    *highest = BAR_PITCH_LOW;
    for (int i = 0; i < melody->count; i++) {
        int pitch = melody->notes[i].pitch;
        if (i == 0 || pitch < *lowest) *lowest = pitch;
        if (i == 0 || pitch > *highest) *highest = pitch;
    }
}

/* The melody is monophonic and on the grid, the bars are rests and long enough. */
static void write_tokens(BarSequence *out, const Melody *melody, BarReport *report) {
    for (int i = 0; i < melody->count; i++) {
        Note note = melody->notes[i];
        int pitch = note.pitch + out->octave_shift;
        report->folded += pitch < BAR_PITCH_LOW || pitch > BAR_PITCH_HIGH;
        int step = note.start / MELODY_STEP_TICKS, end = step + note.length / MELODY_STEP_TICKS;
        int token = bar_onset(pitch);
        for (; step < end; step++, token = BAR_HOLD)
            out->bar[step / out->steps].token[step % out->steps] = (uint8_t)token;
    }
}

bool bar_sequence_from_melody(BarSequence *out, const Melody *melody, BarReport *report, Error *err) {
    BarReport made = {0};
    int beats = melody_beats(melody), unit = melody_unit(melody);
    int steps = bar_steps_of_meter(beats, unit, &made.regrouped);
    if (steps == 0)
        return error_set(
            err,
            "The meter %d/%d cannot be read: use 4/4, 3/4, 6/8, or one whose bars are half or twice as "
            "long (2/4, 3/8, 12/8, 4/2).",
            beats, unit);
    Melody line = {0};
    BarSequence bars = {.steps = steps};
    if (!melody_copy(&line, melody, err) || !quantise(&line, &made.quantised, err)) goto fail;
    made.dropped = melody_make_monophonic(&line, &made.cut);
    int lowest, highest;
    find_range(&line, &lowest, &highest);
    bars.octave_shift = made.octave_shift = bar_octave_shift(lowest, highest);
    int32_t bar_ticks = steps * MELODY_STEP_TICKS, end = melody_end(&line);
    if (!bar_sequence_resize(&bars, end > 0 ? (end + bar_ticks - 1) / bar_ticks : 1, err)) goto fail;
    write_tokens(&bars, &line, &made);
    melody_deinit(&line);
    bar_sequence_deinit(out);
    *out = bars;
    if (report) *report = made;
    return true;
fail:
    melody_deinit(&line);
    bar_sequence_deinit(&bars);
    return false;
}

/* ---- bars -> melody ---- */

static uint8_t midi_pitch(int pitch) {
    while (pitch < 0) pitch += 12;
    while (pitch > 127) pitch -= 12;
    return (uint8_t)pitch;
}

static bool add_notes(Melody *out, const BarSequence *bars, Error *err) {
    int sounding = -1; /* index of the note that a hold lengthens */
    for (int step = 0; step < bars->count * bars->steps; step++) {
        int token = bars->bar[step / bars->steps].token[step % bars->steps];
        if (bar_is_onset(token)) {
            Note note = {.start = step * MELODY_STEP_TICKS,
                         .length = MELODY_STEP_TICKS,
                         .pitch = midi_pitch(bar_pitch(token) - bars->octave_shift),
                         .velocity = DECODED_VELOCITY};
            sounding = melody_insert(out, note, err);
            if (sounding < 0) return false;
        } else if (token == BAR_HOLD && sounding >= 0) {
            out->notes[sounding].length += MELODY_STEP_TICKS;
        } else {
            sounding = -1;
        }
    }
    return true;
}

bool bar_sequence_to_melody(Melody *out, const BarSequence *bars, const Melody *like, Error *err) {
    Melody made = *like; /* before out is deinited: the two may be the same melody */
    made.notes = NULL;
    made.count = made.capacity = 0;
    melody_deinit(out);
    int steps = bars->steps > 0 ? bars->steps : BAR_STEPS;
    if (bars->count > MELODY_TICKS_MAX / (steps * MELODY_STEP_TICKS))
        return error_set(err, "%d bars are too long for one melody: use at most %d.", bars->count,
                         MELODY_TICKS_MAX / (steps * MELODY_STEP_TICKS));
    if (!add_notes(&made, bars, err)) {
        melody_deinit(&made);
        return false;
    }
    *out = made;
    return true;
}
