/* Prompt: one line to type into, with history and completion: ":" for commands, "/" to find.
 *
 * Enter is done, Esc cancels (Backspace in an empty line too), Up and Down walk through the lines that begin like this one,
 * Tab completes and then walks through the candidates, C-a C-e C-u C-w C-k edit as in a shell. The history of ":" lines is kept
 * in a file; that it could not be read or written is no reason to disturb anybody. */
#ifndef REFRAIN_UI_PROMPT_H
#define REFRAIN_UI_PROMPT_H

#include "ui/canvas.h"
#include "ui/complete.h"
#include "ui/history.h"
#include "ui/keypress.h"
#include "ui/layout.h"

enum { PROMPT_SIZE = HISTORY_LINE_SIZE };

typedef enum { PROMPT_CLOSED, PROMPT_COMMAND, PROMPT_FIND } PromptKind;
typedef enum { PROMPT_UNCHANGED, PROMPT_CHANGED, PROMPT_DONE, PROMPT_CANCELLED } PromptResult;

/* Who keeps a line in the history's file, without waiting for the disk; null: history_keep, at once. */
typedef struct {
    void (*keep)(void *owner, const char *path, const char *line);
    void *owner;
} PromptKeeper;

/* Zeroed is closed and without history. */
typedef struct {
    PromptKind kind;
    char text[PROMPT_SIZE]; /* UTF-8 */
    char why[96];           /* why app asks for this line, "" = nobody asked */
    int cursor;             /* byte */
    History history;
    int history_at; /* history.count = the line being typed */
    char typed[PROMPT_SIZE];
    char *path;
    PromptKeeper keeper;
    CompleteList candidates;
    int candidate; /* the one in the line, -1 = none yet */
    int from;      /* the byte where candidates go */
} Prompt;

void prompt_init(Prompt *prompt, const char *history_path,
                 PromptKeeper keeper); /* null = history only in memory */
void prompt_deinit(Prompt *prompt);
void prompt_open(Prompt *prompt, PromptKind kind, const char *text);
/* A command line that app wants completed; why is shown until the prompt is closed. */
void prompt_ask(Prompt *prompt, const char *text, const char *why);
/* After PROMPT_DONE text holds the line, which is in the history already; the prompt is closed. */
PromptResult prompt_key(Prompt *prompt, const UiKey *key, const Complete *complete);
/* Candidates, why the line was asked for, or what the command does go to below, where that has a row; the reason is shown
 * above otherwise. */
void prompt_draw(const Prompt *prompt, Canvas *canvas, Rect row, Rect below, int *cursor_x, int *cursor_y);

#endif
