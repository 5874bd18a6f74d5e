/* Canvas: a grid of cells that pictures are drawn into; knows no terminal.
 *
 * A cell holds one codepoint of display width 1 (or 2, followed by a cell with codepoint 0) and a style. Drawing outside is
 * clipped. Styles are names of meaning, not colours: screen.c decides what they look like. */
#ifndef REFRAIN_UI_CANVAS_H
#define REFRAIN_UI_CANVAS_H

#include <stddef.h>
#include <stdint.h>

#include "engine/base/error.h"

/* What a style looks like; the values of styles.def's last column. */
enum {
    LOOK_BOLD = 1,
    LOOK_DIM = 2,
    LOOK_UNDERLINE = 4,
    LOOK_REVERSE = 8,
    LOOK_PLAIN_BOLD = 16, /* only where there are fewer than 256 colours */
    LOOK_PLAIN_DIM = 32,
    LOOK_PLAIN_UNDERLINE = 64,
    LOOK_PLAIN_REVERSE = 128,
};

typedef enum {
#define STYLE(id, name, foreground256, background256, foreground8, attributes) STYLE_##id,
#include "ui/styles.def"
#undef STYLE
    STYLE_COUNT
} Style;

typedef struct {
    uint32_t codepoint;
    uint16_t style;      /* Style of the foreground, and of the background unless background is set */
    uint16_t background; /* a Style whose background is used instead; STYLE_NORMAL = none */
} Cell;

typedef struct {
    int width, height;
    Cell *cells; /* row-major, owned */
    bool ascii;  /* drawing functions replace glyphs by ASCII ones */
} Canvas;

/* Blank cells; canvas->ascii is kept. Sides above 4096 are cut. */
bool canvas_init(Canvas *canvas, int width, int height, Error *err);
void canvas_deinit(Canvas *canvas);
void canvas_clear(Canvas *canvas);
void canvas_put(Canvas *canvas, int x, int y, uint32_t codepoint, Style style);
/* UTF-8 text, cut at max_width columns with an ellipsis; returns the columns used. */
int canvas_text(Canvas *canvas, int x, int y, int max_width, const char *text, Style style);
void canvas_fill(Canvas *canvas, int x, int y, int width, int height, uint32_t codepoint, Style style);
/* Gives a rectangle of cells another style's background, whatever is written there. */
void canvas_tint(Canvas *canvas, int x, int y, int width, int height, Style background);
/* Rows as UTF-8 lines without trailing blanks; malloc'ed. With styles: a second block naming each cell's style (a tinted blank's
 * background) by a letter. */
char *canvas_to_text(const Canvas *canvas, bool with_styles);

/* Columns of a codepoint: 0 for control characters and combining marks, 2 for CJK and pictures, else 1; of a text. */
int canvas_glyph_width(uint32_t codepoint);
int canvas_text_width(const char *text);
/* Takes as many words of text as fit into width columns: *size gets their bytes; returns where the next row begins. */
const char *canvas_wrap(const char *text, int width, int *size);

#endif
