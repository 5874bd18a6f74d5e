#include "app/studio/actions.h"

static int32_t bar_ticks(const Studio *studio) {
    return melody_bar_ticks(studio_melody(studio));
}

static void move_to(Studio *studio, int32_t tick, int pitch) {
    session_move(&studio->session, tick, pitch);
}

static void step(Studio *studio, int steps) {
    const Session *session = &studio->session;
    int32_t at = session->cursor_tick / MELODY_STEP_TICKS;
    if (steps < 0 && session->cursor_tick % MELODY_STEP_TICKS) at++; /* off the grid: to the line before */
    move_to(studio, (at + steps) * MELODY_STEP_TICKS, session->cursor_pitch);
}

static void bar(Studio *studio, int direction) {
    const Session *session = &studio->session;
    int32_t ticks = bar_ticks(studio), at = session->cursor_tick / ticks;
    bool inside = session->cursor_tick % ticks != 0;
    move_to(studio, (at + (direction < 0 ? (inside ? 0 : -1) : 1)) * ticks, session->cursor_pitch);
}

static void note(Studio *studio, int index, const char *where) {
    const Melody *melody = studio_melody(studio);
    if (index < 0)
        messages_refuse(&studio->messages, "There %s.", melody->count ? where : "are no notes");
    else
        move_to(studio, melody->notes[index].start, melody->notes[index].pitch);
}

static void go_to_bar(Studio *studio, const Command *command) {
    int bars = MELODY_TICKS_MAX / bar_ticks(studio);
    if (!command->has_argument || command->number < 1 || command->number > bars)
        messages_refuse(&studio->messages, "Which bar? :goto NUMBER, counted from 1.");
    else
        move_to(studio, ((int32_t)command->number - 1) * bar_ticks(studio), studio->session.cursor_pitch);
}

static int32_t on_grid(int32_t tick) {
    return tick / MELODY_STEP_TICKS * MELODY_STEP_TICKS;
}

static void select_to(Studio *studio, const Command *command) {
    if (studio->session.selecting == SESSION_SELECT_NONE)
        session_select(&studio->session, SESSION_SELECT_NOTES);
    move_to(studio, on_grid(command->tick), command->pitch);
}

bool actions_move(Studio *studio, const Command *command) {
    const Session *session = &studio->session;
    const Melody *melody = studio_melody(studio);
    switch (command->id) {
    case COMMAND_LEFT:
        step(studio, -1);
        return true;
    case COMMAND_RIGHT:
        step(studio, 1);
        return true;
    case COMMAND_UP:
        move_to(studio, session->cursor_tick, session->cursor_pitch + 1);
        return true;
    case COMMAND_DOWN:
        move_to(studio, session->cursor_tick, session->cursor_pitch - 1);
        return true;
    case COMMAND_NEXT_NOTE:
        note(studio, melody_next(melody, session->cursor_tick + 1), "is no note further on");
        return true;
    case COMMAND_PREVIOUS_NOTE:
        note(studio, melody_previous(melody, session->cursor_tick), "is no note before this place");
        return true;
    case COMMAND_PREVIOUS_BAR:
        bar(studio, -1);
        return true;
    case COMMAND_NEXT_BAR:
        bar(studio, 1);
        return true;
    case COMMAND_START:
        move_to(studio, 0, session->cursor_pitch);
        return true;
    case COMMAND_END:
        move_to(studio, on_grid(melody_end(melody)), session->cursor_pitch);
        return true;
    case COMMAND_GOTO:
        go_to_bar(studio, command);
        return true;
    case COMMAND_CURSOR: /* a press of the mouse: what was selected is not meant any more */
        session_select(&studio->session, SESSION_SELECT_NONE);
        move_to(studio, on_grid(command->tick), command->pitch);
        return true;
    case COMMAND_SELECT_TO:
        select_to(studio, command);
        return true;
    case COMMAND_FOCUS_BAR:
        move_to(studio, command->tick, session->cursor_pitch);
        return true;
    default:
        return false;
    }
}
