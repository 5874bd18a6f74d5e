#include "app/verbs/sample_test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/measure/two_sample.h"

enum {
    BARS = TWO_SAMPLE_BARS,
    FEATURES = TWO_SAMPLE_FEATURES,
    LONGEST = 80, /* bars of a drawn piece */
    LEAST = 10,   /* windows that a test can be made with */
};

typedef struct {
    double (*drawn)[FEATURES], (*half[2])[FEATURES]; /* owned */
    const Bar **window;                              /* of the corpus; owned */
    int windows, room;
} Sets;

static bool suits(const CorpusTune *tune, const PieceOutline *wish) {
    return tune->steps == wish->steps && (tune->steps != 12 || (tune->meter_unit == 8) == wish->compound);
}

static void list_windows(Sets *sets, const Corpus *corpus, const PieceOutline *wish, Rng *rng) {
    for (int i = 0; i < corpus->count; i++) {
        const CorpusTune *tune = &corpus->tune[i];
        for (int t = 0; suits(tune, wish) && t + BARS <= tune->count; t += BARS)
            sets->window[sets->windows++] = corpus->bar + tune->first + t;
    }
    for (int i = sets->windows - 1; i > 0; i--) {
        const int j = rng_below(rng, i + 1);
        const Bar *kept = sets->window[i];
        sets->window[i] = sets->window[j];
        sets->window[j] = kept;
    }
}

static bool open_sets(Sets *sets, const Corpus *corpus, const PieceOutline *wish, Rng *rng, Error *err) {
    sets->window = calloc((size_t)(corpus->bar_count / BARS) + 1, sizeof *sets->window);
    if (!sets->window) return error_memory(err, "the test");
    list_windows(sets, corpus, wish, rng);
    sets->room = sets->windows / 2 < SAMPLE_TEST_WINDOWS ? sets->windows / 2 : SAMPLE_TEST_WINDOWS;
    const size_t room = (size_t)sets->room + 1;
    sets->drawn = calloc(room, sizeof *sets->drawn);
    for (int h = 0; h < 2; h++) sets->half[h] = calloc(room, sizeof *sets->half[h]);
    if (!sets->drawn || !sets->half[0] || !sets->half[1]) return error_memory(err, "the test");
    for (int i = 0; i < 2 * sets->room; i++)
        two_sample_describe(sets->half[i % 2][i / 2], sets->window[i], wish->steps);
    return true;
}

static void close_sets(Sets *sets) {
    free(sets->window);
    free(sets->drawn);
    for (int h = 0; h < 2; h++) free(sets->half[h]);
}

static int describe_piece(Sets *sets, const Piece *piece, int count) {
    Bar window[BARS];
    for (int t = 0; t + BARS <= piece->count && count < sets->room; t += BARS) {
        for (int i = 0; i < BARS; i++) piece_read_bar(piece, t + i, &window[i]);
        two_sample_describe(sets->drawn[count++], window, piece->steps);
    }
    return count;
}

static bool draw_sets(Sets *sets, Drawer *drawer, const PieceOutline *wish, float temperature, Rng *rng,
                      const atomic_bool *cancel, const Headway *headway, Error *err) {
    for (int count = 0; count < sets->room;) {
        headway_tell(headway, (double)count / sets->room);
        PieceOutline outline = drawer_outline(drawer, wish, rng);
        outline.bars = outline.bars < BARS ? BARS : outline.bars > LONGEST ? LONGEST : outline.bars;
        const DrawerTask task = {.bars = outline.bars,
                                 .plans_end = true,
                                 .closes = true,
                                 .may_rest = true,
                                 .temperature = temperature};
        Piece piece;
        if (!piece_init(&piece, outline.steps, outline.bars, err)) return false;
        piece_begin(&piece, &outline);
        const bool drawn = drawer_extend(drawer, &piece, &task, rng, cancel, err);
        if (drawn) count = describe_piece(sets, &piece, count);
        piece_deinit(&piece);
        if (!drawn) return false;
    }
    return true;
}

static void tell_most(SampleTest *out, const Sets *sets, const double *alone) {
    int most = 0;
    double mean[2] = {0};
    for (int f = 0; f < FEATURES; f++)
        if (alone[f] > alone[most]) most = f;
    for (int i = 0; i < sets->room; i++) {
        mean[0] += sets->drawn[i][most] / sets->room;
        mean[1] += sets->half[0][i][most] / sets->room;
    }
    out->most_alone = alone[most];
    snprintf(out->most, sizeof out->most, "%s, %.3g drawn and %.3g in the corpus",
             two_sample_feature_name(most), mean[0], mean[1]);
}

bool sample_test_run(SampleTest *out, Drawer *drawer, const Corpus *corpus, const PieceOutline *wish,
                     float temperature, uint64_t seed, const atomic_bool *cancel, const Headway *headway,
                     Error *err) {
    Sets sets = {0};
    double alone[FEATURES];
    Rng rng;
    rng_seed(&rng, seed);
    *out = (SampleTest){0};
    bool ok = open_sets(&sets, corpus, wish, &rng, err);
    if (ok && sets.room >= LEAST) {
        const int n = sets.room;
        ok = draw_sets(&sets, drawer, wish, temperature, &rng, cancel, headway, err) &&
             two_sample_auc(&out->drawn, alone, sets.drawn[0], n, sets.half[0][0], n, seed, err) &&
             two_sample_auc(&out->corpus, NULL, sets.half[1][0], n, sets.half[0][0], n, seed, err);
        if (ok) tell_most(out, &sets, alone);
        out->windows = ok ? n : 0;
    }
    close_sets(&sets);
    return ok;
}
