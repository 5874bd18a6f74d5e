#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "app/cli/console.h"
#include "app/cli/progress.h"
#include "app/verbs/corpus_files.h"
#include "app/verbs/headless.h"
#include "app/verbs/open_mpi.h"
#include "app/cli/interrupt.h"
#include "engine/base/clock.h"
#include "engine/base/file.h"
#include "engine/base/utf8.h"
#include "engine/nn/checkpoint.h"
#include "engine/nn/prior.h"
#include "engine/learn/train.h"
#include "engine/workspace.h"

#define SAVE_EVERY_S 300.0
#define SPEAK_EVERY_S 10.0 /* where stderr is no terminal */
#define FIT_EVERY_S 1.0
#define RATE_FROM 5e-4f /* a model that has learned forgets less at half the rate */

/* One training run: what it works on, and what its progress line is made of. */
typedef struct {
    const Options *options;
    Corpus corpus;
    Model *model;
    Train *train;
    TrainOptions plan;
    char *state_path; /* options->out with ".state": optimizer and step, for --resume */
    double started_s, spoken_s, saved_s, fitted_s;
    long fitted_step;  /* when the schedule was last fitted to the clock */
    double bar_passes; /* since the last line that stays */
    double exchange_s; /* open_mpi_seconds then */
    Progress progress;
} Run;

static double now_s(void) {
    return (double)clock_monotonic_us() * 1e-6;
}

/* --- the plan, which travels in the model's metadata so that resuming needs no options --- */

static long stored(const Model *model, const char *key, long otherwise) {
    const char *text = model_metadata(model, key);
    return text ? strtol(text, NULL, 10) : otherwise;
}

static bool store(Model *model, const char *key, long value, Error *err) {
    char text[24];
    snprintf(text, sizeof text, "%ld", value);
    return model_set_metadata(model, key, text, err);
}

static double stored_real(const Model *model, const char *key, double low, double high, double otherwise) {
    const char *text = model_metadata(model, key);
    const double value = text ? strtod(text, NULL) : low - 1;
    /* as floats: what was stored is one, and may have been rounded over the edge */
    return (float)value >= (float)low && (float)value <= (float)high ? value : otherwise;
}

static bool store_real(Model *model, const char *key, double value, Error *err) {
    char text[24];
    snprintf(text, sizeof text, "%.9g", value);
    return model_set_metadata(model, key, text, err);
}

static long at_most(long value, long limit) {
    return value < limit ? value : limit;
}

/* Short runs have shorter beginnings. */
static void shape(TrainOptions *plan) {
    plan->codec_steps = at_most(TRAIN_OPTIONS_DEFAULT.codec_steps, plan->steps / 8);
    plan->ramp_steps = at_most(TRAIN_OPTIONS_DEFAULT.ramp_steps, plan->steps / 5);
    plan->warmup_steps = at_most(TRAIN_OPTIONS_DEFAULT.warmup_steps, plan->steps / 10);
}

/* With --from the codec and the price of latents are learned already. */
static void descend_gently(TrainOptions *plan) {
    plan->codec_steps = plan->ramp_steps = 0;
    plan->rate = RATE_FROM;
}

static void recall_plan(Run *run) {
    const Options *o = run->options;
    TrainOptions *plan = &run->plan;
    if (!options_given(o, OPTION_SEED)) plan->seed = (uint64_t)stored(run->model, "seed", (long)plan->seed);
    if (!o->threads && ranks_count(&plan->ranks) == 1)
        plan->threads = (int)at_most(stored(run->model, "threads", plan->threads), TRAIN_THREADS_MAX);
    if (!o->steps && o->minutes <= 0) plan->steps = stored(run->model, "schedule_steps", plan->steps);
    plan->codec_steps = stored(run->model, "codec_steps", plan->codec_steps);
    plan->ramp_steps = stored(run->model, "ramp_steps", plan->ramp_steps);
    plan->warmup_steps = stored(run->model, "warmup_steps", plan->warmup_steps);
    if (plan->threads < 1) plan->threads = 1;
    plan->rate = (float)stored_real(run->model, "rate", TRAIN_RATE_MIN, TRAIN_RATE_MAX, (double)plan->rate);
    if (!options_given(o, OPTION_VARIETY)) plan->variety = stored_real(run->model, "variety", 0, 1, 0);
}

