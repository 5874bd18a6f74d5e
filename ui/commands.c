#include "ui/commands.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const CommandsEntry table[] = {
#define COMMAND(id, name, keys, group, argument, performer, help) \
    {name, keys, COMMANDS_##group, COMMANDS_ARGUMENT_##argument, help},
#include "ui/commands.def"
};

const CommandsEntry *commands_get(CommandId id) {
    return &table[id];
}

const char *commands_group_name(CommandsGroup group) {
    static const char *const names[] = {"Move",   "Edit",    "Copy and paste", "Undo", "Play",
                                        "Listen", "Latents", "View",           "File"};
    return names[group];
}

const char *commands_argument_name(CommandsArgument argument) {
    static const char *const names[] = {"", "NUMBER", "TEXT", "FILE", "CHOICE"};
    return names[argument];
}

CommandId commands_find(const char *name, Error *err) {
    size_t length = strlen(name);
    CommandId found = COMMAND_NONE;
    int matches = 0;
    for (int id = 0; id < COMMAND_COUNT; id++) {
        if (strcmp(table[id].name, name) == 0) return (CommandId)id;
        if (strncmp(table[id].name, name, length) == 0) found = (CommandId)id, matches++;
    }
    if (matches == 1) return found;
    char list[160] = "";
    size_t used = 0;
    for (int id = 0; matches > 1 && id < COMMAND_COUNT; id++)
        if (strncmp(table[id].name, name, length) == 0 && used + strlen(table[id].name) + 3 < sizeof list)
            used +=
                (size_t)snprintf(list + used, sizeof list - used, "%s%s", used ? ", " : "", table[id].name);
    if (matches > 1)
        error_set(err, "\"%s\" could be %s; type more of it.", name, list);
    else
        error_set(err, "There is no command \"%.40s\"; Tab lists the names, ? shows the help.", name);
    return COMMAND_NONE;
}

static bool parse_number(Command *command, const char *text, const char *name, Error *err) {
    char *end;
    double number = strtod(text, &end);
    if (end == text || *end != '\0' || !isfinite(number))
        return error_set(err, ":%s takes a number, not \"%.40s\".", name, text);
    command->number = number;
    return true;
}

static bool parse_argument(Command *command, const char *text, Error *err) {
    const CommandsEntry *entry = &table[command->id];
    if (*text == '\0') return true; /* the command may tell what it is set to */
    if (entry->argument == COMMANDS_ARGUMENT_NONE)
        return error_set(err, ":%s stands alone, without \"%.40s\".", entry->name, text);
    if (strlen(text) >= sizeof command->text) return error_set(err, "That is too long for :%s.", entry->name);
    strcpy(command->text, text);
    command->has_argument = true;
    if (entry->argument == COMMANDS_ARGUMENT_NUMBER) return parse_number(command, text, entry->name, err);
    if (entry->argument == COMMANDS_ARGUMENT_TEXT) command->number = strtod(text, NULL);
    return true;
}

bool commands_parse(Command *command, const char *line, Error *err) {
    memset(command, 0, sizeof *command);
    command->id = COMMAND_NONE;
    while (isspace((unsigned char)*line) || *line == ':') line++;
    size_t size = strlen(line);
    while (size > 0 && isspace((unsigned char)line[size - 1])) size--;
    if (size == 0) return true;
    if (size >= sizeof command->text) return error_set(err, "That line is too long.");
    char text[sizeof command->text];
    memcpy(text, line, size);
    text[size] = '\0';
    if (isdigit((unsigned char)*text)) {
        command->id = COMMAND_GOTO;
        return parse_argument(command, text, err);
    }
    size_t word = strcspn(text, " \t");
    const char *rest = text + word + strspn(text + word, " \t");
    if (text[word] != '\0') text[word] = '\0';
    command->id = commands_find(text, err);
    return command->id != COMMAND_NONE && parse_argument(command, rest, err);
}
