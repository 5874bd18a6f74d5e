#include <stdio.h>

#include "app/corpus_files.h"
#include "app/headless.h"
#include "app/interrupt.h"
#include "engine/statistics.h"

static void print_statistics(const char *of, const Statistics *s) {
    printf("%-10s %8ld  %18.3f  %17.3f  %18.3f  %17.3f\n", of, s->bars, statistics_pitch_class_entropy(s),
           statistics_onset_density(s), statistics_repeated_bars(s), statistics_scale_consistency(s));
}

static void print_table(const BarSequence *out, const BarSequence *prime, const Corpus *corpus) {
    Statistics sample = {0}, before = {0}, all = {0};
    statistics_add(&sample, out->bar, out->count, out->steps, prime->count);
    printf("%-10s %8s  %18s  %17s  %18s  %17s\n", "", "bars", "pitch class (bits)", "onsets a quarter",
           "repeated bars", "in one scale");
    print_statistics("sample", &sample);
    if (prime->count > 0) {
        statistics_add(&before, prime->bar, prime->count, prime->steps, 0);
        print_statistics("prime", &before);
    }
    for (int i = 0; i < corpus->count; i++) {
        const CorpusTune *tune = &corpus->tune[i];
        if (tune->steps == out->steps)
            statistics_add(&all, corpus->bar + tune->first, tune->count, tune->steps, 0);
    }
    if (corpus->count > 0) print_statistics("corpus", &all);
}

static bool read_corpus(const Options *options, Corpus *corpus, Error *err) {
    CorpusFilesReport report;
    if (options->corpus.count == 0) return true;
    if (!corpus_files_read(corpus, options->corpus.word, options->corpus.count, &report, err)) return false;
    corpus_files_say(corpus, &report);
    return true;
}

int verb_sample(const Options *options) {
    Error err = {0};
    Melody like = {0};
    BarSequence prime = {.steps = BAR_STEPS}, out = {0};
    Corpus corpus = {0};
    HeadlessModel model = {0};
    melody_init(&like);
    bool ok = true;
    if (options->prime)
        ok = headless_read(&like, options->prime, options->track, &err) &&
             headless_bars(&prime, &like, options->prime, &err);
    ok = ok && read_corpus(options, &corpus, &err) && headless_open(&model, options, &err) &&
         compose_continue(model.composer, &out, &prime, options->count, (float)options->temperature,
                          options->seed, interrupt_flag(), &err) &&
         headless_write(&out, &like, "sample", options->out, &err);
    if (ok) print_table(&out, &prime, &corpus);
    headless_close(&model);
    corpus_deinit(&corpus);
    bar_sequence_deinit(&prime);
    bar_sequence_deinit(&out);
    melody_deinit(&like);
    return ok ? VERB_OK : headless_fail(&err);
}
