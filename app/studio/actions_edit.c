#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/studio/actions.h"

enum { VELOCITY_STEP = 8 };

/* ---- single notes ---- */

void action_note(Studio *studio) {
    const Session *session = &studio->session;
    Melody *melody = studio_begin(studio, "note");
    if (!melody) return;
    int index = melody_find(melody, session->cursor_tick, session->cursor_pitch);
    Error err = {{0}};
    if (index >= 0) {
        melody_remove(melody, index);
    } else {
        Note note = {session->cursor_tick, session->note_ticks, (uint8_t)session->cursor_pitch,
                     (uint8_t)session->velocity};
        if (melody_insert(melody, note, &err) < 0) {
            studio_cancel(studio);
            messages_refuse(&studio->messages, "%s", err.text);
            return;
        }
    }
    studio_commit(studio);
    if (index < 0) playback_audition(&studio->playback, session->cursor_pitch, session->velocity);
}

void action_click_note(Studio *studio, const Command *command) {
    session_move(&studio->session, command->tick / MELODY_STEP_TICKS * MELODY_STEP_TICKS, command->pitch);
    action_note(studio);
}

/* ---- notes of the selection, or the one under the cursor ---- */

typedef int (*Change)(Melody *melody, const EditRange *range, int amount, const Studio *studio, Error *err);

static int transpose(Melody *melody, const EditRange *range, int amount, const Studio *studio, Error *err) {
    (void)studio;
    return edit_transpose(melody, range, amount, err);
}

static int scale_step(Melody *melody, const EditRange *range, int amount, const Studio *studio, Error *err) {
    Key key = document_key(studio_document(studio), studio_melody(studio));
    if (!key.known) {
        error_set(err, "No key is known to take steps in: :key C sets one.");
        return -1;
    }
    return edit_scale_step(melody, range, key, amount, err);
}

static int lengthen(Melody *melody, const EditRange *range, int amount, const Studio *studio, Error *err) {
    (void)studio;
    return edit_lengthen(melody, range, amount, err);
}

static int louder(Melody *melody, const EditRange *range, int amount, const Studio *studio, Error *err) {
    (void)studio;
    return edit_louder(melody, range, amount, err);
}

/* A single note takes the cursor with it. */
static void follow_pitch(Studio *studio, const EditRange *old, const Melody *before, bool selected) {
    Session *session = &studio->session;
    if (selected) return;
    int index = melody_find(before, session->cursor_tick, old->low);
    const Melody *after = studio_melody(studio);
    for (int i = 0; index >= 0 && i < after->count; i++) {
        const Note *note = &after->notes[i];
        if (note->start != before->notes[index].start) continue;
        if (melody_find(before, note->start, note->pitch) >= 0 && note->pitch != old->low) continue;
        session_move(session, session->cursor_tick, note->pitch);
        playback_audition(&studio->playback, note->pitch, note->velocity);
        return;
    }
}

static void change(Studio *studio, const char *name, Change apply, int amount) {
    EditRange range;
    Melody before = {0};
    Error err = {{0}};
    const Melody *shown = studio_melody(studio);
    bool selected = studio->session.selecting != SESSION_SELECT_NONE;
    if (!session_range(&studio->session, shown, &range)) {
        messages_refuse(&studio->messages, "There is no note here: w goes to the next one, v selects.");
        return;
    }
    if (edit_count(shown, &range) == 0) {
        messages_refuse(&studio->messages, "There are no notes in the selection.");
        return;
    }
    Melody *melody = studio_begin(studio, name);
    if (!melody) return;
    int changed = melody_copy(&before, melody, &err) ? apply(melody, &range, amount, studio, &err) : -1;
    if (changed < 0) {
        studio_cancel(studio);
        messages_refuse(&studio->messages, "%s", err.text);
    } else if (studio_commit(studio)) {
        follow_pitch(studio, &range, &before, selected);
        messages_say(&studio->messages, "%s: %d note%s", name, changed, changed == 1 ? "" : "s");
    } else {
        messages_refuse(&studio->messages, "%s: nothing left to change", name);
    }
    melody_deinit(&before);
}

void action_transpose(Studio *studio, const char *name, int semitones) {
    change(studio, name, transpose, semitones);
}

