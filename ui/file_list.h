/* File list: a list of folders and MIDI files to open, or of the recent files.
 *
 * Enter opens as the original (or goes into a folder), c as the context, Backspace or Left goes up, r switches between the
 * folder and the recent files, Esc closes. */
#ifndef REFRAIN_UI_FILE_LIST_H
#define REFRAIN_UI_FILE_LIST_H

#include "ui/layout.h"
#include "ui/canvas.h"
#include "ui/command.h"
#include "ui/keypress.h"

enum { FILE_LIST_PATH_SIZE = 1024 };

typedef struct {
    char *name; /* owned; of recent files the whole path */
    bool folder;
} FileListEntry;

/* Zeroed is valid: the current folder, nothing read yet. */
typedef struct {
    char folder[FILE_LIST_PATH_SIZE];
    FileListEntry *entry;
    int count, chosen, top;
    char **recent; /* owned */
    int recent_count;
    bool show_recent, as_context;
    char problem[160]; /* why the folder could not be read */
} FileList;

typedef enum { FILE_LIST_STAY, FILE_LIST_CLOSE, FILE_LIST_OPEN } FileListResult;

void file_list_deinit(FileList *files);
void file_list_set_folder(FileList *files, const char *folder);
void file_list_set_recent(FileList *files, const char *const *recent, int count);
/* Reads what is to be shown; as_context: Enter means the context. */
void file_list_show(FileList *files, bool recent, bool as_context);
FileListResult file_list_key(FileList *files, const UiKey *key, Rect rect, Command *command);
void file_list_draw(FileList *files, Canvas *canvas, Rect rect);
void file_list_draw_hints(Canvas *canvas, Rect hints);

#endif
