#include "ui/layout.h"

#include <string.h>

/* How many rows the lanes take of how many there are: a musician wants notes first, then form and source. */
static const struct {
    int rows;
    int lane[LANES];
} lane_plans[] = {
    {24, {1, 1, 3, 1, 1}}, {19, {1, 1, 2, 1, 1}}, {15, {1, 1, 1, 1, 1}},
    {11, {1, 1, 1, 1, 0}}, {9, {1, 1, 1, 0, 0}},  {6, {1, 1, 0, 0, 0}},
};

static void place_lanes(Layout *layout, Rect area) {
    for (size_t i = 0; i < sizeof lane_plans / sizeof *lane_plans; i++)
        if (area.height >= lane_plans[i].rows) {
            memcpy(layout->lane, lane_plans[i].lane, sizeof layout->lane);
            break;
        }
    layout->lanes = area;
    layout->lanes.height = 0;
    for (int i = 0; i < LANES; i++) layout->lanes.height += layout->lane[i];
    layout->lanes.y = area.y + area.height - layout->lanes.height;
}

Layout layout_make(int width, int height, bool lanes, int matrix_width) {
    Layout layout = {.too_small = width < LAYOUT_WIDTH_MIN || height < LAYOUT_HEIGHT_MIN};
    if (layout.too_small) return layout;
    int hints = height >= 20 ? 1 : 0;
    layout.tabs = (Rect){0, 0, width, 1};
    layout.hints = (Rect){0, height - 1, hints ? width : 0, hints};
    layout.message = (Rect){0, height - hints - 1, width, 1};
    layout.status = (Rect){0, height - hints - 2, width, 1};
    layout.middle = (Rect){0, 1, width, height - hints - 3};

    enum { ROLL_WIDTH_MIN = 54 }; /* three bars of sixteenths beside the gutter */
    Rect area = layout.middle;
    bool beside = matrix_width > 0 && width - matrix_width >= ROLL_WIDTH_MIN;
    if (beside) {
        area.width = width - matrix_width;
        layout.matrix = (Rect){area.width + 1, area.y, matrix_width - 1, area.height};
    }
    if (lanes) place_lanes(&layout, area);
    area.height -= layout.lanes.height;
    if (matrix_width > 0 && !beside) {
        layout.matrix = area;
        return layout;
    }
    layout.ruler = (Rect){area.x, area.y, area.width, 1};
    layout.roll = (Rect){area.x, area.y + 1, area.width, area.height - 1};
    return layout;
}

bool layout_has(Rect rect, int x, int y) {
    return x >= rect.x && y >= rect.y && x < rect.x + rect.width && y < rect.y + rect.height;
}
