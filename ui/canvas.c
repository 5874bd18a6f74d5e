#include "ui/canvas.h"

#include <stdlib.h>
#include <string.h>

#include "engine/base/utf8.h"

#define CANVAS_SIDE_MAX 4096 /* no terminal is larger; keeps width * height far from overflow */

bool canvas_init(Canvas *canvas, int width, int height, Error *err) {
    bool ascii = canvas->ascii;
    memset(canvas, 0, sizeof *canvas);
    canvas->ascii = ascii;
    if (width < 0) width = 0;
    if (height < 0) height = 0;
    if (width > CANVAS_SIDE_MAX) width = CANVAS_SIDE_MAX;
    if (height > CANVAS_SIDE_MAX) height = CANVAS_SIDE_MAX;
    size_t count = (size_t)width * (size_t)height;
    canvas->cells = calloc(count > 0 ? count : 1, sizeof *canvas->cells);
    if (!canvas->cells) return error_memory(err, "the screen");
    canvas->width = width;
    canvas->height = height;
    canvas_clear(canvas);
    return true;
}

void canvas_deinit(Canvas *canvas) {
    free(canvas->cells);
    bool ascii = canvas->ascii;
    memset(canvas, 0, sizeof *canvas);
    canvas->ascii = ascii;
}

void canvas_clear(Canvas *canvas) {
    const Cell blank = {.codepoint = ' '};
    int count = canvas->width * canvas->height;
    for (int i = 0; i < count; i++) canvas->cells[i] = blank;
}

static const struct {
    uint32_t from, to;
} wide[] =
    {
        {0x1100, 0x115f}, {0x2e80, 0x303e},   {0x3041, 0x33ff},   {0x3400, 0x4dbf},   {0x4e00, 0x9fff},
        {0xa000, 0xa4cf}, {0xac00, 0xd7a3},   {0xf900, 0xfaff},   {0xfe30, 0xfe6f},   {0xff00, 0xff60},
        {0xffe0, 0xffe6}, {0x1f300, 0x1f64f}, {0x1f680, 0x1f6ff}, {0x1f900, 0x1f9ff}, {0x20000, 0x3fffd},
},
  invisible[] = {
      {0x0300, 0x036f}, {0x0483, 0x0489}, {0x0591, 0x05bd}, {0x0610, 0x061a},
      {0x064b, 0x065f}, {0x200b, 0x200f}, {0x202a, 0x202e}, {0x2060, 0x206f},
      {0x20d0, 0x20ff}, {0xfe00, 0xfe0f}, {0xfe20, 0xfe2f}, {0xfeff, 0xfeff},
};

int canvas_glyph_width(uint32_t codepoint) {
    if (codepoint < 0x20 || (codepoint >= 0x7f && codepoint < 0xa0)) return 0;
    if (codepoint < 0x300) return 1;
    for (size_t i = 0; i < sizeof invisible / sizeof *invisible; i++)
        if (codepoint >= invisible[i].from && codepoint <= invisible[i].to) return 0;
    for (size_t i = 0; i < sizeof wide / sizeof *wide; i++)
        if (codepoint >= wide[i].from && codepoint <= wide[i].to) return 2;
    return 1;
}

/* One ASCII character that says about the same; every glyph that this program draws is here. */
static uint32_t ascii_twin(uint32_t codepoint) {
    static const struct {
        uint32_t glyph;
        char twin;
    } table[] = {
        {0x2502, '|'}, {0x2503, '|'},  {0x250a, ':'},  {0x2500, '-'},  {0x2501, '='}, {0x2550, '='},
        {0x256d, '.'}, {0x256e, '.'},  {0x2570, '`'},  {0x256f, '\''}, {0x2534, '+'}, {0x252c, '+'},
        {0x253c, '+'}, {0x00b7, '.'},  {0x02d9, '\''}, {0x2588, '#'},  {0x2593, '%'}, {0x2592, '*'},
        {0x2591, ':'}, {0x2580, '"'},  {0x2584, '_'},  {0x258c, '#'},  {0x258a, '#'}, {0x2581, '_'},
        {0x2582, '.'}, {0x2583, '-'},  {0x2585, '='},  {0x2586, '+'},  {0x2587, '*'}, {0x25b2, '^'},
        {0x25bc, 'v'}, {0x25b4, '^'},  {0x25be, 'v'},  {0x25c0, '<'},  {0x25b6, '>'}, {0x25c2, '<'},
        {0x25b8, '>'}, {0x25a0, '#'},  {0x25aa, '#'},  {0x25ab, '-'},  {0x25cf, 'o'}, {0x25cb, 'o'},
        {0x2022, '*'}, {0x2026, '~'},  {0x2190, '<'},  {0x2191, '^'},  {0x2192, '>'}, {0x2193, 'v'},
        {0x21aa, '*'}, {0x2248, '~'},  {0x2195, '^'},  {0x2669, 'q'},  {0x266a, 'q'}, {0x2014, '-'},
        {0x2013, '-'}, {0x2018, '\''}, {0x2019, '\''}, {0x201c, '"'},  {0x201d, '"'}, {0x00d7, 'x'},
        {0x2504, '.'}, {0x2518, '\''}, {0x2514, '`'},
    };
    if (codepoint < 0x7f) return codepoint;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (table[i].glyph == codepoint) return (uint32_t)table[i].twin;
    return '?';
}

