#include "ui/pager.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { KEY_COLUMNS = 18 };

void pager_clear(Pager *pager) {
    for (int i = 0; i < pager->count; i++) {
        free(pager->line[i].key);
        free(pager->line[i].text);
    }
    pager->count = 0;
}

void pager_deinit(Pager *pager) {
    pager_clear(pager);
    free(pager->line);
    memset(pager, 0, sizeof *pager);
}

void pager_open(Pager *pager, const char *search) {
    pager->top = 0;
    snprintf(pager->search, sizeof pager->search, "%s", search);
}

/* Out of memory costs a line of help, nothing else. */
void pager_add(Pager *pager, Style style, const char *key, const char *text) {
    if (pager->count == pager->capacity) {
        int capacity = pager->capacity ? 2 * pager->capacity : 64;
        PagerLine *line = realloc(pager->line, (size_t)capacity * sizeof *line);
        if (!line) return;
        pager->line = line;
        pager->capacity = capacity;
    }
    PagerLine added = {key ? strdup(key) : NULL, strdup(text), style};
    if (!added.text) {
        free(added.key);
        return;
    }
    pager->line[pager->count++] = added;
}

void pager_addf(Pager *pager, Style style, const char *key, const char *format, ...) {
    char text[600];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    pager_add(pager, style, key, text);
}

static bool matches(const Pager *pager, const PagerLine *line) {
    if (pager->search[0] == '\0') return true;
    if (line->style == STYLE_HEADING) return false;
    return strcasestr(line->text, pager->search) || (line->key && strcasestr(line->key, pager->search));
}

static int matching(const Pager *pager) {
    int count = 0;
    for (int i = 0; i < pager->count; i++) count += matches(pager, &pager->line[i]);
    return count;
}

static void type(Pager *pager, uint32_t codepoint) {
    char bytes[5];
    size_t size = strlen(pager->search);
    int added = canvas_encode(bytes, codepoint);
    if (canvas_glyph_width(codepoint) == 0 || size + (size_t)added >= sizeof pager->search) return;
    memcpy(pager->search + size, bytes, (size_t)added + 1);
    pager->top = 0;
}

static bool erase(Pager *pager) {
    size_t size = strlen(pager->search);
    if (size == 0) return false;
    do size--;
    while (size > 0 && (pager->search[size] & 0xc0) == 0x80);
    pager->search[size] = '\0';
    return true;
}

bool pager_key(Pager *pager, const UiKey *key, int page) {
    int top = pager->top, last = matching(pager) - page;
    if (key->kind == UI_KEY_ENTER) return false;
    if (key->kind == UI_KEY_ESCAPE && pager->search[0] == '\0') return false;
    if (key->kind == UI_KEY_ESCAPE) pager->search[0] = '\0', top = 0;
    if (key->kind == UI_KEY_BACKSPACE && !erase(pager)) return false;
    if ((key->kind == UI_KEY_CHAR && !key->control) || key->kind == UI_KEY_PASTE) {
        type(pager, key->codepoint);
        return true;
    }
    bool wheel = key->kind == UI_KEY_MOUSE;
    if (key->kind == UI_KEY_UP) top--;
    if (key->kind == UI_KEY_DOWN) top++;
    if (wheel && key->mouse == UI_MOUSE_WHEEL_UP) top -= 3;
    if (wheel && key->mouse == UI_MOUSE_WHEEL_DOWN) top += 3;
    if (key->kind == UI_KEY_PAGEUP) top -= page;
    if (key->kind == UI_KEY_PAGEDOWN) top += page;
    if (key->kind == UI_KEY_HOME) top = 0;
    if (key->kind == UI_KEY_END) top = last;
    if (top > last) top = last;
    pager->top = top < 0 ? 0 : top;
    return true;
}

static void draw_line(const PagerLine *line, Canvas *canvas, Rect rect, int y) {
    int x = rect.x + 1;
    if (line->key) {
        canvas_text(canvas, x, y, KEY_COLUMNS - 1, line->key, STYLE_HINT_KEY);
        x += KEY_COLUMNS;
    } else if (line->style != STYLE_HEADING) {
        x += 1;
    }
    char text[600];
    size_t size = strcspn(line->text, "\t");
    snprintf(text, sizeof text, "%.*s", (int)size, line->text);
    int end = rect.x + rect.width - 1;
    x += canvas_text(canvas, x, y, end - x, text, line->style);
    const char *aside = line->text[size] ? line->text + size + 1 : "";
    int width = canvas_text_width(aside);
    if (width > 0 && x + 2 + width <= end) canvas_text(canvas, end - width, y, width, aside, STYLE_DIM);
}

void pager_draw(Pager *pager, Canvas *canvas, Rect rect) {
    canvas_fill(canvas, rect.x, rect.y, rect.width, rect.height, ' ', STYLE_NORMAL);
    int rows = rect.height - 1, count = matching(pager), row = 0;
    if (pager->top > count - rows) pager->top = count > rows ? count - rows : 0;
    char position[48];
    int until = pager->top + rows < count ? pager->top + rows : count;
    snprintf(position, sizeof position, count > rows ? "%d-%d of %d" : " ", pager->top + 1, until, count);
    int x =
        rect.x + 1 + canvas_text(canvas, rect.x + 1, rect.y, rect.width / 2, pager->title, STYLE_STRONG) + 2;
    int width = canvas_text_width(position), end = rect.x + rect.width - 1 - width;
    if (pager->search[0]) {
        x += canvas_text(canvas, x, rect.y, end - x - 1, "search: ", STYLE_HINT);
        x += canvas_text(canvas, x, rect.y, end - x - 1, pager->search, STYLE_PROMPT);
    } else {
        canvas_text(canvas, x, rect.y, end - x - 1, "type to search, Esc closes", STYLE_HINT);
    }
    canvas_text(canvas, end, rect.y, width, position, STYLE_HINT);
    for (int i = 0, seen = 0; i < pager->count && row < rows; i++) {
        if (!matches(pager, &pager->line[i])) continue;
        if (seen++ < pager->top) continue;
        draw_line(&pager->line[i], canvas, rect, rect.y + 1 + row++);
    }
    if (count == 0)
        canvas_text(canvas, rect.x + 2, rect.y + 2, rect.width - 3, "nothing here says that", STYLE_DIM);
}

void pager_draw_lines(const Pager *pager, Canvas *canvas, Rect rect) {
    canvas_text(canvas, rect.x + 1, rect.y, rect.width - 2, pager->title, STYLE_STRONG);
    for (int i = 0; i < pager->count && i < rect.height - 1; i++)
        draw_line(&pager->line[i], canvas, rect, rect.y + 1 + i);
}
