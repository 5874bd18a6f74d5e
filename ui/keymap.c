#include "ui/keymap.h"

#include <stdio.h>
#include <string.h>

#include "engine/base/utf8.h"
#include "ui/canvas.h"

static const struct {
    const char *name;
    UiKeyKind kind;
} named[] = {
    {"left", UI_KEY_LEFT},
    {"right", UI_KEY_RIGHT},
    {"up", UI_KEY_UP},
    {"down", UI_KEY_DOWN},
    {"home", UI_KEY_HOME},
    {"end", UI_KEY_END},
    {"pageup", UI_KEY_PAGEUP},
    {"pagedown", UI_KEY_PAGEDOWN},
    {"insert", UI_KEY_INSERT},
    {"delete", UI_KEY_DELETE},
    {"backspace", UI_KEY_BACKSPACE},
    {"enter", UI_KEY_ENTER},
    {"tab", UI_KEY_TAB},
    {"backtab", UI_KEY_BACKTAB},
    {"esc", UI_KEY_ESCAPE},
    {"f1", UI_KEY_F1},
    {"f2", UI_KEY_F2},
    {"f3", UI_KEY_F3},
    {"f4", UI_KEY_F4},
    {"f5", UI_KEY_F5},
    {"f6", UI_KEY_F6},
    {"f7", UI_KEY_F7},
    {"f8", UI_KEY_F8},
    {"f9", UI_KEY_F9},
    {"f10", UI_KEY_F10},
    {"f11", UI_KEY_F11},
    {"f12", UI_KEY_F12},
};

static bool is_arrow(UiKeyKind kind) {
    return kind >= UI_KEY_LEFT && kind <= UI_KEY_PAGEDOWN;
}

static bool has_control_code(uint32_t c) {
    return (c >= 'a' && c <= 'z') || (c != 0 && c < 0x80 && strchr("@[\\]^_", (int)c));
}

bool keymap_parse(KeymapChord *chord, const char *name) {
    memset(chord, 0, sizeof *chord);
    for (; (name[0] == 'C' || name[0] == 'S') && name[1] == '-' && name[2] != '\0'; name += 2)
        *(name[0] == 'C' ? &chord->control : &chord->shift) = true;
    for (size_t i = 0; i < sizeof named / sizeof *named; i++)
        if (strcmp(named[i].name, name) == 0) {
            chord->kind = named[i].kind;
            return is_arrow(chord->kind) || (!chord->control && !chord->shift);
        }
    const char *rest = utf8_next(name, &chord->codepoint);
    if (strcmp(name, "space") == 0) chord->codepoint = ' ', rest = "";
    chord->kind = UI_KEY_CHAR;
    if (*name == '\0' || *rest != '\0' || chord->shift || canvas_glyph_width(chord->codepoint) == 0)
        return false;
    return !chord->control || has_control_code(chord->codepoint);
}

void keymap_print(char out[16], KeymapChord chord) {
    char letter[5];
    const char *text = letter;
    utf8_write(letter, chord.codepoint);
    if (chord.kind == UI_KEY_CHAR && chord.codepoint == ' ') text = "space";
    for (size_t i = 0; i < sizeof named / sizeof *named; i++)
        if (named[i].kind == chord.kind) text = named[i].name;
    snprintf(out, 16, "%s%s%s", chord.control ? "C-" : "", chord.shift ? "S-" : "", text);
}

KeymapChord keymap_chord(const UiKey *key) {
    bool arrow = is_arrow(key->kind), letter = key->kind == UI_KEY_CHAR;
    return (KeymapChord){key->kind, letter ? key->codepoint : 0, key->control && (arrow || letter),
                         key->shift && arrow};
}

bool keymap_equal(KeymapChord a, KeymapChord b) {
    return a.kind == b.kind && a.codepoint == b.codepoint && a.control == b.control && a.shift == b.shift;
}

static void forget(Keymap *keys, KeymapChord chord) {
    for (int id = 0; id < COMMAND_COUNT; id++) {
        int kept = 0;
        for (int i = 0; i < keys->count[id]; i++)
            if (!keymap_equal(keys->chord[id][i], chord)) keys->chord[id][kept++] = keys->chord[id][i];
        keys->count[id] = kept;
    }
}

