#include "ui/status.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "engine/music/grid.h"
#include "ui/names.h"

/* "[4 result]": the shown one in brackets, the ghost in parentheses; narrow screens name only the shown one. */
static void tab_text(Rect tabs, const View *view, Version version, char *text, size_t size) {
#define TAB(id, name, tab) tab,
    static const char *const names[] = {VIEW_VERSIONS(TAB)};
#undef TAB
    bool shown = view->version == version, ghost = view->ghost == (int)version;
    const char *name = shown || tabs.width >= 64 ? names[version] : "";
    snprintf(text, size, "%c%d%s%s%c",
             shown   ? '['
             : ghost ? '('
                     : ' ',
             (int)version + 1, *name ? " " : "", name,
             shown   ? ']'
             : ghost ? ')'
                     : ' ');
}

Rect status_tab(Rect tabs, const View *view, Version version) {
    char text[32];
    int x = tabs.x + tabs.width, width = 0;
    for (int i = VERSIONS - 1; i >= (int)version; i--) {
        tab_text(tabs, view, (Version)i, text, sizeof text);
        width = (int)strlen(text);
        x -= width;
    }
    return (Rect){x, tabs.y, width, 1};
}

/* "Title (file.mid) *": the file where there is room for it beside the title, the star while it lacks what was changed. */
static void draw_title(Canvas *canvas, Rect tabs, const View *view) {
    const int x = tabs.x + 1,
              room = status_tab(tabs, view, VERSION_ORIGINAL).x - x - 1 - (view->modified ? 2 : 0);
    const bool titled = view->title && view->title[0], filed = view->file && view->file[0];
    char file[TRACK_NAME_SIZE + 8] = "";
    int used = canvas_text(canvas, x, tabs.y, room,
                           titled  ? view->title
                           : filed ? view->file
                                   : "untitled",
                           STYLE_TITLE);
    if (titled && filed) snprintf(file, sizeof file, " (%s)", view->file);
    if (used + canvas_text_width(file) <= room)
        used += canvas_text(canvas, x + used, tabs.y, room - used, file, STYLE_BAND);
    if (view->modified) canvas_text(canvas, x + used + 1, tabs.y, 1, "*", STYLE_BAND_STRONG);
}

void status_draw_tabs(Canvas *canvas, Rect tabs, const View *view) {
    static const Style chosen[] = {STYLE_TAB_ORIGINAL, STYLE_TAB_CONTEXT, STYLE_TAB_RECONSTRUCTION,
                                   STYLE_TAB_RESULT};
    canvas_fill(canvas, tabs.x, tabs.y, tabs.width, 1, ' ', STYLE_BAND);
    for (int i = 0; i < VERSIONS; i++) {
        char text[32];
        Rect tab = status_tab(tabs, view, (Version)i);
        tab_text(tabs, view, (Version)i, text, sizeof text);
        Style style = view->version == (Version)i ? chosen[i]
                      : view->ghost == i          ? STYLE_TAB_GHOST
                                                  : STYLE_TAB;
        canvas_text(canvas, tab.x, tab.y, tab.width, text, style);
    }
    draw_title(canvas, tabs, view);
}

/* Pieces of the line, the most important first; those that do not fit are left out whole. */
typedef struct {
    Canvas *canvas;
    int x, end, y;
} Line;

static __attribute__((format(printf, 3, 4))) void piece(Line *line, Style style, const char *format, ...) {
    char text[128];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    int width = canvas_text_width(text);
    if (width == 0 || line->x + width > line->end) return;
    line->x += canvas_text(line->canvas, line->x, line->y, width, text, style) + 2;
}

/* Where the music is: what is heard while it plays, else the cursor. */
static int32_t shown_tick(const View *view) {
    return view->playing && view->playhead >= 0 ? view->playhead : view->cursor_tick;
}

/* Bar, felt beat, sixteenth of the beat, as the click counts them. */
static void place_name(const View *view, char *text, size_t size) {
    const Timeline *timeline = view_timeline(view);
    int32_t tick = shown_tick(view);
    TimelinePlace place = timeline_place(timeline, tick);
    snprintf(text, size, "%d.%d.%d", timeline_bar_number(timeline, place.bar.index), place.beat + 1,
             (int)(4 * (int64_t)(tick - place.beat_start) / timeline_division(timeline)) + 1);
}