static void make_plan(Run *run) {
    const Options *o = run->options;
    TrainOptions *plan = &run->plan;
    const Ranks ranks = plan->ranks;
    const int workers = ranks_count(&ranks) > 1 ? (o->threads ? o->threads : 1) : headless_threads(o);
    *plan = TRAIN_OPTIONS_DEFAULT;
    plan->ranks = ranks;
    plan->seed = o->seed;
    plan->variety = o->variety;
    plan->threads = workers;
    if (o->steps) plan->steps = o->steps;
    /* How many steps fit into the minutes is known only on the way (fit_to_clock); this is for the beginnings. */
    if (o->minutes > 0) plan->steps = (long)(o->minutes * 60.0 * 3.0 * plan->threads) + 1;
    shape(plan);
    if (o->from) descend_gently(plan);
    if (o->resume) recall_plan(run);
    if (o->rate > 0) plan->rate = (float)o->rate;
    const int least = plan->threads * ranks_count(&ranks) * BAR_WINDOW;
    if (plan->rows < least) plan->rows = least;
}

/* File names may be any bytes, and a text may be cut anywhere; metadata is UTF-8. */
static bool set_words(Model *model, const char *key, const char *text, Error *err) {
    char words[600];
    utf8_clean(words, sizeof words, text, strlen(text));
    return model_set_metadata(model, key, words, err);
}

/* "lieder.train.tsv.gz, cre.train.tsv.gz: 2636 melodies, 94697 bars" */
static bool describe_corpus(Run *run, Error *err) {
    char text[600] = "";
    size_t used = 0;
    for (int i = 0; i < run->options->operand_count && used < sizeof text; i++)
        used += (size_t)snprintf(text + used, sizeof text - used, "%s%s", i ? ", " : "",
                                 file_base(run->options->operand[i]));
    if (used < sizeof text)
        snprintf(text + used, sizeof text - used, ": %d melodies, %d bars", run->corpus.count,
                 run->corpus.bar_count);
    return set_words(run->model, "corpus", text, err);
}

/* --note KEY=VALUE */
static bool add_notes(Run *run, Error *err) {
    for (int i = 0; i < run->options->note.count; i++) {
        const char *note = run->options->note.word[i], *equals = strchr(note, '=');
        char key[64];
        if (!equals || equals == note || (size_t)(equals - note) >= sizeof key)
            return error_set(err, "--note wants KEY=VALUE, not \"%s\".", note);
        memcpy(key, note, (size_t)(equals - note));
        key[equals - note] = '\0';
        if (!model_set_metadata(run->model, key, equals + 1, err)) return false;
    }
    return true;
}

static bool describe(Run *run, Error *err) {
    const TrainOptions *plan = &run->plan;
    return model_set_metadata(run->model, "made_by", "refrain " REFRAIN_VERSION, err) &&
           describe_corpus(run, err) &&
           store(run->model, "trained_steps", train_step_count(run->train), err) &&
           store(run->model, "schedule_steps", plan->steps, err) &&
           store(run->model, "seed", (long)plan->seed, err) &&
           store(run->model, "threads", plan->threads, err) &&
           store(run->model, "step_bars", plan->rows, err) &&
           store(run->model, "codec_steps", plan->codec_steps, err) &&
           store(run->model, "ramp_steps", plan->ramp_steps, err) &&
           store(run->model, "warmup_steps", plan->warmup_steps, err) &&
           store_real(run->model, "variety", plan->variety, err) &&
           store_real(run->model, "rate", (double)plan->rate, err);
}

/* --- the loop --- */

/* All ranks hold the same weights: the first one writes them. The state holds them too: a process that dies between the two goes on
 * from the state. */
static bool save(Run *run, Error *err) {
    run->saved_s = now_s();
    if (run->plan.ranks.rank > 0) return true;
    return describe(run, err) && train_save(run->train, run->state_path, err) &&
           checkpoint_save(run->model, run->options->out, err);
}

/* The model as it is before the first step holds the plan, so that --resume finds it whatever is lost afterwards, and shows in
 * time whether the place can be written to. A state that lies there belongs to another model. */
static bool save_plan(Run *run, Error *err) {
    if (ranks_count(&run->plan.ranks) > 1) return true; /* others may be looking whether the place is free */
    unlink(run->state_path);
    return describe(run, err) && checkpoint_save(run->model, run->options->out, err);
}

