#include "engine/music/melody.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/number.h"
#include "engine/base/utf8.h"

/* ---- life ---- */

void melody_init(Melody *melody) {
    memset(melody, 0, sizeof *melody);
    melody->quarter_us = MELODY_DEFAULT_QUARTER_US;
    melody->meter_beats = 4;
    melody->meter_unit = 4;
}

void melody_deinit(Melody *melody) {
    free(melody->notes);
    memset(melody, 0, sizeof *melody);
}

bool melody_copy(Melody *to, const Melody *from, Error *err) {
    assert(to != from);
    melody_deinit(to);
    Note *notes = NULL;
    if (from->count > 0) {
        notes = malloc((size_t)from->count * sizeof *notes);
        if (!notes) return error_memory(err, "a melody");
        memcpy(notes, from->notes, (size_t)from->count * sizeof *notes);
    }
    *to = *from;
    to->notes = notes;
    to->capacity = from->count;
    return true;
}

bool melody_note_equal(Note a, Note b) {
    return a.start == b.start && a.length == b.length && a.pitch == b.pitch && a.velocity == b.velocity;
}

bool melody_equal(const Melody *a, const Melody *b) {
    if (a->count != b->count || melody_quarter_us(a) != melody_quarter_us(b) ||
        melody_beats(a) != melody_beats(b) || melody_unit(a) != melody_unit(b) || a->program != b->program ||
        strcmp(a->name, b->name) != 0)
        return false;
    for (int i = 0; i < a->count; i++)
        if (!melody_note_equal(a->notes[i], b->notes[i])) return false;
    return true;
}

/* ---- names ---- */

void melody_write_name(char *to, size_t size, const char *text, size_t length) {
    size_t used = 0, at = 0;
    for (; at < length && used + 1 < size; at++)
        if ((unsigned char)text[at] >= 0x20 && text[at] != 0x7F) to[used++] = text[at];
    to[used] = '\0';
    if (at < length) utf8_drop_partial(to);
    used = strlen(to);
    memset(to + used, 0, size - used);
}

void melody_set_name(Melody *melody, const char *text) {
    melody_write_name(melody->name, sizeof melody->name, text, strlen(text));
}

/* ---- editing ---- */

static bool note_before(Note a, Note b) {
    return a.start != b.start ? a.start < b.start : a.pitch < b.pitch;
}

static Note note_clipped(Note note) {
    note.start = number_clamp(note.start, 0, MELODY_TICKS_MAX - 1);
    note.length = number_clamp(note.length, 1, MELODY_TICKS_MAX - note.start);
    note.pitch = (uint8_t)number_clamp(note.pitch, 0, 127);
    note.velocity = (uint8_t)number_clamp(note.velocity, 1, 127);
    return note;
}

/* The caller has made room. Searched from the end: files and decoders append, an editor's melodies are short.
 */
static int place(Melody *melody, Note note) {
    int at = melody->count;
    while (at > 0 && note_before(note, melody->notes[at - 1])) at--;
    memmove(melody->notes + at + 1, melody->notes + at, (size_t)(melody->count - at) * sizeof note);
    melody->notes[at] = note;
    melody->count++;
    return at;
}

int melody_insert(Melody *melody, Note note, Error *err) {
    if (melody->count >= MELODY_NOTES_MAX) {
        error_set(err, "The melody is full: it holds %d notes, remove some first.", MELODY_NOTES_MAX);
        return -1;
    }
    if (melody->count == melody->capacity) {
        int capacity = melody->capacity ? 2 * melody->capacity : 32;
        Note *notes = realloc(melody->notes, (size_t)capacity * sizeof *notes);
        if (!notes) {
            error_memory(err, "another note");
            return -1;
        }
        melody->notes = notes;
        melody->capacity = capacity;
    }
    return place(melody, note_clipped(note));
}

void melody_remove(Melody *melody, int index) {
    assert(index >= 0 && index < melody->count);
    melody->count--;
    memmove(melody->notes + index, melody->notes + index + 1,
            (size_t)(melody->count - index) * sizeof *melody->notes);
}

