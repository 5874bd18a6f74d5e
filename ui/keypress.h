/* Keypress: a key or a mouse event, independent of ncurses: screen.c makes them, whoever listens reads them. */
#ifndef REFRAIN_UI_KEYPRESS_H
#define REFRAIN_UI_KEYPRESS_H

#include <stdbool.h>
#include <stdint.h>

typedef enum {
    UI_KEY_CHAR, /* codepoint; control characters as C-x: codepoint 'x' with control */
    UI_KEY_LEFT,
    UI_KEY_RIGHT,
    UI_KEY_UP,
    UI_KEY_DOWN,
    UI_KEY_HOME,
    UI_KEY_END,
    UI_KEY_PAGEUP,
    UI_KEY_PAGEDOWN,
    UI_KEY_INSERT,
    UI_KEY_DELETE,
    UI_KEY_BACKSPACE,
    UI_KEY_ENTER,
    UI_KEY_TAB,
    UI_KEY_BACKTAB,
    UI_KEY_ESCAPE,
    UI_KEY_F1,
    UI_KEY_F2,
    UI_KEY_F3,
    UI_KEY_F4,
    UI_KEY_F5,
    UI_KEY_F6,
    UI_KEY_F7,
    UI_KEY_F8,
    UI_KEY_F9,
    UI_KEY_F10,
    UI_KEY_F11,
    UI_KEY_F12,
    UI_KEY_MOUSE, /* x, y, button */
    UI_KEY_PASTE, /* one codepoint of a bracketed paste: ignored outside the prompt */
    UI_KEY_RESIZE,
} UiKeyKind;

typedef enum {
    UI_MOUSE_PRESS,
    UI_MOUSE_RELEASE,
    UI_MOUSE_DRAG,
    UI_MOUSE_WHEEL_UP,
    UI_MOUSE_WHEEL_DOWN
} UiMouse;

typedef struct {
    UiKeyKind kind;
    uint32_t codepoint;
    bool control, shift, alt;
    int x, y;
    UiMouse mouse;
    int button; /* 1 left, 2 middle, 3 right */
} UiKey;

#endif
