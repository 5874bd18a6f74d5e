#include "ui/lanes.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "ui/bars.h"

/* A bar's share of a lane: where its content stands, clipped to the window. */
typedef struct {
    int bar, x, width;
    bool focus;
} Group;

typedef struct {
    Canvas *canvas;
    const Geometry *geometry;
    const View *view;
    const Analysis *analysis;
    int bars;
} Lanes;

static bool group_of(const Lanes *lanes, int bar, Group *group) {
    const Geometry *geometry = lanes->geometry;
    int first = geometry_column(geometry, bars_start(lanes->view, bar)),
        end = geometry_column(geometry, bars_start(lanes->view, bar + 1));
    if (end - first >= 3) first++; /* room for the line between bars */
    if (first < geometry->x) first = geometry->x;
    if (end > geometry->x + geometry->width) end = geometry->x + geometry->width;
    *group = (Group){bar, first, end - first, bar == bars_focus(lanes->view)};
    return group->width > 0;
}

static bool is_read(const Lanes *lanes, int bar) {
    return lanes->analysis && bar < analysis_count(lanes->analysis);
}

static const StructureRepeat *repeat_of(const Lanes *lanes, int bar) {
    return is_read(lanes, bar) ? analysis_repeat(lanes->analysis, bar) : NULL;
}

static void draw_form(const Lanes *lanes, Group group, int y) {
    const StructureRepeat *repeat = repeat_of(lanes, group.bar);
    if (!repeat) {
        canvas_put(lanes->canvas, group.x, y, 0x00b7, STYLE_DIM);
        return;
    }
    static const struct {
        Style style;
        const char *sign, *of; /* after the letter; between it and the bar it repeats, where there is room */
    } looks[] = {
        [STRUCTURE_NONE] = {STYLE_FORM_FIRST, "", ""},
        [STRUCTURE_EXACT] = {STYLE_FORM_EXACT, "=", " "},
        [STRUCTURE_NEAR] = {STYLE_FORM_NEAR, "", " \xe2\x89\x88 "},
        [STRUCTURE_MOVED] = {STYLE_FORM_TRANSPOSED, "", " \xe2\x86\x95 "},
        [STRUCTURE_NEAR_MOVED] = {STYLE_FORM_TRANSPOSED, "", " \xe2\x86\x95 "},
    };
    char text[48], of[16];
    int used = snprintf(text, sizeof text, "%s%s", repeat->form, looks[repeat->kind].sign);
    if (group.width >= 9 && repeat->kind != STRUCTURE_NONE) {
        bars_name(lanes->view, repeat->of, of);
        snprintf(text + used, sizeof text - (size_t)used, "%s%s", looks[repeat->kind].of, of);
    }
    const int width = canvas_text(lanes->canvas, group.x, y, group.width, text, looks[repeat->kind].style);
    analysis_rhythm(lanes->analysis, group.bar, text);
    if (text[0] && width + 2 <= group.width) /* its own letter, but an earlier bar's rhythm */
        canvas_text(lanes->canvas, group.x + width + 1, y, group.width - width - 1, text, STYLE_DIM);
}

static Style source_style(const BarSource *source) {
    static const Style styles[] = {
        [RECIPE_ORIGINAL] = STYLE_SOURCE_ORIGINAL, [RECIPE_CONTEXT] = STYLE_SOURCE_CONTEXT,
        [RECIPE_MIX] = STYLE_SOURCE_MIX,           [RECIPE_POSTERIOR] = STYLE_SOURCE_SAMPLE,
        [RECIPE_PRIOR] = STYLE_SOURCE_SAMPLE,      [RECIPE_NOTES] = STYLE_SOURCE_SAMPLE};
    return styles[source->kind];
}

static void draw_source(const Lanes *lanes, Group group, int y) {
    const BarSource *source = bars_source(lanes->view, group.bar);
    if (!source) return;
    char text[64];
    source_words(text, sizeof text, source, group.width >= 11 ? SOURCE_SHORT : SOURCE_SIGN);
    int lock = source->locked && group.width > 1 ? 1 : 0;
    int used = canvas_text(lanes->canvas, group.x, y, group.width - lock, text, source_style(source));
    if (lock) canvas_put(lanes->canvas, group.x + used, y, '*', STYLE_STRONG);
}

static double cost_scale(const Analysis *analysis) {
    double most = 16; /* nats: a song of nothing but repeats must look cheap */
    for (int i = 0; i < analysis_count(analysis); i++)
        if ((double)analysis_cost(analysis, i) > most) most = (double)analysis_cost(analysis, i);
    return most;
}

