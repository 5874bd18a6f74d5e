#include "ui/mouse.h"

#include <string.h>

#include "ui/bars.h"
#include "ui/status.h"

/* Of two pitches in one row, none with a note: the one in the key, or the white one while no key is known; where both are,
 * the one that names the row. */
static int likely_pitch(const View *view, int upper) {
    static const Key white = {.tonic = 0, .mode = KEY_MAJOR, .known = true};
    const Key key = view->key.known ? view->key : white;
    const int lower = upper - 1;
    if (key_has(key, upper) != key_has(key, lower)) return key_has(key, upper) ? upper : lower;
    if (view->cursor_pitch == upper) return upper;
    return view->cursor_pitch == lower || lower % 12 == 0 ? lower : upper;
}

/* The pitch meant at a cell. A half-block cell holds two: the one with a note there, else the likely one. */
static int pitch_at(const Ui *ui, const View *view, int32_t tick, int y) {
    const Track *track = view_track(view, view->version);
    int pitch = geometry_pitch(&ui->geometry, y);
    if (!ui->geometry.halves || pitch < 1) return pitch;
    if (track_find(track, tick, pitch) >= 0) return pitch;
    if (track_find(track, tick, pitch - 1) >= 0) return pitch - 1;
    return likely_pitch(view, pitch);
}

static int32_t tick_at(const Ui *ui, const View *view, int x) {
    return grid_floor(view->grid, view_timeline(view), geometry_tick(&ui->geometry, x));
}

static bool give(Command *command, CommandId id, int32_t tick, int pitch, double number) {
    memset(command, 0, sizeof *command);
    command->id = id;
    command->tick = tick;
    command->pitch = pitch < 0 ? 0 : pitch > 127 ? 127 : pitch;
    command->number = number;
    return true;
}

static bool focus_bar(const View *view, int bar, Command *command) {
    return bar >= 0 && give(command, COMMAND_FOCUS_BAR, bars_start(view, bar), view->cursor_pitch, bar);
}

static bool press_roll(Ui *ui, const UiKey *key, const View *view, Command *command) {
    ui->pane = DESK_ROLL;
    int32_t tick = tick_at(ui, view, key->x);
    int pitch = pitch_at(ui, view, tick, key->y);
    if (key->button == 3) return give(command, COMMAND_REMOVE_NOTE, tick, pitch, 0);
    ui->pressed = key->button == 1;
    ui->dragged = false;
    ui->press_tick = tick;
    ui->press_pitch = pitch;
    if (ui->pressed) grip_take(&ui->grip, view, &ui->geometry, tick, pitch, key->x, key->y);
    return give(command, COMMAND_CURSOR, tick, pitch, 0);
}

/* A click on the source of the bar in focus swaps it; elsewhere in the lanes it takes the focus to a bar. */
static bool press_lanes(Ui *ui, const UiKey *key, const View *view, Command *command) {
    const Layout *layout = &ui->layout;
    const int bar = bars_at(view, geometry_tick(&ui->geometry, key->x)),
              source_y = layout->lanes.y + layout->lane[LANE_FORM];
    ui->pane = DESK_LANES;
    if (key->y == source_y && layout->lane[LANE_SOURCE] > 0 && bar == bars_focus(view) &&
        bars_source(view, bar))
        return give(command, COMMAND_SWAP, 0, 0, 0);
    return focus_bar(view, bar, command);
}

/* What stands outside of the pictures: versions, transport, hints. */
static bool press_frame(Ui *ui, const UiKey *key, const View *view, Command *command) {
    const Layout *layout = &ui->layout;
    for (int i = 0; i < VERSIONS; i++)
        if (layout_has(status_tab(layout->tabs, view, (Version)i), key->x, key->y))
            return give(command, (CommandId)(COMMAND_ORIGINAL + i), 0, 0, 0);
    if (layout_has(status_transport(layout->status, view), key->x, key->y))
        return give(command, COMMAND_PLAY, 0, 0, 0);
    if (!layout_has(layout->hints, key->x, key->y) || ui->overlay != DESK_NOTHING) return false;
    const CommandId hint =
        status_hint_at(layout->hints, &ui->keys, desk_mode(ui, view), matrix_has_maps(&ui->matrix), key->x);
    return hint != COMMAND_NONE && give(command, hint, 0, 0, 0);
}