/* A cell beside a double-width glyph that is being overwritten must not keep half of it. */
static void split_wide(Canvas *canvas, Cell *row, int x) {
    if (row[x].codepoint == 0 && x > 0) row[x - 1].codepoint = ' ';
    if (x + 1 < canvas->width && row[x + 1].codepoint == 0) row[x + 1].codepoint = ' ';
}

void canvas_put(Canvas *canvas, int x, int y, uint32_t codepoint, Style style) {
    if (x < 0 || y < 0 || x >= canvas->width || y >= canvas->height) return;
    if (canvas->ascii) codepoint = ascii_twin(codepoint);
    int columns = canvas_glyph_width(codepoint);
    if (columns == 0) codepoint = ' ';
    if (columns == 2 && x + 1 >= canvas->width) codepoint = ' ', columns = 1;
    Cell *row = canvas->cells + (size_t)y * (size_t)canvas->width;
    split_wide(canvas, row, x);
    row[x] = (Cell){codepoint, (uint16_t)style, STYLE_NORMAL};
    if (columns == 2) {
        split_wide(canvas, row, x + 1);
        row[x].codepoint = codepoint;
        row[x + 1] = (Cell){0, (uint16_t)style, STYLE_NORMAL};
    }
}

int canvas_text_width(const char *text) {
    int columns = 0;
    for (uint32_t codepoint; *text;) {
        text = utf8_next(text, &codepoint);
        columns += canvas_glyph_width(codepoint);
    }
    return columns;
}

const char *canvas_wrap(const char *text, int width, int *size) {
    const char *end = text, *blank = NULL;
    uint32_t codepoint;
    for (int columns = 0; *end;) {
        const char *next = utf8_next(end, &codepoint);
        columns += canvas_glyph_width(codepoint);
        if (columns > width && codepoint != ' ') break;
        if (codepoint == ' ') blank = end;
        end = next;
    }
    if (end == text && *end) end = utf8_next(end, &codepoint); /* wider than the row: never stand still */
    if (*end && blank && blank > text) end = blank;
    *size = (int)(end - text);
    while (*size > 0 && text[*size - 1] == ' ') --*size;
    return end + strspn(end, " ");
}

int canvas_text(Canvas *canvas, int x, int y, int max_width, const char *text, Style style) {
    bool cut = canvas_text_width(text) > max_width;
    int limit = cut ? max_width - 1 : max_width, used = 0;
    if (max_width <= 0) return 0;
    for (uint32_t codepoint; *text;) {
        text = utf8_next(text, &codepoint);
        int columns = canvas_glyph_width(codepoint);
        if (used + columns > limit) break;
        if (columns > 0) canvas_put(canvas, x + used, y, codepoint, style);
        used += columns;
    }
    if (cut) canvas_put(canvas, x + used++, y, 0x2026, style);
    return used;
}

void canvas_fill(Canvas *canvas, int x, int y, int width, int height, uint32_t codepoint, Style style) {
    int right = x + width < canvas->width ? x + width : canvas->width;
    int bottom = y + height < canvas->height ? y + height : canvas->height;
    for (int row = y < 0 ? 0 : y; row < bottom; row++)
        for (int column = x < 0 ? 0 : x; column < right; column++)
            canvas_put(canvas, column, row, codepoint, style);
}

void canvas_tint(Canvas *canvas, int x, int y, int width, int height, Style background) {
    int right = x + width < canvas->width ? x + width : canvas->width;
    int bottom = y + height < canvas->height ? y + height : canvas->height;
    for (int row = y < 0 ? 0 : y; row < bottom; row++)
        for (int column = x < 0 ? 0 : x; column < right; column++)
            canvas->cells[row * canvas->width + column].background = (uint16_t)background;
}

/* Printable ASCII in order, '.' for normal, so that two styles never share a letter. */
static char style_letter(int style) {
    static const char letters[] =
        ".abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&()*+,-/:;<=>?@[]^_{|}~";
    _Static_assert(STYLE_COUNT < sizeof letters, "more styles than letters");
    return letters[style];
}

static char *append_row(char *out, const Canvas *canvas, int y, bool styles) {
    const Cell *row = canvas->cells + (size_t)y * (size_t)canvas->width;
    char *end = out;
    for (int x = 0; x < canvas->width; x++) {
        if (styles) {
            bool ground = row[x].codepoint == ' ' && row[x].background != STYLE_NORMAL;
            *out++ = style_letter(ground ? row[x].background : row[x].style);
            if (out[-1] != '.') end = out;
        } else if (row[x].codepoint != 0) {
            out += utf8_write(out, row[x].codepoint);
            if (row[x].codepoint != ' ') end = out;
        }
    }
    *end++ = '\n';
    return end;
}

char *canvas_to_text(const Canvas *canvas, bool with_styles) {
    size_t row_size =
        (size_t)canvas->width * 4 + 2; /* UTF-8 needs at most four bytes, and five while encoding */
    char *text = malloc(row_size * (size_t)canvas->height * (with_styles ? 2 : 1) + 8), *out = text;
    if (!text) return NULL;
    for (int y = 0; y < canvas->height; y++) out = append_row(out, canvas, y, false);
    for (int y = 0; with_styles && y < canvas->height; y++) out = append_row(out, canvas, y, true);
    *out = '\0';
    return text;
}
