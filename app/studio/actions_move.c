#include "app/studio/actions.h"

static int32_t bar_ticks(const Studio *studio) {
    return melody_bar_ticks(studio_melody(studio));
}

static void move_to(Studio *studio, int32_t tick, int pitch) {
    session_move(&studio->session, tick, pitch);
}

void action_step(Studio *studio, int steps) {
    const Session *session = &studio->session;
    int32_t at = session->cursor_tick / MELODY_STEP_TICKS;
    if (steps < 0 && session->cursor_tick % MELODY_STEP_TICKS) at++; /* off the grid: to the line before */
    move_to(studio, (at + steps) * MELODY_STEP_TICKS, session->cursor_pitch);
}

void action_pitch(Studio *studio, int semitones) {
    const Session *session = &studio->session;
    move_to(studio, session->cursor_tick, session->cursor_pitch + semitones);
}

void action_bar(Studio *studio, int direction) {
    const Session *session = &studio->session;
    int32_t ticks = bar_ticks(studio), at = session->cursor_tick / ticks;
    bool inside = session->cursor_tick % ticks != 0;
    move_to(studio, (at + (direction < 0 ? (inside ? 0 : -1) : 1)) * ticks, session->cursor_pitch);
}

static void go_to_note(Studio *studio, int index, const char *where) {
    const Melody *melody = studio_melody(studio);
    if (index < 0)
        messages_refuse(&studio->messages, "There %s.", melody->count ? where : "are no notes");
    else
        move_to(studio, melody->notes[index].start, melody->notes[index].pitch);
}

void action_next_note(Studio *studio) {
    int index = melody_next(studio_melody(studio), studio->session.cursor_tick + 1);
    go_to_note(studio, index, "is no note further on");
}

void action_previous_note(Studio *studio) {
    int index = melody_previous(studio_melody(studio), studio->session.cursor_tick);
    go_to_note(studio, index, "is no note before this place");
}

void action_start(Studio *studio) {
    move_to(studio, 0, studio->session.cursor_pitch);
}

static int32_t on_grid(int32_t tick) {
    return tick / MELODY_STEP_TICKS * MELODY_STEP_TICKS;
}

void action_end(Studio *studio) {
    move_to(studio, on_grid(melody_end(studio_melody(studio))), studio->session.cursor_pitch);
}

void action_goto(Studio *studio, const Command *command) {
    int bars = MELODY_TICKS_MAX / bar_ticks(studio);
    if (!command->has_argument || command->number < 1 || command->number > bars)
        messages_refuse(&studio->messages, "Which bar? :goto NUMBER, counted from 1.");
    else
        move_to(studio, ((int32_t)command->number - 1) * bar_ticks(studio), studio->session.cursor_pitch);
}

/* A press of the mouse: what was selected is not meant any more. */
void action_cursor(Studio *studio, const Command *command) {
    session_select(&studio->session, SESSION_SELECT_NONE);
    move_to(studio, on_grid(command->tick), command->pitch);
}

void action_focus_bar(Studio *studio, const Command *command) {
    move_to(studio, command->tick, studio->session.cursor_pitch);
}

void action_select_to(Studio *studio, const Command *command) {
    if (studio->session.selecting == SESSION_SELECT_NONE)
        session_select(&studio->session, SESSION_SELECT_NOTES);
    move_to(studio, on_grid(command->tick), command->pitch);
}
