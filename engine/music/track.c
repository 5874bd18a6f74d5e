#include "engine/music/track.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/number.h"
#include "engine/base/utf8.h"

/* ---- life ---- */

void track_deinit(Track *track) {
    assert(atomic_load(&track->references) == 0);
    free(track->notes);
    memset(track, 0, sizeof *track);
}

/* All but the notes and the count of those who hold it. */
static void take_words(Track *track, const Track *like) {
    track->program = like->program;
    track->channel = like->channel;
    track->origin = like->origin;
    memmove(track->name, like->name, sizeof track->name);
}

static bool copy_notes(Track *to, const Track *from, Error *err) {
    if (from->count > 0) {
        to->notes = malloc((size_t)from->count * sizeof *to->notes);
        if (!to->notes) return error_memory(err, "a copy of a track");
        memcpy(to->notes, from->notes, (size_t)from->count * sizeof *to->notes);
    }
    to->count = to->capacity = from->count;
    return true;
}

bool track_copy(Track *to, const Track *from, Error *err) {
    assert(to != from);
    track_deinit(to);
    if (!copy_notes(to, from, err)) return false;
    take_words(to, from);
    return true;
}

void track_init_like(Track *track, const Track *like) {
    Track made = {0};
    take_words(&made, like);
    memcpy(track, &made, sizeof made);
}

Track *track_new(Error *err) {
    Track *track = calloc(1, sizeof *track);
    if (!track) {
        error_memory(err, "a track");
        return NULL;
    }
    atomic_init(&track->references, 1);
    return track;
}

Track *track_share(Track *track, Error *err) {
    Track *shared = track_new(err);
    if (!shared) return NULL;
    take_words(shared, track);
    shared->notes = track->notes;
    shared->count = track->count;
    shared->capacity = track->capacity;
    track->notes = NULL;
    track_deinit(track);
    return shared;
}

/* Counting is the one thing that may be done to a shared track. */
Track *track_ref(const Track *track) {
    Track *counted = (Track *)track;
    if (counted && atomic_fetch_add_explicit(&counted->references, 1, memory_order_relaxed) < 1)
        assert(!"only counted tracks are shared");
    return counted;
}

void track_unref(Track *track) {
    if (!track || atomic_fetch_sub_explicit(&track->references, 1, memory_order_acq_rel) > 1) return;
    free(track->notes);
    free(track);
}

/* Where the count is 1 it stays 1: only who holds a reference can give another one away, and that is the caller. */
Track *track_edit(Track **slot, Error *err) {
    Track *track = *slot;
    if (!track || atomic_load_explicit(&track->references, memory_order_acquire) > 1) {
        Track *own = track_new(err);
        if (!own) return NULL;
        if (track && !copy_notes(own, track, err)) {
            track_unref(own);
            return NULL;
        }
        if (track) take_words(own, track);
        track_unref(track);
        *slot = track = own;
    }
    track->origin.edited = true;
    return track;
}

bool track_note_equal(Note a, Note b) {
    return a.start == b.start && a.length == b.length && a.pitch == b.pitch && a.velocity == b.velocity;
}

bool track_equal(const Track *a, const Track *b) {
    if (a == b) return true;
    if (a->count != b->count || a->program != b->program || a->channel != b->channel ||
        strcmp(a->name, b->name) != 0)
        return false;
    for (int i = 0; i < a->count; i++)
        if (!track_note_equal(a->notes[i], b->notes[i])) return false;
    return true;
}

size_t track_bytes(const Track *track) {
    return track ? sizeof *track + (size_t)track->capacity * sizeof *track->notes : 0;
}

/* ---- names ---- */

void track_write_name(char *to, size_t size, const char *text, size_t length) {
    size_t used = 0, at = 0;
    for (; at < length && used + 1 < size; at++)
        if ((unsigned char)text[at] >= 0x20 && text[at] != 0x7F) to[used++] = text[at];
    to[used] = '\0';
    if (at < length) utf8_drop_partial(to);
    used = strlen(to);
    memset(to + used, 0, size - used);
}

void track_set_name(Track *track, const char *text) {
    track_write_name(track->name, sizeof track->name, text, strlen(text));
}

/* ---- editing ---- */

static bool note_before(Note a, Note b) {
    return a.start != b.start ? a.start < b.start : a.pitch < b.pitch;
}

static Note note_clipped(Note note) {
    note.start = number_clamp(note.start, 0, TRACK_TICKS_MAX - 1);
    note.length = number_clamp(note.length, 1, TRACK_TICKS_MAX - note.start);
    note.pitch = (uint8_t)number_clamp(note.pitch, 0, 127);
    note.velocity = (uint8_t)number_clamp(note.velocity, 1, 127);
    return note;
}

/* The caller has made room. Searched from the end: files and decoders append, an editor's melodies are short.
 */
