#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/studio/actions.h"

enum { VELOCITY_STEP = 8 };

/* ---- single notes ---- */

static void place_note(Editor *editor, Playback *playback) {
    const Session *session = &editor->session;
    Track *track = editor_begin(editor, "note");
    if (!track) return;
    int index = track_find(track, session->cursor_tick, session->cursor_pitch);
    Error err = {{0}};
    if (index >= 0) {
        track_remove(track, index);
    } else {
        Note note = {session->cursor_tick, session->note_ticks, (uint8_t)session->cursor_pitch,
                     (uint8_t)session->velocity};
        if (track_insert(track, note, &err) < 0) {
            editor_refuse(editor, &err);
            return;
        }
    }
    if (!editor_commit(editor) || index >= 0) return;
    playback_audition(playback, session->cursor_pitch, session->velocity);
    editor_tell_chord(editor, session->cursor_tick);
}

/* Enter keeps an open candidate first. */
void action_note(Editor *editor, Candidates *candidates, Playback *playback) {
    if (!candidates_keep(candidates, editor)) place_note(editor, playback);
}

void action_click_note(Editor *editor, Playback *playback, const Command *command) {
    session_move(&editor->session, grid_floor(editor->session.grid, editor_timeline(editor), command->tick),
                 command->pitch);
    place_note(editor, playback);
}

void action_drag_note(Editor *editor, Playback *playback, const Command *command) {
    Session *session = &editor->session;
    int index = track_find(editor_track(editor), session->cursor_tick, session->cursor_pitch);
    if (index < 0) return;
    Note note = editor_track(editor)->notes[index];
    const int32_t into = session->cursor_tick - note.start, length = (int32_t)command->number;
    const bool moved = note.start != command->tick || note.pitch != command->pitch;
    Track *track = editor_begin(editor, moved ? "move note" : "note length");
    if (!track) return;
    note.start = command->tick;
    note.pitch = (uint8_t)command->pitch;
    note.length = length;
    track_change(track, index, note);
    if (!editor_commit(editor)) return;
    session_move(session, note.start + (into < length ? into : 0), note.pitch);
    if (moved) playback_audition(playback, note.pitch, note.velocity);
}

void action_remove_note(Editor *editor, const Command *command) {
    session_select(&editor->session, SESSION_SELECT_NONE);
    session_move(&editor->session, grid_floor(editor->session.grid, editor_timeline(editor), command->tick),
                 command->pitch);
    EditRange range;
    if (session_range(&editor->session, editor_timeline(editor), editor_track(editor), &range))
        action_delete(editor);
}

/* ---- notes of the selection, or the one under the cursor ---- */

typedef int (*Change)(Track *track, const EditRange *range, int amount, const Editor *editor, Error *err);

static int transpose(Track *track, const EditRange *range, int amount, const Editor *editor, Error *err) {
    (void)editor;
    return edit_transpose(track, range, amount, err);
}

static int scale_step(Track *track, const EditRange *range, int amount, const Editor *editor, Error *err) {
    Key key = editor_key(editor);
    if (!key.known) {
        error_set(err, "No key is known to take steps in: :key C sets one.");
        return -1;
    }
    return edit_scale_step(track, range, key, amount, err);
}

static int lengthen(Track *track, const EditRange *range, int amount, const Editor *editor, Error *err) {
    return edit_lengthen(track, range, amount, timeline_division(editor_timeline(editor)), err);
}

static int louder(Track *track, const EditRange *range, int amount, const Editor *editor, Error *err) {
    (void)editor;
    return edit_louder(track, range, amount, err);
}

/* A single note takes the cursor with it. */
static void follow_pitch(Editor *editor, Playback *playback, const EditRange *old, const Track *before,
                         bool selected) {
    Session *session = &editor->session;
    if (selected) return;
    int index = track_find(before, session->cursor_tick, old->low);
    const Track *after = editor_track(editor);
    for (int i = 0; index >= 0 && i < after->count; i++) {
        const Note *note = &after->notes[i];
        if (note->start != before->notes[index].start) continue;
        if (track_find(before, note->start, note->pitch) >= 0 && note->pitch != old->low) continue;
        session_move(session, session->cursor_tick, note->pitch);
        playback_audition(playback, note->pitch, note->velocity);
        return;
    }
}

