#include "ui/prompt.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/utf8.h"

void prompt_init(Prompt *prompt, const char *history_path, PromptKeeper keeper) {
    memset(prompt, 0, sizeof *prompt);
    prompt->candidate = -1;
    prompt->path = history_path ? strdup(history_path) : NULL;
    prompt->keeper = keeper;
    history_load(&prompt->history, prompt->path);
}

static void remember(Prompt *prompt) {
    history_add(&prompt->history, prompt->text);
    if (!prompt->path) return;
    if (prompt->keeper.keep)
        prompt->keeper.keep(prompt->keeper.owner, prompt->path, prompt->text);
    else
        history_keep(prompt->path, prompt->text);
}

void prompt_deinit(Prompt *prompt) {
    history_deinit(&prompt->history);
    free(prompt->path);
    complete_list_deinit(&prompt->candidates);
    memset(prompt, 0, sizeof *prompt);
}

static void forget_candidates(Prompt *prompt) {
    complete_list_deinit(&prompt->candidates);
    prompt->candidate = -1;
}

void prompt_open(Prompt *prompt, PromptKind kind, const char *text) {
    forget_candidates(prompt);
    prompt->kind = kind;
    prompt->why[0] = '\0';
    snprintf(prompt->text, sizeof prompt->text, "%s", text);
    prompt->cursor = (int)strlen(prompt->text);
    prompt->history_at = prompt->history.count;
}

void prompt_ask(Prompt *prompt, const char *text, const char *why) {
    prompt_open(prompt, PROMPT_COMMAND, text);
    snprintf(prompt->why, sizeof prompt->why, "%s", why);
}

static void close_prompt(Prompt *prompt) {
    forget_candidates(prompt);
    prompt->kind = PROMPT_CLOSED;
}

static void insert(Prompt *prompt, uint32_t codepoint) {
    char bytes[5];
    int size = utf8_write(bytes, codepoint), length = (int)strlen(prompt->text);
    if (canvas_glyph_width(codepoint) == 0 || length + size >= PROMPT_SIZE) return;
    char *at = prompt->text + prompt->cursor;
    memmove(at + size, at, (size_t)(length - prompt->cursor) + 1);
    memcpy(at, bytes, (size_t)size);
    prompt->cursor += size;
}

static int before(const Prompt *prompt, int at) {
    return (int)utf8_before(prompt->text, (size_t)at);
}

static int after(const Prompt *prompt, int at) {
    uint32_t codepoint;
    return prompt->text[at] ? (int)(utf8_next(prompt->text + at, &codepoint) - prompt->text) : at;
}

static void cut(Prompt *prompt, int from, int to) {
    memmove(prompt->text + from, prompt->text + to, strlen(prompt->text + to) + 1);
    prompt->cursor = from;
}

static int word_start(const Prompt *prompt) {
    int at = prompt->cursor;
    while (at > 0 && prompt->text[at - 1] == ' ') at--;
    while (at > 0 && prompt->text[at - 1] != ' ') at--;
    return at;
}

/* Up and Down: the next line of the history that begins as what was typed. */
static void walk_history(Prompt *prompt, int step) {
    if (prompt->kind != PROMPT_COMMAND) return;
    if (prompt->history_at == prompt->history.count) strcpy(prompt->typed, prompt->text);
    int at = prompt->history_at + step;
    while (at >= 0 && at < prompt->history.count &&
           strncmp(prompt->history.line[at], prompt->typed, strlen(prompt->typed)) != 0)
        at += step;
    if (at < 0 || at > prompt->history.count) return;
    prompt->history_at = at;
    snprintf(prompt->text, sizeof prompt->text, "%s",
             at < prompt->history.count ? prompt->history.line[at] : prompt->typed);
    prompt->cursor = (int)strlen(prompt->text);
}

