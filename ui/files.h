/* Files: a list of folders and MIDI files to open, or of the recent files.
 *
 * Enter opens as the original (or goes into a folder), c as the context, Backspace or Left goes up, r switches between the
 * folder and the recent files, Esc closes. */
#ifndef REFRAIN_UI_FILES_H
#define REFRAIN_UI_FILES_H

#include "ui/layout.h"
#include "ui/canvas.h"
#include "ui/command.h"
#include "ui/keypress.h"

enum { FILES_PATH_SIZE = 1024 };

typedef struct {
    char *name; /* owned; of recent files the whole path */
    bool folder;
} FilesEntry;

/* Zeroed is valid: the current folder, nothing read yet. */
typedef struct {
    char folder[FILES_PATH_SIZE];
    FilesEntry *entry;
    int count, chosen, top;
    char **recent; /* owned */
    int recent_count;
    bool show_recent, as_context;
    char problem[160]; /* why the folder could not be read */
} Files;

typedef enum { FILES_STAY, FILES_CLOSE, FILES_OPEN } FilesResult;

void files_deinit(Files *files);
void files_set_folder(Files *files, const char *folder);
void files_set_recent(Files *files, const char *const *recent, int count);
/* Reads what is to be shown; as_context: Enter means the context. */
void files_show(Files *files, bool recent, bool as_context);
FilesResult files_key(Files *files, const UiKey *key, Rect rect, Command *command);
void files_draw(Files *files, Canvas *canvas, Rect rect);
void files_draw_hints(Canvas *canvas, Rect hints);

#endif
