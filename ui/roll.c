#include "ui/roll.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ui/bars.h"

enum { GHOST = 1, NOTE = 2, ONSET = 4, CURSOR = 8, BESIDE = 16 };

void roll_deinit(Roll *roll) {
    free(roll->pixels);
    memset(roll, 0, sizeof *roll);
}

static bool make_room(Roll *roll, const Geometry *geometry) {
    size_t count = (size_t)geometry->width * (size_t)geometry_pitches(geometry);
    if (count > roll->capacity) {
        RollPixel *pixels = realloc(roll->pixels, count * sizeof *pixels);
        if (!pixels) return false;
        roll->pixels = pixels;
        roll->capacity = count;
    }
    roll->columns = geometry->width;
    roll->pitches = geometry_pitches(geometry);
    memset(roll->pixels, 0, count * sizeof *roll->pixels);
    return true;
}

static RollPixel *pixel_at(Roll *roll, const Geometry *geometry, int column, int pitch) {
    int row = geometry->top_pitch - pitch;
    column -= geometry->x;
    if (row < 0 || row >= roll->pitches || column < 0 || column >= roll->columns) return NULL;
    return &roll->pixels[row * roll->columns + column];
}

static Style source_style(const View *view, int32_t tick) {
    const BarSource *source = bars_source(view, bars_at(view, tick));
    if (!source) return STYLE_NOTE_MIX;
    switch (source->kind) {
    case RECIPE_ORIGINAL:
        return STYLE_NOTE_ORIGINAL;
    case RECIPE_CONTEXT:
        return STYLE_NOTE_CONTEXT;
    case RECIPE_MIX:
        return STYLE_NOTE_MIX;
    default:
        return STYLE_NOTE_SAMPLE;
    }
}

static bool is_selected(const View *view, const Note *note) {
    return note->start >= view->select_start && note->start < view->select_end &&
           note->pitch >= view->select_low && note->pitch <= view->select_high;
}

static Style note_style(const View *view, const Track *track, int index) {
    static const Style by_version[] = {STYLE_NOTE_ORIGINAL, STYLE_NOTE_CONTEXT, STYLE_NOTE_RECONSTRUCTION};
    const Note *note = &track->notes[index];
    if (view->playing && view->playhead >= note->start && view->playhead < note->start + note->length)
        return STYLE_NOTE_SOUNDING;
    if (is_selected(view, note)) return STYLE_NOTE_SELECTED;
    if (track == view->preview) return STYLE_PREVIEW;
    if (track_is_covered(track, index)) return STYLE_NOTE_OVERLAP;
    return view->version == VERSION_RESULT ? source_style(view, note->start) : by_version[view->version];
}

/* flag: NOTE in front, GHOST of another version, BESIDE of the accompaniment. */
static void paint_track(Roll *roll, const Geometry *geometry, const View *view, const Track *track,
                        int flag) {
    const bool front = flag == NOTE;
    int32_t end = geometry_end_tick(geometry);
    for (int i = 0; i < track->count; i++) {
        const Note *note = &track->notes[i];
        if (note->start >= end) break;
        if (note->start + note->length <= geometry->left_tick || !geometry_sees_pitch(geometry, note->pitch))
            continue;
        int first = geometry_column(geometry, note->start);
        int last = geometry_column(geometry, note->start + note->length - 1);
        Style style = flag == GHOST ? STYLE_GHOST : front ? note_style(view, track, i) : STYLE_BESIDE;
        for (int column = first < geometry->x ? geometry->x : first; column <= last; column++) {
            RollPixel *pixel = pixel_at(roll, geometry, column, note->pitch);
            if (!pixel) break;
            pixel->flags = (uint8_t)(pixel->flags | flag | (front && column == first ? ONSET : 0));
            pixel->style = (uint8_t)style;
        }
    }
}

/* The other tracks that are heard; drums have no pitches. */
static void paint_beside(Roll *roll, const Geometry *geometry, const View *view) {
    const Score *with = view->with;
    for (int i = 0; with && i < with->tracks; i++) {
        const bool silent = view->mix && (view->mix[i] & VIEW_SILENT);
        if (silent || with->track[i]->channel == TRACK_DRUMS || score_voice_of(with, i) >= 0) continue;
        paint_track(roll, geometry, view, with->track[i], BESIDE);
    }
}

