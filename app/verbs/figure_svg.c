#include "app/verbs/figure_svg.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "app/verbs/svg_text.h"
#include "engine/music/key.h"

enum {
    PAGE = 1000,
    LEFT = 70, /* where bar 1 begins */
    RIGHT = 980,
    ROLL_HEIGHT = 150,
    FORM_HEIGHT = 22,
    COST_HEIGHT = 70,
    ARC_HEIGHT = 80,
    GAP = 12,
    MAP_SIZE = 400,
    MAP_GAP = 110,
    LEGEND = 60,
    BAR_WIDTH_MAX = 110,
};

/* The palette of Okabe and Ito, readable with any colour vision, and two more. */
static const char *const FAMILY_COLOURS[] = {"#0072B2", "#D55E00", "#009E73", "#CC79A7",
                                             "#E69F00", "#56B4E9", "#7A5195", "#6B6B00"};
enum { FAMILIES = sizeof FAMILY_COLOURS / sizeof *FAMILY_COLOURS };

/* One window being drawn. */
typedef struct {
    FILE *out;
    const Inspection *inspection;
    const Analysis *analysis;
    int first, count; /* its first bar in the melody, and how many */
    double bar_width; /* the same for all windows */
    double y;         /* top of what comes next */
} Pen;

static double bar_x(const Pen *pen, double bar) {
    return LEFT + bar * pen->bar_width;
}

static void text_at(const Pen *pen, double x, double y, const char *anchor, int size, const char *text) {
    fprintf(pen->out, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" font-size=\"%d\">", x, y, anchor, size);
    svg_text(pen->out, text);
    fputs("</text>\n", pen->out);
}

static void line_at(const Pen *pen, double x1, double y1, double x2, double y2, const char *colour) {
    fprintf(pen->out, "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\"/>\n", x1, y1, x2,
            y2, colour);
}

/* The colour of a bar's form letter; grey where it has no notes. */
static const char *family_colour(const char *form) {
    int family = 0;
    if (form[0] < 'A' || form[0] > 'Z') return "#999999";
    for (; *form >= 'A' && *form <= 'Z'; form++) family = family * 26 + (*form - 'A' + 1);
    return FAMILY_COLOURS[(family - 1) % FAMILIES];
}

/* How a bar shows that it is new, exact, near or transposed without relying on colour. */
static const char *kind_style(StructureKind kind) {
    switch (kind) {
    case STRUCTURE_EXACT:
        return "fill-opacity=\"0.75\"";
    case STRUCTURE_NEAR:
    case STRUCTURE_NEAR_MOVED:
        return "fill-opacity=\"0.35\" stroke-width=\"1\"";
    case STRUCTURE_MOVED:
        return "fill-opacity=\"0.1\" stroke-width=\"1.2\" stroke-dasharray=\"3 2\"";
    case STRUCTURE_NONE:
        break;
    }
    return "fill-opacity=\"1\"";
}

/* --- roll --- */

static void pitch_range(const BarSequence *bars, int *low, int *high) {
    *low = 127;
    *high = 0;
    for (int t = 0; t < bars->count; t++)
        for (int s = 0; s < bars->steps; s++) {
            int token = bars->bar[t].token[s];
            if (!bar_is_onset(token)) continue;
            if (bar_pitch(token) < *low) *low = bar_pitch(token);
            if (bar_pitch(token) > *high) *high = bar_pitch(token);
        }
    if (*low > *high) *low = *high = 60;
    *low -= 2;
    *high += 2;
}

static int note_steps(const Pen *pen, int t, int s) {
    const BarSequence *bars = pen->inspection->bars;
    int length = 1, limit = pen->first + pen->count;
    for (;; length++) {
        if (++s == bars->steps) s = 0, t++;
        if (t == limit || bars->bar[t].token[s] != BAR_HOLD) return length;
    }
}

