#include <stdio.h>

#include "app/studio/actions.h"

static int32_t on_grid(const Editor *editor, int32_t tick) {
    return grid_floor(editor->session.grid, editor_timeline(editor), tick);
}

void action_step(Editor *editor, int steps) {
    Session *session = &editor->session;
    int32_t tick = grid_move(session->grid, editor_timeline(editor), session->cursor_tick, steps);
    session_move(session, tick, session->cursor_pitch);
}

void action_pitch(Session *session, int semitones) {
    session_move(session, session->cursor_tick, session->cursor_pitch + semitones);
}

void action_bar(Editor *editor, int direction) {
    Session *session = &editor->session;
    const Timeline *timeline = editor_timeline(editor);
    TimelineBar here = timeline_bar_at(timeline, session->cursor_tick);
    bool inside = session->cursor_tick != here.start;
    int bar = here.index + (direction < 0 ? (inside ? 0 : -1) : 1);
    session_move(session, timeline_bar(timeline, bar).start, session->cursor_pitch);
}

static void go_to_note(Editor *editor, int index, const char *where) {
    const Track *track = editor_track(editor);
    if (index < 0)
        messages_refuse(editor->messages, "There %s.", track->count ? where : "are no notes");
    else
        session_move(&editor->session, track->notes[index].start, track->notes[index].pitch);
}

void action_next_note(Editor *editor) {
    int index = track_next(editor_track(editor), editor->session.cursor_tick + 1);
    go_to_note(editor, index, "is no note further on");
}

void action_previous_note(Editor *editor) {
    int index = track_previous(editor_track(editor), editor->session.cursor_tick);
    go_to_note(editor, index, "is no note before this place");
}

void action_start(Session *session) {
    session_move(session, 0, session->cursor_pitch);
}

void action_end(Editor *editor) {
    session_move(&editor->session, on_grid(editor, track_end(editor_track(editor))),
                 editor->session.cursor_pitch);
}

/* Words of the file: markers, and what is sung. */
static void go_to_words(Editor *editor, const Command *command) {
    Session *session = &editor->session;
    const Score *score = &editor_document(editor)->score[editor_settings(editor)];
    int32_t tick = command->has_argument ? score_find_words(score, command->text, session->cursor_tick) : -1;
    if (tick >= 0)
        session_move(session, on_grid(editor, tick), session->cursor_pitch);
    else if (command->has_argument)
        messages_refuse(editor->messages, "No marker or lyric here has \"%.60s\"; :goto 5 goes to bar 5.",
                        command->text);
    else
        messages_refuse(editor->messages, "Where to? :goto 5, or a word of a marker or lyric.");
}

void action_goto(Editor *editor, const Command *command) {
    Session *session = &editor->session;
    const Timeline *timeline = editor_timeline(editor);
    int first = timeline_bar_number(timeline, 0);
    int last = first + timeline_bar_at(timeline, session_ticks_max(session)).index - 1;
    char rest;
    int number;
    if (sscanf(command->text, "%d %c", &number, &rest) != 1) {
        go_to_words(editor, command);
    } else if (number < first || number > last) {
        messages_refuse(editor->messages, "There is no bar %d: they go from %d to %d.", number, first, last);
    } else {
        session_move(session, timeline_bar(timeline, timeline_bar_index(timeline, number)).start,
                     session->cursor_pitch);
    }
}

void action_grid(Editor *editor, const Command *command) {
    const int lines = (int)command->number;
    if (!command->has_argument || lines != command->number || lines < 1 || lines > GRID_LINES_MAX) {
        messages_refuse(
            editor->messages,
            "The cursor steps by 1/%d of a whole note; :grid 16 or 8, or 12 and 24 for triplets, up to %d.",
            grid_lines(editor->session.grid), GRID_LINES_MAX);
        return;
    }
    session_set_grid(&editor->session, grid_of(lines));
    messages_say(editor->messages, "the cursor steps by 1/%d%s", lines, lines % 3 == 0 ? ", triplets" : "");
}

/* A press of the mouse: what was selected is not meant any more. */
void action_cursor(Editor *editor, const Command *command) {
    session_select(&editor->session, SESSION_SELECT_NONE);
    session_move(&editor->session, on_grid(editor, command->tick), command->pitch);
}

void action_focus_bar(Session *session, const Command *command) {
    session_move(session, command->tick, session->cursor_pitch);
}

void action_select_to(Editor *editor, const Command *command) {
    Session *session = &editor->session;
    if (session->selecting == SESSION_SELECT_NONE) session_select(session, SESSION_SELECT_NOTES);
    session_move(session, on_grid(editor, command->tick), command->pitch);
}
