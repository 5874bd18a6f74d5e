#include "ui/sequence.h"

#include <stdlib.h>
#include <string.h>

enum { ESCAPE = 27, BELL = 7, CONTROL_C = 3, CANCEL = 0x18, SUBSTITUTE = 0x1a, REPORT_BYTES = 3 };

enum {
    GROUND,
    AFTER_ESCAPE,  /* Esc was given out as a key; its sequence may be late */
    AT_ESCAPE,     /* Esc, and nothing known yet */
    CONTROL,       /* Esc [ */
    CONSOLE,       /* Esc [ [: function keys of the Linux console */
    SHIFTED,       /* Esc O */
    STRING,        /* until BEL or Esc \ */
    STRING_ESCAPE, /* Esc within it */
    REPORT,        /* Esc [ M: three bytes of an old mouse report */
    INTERRUPTED,   /* Ctrl+C within a paste */
};

static void enter(Sequence *sequence, int state) {
    sequence->state = state;
    sequence->length = 0;
    sequence->skip = 0;
    if (state == GROUND || state == AT_ESCAPE) sequence->alt = false;
}

/* ---- keys ---- */

static bool is_letter_key(UiKey *key, uint32_t final) {
    static const struct {
        char final;
        UiKeyKind kind;
    } keys[] = {{'A', UI_KEY_UP},   {'B', UI_KEY_DOWN}, {'C', UI_KEY_RIGHT}, {'D', UI_KEY_LEFT},
                {'H', UI_KEY_HOME}, {'F', UI_KEY_END},  {'P', UI_KEY_F1},    {'Q', UI_KEY_F2},
                {'R', UI_KEY_F3},   {'S', UI_KEY_F4},   {'M', UI_KEY_ENTER}};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if ((uint32_t)keys[i].final == final) return key->kind = keys[i].kind, true;
    return false;
}

static bool is_numbered_key(UiKey *key, long number) {
    static const UiKeyKind edit[] = {UI_KEY_HOME,   UI_KEY_INSERT,   UI_KEY_DELETE, UI_KEY_END,
                                     UI_KEY_PAGEUP, UI_KEY_PAGEDOWN, UI_KEY_HOME,   UI_KEY_END};
    static const struct {
        int first, last;
        UiKeyKind kind; /* of the first; VT220 left gaps between its blocks */
    } function[] = {{11, 15, UI_KEY_F1}, {17, 21, UI_KEY_F6}, {23, 24, UI_KEY_F11}};
    if (number >= 1 && number <= 8) return key->kind = edit[number - 1], true;
    for (size_t i = 0; i < sizeof function / sizeof *function; i++)
        if (number >= function[i].first && number <= function[i].last)
            return key->kind = (UiKeyKind)((long)function[i].kind + number - function[i].first), true;
    return false;
}

/* xterm's: 1 + (1 shift, 2 Alt, 4 Ctrl, 8 meta ..); only shift or Ctrl alone, on a key that moves, mean something here. */
static bool apply_modifiers(UiKey *key, long modifiers) {
    if (modifiers <= 1) return true;
    key->shift = modifiers == 2;
    key->control = modifiers == 5;
    return (key->shift || key->control) && key->kind >= UI_KEY_LEFT && key->kind <= UI_KEY_END;
}

static bool control_key(Sequence *sequence, uint32_t final, UiKey *key) {
    char *rest;
    if (sequence->length >= (int)sizeof sequence->text) return false;
    sequence->text[sequence->length] = '\0';
    long number = strtol(sequence->text, &rest, 10), modifiers = 1;
    if (rest == sequence->text) number = 1;
    if (*rest == ';') modifiers = strtol(rest + 1, &rest, 10);
    if (*rest) return false; /* a question mark, a third number: a report */
    if (final == '~' && (number == 200 || number == 201)) {
        sequence->pasting = number == 200;
        return false;
    }
    if (final == 'Z' && sequence->length == 0) return key->kind = UI_KEY_BACKTAB, true;
    bool known = final == '~' ? is_numbered_key(key, number)
                              : number == 1 && final != 'M' && is_letter_key(key, final);
    /* Esc [ 1 ; n R is also where the cursor stands, in row 1. */
    return known && !(final == 'R' && sequence->length > 0) && apply_modifiers(key, modifiers);
}

/* What Ctrl, Tab and the like are by themselves. */
static void plain_key(UiKey *key, uint32_t c) {
    key->kind = UI_KEY_CHAR;
    key->codepoint = c;
    if (c == '\t') key->kind = UI_KEY_TAB;
    if (c == '\r' || c == '\n') key->kind = UI_KEY_ENTER;
    if (c == 8 || c == 127) key->kind = UI_KEY_BACKSPACE;
    if (c >= 32 || key->kind != UI_KEY_CHAR) return;
    key->control = true;
    key->codepoint = c >= 1 && c <= 26 ? 'a' + c - 1 : '@' + c;
}

/* ---- states ---- */

static bool take_ground(Sequence *sequence, uint32_t c, UiKey *key) {
    if (c == ESCAPE) {
        enter(sequence, AT_ESCAPE);
    } else if (!sequence->pasting) {
        plain_key(key, c);
        return true;
    } else if (c == CONTROL_C) {
        enter(sequence, INTERRUPTED);
    } else {
        key->kind = UI_KEY_PASTE;
        key->codepoint = c;
        return true;
    }
    return false;
}

static bool begins(Sequence *sequence, uint32_t c) {
    if (c != '[' && c != 'O') return false;
    enter(sequence, c == '[' ? CONTROL : SHIFTED);
    return true;
}