static int place(Track *track, Note note) {
    int at = track->count;
    while (at > 0 && note_before(note, track->notes[at - 1])) at--;
    memmove(track->notes + at + 1, track->notes + at, (size_t)(track->count - at) * sizeof note);
    track->notes[at] = note;
    track->count++;
    return at;
}

int track_insert(Track *track, Note note, Error *err) {
    if (track->count >= TRACK_NOTES_MAX) {
        error_set(err, "The track is full: it holds %d notes, remove some first.", TRACK_NOTES_MAX);
        return -1;
    }
    if (track->count == track->capacity) {
        int capacity = track->capacity ? 2 * track->capacity : 32;
        Note *notes = realloc(track->notes, (size_t)capacity * sizeof *notes);
        if (!notes) {
            error_memory(err, "another note");
            return -1;
        }
        track->notes = notes;
        track->capacity = capacity;
    }
    return place(track, note_clipped(note));
}

void track_remove(Track *track, int index) {
    assert(index >= 0 && index < track->count);
    track->count--;
    memmove(track->notes + index, track->notes + index + 1,
            (size_t)(track->count - index) * sizeof *track->notes);
}

int track_change(Track *track, int index, Note note) {
    track_remove(track, index);
    return place(track, note_clipped(note));
}

void track_take_notes(Track *track, Track *from) {
    free(track->notes);
    track->notes = from->notes;
    track->count = from->count;
    track->capacity = from->capacity;
    from->notes = NULL;
    from->count = from->capacity = 0;
}

/* Insertion sort: stable, and the notes are in order but for a few. */
static void restore_order(Track *track) {
    int count = track->count;
    track->count = 0;
    for (int i = 0; i < count; i++) place(track, track->notes[i]);
}

/* May `note`, beginning while `sounding` lasts, take over? */
static bool takes_over(Note note, Note sounding, int32_t legato_ticks) {
    return note.pitch >= sounding.pitch || note.start >= sounding.start + sounding.length - legato_ticks;
}

int track_make_monophonic(Track *track, int32_t legato_ticks, int *cut) {
    int kept = 0, shortened = 0;
    for (int i = 0; i < track->count; i++) {
        Note note = track->notes[i];
        Note *last = kept > 0 ? &track->notes[kept - 1] : NULL;
        if (last &&
            last->start == note.start) { /* within one onset pitches ascend: the later one is the higher */
            *last = note;
            continue;
        }
        bool overlaps = last && last->start + last->length > note.start;
        if (overlaps && !takes_over(note, *last, legato_ticks)) continue;
        if (overlaps) {
            last->length = note.start - last->start;
            shortened++;
        }
        track->notes[kept++] = note;
    }
    int dropped = track->count - kept;
    track->count = kept;
    if (cut) *cut = shortened;
    return dropped;
}

void track_transpose(Track *track, int semitones) {
    for (int i = 0; i < track->count; i++) {
        int pitch = track->notes[i].pitch + semitones;
        while (pitch < 0) pitch += 12;
        while (pitch > 127) pitch -= 12;
        track->notes[i].pitch = (uint8_t)pitch;
    }
    restore_order(track);
}

/* ---- asking ---- */

int track_find(const Track *track, int32_t tick, int pitch) {
    int found = -1;
    for (int i = 0; i < track->count && track->notes[i].start <= tick; i++) {
        const Note *note = &track->notes[i];
        if (note->start + note->length <= tick || (pitch >= 0 && note->pitch != pitch)) continue;
        if (found < 0 || note->pitch >= track->notes[found].pitch) found = i;
    }
    return found;
}

int track_sounding(const Track *track, int32_t tick) {
    int count = 0;
    for (int i = 0; i < track->count && track->notes[i].start <= tick; i++)
        count += track->notes[i].start + track->notes[i].length > tick;
    return count;
}

/* Of what began before, the nearest few are looked at: more do not hold on so long in a melody. */
bool track_is_covered(const Track *track, int index) {
    enum { BEFORE = 8 };
    const Note *note = &track->notes[index];
    for (int i = index + 1; i < track->count && track->notes[i].start < note->start + note->length; i++)
        if (track->notes[i].pitch > note->pitch) return true;
    for (int i = index - 1; i >= 0 && i >= index - BEFORE; i--)
        if (track->notes[i].start + track->notes[i].length > note->start &&
            track->notes[i].pitch > note->pitch)
            return true;
    return false;
}

/* The number of notes that start before tick. */
static int count_before(const Track *track, int32_t tick) {
    int low = 0, high = track->count;
    while (low < high) {
        int middle = low + (high - low) / 2;
        if (track->notes[middle].start < tick)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

int track_next(const Track *track, int32_t tick) {
    int index = count_before(track, tick);
    return index < track->count ? index : -1;
}

int track_previous(const Track *track, int32_t tick) {
    return count_before(track, tick) - 1;
}

int32_t track_end(const Track *track) {
    int32_t end = 0;
    for (int i = 0; i < track->count; i++) {
        int32_t stop = track->notes[i].start + track->notes[i].length;
        if (stop > end) end = stop;
    }
    return end;
}