void action_scale_step(Studio *studio, const char *name, int steps) {
    change(studio, name, scale_step, steps);
}

/* With nothing to change, the keys set what the next note will be. */
static bool nothing_here(const Studio *studio) {
    EditRange range;
    return !session_range(&studio->session, studio_melody(studio), &range);
}

void action_length(Studio *studio, int direction) {
    Session *session = &studio->session;
    if (!nothing_here(studio)) {
        change(studio, direction > 0 ? "longer" : "shorter", lengthen, direction * MELODY_STEP_TICKS);
        return;
    }
    int32_t length = session->note_ticks + direction * MELODY_STEP_TICKS;
    int32_t longest = 4 * melody_bar_ticks(studio_melody(studio));
    session->note_ticks = length < MELODY_STEP_TICKS ? MELODY_STEP_TICKS
                          : length > longest         ? longest
                                                     : length;
    messages_say(&studio->messages, "next notes: %d/16", (int)(session->note_ticks / MELODY_STEP_TICKS));
}

void action_velocity(Studio *studio, int direction) {
    Session *session = &studio->session;
    if (!nothing_here(studio)) {
        change(studio, direction > 0 ? "louder" : "softer", louder, direction * VELOCITY_STEP);
        return;
    }
    int velocity = session->velocity + direction * VELOCITY_STEP;
    session->velocity = velocity < 1 ? 1 : velocity > 127 ? 127 : velocity;
    messages_say(&studio->messages, "next notes: velocity %d", session->velocity);
}

void action_delete(Studio *studio) {
    EditRange range;
    if (!session_range(&studio->session, studio_melody(studio), &range)) {
        messages_refuse(&studio->messages, "There is no note here to delete.");
        return;
    }
    Melody *melody = studio_begin(studio, "delete");
    if (!melody) return;
    int deleted = edit_delete(melody, &range);
    studio->session.selecting = SESSION_SELECT_NONE;
    if (studio_commit(studio))
        messages_say(&studio->messages, "deleted %d note%s", deleted, deleted == 1 ? "" : "s");
    else
        messages_refuse(&studio->messages, "There are no notes in the selection.");
}

/* ---- quantise ---- */

/* "GRID STRENGTH", as in "8 50"; both may be left out. */
static bool read_quantise(const char *text, int *grid, int *strength) {
    char rest;
    *grid = 16;
    *strength = 100;
    int read = sscanf(text, "%d %d %c", grid, strength, &rest);
    if (read == 0 || read == 3) return false;
    bool known = *grid == 1 || *grid == 2 || *grid == 4 || *grid == 8 || *grid == 16 || *grid == 32;
    return known && *strength >= 1 && *strength <= 100;
}

void action_quantise(Studio *studio, const Command *command) {
    int grid, strength;
    if (!read_quantise(command->text, &grid, &strength)) {
        messages_refuse(&studio->messages,
                        "Quantise to what? :quantise GRID STRENGTH, such as 8 50: grid 1, 2, 4, 8, "
                        "16 or 32, strength 1 to 100 percent.");
        return;
    }
    const Melody *shown = studio_melody(studio);
    EditRange range = session_selection(&studio->session, shown);
    if (range.end <= range.start) range = (EditRange){0, MELODY_TICKS_MAX, 0, 127};
    Melody *melody = studio_begin(studio, "quantise");
    if (!melody) return;
    Error err = {{0}};
    int moved = edit_quantise(melody, &range, 4 * MELODY_QUARTER_TICKS / grid, strength / 100.0, &err);
    if (moved < 0) {
        studio_cancel(studio);
        messages_refuse(&studio->messages, "%s", err.text);
    } else if (moved == 0) {
        studio_cancel(studio);
        messages_say(&studio->messages, "every note is on the grid of 1/%d already", grid);
    } else if (studio->consent) {
        if (studio_commit(studio))
            messages_say(&studio->messages, "quantised %d note%s to 1/%d at %d %%", moved,
                         moved == 1 ? "" : "s", grid, strength);
    } else {
        studio->previewing = melody_copy(&studio->preview, melody, &err);
        studio_cancel(studio);
        question_ask(&studio->question, QUESTION_QUANTISE, command,
                     "Quantise %d note%s to 1/%d at %d %%, as shown?", moved, moved == 1 ? "" : "s", grid,
                     strength);
    }
}
