#include "app/verbs/evaluation.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "app/cli/json_text.h"
#include "app/verbs/svg_text.h"
#include "engine/base/utf8.h"

/* --- table --- */

static void print_value(FILE *out, double value) {
    if (isnan(value))
        fprintf(out, "  %7s", "-");
    else
        fprintf(out, fabs(value) < 10.0 ? "  %7.4f" : "  %7.2f", value);
}

static void print_reach(FILE *out, Figure figure, double value) {
    double reach = FIGURE_INFO[figure].reach;
    if (reach == 0.0) {
        fprintf(out, "  %-14s", "");
        return;
    }
    char wish[16];
    snprintf(wish, sizeof wish, "%s %g", reach > 0.0 ? ">=" : "<=", fabs(reach));
    fprintf(out, "  %-8s %-5s", wish, isnan(value) ? "" : figures_reached(figure, value) ? "yes" : "no");
}

void evaluation_print(FILE *out, const Evaluation *evaluation) {
    const Figures *f = evaluation->figures;
    char model[400], corpus[1200]; /* names may be any bytes */
    utf8_show(model, sizeof model, evaluation->model);
    utf8_show(corpus, sizeof corpus, evaluation->corpus);
    fprintf(out, "%s on %s: %d windows, %d bars\n\n%-24s  %7s", model, corpus, f->all.windows, f->all.bars,
            "", "all");
    for (int m = 0; m < f->meters; m++) fprintf(out, "  %7s", f->meter[m].name);
    fprintf(out, "  %-14s", "reach");
    for (int n = 0; n < f->lengths; n++) fprintf(out, "  %4s bars", f->length[n].name);
    for (int n = 0; n < FIGURES_REGISTERS; n++) fprintf(out, "  %7s", f->range[n].name);
    fputc('\n', out);
    if (!isnan(evaluation->read_notes)) fprintf(out, "%-24s  %7.4f\n", "read_notes", evaluation->read_notes);
    for (int i = 0; i < FIGURE_COUNT; i++) {
        fprintf(out, "%-24s", FIGURE_INFO[i].key);
        print_value(out, f->all.value[i]);
        for (int m = 0; m < f->meters; m++) print_value(out, f->meter[m].value[i]);
        print_reach(out, (Figure)i, f->all.value[i]);
        for (int n = 0; n < f->lengths; n++) {
            fputs("  ", out);
            print_value(out, f->length[n].value[i]);
        }
        for (int n = 0; n < FIGURES_REGISTERS; n++) print_value(out, f->range[n].value[i]);
        fputc('\n', out);
    }
}

/* --- JSON --- */

/* JSON has no NaN: null stands where there was no case. */
static json_t *number(double value) {
    return isfinite(value) ? json_real(value) : json_null();
}

static json_t *values(const FiguresGroup *group) {
    json_t *object = json_object();
    for (int i = 0; i < FIGURE_COUNT; i++)
        json_object_set_new(object, FIGURE_INFO[i].key, number(group->value[i]));
    return object;
}

static json_t *group_json(const FiguresGroup *group) {
    json_t *object = values(group), *cases = json_object();
    for (int i = 0; i < FIGURE_COUNT; i++)
        json_object_set_new(cases, FIGURE_INFO[i].key, number(group->cases[i]));
    json_object_set_new(object, "windows", json_integer(group->windows));
    json_object_set_new(object, "bars", json_integer(group->bars));
    json_object_set_new(object, "cases", cases);
    return object;
}

static json_t *distances(const Figures *figures) {
    json_t *array = json_array();
    for (int bars = 1; bars < BAR_WINDOW; bars++) {
        const FiguresDistance *d = &figures->distance[bars];
        if (d->repeats == 0) continue;
        json_array_append_new(array, json_pack("{s:i,s:i,s:f,s:f,s:f,s:f}", "bars", bars, "repeats",
                                               d->repeats, "mean", d->mean, "low_quartile", d->low_quartile,
                                               "median", d->median, "high_quartile", d->high_quartile));
    }
    return array;
}

static char *dump(json_t *root, size_t flags) {
    char *text = json_dumps(root, flags | JSON_ENSURE_ASCII | JSON_REAL_PRECISION(7));
    json_decref(root);
    return text;
}

char *evaluation_json(const Evaluation *evaluation) {
    const Figures *figures = evaluation->figures;
    json_t *root = json_object(), *lengths = json_object(), *ranges = json_object();
    json_object_set_new(root, "all", group_json(&figures->all));
    for (int m = 0; m < figures->meters; m++)
        json_object_set_new(root, figures->meter[m].name, group_json(&figures->meter[m]));
    for (int n = 0; n < figures->lengths; n++)
        json_object_set_new(lengths, figures->length[n].name, group_json(&figures->length[n]));
    json_object_set_new(root, "by_length", lengths);
    for (int n = 0; n < FIGURES_REGISTERS; n++)
        json_object_set_new(ranges, figures->range[n].name, group_json(&figures->range[n]));
    json_object_set_new(root, "by_register", ranges);
    json_object_set_new(root, "distance", distances(figures));
    json_object_set_new(root, "read_notes", number(evaluation->read_notes));
    json_object_set_new(root, "model", json_text(evaluation->model));
    json_object_set_new(root, "corpus", json_text(evaluation->corpus));
    return dump(root, JSON_INDENT(2));
}