static void put_candidate(Prompt *prompt, const char *text, int size) {
    snprintf(prompt->text + prompt->from, sizeof prompt->text - (size_t)prompt->from, "%.*s", size, text);
    prompt->cursor = (int)strlen(prompt->text);
}

static int common_length(const CompleteList *list) {
    int length = (int)strlen(list->item[0]);
    for (int i = 1; i < list->count; i++)
        while (strncmp(list->item[0], list->item[i], (size_t)length) != 0) length--;
    return length;
}

static void complete(Prompt *prompt, const Complete *known, int step) {
    if (prompt->kind != PROMPT_COMMAND) return;
    if (prompt->candidates.count > 1) {
        int count = prompt->candidates.count;
        prompt->candidate =
            prompt->candidate < 0 ? (step > 0 ? 0 : count - 1) : (prompt->candidate + step + count) % count;
        const char *item = prompt->candidates.item[prompt->candidate];
        put_candidate(prompt, item, (int)strlen(item));
        return;
    }
    forget_candidates(prompt);
    complete_find(known, prompt->text, &prompt->from, &prompt->candidates);
    if (prompt->candidates.count == 0) return;
    const char *first = prompt->candidates.item[0];
    put_candidate(prompt, first, common_length(&prompt->candidates));
    if (prompt->candidates.count > 1) return;
    bool name = strcspn(prompt->text + prompt->from, " ") == strlen(first) &&
                prompt->from == (int)strspn(prompt->text, " :");
    if (name) insert(prompt, ' ');
    forget_candidates(prompt);
}

static void control_key(Prompt *prompt, uint32_t letter) {
    if (letter == 'a') prompt->cursor = 0;
    if (letter == 'e') prompt->cursor = (int)strlen(prompt->text);
    if (letter == 'u') cut(prompt, 0, prompt->cursor);
    if (letter == 'w') cut(prompt, word_start(prompt), prompt->cursor);
    if (letter == 'k') prompt->text[prompt->cursor] = '\0';
}

static PromptResult finish(Prompt *prompt) {
    if (prompt->kind == PROMPT_COMMAND) {
        remember(prompt);
    }
    close_prompt(prompt);
    return PROMPT_DONE;
}

static bool ends(const Prompt *prompt, const UiKey *key) {
    return key->kind == UI_KEY_ESCAPE || (key->kind == UI_KEY_BACKSPACE && prompt->text[0] == '\0') ||
           (key->kind == UI_KEY_CHAR && key->control && key->codepoint == 'c');
}

PromptResult prompt_key(Prompt *prompt, const UiKey *key, const Complete *known) {
    if (ends(prompt, key)) return close_prompt(prompt), PROMPT_CANCELLED;
    if (key->kind == UI_KEY_ENTER) return finish(prompt);
    if (key->kind == UI_KEY_TAB || key->kind == UI_KEY_BACKTAB) {
        complete(prompt, known, key->kind == UI_KEY_TAB ? 1 : -1);
        return PROMPT_CHANGED;
    }
    forget_candidates(prompt);
    switch (key->kind) {
    case UI_KEY_LEFT:
        prompt->cursor = before(prompt, prompt->cursor);
        return PROMPT_UNCHANGED;
    case UI_KEY_RIGHT:
        prompt->cursor = after(prompt, prompt->cursor);
        return PROMPT_UNCHANGED;
    case UI_KEY_HOME:
        prompt->cursor = 0;
        return PROMPT_UNCHANGED;
    case UI_KEY_END:
        prompt->cursor = (int)strlen(prompt->text);
        return PROMPT_UNCHANGED;
    case UI_KEY_UP:
        walk_history(prompt, -1);
        return PROMPT_CHANGED;
    case UI_KEY_DOWN:
        walk_history(prompt, 1);
        return PROMPT_CHANGED;
    case UI_KEY_BACKSPACE:
        cut(prompt, before(prompt, prompt->cursor), prompt->cursor);
        break;
    case UI_KEY_DELETE:
        cut(prompt, prompt->cursor, after(prompt, prompt->cursor));
        break;
    case UI_KEY_CHAR:
        key->control ? control_key(prompt, key->codepoint) : insert(prompt, key->codepoint);
        break;
    case UI_KEY_PASTE:
        insert(prompt, key->codepoint);
        break;
    default:
        return PROMPT_UNCHANGED;
    }
    prompt->history_at = prompt->history.count;
    return PROMPT_CHANGED;
}

