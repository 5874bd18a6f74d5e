#include "engine/music/edit.h"

#include <math.h>
#include <string.h>

enum {
    SHORTEST_TICKS = MELODY_STEP_TICKS / 2,
    LONGEST_TICKS = 64 * MELODY_QUARTER_TICKS,
};

bool edit_has(const EditRange *range, const Note *note) {
    return note->start >= range->start && note->start < range->end && note->pitch >= range->low &&
           note->pitch <= range->high;
}

int edit_count(const Melody *melody, const EditRange *range) {
    int count = 0;
    for (int i = 0; i < melody->count; i++) count += edit_has(range, &melody->notes[i]);
    return count;
}

/* What one edit does to one note; false with a sentence refuses the whole edit. Removing is length 0. */
typedef bool (*EditNote)(Note *note, const void *how, Error *err);

/* Rebuilds the melody note by note, so that the order holds and a refusal leaves the old one untouched. */
static int map_notes(Melody *melody, const EditRange *range, EditNote change, const void *how, Error *err) {
    Melody next = *melody;
    next.notes = NULL;
    next.count = next.capacity = 0;
    int changed = 0;
    for (int i = 0; i < melody->count; i++) {
        Note note = melody->notes[i];
        if (!range || edit_has(range, &note)) {
            if (!change(&note, how, err)) goto fail;
            changed += !melody_note_equal(note, melody->notes[i]);
        }
        if (note.length > 0 && melody_insert(&next, note, err) < 0) goto fail;
    }
    melody_deinit(melody);
    *melody = next;
    return changed;
fail:
    melody_deinit(&next);
    return -1;
}

static bool note_transpose(Note *note, const void *how, Error *err) {
    int pitch = note->pitch + *(const int *)how;
    if (pitch < 0 || pitch > 127) return error_set(err, "a note would leave the range of MIDI (0 to 127)");
    note->pitch = (uint8_t)pitch;
    return true;
}

int edit_transpose(Melody *melody, const EditRange *range, int semitones, Error *err) {
    return map_notes(melody, range, note_transpose, &semitones, err);
}

typedef struct {
    Key key;
    int steps;
} ScaleStep;

static bool note_scale_step(Note *note, const void *how, Error *err) {
    const ScaleStep *step = how;
    int interval = key_step(step->key, note->pitch, step->steps) - note->pitch;
    return note_transpose(note, &interval, err);
}

int edit_scale_step(Melody *melody, const EditRange *range, Key key, int steps, Error *err) {
    ScaleStep step = {key, steps};
    return map_notes(melody, range, note_scale_step, &step, err);
}

static bool note_lengthen(Note *note, const void *how, Error *err) {
    (void)err;
    int32_t length = note->length + *(const int32_t *)how;
    if (length < SHORTEST_TICKS) length = note->length < SHORTEST_TICKS ? note->length : SHORTEST_TICKS;
    if (length > LONGEST_TICKS) length = note->length > LONGEST_TICKS ? note->length : LONGEST_TICKS;
    note->length = length;
    return true;
}

int edit_lengthen(Melody *melody, const EditRange *range, int32_t ticks, Error *err) {
    return map_notes(melody, range, note_lengthen, &ticks, err);
}

static bool note_louder(Note *note, const void *how, Error *err) {
    (void)err;
    int velocity = note->velocity + *(const int *)how;
    note->velocity = (uint8_t)(velocity < 1 ? 1 : velocity > 127 ? 127 : velocity);
    return true;
}

int edit_louder(Melody *melody, const EditRange *range, int amount, Error *err) {
    return map_notes(melody, range, note_louder, &amount, err);
}

static bool note_shift(Note *note, const void *how, Error *err) {
    int32_t start = note->start + *(const int32_t *)how;
    if (start < 0) return error_set(err, "a note would start before the beginning");
    if (start + note->length > MELODY_TICKS_MAX) return error_set(err, "the song would become too long");
    note->start = start;
    return true;
}

typedef struct {
    int32_t grid;
    double strength;
} Quantise;

static int32_t towards(int32_t from, int32_t grid, double strength) {
    int32_t target = (from + grid / 2) / grid * grid;
    return from + (int32_t)lround((target - from) * strength);
}

static bool note_quantise(Note *note, const void *how, Error *err) {
    (void)err;
    const Quantise *quantise = how;
    int32_t start = towards(note->start, quantise->grid, quantise->strength);
    int32_t end = towards(note->start + note->length, quantise->grid, quantise->strength);
    if (end <= start) end = start + (quantise->strength >= 1 ? quantise->grid : note->length);
    note->start = start;
    note->length = end - start;
    return true;
}

int edit_quantise(Melody *melody, const EditRange *range, int32_t grid_ticks, double strength, Error *err) {
    Quantise quantise = {grid_ticks, strength};
    return map_notes(melody, range, note_quantise, &quantise, err);
}

int edit_delete(Melody *melody, const EditRange *range) {
    int deleted = 0;
    for (int i = melody->count - 1; i >= 0; i--) {
        if (!edit_has(range, &melody->notes[i])) continue;
        melody_remove(melody, i);
        deleted++;
    }
    return deleted;
}

int edit_copy(Melody *clip, const Melody *melody, const EditRange *range, Error *err) {
    Melody copy = *melody;
    copy.notes = NULL;
    copy.count = copy.capacity = 0;
    for (int i = 0; i < melody->count; i++) {
        Note note = melody->notes[i];
        if (!edit_has(range, &note)) continue;
        note.start -= range->start;
        if (melody_insert(&copy, note, err) < 0) {
            melody_deinit(&copy);
            return -1;
        }
    }
    melody_deinit(clip);
    *clip = copy;
    return clip->count;
}

int edit_paste(Melody *melody, const Melody *clip, int32_t tick, int semitones, Error *err) {
    Melody next = {0};
    if (!melody_copy(&next, melody, err)) return -1;
    for (int i = 0; i < clip->count; i++) {
        Note note = clip->notes[i];
        if (!note_transpose(&note, &semitones, err) || !note_shift(&note, &tick, err)) goto fail;
        if (melody_insert(&next, note, err) < 0) goto fail;
    }
    melody_deinit(melody);
    *melody = next;
    return clip->count;
fail:
    melody_deinit(&next);
    return -1;
}

typedef struct {
    int32_t start, end; /* the time that is taken out, or the gap that is opened at start */
} Time;

static bool note_insert_time(Note *note, const void *how, Error *err) {
    const Time *time = how;
    int32_t gap = time->end - time->start;
    if (note->start >= time->start) return note_shift(note, &gap, err);
    if (note->start + note->length > time->start) note->length = time->start - note->start;
    return true;
}

int edit_insert_time(Melody *melody, int32_t at, int32_t ticks, Error *err) {
    Time time = {at, at + ticks};
    return map_notes(melody, NULL, note_insert_time, &time, err);
}

static bool note_delete_time(Note *note, const void *how, Error *err) {
    (void)err;
    const Time *time = how;
    if (note->start >= time->end) {
        note->start -= time->end - time->start;
    } else if (note->start >= time->start) {
        note->length = 0;
    } else if (note->start + note->length >= time->end) {
        note->length -= time->end - time->start; /* it goes on behind the gap */
    } else if (note->start + note->length > time->start) {
        note->length = time->start - note->start;
    }
    return true;
}

int edit_delete_time(Melody *melody, int32_t start, int32_t end, Error *err) {
    Time time = {start, end};
    return map_notes(melody, NULL, note_delete_time, &time, err);
}