/* A column of blocks, and the number beside it where there is room. */
static void draw_cost(const Lanes *lanes, Group group, int y, int rows, double scale) {
    static const uint32_t eighths[] = {' ', 0x2581, 0x2582, 0x2583, 0x2584, 0x2585, 0x2586, 0x2587, 0x2588};
    if (!is_read(lanes, group.bar)) return;
    double nats = (double)analysis_cost(lanes->analysis, group.bar);
    if (!(nats >= 0)) nats = 0;
    int level = (int)lround(nats / scale * 8 * rows);
    if (level < 1) level = 1;
    char number[24];
    snprintf(number, sizeof number,
             group.focus && group.width >= 12 ? " %.1f nats"
             : group.width >= 9               ? " %.1f"
                                              : " %.0f",
             nats);
    int words = canvas_text_width(number), blocks = group.width - words;
    if (blocks < 1) blocks = group.width, words = 0;
    if (blocks > 4 && words > 0) blocks = 4;
    for (int row = 0; row < rows; row++) {
        int filled = level - 8 * (rows - 1 - row);
        filled = filled < 0 ? 0 : filled > 8 ? 8 : filled;
        canvas_fill(lanes->canvas, group.x, y + row, blocks, 1, eighths[filled],
                    group.focus ? STYLE_COST_FOCUS : STYLE_COST);
    }
    canvas_text(lanes->canvas, group.x + blocks, y + rows - 1, words, number,
                group.focus ? STYLE_COST_FOCUS : STYLE_DIM);
}

/* Four signs: is this beat group of the bar taken from elsewhere, or new? */
static void gate_words(const Analysis *analysis, int bar, char *text, size_t size) {
    Reference taken;
    size_t used = (size_t)snprintf(text, size, " ");
    for (int slot = 0; slot < BAR_SLOTS && used + 4 < size; slot++)
        used +=
            (size_t)snprintf(text + used, size - used, "%s",
                             analysis_slot(analysis, bar, slot, &taken) ? "\xe2\x96\xaa" : "\xe2\x96\xab");
}

static void draw_reference(const Lanes *lanes, Group group, int y) {
    if (!is_read(lanes, group.bar)) return;
    Reference to;
    bool refers = analysis_strongest(lanes->analysis, group.bar, &to),
         follows = bars_follows(lanes->view, group.bar);
    if (!refers && !follows) {
        canvas_put(lanes->canvas, group.x, y, 0x00b7, STYLE_DIM);
        return;
    }
    char text[96], words[48] = "?", beats[24] = "", weight[16] = "";
    if (refers) bars_reference(lanes->view, &to, words);
    if (refers) snprintf(weight, sizeof weight, " %.0f%%", 100.0 * (double)to.weight);
    if (group.width >= 13) gate_words(lanes->analysis, group.bar, beats, sizeof beats);
    const char *arrow = follows ? "\xe2\x86\xaa" : "\xe2\x86\x92", *space = group.width >= 9 ? " " : "";
    if (group.width >= 7)
        snprintf(text, sizeof text, "%s%s%s%s%s", arrow, space, words, weight, beats);
    else
        snprintf(text, sizeof text, "%s%s", arrow, words);
    canvas_text(lanes->canvas, group.x, y, group.width, text, follows ? STYLE_FOLLOWS : STYLE_REFERENCE);
}

static int middle_of(const Lanes *lanes, int bar) {
    int32_t start = bars_start(lanes->view, bar), end = bars_start(lanes->view, bar + 1);
    return geometry_column(lanes->geometry, start + (end - start) / 2);
}

static void put_inside(const Lanes *lanes, int x, int y, uint32_t glyph, Style style) {
    if (geometry_sees_column(lanes->geometry, x)) canvas_put(lanes->canvas, x, y, glyph, style);
}

/* A bar that uses no other: then it is of interest who uses it. */
static void draw_users(const Lanes *lanes, int focus, int y) {
    char text[160], name[16];
    bars_name(lanes->view, focus, name);
    int used = snprintf(text, sizeof text, "%s is new; referred to by", name), users = 0;
    AnalysisWalk walk = analysis_users(lanes->analysis, ANALYSIS_REFERENCE, focus);
    for (Reference user; used < (int)sizeof text - 24 && analysis_next(&walk, &user);) {
        bars_name(lanes->view, user.bar, name);
        used += snprintf(text + used, sizeof text - (size_t)used, "%s %s", users++ ? "," : "", name);
    }
    if (users == 0) snprintf(text + used, sizeof text - (size_t)used, " no other bar");
    canvas_text(lanes->canvas, lanes->geometry->x + 1, y, lanes->geometry->width - 1, text, STYLE_DIM);
}

