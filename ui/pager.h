/* Pager: lines of text to read, with a search: the help, the messages, a bar in words.
 *
 * Typing narrows the lines down to those that hold what was typed (headings go then); Backspace widens again; Esc takes the
 * search back, then closes. Arrows, PgUp, PgDn, Home, End scroll. */
#ifndef REFRAIN_UI_PAGER_H
#define REFRAIN_UI_PAGER_H

#include "ui/layout.h"
#include "ui/canvas.h"
#include "ui/keypress.h"

enum { PAGER_SEARCH_SIZE = 64 };

typedef struct {
    char *key;  /* left column, owned; null = none */
    char *text; /* owned; what follows a tab stands at the right, where there is room */
    Style style;
} PagerLine;

/* Zeroed is empty. */
typedef struct {
    PagerLine *line;
    int count, capacity;
    int top;   /* the first row that is shown, of all rows of the lines that match */
    int width; /* columns when it was drawn last: long lines are wrapped */
    char title[96];
    char search[PAGER_SEARCH_SIZE]; /* UTF-8 */
} Pager;

void pager_deinit(Pager *pager);
void pager_clear(Pager *pager);                    /* lines only: position and search stay */
void pager_open(Pager *pager, const char *search); /* to the top, with this search */
void pager_add(Pager *pager, Style style, const char *key, const char *text);
void pager_addf(Pager *pager, Style style, const char *key, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* False when the pager is to be closed. */
bool pager_key(Pager *pager, const UiKey *key, int page);
void pager_draw(Pager *pager, Canvas *canvas, Rect rect);
void pager_draw_lines(const Pager *pager, Canvas *canvas,
                      Rect rect); /* title and first lines only, not to be scrolled */

#endif
