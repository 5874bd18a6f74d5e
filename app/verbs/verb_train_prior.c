#include <stdio.h>
#include <unistd.h>

#include "app/cli/console.h"
#include "app/verbs/corpus_files.h"
#include "app/verbs/headless.h"
#include "app/cli/interrupt.h"
#include "engine/nn/checkpoint.h"
#include "engine/learn/prior_fit.h"

enum { SPEAK_EVERY = 200 };

static bool take_steps(PriorFit *fit, const PriorFitOptions *plan, double *gain, Error *err) {
    double sum = 0;
    for (long step = 1; !prior_fit_finished(fit); step++) {
        double now;
        if (!prior_fit_step(fit, &now, interrupt_flag(), err)) return false;
        sum += now;
        const long since = (step - 1) % SPEAK_EVERY + 1;
        if (since < SPEAK_EVERY && step < plan->steps) continue;
        *gain = sum / (double)since;
        sum = 0;
        console_progress(step == plan->steps, "step %ld/%ld  %.2f nats a bar learned", step, plan->steps,
                         *gain);
        if (interrupt_status()) return error_set(err, "cancelled");
    }
    return true;
}

static bool describe(Model *model, const PriorFitOptions *plan, const Corpus *corpus, double gain,
                     Error *err) {
    char text[120];
    snprintf(text, sizeof text, "%ld steps, seed %llu, %d melodies, %d bars, %.2f nats a bar learned",
             plan->steps, (unsigned long long)plan->seed, corpus->count, corpus->bar_count, gain);
    return model_set_metadata(model, "prior_fit", text, err);
}

static bool fit_prior(const Options *options, Model *model, const Corpus *corpus, Error *err) {
    PriorFitOptions plan = PRIOR_FIT_OPTIONS_DEFAULT;
    plan.seed = options->seed;
    if (options->steps) plan.steps = options->steps;
    double gain = 0;
    PriorFit *fit = prior_fit_new(model, corpus, &plan, err);
    bool done = fit && take_steps(fit, &plan, &gain, err) && describe(model, &plan, corpus, gain, err);
    Prior *prior = done ? prior_fit_take(fit, err) : NULL;
    if (prior) model_set_prior(model, prior);
    prior_fit_free(fit);
    return prior != NULL;
}

int verb_train_prior(const Options *options) {
    Error err = {0};
    Corpus corpus = {0};
    HeadlessModel model = {0};
    CorpusFilesReport report;
    const char *out = options->out ? options->out : options->model;
    bool ok = headless_open(&model, options, &err) &&
              corpus_files_read(&corpus, options->operand, options->operand_count, CORPUS_FILES_MELODIES,
                                &report, &err);
    if (ok) corpus_files_say(&corpus, &report);
    ok = ok && fit_prior(options, model.model, &corpus, &err) && checkpoint_save(model.model, out, &err);
    if (ok) console_print("done; %s", out);
    headless_close(&model);
    corpus_deinit(&corpus);
    return ok ? VERB_OK : headless_fail(&err);
}