static void draw_grid(const Pen *pen, int low, int high, double row) {
    const BarSequence *bars = pen->inspection->bars;
    int T = pen->count;
    for (int pitch = low; pitch <= high; pitch++) {
        if (pitch % 12 != 0) continue;
        double y = pen->y + (high - pitch + 0.5) * row;
        char name[16];
        snprintf(name, sizeof name, "C%d", (pitch - bars->octave_shift) / 12 - 1);
        line_at(pen, LEFT, y, bar_x(pen, T), y, "#dddddd");
        text_at(pen, LEFT - 6, y + 4, "end", 11, name);
    }
    for (int t = 0; t <= T; t++) {
        line_at(pen, bar_x(pen, t), pen->y, bar_x(pen, t), pen->y + ROLL_HEIGHT,
                t % 4 ? "#e4e4e4" : "#aaaaaa");
        char number[16];
        snprintf(number, sizeof number, "%d", pen->first + t + 1);
        if (t < T && (pen->bar_width > 22 || t % 4 == 0))
            text_at(pen, bar_x(pen, t) + 2, pen->y - 4, "start", 10, number);
    }
}

static void draw_roll(Pen *pen) {
    const BarSequence *bars = pen->inspection->bars;
    int low, high;
    pitch_range(bars, &low, &high);
    double row = (double)ROLL_HEIGHT / (high - low + 1), step = pen->bar_width / bars->steps;
    draw_grid(pen, low, high, row);
    for (int t = pen->first; t < pen->first + pen->count; t++)
        for (int s = 0; s < bars->steps; s++) {
            int token = bars->bar[t].token[s];
            if (!bar_is_onset(token)) continue;
            const StructureRepeat *repeat = analysis_repeat(pen->analysis, t);
            const char *colour = family_colour(repeat->form);
            fprintf(pen->out,
                    "<rect x=\"%.2f\" y=\"%.2f\" width=\"%.2f\" height=\"%.2f\" rx=\"1\" fill=\"%s\" "
                    "stroke=\"%s\" "
                    "stroke-width=\"0\" %s/>\n",
                    bar_x(pen, t - pen->first) + s * step + 0.3, pen->y + (high - bar_pitch(token)) * row,
                    note_steps(pen, t, s) * step - 0.8, row > 1.5 ? row - 0.5 : row, colour, colour,
                    repeat->kind == STRUCTURE_EXACT ? "fill-opacity=\"0.75\"" : "");
        }
    text_at(pen, 14, pen->y + ROLL_HEIGHT / 2.0, "start", 11, "roll");
    pen->y += ROLL_HEIGHT + GAP;
}

/* --- form, cost, arcs --- */

static void draw_form(Pen *pen) {
    for (int t = 0; t < pen->count; t++) {
        const StructureRepeat *repeat = analysis_repeat(pen->analysis, pen->first + t);
        const char *colour = family_colour(repeat->form);
        fprintf(pen->out,
                "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%d\" fill=\"%s\" stroke=\"%s\" %s/>\n",
                bar_x(pen, t) + 1, pen->y, pen->bar_width - 2, FORM_HEIGHT, colour, colour,
                kind_style(repeat->kind));
        bool dark = repeat->kind == STRUCTURE_NONE || repeat->kind == STRUCTURE_EXACT;
        if (pen->bar_width < 14) continue;
        fprintf(pen->out, "<g fill=\"%s\">", dark ? "white" : "black");
        text_at(pen, bar_x(pen, t + 0.5), pen->y + FORM_HEIGHT - 7, "middle", pen->bar_width < 30 ? 9 : 12,
                repeat->form);
        fputs("</g>\n", pen->out);
    }
    text_at(pen, 14, pen->y + FORM_HEIGHT - 7, "start", 11, "form");
    pen->y += FORM_HEIGHT + GAP;
}

static float largest_cost(const Analysis *analysis) {
    float largest = 1.0f;
    for (int t = 0; t < analysis_count(analysis); t++) largest = fmaxf(largest, analysis_cost(analysis, t));
    return largest;
}

static void draw_cost(Pen *pen) {
    double unit = (COST_HEIGHT - 14) / (double)largest_cost(pen->analysis), base = pen->y + COST_HEIGHT;
    for (int t = 0; t < pen->count; t++) {
        double kl = (double)analysis_cost(pen->analysis, pen->first + t);
        const StructureRepeat *repeat = analysis_repeat(pen->analysis, pen->first + t);
        fprintf(pen->out, "<rect x=\"%.1f\" y=\"%.2f\" width=\"%.1f\" height=\"%.2f\" fill=\"%s\"/>\n",
                bar_x(pen, t) + pen->bar_width * 0.2, base - kl * unit, pen->bar_width * 0.6, kl * unit,
                family_colour(repeat->form));
        char number[16];
        snprintf(number, sizeof number, pen->bar_width < 30 ? "%.0f" : "%.1f", kl);
        if (pen->bar_width >= 14)
            text_at(pen, bar_x(pen, t + 0.5), base - kl * unit - 3, "middle", pen->bar_width < 30 ? 8 : 10,
                    number);
    }
    line_at(pen, LEFT, base, bar_x(pen, pen->count), base, "#555555");
    text_at(pen, 14, base - COST_HEIGHT / 2.0, "start", 11, "cost");
    text_at(pen, 14, base - COST_HEIGHT / 2.0 + 13, "start", 10, "(nats)");
    pen->y = base + GAP;
}

