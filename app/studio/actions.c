#include "app/studio/actions.h"

static bool (*const GROUPS[])(Studio *, const Command *) = {
    actions_move,   actions_edit, actions_step, actions_clip, actions_play,
    actions_latent, actions_view, actions_song, actions_file, actions_device,
};

void actions_perform(Studio *studio, const Command *command) {
    if (command->id == COMMAND_NONE || command->id == COMMAND_RESIZE) return;
    /* A question stands in front of a warning, which is read when that is answered. */
    if (command->id != COMMAND_ANSWER || !studio->messages.warns) messages_clear(&studio->messages);
    /* Only the name that was asked for, or its question's answer, brings what waits for it nearer. */
    if (command->id != COMMAND_SAVE && command->id != COMMAND_ANSWER) studio->saving_first = false;
    size_t group = 0, groups = sizeof GROUPS / sizeof *GROUPS;
    while (group < groups && !GROUPS[group](studio, command)) group++;
    if (group == groups) messages_refuse(&studio->messages, "This command cannot be given here.");
    studio_follow(studio);
}
