/* Ui: windows on what app decided. Draws a View into a canvas, turns keys into Commands, and owns only what is
 * picture: scroll, zoom, panes, prompt, help. It changes no music, knows no thread, and of files only the
 * folders that it lists and its history.
 *
 * ui_draw and ui_key work without a terminal (canvas in, text out), so that key scripts can drive whole sessions. All calls
 * from the UI thread. */
#ifndef REFRAIN_UI_UI_H
#define REFRAIN_UI_UI_H

#include "ui/canvas.h"
#include "ui/command.h"
#include "ui/keypress.h"
#include "ui/view.h"

typedef struct Ui Ui;

typedef struct {
    const char *layout;        /* step entry: as in keymap_init */
    const char *directory;     /* where the file list starts */
    const char *const *recent; /* recent files, newest first */
    int recent_count;
    const char *history_path; /* command line history; null = none */
    void (*keep_line)(void *keeper, const char *path, const char *line); /* as in prompt.h; may be null */
    void *keeper;
} UiOptions;

Ui *ui_new(const UiOptions *options, Error *err);
void ui_free(Ui *ui);
/* Rebinds: name from commands.def, keys as there. False with a sentence for unknown names or keys. */
bool ui_bind(Ui *ui, const char *name, const char *keys, Error *err);
/* Completions that only app knows: MIDI device names and so on, for CHOICE arguments; copied. */
void ui_set_choices(Ui *ui, CommandId id, const char *const *choices, int count);
void ui_set_recent(Ui *ui, const char *const *recent, int count);

/* Draws the whole frame; reports where the terminal's cursor stands. Any canvas size. */
void ui_draw(Ui *ui, Canvas *canvas, const View *view, int *cursor_x, int *cursor_y);
/* One key or mouse event; true when *command is to be performed by app (ui has handled it alone otherwise). */
bool ui_key(Ui *ui, const UiKey *key, const View *view, Command *command);
/* Opens the command line with this much of a line already typed, and the reason shown while it is open. */
void ui_prompt(Ui *ui, const char *line, const char *why);

#endif
