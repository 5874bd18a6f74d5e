#include "engine/music/edit.h"

#include <math.h>
#include <string.h>

static bool has(const EditRange *range, const Note *note) {
    return note->start >= range->start && note->start < range->end && note->pitch >= range->low &&
           note->pitch <= range->high;
}

int edit_count(const Track *track, const EditRange *range) {
    int count = 0;
    for (int i = 0; i < track->count; i++) count += has(range, &track->notes[i]);
    return count;
}

/* What one edit does to one note; false with a sentence refuses the whole edit. Removing is length 0. */
typedef bool (*EditNote)(Note *note, const void *how, Error *err);

/* Rebuilds the track note by note, so that the order holds and a refusal leaves the old one untouched. */
static int map_notes(Track *track, const EditRange *range, EditNote change, const void *how, Error *err) {
    Track next = {0};
    int changed = 0;
    for (int i = 0; i < track->count; i++) {
        Note note = track->notes[i];
        if (!range || has(range, &note)) {
            if (!change(&note, how, err)) goto fail;
            changed += !track_note_equal(note, track->notes[i]);
        }
        if (note.length > 0 && track_insert(&next, note, err) < 0) goto fail;
    }
    track_take_notes(track, &next);
    return changed;
fail:
    track_deinit(&next);
    return -1;
}

static bool note_transpose(Note *note, const void *how, Error *err) {
    int pitch = note->pitch + *(const int *)how;
    if (pitch < 0 || pitch > 127) return error_set(err, "a note would leave the range of MIDI (0 to 127)");
    note->pitch = (uint8_t)pitch;
    return true;
}

int edit_transpose(Track *track, const EditRange *range, int semitones, Error *err) {
    return map_notes(track, range, note_transpose, &semitones, err);
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

int edit_scale_step(Track *track, const EditRange *range, Key key, int steps, Error *err) {
    ScaleStep step = {key, steps};
    return map_notes(track, range, note_scale_step, &step, err);
}

typedef struct {
    int32_t ticks, shortest, longest;
} Lengthen;

static bool note_lengthen(Note *note, const void *how, Error *err) {
    (void)err;
    const Lengthen *lengthen = how;
    int32_t length = note->length + lengthen->ticks;
    if (length < lengthen->shortest)
        length = note->length < lengthen->shortest ? note->length : lengthen->shortest;
    if (length > lengthen->longest)
        length = note->length > lengthen->longest ? note->length : lengthen->longest;
    note->length = length;
    return true;
}

int edit_lengthen(Track *track, const EditRange *range, int32_t ticks, int division, Error *err) {
    Lengthen lengthen = {ticks, division >= 8 ? division / 8 : 1, 64 * division};
    return map_notes(track, range, note_lengthen, &lengthen, err);
}

static bool note_louder(Note *note, const void *how, Error *err) {
    (void)err;
    int velocity = note->velocity + *(const int *)how;
    note->velocity = (uint8_t)(velocity < 1 ? 1 : velocity > 127 ? 127 : velocity);
    return true;
}

int edit_louder(Track *track, const EditRange *range, int amount, Error *err) {
    return map_notes(track, range, note_louder, &amount, err);
}

static bool note_shift(Note *note, const void *how, Error *err) {
    int32_t start = note->start + *(const int32_t *)how;
    if (start < 0) return error_set(err, "a note would start before the beginning");
    if (start + note->length > TRACK_TICKS_MAX) return error_set(err, "the song would become too long");
    note->start = start;
    return true;
}

typedef struct {
    Grid grid;
    const Timeline *timeline;
    double strength;
} Quantise;

static int32_t towards(int32_t from, const Quantise *how) {
    int32_t target = grid_nearest(how->grid, how->timeline, from);
    return from + (int32_t)lround((target - from) * how->strength);
}

static bool note_quantise(Note *note, const void *how, Error *err) {
    (void)err;
    const Quantise *quantise = how;
    int32_t start = towards(note->start, quantise);
    int32_t end = towards(note->start + note->length, quantise);
    if (end <= start)
        end = quantise->strength >= 1 ? grid_move(quantise->grid, quantise->timeline, start, 1)
                                      : start + note->length;
    note->start = start;
    note->length = end - start;
    return true;
}

int edit_quantise(Track *track, const EditRange *range, Grid grid, const Timeline *timeline, double strength,
                  Error *err) {
    Quantise quantise = {grid, timeline, strength};
    return map_notes(track, range, note_quantise, &quantise, err);
}

int edit_delete(Track *track, const EditRange *range) {
    int deleted = 0;
    for (int i = track->count - 1; i >= 0; i--) {
        if (!has(range, &track->notes[i])) continue;
        track_remove(track, i);
        deleted++;
    }
    return deleted;
}

int edit_copy(Track *clip, const Track *track, const EditRange *range, Error *err) {
    Track copy;
    track_init_like(&copy, track);
    for (int i = 0; i < track->count; i++) {
        Note note = track->notes[i];
        if (!has(range, &note)) continue;
        note.start -= range->start;
        if (track_insert(&copy, note, err) < 0) {
            track_deinit(&copy);
            return -1;
        }
    }
    track_deinit(clip);
    track_init_like(clip, &copy);
    track_take_notes(clip, &copy);
    return clip->count;
}

int edit_paste(Track *track, const Track *clip, int32_t tick, int semitones, Error *err) {
    Track next = {0};
    if (!track_copy(&next, track, err)) return -1;
    for (int i = 0; i < clip->count; i++) {
        Note note = clip->notes[i];
        if (!note_transpose(&note, &semitones, err) || !note_shift(&note, &tick, err)) goto fail;
        if (track_insert(&next, note, err) < 0) goto fail;
    }
    track_take_notes(track, &next);
    return clip->count;
fail:
    track_deinit(&next);
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

int edit_insert_time(Track *track, int32_t at, int32_t ticks, Error *err) {
    Time time = {at, at + ticks};
    return map_notes(track, NULL, note_insert_time, &time, err);
}

int edit_push(Track *track, int32_t at, int32_t ticks, Error *err) {
    Track next = {0};
    int32_t left = ticks, filled = at; /* of the gap; until there, something sounds */
    int pushed = 0;
    for (int i = 0; i < track->count; i++) {
        Note note = track->notes[i];
        if (note.start < at) {
            if (note.start + note.length > at) note.length = at - note.start;
        } else {
            if (note.start > filled) left -= left < note.start - filled ? left : note.start - filled;
            if (note.start + note.length > filled) filled = note.start + note.length;
            pushed += left > 0;
            if (!note_shift(&note, &left, err)) goto fail;
        }
        if (track_insert(&next, note, err) < 0) goto fail;
    }
    track_take_notes(track, &next);
    return pushed;
fail:
    track_deinit(&next);
    return -1;
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

int edit_delete_time(Track *track, int32_t start, int32_t end, Error *err) {
    Time time = {start, end};
    return map_notes(track, NULL, note_delete_time, &time, err);
}
