#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/studio/actions.h"

enum { VELOCITY_STEP = 8 };

/* ---- single notes ---- */

void action_note(Editor *editor, Playback *playback) {
    const Session *session = &editor->session;
    Melody *melody = editor_begin(editor, "note");
    if (!melody) return;
    int index = melody_find(melody, session->cursor_tick, session->cursor_pitch);
    Error err = {{0}};
    if (index >= 0) {
        melody_remove(melody, index);
    } else {
        Note note = {session->cursor_tick, session->note_ticks, (uint8_t)session->cursor_pitch,
                     (uint8_t)session->velocity};
        if (melody_insert(melody, note, &err) < 0) {
            editor_refuse(editor, &err);
            return;
        }
    }
    editor_commit(editor);
    if (index < 0) playback_audition(playback, session->cursor_pitch, session->velocity);
}

void action_click_note(Editor *editor, Playback *playback, const Command *command) {
    session_move(&editor->session, command->tick / MELODY_STEP_TICKS * MELODY_STEP_TICKS, command->pitch);
    action_note(editor, playback);
}

/* ---- notes of the selection, or the one under the cursor ---- */

typedef int (*Change)(Melody *melody, const EditRange *range, int amount, const Editor *editor, Error *err);

static int transpose(Melody *melody, const EditRange *range, int amount, const Editor *editor, Error *err) {
    (void)editor;
    return edit_transpose(melody, range, amount, err);
}

static int scale_step(Melody *melody, const EditRange *range, int amount, const Editor *editor, Error *err) {
    Key key = document_key(editor_document(editor), editor_melody(editor));
    if (!key.known) {
        error_set(err, "No key is known to take steps in: :key C sets one.");
        return -1;
    }
    return edit_scale_step(melody, range, key, amount, err);
}

static int lengthen(Melody *melody, const EditRange *range, int amount, const Editor *editor, Error *err) {
    (void)editor;
    return edit_lengthen(melody, range, amount, err);
}

static int louder(Melody *melody, const EditRange *range, int amount, const Editor *editor, Error *err) {
    (void)editor;
    return edit_louder(melody, range, amount, err);
}

/* A single note takes the cursor with it. */
static void follow_pitch(Editor *editor, Playback *playback, const EditRange *old, const Melody *before,
                         bool selected) {
    Session *session = &editor->session;
    if (selected) return;
    int index = melody_find(before, session->cursor_tick, old->low);
    const Melody *after = editor_melody(editor);
    for (int i = 0; index >= 0 && i < after->count; i++) {
        const Note *note = &after->notes[i];
        if (note->start != before->notes[index].start) continue;
        if (melody_find(before, note->start, note->pitch) >= 0 && note->pitch != old->low) continue;
        session_move(session, session->cursor_tick, note->pitch);
        playback_audition(playback, note->pitch, note->velocity);
        return;
    }
}

static void change(Editor *editor, Playback *playback, const char *name, Change apply, int amount) {
    EditRange range;
    Melody before = {0};
    Error err = {{0}};
    const Melody *shown = editor_melody(editor);
    bool selected = editor->session.selecting != SESSION_SELECT_NONE;
    if (!session_range(&editor->session, shown, &range)) {
        messages_refuse(editor->messages, "There is no note here: w goes to the next one, v selects.");
        return;
    }
    if (edit_count(shown, &range) == 0) {
        messages_refuse(editor->messages, "There are no notes in the selection.");
        return;
    }
    Melody *melody = editor_begin(editor, name);
    if (!melody) return;
    int changed = melody_copy(&before, melody, &err) ? apply(melody, &range, amount, editor, &err) : -1;
    if (changed < 0) {
        editor_refuse(editor, &err);
    } else if (editor_commit(editor)) {
        follow_pitch(editor, playback, &range, &before, selected);
        messages_say(editor->messages, "%s: %d note%s", name, changed, changed == 1 ? "" : "s");
    } else {
        messages_refuse(editor->messages, "%s: nothing left to change", name);
    }
    melody_deinit(&before);
}

void action_transpose(Editor *editor, Playback *playback, const char *name, int semitones) {
    change(editor, playback, name, transpose, semitones);
}

void action_scale_step(Editor *editor, Playback *playback, const char *name, int steps) {
    change(editor, playback, name, scale_step, steps);
}

/* With nothing to change, the keys set what the next note will be. */
static bool nothing_here(const Editor *editor) {
    EditRange range;
    return !session_range(&editor->session, editor_melody(editor), &range);
}

void action_length(Editor *editor, Playback *playback, int direction) {
    Session *session = &editor->session;
    if (!nothing_here(editor)) {
        change(editor, playback, direction > 0 ? "longer" : "shorter", lengthen,
               direction * MELODY_STEP_TICKS);
        return;
    }
    session_set_length(session, session->note_ticks + direction * MELODY_STEP_TICKS,
                       4 * melody_bar_ticks(editor_melody(editor)));
    messages_say(editor->messages, "next notes: %d/16", (int)(session->note_ticks / MELODY_STEP_TICKS));
}

void action_velocity(Editor *editor, Playback *playback, int direction) {
    Session *session = &editor->session;
    if (!nothing_here(editor)) {
        change(editor, playback, direction > 0 ? "louder" : "softer", louder, direction * VELOCITY_STEP);
        return;
    }
    session_set_velocity(session, session->velocity + direction * VELOCITY_STEP);
    messages_say(editor->messages, "next notes: velocity %d", session->velocity);
}

void action_delete(Editor *editor) {
    EditRange range;
    if (!session_range(&editor->session, editor_melody(editor), &range)) {
        messages_refuse(editor->messages, "There is no note here to delete.");
        return;
    }
    Melody *melody = editor_begin(editor, "delete");
    if (!melody) return;
    int deleted = edit_delete(melody, &range);
    session_select(&editor->session, SESSION_SELECT_NONE);
    if (editor_commit(editor))
        messages_say(editor->messages, "deleted %d note%s", deleted, deleted == 1 ? "" : "s");
    else
        messages_refuse(editor->messages, "There are no notes in the selection.");
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

void action_quantise(Editor *editor, Pending *pending, const Command *command) {
    int grid, strength;
    if (!read_quantise(command->text, &grid, &strength)) {
        messages_refuse(editor->messages,
                        "Quantise to what? :quantise GRID STRENGTH, such as 8 50: grid 1, 2, 4, 8, "
                        "16 or 32, strength 1 to 100 percent.");
        return;
    }
    const Melody *shown = editor_melody(editor);
    EditRange range = session_selection(&editor->session, shown);
    if (range.end <= range.start) range = (EditRange){0, MELODY_TICKS_MAX, 0, 127};
    Melody *melody = editor_begin(editor, "quantise");
    if (!melody) return;
    Error err = {{0}};
    int moved = edit_quantise(melody, &range, 4 * MELODY_QUARTER_TICKS / grid, strength / 100.0, &err);
    if (moved < 0) {
        editor_refuse(editor, &err);
    } else if (moved == 0) {
        editor_cancel(editor);
        messages_say(editor->messages, "every note is on the grid of 1/%d already", grid);
    } else if (pending->consent) {
        if (editor_commit(editor))
            messages_say(editor->messages, "quantised %d note%s to 1/%d at %d %%", moved,
                         moved == 1 ? "" : "s", grid, strength);
    } else {
        pending_ask(pending, PENDING_QUANTISE, command, "Quantise %d note%s to 1/%d at %d %%, as shown?",
                    moved, moved == 1 ? "" : "s", grid, strength);
        melody_copy(&pending->preview, melody, &err); /* no memory: the words alone */
        editor_cancel(editor);
    }
}
