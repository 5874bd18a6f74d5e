#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/cli/console.h"
#include "app/cli/progress.h"
#include "app/verbs/corpus_files.h"
#include "app/verbs/headless.h"
#include "app/verbs/sample_test.h"
#include "app/cli/interrupt.h"
#include "engine/base/file.h"
#include "engine/measure/statistics.h"
#include "engine/music/grouping.h"

enum {
    BARS_DEFAULT = 16,
    DRAWN_BARS = 512, /* new bars that the statistics are measured on, at least */
};

/* One sampling run: what is asked for, and what came of it. */
typedef struct {
    const Options *options;
    PieceOutline wish;
    float temperature;
    HeadlessModel model;
    Score like; /* whose tempo and meter the new bars have */
    BarSequence prime, out;
    Corpus corpus;
} Sampling;

/* ---- what is asked for ---- */

static bool read_level(int *level, const char *text, const char *option, Error *err) {
    static const struct {
        const char *word;
        int level;
    } LEVEL[] = {{"low", 2}, {"mid", 4}, {"high", 7}};
    for (size_t i = 0; text && i < sizeof LEVEL / sizeof *LEVEL; i++)
        if (strcmp(text, LEVEL[i].word) == 0) *level = LEVEL[i].level;
    return !text || *level > 0 || error_set(err, "--%s is low, mid or high, not \"%s\".", option, text);
}

static bool read_meter(Sampling *s, const char *text, Error *err) {
    int beats = 4, unit = 4, used = 0;
    if (text &&
        (sscanf(text, "%3d/%3d%n", &beats, &unit, &used) != 2 || text[used] || !meter_is_valid(beats, unit)))
        return error_set(err, "--meter wants a meter such as 3/4, not \"%s\".", text);
    const Meter meter = {(uint8_t)beats, (uint16_t)unit};
    if (!score_set_meter(&s->like, meter, err)) return false;
    s->wish.steps = s->prime.steps = grouping_bar(s->like.timeline, 0).steps;
    s->wish.compound = s->wish.steps == 12 && meter_is_compound(meter);
    const bool even = grouping_bar(s->like.timeline, 1).steps == s->wish.steps;
    return (even && (s->wish.steps == 16 || s->wish.steps == 12)) ||
           error_set(err, "New bars cannot be drawn in %s: choose 4/4, 2/4, 3/4, 6/8 or 12/8.", text);
}

static bool read_wish(Sampling *s, Error *err) {
    const Options *o = s->options;
    PieceHeader *header = &s->wish.header;
    if (o->style && !piece_style_parse(&header->style, o->style))
        return error_set(err, "--style is song, hymn, standard or dance, not \"%s\".", o->style);
    if (o->key && !key_parse(&header->key, o->key))
        return error_set(err, "--key wants a key such as C, F#m or Bb, not \"%s\".", o->key);
    if (o->prime && (o->style || o->meter || o->density || o->height))
        return error_set(err,
                         "A melody that is gone on from says its own meter, density and register: leave out "
                         "--style, --meter, --density and --register beside --prime.");
    if (!o->out && o->corpus.count == 0)
        return error_set(
            err, "sample wants -o FILE, or --corpus FILE... to compare with; see refrain help sample.");
    if (o->pieces && (!o->out || console_is_stream(o->out)))
        return error_set(err, "--count wants -o FOLDER to write the pieces into.");
    return read_level(&header->density, o->density, "density", err) &&
           read_level(&header->height, o->height, "register", err) && read_meter(s, o->meter, err);
}

/* ---- drawing and writing ---- */

static bool draw(Sampling *s, BarSequence *out, uint64_t seed, Error *err) {
    const ComposeDrawing drawing = {
        .temperature = s->temperature, .seed = seed, .opens = s->options->open, .like = s->wish};
    const int bars = s->options->count ? s->options->count : BARS_DEFAULT;
    return compose_continue(s->model.reader, out, &s->prime, bars, drawing, interrupt_flag(), err);
}

/* The next pieces go into the folder; s->out is the first one then. */
static bool write_pieces(Sampling *s, Error *err) {
    BarSequence bars = {0};
    bool ok = headless_make_folder(s->options->out, err);
    Progress progress = progress_begin("drawing", "melodies", 0, s->options->pieces);
    for (int i = 0; ok && i < s->options->pieces; i++) {
        progress_show(&progress, i, NULL);
        char name[16];
        snprintf(name, sizeof name, "%03d%s", i + 1, format_ending(s->options->format));
        char *path = file_join(s->options->out, name);
        ok = path ? draw(s, &bars, s->options->seed + (uint64_t)i, err) &&
                        headless_write(s->options, &bars, &s->like, "sample", path, err)
                  : error_memory(err, "a path");
        if (ok) console_print("%s", path);
        free(path);
    }
    progress_end(&progress);
    bar_sequence_deinit(&bars);
    return ok;
}

