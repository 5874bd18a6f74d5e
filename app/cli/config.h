/* Config: the user's settings file, $XDG_CONFIG_HOME/refrain/config. See assets/config.example.
 *
 * INI format, read through inih: sections in brackets, name = value, comments from # or ; at the start of a
 * line. Inline comments are off, because ";" is a key. Nothing in the file can stop the program: a bad line
 * is a warning with its number, and the setting keeps its default.
 *
 *   [keys]    COMMAND = KEYS   names and spelling as in ui/commands.def; "none" unbinds; a command that loses its last
 *                              key to another one is warned of
 *   [sound]   output, midi_in = device name; program = General MIDI number or name, of new songs; clock = on, off
 *   [screen]  ascii, mouse, colours = on, off
 *   [entry]   layout = qwerty, qwertz, azerty, letters
 */
#ifndef REFRAIN_APP_CLI_CONFIG_H
#define REFRAIN_APP_CLI_CONFIG_H

#include "engine/base/error.h"

enum { CONFIG_TEXT_SIZE = 96, CONFIG_WARNINGS_MAX = 16, CONFIG_FILE_LIMIT = 64 * 1024 };

typedef struct {
    char command[CONFIG_TEXT_SIZE]; /* a name of ui/commands.def */
    char keys[CONFIG_TEXT_SIZE];    /* valid ones, separated by blanks; may be empty */
} ConfigBinding;

typedef struct {
    int line;
    char text[200]; /* a sentence that begins with the line's number */
} ConfigWarning;

typedef struct {
    ConfigBinding *binding; /* owned */
    int binding_count;
    char output[CONFIG_TEXT_SIZE];  /* empty: choose */
    char midi_in[CONFIG_TEXT_SIZE]; /* empty: choose */
    int program;                    /* General MIDI 0..127, of songs that begin empty */
    bool clock;
    bool ascii;
    bool no_mouse;
    bool no_colour;
    const char *layout; /* a name of ui/keymap.h's; null: the default */
    ConfigWarning warning[CONFIG_WARNINGS_MAX];
    int warning_count; /* at most CONFIG_WARNINGS_MAX are kept */
} Config;

void config_deinit(Config *config);
/* Reads the file at path into config, which is deinited first; a missing file is an empty one. False only
 * when the file is there but cannot be read (a directory, no permission, over CONFIG_FILE_LIMIT bytes). */
bool config_load(Config *config, const char *path, Error *err);
/* The same on text, which is used up: bad lines are blanked. */
bool config_parse(Config *config, char *text, Error *err);
/* One more sentence among the warnings. */
void config_warn(Config *config, const char *text);
#endif
