#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/cli/console.h"
#include "app/cli/progress.h"
#include "app/verbs/corpus_files.h"
#include "app/verbs/evaluation.h"
#include "app/verbs/headless.h"
#include "app/cli/interrupt.h"
#include "engine/base/file.h"
#include "engine/learn/variety.h"
#include "engine/nn/checkpoint.h"

static bool measure(const Options *options, const Model *model, const Corpus *corpus, Figures *figures,
                    Error *err) {
    Progress progress = progress_begin("measuring", NULL, 0, 0);
    FiguresOptions wishes = {
        .threads = headless_threads(options),
        .seed = options->seed,
        .knockout = !options->quick,
        .influence = !options->quick,
        .lengths = !options->quick,
        .cancel = interrupt_flag(),
        .headway = progress_headway(&progress),
    };
    const bool measured = figures_measure(figures, model, corpus, &wishes, err);
    progress_end(&progress);
    return measured;
}

static bool print_json(const Evaluation *evaluation, Error *err) {
    char *text = evaluation_json(evaluation);
    if (!text) return error_memory(err, "the JSON text");
    console_text(text);
    console_text("\n");
    free(text);
    return true;
}

static bool save_plot(const Evaluation *evaluation, const char *path, Error *err) {
    char *svg = evaluation_svg(evaluation);
    bool ok = svg ? headless_save(path, svg, strlen(svg), err) : error_memory(err, "the plot");
    free(svg);
    return ok;
}

/* Writes the figures into the model file that they speak of. */
static bool record(const Evaluation *evaluation, Model *model, const char *path, Error *err) {
    char *text = evaluation_json_all(evaluation);
    bool ok = text ? model_set_metadata(model, "figures", text, err) &&
                         model_set_metadata(model, "figures_on", evaluation->corpus, err) &&
                         checkpoint_save(model, path, err)
                   : error_memory(err, "the figures");
    free(text);
    return ok;
}

/* "a.tsv, b.tsv", or "a.mid and 16 more". */
static void name_corpus(char *name, size_t size, const Options *options) {
    const char *const *path = options->operand;
    int count = options->operand_count;
    size_t used = (size_t)snprintf(name, size, "%s", file_base(path[0]));
    if (count > 5 && used < size) snprintf(name + used, size - used, " and %d more", count - 1);
    for (int i = 1; i < count && count <= 5 && used < size; i++)
        used += (size_t)snprintf(name + used, size - used, ", %s", file_base(path[i]));
}

static bool evaluate(const Options *options, Corpus *corpus, HeadlessModel *model, Figures *figures,
                     Error *err) {
    CorpusFilesReport report;
    char name[300];
    if (!headless_open(model, options, err) ||
        !corpus_files_read(corpus, options->operand, options->operand_count,
                           options->tracks ? CORPUS_FILES_TRACKS : CORPUS_FILES_MELODIES, &report, err))
        return false;
    interrupt_catch();
    corpus_files_say(corpus, &report);
    if (options_given(options, OPTION_VARIETY_SEED)) variety_corpus(corpus, options->variety_seed);
    if (!measure(options, model->model, corpus, figures, err)) return false;
    name_corpus(name, sizeof name, options);
    Evaluation evaluation = {figures, model->name, name,
                             report.line_notes > 0 ? (double)report.kept_notes / (double)report.line_notes
                                                   : (double)NAN};
    if (options->svg && !save_plot(&evaluation, options->svg, err)) return false;
    if (options->record && !record(&evaluation, model->model, options->model, err)) return false;
    if (options->json) return print_json(&evaluation, err);
    evaluation_print(console_results(), &evaluation);
    return true;
}

int verb_eval(const Options *options) {
    Error err = {0};
    if (!headless_one_result(options, &err)) return headless_usage(&err);
    if (options->record && !options_given(options, OPTION_MODEL)) {
        error_set(&err, "--record writes into the model file, which has to be named with --model FILE.");
        return headless_usage(&err);
    }
    Corpus corpus = {0};
    HeadlessModel model = {0};
    Figures *figures = calloc(1, sizeof *figures);
    bool ok = figures ? evaluate(options, &corpus, &model, figures, &err) : error_memory(&err, "the figures");
    free(figures);
    headless_close(&model);
    corpus_deinit(&corpus);
    return ok ? VERB_OK : headless_fail(&err);
}