static void transport_text(const View *view, bool ascii, char *text, size_t size) {
    char place[40];
    place_name(view, place, sizeof place);
    const char *sign = view->counting_in ? (ascii ? "o count-in" : "\xe2\x97\x8f count-in")
                       : view->playing   ? (ascii ? "> " : "\xe2\x96\xb6 ")
                                         : (ascii ? "# " : "\xe2\x96\xa0 ");
    snprintf(text, size, "%s%s", sign, view->counting_in ? "" : place);
}

static void transport(Line *line, const View *view) {
    char text[64];
    transport_text(view, line->canvas->ascii, text, sizeof text);
    piece(line, STYLE_BAND_STRONG, "%s", text);
}

Rect status_transport(Rect status, const View *view) {
    char text[64];
    transport_text(view, true, text, sizeof text); /* its signs are as wide as the others */
    return (Rect){status.x + 1, status.y, canvas_text_width(text), 1};
}

/* The note under the cursor, strong, or dimmer what the next one will be. */
static void cursor_note(Line *line, const View *view) {
    const Track *track = view_track(view, view->version);
    int index = view->step_entry ? -1 : track_find(track, view->cursor_tick, view->cursor_pitch);
    const Note *note = index >= 0 ? &track->notes[index] : NULL;
    char pitch[KEY_SPELLING_SIZE], length[24];
    key_spell(view->key, view->cursor_pitch, pitch);
    names_length(note ? note->length : view->note_ticks, view_division(view), length, sizeof length);
    piece(line, note ? STYLE_BAND_STRONG : STYLE_BAND, "%-3s %s v%d", pitch, length,
          note ? note->velocity : view->velocity);
    if (note && track_is_covered(track, index)) piece(line, STYLE_BAND, "(the model reads the top)");
}

/* Octaves can be chosen beyond MIDI's range, where no note can be entered. */
static void spell_within(Key key, int pitch, char out[KEY_SPELLING_SIZE]) {
    if (pitch >= 0 && pitch <= 127) key_spell(key, pitch, out);
}

/* The octave in which the next note will be. */
static void entry(Line *line, const View *view) {
    char low[KEY_SPELLING_SIZE] = "?", high[KEY_SPELLING_SIZE] = "?";
    spell_within(view->key, view->step_near - 5, low);
    spell_within(view->key, view->step_near + 6, high);
    piece(line, STYLE_BAND_STRONG, "ENTRY %s..%s%s%s", low, high,
          view->step_dotted    ? " dotted"
          : view->step_triplet ? " triplet"
                               : "",
          view->step_inserts ? " insert" : "");
}

static void left_pieces(Line *line, const View *view) {
    const Timeline *timeline = view_timeline(view);
    Meter meter = timeline_meter(timeline, shown_tick(view));
    transport(line, view);
    if (view->step_entry) entry(line, view);
    if (view->selecting) piece(line, STYLE_BAND_STRONG, view->selecting_bars ? "SELECT BARS" : "SELECT");
    cursor_note(line, view);
    piece(line, STYLE_BAND, line->canvas->ascii ? "%.4g bpm" : "\xe2\x99\xa9=%.4g",
          timeline_bpm(timeline, shown_tick(view)));
    piece(line, STYLE_BAND, "%d/%d", meter_beats(meter), meter_unit(meter));
    if (grid_lines(view->grid) != 16) piece(line, STYLE_BAND, "grid 1/%d", grid_lines(view->grid));
    piece(line, STYLE_BAND, "%s%s", key_name(view->key), view->key.known && !view->key_is_set ? " auto" : "");
    if (view->looping) piece(line, STYLE_BAND, "loop");
    if (view->metronome) piece(line, STYLE_BAND, "click");
    if (view->count_in) piece(line, STYLE_BAND, "count-in");
    piece(line, STYLE_BAND, "%s", view->fit);
    if (view->take && view->take[0])
        piece(line, STYLE_BAND, "%s%s", strncmp(view->take, "take", 4) == 0 ? "" : "take ", view->take);
}

void status_draw_line(Canvas *canvas, Rect status, const View *view) {
    enum { DEVICE_WIDTH_MIN = 60 };
    char right[160];
    bool idle = view->engine && strcmp(view->engine, "idle") == 0;
    canvas_fill(canvas, status.x, status.y, status.width, 1, ' ', STYLE_BAND);
    snprintf(right, sizeof right, "%s%s%s", idle || !view->engine ? "" : view->engine, idle ? "" : "  ",
             view->output && status.width >= DEVICE_WIDTH_MIN ? view->output : "");
    int width = canvas_text_width(right), most = status.width / 3;
    if (width > most) width = most;
    int x = status.x + status.width - width - 1;
    canvas_text(canvas, x, status.y, width, right, STYLE_BAND_DIM);
    Line line = {canvas, status.x + 1, x - 1, status.y};
    left_pieces(&line, view);
}