char *evaluation_json_all(const Evaluation *evaluation) {
    return dump(values(&evaluation->figures->all), JSON_COMPACT);
}

/* --- plot --- */

enum {
    PLOT_WIDTH = 760,
    PLOT_HEIGHT = 380,
    PLOT_LEFT = 60,
    PLOT_RIGHT = 740,
    PLOT_TOP = 50,
    PLOT_BOTTOM = 320
};

typedef struct {
    FILE *out;
    double top; /* nats at the upper edge */
} Plot;

/* Distances are drawn on a logarithmic axis: 1, 2, 4 .. 64 lie evenly. */
static double plot_x(double bars) {
    return PLOT_LEFT + (PLOT_RIGHT - PLOT_LEFT) * (0.3 + log2(bars)) / 6.3;
}

static double plot_y(const Plot *plot, double nats) {
    return PLOT_BOTTOM - (PLOT_BOTTOM - PLOT_TOP) * nats / plot->top;
}

static void plot_text(const Plot *plot, double x, double y, const char *anchor, const char *text) {
    fprintf(plot->out, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" font-size=\"12\">", x, y, anchor);
    svg_text(plot->out, text);
    fputs("</text>\n", plot->out);
}

/* A round number of nats for about five grid lines. */
static double grid_step(double top) {
    static const double steps[] = {0.5, 1, 2, 5, 10, 20, 50, 100};
    size_t i = 0;
    while (i + 1 < sizeof steps / sizeof *steps && top / steps[i] > 6.0) i++;
    return steps[i];
}

static void plot_axes(const Plot *plot) {
    char number_text[32];
    double step = grid_step(plot->top);
    for (double nats = 0.0; nats <= plot->top; nats += step) {
        double y = plot_y(plot, nats);
        fprintf(plot->out, "<line x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\" stroke=\"%s\"/>\n", PLOT_LEFT,
                y, PLOT_RIGHT, y, nats > 0.0 ? "#e2e2e2" : "#555555");
        snprintf(number_text, sizeof number_text, "%g", nats);
        plot_text(plot, PLOT_LEFT - 8, y + 4, "end", number_text);
    }
    for (int bars = 1; bars <= 64; bars *= 2) {
        snprintf(number_text, sizeof number_text, "%d", bars);
        plot_text(plot, plot_x(bars), PLOT_BOTTOM + 18, "middle", number_text);
    }
    plot_text(plot, (PLOT_LEFT + PLOT_RIGHT) / 2.0, PLOT_BOTTOM + 40, "middle",
              "distance of a repeat to its nearest earlier copy, in bars");
    plot_text(plot, PLOT_LEFT - 44, PLOT_TOP - 26, "start", "cost of the bar in nats");
}

static void plot_level(const Plot *plot, double nats, const char *words_text) {
    if (isnan(nats)) return;
    double y = plot_y(plot, nats);
    fprintf(plot->out,
            "<line x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\" stroke=\"#D55E00\" stroke-width=\"1.5\" "
            "stroke-dasharray=\"6 4\"/>\n<g fill=\"#A84300\">",
            PLOT_LEFT, y, PLOT_RIGHT, y);
    plot_text(plot, PLOT_LEFT + 8, y - 6, "start", words_text);
    fputs("</g>\n", plot->out);
}

/* Median as a dot whose area grows with the number of repeats, quartiles as a bar. */
static void plot_distance(const Plot *plot, int bars, const FiguresDistance *d) {
    double x = plot_x(bars);
    fprintf(plot->out,
            "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"#56B4E9\" stroke-width=\"3\"/>\n"
            "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"%.1f\" fill=\"#0072B2\"><title>%d bars back: %d repeats, "
            "median %.1f "
            "nats</title></circle>\n",
            x, plot_y(plot, d->low_quartile), x, plot_y(plot, d->high_quartile), x, plot_y(plot, d->median),
            2.0 + fmin(5.0, sqrt(d->repeats) / 4.0), bars, d->repeats, d->median);
}

char *evaluation_svg(const Evaluation *evaluation) {
    const Figures *figures = evaluation->figures;
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    if (!out) return NULL;
    double first = figures->all.value[FIGURE_KL_FIRST], top = isnan(first) ? 1.0 : first;
    for (int bars = 1; bars < BAR_WINDOW; bars++) top = fmax(top, figures->distance[bars].high_quartile);
    Plot plot = {.out = out, .top = top * 1.1};
    fprintf(out,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\" "
            "font-family=\"Helvetica, Arial, sans-serif\">\n"
            "<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>\n",
            PLOT_WIDTH, PLOT_HEIGHT, PLOT_WIDTH, PLOT_HEIGHT);
    plot_axes(&plot);
    plot_level(&plot, first, "mean of first occurrences");
    for (int bars = 1; bars < BAR_WINDOW; bars++)
        if (figures->distance[bars].repeats > 0) plot_distance(&plot, bars, &figures->distance[bars]);
    fputs("</svg>\n", out);
    bool ok = !ferror(out);
    if (fclose(out) != 0) ok = false;
    if (ok) return text;
    free(text);
    return NULL;
}