static void paint(Roll *roll, const Geometry *geometry, const View *view) {
    const Track *front = view->preview ? view->preview : view_track(view, view->version);
    paint_beside(roll, geometry, view);
    if (view->ghost >= 0 && view->ghost < VERSIONS)
        paint_track(roll, geometry, view, view_track(view, (Version)view->ghost), GHOST);
    if (view->preview) paint_track(roll, geometry, view, view_track(view, view->version), GHOST);
    paint_track(roll, geometry, view, front, NOTE);
    RollPixel *cursor =
        pixel_at(roll, geometry, geometry_column(geometry, view->cursor_tick), view->cursor_pitch);
    if (cursor) cursor->flags |= CURSOR;
}

/* What stands where no note is: which line, if any, crosses this column. */
typedef enum { COLUMN_PLAIN, COLUMN_EIGHTH, COLUMN_BEAT, COLUMN_BAR, COLUMN_PLAYHEAD } Column;

static int32_t first_bar_ticks(const Geometry *geometry, const Timeline *timeline) {
    return meter_bar_ticks(timeline_meter(timeline, geometry->left_tick), timeline_division(timeline));
}

/* Lines and numbers stand at every bar, or at every second, fourth .. where bars are too narrow for `columns` each. */
static int bar_interval(const Geometry *geometry, const Timeline *timeline, int columns) {
    int every = 1;
    while (first_bar_ticks(geometry, timeline) / geometry->column_ticks * every < columns && every < 1024)
        every *= 2;
    return every;
}

static Column column_kind(const Geometry *geometry, const View *view, int column) {
    const Timeline *timeline = view_timeline(view);
    int32_t tick = geometry_tick(geometry, column);
    TimelinePlace place = timeline_place(timeline, tick);
    int32_t beat = place.beat_ticks, into = tick - place.beat_start;
    int32_t part = meter_is_compound(place.bar.meter) ? meter_unit_ticks(place.bar.meter, view_division(view))
                                                      : beat / 2;
    if (view->playhead >= 0 && geometry_column(geometry, view->playhead) == column) return COLUMN_PLAYHEAD;
    int every = bar_interval(geometry, timeline, 4);
    int before = timeline_bar_at(timeline, tick - geometry->column_ticks).index;
    if (place.bar.index / every != before / every || tick == 0) return COLUMN_BAR;
    if (geometry->column_ticks * 3 <= beat && into == 0) return COLUMN_BEAT;
    if (part > 0 && geometry->column_ticks * 2 <= part && into % part == 0) return COLUMN_EIGHTH;
    return COLUMN_PLAIN;
}

static bool is_tonic(Key key, int pitch) {
    return key.known && pitch % 12 == key.tonic;
}

static Style ground_style(const Geometry *geometry, const View *view, int pitch) {
    if (is_tonic(view->key, pitch) || (geometry->halves && is_tonic(view->key, pitch - 1)))
        return STYLE_GRID_TONIC;
    return geometry->halves || key_has(view->key, pitch) ? STYLE_GRID : STYLE_GRID_OFF;
}

static uint32_t ground_glyph(const Geometry *geometry, const View *view, Column kind, int pitch) {
    static const uint32_t dots[] = {' ', 0x02d9, '.', ':'}; /* none, upper, lower, both */
    if (kind == COLUMN_PLAYHEAD) return 0x2503;
    if (kind == COLUMN_BAR) return 0x2502;
    bool tonic = is_tonic(view->key, pitch), lower_tonic = geometry->halves && is_tonic(view->key, pitch - 1);
    if (kind == COLUMN_EIGHTH && !geometry->halves) return tonic ? 0x00b7 : ' ';
    if (kind == COLUMN_EIGHTH) return dots[(tonic ? 1 : 0) + (lower_tonic ? 2 : 0)];
    if (kind != COLUMN_BEAT) return ' ';
    if (!geometry->halves) return key_has(view->key, pitch) ? 0x00b7 : ' ';
    return dots[(key_has(view->key, pitch) ? 1 : 0) + (key_has(view->key, pitch - 1) ? 2 : 0)];
}

static bool in_selection(const Geometry *geometry, const View *view, int column, int pitch) {
    int32_t tick = geometry_tick(geometry, column);
    int low = geometry->halves ? pitch - 1 : pitch;
    return tick + geometry->column_ticks > view->select_start && tick < view->select_end &&
           low <= view->select_high && pitch >= view->select_low;
}