/* A model that has not taken a step needs no state to go on. */
static bool catch_up(Run *run, Error *err) {
    if (stored(run->model, "trained_steps", 1) == 0 && access(run->state_path, F_OK) != 0) return true;
    return train_resume(run->train, run->state_path, err);
}

/* Sets the schedule's length so that the learning rate has come down when the minutes are over. */
static void fit_to_clock(Run *run, double now) {
    const double left = run->options->minutes * 60.0 - (now - run->started_s), span = now - run->fitted_s;
    const long steps = train_step_count(run->train);
    const double steps_per_s = (double)(steps - run->fitted_step) / span;
    run->plan.steps = left > 0.0 ? steps + (long)(left * steps_per_s) + 1 : steps;
    train_set_steps(run->train, run->plan.steps);
    run->fitted_step = steps;
    run->fitted_s = now;
}

/* "step 20/24  412 bars/s  loss 31.345 (x 24.2  kl 5.2 ..)" */
static void describe_step(char *words, size_t size, const Run *run, const TrainReport *report, double span) {
    const LossParts *p = &report->parts;
    const double bars = p->bars;
    snprintf(words, size,
             "step %ld/%ld  %.0f bars/s  loss %.3f (x %.3f  kl %.1f  codec %.3f  transfer %.3f  reference "
             "%.3f)",
             report->step, run->plan.steps, run->bar_passes / span, report->total, p->reconstruction / bars,
             p->kl / bars, p->codec / bars, p->substitution / bars, p->reference / bars);
}

/* A line that stays: in a log now and then, and everywhere after the last step; on a terminal the bar between. */
static void speak(Run *run, const TrainReport *report, double now) {
    const double elapsed = now - run->started_s;
    const bool timed = run->options->minutes > 0, last = train_finished(run->train);
    char words[320];
    describe_step(words, sizeof words, run, report, now - run->spoken_s);
    if (ranks_count(&run->plan.ranks) > 1) {
        const size_t used = strlen(words);
        snprintf(words + used, sizeof words - used, "  exchange %.0f %%",
                 100 * (open_mpi_seconds() - run->exchange_s) / (now - run->spoken_s));
    }
    run->progress.whole = timed ? run->options->minutes * 60 : (double)run->plan.steps;
    progress_show(&run->progress, timed ? elapsed : (double)report->step, words);
    if (now - run->spoken_s < SPEAK_EVERY_S && !last) return;
    if (!console_is_quiet() && (!run->progress.lively || last)) console_say("%s", words);
    run->bar_passes = 0;
    run->exchange_s = open_mpi_seconds();
    run->spoken_s = now;
}

static bool step_until_done(Run *run, Error *err) {
    TrainReport report = {0};
    run->started_s = run->spoken_s = run->saved_s = run->fitted_s = now_s();
    run->fitted_step = train_step_count(run->train);
    run->progress =
        progress_begin("training", NULL, run->options->minutes > 0 ? 0 : (double)run->fitted_step, 0);
    while (!train_finished(run->train)) {
        if (interrupt_status()) train_stop(run->train);
        if (train_finished(run->train)) break;
        train_step(run->train, &report);
        run->bar_passes += (double)report.bar_passes;
        const double now = now_s();
        if (run->options->minutes > 0 && (now - run->fitted_s >= FIT_EVERY_S || train_finished(run->train)))
            fit_to_clock(run, now);
        speak(run, &report, now);
        if (now - run->saved_s >= SAVE_EVERY_S && !save(run, err)) return false;
    }
    progress_end(&run->progress);
    return save(run, err);
}

/* --- the verb --- */

/* Of what the other model says of itself, who it is and what is owed to its sources. */
static bool name_parent(Model *child, const Model *parent, const char *path, Error *err) {
    static const char *const KEYS[][2] = {{"licence", "begun_from_licence"},
                                          {"corpus_sources", "begun_from_sources"},
                                          {"prior_fit", "prior_fit"}};
    const char *name = model_metadata(parent, "name"), *steps = model_metadata(parent, "trained_steps");
    char words[200];
    snprintf(words, sizeof words, "%.150s, %.20s steps", name ? name : file_base(path), steps ? steps : "?");
    if (!set_words(child, "begun_from", words, err)) return false;
    for (size_t i = 0; i < sizeof KEYS / sizeof *KEYS; i++) {
        const char *value = model_metadata(parent, KEYS[i][0]);
        if (value && !model_set_metadata(child, KEYS[i][1], value, err)) return false;
    }
    return true;
}