static void question_text(const View *view, char *text, size_t size) {
    size_t used = (size_t)snprintf(text, size, "%.400s [", view->question);
    for (const char *p = view->answers ? view->answers : ""; *p && used + 4 < size; p++)
        used += (size_t)snprintf(text + used, size - used, "%s%c", p == view->answers ? "" : "/", *p);
    snprintf(text + used, size - used, "]");
}

bool status_draw_question(Canvas *canvas, const View *view) {
    char text[600], row[sizeof text];
    question_text(view, text, sizeof text);
    const char *rest = text;
    for (int y = 0, size; *rest && y < canvas->height; y++) {
        const char *start = rest;
        rest = canvas_wrap(rest, canvas->width, &size);
        snprintf(row, sizeof row, "%.*s", size, start);
        if (canvas_text_width(row) > canvas->width) return false;
        canvas_text(canvas, 0, y, canvas->width, row, STYLE_QUESTION);
    }
    return *rest == '\0';
}

/* What the message line says now; "" = nothing. */
static Style message_text(const View *view, const char *note, char *text, size_t size) {
    bool error = note[0] || view->message_is_error;
    text[0] = '\0';
    if (view->question)
        question_text(view, text, size);
    else if (note[0] || (view->message && view->message[0])) /* an error is not told by its colour alone */
        snprintf(text, size, "%s%s", error ? "! " : "", note[0] ? note : view->message);
    return view->question ? STYLE_QUESTION : error ? STYLE_ERROR : STYLE_MESSAGE;
}

int status_message_rows(Rect message, int news, const View *view, const char *note) {
    enum { URGENT = 4 };
    char text[600];
    const int most = message_text(view, note, text, sizeof text) == STYLE_MESSAGE ? news : URGENT;
    int rows = 0, size;
    for (const char *rest = text; *rest && rows < most; rows++)
        rest = canvas_wrap(rest, message.width - 2, &size);
    return rows > 0 ? rows : 1;
}

void status_draw_message(Canvas *canvas, Rect message, const View *view, const char *note) {
    char text[600], row[sizeof text];
    const Style style = message_text(view, note, text, sizeof text);
    const char *rest = text;
    canvas_fill(canvas, message.x, message.y, message.width, message.height, ' ', STYLE_NORMAL);
    for (int i = 0, size; *rest && i < message.height; i++) {
        const char *start = rest;
        rest = canvas_wrap(rest, message.width - 2, &size);
        if (i == message.height - 1) size = (int)strlen(start); /* cut with a sign */
        snprintf(row, sizeof row, "%.*s", size, start);
        canvas_text(canvas, message.x + 1, message.y + i, message.width - 2, row, style);
    }
}

/* One key, or two that belong together. */
typedef struct {
    CommandId id, other;
    const char *words;
} Hint;

static const Hint roll_hints[] = {{COMMAND_NOTE, COMMAND_NONE, "note"},
                                  {COMMAND_PLAY, COMMAND_NONE, "play"},
                                  {COMMAND_SWAP, COMMAND_NONE, "swap"},
                                  {COMMAND_STEP_ENTRY, COMMAND_NONE, "entry"},
                                  {COMMAND_UNDO, COMMAND_NONE, "undo"},
                                  {COMMAND_HELP, COMMAND_NONE, "help"},
                                  {COMMAND_COMMAND_LINE, COMMAND_NONE, "command"},
                                  {COMMAND_QUIT, COMMAND_NONE, "quit"}, /* so far 80 columns */
                                  {COMMAND_MATRIX, COMMAND_NONE, "matrix"},
                                  {COMMAND_RESAMPLE, COMMAND_NONE, "draw bar"},
                                  {COMMAND_GHOST, COMMAND_NONE, "ghost"},
                                  {COMMAND_SELECT, COMMAND_NONE, "select"},
                                  {COMMAND_NONE, COMMAND_NONE, NULL}};
static const Hint lane_hints[] = {{COMMAND_LEFT, COMMAND_RIGHT, "bar"},
                                  {COMMAND_SWAP, COMMAND_NONE, "swap"},
                                  {COMMAND_MIX_ORIGINAL, COMMAND_MIX_CONTEXT, "mix"},
                                  {COMMAND_RESAMPLE, COMMAND_NONE, "draw again"},
                                  {COMMAND_RESTORE, COMMAND_NONE, "restore"},
                                  {COMMAND_LOCK, COMMAND_NONE, "lock"},
                                  {COMMAND_TAKE_OVER, COMMAND_NONE, "take over"},
                                  {COMMAND_NEXT_PANE, COMMAND_NONE, "next pane"},
                                  {COMMAND_HELP, COMMAND_NONE, "help"},
                                  {COMMAND_NONE, COMMAND_NONE, NULL}};