/* The foot of an arc, and the weight beside it where there is room before the next bar's. */
static void draw_foot(const Lanes *lanes, const Reference *to, bool first, int y) {
    const Geometry *geometry = lanes->geometry;
    int x = middle_of(lanes, to->bar), next = middle_of(lanes, to->bar + 1);
    char text[16];
    int size = snprintf(text, sizeof text, "%.0f%%", 100 * (double)to->weight);
    put_inside(lanes, x, y, first ? 0x2570 : 0x2534, STYLE_ARC);
    if (x + 1 + size <= next && x >= geometry->x && x + 1 + size <= geometry->x + geometry->width)
        canvas_text(lanes->canvas, x + 1, y, size, text, STYLE_ARC);
}

/* One line from the first bar that the focused one uses to the focused one, with a foot and the weight at each. */
static void draw_arcs(const Lanes *lanes, int y) {
    int focus = bars_focus(lanes->view), left = lanes->geometry->x;
    if (!is_read(lanes, focus)) return;
    AnalysisWalk walk = analysis_uses(lanes->analysis, ANALYSIS_REFERENCE, focus);
    Reference to;
    if (!analysis_next(&walk, &to)) {
        draw_users(lanes, focus, y);
        return;
    }
    int begin = middle_of(lanes, to.bar), end = middle_of(lanes, focus);
    for (int x = begin; x < end; x++) put_inside(lanes, x, y, 0x2500, STYLE_ARC);
    bool first = true;
    do {
        draw_foot(lanes, &to, first, y);
        first = false;
    } while (analysis_next(&walk, &to));
    put_inside(lanes, end, y, 0x256f, STYLE_ARC);
    if (begin < left) canvas_put(lanes->canvas, left, y, 0x25c2, STYLE_ARC);
}

static void draw_row(const Lanes *lanes, Lane lane, int y, int rows) {
    if (lane == LANE_ARC) {
        draw_arcs(lanes, y);
        return;
    }
    Group group;
    double scale = lane == LANE_COST && lanes->analysis ? cost_scale(lanes->analysis) : 1;
    int first = bars_at(lanes->view, lanes->geometry->left_tick);
    for (int bar = first;
         bar < lanes->bars && bars_start(lanes->view, bar) < geometry_end_tick(lanes->geometry); bar++) {
        if (!group_of(lanes, bar, &group)) continue;
        if (lane == LANE_FORM) draw_form(lanes, group, y);
        if (lane == LANE_SOURCE) draw_source(lanes, group, y);
        if (lane == LANE_COST) draw_cost(lanes, group, y, rows, scale);
        if (lane == LANE_REFERENCE) draw_reference(lanes, group, y);
    }
}

static void draw_lines(const Lanes *lanes, Rect rect) {
    for (int bar = bars_at(lanes->view, lanes->geometry->left_tick);
         bars_start(lanes->view, bar) < geometry_end_tick(lanes->geometry); bar++) {
        int x = geometry_column(lanes->geometry, bars_start(lanes->view, bar));
        bool wide = geometry_column(lanes->geometry, bars_start(lanes->view, bar + 1)) - x >= 3;
        if (wide && geometry_sees_column(lanes->geometry, x))
            canvas_fill(lanes->canvas, x, rect.y, 1, rect.height, 0x2502, STYLE_LANE_LINE);
    }
}

void lanes_draw(Canvas *canvas, const Layout *layout, const Geometry *geometry, const View *view,
                bool active) {
    static const char *const labels[] = {"form", "whose", "cost", "refs", "arcs"};
    Lanes lanes = {canvas, geometry, view, bars_analysis(view), bars_count(view)};
    if (view->recipe && view->version == VERSION_RESULT && view->recipe->count > lanes.bars)
        lanes.bars = view->recipe->count;
    bool stale = view->analysis_stale[view->version];
    int y = layout->lanes.y;
    draw_lines(&lanes, layout->lanes);
    for (int lane = 0; lane < LANES; y += layout->lane[lane++]) {
        if (layout->lane[lane] == 0) continue;
        Lane shown = (Lane)lane;
        if (lane == LANE_REFERENCE && layout->lane[LANE_ARC] == 0 && active) shown = LANE_ARC;
        if (lane == LANE_SOURCE && view->version != VERSION_RESULT) continue; /* only its bars have sources */
        canvas_text(canvas, layout->lanes.x, y, 5, labels[shown], active ? STYLE_LABEL_FOCUS : STYLE_LABEL);
        if (stale && shown != LANE_SOURCE) canvas_put(canvas, layout->lanes.x + 5, y, '?', STYLE_DIM);
        draw_row(&lanes, shown, y, layout->lane[lane]);
    }
    Group focus;
    if (group_of(&lanes, bars_focus(view), &focus))
        canvas_tint(canvas, focus.x, layout->lanes.y, focus.width, layout->lanes.height, STYLE_FOCUS);
}