static bool press(Ui *ui, const UiKey *key, const View *view, Command *command) {
    const Layout *layout = &ui->layout;
    if (press_frame(ui, key, view, command)) return true;
    if (layout_has(layout->matrix, key->x, key->y)) {
        ui->pane = DESK_MATRIX;
        return focus_bar(view, matrix_bar(&ui->matrix, layout->matrix, key->y), command);
    }
    if (!geometry_sees_column(&ui->geometry, key->x) || key->y >= layout->status.y) return false;
    if (layout_has(layout->lanes, key->x, key->y)) return press_lanes(ui, key, view, command);
    if (layout_has(layout->ruler, key->x, key->y))
        return focus_bar(view, bars_at(view, geometry_tick(&ui->geometry, key->x)), command);
    return layout_has(layout->roll, key->x, key->y) && press_roll(ui, key, view, command);
}

static bool drag(Ui *ui, const UiKey *key, const View *view, Command *command) {
    const Geometry *geometry = &ui->geometry;
    if (!ui->pressed) return false;
    int x = key->x, y = key->y, right = geometry->x + geometry->width - 1,
        bottom = geometry->y + geometry->height - 1;
    x = x < geometry->x ? geometry->x : x > right ? right : x;
    y = y < geometry->y ? geometry->y : y > bottom ? bottom : y;
    int32_t tick = tick_at(ui, view, x);
    int pitch = pitch_at(ui, view, tick, y);
    if (ui->grip.holds) {
        grip_drag(&ui->grip, view, geometry, tick, y);
        ui->dragged |= grip_preview(&ui->grip, view) != NULL;
        return false;
    }
    if (!ui->dragged && tick == ui->press_tick && pitch == ui->press_pitch) return false;
    ui->dragged = true;
    return give(command, COMMAND_SELECT_TO, tick, pitch, 0);
}

static bool release(Ui *ui, Command *command) {
    bool click = ui->pressed && !ui->dragged;
    ui->pressed = ui->dragged = false;
    if (grip_release(&ui->grip, command)) return true;
    return click && give(command, COMMAND_CLICK_NOTE, ui->press_tick, ui->press_pitch, 0);
}

static void wheel(Ui *ui, const UiKey *key, const View *view) {
    Geometry *geometry = &ui->geometry;
    int step = key->mouse == UI_MOUSE_WHEEL_UP ? -1 : 1;
    bool aside = key->shift || !layout_has(ui->layout.roll, key->x, key->y);
    if (!aside) {
        int low = geometry->top_pitch - geometry_pitches(geometry) + 1;
        geometry_reveal_pitch(geometry, step < 0 ? geometry->top_pitch + 2 : low - 2, 0);
        return;
    }
    int32_t bar = bars_ticks(view), last = bars_start(view, bars_count(view) - 1),
            left = geometry->left_tick + step * bar;
    geometry->left_tick = left < 0 ? 0 : left > last ? last : left;
}

bool mouse_event(Ui *ui, const UiKey *key, const View *view, Command *command) {
    if (!ui->drawn || ui->layout.too_small) return false;
    switch (key->mouse) {
    case UI_MOUSE_PRESS:
        return press(ui, key, view, command);
    case UI_MOUSE_DRAG:
        return drag(ui, key, view, command);
    case UI_MOUSE_RELEASE:
        return release(ui, command);
    case UI_MOUSE_WHEEL_UP:
    case UI_MOUSE_WHEEL_DOWN:
        wheel(ui, key, view);
        break;
    }
    return false;
}
