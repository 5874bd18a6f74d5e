#include "ui/desk.h"

#include <stdio.h>
#include <string.h>

#include "ui/bars.h"

/* Is the lanes' or the matrix's pane there to have the keyboard? */
static bool has(const Ui *ui, DeskPane pane) {
    if (pane == DESK_LANES) return !ui->lanes_hidden;
    if (pane == DESK_MATRIX) return ui->matrix_open;
    return !(ui->matrix_open && ui->layout.roll.height == 0); /* the matrix may stand in the roll's place */
}

DeskPane desk_pane(const Ui *ui) {
    if (has(ui, ui->pane)) return ui->pane;
    return has(ui, DESK_ROLL) ? DESK_ROLL : DESK_MATRIX;
}

KeymapMode desk_mode(const Ui *ui, const View *view) {
    static const KeymapMode modes[] = {KEYMAP_ROLL, KEYMAP_LANES, KEYMAP_MATRIX};
    return view->step_entry ? KEYMAP_STEP : modes[desk_pane(ui)];
}

void desk_next_pane(Ui *ui) {
    DeskPane pane = desk_pane(ui);
    do pane = (DeskPane)((pane + 1) % DESK_PANES);
    while (!has(ui, pane));
    ui->pane = pane;
}

void desk_pane_show(Ui *ui, DeskPane pane) {
    ui->overlay = DESK_NOTHING;
    if (pane == DESK_LANES) ui->lanes_hidden = false;
    if (pane == DESK_MATRIX) ui->matrix_open = true;
    if (pane == DESK_ROLL && !has(ui, DESK_ROLL)) ui->matrix_open = false;
    ui->pane = pane;
}

/* The matrix opens, shows one picture after the other, and closes after the last. */
void desk_matrix(Ui *ui) {
    ui->overlay = DESK_NOTHING;
    if (!ui->matrix_open) {
        ui->matrix_open = true;
        ui->matrix.picture = ANALYSIS_REFERENCE;
        ui->pane = DESK_MATRIX;
        return;
    }
    ui->matrix.map = 0;
    ui->matrix.picture = (AnalysisMatrix)((ui->matrix.picture + 1) % ANALYSIS_MATRICES);
    if (ui->matrix.picture != ANALYSIS_REFERENCE) return;
    ui->matrix_open = false;
    ui->pane = DESK_ROLL;
}

void desk_matrix_layer(Ui *ui) {
    if (ui->matrix_open && matrix_has_maps(&ui->matrix))
        matrix_next_map(&ui->matrix);
    else
        snprintf(ui->note, sizeof ui->note, "Only attention has layers and heads: t shows it.");
}

void desk_lanes(Ui *ui) {
    ui->lanes_hidden = !ui->lanes_hidden;
}

