
#include "app/cli/console.h"
#include "app/verbs/corpus_files.h"
#include "app/verbs/headless.h"
#include "app/cli/interrupt.h"
#include "engine/measure/statistics.h"

static void print_statistics(const char *of, const Statistics *s) {
    console_print("%-12s %8ld  %18.3f  %17.3f  %18.3f  %17.3f", of, s->bars,
                  statistics_pitch_class_entropy(s), statistics_onset_density(s), statistics_repeated_bars(s),
                  statistics_scale_consistency(s));
}

/* One sampling run: what is asked for, and what came of it. */
typedef struct {
    const Options *options;
    HeadlessModel model;
    Score like; /* whose tempo and meter the new bars have */
    BarSequence prime, out;
    Corpus corpus;
} Sampling;

enum { DRAWN_BARS = 512 }; /* new bars that the figures of a prior are measured on, at least */

static bool draw(Sampling *s, BarSequence *out, uint64_t seed, bool standard, Error *err) {
    const ComposeDrawing drawing = {(float)s->options->temperature, seed, standard};
    return compose_continue(s->model.reader, out, &s->prime, s->options->count, drawing, interrupt_flag(),
                            err);
}

/* More melodies like the one that was asked for, from the seeds after its own. */
static bool measure_prior(Sampling *s, Statistics *statistics, bool standard, Error *err) {
    BarSequence out = {0};
    bool drawn = true;
    for (uint64_t i = 1; drawn && statistics->bars < DRAWN_BARS; i++) {
        drawn = draw(s, &out, s->options->seed + i, standard, err);
        if (drawn) statistics_add(statistics, out.bar, out.count, out.steps, s->prime.count);
    }
    bar_sequence_deinit(&out);
    return drawn;
}

/* The corpus in pieces as long as the sample: what repeats and how many notes occur depends on length. */
static void measure_corpus(const Sampling *s, Statistics *statistics) {
    const int length = s->out.count, from = s->prime.count;
    for (int i = 0; i < s->corpus.count; i++) {
        const CorpusTune *tune = &s->corpus.tune[i];
        if (tune->steps != s->out.steps) continue;
        for (int begin = 0; begin + length <= tune->count; begin += length)
            statistics_add(statistics, s->corpus.bar + tune->first + begin, length, tune->steps, from);
    }
}

static bool print_table(Sampling *s, Error *err) {
    Statistics sample = {0}, prime = {0}, fitted = {0}, standard = {0}, corpus = {0};
    console_print("%-12s %8s  %18s  %17s  %18s  %17s", "", "bars", "pitch class (bits)", "onsets a quarter",
                  "repeated bars", "in one scale");
    statistics_add(&sample, s->out.bar, s->out.count, s->out.steps, s->prime.count);
    print_statistics("sample", &sample);
    if (s->prime.count > 0) {
        statistics_add(&prime, s->prime.bar, s->prime.count, s->prime.steps, 0);
        print_statistics("prime", &prime);
    }
    if (s->corpus.count == 0) return true;
    if (model_prior(s->model.model)) {
        if (!measure_prior(s, &fitted, false, err)) return false;
        print_statistics("fitted prior", &fitted);
    }
    if (!measure_prior(s, &standard, true, err)) return false;
    print_statistics("N(0, 1)", &standard);
    measure_corpus(s, &corpus);
    print_statistics("corpus", &corpus);
    return true;
}

static bool read_corpus(const Options *options, Corpus *corpus, Error *err) {
    CorpusFilesReport report;
    if (options->corpus.count == 0) return true;
    if (!corpus_files_read(corpus, options->corpus.word, options->corpus.count, CORPUS_FILES_MELODIES,
                           &report, err))
        return false;
    corpus_files_say(corpus, &report);
    return true;
}

static bool run(Sampling *s, Error *err) {
    const Options *options = s->options;
    if (!headless_open(&s->model, options, err)) return false;
    if (options->prime && !(headless_read(&s->like, options->prime, options->track, err) &&
                            headless_bars(&s->prime, &s->like, options->prime, err)))
        return false;
    if (!read_corpus(options, &s->corpus, err)) return false;
    if (!model_prior(s->model.model))
        console_say("%s has no fitted prior: drawing from N(0, 1); refrain train-prior fits one",
                    s->model.name);
    return draw(s, &s->out, options->seed, false, err) &&
           headless_write(&s->out, &s->like, "sample", options->out, err) && print_table(s, err);
}

int verb_sample(const Options *options) {
    Error err = {0};
    Sampling sampling = {.options = options, .prime = {.steps = BAR_STEPS}};
    bool ok = run(&sampling, &err);
    headless_close(&sampling.model);
    corpus_deinit(&sampling.corpus);
    bar_sequence_deinit(&sampling.prime);
    bar_sequence_deinit(&sampling.out);
    score_deinit(&sampling.like);
    return ok ? VERB_OK : headless_fail(&err);
}