static void draw_candidates(const Prompt *prompt, Canvas *canvas, Rect row) {
    int x = row.x + 1, first = prompt->candidate > 4 ? prompt->candidate - 4 : 0;
    for (int i = first; i < prompt->candidates.count; i++) {
        const char *item = prompt->candidates.item[i], *slash = strrchr(item, '/');
        if (slash && slash != item && slash[1] != '\0')
            item = slash + 1; /* the folder is in the line already */
        int width = canvas_text_width(item), room = row.x + row.width - 1 - x;
        if (width > room) {
            canvas_put(canvas, row.x + row.width - 1, row.y, 0x25b8, STYLE_HINT);
            break;
        }
        x += canvas_text(canvas, x, row.y, width, item,
                         i == prompt->candidate ? STYLE_CHOSEN : STYLE_HINT_KEY) +
             2;
    }
}

static void draw_help(const Prompt *prompt, Canvas *canvas, Rect row) {
    char name[64];
    size_t start = strspn(prompt->text, " :");
    snprintf(name, sizeof name, "%.*s", (int)strcspn(prompt->text + start, " "), prompt->text + start);
    CommandId id = name[0] ? commands_find(name, NULL) : COMMAND_NONE;
    static const char *const find = "a form letter, a bar number, or a word to look up in the help";
    static const char *const list = "Tab completes, Up and Down recall, Esc closes";
    const char *help = prompt->kind == PROMPT_FIND ? find
                       : id == COMMAND_NONE        ? list
                                                   : commands_get(id)->help;
    int used =
        id == COMMAND_NONE || prompt->kind == PROMPT_FIND
            ? 0
            : canvas_text(canvas, row.x + 1, row.y, row.width - 2, commands_get(id)->name, STYLE_HINT_KEY) +
                  1;
    canvas_text(canvas, row.x + 1 + used, row.y, row.width - 2 - used, help, STYLE_HINT);
}

void prompt_draw(const Prompt *prompt, Canvas *canvas, Rect row, Rect below, int *cursor_x, int *cursor_y) {
    canvas_fill(canvas, row.x, row.y, row.width, 1, ' ', STYLE_PROMPT);
    canvas_put(canvas, row.x, row.y, prompt->kind == PROMPT_FIND ? '/' : ':', STYLE_PROMPT);
    /* A long line is shown from where its cursor is seen. */
    const char *text = prompt->text;
    char head[PROMPT_SIZE];
    int room = row.width - 2, width;
    for (;;) {
        snprintf(head, sizeof head, "%.*s", (int)(prompt->text + prompt->cursor - text), text);
        width = canvas_text_width(head);
        uint32_t codepoint;
        if (width < room || text >= prompt->text + prompt->cursor) break;
        text = utf8_next(text, &codepoint);
    }
    canvas_text(canvas, row.x + 1, row.y, room, text, STYLE_PROMPT);
    *cursor_x = row.x + 1 + width;
    *cursor_y = row.y;
    if (below.height == 0 && !prompt->why[0]) return;
    if (below.height == 0) below = (Rect){row.x, row.y - 1, row.width, 1};
    canvas_fill(canvas, below.x, below.y, below.width, 1, ' ', STYLE_NORMAL);
    if (prompt->candidates.count > 0)
        draw_candidates(prompt, canvas, below);
    else if (prompt->why[0])
        canvas_text(canvas, below.x + 1, below.y, below.width - 2, prompt->why, STYLE_HINT);
    else
        draw_help(prompt, canvas, below);
}
