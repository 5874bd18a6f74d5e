/* Fuzz target: any bytes as a corpus file. What is accepted must hold what corpus.h promises. */
#include <stdlib.h>

#include "engine/learn/corpus.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool condition) {
    if (!condition) abort();
}

static void check_bar(const Bar *bar, bool *sounding, bool *has_onset) {
    const int steps = bar_steps(bar);
    check(steps >= 1);
    for (int s = 0; s < BAR_STEPS; s++) {
        const int token = bar->token[s];
        check(token < BAR_TOKENS && (token == BAR_PAD) == (s >= steps));
        check(token != BAR_HOLD || *sounding);
        check(token != BAR_TRIPLET || s % BAR_SLOT_STEPS == BAR_SLOT_STEPS - 1);
        if (token != BAR_PAD && token != BAR_TRIPLET) *sounding = token == BAR_HOLD || bar_is_onset(token);
        *has_onset |= bar_is_onset(token);
    }
}

static void check_tune(const Corpus *corpus, const CorpusTune *tune) {
    check(tune->steps >= 1 && tune->steps <= BAR_STEPS);
    check(tune->first >= 0 && tune->count > 0 && tune->first + tune->count <= corpus->bar_count);
    bool sounding = false, has_onset = false;
    for (int i = 0; i < tune->count; i++) {
        const Bar *bar = &corpus->bar[tune->first + i];
        check(bar_steps(bar) <= tune->steps);
        check_bar(bar, &sounding, &has_onset);
    }
    check(has_onset);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    Corpus corpus = {0};
    Error err = {""};
    if (corpus_parse(&corpus, "fuzz.tsv", data, size, &err))
        for (int i = 0; i < corpus.count; i++) check_tune(&corpus, &corpus.tune[i]);
    else
        check(corpus.count == 0 && corpus.bar_count == 0 && err.text[0]);
    corpus_deinit(&corpus);
    return 0;
}
