#include "ui/geometry.h"

static int32_t floor_divide(int32_t a, int32_t b) {
    return a >= 0 ? a / b : -((-a + b - 1) / b);
}

int geometry_column(const Geometry *geometry, int32_t tick) {
    return geometry->x + floor_divide(tick - geometry->left_tick, geometry->column_ticks);
}

int32_t geometry_tick(const Geometry *geometry, int column) {
    return geometry->left_tick + (column - geometry->x) * geometry->column_ticks;
}

int32_t geometry_end_tick(const Geometry *geometry) {
    return geometry_tick(geometry, geometry->x + geometry->width);
}

bool geometry_sees_column(const Geometry *geometry, int column) {
    return column >= geometry->x && column < geometry->x + geometry->width;
}

int geometry_pitches(const Geometry *geometry) {
    return geometry->halves ? 2 * geometry->height : geometry->height;
}

int geometry_row(const Geometry *geometry, int pitch) {
    return geometry->y + floor_divide(geometry->top_pitch - pitch, geometry->halves ? 2 : 1);
}

int geometry_pitch(const Geometry *geometry, int row) {
    return geometry->top_pitch - (row - geometry->y) * (geometry->halves ? 2 : 1);
}

bool geometry_sees_pitch(const Geometry *geometry, int pitch) {
    return pitch <= geometry->top_pitch && pitch > geometry->top_pitch - geometry_pitches(geometry);
}

void geometry_reveal_tick(Geometry *geometry, int32_t tick, int32_t page_ticks) {
    int32_t span = geometry->width * geometry->column_ticks;
    if (page_ticks < 1) page_ticks = 1;
    /* Windows of less than two bars scroll by beats, and tiny ones by columns. */
    while (page_ticks > geometry->column_ticks && 2 * page_ticks > span) page_ticks = (page_ticks + 3) / 4;
    int32_t page = tick / page_ticks, left = geometry->left_tick / page_ticks;
    int32_t pages = span / page_ticks > 0 ? span / page_ticks : 1;
    int32_t margin = pages > 3 ? 1 : 0;
    if (geometry->left_tick % page_ticks != 0) geometry->left_tick = left * page_ticks;
    if (page - margin < left) left = page - margin;
    if (page + margin >= left + pages) left = page + margin - pages + 1;
    geometry->left_tick = (left > 0 ? left : 0) * page_ticks;
}

/* With halves, rows hold an even pitch below an odd one, wherever one scrolls: scrolling must not flip the picture. */
static void set_top(Geometry *geometry, int top) {
    int pitches = geometry_pitches(geometry);
    if (top < pitches - 1) top = pitches - 1;
    if (top > 127) top = 127;
    geometry->top_pitch = geometry->halves ? top | 1 : top;
}

void geometry_reveal_pitch(Geometry *geometry, int pitch, int margin) {
    int pitches = geometry_pitches(geometry), top = geometry->top_pitch;
    if (margin > (pitches - 1) / 2) margin = (pitches - 1) / 2;
    if (pitch + margin > top) top = pitch + margin;
    if (pitch - margin <= top - pitches) top = pitch - margin + pitches - 1;
    set_top(geometry, top);
    /* the rounding of set_top may have pushed the pitch out by one */
    if (!geometry_sees_pitch(geometry, pitch)) set_top(geometry, pitch > top ? pitch : pitch + pitches - 2);
}

void geometry_centre_pitch(Geometry *geometry, int low, int high) {
    int pitches = geometry_pitches(geometry);
    set_top(geometry, (low + high + 1) / 2 + pitches / 2);
}

int32_t geometry_zoom(int32_t column_ticks, int direction) {
    static const int32_t levels[] = {30, 60, 120, 240, 480, 960};
    enum { COUNT = sizeof levels / sizeof *levels };
    if (direction > 0) { /* in: fewer ticks a column */
        for (int i = COUNT - 1; i >= 0; i--)
            if (levels[i] < column_ticks) return levels[i];
        return levels[0];
    }
    for (int i = 0; i < COUNT; i++)
        if (levels[i] > column_ticks) return levels[i];
    return levels[COUNT - 1];
}

int32_t geometry_scaled(int32_t column_ticks, int division) {
    int32_t ticks = column_ticks * division / GEOMETRY_DIVISION;
    return ticks > 0 ? ticks : 1;
}
