/* Status: the top line with title and versions, the status line, the message and the hints. */
#ifndef REFRAIN_UI_STATUS_H
#define REFRAIN_UI_STATUS_H

#include "ui/canvas.h"
#include "ui/keymap.h"
#include "ui/view.h"
#include "ui/layout.h"

/* Where a version's tab stands in the top line. */
Rect status_tab(Rect tabs, const View *view, Version version);
void status_draw_tabs(Canvas *canvas, Rect tabs, const View *view);
Rect status_transport(Rect status, const View *view); /* of the line: whether it plays, and where */
void status_draw_line(Canvas *canvas, Rect status, const View *view);
/* note: the ui's own last sentence, which goes before the view's message; "" = none. How many rows of that width they get, at
 * least one: news at most `news`, what must be read (a question, a refusal) four. */
int status_message_rows(Rect message, int news, const View *view, const char *note);
void status_draw_message(Canvas *canvas, Rect message, const View *view, const char *note);
/* The question alone, from the top of a canvas that has no room for anything else; false when it is cut. */
bool status_draw_question(Canvas *canvas, const View *view);
/* One key with its words at x in the row; returns where the next one goes. Left out whole when it does not fit. */
int status_draw_hint(Canvas *canvas, Rect hints, int x, const char *key, const char *words);
/* The most useful keys for what has the keyboard. maps: the matrix has layers and heads to choose from. */
void status_draw_hints(Canvas *canvas, Rect hints, const Keymap *keys, KeymapMode mode, bool maps);
/* The command whose hint stands at column x of them; COMMAND_NONE between them. */
CommandId status_hint_at(Rect hints, const Keymap *keys, KeymapMode mode, bool maps, int x);

#endif
