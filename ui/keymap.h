/* Keymap: key -> Command, per mode, from commands.def and the user's bindings.
 *
 * Names of keys: one character ("h", "$", "é"), "space" "enter" "tab" "backtab" "esc" "backspace" "delete" "insert"
 * "left" "right" "up" "down" "home" "end" "pageup" "pagedown" "f1" .. "f12"; "C-" before a letter or one of @[\]^_ is Control,
 * "S-" or "C-" before an arrow is Shift or Control. In the file list, the help and the prompt keys type or
 * move, see those headers; here are the modes in which keys are commands. */
#ifndef REFRAIN_UI_KEYMAP_H
#define REFRAIN_UI_KEYMAP_H

#include <stddef.h>

#include "ui/commands.h"
#include "ui/keypress.h"

enum { KEYMAP_EACH = 4 }; /* keys that one command can have */

typedef enum {
    KEYMAP_ROLL,   /* everything as in commands.def */
    KEYMAP_LANES,  /* left and right go by bars, enter inspects the bar */
    KEYMAP_MATRIX, /* the same, up and down too */
    KEYMAP_STEP, /* step entry: letters are pitches; what moves, undoes or types nothing is as in the roll */
    KEYMAP_MODES,
} KeymapMode;

typedef struct {
    UiKeyKind kind;
    uint32_t codepoint;
    bool control, shift;
} KeymapChord;

typedef struct {
    KeymapChord chord[COMMAND_COUNT][KEYMAP_EACH];
    int count[COMMAND_COUNT];
    char layout[8]; /* "qwerty", "qwertz", "azerty", "letters" */
} Keymap;

/* One name of a key; false when it is none. The printer's buffer is enough for every chord. */
bool keymap_parse(KeymapChord *chord, const char *name);
void keymap_print(char out[16], KeymapChord chord);
KeymapChord keymap_chord(const UiKey *key);
bool keymap_equal(KeymapChord a, KeymapChord b);

void keymap_init(Keymap *keys, const char *layout); /* the defaults; an unknown or null layout is qwerty */
/* Gives the command `name` exactly these keys (separated by blanks; may be empty). A key that another command had is
 * taken from it. False with a sentence when a name is unknown, or no key would be left to quit by; nothing is changed
 * then. */
bool keymap_bind(Keymap *keys, const char *name, const char *list, Error *err);

/* What the key means in this mode; false when it means nothing. */
bool keymap_command(const Keymap *keys, KeymapMode mode, const UiKey *key, Command *command);
/* "h, left": the keys of a command as people read them, "" for none. */
void keymap_of(const Keymap *keys, CommandId id, char *out, size_t size);
/* The letters of a layout in the order C, C#, .. B, then on from the next C; a blank where a semitone has none. */
const char *keymap_layout(const char *name);
/* The names of the layouts by number, the default first; null after the last. */
const char *keymap_layout_name(int index);

#endif