int melody_change(Melody *melody, int index, Note note) {
    melody_remove(melody, index);
    return place(melody, note_clipped(note));
}

/* Insertion sort: stable, and the notes are in order but for a few. */
static void restore_order(Melody *melody) {
    int count = melody->count;
    melody->count = 0;
    for (int i = 0; i < count; i++) place(melody, melody->notes[i]);
}

/* ---- asking ---- */

int32_t melody_quarter_us(const Melody *melody) {
    return melody->quarter_us > 0 ? melody->quarter_us : MELODY_DEFAULT_QUARTER_US;
}

int melody_beats(const Melody *melody) {
    return melody->meter_beats ? melody->meter_beats : 4;
}

int melody_unit(const Melody *melody) {
    return melody->meter_unit ? melody->meter_unit : 4;
}

int melody_find(const Melody *melody, int32_t tick, int pitch) {
    int found = -1;
    for (int i = 0; i < melody->count && melody->notes[i].start <= tick; i++) {
        const Note *note = &melody->notes[i];
        if (note->start + note->length <= tick || (pitch >= 0 && note->pitch != pitch)) continue;
        if (found < 0 || note->pitch >= melody->notes[found].pitch) found = i;
    }
    return found;
}

/* The number of notes that start before tick. */
static int count_before(const Melody *melody, int32_t tick) {
    int low = 0, high = melody->count;
    while (low < high) {
        int middle = low + (high - low) / 2;
        if (melody->notes[middle].start < tick)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

int melody_next(const Melody *melody, int32_t tick) {
    int index = count_before(melody, tick);
    return index < melody->count ? index : -1;
}

int melody_previous(const Melody *melody, int32_t tick) {
    return count_before(melody, tick) - 1;
}

int32_t melody_end(const Melody *melody) {
    int32_t end = 0;
    for (int i = 0; i < melody->count; i++) {
        int32_t stop = melody->notes[i].start + melody->notes[i].length;
        if (stop > end) end = stop;
    }
    return end;
}

int32_t melody_bar_ticks(const Melody *melody) {
    int32_t ticks = melody_beats(melody) * (4 * MELODY_QUARTER_TICKS) / melody_unit(melody);
    return ticks > 0 ? ticks : 1;
}

int melody_bar_count(const Melody *melody) {
    int32_t bar = melody_bar_ticks(melody), end = melody_end(melody);
    return end > 0 ? (end + bar - 1) / bar : 1;
}

double melody_bpm(const Melody *melody) {
    return 60e6 / melody_quarter_us(melody);
}

/* ---- whole-melody verbs ---- */

/* May `note`, beginning while `sounding` lasts, take over? */
static bool takes_over(Note note, Note sounding) {
    return note.pitch >= sounding.pitch || note.start >= sounding.start + sounding.length - MELODY_STEP_TICKS;
}

int melody_make_monophonic(Melody *melody, int *cut) {
    int kept = 0, shortened = 0;
    for (int i = 0; i < melody->count; i++) {
        Note note = melody->notes[i];
        Note *last = kept > 0 ? &melody->notes[kept - 1] : NULL;
        if (last &&
            last->start == note.start) { /* within one onset pitches ascend: the later one is the higher */
            *last = note;
            continue;
        }
        bool overlaps = last && last->start + last->length > note.start;
        if (overlaps && !takes_over(note, *last)) continue;
        if (overlaps) {
            last->length = note.start - last->start;
            shortened++;
        }
        melody->notes[kept++] = note;
    }
    int dropped = melody->count - kept;
    melody->count = kept;
    if (cut) *cut = shortened;
    return dropped;
}

void melody_transpose(Melody *melody, int semitones) {
    for (int i = 0; i < melody->count; i++) {
        int pitch = melody->notes[i].pitch + semitones;
        while (pitch < 0) pitch += 12;
        while (pitch > 127) pitch -= 12;
        melody->notes[i].pitch = (uint8_t)pitch;
    }
    restore_order(melody);
}
