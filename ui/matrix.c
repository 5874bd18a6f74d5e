#include "ui/matrix.h"

#include <math.h>
#include <stdio.h>

#include "ui/bars.h"

enum { HEAD_ROWS = 2, CELL_MIN = 2, CELL_MAX = 16 };

bool matrix_has_maps(const Matrix *matrix) {
    return matrix->picture >= ANALYSIS_ENCODER;
}

void matrix_next_map(Matrix *matrix) {
    matrix->map = matrix->maps > 0 ? (matrix->map + 1) % matrix->maps : 0;
}

int matrix_width(const View *view, int most) {
    int width = LAYOUT_GUTTER + 2 + 4 * bars_count(view);
    if (width > most) width = LAYOUT_GUTTER + 2 + 3 * bars_count(view);
    if (width > most) width = LAYOUT_GUTTER + 2 + 2 * bars_count(view);
    if (width < 46) width = 46; /* the title's words */
    return width > most ? most : width;
}

int matrix_cell(const View *view, int columns) {
    int cell = columns / bars_count(view);
    return cell < CELL_MIN ? CELL_MIN : cell > CELL_MAX ? CELL_MAX : cell;
}

int matrix_rows(int bars) {
    return HEAD_ROWS + bars;
}

/* The value of a cell, negative where there is none. */
static double value_at(const Matrix *matrix, const Analysis *analysis, int t, int k) {
    int heads = analysis_heads(analysis), last = matrix->picture == ANALYSIS_REFERENCE ? t - 1 : t;
    if (k > last) return -1;
    if (matrix->map == 0 || !matrix_has_maps(matrix))
        return (double)analysis_cell(analysis, matrix->picture, t, k);
    return (double)analysis_attention(analysis, matrix->picture, (matrix->map - 1) / heads,
                                      (matrix->map - 1) % heads, t, k);
}

static void draw_title(const Matrix *matrix, Canvas *canvas, Rect rect, const Analysis *analysis,
                       bool active) {
    static const struct {
        const char *name, *meaning;
    } titles[] = {
        {"references", "what each bar takes from which"},
        {"influence", "what matters: measured by taking it away"},
        {"influence by swap", "what matters, measured"},
        {"encoder attention", "where it looks, no proof"},
        {"decoder attention", "where it looks, no proof"},
        {"attention to latents", "where it looks, no proof"},
    };
    char name[64], map[32] = "";
    bool attention = matrix_has_maps(matrix);
    if (attention && matrix->map > 0 && analysis)
        snprintf(map, sizeof map, " %d.%d", (matrix->map - 1) / analysis_heads(analysis) + 1,
                 (matrix->map - 1) % analysis_heads(analysis) + 1);
    else if (attention)
        snprintf(map, sizeof map, " (mean)");
    snprintf(name, sizeof name, "%s%s", titles[matrix->picture].name, map);
    int x = rect.x + 1;
    x += canvas_text(canvas, x, rect.y, rect.width - 2, name, active ? STYLE_LABEL_FOCUS : STYLE_STRONG) + 2;
    canvas_text(canvas, x, rect.y, rect.x + rect.width - x - 1, titles[matrix->picture].meaning, STYLE_HINT);
}

static void draw_cell(Canvas *canvas, int x, int width, int y, double value) {
    static const uint32_t shades[] = {0x00b7, 0x2591, 0x2591, 0x2592, 0x2593, 0x2588, 0x2588};
    static const double bounds[] = {0.02, 0.08, 0.2, 0.4, 0.6, 0.8};
    int level = 0;
    while (level < 6 && value >= bounds[level]) level++;
    Style style = (Style)(STYLE_HEAT_0 + level);
    if (width < 3) {
        canvas_fill(canvas, x, y, width, 1, shades[level], style);
        return;
    }
    canvas_fill(canvas, x, y, width, 1, ' ', style);
    char number[16];
    int digits = snprintf(number, sizeof number, "%d", (int)lround(100 * value));
    if (level == 0)
        canvas_put(canvas, x + (width - 1) / 2, y, 0x00b7, style);
    else
        canvas_text(canvas, x + (width - digits) / 2, y, digits, number, style);
}

