#include "engine/bar.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static const Bar REST_BAR = {{0}};

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

bool bar_sounds_at_end(const Bar *bar) {
    int step = bar_steps(bar) - 1;
    if (step >= 0 && bar->token[step] == BAR_TRIPLET) step--;
    return step >= 0 && bar->token[step] != BAR_REST;
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

static int count_outside(const int notes[BAR_MIDI_PITCHES], int shift) {
    int count = 0;
    for (int pitch = 0; pitch < BAR_MIDI_PITCHES; pitch++)
        if (pitch + shift < BAR_PITCH_LOW || pitch + shift > BAR_PITCH_HIGH) count += notes[pitch];
    return count;
}

static int middle_note(const int notes[BAR_MIDI_PITCHES]) {
    int all = 0, below = 0, pitch = 0;
    for (int i = 0; i < BAR_MIDI_PITCHES; i++) all += notes[i];
    while (pitch < BAR_MIDI_PITCHES - 1 && 2 * (below + notes[pitch]) < all) below += notes[pitch++];
    return pitch;
}

int bar_octave_shift(const int notes[BAR_MIDI_PITCHES]) {
    enum { FURTHEST = 96 };
    const int middle = middle_note(notes);
    int best = 0, fewest = count_outside(notes, 0);
    for (int shift = -FURTHEST; shift <= FURTHEST; shift += 12) {
        const int outside = count_outside(notes, shift);
        const bool nearer = abs(middle + shift - BAR_PITCH_MIDDLE) < abs(middle + best - BAR_PITCH_MIDDLE);
        if (outside > fewest || (outside == fewest && (best == 0 || !nearer))) continue;
        best = shift;
        fewest = outside;
    }
    return best;
}

int bar_onset(int pitch) {
    while (pitch < BAR_PITCH_LOW) pitch += 12;
    while (pitch > BAR_PITCH_HIGH) pitch -= 12;
    return pitch - BAR_PITCH_LOW + BAR_ONSET;
}

uint8_t bar_midi_pitch(int pitch) {
    while (pitch < 0) pitch += 12;
    while (pitch > 127) pitch -= 12;
    return (uint8_t)pitch;
}

/* ---- kept bars ---- */

void bar_from_source(Bar *out, const BarSource *source, int steps, int octave_shift) {
    for (int i = 0; i < BAR_STEPS; i++) {
        int step = source->step[i];
        int token = step == STEP_REST      ? BAR_REST
                    : step == STEP_HOLD    ? BAR_HOLD
                    : step == STEP_TRIPLET ? BAR_TRIPLET
                                           : bar_onset(step - STEP_PITCH + octave_shift);
        if (!bar_allows(token, i, steps)) token = BAR_HOLD;
        out->token[i] = (uint8_t)(i < steps ? token : BAR_PAD);
    }
}

BarSource bar_to_source(const Bar *bar, int octave_shift) {
    BarSource source = {.kind = RECIPE_NOTES};
    for (int i = 0; i < BAR_STEPS; i++) {
        int token = bar->token[i];
        if (bar_is_onset(token))
            source.step[i] = (uint8_t)(STEP_PITCH + bar_midi_pitch(bar_pitch(token) - octave_shift));
        else
            source.step[i] = token == BAR_HOLD ? STEP_HOLD : token == BAR_TRIPLET ? STEP_TRIPLET : STEP_REST;
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
        for (int t = sequence->count; t < count; t++) {
            bar[t] = REST_BAR;
            bar_set_steps(&bar[t], sequence->steps);
        }
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
