#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/verbs/figure_svg.h"
#include "app/verbs/headless.h"
#include "app/verbs/inspection.h"
#include "app/cli/interrupt.h"
#include "engine/base/file.h"
#include "engine/music/key.h"

/* --- text --- */

/* The bars that this one refers to, strongest first: "1 (0.97) 3 (0.06)". */
static void reference_words(char *text, size_t size, InspectionBar bar) {
    bool told[BAR_WINDOW] = {false};
    size_t used = 0;
    text[0] = '\0';
    for (int n = 0; n < 2 && used < size; n++) {
        int best = -1;
        for (int k = 0; k < bar.t; k++)
            if (!told[k] && (best < 0 || inspection_reference(bar, k) > inspection_reference(bar, best)))
                best = k;
        if (best < 0 || inspection_reference(bar, best) < ANALYSIS_REFERENCE_MIN) break;
        told[best] = true;
        used += (size_t)snprintf(text + used, size - used, "%s%d (%.2f)", n ? " " : "", bar.first + best + 1,
                                 (double)inspection_reference(bar, best));
    }
    if (used == 0) snprintf(text, size, "-");
}

/* The later bars that move when this bar's latent is taken away: "5 9 13". */
static void influence_words(char *text, size_t size, InspectionBar bar) {
    size_t used = 0;
    text[0] = '\0';
    for (int t = bar.t + 1; t < bar.analysis->count && used < size; t++) {
        InspectionBar later = {bar.analysis, bar.first, t};
        if (inspection_influence(later, bar.t) >= 0.1f)
            used += (size_t)snprintf(text + used, size - used, "%s%d", used ? " " : "", bar.first + t + 1);
    }
    if (used == 0) snprintf(text, size, "-");
}

static void repeat_words(char *text, size_t size, const StructureRepeat *repeat) {
    text[0] = '\0';
    if (repeat->kind == STRUCTURE_EXACT) snprintf(text, size, "repeats bar %d", repeat->of + 1);
    if (repeat->kind == STRUCTURE_NEAR) snprintf(text, size, "nearly bar %d", repeat->of + 1);
    if (repeat->kind == STRUCTURE_TRANSPOSED)
        snprintf(text, size, "bar %d moved by %+d", repeat->of + 1, repeat->interval);
}

static void print_text(const Inspection *inspection) {
    const Melody *melody = inspection->melody;
    printf("%s: %d bar%s of %d/%d, %.0f quarters a minute, key %s, read by %s\n\n", inspection->title,
           inspection->bars->count, inspection->bars->count == 1 ? "" : "s", melody_beats(melody),
           melody_unit(melody), melody_bpm(melody), key_name(key_detect(melody)), inspection->model_name);
    printf(" bar  form    cost  taken  refers to           in the notes       moves bars\n");
    for (int t = 0; t < inspection->bars->count; t++) {
        InspectionBar bar = inspection_bar(inspection, t);
        char references[64], repeat[40], moves[64];
        reference_words(references, sizeof references, bar);
        repeat_words(repeat, sizeof repeat, &inspection->repeat[t]);
        influence_words(moves, sizeof moves, bar);
        printf("%4d  %-5s %6.1f   %4.2f  %-18s  %-17s  %s\n", t + 1, inspection->repeat[t].form,
               (double)bar.analysis->kl[bar.t], (double)inspection_gate(bar), references, repeat, moves);
    }
    printf("\ncost: nats that the bar's latent holds. taken: share of the bar taken from earlier ones.\n"
           "moves bars: later bars that change by 0.1 or more when this bar's latent is taken away.\n");
}

/* --- the verb --- */

static bool print_json(const Inspection *inspection, Error *err) {
    char *text = inspection_json(inspection);
    if (!text) return error_memory(err, "the JSON text");
    puts(text);
    free(text);
    return true;
}

static bool save_figure(const Inspection *inspection, const char *path, Error *err) {
    char *svg = figure_svg(inspection);
    bool ok = svg ? file_save(path, svg, strlen(svg), err) : error_memory(err, "the figure");
    free(svg);
    return ok;
}

static bool inspect(const Options *options, HeadlessModel *model, const Melody *melody,
                    const BarSequence *bars, Error *err) {
    Inspection inspection = {
        .title = file_base(options->operand[0]),
        .model_name = model->name,
        .melody = melody,
        .bars = bars,
    };
    bool ok = inspection_make(&inspection, model->composer, interrupt_flag(), err);
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
    Melody melody = {0};
    BarSequence bars = {0};
    HeadlessModel model = {0};
    const char *path = options->operand[0];
    bool ok = headless_open(&model, options, &err) && headless_read(&melody, path, options->track, &err) &&
              headless_bars(&bars, &melody, path, &err) && inspect(options, &model, &melody, &bars, &err);
    headless_close(&model);
    bar_sequence_deinit(&bars);
    melody_deinit(&melody);
    return ok ? VERB_OK : headless_fail(&err);
}
