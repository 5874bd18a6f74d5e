/* Screen: the terminal, through ncurses; the only file that includes curses.h.
 *
 * It opens its own descriptors of /dev/tty, so that descriptors 1 and 2 can point at the log while libraries print what
 * they like. One Screen at a time, one thread. setlocale must have been called. The loop polls screen_fd and then calls
 * screen_read until it is false. A program that catches SIGWINCH itself (before screen_open) calls screen_resize after
 * it; otherwise ncurses catches it, poll returns EINTR, and screen_read reports UI_KEY_RESIZE (with the next key, when the
 * signal came just before poll: a program that cares catches it itself). */
#ifndef REFRAIN_UI_SCREEN_H
#define REFRAIN_UI_SCREEN_H

#include "ui/canvas.h"
#include "ui/keypress.h"

typedef struct Screen Screen;

typedef struct {
    bool no_mouse;
    int colours; /* at most this many: 0, 8 or 256; -1 = what the terminal has */
} ScreenOptions;

/* Takes the terminal over: alternate screen, raw keys, mouse and bracketed paste on. Fails with a sentence without a
 * terminal, or where TERM names one that cannot place a cursor. */
Screen *screen_open(const ScreenOptions *options, Error *err);
void screen_close(Screen *screen); /* gives it back as it was; null is allowed */

int screen_fd(const Screen *screen);
int screen_colours(const Screen *screen); /* 0, 8 or 256 */
bool screen_is_utf8(void);                /* can the locale show more than ASCII? */
void screen_size(const Screen *screen, int *width, int *height);

/* Shows the canvas; only cells that differ from the last one are sent. A cursor outside the canvas is hidden. */
void screen_blit(Screen *screen, const Canvas *canvas, int cursor_x, int cursor_y);
void screen_redraw(Screen *screen); /* the next blit sends everything: something else has written there */
/* The next key without waiting; false when there is none. */
bool screen_read(Screen *screen, UiKey *key);
/* Asks the terminal for its size and takes it over; true when it has changed. */
bool screen_resize(Screen *screen);

/* Gives the terminal back for a while (then the caller stops the process), and takes it again. */
void screen_suspend(Screen *screen);
void screen_resume(Screen *screen);

/* From the handler of a fatal signal: mouse and paste off, cursor on, main screen, line settings restored. Does nothing
 * when no screen is open. Async-signal-safe. */
void screen_emergency_restore(void);

#endif
