#include <stdio.h>

#include "app/cli/console.h"
#include "app/cli/progress.h"
#include "app/verbs/corpus_files.h"
#include "app/verbs/headless.h"
#include "app/cli/interrupt.h"
#include "engine/nn/checkpoint.h"
#include "engine/learn/prior_fit.h"

enum { SPEAK_EVERY = 200 };

/* nats: of the content model's last steps, a bar. */
static bool take_steps(PriorFit *fit, double *nats, Error *err) {
    PriorFitReport report = {0};
    Progress progress = progress_begin("learning", "steps", 0, 0);
    char words[80] = "";
    double sum = 0;
    long since = 0;
    bool content = false;
    while (!prior_fit_finished(fit) && !interrupt_status()) {
        prior_fit_step(fit, &report);
        if (report.content != content) sum = since = 0, content = report.content;
        sum += report.nats;
        progress.whole = (double)report.steps;
        progress_show(&progress, (double)report.step, words);
        if (++since < SPEAK_EVERY && !prior_fit_finished(fit)) continue;
        *nats = sum / (double)since;
        sum = since = 0;
        snprintf(words, sizeof words, "step %ld/%ld  %s %.2f nats a bar", report.step, report.steps,
                 content ? "content" : "form", *nats);
        if (!console_is_quiet() && (!progress.lively || prior_fit_finished(fit))) console_say("%s", words);
    }
    progress_end(&progress);
    return !interrupt_status() || error_set(err, "cancelled");
}

static bool describe(Model *model, const PriorFitOptions *plan, const Corpus *corpus, double nats,
                     Error *err) {
    char text[160];
    snprintf(text, sizeof text,
             "form and content models, seed %llu, %d melodies, %d bars, content %.2f nats a bar",
             (unsigned long long)plan->seed, corpus->count, corpus->bar_count, nats);
    return model_set_metadata(model, "prior_fit", text, err);
}

static bool fit_prior(const Options *options, Model *model, const Corpus *corpus, Error *err) {
    PriorFitOptions plan = PRIOR_FIT_OPTIONS_DEFAULT;
    plan.seed = options->seed;
    plan.steps = options->steps;
    double nats = 0;
    PriorFit *fit = prior_fit_new(corpus, &plan, err);
    const bool done = fit && take_steps(fit, &nats, err) && describe(model, &plan, corpus, nats, err);
    if (done) model_set_prior(model, prior_fit_take(fit));
    prior_fit_free(fit);
    return done;
}

int verb_train_prior(const Options *options) {
    Error err = {0};
    Corpus corpus = {0};
    HeadlessModel model = {0};
    CorpusFilesReport report;
    const char *out = options->out ? options->out : options->model;
    if (!headless_has_place(options, &err)) return headless_usage(&err);
    bool ok = headless_open(&model, options, &err) &&
              corpus_files_read(&corpus, options->operand, options->operand_count, CORPUS_FILES_MELODIES,
                                &report, &err);
    interrupt_catch();
    if (ok) corpus_files_say(&corpus, &report);
    ok = ok && fit_prior(options, model.model, &corpus, &err) && checkpoint_save(model.model, out, &err);
    if (ok) console_print("done; %s", out);
    headless_close(&model);
    corpus_deinit(&corpus);
    return ok ? VERB_OK : headless_fail(&err);
}
