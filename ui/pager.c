#include "ui/pager.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/utf8.h"

enum { KEY_COLUMNS = 18, TEXT_SIZE = 1024 };

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
    char text[TEXT_SIZE];
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

/* Columns before the text of a line, in a pane of this width. */
static int indent(const PagerLine *line, int width) {
    int keys = width / 3 < KEY_COLUMNS ? width / 3 : KEY_COLUMNS;
    return line->key ? keys : line->style == STYLE_HEADING ? 0 : 1;
}

/* The line without what stands aside after its tab. */
static void plain(const PagerLine *line, char *text, size_t size) {
    snprintf(text, size, "%.*s", (int)strcspn(line->text, "\t"), line->text);
}

static int rows_of(const PagerLine *line, int width) {
    char text[TEXT_SIZE];
    int rows = 0, size;
    plain(line, text, sizeof text);
    const char *rest = text;
    do {
        rest = canvas_wrap(rest, width - 2 - indent(line, width), &size);
        rows++;
    } while (*rest);
    return rows;
}

static int matching_rows(const Pager *pager) {
    int count = 0;
    for (int i = 0; i < pager->count; i++)
        if (matches(pager, &pager->line[i])) count += rows_of(&pager->line[i], pager->width);
    return count;
}

static void type(Pager *pager, uint32_t codepoint) {
    char bytes[5];
    size_t size = strlen(pager->search);
    int added = utf8_write(bytes, codepoint);
    if (canvas_glyph_width(codepoint) == 0 || size + (size_t)added >= sizeof pager->search) return;
    memcpy(pager->search + size, bytes, (size_t)added + 1);
    pager->top = 0;
}

static bool erase(Pager *pager) {
    size_t size = strlen(pager->search);
    if (size == 0) return false;
    pager->search[utf8_before(pager->search, size)] = '\0';
    return true;
}

bool pager_key(Pager *pager, const UiKey *key, int page) {
    int top = pager->top, last = matching_rows(pager) - page;
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

/* Draws a line from y on, leaving out its first `skip` rows and those below bottom; returns the row after it. */
static int draw_line(const PagerLine *line, Canvas *canvas, Rect rect, int y, int skip) {
    char text[TEXT_SIZE];
    int x = rect.x + 1 + indent(line, rect.width), end = rect.x + rect.width - 1, size;
    int bottom = rect.y + rect.height;
    if (line->key && skip == 0 && y < bottom)
        canvas_text(canvas, rect.x + 1, y, indent(line, rect.width) - 1, line->key, STYLE_HINT_KEY);
    plain(line, text, sizeof text);
    const char *aside = line->text + strcspn(line->text, "\t");
    int width = *aside ? canvas_text_width(++aside) : 0;
    if (width > 0 && skip == 0 && x + canvas_text_width(text) + 2 + width <= end)
        canvas_text(canvas, end - width, y, width, aside, STYLE_DIM);
    const char *rest = text;
    do {
        char row[TEXT_SIZE];
        const char *start = rest;
        rest = canvas_wrap(rest, end - x, &size);
        if (skip-- > 0 || y >= bottom) continue;
        snprintf(row, sizeof row, "%.*s", size, start);
        canvas_text(canvas, x, y++, end - x, row, line->style);
    } while (*rest);
    return y;
}

static void draw_title(const Pager *pager, Canvas *canvas, Rect rect, int rows, int count) {
    char position[48] = "";
    int until = pager->top + rows < count ? pager->top + rows : count;
    if (count > rows) snprintf(position, sizeof position, "%d-%d of %d", pager->top + 1, until, count);
    int x = rect.x + 1, width = canvas_text_width(position), end = rect.x + rect.width - 1 - width;
    x += canvas_text(canvas, x, rect.y, rect.width / 2, pager->title, STYLE_STRONG) + 2;
    x += canvas_text(canvas, x, rect.y, end - x - 1,
                     pager->search[0] ? "search: " : "type to search, Esc closes", STYLE_HINT);
    canvas_text(canvas, x, rect.y, end - x - 1, pager->search, STYLE_PROMPT);
    canvas_text(canvas, end, rect.y, width, position, STYLE_HINT);
}

void pager_draw(Pager *pager, Canvas *canvas, Rect rect) {
    canvas_fill(canvas, rect.x, rect.y, rect.width, rect.height, ' ', STYLE_NORMAL);
    pager->width = rect.width;
    int rows = rect.height - 1, count = matching_rows(pager), y = rect.y + 1, skip;
    if (pager->top > count - rows) pager->top = count > rows ? count - rows : 0;
    draw_title(pager, canvas, rect, rows, count);
    skip = pager->top;
    for (int i = 0; i < pager->count && y < rect.y + rect.height; i++) {
        if (!matches(pager, &pager->line[i])) continue;
        int own = rows_of(&pager->line[i], rect.width);
        if (skip < own) y = draw_line(&pager->line[i], canvas, rect, y, skip);
        skip = skip > own ? skip - own : 0;
    }
    if (count == 0)
        canvas_text(canvas, rect.x + 2, rect.y + 2, rect.width - 3, "nothing here says that", STYLE_DIM);
}

void pager_draw_lines(const Pager *pager, Canvas *canvas, Rect rect) {
    canvas_text(canvas, rect.x + 1, rect.y, rect.width - 2, pager->title, STYLE_STRONG);
    for (int i = 0, y = rect.y + 1; i < pager->count && y < rect.y + rect.height; i++)
        y = draw_line(&pager->line[i], canvas, rect, y, 0);
}