/* Whatever a settings file says, one can leave. */
static bool can_quit(const Keymap *keys) {
    return keys->count[COMMAND_QUIT] || keys->count[COMMAND_QUIT_NOW] || keys->count[COMMAND_WRITE_QUIT] ||
           keys->count[COMMAND_COMMAND_LINE];
}

bool keymap_bind(Keymap *keys, const char *name, const char *list, Error *err) {
    int id = 0;
    while (id < COMMAND_COUNT && strcmp(commands_get((CommandId)id)->name, name) != 0) id++;
    if (id == COMMAND_COUNT) return error_set(err, "There is no command \"%.40s\" to bind keys to.", name);
    KeymapChord chords[KEYMAP_EACH];
    int count = 0;
    for (const char *p = list + strspn(list, " \t"); *p; p += strspn(p, " \t")) {
        size_t size = strcspn(p, " \t");
        char word[16] = "";
        if (size < sizeof word) memcpy(word, p, size);
        if (!keymap_parse(&chords[count < KEYMAP_EACH ? count : 0], word))
            return error_set(err, "\"%.*s\" is no key; keys are written like h, C-s, left, f5.", (int)size,
                             p);
        if (++count > KEYMAP_EACH) return error_set(err, "%s can have %d keys at most.", name, KEYMAP_EACH);
        p += size;
    }
    const Keymap before = *keys;
    keys->count[id] = 0;
    for (int i = 0; i < count; i++) forget(keys, chords[i]);
    memcpy(keys->chord[id], chords, (size_t)count * sizeof *chords);
    keys->count[id] = count;
    if (can_quit(keys) || !can_quit(&before)) return true;
    *keys = before;
    return error_set(err, "No key would be left to quit: give q, q!, wq or command another one first.");
}

static const struct {
    const char *name, *letters;
    bool names; /* the letters are those of the notes */
} layouts[] = {{"qwerty", "awsedftgyhujkolp;", false},
               {"qwertz", "awsedftgzhujkolp", false},
               {"azerty", "qzsedftgyhujkolpm", false},
               {"letters", "c d ef g a b", true}};

const char *keymap_layout(const char *name) {
    for (size_t i = 0; name && i < sizeof layouts / sizeof *layouts; i++)
        if (strcmp(layouts[i].name, name) == 0) return layouts[i].letters;
    return layouts[0].letters;
}

static bool names_notes(const Keymap *keys) {
    for (size_t i = 0; i < sizeof layouts / sizeof *layouts; i++)
        if (strcmp(layouts[i].name, keys->layout) == 0) return layouts[i].names;
    return false;
}

const char *keymap_layout_name(int index) {
    return index < (int)(sizeof layouts / sizeof *layouts) ? layouts[index].name : NULL;
}

void keymap_init(Keymap *keys, const char *layout) {
    memset(keys, 0, sizeof *keys);
    const char *letters = keymap_layout(layout);
    for (size_t i = 0; i < sizeof layouts / sizeof *layouts; i++)
        if (layouts[i].letters == letters) strcpy(keys->layout, layouts[i].name);
    for (int id = 0; id < COMMAND_COUNT; id++)
        keymap_bind(keys, commands_get((CommandId)id)->name, commands_get((CommandId)id)->keys, NULL);
}

static CommandId bound(const Keymap *keys, KeymapChord chord) {
    for (int id = 0; id < COMMAND_COUNT; id++)
        for (int i = 0; i < keys->count[id]; i++)
            if (keymap_equal(keys->chord[id][i], chord)) return (CommandId)id;
    /* Terminals that tell Shift+arrow from arrow must not lose the arrow because nobody bound the former. */
    if (chord.shift || (chord.control && is_arrow(chord.kind))) {
        chord.shift = chord.control = false;
        return bound(keys, chord);
    }
    return COMMAND_NONE;
}

