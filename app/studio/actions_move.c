#include "app/studio/actions.h"

static int32_t bar_ticks(const Editor *editor) {
    return melody_bar_ticks(editor_melody(editor));
}

static int32_t on_grid(int32_t tick) {
    return tick / MELODY_STEP_TICKS * MELODY_STEP_TICKS;
}

void action_step(Session *session, int steps) {
    int32_t at = session->cursor_tick / MELODY_STEP_TICKS;
    if (steps < 0 && session->cursor_tick % MELODY_STEP_TICKS) at++; /* off the grid: to the line before */
    session_move(session, (at + steps) * MELODY_STEP_TICKS, session->cursor_pitch);
}

void action_pitch(Session *session, int semitones) {
    session_move(session, session->cursor_tick, session->cursor_pitch + semitones);
}

void action_bar(Editor *editor, int direction) {
    Session *session = &editor->session;
    int32_t ticks = bar_ticks(editor), at = session->cursor_tick / ticks;
    bool inside = session->cursor_tick % ticks != 0;
    session_move(session, (at + (direction < 0 ? (inside ? 0 : -1) : 1)) * ticks, session->cursor_pitch);
}

static void go_to_note(Editor *editor, int index, const char *where) {
    const Melody *melody = editor_melody(editor);
    if (index < 0)
        messages_refuse(editor->messages, "There %s.", melody->count ? where : "are no notes");
    else
        session_move(&editor->session, melody->notes[index].start, melody->notes[index].pitch);
}

void action_next_note(Editor *editor) {
    int index = melody_next(editor_melody(editor), editor->session.cursor_tick + 1);
    go_to_note(editor, index, "is no note further on");
}

void action_previous_note(Editor *editor) {
    int index = melody_previous(editor_melody(editor), editor->session.cursor_tick);
    go_to_note(editor, index, "is no note before this place");
}

void action_start(Session *session) {
    session_move(session, 0, session->cursor_pitch);
}

void action_end(Editor *editor) {
    session_move(&editor->session, on_grid(melody_end(editor_melody(editor))), editor->session.cursor_pitch);
}

void action_goto(Editor *editor, const Command *command) {
    int bars = MELODY_TICKS_MAX / bar_ticks(editor);
    Session *session = &editor->session;
    if (!command->has_argument || command->number < 1 || command->number > bars)
        messages_refuse(editor->messages, "Which bar? :goto NUMBER, counted from 1.");
    else
        session_move(session, ((int32_t)command->number - 1) * bar_ticks(editor), session->cursor_pitch);
}

/* A press of the mouse: what was selected is not meant any more. */
void action_cursor(Session *session, const Command *command) {
    session_select(session, SESSION_SELECT_NONE);
    session_move(session, on_grid(command->tick), command->pitch);
}

void action_focus_bar(Session *session, const Command *command) {
    session_move(session, command->tick, session->cursor_pitch);
}

void action_select_to(Session *session, const Command *command) {
    if (session->selecting == SESSION_SELECT_NONE) session_select(session, SESSION_SELECT_NOTES);
    session_move(session, on_grid(command->tick), command->pitch);
}