static Style draw_ground(Canvas *canvas, const Geometry *geometry, const View *view, Column kind, int x,
                         int y) {
    int pitch = geometry_pitch(geometry, y);
    Style ground = ground_style(geometry, view, pitch);
    uint32_t glyph = ground_glyph(geometry, view, kind, pitch);
    if (in_selection(geometry, view, x, pitch)) ground = STYLE_SELECT;
    canvas_put(canvas, x, y, glyph, kind == COLUMN_PLAYHEAD ? STYLE_PLAYHEAD : ground);
    if (kind == COLUMN_PLAYHEAD) canvas_tint(canvas, x, y, 1, 1, ground);
    return ground;
}

/* One pitch a cell. */
static void draw_whole(Canvas *canvas, const RollPixel *pixel, bool cut, Style ground, int x, int y) {
    bool note = (pixel->flags & NOTE) != 0;
    if (note && (pixel->flags & CURSOR)) {
        canvas_put(canvas, x, y, canvas->ascii ? '@' : 0x2588, STYLE_CURSOR_NOTE);
    } else if (pixel->flags & CURSOR) {
        canvas_put(canvas, x, y, canvas->ascii ? '+' : ' ', STYLE_CURSOR);
    } else if (note) {
        uint32_t block = cut ? 0x258a : 0x2588;
        if (canvas->ascii) block = (pixel->flags & ONSET) ? '#' : '=';
        canvas_put(canvas, x, y, block, (Style)pixel->style);
        if (cut) canvas_tint(canvas, x, y, 1, 1, ground);
    } else if (pixel->flags & GHOST) {
        canvas_put(canvas, x, y, canvas->ascii ? '-' : 0x2591, STYLE_GHOST);
        canvas_tint(canvas, x, y, 1, 1, ground);
    } else if (pixel->flags & BESIDE) {
        canvas_put(canvas, x, y, canvas->ascii ? '~' : 0x2500, STYLE_BESIDE);
        canvas_tint(canvas, x, y, 1, 1, ground);
    }
}

static Style half_style(const RollPixel *pixel) {
    if (pixel->flags & CURSOR) return (pixel->flags & NOTE) ? STYLE_CURSOR_NOTE : STYLE_CURSOR_HALF;
    return (Style)pixel->style;
}

/* Two pitches a cell: solid halves for notes and cursor, thin lines for the ghost, thinner ones in the middle for the accompaniment. */
static void draw_halves(Canvas *canvas, const RollPixel pixel[2], const bool cut[2], Style ground, int x,
                        int y) {
    static const uint32_t solid[2][2] = {{0x2580, 0x2598}, {0x2584, 0x2596}}; /* upper, lower; whole, cut */
    static const uint32_t thin[2] = {0x2594, 0x2581};
    bool full[2];
    for (int i = 0; i < 2; i++) full[i] = (pixel[i].flags & (NOTE | CURSOR)) != 0;
    if (full[0] && full[1] && half_style(&pixel[0]) == half_style(&pixel[1])) {
        static const uint32_t both[2][2] = {{0x2588, 0x259b}, {0x2599, 0x258c}};
        canvas_put(canvas, x, y, both[cut[0]][cut[1]], half_style(&pixel[0]));
        canvas_tint(canvas, x, y, 1, 1, ground);
        return;
    }
    int front = full[0] && !(full[1] && (pixel[1].flags & CURSOR))
                    ? 0
                    : 1; /* the half drawn by glyph, else by background */
    if (!full[0] && !full[1]) {
        const int flag = ((pixel[0].flags | pixel[1].flags) & GHOST) ? GHOST : BESIDE;
        const int half = (pixel[0].flags & flag) ? 0 : (pixel[1].flags & flag) ? 1 : -1;
        const bool pair = (pixel[0].flags & flag) && (pixel[1].flags & flag);
        if (half < 0) return;
        if (flag == GHOST)
            canvas_put(canvas, x, y, pair ? 0x2592 : thin[half], STYLE_GHOST);
        else
            canvas_put(canvas, x, y, pair ? 0x2550 : 0x2500, STYLE_BESIDE);
        canvas_tint(canvas, x, y, 1, 1, ground);
        return;
    }
    const RollPixel *behind = &pixel[1 - front];
    bool shown = (behind->flags & (GHOST | NOTE | CURSOR)) != 0;
    canvas_put(canvas, x, y, solid[front][cut[front] && !shown], half_style(&pixel[front]));
    canvas_tint(canvas, x, y, 1, 1, shown ? half_style(behind) : ground);
}