static void change(Editor *editor, Playback *playback, const char *name, Change apply, int amount) {
    EditRange range;
    Track before = {0};
    Error err = {{0}};
    const Track *shown = editor_track(editor);
    bool selected = editor->session.selecting != SESSION_SELECT_NONE;
    if (!session_range(&editor->session, editor_timeline(editor), shown, &range)) {
        messages_refuse(editor->messages, "There is no note here: w goes to the next one, v selects.");
        return;
    }
    if (edit_count(shown, &range) == 0) {
        messages_refuse(editor->messages, "There are no notes in the selection.");
        return;
    }
    Track *track = editor_begin(editor, name);
    if (!track) return;
    int changed = track_copy(&before, track, &err) ? apply(track, &range, amount, editor, &err) : -1;
    if (changed < 0) {
        editor_refuse(editor, &err);
    } else if (editor_commit(editor)) {
        follow_pitch(editor, playback, &range, &before, selected);
        messages_say(editor->messages, "%s: %d note%s", name, changed, changed == 1 ? "" : "s");
    } else if (!editor_refused(editor)) {
        messages_refuse(editor->messages, "%s: nothing left to change", name);
    }
    track_deinit(&before);
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
    return !session_range(&editor->session, editor_timeline(editor), editor_track(editor), &range);
}

static int32_t step_of(const Editor *editor) {
    return grid_step(editor->session.grid, timeline_division(editor_timeline(editor)));
}

void action_length(Editor *editor, Playback *playback, int direction) {
    Session *session = &editor->session;
    if (!nothing_here(editor)) {
        change(editor, playback, direction > 0 ? "longer" : "shorter", lengthen, direction * step_of(editor));
        return;
    }
    const Timeline *timeline = editor_timeline(editor);
    session_set_length(
        session, session->note_ticks + direction * step_of(editor),
        4 * meter_bar_ticks(timeline_meter(timeline, session->cursor_tick), timeline_division(timeline)));
    messages_say(editor->messages, "next notes: %d/16",
                 (int)(4 * session->note_ticks / timeline_division(timeline)));
}

void action_velocity(Editor *editor, Playback *playback, int direction) {
    Session *session = &editor->session;
    if (editor->version == VERSION_RESULT) {
        messages_refuse(editor->messages,
                        "The result has one loudness: A takes it over into the original, which has others.");
        return;
    }
    if (!nothing_here(editor)) {
        change(editor, playback, direction > 0 ? "louder" : "softer", louder, direction * VELOCITY_STEP);
        return;
    }
    session_set_velocity(session, session->velocity + direction * VELOCITY_STEP);
    messages_say(editor->messages, "next notes: velocity %d", session->velocity);
}

void action_delete(Editor *editor) {
    EditRange range;
    if (!session_range(&editor->session, editor_timeline(editor), editor_track(editor), &range)) {
        messages_refuse(editor->messages, "There is no note here to delete.");
        return;
    }
    Track *track = editor_begin(editor, "delete");
    if (!track) return;
    int deleted = edit_delete(track, &range);
    session_select(&editor->session, SESSION_SELECT_NONE);
    if (editor_commit(editor))
        messages_say(editor->messages, "deleted %d note%s", deleted, deleted == 1 ? "" : "s");
    else if (!editor_refused(editor))
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
    return *grid >= 1 && *grid <= GRID_LINES_MAX && *strength >= 1 && *strength <= 100;
}

void action_quantise(Editor *editor, Pending *pending, const Command *command) {
    int grid, strength;
    if (!read_quantise(command->text, &grid, &strength)) {
        messages_refuse(
            editor->messages,
            "Quantise to what? :quantise GRID STRENGTH, such as 8 50: grid 16 sixteenths, 12 triplets "
            "of eighths and so on, 1 to %d, strength 1 to 100 percent.",
            GRID_LINES_MAX);
        return;
    }
    const Timeline *timeline = editor_timeline(editor);
    EditRange range = session_selection(&editor->session, timeline);
    if (range.end <= range.start) range = (EditRange){0, TRACK_TICKS_MAX, 0, 127};
    Track *track = editor_begin(editor, "quantise");
    if (!track) return;
    Error err = {{0}};
    int moved = edit_quantise(track, &range, grid_of(grid), timeline, strength / 100.0, &err);
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
        track_copy(&pending->preview, track, &err); /* no memory: the words alone */
        editor_cancel(editor);
    }
}
