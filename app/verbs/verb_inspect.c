#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/cli/console.h"
#include "app/cli/progress.h"
#include "app/verbs/figure_svg.h"
#include "app/verbs/headless.h"
#include "app/verbs/inspection.h"
#include "app/cli/interrupt.h"
#include "engine/base/file.h"
#include "engine/music/key.h"

/* --- text --- */

enum { MOST_MOVES = 24 };

static int number_of(const WrittenBars *written, int bar) {
    return written->bar[bar].number;
}

/* The two bars that this one refers to most, the stronger first: "1 (0.97) 3 (0.06)". */
static void refers_words(char *text, size_t size, const WrittenBars *written, int bar) {
    Reference use[WRITTEN_BARS_USES_MAX], most[2] = {{.weight = 0}, {.weight = 0}};
    const int count = written_bars_uses(written, bar, use, WRITTEN_BARS_USES_MAX);
    for (int i = 0; i < count; i++) {
        if (use[i].weight > most[0].weight) {
            most[1] = most[0];
            most[0] = use[i];
        } else if (use[i].weight > most[1].weight) {
            most[1] = use[i];
        }
    }
    size_t used = 0;
    snprintf(text, size, "-");
    for (int i = 0; i < 2 && most[i].weight > 0 && used < size; i++) {
        char number[16], words[48];
        snprintf(number, sizeof number, "%d", number_of(written, most[i].bar));
        reference_words(words, sizeof words, &most[i], number);
        used += (size_t)snprintf(text + used, size - used, "%s%s (%.2f)", i ? " " : "", words,
                                 (double)most[i].weight);
    }
}

/* The later bars that move when this bar's latent is taken away: "5 9 13". */
static void moves_words(char *text, size_t size, const WrittenBars *written, int bar) {
    int later[MOST_MOVES];
    const int count = written_bars_moves(written, bar, later, MOST_MOVES);
    size_t used = 0;
    snprintf(text, size, "-");
    for (int i = 0; i < count && used < size; i++)
        used +=
            (size_t)snprintf(text + used, size - used, "%s%d", used ? " " : "", number_of(written, later[i]));
}

static void repeat_words(char *text, size_t size, const WrittenBars *written, int bar) {
    const StructureRepeat *repeat = &written->bar[bar].repeat;
    static const char *const WORDS[] = {[STRUCTURE_EXACT] = "repeats bar",
                                        [STRUCTURE_NEAR] = "nearly bar",
                                        [STRUCTURE_MOVED] = "bar",
                                        [STRUCTURE_NEAR_MOVED] = "nearly bar"};
    char number[16], of[48];
    text[0] = '\0';
    if (repeat->kind == STRUCTURE_NONE) {
        if (repeat->kin >= 0)
            snprintf(text, size, "rhythm%s of bar %d", repeat->contour ? " and contour" : "",
                     number_of(written, repeat->kin));
        return;
    }
    snprintf(number, sizeof number, "%d", number_of(written, repeat->of));
    reference_words(of, sizeof of, &(Reference){.bar = repeat->of, .interval = repeat->interval}, number);
    snprintf(text, size, "%s %s", WORDS[repeat->kind], of);
}

static bool is_silent(const WrittenBars *written, int bar) {
    for (int s = 0; s < written->bar[bar].steps; s++)
        if (written_bars_token(written, bar, s) != BAR_REST) return false;
    return true;
}

/* Bytes beyond the columns that a text takes: arrows have three. */
static int bytes_beside(const char *text) {
    int bytes = 0;
    for (; *text; text++) bytes += ((unsigned char)*text & 0xC0) == 0x80;
    return bytes;
}

