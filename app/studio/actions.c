#include "app/studio/actions.h"

/* The nouns of commands.def. */
#define STUDIO studio
#define GIVEN command
#define UI(verb, ...)
#define UI_FIRST(verb, ...)
#define APP(verb, ...) action_##verb(__VA_ARGS__);
#define GESTURE(id, performer)                                         \
    static void perform_##id(Studio *studio, const Command *command) { \
        (void)studio, (void)command;                                   \
        performer                                                      \
    }
#define COMMAND(id, name, keys, group, argument, performer, help) GESTURE(id, performer)
#include "ui/commands.def"

static void (*const PERFORM[COMMAND_ALL])(Studio *studio, const Command *command) = {
#define GESTURE(id, performer) [COMMAND_##id] = perform_##id,
#define COMMAND(id, name, keys, group, argument, performer, help) GESTURE(id, performer)
#include "ui/commands.def"
};

void actions_perform(Studio *studio, const Command *command) {
    if (command->id == COMMAND_NONE) return;
    /* A question stands in front of a warning, which is read when that is answered. */
    if (command->id != COMMAND_ANSWER || !studio->messages.warns) messages_clear(&studio->messages);
    /* Only the name that was asked for, or its question's answer, brings what waits for it nearer. */
    if (command->id != COMMAND_SAVE && command->id != COMMAND_ANSWER) studio->saving_first = false;
    PERFORM[command->id](studio, command);
    studio_follow(studio);
}

void action_show(Studio *studio, Version version) {
    studio_show_version(studio, version);
}

void action_redraw(Studio *studio) {
    studio->redraw = true;
}

void action_suspend(Studio *studio) {
    studio->suspend = true;
}

void action_unanswered(Studio *studio) {
    (void)studio; /* what waited for the line waits no longer: actions_perform has seen to that */
}