static bool write_out(Sampling *s, Error *err) {
    if (!s->options->out) return true;
    return s->options->pieces ? write_pieces(s, err)
                              : headless_write(s->options, &s->out, &s->like, "sample", s->options->out, err);
}

/* ---- statistics ---- */

static void print_statistics(const char *of, const Statistics *s) {
    console_print("%-12s %8ld  %18.3f  %17.3f  %18.3f  %17.3f", of, s->bars,
                  statistics_pitch_class_entropy(s), statistics_onset_density(s), statistics_repeated_bars(s),
                  statistics_scale_consistency(s));
}

/* More melodies like the one that was asked for, from the seeds after its own. */
static bool measure_draws(Sampling *s, Statistics *statistics, Error *err) {
    BarSequence out = {0};
    bool drawn = true;
    Progress progress = progress_begin("drawing", "bars", 0, DRAWN_BARS);
    for (uint64_t i = 1; drawn && statistics->bars < DRAWN_BARS; i++) {
        progress_show(&progress, (double)statistics->bars, NULL);
        drawn = draw(s, &out, s->options->seed + i, err);
        if (drawn) statistics_add(statistics, out.bar, out.count, out.steps, s->prime.count);
    }
    progress_end(&progress);
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
    Statistics sample = {0}, prime = {0}, drawn = {0}, corpus = {0};
    console_print("%-12s %8s  %18s  %17s  %18s  %17s", "", "bars", "pitch class (bits)", "onsets a quarter",
                  "repeated bars", "in one scale");
    statistics_add(&sample, s->out.bar, s->out.count, s->out.steps, s->prime.count);
    print_statistics("sample", &sample);
    if (s->prime.count > 0) {
        statistics_add(&prime, s->prime.bar, s->prime.count, s->prime.steps, 0);
        print_statistics("prime", &prime);
    }
    if (s->corpus.count == 0) return true;
    if (!measure_draws(s, &drawn, err)) return false;
    print_statistics("drawn", &drawn);
    measure_corpus(s, &corpus);
    print_statistics("corpus", &corpus);
    return true;
}

static bool print_test(Sampling *s, Error *err) {
    SampleTest test;
    if (s->corpus.count == 0 || !model_prior(s->model.model)) return true;
    Progress progress = progress_begin("comparing", NULL, 0, 0);
    const Headway headway = progress_headway(&progress);
    Drawer *drawer = drawer_new(model_prior(s->model.model), err);
    const bool tested = drawer && sample_test_run(&test, drawer, &s->corpus, &s->wish, s->temperature,
                                                  s->options->seed, interrupt_flag(), &headway, err);
    progress_end(&progress);
    drawer_free(drawer);
    if (!tested) return false;
    if (test.windows == 0) {
        console_say("the corpus has too few melodies of %d bars in this meter to test draws against",
                    BARS_DEFAULT);
        return true;
    }
    console_print("told apart (0.5 not at all, 1 always), by %d windows of 16 bars each", test.windows);
    console_print("drawn from corpus   %.3f", test.drawn);
    console_print("corpus from corpus  %.3f", test.corpus);
    console_print("most by itself      %.3f  %s", test.most_alone, test.most);
    return true;
}

/* ---- the verb ---- */

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
    const ScoreFileWish wish = headless_wish(options);
    if (!headless_open(&s->model, options, err)) return false;
    if (options->prime && !(headless_read(&s->like, options->prime, &wish, err) &&
                            headless_bars(&s->prime, &s->like, options->prime, err)))
        return false;
    if (!read_corpus(options, &s->corpus, err)) return false;
    interrupt_catch();
    if (!model_prior(s->model.model))
        console_say("%s has no fitted prior: drawing from N(0, 1); refrain train-prior fits one",
                    s->model.name);
    return draw(s, &s->out, options->seed, err) && write_out(s, err) && print_table(s, err) &&
           print_test(s, err);
}

int verb_sample(const Options *options) {
    Error err = {0};
    Sampling s = {.options = options, .temperature = DRAWER_TEMPERATURE};
    if (!read_wish(&s, &err)) {
        score_deinit(&s.like);
        return headless_usage(&err);
    }
    if (options_given(options, OPTION_TEMPERATURE)) s.temperature = (float)options->temperature;
    bool ok = run(&s, &err);
    headless_close(&s.model);
    corpus_deinit(&s.corpus);
    bar_sequence_deinit(&s.prime);
    bar_sequence_deinit(&s.out);
    score_deinit(&s.like);
    return ok ? VERB_OK : headless_fail(&err);
}
