/* Fuzz target: any bytes as a corpus file. What is accepted must hold what corpus.h promises. */
#include <stdlib.h>

#include "engine/learn/corpus.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool condition) {
    if (!condition) abort();
}

static void check_tune(const Corpus *corpus, const CorpusTune *tune) {
    check(tune->steps == 16 || tune->steps == 12);
    check(tune->first >= 0 && tune->count > 0 && tune->first + tune->count <= corpus->bar_count);
    bool sounding = false, has_onset = false;
    for (int i = 0; i < tune->count * BAR_STEPS; i++) {
        int token = corpus->bar[tune->first + i / BAR_STEPS].token[i % BAR_STEPS];
        check(token < BAR_TOKENS && (token == BAR_PAD) == (i % BAR_STEPS >= tune->steps));
        check(token != BAR_HOLD || sounding);
        if (token != BAR_PAD) sounding = token == BAR_HOLD || bar_is_onset(token);
        has_onset |= bar_is_onset(token);
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
