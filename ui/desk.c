#include "ui/desk.h"

#include <stdio.h>
#include <string.h>

#include "ui/bars.h"

bool desk_has(const Ui *ui, DeskPane pane) {
    if (pane == DESK_LANES) return !ui->lanes_hidden;
    if (pane == DESK_MATRIX) return ui->matrix_open;
    return !(ui->matrix_open && ui->layout.roll.height == 0); /* the matrix may stand in the roll's place */
}

DeskPane desk_pane(const Ui *ui) {
    if (desk_has(ui, ui->pane)) return ui->pane;
    return desk_has(ui, DESK_ROLL) ? DESK_ROLL : DESK_MATRIX;
}

KeysMode desk_mode(const Ui *ui, const View *view) {
    static const KeysMode modes[] = {KEYS_ROLL, KEYS_LANES, KEYS_MATRIX};
    return view->step_entry ? KEYS_STEP : modes[desk_pane(ui)];
}

static void next_pane(Ui *ui) {
    DeskPane pane = desk_pane(ui);
    do pane = (DeskPane)((pane + 1) % DESK_PANES);
    while (!desk_has(ui, pane));
    ui->pane = pane;
}

static void show_pane(Ui *ui, DeskPane pane) {
    ui->overlay = DESK_NOTHING;
    if (pane == DESK_LANES) ui->lanes_hidden = false;
    if (pane == DESK_MATRIX) ui->matrix_open = true;
    if (pane == DESK_ROLL && !desk_has(ui, DESK_ROLL)) ui->matrix_open = false;
    ui->pane = pane;
}

/* The matrix opens, shows one picture after the other, and closes after the last. */
static void next_picture(Ui *ui) {
    ui->overlay = DESK_NOTHING;
    if (!ui->matrix_open) {
        ui->matrix_open = true;
        ui->matrix.picture = MATRIX_REFERENCE;
        ui->pane = DESK_MATRIX;
        return;
    }
    ui->matrix.map = 0;
    ui->matrix.picture = (MatrixPicture)((ui->matrix.picture + 1) % MATRIX_PICTURES);
    if (ui->matrix.picture != MATRIX_REFERENCE) return;
    ui->matrix_open = false;
    ui->pane = DESK_ROLL;
}

void desk_close(Ui *ui) {
    const bool text = ui->overlay != DESK_FILES;
    ui->overlay = text ? ui->under : DESK_NOTHING;
    ui->under = DESK_NOTHING;
}

static void open_pager(Ui *ui, DeskOverlay overlay, const char *search) {
    if (ui->overlay == DESK_NOTHING || ui->overlay == DESK_FILES) ui->under = ui->overlay;
    ui->overlay = overlay;
    pager_open(&ui->pager, search);
}

static void open_files(Ui *ui, bool recent, bool as_context) {
    ui->overlay = DESK_FILES;
    files_show(&ui->files, recent, as_context);
}

static bool cancel(Ui *ui) {
    if (ui->overlay != DESK_NOTHING) {
        desk_close(ui);
        return true;
    }
    if (desk_pane(ui) != DESK_MATRIX) return false;
    ui->matrix_open = false;
    ui->pane = DESK_ROLL;
    return true;
}

static bool perform_panes(Ui *ui, const Command *command) {
    switch (command->id) {
    case COMMAND_NEXT_PANE:
        next_pane(ui);
        return true;
    case COMMAND_PANE_ROLL:
        show_pane(ui, DESK_ROLL);
        return true;
    case COMMAND_PANE_LANES:
        show_pane(ui, DESK_LANES);
        return true;
    case COMMAND_PANE_MATRIX:
        show_pane(ui, DESK_MATRIX);
        return true;
    case COMMAND_MATRIX:
        next_picture(ui);
        return true;
    case COMMAND_MATRIX_LAYER:
        if (ui->matrix_open && matrix_has_maps(&ui->matrix))
            matrix_next_map(&ui->matrix);
        else
            snprintf(ui->note, sizeof ui->note, "Only attention has layers and heads: t shows it.");
        return true;
    case COMMAND_LANES:
        ui->lanes_hidden = !ui->lanes_hidden;
        return true;
    case COMMAND_ZOOM_IN:
        ui->column_ticks = geometry_zoom(ui->column_ticks, 1);
        return true;
    case COMMAND_ZOOM_OUT:
        ui->column_ticks = geometry_zoom(ui->column_ticks, -1);
        return true;
    case COMMAND_CANCEL:
        return cancel(ui);
    default:
        return false;
    }
}

