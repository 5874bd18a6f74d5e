#include "tests/support/tiny_reader.h"

#include <stdlib.h>

#include "tests/support/check.h"
#include "tests/support/random_music.h"
#include "tests/support/tiny_model.h"
#include "tests/support/tiny_prior.h"

TinyReader *tiny_reader_new(int bars, unsigned seed, const Corpus *corpus) {
    TinyReader *tiny = calloc(1, sizeof *tiny);
    assert_non_null(tiny);
    tiny->model = tiny_model(bars, seed);
    rng_seed(&tiny->rng, 5);
    if (corpus) model_set_prior(tiny->model, tiny_prior(corpus, 30, 2));
    tiny->reader = reader_new(tiny->model, &tiny->err);
    assert_non_null(tiny->reader);
    return tiny;
}

int tiny_reader_tear_down(void **state) {
    TinyReader *tiny = *state;
    reader_free(tiny->reader);
    model_free(tiny->model);
    free(tiny);
    return 0;
}

BarSequence tiny_reader_piece(TinyReader *tiny, int count, int steps) {
    BarSequence bars = {0};
    random_bars(&bars, &tiny->rng, count, steps, 0.4);
    return bars;
}