static void draw_columns(Canvas *canvas, Rect rect, const Geometry *geometry, const View *view, int count) {
    int32_t ticks = bars_ticks(view);
    int cell = ticks / geometry->column_ticks, every = 1, focus = bars_focus(view);
    while (cell * every < 4) every *= 2;
    for (int k = 0; k < count; k++) {
        int x = geometry_column(geometry, bars_start(view, k));
        char name[16];
        if (!geometry_sees_column(geometry, x) || (k % every != 0 && k != focus)) continue;
        if (k % every == 0 && focus != k && focus / every == k / every && cell < 4) continue;
        bars_name(view, k, name);
        int room = geometry->x + geometry->width - x, middle = (cell - canvas_text_width(name)) / 2;
        canvas_text(canvas, x + (middle > 0 ? middle : 0), rect.y + 1, room, name,
                    k == focus ? STYLE_RULER_FOCUS : STYLE_RULER);
    }
}

static void draw_row(const Matrix *matrix, Canvas *canvas, Rect rect, const Geometry *geometry,
                     const View *view, const Analysis *analysis, int t, int y) {
    char name[16];
    bool focus = t == bars_focus(view);
    bars_name(view, t, name);
    if (focus) canvas_put(canvas, rect.x, y, 0x25b8, STYLE_LABEL_FOCUS);
    int used = canvas_text(canvas, rect.x + 1, y, 3, name, focus ? STYLE_RULER_FOCUS : STYLE_RULER);
    const char *form = analysis_repeat(analysis, t)->form;
    if (used < 3) canvas_text(canvas, rect.x + 2 + used, y, LAYOUT_GUTTER - 2 - used, form, STYLE_DIM);
    for (int k = 0; k < analysis_count(analysis); k++) {
        int x = geometry_column(geometry, bars_start(view, k)),
            end = geometry_column(geometry, bars_start(view, k + 1));
        if (end > geometry->x + geometry->width) end = geometry->x + geometry->width;
        if (x < geometry->x) x = geometry->x;
        double value = value_at(matrix, analysis, t, k);
        if (x < end && value >= 0) draw_cell(canvas, x, end - x, y, value);
    }
}

void matrix_draw(Matrix *matrix, Canvas *canvas, Rect rect, const Geometry *geometry, const View *view,
                 bool active) {
    const Analysis *analysis = bars_analysis(view);
    matrix->maps = analysis ? analysis_layers(analysis) * analysis_heads(analysis) + 1 : 1;
    if (matrix->map >= matrix->maps) matrix->map = 0;
    draw_title(matrix, canvas, rect, analysis, active);
    int rows = rect.height - HEAD_ROWS;
    if (rows <= 0) return;
    if (!analysis || !analysis_has(analysis, matrix->picture)) {
        const char *why = !analysis ? "The model has not read this melody yet."
                                    : "Not measured yet: that is done when the engine is idle.";
        canvas_text(canvas, rect.x + 2, rect.y + HEAD_ROWS, rect.width - 3, why, STYLE_DIM);
        return;
    }
    int count = analysis_count(analysis), focus = bars_focus(view), most = count - rows;
    if (focus < matrix->top) matrix->top = focus;
    if (focus >= matrix->top + rows) matrix->top = focus - rows + 1;
    if (matrix->top > most) matrix->top = most > 0 ? most : 0;
    draw_columns(canvas, rect, geometry, view, count);
    for (int row = 0; row < rows && matrix->top + row < count; row++)
        draw_row(matrix, canvas, rect, geometry, view, analysis, matrix->top + row, rect.y + HEAD_ROWS + row);
}

int matrix_bar(const Matrix *matrix, Rect rect, int y) {
    return y >= rect.y + HEAD_ROWS && y < rect.y + rect.height ? matrix->top + y - rect.y - HEAD_ROWS : -1;
}