bool desk_perform(Ui *ui, const Command *command) {
    switch (command->id) {
    case COMMAND_PANE_FILES:
        open_files(ui, false, false);
        return true;
    case COMMAND_RECENT:
        open_files(ui, true, false);
        return true;
    case COMMAND_OPEN:
    case COMMAND_OPEN_CONTEXT:
        if (command->has_argument) return false;
        open_files(ui, false, command->id == COMMAND_OPEN_CONTEXT);
        return true;
    case COMMAND_HELP:
        open_pager(ui, DESK_HELP, command->has_argument ? command->text : "");
        return true;
    case COMMAND_MESSAGES:
        open_pager(ui, DESK_MESSAGES, "");
        return true;
    case COMMAND_INSPECT:
        open_pager(ui, DESK_INSPECT, "");
        return true;
    case COMMAND_COMMAND_LINE:
        prompt_open(&ui->prompt, PROMPT_COMMAND, "");
        return true;
    case COMMAND_FIND:
        prompt_open(&ui->prompt, PROMPT_FIND, "");
        return true;
    case COMMAND_QUANTISE: /* a grid and a strength are wanted: offer the usual ones */
        if (command->has_argument) return false;
        prompt_open(&ui->prompt, PROMPT_COMMAND, "quantise 16 100");
        return true;
    default:
        return perform_panes(ui, command);
    }
}

/* The pitches that the shown versions use; false when there are no notes. */
static bool pitch_range(const View *view, int *low, int *high) {
    const Melody *melody = view->melody[view->version];
    *low = 127, *high = 0;
    for (int i = 0; i < melody->count; i++) {
        if (melody->notes[i].pitch < *low) *low = melody->notes[i].pitch;
        if (melody->notes[i].pitch > *high) *high = melody->notes[i].pitch;
    }
    return melody->count > 0;
}

/* Another version may lie in another octave: show it whole where that is possible, without hopping when it is seen. */
static void fit_pitches(Ui *ui, const View *view, bool first) {
    int low, high;
    Geometry *geometry = &ui->geometry;
    if (!pitch_range(view, &low, &high)) {
        if (first) geometry_centre_pitch(geometry, view->cursor_pitch - 7, view->cursor_pitch + 7);
        return;
    }
    bool seen = geometry_sees_pitch(geometry, low) && geometry_sees_pitch(geometry, high);
    if (first || !seen) geometry_centre_pitch(geometry, low, high);
}

static void follow(Ui *ui, const View *view, bool resized) {
    Geometry *geometry = &ui->geometry;
    int32_t bar = bars_ticks(view);
    bool first = !ui->drawn, other = first || resized || ui->last_version != (int)view->version;
    if (other) fit_pitches(ui, view, first || resized);
    if (other || ui->last_pitch != view->cursor_pitch) geometry_reveal_pitch(geometry, view->cursor_pitch, 2);
    bool moved = first || resized || ui->last_tick != view->cursor_tick;
    if (moved) geometry_reveal_tick(geometry, view->cursor_tick, bar);
    bool runs = view->playing && view->playhead >= 0 && view->playhead != ui->last_playhead;
    bool seen = view->playhead >= geometry->left_tick && view->playhead < geometry_end_tick(geometry);
    if (runs && !seen && !moved) geometry->left_tick = view->playhead / bar * bar;
    ui->last_tick = view->cursor_tick;
    ui->last_pitch = view->cursor_pitch;
    ui->last_playhead = view->playhead;
    ui->last_version = (int)view->version;
}

static bool same_size(const Geometry *a, const Geometry *b) {
    return a->width == b->width && a->height == b->height && a->column_ticks == b->column_ticks;
}

void desk_arrange(Ui *ui, int width, int height, bool ascii, const View *view) {
    enum { PITCHES = 128, WHOLE_ROWS_MIN = 20 }; /* fewer rows than that show two pitches each */
    int wanted = ui->matrix_open ? matrix_width(view, width / 2) : 0;
    ui->layout = layout_make(width, height, !ui->lanes_hidden, wanted);
    if (ui->layout.too_small) return;
    const Layout *layout = &ui->layout;
    bool in_place = ui->matrix_open && layout->roll.height == 0;
    Rect area = in_place ? layout->matrix : layout->roll;
    Geometry before = ui->geometry, *geometry = &ui->geometry;
    geometry->x = area.x + LAYOUT_GUTTER;
    geometry->width = area.width - LAYOUT_GUTTER;
    geometry->y = area.y;
    geometry->height = area.height < PITCHES ? area.height : PITCHES;
    geometry->halves = !ascii && area.height < WHOLE_ROWS_MIN;
    geometry->column_ticks = ui->column_ticks;
    int cell = matrix_cell(view, geometry->width);
    if (in_place) geometry->column_ticks = bars_ticks(view) / cell;
    if (geometry->column_ticks < 1) geometry->column_ticks = 1;
    follow(ui, view, !same_size(&before, geometry));
    if (in_place && bars_count(view) * cell <= geometry->width) geometry->left_tick = 0;
    ui->matrix_geometry = *geometry;
    if (ui->matrix_open && !in_place) {
        Geometry *own = &ui->matrix_geometry;
        own->x = layout->matrix.x + LAYOUT_GUTTER;
        own->width = layout->matrix.width - LAYOUT_GUTTER;
        cell = matrix_cell(view, own->width);
        own->column_ticks = bars_ticks(view) / (cell > 5 ? 5 : cell);
        if (own->column_ticks < 1) own->column_ticks = 1;
        own->left_tick = 0;
        geometry_reveal_tick(own, view->cursor_tick, bars_ticks(view));
    }
    ui->drawn = true;
}