static bool is_cut(const Roll *roll, int row, int column) {
    const RollPixel *pixel = &roll->pixels[row * roll->columns + column];
    return column + 1 < roll->columns && (pixel->flags & NOTE) && (pixel[1].flags & ONSET);
}

static void draw_cells(Roll *roll, Canvas *canvas, const Geometry *geometry, const View *view) {
    for (int column = 0; column < geometry->width; column++) {
        int x = geometry->x + column;
        Column kind = column_kind(geometry, view, x);
        for (int row = 0; row < geometry->height; row++) {
            int y = geometry->y + row;
            Style ground = draw_ground(canvas, geometry, view, kind, x, y);
            int first = geometry->halves ? 2 * row : row;
            RollPixel *upper = &roll->pixels[first * roll->columns + column];
            if (!geometry->halves) {
                if (upper->flags) draw_whole(canvas, upper, is_cut(roll, first, column), ground, x, y);
                continue;
            }
            RollPixel pair[2] = {*upper, upper[roll->columns]};
            bool cut[2] = {is_cut(roll, first, column), is_cut(roll, first + 1, column)};
            if (pair[0].flags || pair[1].flags) draw_halves(canvas, pair, cut, ground, x, y);
        }
    }
}

/* Notes above and below the window are marked at its edge, where that cell is free. */
static void draw_edges(Canvas *canvas, const Roll *roll, const Geometry *geometry, const View *view) {
    const Track *track = view_track(view, view->version);
    int last = geometry->y + geometry->height - 1;
    for (int i = 0; i < track->count; i++) {
        const Note *note = &track->notes[i];
        int x = geometry_column(geometry, note->start);
        if (!geometry_sees_column(geometry, x) || geometry_sees_pitch(geometry, note->pitch)) continue;
        bool above = note->pitch > geometry->top_pitch;
        int row = above ? 0 : roll->pitches - 1;
        if (roll->pixels[row * roll->columns + x - geometry->x].flags) continue;
        canvas_put(canvas, x, above ? geometry->y : last, above ? 0x25b4 : 0x25be, STYLE_EDGE);
    }
}

static bool is_black(int pitch) {
    return (0x54a >> (pitch % 12)) & 1;
}

static void draw_gutter(Canvas *canvas, const Geometry *geometry, const View *view) {
    static const uint32_t keys[] = {' ', 0x2580, 0x2584, 0x2588};
    for (int row = 0; row < geometry->height; row++) {
        int y = geometry->y + row, pitch = geometry_pitch(geometry, y),
            last = geometry->halves ? pitch - 1 : pitch;
        int x = geometry->x - LAYOUT_GUTTER;
        bool here = view->cursor_pitch == pitch || view->cursor_pitch == last;
        int named = here ? view->cursor_pitch : pitch % 12 == 0 ? pitch : last % 12 == 0 ? last : -1;
        uint32_t key = keys[(is_black(pitch) ? 0 : 1) + (is_black(last) ? 0 : 2)];
        if (named >= 0) {
            char name[KEY_SPELLING_SIZE];
            key_spell(view->key, named, name);
            canvas_text(canvas, x, y, 3, name, here ? STYLE_GUTTER_CURSOR : STYLE_GUTTER);
        }
        canvas_put(canvas, x + 3, y, canvas->ascii ? (is_black(pitch) ? '#' : ' ') : key, STYLE_KEYBOARD);
    }
}

void roll_draw(Roll *roll, Canvas *canvas, const Geometry *geometry, const View *view, int *cursor_x,
               int *cursor_y) {
    if (geometry->height <= 0 || geometry->width <= 0 || !make_room(roll, geometry)) return;
    paint(roll, geometry, view);
    draw_cells(roll, canvas, geometry, view);
    draw_edges(canvas, roll, geometry, view);
    draw_gutter(canvas, geometry, view);
    int x = geometry_column(geometry, view->cursor_tick);
    if (!geometry_sees_column(geometry, x) || !geometry_sees_pitch(geometry, view->cursor_pitch)) return;
    *cursor_x = x;
    *cursor_y = geometry_row(geometry, view->cursor_pitch);
}