static void draw_arcs(Pen *pen) {
    int T = pen->count;
    line_at(pen, LEFT, pen->y, bar_x(pen, T), pen->y, "#bbbbbb");
    for (int t = 1; t < T; t++) {
        AnalysisWalk walk = analysis_uses(pen->analysis, ANALYSIS_REFERENCE, pen->first + t);
        for (Reference to; analysis_next(&walk, &to);) {
            double weight = (double)to.weight;
            int k = to.bar - pen->first;
            double x1 = bar_x(pen, k + 0.5), x2 = bar_x(pen, t + 0.5);
            double depth = (ARC_HEIGHT - 6) * 4.0 / 3.0 * sqrt((double)(t - k) / (T > 1 ? T - 1 : 1));
            fprintf(pen->out,
                    "<path d=\"M %.1f %.1f C %.1f %.1f %.1f %.1f %.1f %.1f\" fill=\"none\" stroke=\"%s\" "
                    "stroke-width=\"%.2f\" stroke-opacity=\"%.2f\"/>\n",
                    x1, pen->y, x1, pen->y + depth, x2, pen->y + depth, x2, pen->y,
                    family_colour(analysis_repeat(pen->analysis, to.bar)->form), 0.5 + 2.0 * weight,
                    0.25 + 0.75 * weight);
        }
        fprintf(pen->out, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"1.6\" fill=\"#555555\"/>\n",
                bar_x(pen, t + 0.5), pen->y);
    }
    text_at(pen, 14, pen->y + 16, "start", 11, "refers to");
    pen->y += ARC_HEIGHT + GAP;
}

/* --- heat maps --- */

/* White through blue to nearly black, even steps of lightness. */
static void heat_colour(char *text, size_t size, double value) {
    static const double stops[4][3] = {{255, 255, 255}, {158, 202, 225}, {33, 113, 181}, {4, 24, 66}};
    double at = (value < 0 ? 0 : value > 1 ? 1 : value) * 3;
    int i = at >= 3 ? 2 : (int)at;
    double part = at - i;
    int c[3];
    for (int n = 0; n < 3; n++) c[n] = (int)(stops[i][n] + (stops[i + 1][n] - stops[i][n]) * part + 0.5);
    snprintf(text, size, "#%02x%02x%02x", c[0], c[1], c[2]);
}

static void draw_map(const Pen *pen, double x, AnalysisMatrix matrix, const char *title) {
    int T = pen->count, every = T <= 20 ? 1 : T <= 32 ? 2 : 4;
    double cell = (double)MAP_SIZE / T, top = pen->y + 40;
    text_at(pen, x, pen->y + 14, "start", 12, title);
    for (int t = 0; t < T; t++) {
        for (int k = 0; k <= t; k++) {
            char colour[8];
            heat_colour(colour, sizeof colour,
                        (double)analysis_cell(pen->analysis, matrix, pen->first + t, pen->first + k));
            fprintf(pen->out, "<rect x=\"%.2f\" y=\"%.2f\" width=\"%.2f\" height=\"%.2f\" fill=\"%s\"/>\n",
                    x + k * cell, top + t * cell, cell, cell, colour);
        }
        if (t % every) continue;
        char number[16];
        snprintf(number, sizeof number, "%d", pen->first + t + 1);
        text_at(pen, x - 4, top + (t + 0.5) * cell + 3, "end", 9, number);
        text_at(pen, x + (t + 0.5) * cell, top - 4, "middle", 9, number);
    }
    fprintf(pen->out, "<path d=\"M %.1f %.1f V %.1f H %.1f", x, top, top + MAP_SIZE, x + MAP_SIZE);
    for (int t = T - 1; t >= 0; t--) fprintf(pen->out, " V %.2f H %.2f", top + t * cell, x + t * cell);
    fputs("\" fill=\"none\" stroke=\"#888888\"/>\n", pen->out);
}