/* Bars without notes are left out: there may be thousands of them. */
static void print_bars(const WrittenBars *written) {
    const bool measured = analysis_has(written->analysis, ANALYSIS_INFLUENCE);
    console_print(" bar  form    cost  taken  refers to                 in the notes%s",
                  measured ? "                  moves bars" : "");
    for (int t = 0; t < written->count; t++) {
        if (is_silent(written, t)) continue;
        const WrittenBar *bar = &written->bar[t];
        const char *form = bar->repeat.form;
        char refers[120], repeats[64], moves[64] = "";
        refers_words(refers, sizeof refers, written, t);
        repeat_words(repeats, sizeof repeats, written, t);
        if (measured) moves_words(moves, sizeof moves, written, t);
        /* Columns are filled up with blanks only where another one follows. */
        const int refers_width = repeats[0] || measured ? 24 : 0, repeats_width = measured ? 28 : 0;
        console_print("%4d  %-*s %6.1f   %4.2f  %-*s%s%-*s%s%s", bar->number, 5 + bytes_beside(form), form,
                      (double)bar->cost, (double)bar->taken, refers_width, refers, refers_width ? "  " : "",
                      repeats_width, repeats, measured ? "  " : "", moves);
    }
}

static void print_text(const Inspection *inspection) {
    const Timeline *timeline = inspection->score->timeline;
    Meter meter = inspection_meter(inspection);
    console_print("%s: %d bar%s of %d/%d, %.0f quarters a minute, key %s, read by %s", inspection->title,
                  inspection->written.count, inspection->written.count == 1 ? "" : "s", meter_beats(meter),
                  meter_unit(meter), timeline_bpm(timeline, 0), key_name(inspection_key(inspection)),
                  inspection->model_name);
    console_text("\n");
    print_bars(&inspection->written);
    console_text(
        "\ncost: nats that the bar's latent holds. taken: share of the bar taken from earlier ones.\n");
    if (analysis_has(inspection->analysis, ANALYSIS_INFLUENCE))
        console_print(
            "moves bars: later bars that change by %g or more when this bar's latent is taken away.",
            (double)REFERENCE_MIN);
}

/* --- the verb --- */

static bool print_json(const Inspection *inspection, Error *err) {
    char *text = inspection_json(inspection);
    if (!text) return error_memory(err, "the JSON text");
    console_text(text);
    console_text("\n");
    free(text);
    return true;
}

static bool save_figure(const Inspection *inspection, const char *path, Error *err) {
    char *svg = figure_svg(inspection);
    bool ok = svg ? headless_save(path, svg, strlen(svg), err) : error_memory(err, "the figure");
    free(svg);
    return ok;
}

static bool inspect(const Options *options, HeadlessModel *model, const Score *score, const BarSequence *bars,
                    Error *err) {
    Inspection inspection = {
        .title = headless_name(options->operand[0]),
        .model_name = model->name,
        .score = score,
        .bars = bars,
    };
    Progress progress = progress_begin("measuring", "bars", 0, bars->count);
    model->reader->headway = progress_headway(&progress);
    bool ok = inspection_make(&inspection, model->reader, options->influence || options->svg,
                              interrupt_flag(), err);
    model->reader->headway = (Headway){0};
    progress_end(&progress);
    if (ok && options->svg) ok = save_figure(&inspection, options->svg, err);
    if (ok && options->json)
        ok = print_json(&inspection, err);
    else if (ok)
        print_text(&inspection);
    inspection_deinit(&inspection);
    return ok;
}

int verb_inspect(const Options *options) {
    Error err = {0};
    Score score = {0};
    BarSequence bars = {0};
    HeadlessModel model = {0};
    const char *path = options->operand[0];
    const ScoreFileWish wish = headless_wish(options);
    if (!headless_one_result(options, &err)) return headless_usage(&err);
    bool ok = headless_open(&model, options, &err) && headless_read(&score, path, &wish, &err) &&
              headless_bars(&bars, &score, path, &err) && inspect(options, &model, &score, &bars, &err);
    headless_close(&model);
    bar_sequence_deinit(&bars);
    score_deinit(&score);
    return ok ? VERB_OK : headless_fail(&err);
}
