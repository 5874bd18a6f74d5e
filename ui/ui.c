#include "ui/ui.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ui/bars.h"
#include "ui/desk.h"
#include "ui/help.h"
#include "ui/focus.h"
#include "ui/inspect.h"
#include "ui/lanes.h"
#include "ui/status.h"
#include "ui/tracks.h"

Ui *ui_new(const UiOptions *options, Error *err) {
    static const char *const on_off[] = {"on", "off"};
    Ui *ui = calloc(1, sizeof *ui);
    if (!ui) {
        error_memory(err, "the windows");
        return NULL;
    }
    keymap_init(&ui->keys, options->layout);
    prompt_init(&ui->prompt, options->history_path, (PromptKeeper){options->keep_line, options->keeper});
    file_list_set_folder(&ui->files, options->directory);
    file_list_set_recent(&ui->files, options->recent, options->recent_count);
    complete_set(&ui->complete, COMMAND_CLOCK, on_off, 2);
    ui->column_ticks = GEOMETRY_DIVISION / 4;
    return ui;
}

void ui_free(Ui *ui) {
    if (!ui) return;
    prompt_deinit(&ui->prompt);
    pager_deinit(&ui->pager);
    pager_deinit(&ui->words);
    file_list_deinit(&ui->files);
    complete_deinit(&ui->complete);
    roll_deinit(&ui->roll);
    grip_deinit(&ui->grip);
    free(ui);
}

bool ui_bind(Ui *ui, const char *name, const char *keys, Error *err) {
    return keymap_bind(&ui->keys, name, keys, err);
}

void ui_set_choices(Ui *ui, CommandId id, const char *const *choices, int count) {
    complete_set(&ui->complete, id, choices, count);
}

void ui_set_recent(Ui *ui, const char *const *recent, int count) {
    file_list_set_recent(&ui->files, recent, count);
}

bool ui_key(Ui *ui, const UiKey *key, const View *view, Command *command) {
    return focus_key(ui, key, view, command);
}

void ui_prompt(Ui *ui, const char *line, const char *why) {
    prompt_ask(&ui->prompt, line, why);
}

static void draw_too_small(Ui *ui, Canvas *canvas, const View *view) {
    char text[64];
    ui->question_fits = view->question && status_draw_question(canvas, view);
    if (ui->question_fits) return;
    canvas_clear(canvas);
    snprintf(text, sizeof text, "%dx%d: refrain needs %dx%d", canvas->width, canvas->height, LAYOUT_WIDTH_MIN,
             LAYOUT_HEIGHT_MIN);
    canvas_text(canvas, 0, canvas->height / 2, canvas->width, text, STYLE_NORMAL);
}

static void write_messages(Pager *pager, const View *view) {
    pager_clear(pager);
    snprintf(pager->title, sizeof pager->title, "Messages");
    for (int i = view->message_count - 1; i >= 0; i--)
        pager_add(pager, STYLE_NORMAL, NULL, view->messages[i]);
    if (view->message_count == 0) pager_add(pager, STYLE_DIM, NULL, "Nothing has happened yet.");
}

static void write_abc(Pager *pager, const View *view) {
    pager_clear(pager);
    snprintf(pager->title, sizeof pager->title, "These bars as ABC");
    for (const char *at = view->written; at && *at;) {
        char line[400];
        const size_t length = strcspn(at, "\n");
        snprintf(line, sizeof line, "%.*s", (int)length, at);
        pager_add(pager, STYLE_NORMAL, NULL, line);
        at += length + (at[length] == '\n');
    }
    if (!view->written || !view->written[0])
        pager_add(pager, STYLE_DIM, NULL, "There are no notes to write.");
}

