/* Commands: what commands.def says, as a table: for the key map, the help, the prompt and the man page. */
#ifndef REFRAIN_UI_COMMANDS_H
#define REFRAIN_UI_COMMANDS_H

#include "engine/base/error.h"
#include "ui/command.h"

typedef enum {
    COMMANDS_MOVE,
    COMMANDS_EDIT,
    COMMANDS_CLIP,
    COMMANDS_UNDO,
    COMMANDS_PLAY,
    COMMANDS_LISTEN,
    COMMANDS_LATENTS,
    COMMANDS_VIEW,
    COMMANDS_FILE,
    COMMANDS_GROUPS,
} CommandsGroup;

typedef enum {
    COMMANDS_ARGUMENT_NONE,
    COMMANDS_ARGUMENT_NUMBER,
    COMMANDS_ARGUMENT_TEXT,
    COMMANDS_ARGUMENT_PATH,
    COMMANDS_ARGUMENT_CHOICE,
} CommandsArgument;

typedef struct {
    const char *name;
    const char *keys; /* defaults, as in keymap.h */
    CommandsGroup group;
    CommandsArgument argument;
    const char *help;
} CommandsEntry;

const CommandsEntry *commands_get(CommandId id); /* id < COMMAND_COUNT */
const char *commands_group_name(CommandsGroup group);
const char *commands_argument_name(CommandsArgument argument); /* "NUMBER", "FILE" and so on; "" for NONE */

/* The command of exactly that name, else the only one that begins with it; COMMAND_NONE with a sentence otherwise. */
CommandId commands_find(const char *name, Error *err);

/* Reads a ":" line: "goto 5", "12" (a bar), "w FILE". Blanks around it are ignored; an empty line is COMMAND_NONE. */
bool commands_parse(Command *command, const char *line, Error *err);

#endif
