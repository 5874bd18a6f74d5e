#include "app/studio/actions.h"

/* Esc: one step back, and never a step that loses work. */
static void cancel(Studio *studio) {
    Session *session = &studio->session;
    if (session->step_entry)
        session->step_entry = false;
    else
        session->selecting = SESSION_SELECT_NONE;
}

static void show(Studio *studio, CommandId pane) {
    if (studio->ui) ui_show(studio->ui, pane);
}

bool actions_view(Studio *studio, const Command *command) {
    switch (command->id) {
    case COMMAND_CANCEL:
        cancel(studio);
        return true;
    case COMMAND_REDRAW:
        studio->redraw = true;
        return true;
    case COMMAND_INSPECT:
    case COMMAND_NEXT_PANE:
    case COMMAND_PANE_ROLL:
    case COMMAND_PANE_LANES:
    case COMMAND_PANE_MATRIX:
    case COMMAND_PANE_FILES:
    case COMMAND_MATRIX:
    case COMMAND_MATRIX_LAYER:
    case COMMAND_LANES:
    case COMMAND_ZOOM_IN:
    case COMMAND_ZOOM_OUT:
    case COMMAND_COMMAND_LINE:
    case COMMAND_FIND:
    case COMMAND_HELP:
    case COMMAND_MESSAGES:
    case COMMAND_RECENT:
        show(studio, command->id);
        return true;
    default:
        return false;
    }
}