static bool take_late(Sequence *sequence, uint32_t c, UiKey *key) {
    if (begins(sequence, c)) return false;
    enter(sequence, GROUND);
    return take_ground(sequence, c, key);
}

static bool take_escape(Sequence *sequence, uint32_t c, UiKey *key) {
    (void)key;
    if (c == ESCAPE)
        sequence->alt = true; /* some terminals send Alt+Up as Esc and Up */
    else if (c == ']' || c == 'P' || c == 'X' || c == '^' || c == '_')
        enter(sequence, STRING);
    else if (!begins(sequence, c))
        enter(sequence, GROUND); /* Alt and a letter */
    return false;
}

/* No sequence holds control characters: this one was cut off, and c begins something new. */
static bool cut_off(Sequence *sequence, uint32_t c, UiKey *key, bool *made) {
    if (c >= 0x20) return false;
    enter(sequence, GROUND);
    *made = take_ground(sequence, c, key);
    return true;
}

/* The final character; the parameters have been kept. */
static bool conclude(Sequence *sequence, uint32_t final, UiKey *key) {
    bool control = sequence->state == CONTROL, silent = sequence->alt || sequence->pasting;
    if (control && sequence->length == 0 && (final == '[' || final == 'M')) {
        enter(sequence, final == '[' ? CONSOLE : REPORT);
        sequence->skip = REPORT_BYTES;
        return false;
    }
    bool known =
        control ? control_key(sequence, final, key) : sequence->length == 0 && is_letter_key(key, final);
    enter(sequence, GROUND);
    return known && !silent;
}

static bool take_parameters(Sequence *sequence, uint32_t c, UiKey *key) {
    bool made = false;
    if (cut_off(sequence, c, key, &made)) return made;
    if (c >= 0x40) return conclude(sequence, c, key);
    if (sequence->length < (int)sizeof sequence->text) sequence->text[sequence->length++] = (char)c;
    return false;
}

static bool take_console(Sequence *sequence, uint32_t c, UiKey *key) {
    bool made = false;
    if (cut_off(sequence, c, key, &made)) return made;
    made = c >= 'A' && c <= 'E' && !sequence->alt && !sequence->pasting;
    if (made) key->kind = (UiKeyKind)(UI_KEY_F1 + (c - 'A'));
    enter(sequence, GROUND);
    return made;
}

static bool take_report(Sequence *sequence, uint32_t c, UiKey *key) {
    (void)c;
    (void)key;
    if (--sequence->skip == 0) enter(sequence, GROUND);
    return false;
}

static bool take_string(Sequence *sequence, uint32_t c, UiKey *key) {
    (void)key;
    if (c == ESCAPE) enter(sequence, STRING_ESCAPE);
    if (c == BELL || c == CANCEL || c == SUBSTITUTE || c == CONTROL_C) enter(sequence, GROUND);
    return false;
}

static bool take_string_end(Sequence *sequence, uint32_t c, UiKey *key) {
    enter(sequence, c == '\\' ? GROUND : AT_ESCAPE);
    return c == '\\' ? false : take_escape(sequence, c, key);
}

static bool take_interrupted(Sequence *sequence, uint32_t c, UiKey *key) {
    enter(sequence, GROUND); /* more has come at once: Ctrl+C was pasted, not pressed */
    return take_ground(sequence, c, key);
}

/* Pauses end what nobody ends. */
static void note_time(Sequence *sequence, int64_t now_ms) {
    int64_t pause_ms = now_ms - sequence->last_ms;
    if (pause_ms > SEQUENCE_REST_MS) enter(sequence, GROUND);
    if (pause_ms > SEQUENCE_PASTE_PAUSE_MS) sequence->pasting = false;
    sequence->last_ms = now_ms;
}

bool sequence_take(Sequence *sequence, uint32_t c, int64_t now_ms, UiKey *key) {
    static bool (*const take[])(Sequence *, uint32_t, UiKey *) = {
        [GROUND] = take_ground,           [AFTER_ESCAPE] = take_late,        [AT_ESCAPE] = take_escape,
        [CONTROL] = take_parameters,      [CONSOLE] = take_console,          [SHIFTED] = take_parameters,
        [STRING] = take_string,           [STRING_ESCAPE] = take_string_end, [REPORT] = take_report,
        [INTERRUPTED] = take_interrupted,
    };
    note_time(sequence, now_ms);
    memset(key, 0, sizeof *key);
    if (c < 0x80 || c > 0x9f || sequence->state == REPORT) return take[sequence->state](sequence, c, key);
    /* An eight-bit control is Esc and a letter in one. */
    enter(sequence, sequence->state == STRING ? STRING_ESCAPE : AT_ESCAPE);
    return take[sequence->state](sequence, c - 0x40, key);
}

bool sequence_settle(Sequence *sequence, UiKey *key) {
    memset(key, 0, sizeof *key);
    if (sequence->state == AT_ESCAPE) {
        enter(sequence, AFTER_ESCAPE);
        key->kind = UI_KEY_ESCAPE;
        return !sequence->pasting;
    }
    if (sequence->state != INTERRUPTED) return false;
    enter(sequence, GROUND);
    sequence->pasting = false;
    plain_key(key, CONTROL_C);
    return true;
}

bool sequence_allows(Sequence *sequence, int64_t now_ms) {
    note_time(sequence, now_ms);
    bool alone = (sequence->state == GROUND || sequence->state == AFTER_ESCAPE) && !sequence->pasting;
    enter(sequence, GROUND);
    return alone;
}