void desk_zoom(Ui *ui, int direction) {
    ui->column_ticks = geometry_zoom(ui->column_ticks, direction);
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

void desk_text(Ui *ui, DeskOverlay overlay) {
    open_pager(ui, overlay, "");
}

bool desk_tracks(Ui *ui, const Command *command) {
    if (command->has_argument) return false;
    open_pager(ui, DESK_TRACKS, "");
    return true;
}

void desk_help(Ui *ui, const Command *command) {
    open_pager(ui, DESK_HELP, command->has_argument ? command->text : "");
}

void desk_prompt(Ui *ui, PromptKind kind) {
    prompt_open(&ui->prompt, kind, "");
}

static void open_files(Ui *ui, bool recent, bool as_context) {
    ui->overlay = DESK_FILES;
    file_list_show(&ui->files, recent, as_context);
}

void desk_files(Ui *ui, bool recent) {
    open_files(ui, recent, false);
}

bool desk_open(Ui *ui, const Command *command, bool as_context) {
    if (command->has_argument) return false;
    open_files(ui, false, as_context);
    return true;
}

/* A grid and a strength are wanted: the usual ones are offered. */
bool desk_quantise(Ui *ui, const Command *command) {
    if (command->has_argument) return false;
    prompt_open(&ui->prompt, PROMPT_COMMAND, "quantise 16 100");
    return true;
}

bool desk_cancel(Ui *ui) {
    if (ui->overlay != DESK_NOTHING) {
        desk_close(ui);
        return true;
    }
    if (desk_pane(ui) != DESK_MATRIX) return false;
    ui->matrix_open = false;
    ui->pane = DESK_ROLL;
    return true;
}

/* ---- every command's own function here; true when nothing of it is left for app ---- */

#define DESK ui
#define GIVEN command
#define UI(verb, ...)         \
    desk_##verb(__VA_ARGS__); \
    return true;
#define UI_FIRST(verb, ...) \
    if (desk_##verb(__VA_ARGS__)) return true;
#define APP(verb, ...) return false;
#define GESTURE(id, performer)                                 \
    static bool perform_##id(Ui *ui, const Command *command) { \
        (void)ui, (void)command;                               \
        performer                                              \
    }
#define COMMAND(id, name, keys, group, argument, performer, help) GESTURE(id, performer)
#include "ui/commands.def"

static bool (*const PERFORM[COMMAND_ALL])(Ui *ui, const Command *command) = {
#define GESTURE(id, performer) [COMMAND_##id] = perform_##id,
#define COMMAND(id, name, keys, group, argument, performer, help) GESTURE(id, performer)
#include "ui/commands.def"
};

bool desk_perform(Ui *ui, const Command *command) {
    return PERFORM[command->id](ui, command);
}

bool desk_line(Ui *ui, const char *line, Command *command, Error *err) {
    if (!commands_parse(command, line, err)) return false;
    if (command->id != COMMAND_NONE && desk_perform(ui, command)) command->id = COMMAND_NONE;
    return true;
}

/* The pitches that the shown versions use; false when there are no notes. */
static bool pitch_range(const View *view, int *low, int *high) {
    const Track *track = view_track(view, view->version);
    *low = 127, *high = 0;
    for (int i = 0; i < track->count; i++) {
        if (track->notes[i].pitch < *low) *low = track->notes[i].pitch;
        if (track->notes[i].pitch > *high) *high = track->notes[i].pitch;
    }
    return track->count > 0;
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

/* What sounds is seen, wherever the cursor waits. */
static void follow_playhead(Ui *ui, const View *view, bool moved) {
    Geometry *geometry = &ui->geometry;
    if (!view->playing || view->playhead < 0 || view->playhead == ui->last_playhead) return;
    bool seen = view->playhead >= geometry->left_tick && view->playhead < geometry_end_tick(geometry);
    if (!seen && !moved) geometry->left_tick = bars_start(view, bars_at(view, view->playhead));
    const Track *track = view_track(view, view->version);
    int sounding = track_find(track, view->playhead, -1);
    if (sounding >= 0 && !geometry_sees_pitch(geometry, track->notes[sounding].pitch))
        geometry_reveal_pitch(geometry, track->notes[sounding].pitch, 2);
}

static void follow(Ui *ui, const View *view, bool resized) {
    Geometry *geometry = &ui->geometry;
    int32_t bar = bars_ticks(view);
    bool first = !ui->drawn || ui->last_song != view->song;
    bool other = first || resized || ui->last_version != (int)view->version;
    if (other) fit_pitches(ui, view, first || resized);
    bool stopped = ui->last_playhead >= 0 && view->playhead < 0; /* which led away from the cursor */
    bool moved = first || resized || stopped || ui->last_tick != view->cursor_tick;
    if (other || moved || ui->last_pitch != view->cursor_pitch)
        geometry_reveal_pitch(geometry, view->cursor_pitch, 2);
    if (moved) geometry_reveal_tick(geometry, view->cursor_tick, bar);
    follow_playhead(ui, view, moved);
    ui->last_tick = view->cursor_tick;
    ui->last_pitch = view->cursor_pitch;
    ui->last_playhead = view->playhead;
    ui->last_version = (int)view->version;
    ui->last_song = view->song;
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
    geometry->column_ticks = geometry_scaled(ui->column_ticks, view_division(view));
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
