/* Keys: key -> Command, per mode, from commands.def and the user's bindings.
 *
 * Names of keys: one character ("h", "$", "é"), "space" "enter" "tab" "backtab" "esc" "backspace" "delete" "insert"
 * "left" "right" "up" "down" "home" "end" "pageup" "pagedown" "f1" .. "f12"; "C-" before a letter or one of @[\]^_ is Control,
 * "S-" or "C-" before an arrow is Shift or Control. In the file list, the help and the prompt keys type or
 * move, see those headers; here are the modes in which keys are commands. */
#ifndef REFRAIN_UI_KEYS_H
#define REFRAIN_UI_KEYS_H

#include <stddef.h>

#include "ui/commands.h"
#include "ui/keypress.h"

enum { KEYS_EACH = 4 }; /* keys that one command can have */

typedef enum {
    KEYS_ROLL,   /* everything as in commands.def */
    KEYS_LANES,  /* left and right go by bars, enter inspects the bar */
    KEYS_MATRIX, /* the same, up and down too */
    KEYS_STEP,   /* step entry: letters are pitches; keys that type nothing are as in the roll */
    KEYS_MODES,
} KeysMode;

typedef struct {
    UiKeyKind kind;
    uint32_t codepoint;
    bool control, shift;
} KeysChord;

typedef struct {
    KeysChord chord[COMMAND_COUNT][KEYS_EACH];
    int count[COMMAND_COUNT];
    char layout[8]; /* "qwerty", "qwertz", "azerty" */
} Keys;

/* One name of a key; false when it is none. The printer's buffer is enough for every chord. */
bool keys_parse(KeysChord *chord, const char *name);
void keys_print(char out[16], KeysChord chord);
KeysChord keys_chord(const UiKey *key);
bool keys_equal(KeysChord a, KeysChord b);

void keys_init(Keys *keys, const char *layout); /* the defaults; an unknown or null layout is qwerty */
/* Gives the command `name` exactly these keys (separated by blanks; may be empty). A key that another command had is
 * taken from it. False with a sentence when a name is unknown; nothing is changed then. */
bool keys_bind(Keys *keys, const char *name, const char *list, Error *err);

/* What the key means in this mode; false when it means nothing. */
bool keys_command(const Keys *keys, KeysMode mode, const UiKey *key, Command *command);
/* "h, left": the keys of a command as people read them, "" for none. */
void keys_of(const Keys *keys, CommandId id, char *out, size_t size);
/* The letters of a layout in order C, C#, .. B, C: thirteen characters. */
const char *keys_layout(const char *name);
/* The names of the layouts by number, the default first; null after the last. */
const char *keys_layout_name(int index);

#endif
