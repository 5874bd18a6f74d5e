/* Command: one thing that the user wants done, as keys, lines, mouse and file list make them and commands.def lists them. */
#ifndef REFRAIN_UI_COMMAND_H
#define REFRAIN_UI_COMMAND_H

#include <stdbool.h>
#include <stdint.h>

typedef enum {
#define COMMAND(id, name, keys, group, argument, performer, help) COMMAND_##id,
#include "ui/commands.def"
    COMMAND_COUNT, /* those with a name */
    COMMAND_NONE = COMMAND_COUNT,
#define GESTURE(id, performer) COMMAND_##id,
#include "ui/commands.def"
    COMMAND_ALL,
} CommandId;

typedef struct {
    CommandId id;
    bool has_argument; /* text (and number, where it is one) came with the command */
    double number;
    int32_t tick;
    int pitch;
    char text[1024];
} Command;

#endif