/* Step entry's own keys; false when the key is to be looked up as in the roll. */
static bool step_entry(const Keymap *keys, KeymapChord chord, Command *command) {
    if (chord.kind == UI_KEY_UP || chord.kind == UI_KEY_DOWN) {
        command->id = COMMAND_STEP_CORRECT;
        command->number = (chord.kind == UI_KEY_UP ? 1 : -1) * (chord.shift || chord.control ? 12 : 1);
    }
    if (chord.kind == UI_KEY_TAB) command->id = COMMAND_STEP_REST;
    if (chord.kind == UI_KEY_INSERT) command->id = COMMAND_STEP_INSERTS;
    if (chord.kind == UI_KEY_BACKSPACE) command->id = COMMAND_UNDO;
    if (chord.kind != UI_KEY_CHAR || chord.control || chord.codepoint == ' ' || chord.codepoint >= 0x80)
        return command->id != COMMAND_NONE;
    int c = (int)chord.codepoint;
    const char *letter = strchr(keymap_layout(keys->layout), c);
    if (letter) {
        command->id = names_notes(keys) ? COMMAND_STEP_LETTER : COMMAND_STEP_PITCH;
        command->number = (double)(letter - keymap_layout(keys->layout));
    } else if (c >= '3' && c <= '7') {
        command->id = COMMAND_STEP_LENGTH;
        command->number = 1 << (c - '3');
    } else if (c == '-' || c == '=') {
        command->id = COMMAND_STEP_OCTAVE;
        command->number = c == '-' ? -1 : 1;
    } else if (c == '.') {
        command->id = COMMAND_STEP_DOT;
    } else if (c == ',') {
        command->id = COMMAND_STEP_TRIPLET;
    } else if (c == '+') {
        command->id = COMMAND_STEP_INSERTS;
    }
    return command->id != COMMAND_NONE;
}

static bool harmless(CommandId id) {
    if (id >= COMMAND_COUNT) return false;
    CommandsGroup group = commands_get(id)->group;
    return group == COMMANDS_MOVE || group == COMMANDS_UNDO;
}

static CommandId by_bars(KeymapMode mode, CommandId id) {
    if (id == COMMAND_LEFT) return COMMAND_PREVIOUS_BAR;
    if (id == COMMAND_RIGHT) return COMMAND_NEXT_BAR;
    if (id == COMMAND_NOTE) return COMMAND_INSPECT;
    if (mode == KEYMAP_MATRIX && id == COMMAND_UP) return COMMAND_PREVIOUS_BAR;
    if (mode == KEYMAP_MATRIX && id == COMMAND_DOWN) return COMMAND_NEXT_BAR;
    return id;
}

bool keymap_command(const Keymap *keys, KeymapMode mode, const UiKey *key, Command *command) {
    memset(command, 0, sizeof *command);
    command->id = COMMAND_NONE;
    KeymapChord chord = keymap_chord(key);
    if (chord.kind > UI_KEY_F12) return false;
    if (mode == KEYMAP_STEP && step_entry(keys, chord, command)) return true;
    command->id = bound(keys, chord);
    /* A letter beside the layout's keys is a slip of the finger while playing, not "q": quit. One may move and undo. */
    bool letter = chord.kind == UI_KEY_CHAR && !chord.control && chord.codepoint < 0x80 &&
                  ((chord.codepoint | 32) >= 'a' && (chord.codepoint | 32) <= 'z');
    if (mode == KEYMAP_STEP && letter && !harmless(command->id)) command->id = COMMAND_NONE;
    if (mode == KEYMAP_LANES || mode == KEYMAP_MATRIX) command->id = by_bars(mode, command->id);
    return command->id != COMMAND_NONE;
}

void keymap_of(const Keymap *keys, CommandId id, char *out, size_t size) {
    size_t used = 0;
    out[0] = '\0';
    for (int i = 0; i < keys->count[id]; i++) {
        char name[16];
        keymap_print(name, keys->chord[id][i]);
        int wrote = snprintf(out + used, size - used, "%s%s", i ? ", " : "", name);
        if (wrote < 0 || used + (size_t)wrote >= size) break;
        used += (size_t)wrote;
    }
}