static void draw_loop(Canvas *canvas, const Geometry *geometry, const View *view, int y) {
    if (!view->looping || view->loop_end <= view->loop_start) return;
    int first = geometry_column(geometry, view->loop_start),
        last = geometry_column(geometry, view->loop_end - 1);
    for (int x = first < geometry->x ? geometry->x : first; x <= last && geometry_sees_column(geometry, x);
         x++)
        canvas_put(canvas, x, y, 0x2550, STYLE_RULER_LOOP);
}

static void draw_numbers(Canvas *canvas, const Geometry *geometry, const View *view, int y) {
    const Timeline *timeline = view_timeline(view);
    int columns = first_bar_ticks(geometry, timeline) / geometry->column_ticks;
    int every = bar_interval(geometry, timeline, 5);
    int focus = timeline_bar_at(timeline, view->cursor_tick).index;
    for (int bar = timeline_bar_at(timeline, geometry->left_tick).index;; bar++) {
        int32_t start = timeline_bar(timeline, bar).start;
        int x = geometry_column(geometry, start);
        if (x >= geometry->x + geometry->width) break;
        if (x < geometry->x || (bar % every != 0 && bar != focus)) continue;
        char number[16];
        bool follows = bars_follows(view, bars_at(view, start));
        snprintf(number, sizeof number, "%d%s", timeline_bar_number(timeline, bar),
                 follows && columns > 3 ? "\xe2\x86\xaa" : "");
        int room = geometry->x + geometry->width - x;
        canvas_text(canvas, x, y, room, number,
                    bar == focus ? STYLE_RULER_FOCUS
                    : follows    ? STYLE_FOLLOWS
                                 : STYLE_RULER);
    }
}

/* Chord symbols behind the bar numbers, as far as there is room before the next; guessed ones dimly. */
static void draw_chords(Canvas *canvas, const Geometry *geometry, const View *view, int y) {
    const Harmony *row = view->harmony;
    const Timeline *timeline = view_timeline(view);
    const int end = geometry->x + geometry->width;
    for (int i = 0; row && i < row->count; i++) {
        char name[CHORD_NAME_SIZE], number[16];
        const int32_t tick = row->mark[i].tick;
        const TimelineBar bar = timeline_bar_at(timeline, tick);
        int x = geometry_column(geometry, tick);
        if (tick == bar.start)
            x += snprintf(number, sizeof number, "%d ", timeline_bar_number(timeline, bar.index));
        const int next =
                      geometry_column(geometry, i + 1 < row->count ? row->mark[i + 1].tick : INT32_MAX / 2),
                  line = geometry_column(geometry, bar.start + bar.ticks);
        const int stop = next < line ? next : line, room = (stop < end ? stop : end) - x - 1;
        if (x < geometry->x) continue;
        if (x >= end) break;
        chord_name(row->mark[i].chord, view->key, name);
        if (name[0] && room > 0 && (int)strlen(name) <= room)
            canvas_text(canvas, x, y, room, name, row->told ? STYLE_NORMAL : STYLE_DIM);
    }
}

void roll_draw_ruler(Canvas *canvas, Rect ruler, const Geometry *geometry, const View *view) {
    const Track *track = view_track(view, view->version);
    draw_loop(canvas, geometry, view, ruler.y);
    draw_numbers(canvas, geometry, view, ruler.y);
    draw_chords(canvas, geometry, view, ruler.y);
    if (geometry->left_tick > 0 && track->count > 0 && track->notes[0].start < geometry->left_tick)
        canvas_put(canvas, geometry->x - 1, ruler.y, 0x25c2, STYLE_EDGE);
    if (track->count > 0 && track->notes[track->count - 1].start >= geometry_end_tick(geometry))
        canvas_put(canvas, geometry->x + geometry->width - 1, ruler.y, 0x25b8, STYLE_EDGE);
    int playhead = geometry_column(geometry, view->playhead);
    if (view->playhead >= 0 && geometry_sees_column(geometry, playhead))
        canvas_put(canvas, playhead, ruler.y, 0x25bc, STYLE_PLAYHEAD);
}