static void draw_scale(const Pen *pen, double x) {
    double top = pen->y + 40;
    for (int i = 0; i < 50; i++) {
        char colour[8];
        heat_colour(colour, sizeof colour, 1.0 - i / 49.0);
        fprintf(pen->out, "<rect x=\"%.1f\" y=\"%.1f\" width=\"12\" height=\"3.2\" fill=\"%s\"/>\n", x,
                top + i * 3.0, colour);
    }
    text_at(pen, x + 16, top + 8, "start", 10, "1");
    text_at(pen, x + 16, top + 153, "start", 10, "0");
}

static void draw_maps(Pen *pen) {
    double second = LEFT + MAP_SIZE + MAP_GAP - 30;
    draw_map(pen, LEFT, ANALYSIS_REFERENCE, "references: bar (row) refers to bar (column)");
    draw_map(pen, second, ANALYSIS_INFLUENCE,
             "influence: change of bar (row) without the latent of (column)");
    draw_scale(pen, second + MAP_SIZE + 12);
    pen->y += 40 + MAP_SIZE + 2 * GAP;
}

/* --- page --- */

static double page_height(int windows) {
    double system = 20 + ROLL_HEIGHT + FORM_HEIGHT + COST_HEIGHT + ARC_HEIGHT + 4 * GAP;
    return 50 + windows * (system + 40 + MAP_SIZE + 2 * GAP) + LEGEND;
}

static void draw_title(const Pen *pen) {
    const Inspection *inspection = pen->inspection;
    Meter meter = inspection_meter(inspection);
    char subtitle[256];
    text_at(pen, LEFT, 26, "start", 16, inspection->title);
    snprintf(subtitle, sizeof subtitle, "%d bar%s of %d/%d, key %s; read by %s", inspection->bars->count,
             inspection->bars->count == 1 ? "" : "s", meter_beats(meter), meter_unit(meter),
             key_name(inspection_key(inspection)), inspection->model_name);
    text_at(pen, LEFT, 43, "start", 11, subtitle);
}

static void draw_legend(const Pen *pen) {
    text_at(
        pen, LEFT, pen->y + 12, "start", 11,
        "Form: a letter for each new bar, filled; exact repeats a little paler; A' a near copy, pale; A+2 a "
        "transposed one, dashed.");
    text_at(pen, LEFT, pen->y + 28, "start", 11,
            "Cost: what the bar's latent holds, in nats. Arcs: weight of the reference (pointer times gate, "
            "mean of the "
            "bar's four slots).");
    text_at(pen, LEFT, pen->y + 44, "start", 11,
            "Influence: mean total variation, 0 to 1, of the bar's output when one latent is replaced by the "
            "prior's mean.");
}

char *figure_svg(const Inspection *inspection) {
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    if (!out) return NULL;
    int widest;
    analysis_window(inspection->analysis, 0, &widest);
    double width = (double)(RIGHT - LEFT) / widest;
    Pen pen = {.out = out,
               .inspection = inspection,
               .analysis = inspection->analysis,
               .bar_width = width > BAR_WIDTH_MAX ? BAR_WIDTH_MAX : width};
    int bars = analysis_count(pen.analysis);
    double height = page_height((bars + widest - 1) / widest);
    fprintf(out,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%.0f\" viewBox=\"0 0 %d %.0f\" "
            "font-family=\"Helvetica, Arial, sans-serif\">\n"
            "<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>\n",
            PAGE, height, PAGE, height);
    draw_title(&pen);
    pen.y = 50;
    for (pen.first = 0; pen.first < bars; pen.first += widest) {
        analysis_window(pen.analysis, pen.first, &pen.count);
        pen.y += 20;
        draw_roll(&pen);
        draw_form(&pen);
        draw_cost(&pen);
        draw_arcs(&pen);
        draw_maps(&pen);
    }
    draw_legend(&pen);
    fputs("</svg>\n", out);
    bool ok = !ferror(out);
    if (fclose(out) != 0) ok = false;
    if (ok) return text;
    free(text);
    return NULL;
}