/* --from: the weights of another model, which may know fewer tokens. */
static Model *descend(const char *path, Error *err) {
    Model *parent = workspace_load_model(path, err);
    Model *child = parent ? model_new(model_config(parent), 0, err) : NULL;
    Prior *prior = NULL;
    bool ok = child && name_parent(child, parent, path, err) && prior_copy(&prior, model_prior(parent), err);
    if (ok) model_set_prior(child, prior);
    if (ok) memcpy(model_block(child), model_block(parent), model_size(model_config(parent)) * sizeof(float));
    model_free(parent);
    if (ok) return child;
    model_free(child);
    return NULL;
}

static Model *begin(const Options *o, Error *err) {
    if (o->resume) return workspace_load_model(o->out, err);
    const ModelConfig config = workspace_config();
    return o->from ? descend(o->from, err) : model_new(&config, o->seed, err);
}

/* Of a model whose weights change now, nothing may stay that was measured on the old ones: eval --record's. The prior read
 * notes alone and stays. */
static void forget_old_weights(Model *model) {
    static const char *const KEYS[] = {"figures", "figures_on"};
    if (model_prior(model))
        console_say("the form and content models for new bars stay as they are; eval's figures are to be "
                    "measured anew");
    for (size_t i = 0; i < sizeof KEYS / sizeof *KEYS; i++) model_unset_metadata(model, KEYS[i]);
}

static bool prepare(Run *run, Error *err) {
    const Options *o = run->options;
    CorpusFilesReport report;
    if (!corpus_files_read(&run->corpus, o->operand, o->operand_count, CORPUS_FILES_MELODIES, &report, err))
        return false;
    corpus_files_say(&run->corpus, &report);
    run->model = begin(o, err);
    if (!run->model) return false;
    forget_old_weights(run->model);
    if (!workspace_check_model(run->model, err)) return false;
    if (workspace_window(run->model) < BAR_WINDOW)
        return error_set(err,
                         "The model sees %d bars at once, and training shows it %d: begin with another one.",
                         workspace_window(run->model), BAR_WINDOW);
    make_plan(run);
    if (!add_notes(run, err)) return false;
    run->train = train_new(run->model, &run->corpus, &run->plan, err);
    return run->train && (o->resume ? catch_up(run, err) : save_plan(run, err));
}

static bool check_place(const Run *run, Error *err) {
    const char *out = run->options->out;
    struct stat old; /* an empty file, as mktemp makes, holds nothing that could be lost */
    if (run->options->resume || stat(out, &old) != 0 || (S_ISREG(old.st_mode) && old.st_size == 0))
        return true;
    return error_set(err, "%s is there already: go on with --resume, or name another file.", out);
}

static bool train(Run *run, Error *err) {
    size_t size = strlen(run->options->out) + sizeof ".state";
    run->state_path = malloc(size);
    if (!run->state_path) return error_memory(err, "a path");
    snprintf(run->state_path, size, "%s.state", run->options->out);
    interrupt_catch();
    if (!open_mpi_join(&run->plan.ranks, err)) return false;
    if (run->plan.ranks.rank > 0) console_mute();
    if (run->options->resume && run->options->from)
        return error_set(err, "--resume goes on with %s itself: leave out --from.", run->options->out);
    if (!check_place(run, err) || !prepare(run, err)) return false;
    if (!step_until_done(run, err)) return false;
    const bool stopped = train_step_count(run->train) < run->plan.steps; /* here or by another rank */
    console_print("%s after %ld steps; %s", stopped ? "stopped" : "done", train_step_count(run->train),
                  stopped ? "--resume goes on from here" : run->options->out);
    return true;
}

int verb_train(const Options *options) {
    Error err = {0};
    Run run = {.options = options};
    if (!headless_has_place(options, &err)) return headless_usage(&err);
    bool ok = train(&run, &err);
    train_free(run.train);
    model_free(run.model);
    corpus_deinit(&run.corpus);
    free(run.state_path);
    if (ok) open_mpi_leave();
    if (!ok && !interrupt_status()) return headless_fail(&err);
    if (!ok) console_complain(err.text);
    return ok ? interrupt_status() : VERB_FAILED;
}