static const Hint matrix_hints[] = {{COMMAND_LEFT, COMMAND_RIGHT, "bar"},
                                    {COMMAND_MATRIX, COMMAND_NONE, "next picture"},
                                    {COMMAND_MATRIX_LAYER, COMMAND_NONE, "layer and head"},
                                    {COMMAND_SWAP, COMMAND_NONE, "swap"},
                                    {COMMAND_CANCEL, COMMAND_NONE, "close"},
                                    {COMMAND_NEXT_PANE, COMMAND_NONE, "next pane"},
                                    {COMMAND_HELP, COMMAND_NONE, "help"},
                                    {COMMAND_NONE, COMMAND_NONE, NULL}};

int status_draw_hint(Canvas *canvas, Rect hints, int x, const char *key, const char *words) {
    int width = canvas_text_width(key) + 1 + canvas_text_width(words);
    if (x + width > hints.x + hints.width) return x;
    if (!canvas) return x + width + 2;
    int used = canvas_text(canvas, x, hints.y, width, key, STYLE_HINT_KEY);
    canvas_text(canvas, x + used + 1, hints.y, width, words, STYLE_HINT);
    return x + width + 2;
}

/* The row of hints from left to right: drawn where there is a canvas; what stands at column `at` is found. */
typedef struct {
    Canvas *canvas; /* null: nothing is drawn */
    Rect hints;
    int x, at;
    CommandId found;
} HintRow;

static void put_hint(HintRow *row, CommandId id, const char *key, const char *words) {
    int next = status_draw_hint(row->canvas, row->hints, row->x, key, words);
    if (row->at >= row->x && row->at < next - 2) row->found = id;
    row->x = next;
}

static void entry_hints(HintRow *row, const Keymap *keys) {
    char letters[32] = "";
    for (const char *p = keymap_layout(keys->layout); *p; p++)
        if (*p != ' ') strncat(letters, p, 1);
    put_hint(row, COMMAND_NONE, letters, "notes");
    put_hint(row, COMMAND_NONE, "3-7", "length");
    put_hint(row, COMMAND_NONE, ". ,", "dot, triplet");
    put_hint(row, COMMAND_STEP_REST, "Tab", "rest");
    put_hint(row, COMMAND_CANCEL, "Esc", "done");
    put_hint(row, COMMAND_NONE, "up down", "last");
    put_hint(row, COMMAND_STEP_INSERTS, "+", "insert");
    put_hint(row, COMMAND_NONE, "- =", "octave");
}

static void pane_hints(HintRow *row, const Keymap *keys, KeymapMode mode, bool maps) {
    const Hint *list = mode == KEYMAP_LANES ? lane_hints : mode == KEYMAP_MATRIX ? matrix_hints : roll_hints;
    for (; list->words; list++) {
        if (keys->count[list->id] == 0 || (list->id == COMMAND_MATRIX_LAYER && !maps)) continue;
        char key[16], other[16], both[40];
        keymap_print(key, keys->chord[list->id][0]);
        bool two = list->other != COMMAND_NONE && keys->count[list->other] > 0;
        if (two) keymap_print(other, keys->chord[list->other][0]);
        snprintf(both, sizeof both, "%s%s%s", key, two ? " " : "", two ? other : "");
        const int x = row->x, second = x + canvas_text_width(key) + 1;
        put_hint(row, list->id, both, list->words);
        if (two && row->x > x && row->at >= second && row->at < row->x - 2) row->found = list->other;
    }
}

static HintRow lay_hints(Canvas *canvas, Rect hints, const Keymap *keys, KeymapMode mode, bool maps, int at) {
    HintRow row = {canvas, hints, hints.x + 1, at, COMMAND_NONE};
    if (mode == KEYMAP_STEP)
        entry_hints(&row, keys);
    else
        pane_hints(&row, keys, mode, maps);
    return row;
}

void status_draw_hints(Canvas *canvas, Rect hints, const Keymap *keys, KeymapMode mode, bool maps) {
    lay_hints(canvas, hints, keys, mode, maps, -1);
}

CommandId status_hint_at(Rect hints, const Keymap *keys, KeymapMode mode, bool maps, int x) {
    return lay_hints(NULL, hints, keys, mode, maps, x).found;
}