static void draw_overlay(Ui *ui, Canvas *canvas, const View *view) {
    if (ui->overlay == DESK_FILES) {
        file_list_draw(&ui->files, canvas, ui->layout.middle);
        return;
    }
    if (ui->overlay == DESK_HELP && ui->under == DESK_FILES) help_write_files(&ui->pager);
    if (ui->overlay == DESK_HELP && ui->under != DESK_FILES) help_write(&ui->pager, &ui->keys, ui->help_mode);
    if (ui->overlay == DESK_MESSAGES) write_messages(&ui->pager, view);
    if (ui->overlay == DESK_INSPECT) inspect_write(&ui->pager, view, bars_focus(view));
    if (ui->overlay == DESK_ABC) write_abc(&ui->pager, view);
    if (ui->overlay == DESK_TRACKS) tracks_write(&ui->pager, view);
    pager_draw(&ui->pager, canvas, ui->layout.middle);
}

/* A matrix beside the roll seldom fills its pane: what it says of the bar in focus goes below. */
static void draw_matrix(Ui *ui, Canvas *canvas, const View *view) {
    enum { WORDS_ROWS_MIN = 6 };
    Rect pane = ui->layout.matrix, below = pane;
    const Analysis *analysis = bars_analysis(view);
    int used = matrix_rows(analysis ? analysis_count(analysis) : 1) + 1;
    matrix_draw(&ui->matrix, canvas, pane, &ui->matrix_geometry, view, desk_pane(ui) == DESK_MATRIX);
    below.y += used;
    below.height -= used;
    if (below.height < WORDS_ROWS_MIN || ui->layout.roll.height == 0) return;
    inspect_write(&ui->words, view, bars_focus(view));
    pager_draw_lines(&ui->words, canvas, below);
}

static void draw_panes(Ui *ui, Canvas *canvas, const View *view, int *cursor_x, int *cursor_y) {
    const Layout *layout = &ui->layout;
    DeskPane pane = desk_pane(ui);
    View held = *view;
    if (!held.preview) held.preview = grip_preview(&ui->grip, view);
    view = &held;
    if (layout->roll.height > 0) {
        roll_draw_ruler(canvas, layout->ruler, &ui->geometry, view);
        roll_draw(&ui->roll, canvas, &ui->geometry, view, cursor_x, cursor_y);
    }
    if (layout->lanes.height > 0) lanes_draw(canvas, layout, &ui->geometry, view, pane == DESK_LANES);
    if (ui->matrix_open) draw_matrix(ui, canvas, view);
}

/* A message of several rows stands over the picture, the status line above it: the hints are never covered. */
static void make_room_for_message(Layout *layout, int rows) {
    layout->message.height = rows;
    layout->message.y -= rows - 1;
    layout->status.y -= rows - 1;
}

void ui_draw(Ui *ui, Canvas *canvas, const View *view, int *cursor_x, int *cursor_y) {
    *cursor_x = *cursor_y = -1;
    desk_arrange(ui, canvas->width, canvas->height, canvas->ascii, view);
    if (ui->layout.too_small) {
        draw_too_small(ui, canvas, view);
        return;
    }
    const Layout *layout = &ui->layout;
    const bool asks = view->question != NULL, types = ui->prompt.kind != PROMPT_CLOSED && !asks;
    const int news = layout->hints.height > 0 ? 2 : 1; /* a small screen has no rows for them */
    if (!types)
        make_room_for_message(&ui->layout, status_message_rows(layout->message, news, view, ui->note));
    status_draw_tabs(canvas, layout->tabs, view);
    if (ui->overlay == DESK_NOTHING)
        draw_panes(ui, canvas, view, cursor_x, cursor_y);
    else
        draw_overlay(ui, canvas, view);
    status_draw_line(canvas, layout->status, view);
    if (types) {
        prompt_draw(&ui->prompt, canvas, layout->message, layout->hints, cursor_x, cursor_y);
        return;
    }
    if (asks) *cursor_x = layout->message.x, *cursor_y = layout->message.y;
    status_draw_message(canvas, layout->message, view, ui->note);
    if (layout->hints.height > 0 && ui->overlay == DESK_FILES)
        file_list_draw_hints(canvas, layout->hints);
    else if (layout->hints.height > 0 && ui->overlay == DESK_NOTHING)
        status_draw_hints(canvas, layout->hints, &ui->keys, desk_mode(ui, view),
                          matrix_has_maps(&ui->matrix));
}
