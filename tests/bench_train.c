/* The trainer's speed beside what the matrix products alone would allow.
 *
 * A step is 32 windows of 16 bars: forward, backward, Adam. "Products alone" times each matrix product of such a step by
 * itself, at the same shapes and as often, through the same calls. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "app/cli/blas_core.h"
#include "engine/base/rng.h"
#include "engine/learn/dataset.h"
#include "engine/nn/gemm.h"
#include "engine/learn/train.h"
#include "engine/workspace.h"

enum { WINDOWS = 32, BARS = 16, ROWS = WINDOWS * BARS, STEPS = 12, TRIES = 5 };

static double now_s(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* ---- products alone ---- */

typedef struct {
    int rows, in, out, times;
} Product;

/* The linear maps of one step without substitution; `distinct` slots are read, and their codes are written besides the
 * decoded bars. */
static int list_products(Product *p, const ModelConfig *c, int distinct) {
    const int C = c->channels, slot = c->steps / c->slots * c->embedding, w = C / c->slots, n = ROWS,
              L = c->layers;
    const Product all[] = {
        {distinct, slot, c->codec_hidden, 1},
        {distinct, c->codec_hidden, w, 1},
        {n, C, 3 * C, 2 * L},
        {n, C, C, 2 * L + 2 * L},
        {n, c->latent, 2 * C, L}, /* keys and values of inter-attention, and making their map */
        {2 * C, C, c->latent, L},
        {n, C, c->hidden, 2 * L},
        {n, c->hidden, C, 2 * L},
        {n, C, c->latent, 2},
        {n, c->latent, C, 1},
        {n, C, c->slots * c->reference, 1},
        {n * c->slots, c->reference, c->bars, 1},
        {n * c->slots + distinct, w, c->codec_hidden, 1},
        {n * c->slots + distinct, c->codec_hidden, slot, 1},
        {(n * c->slots + distinct) * (c->steps / c->slots), c->embedding, c->tokens, 1},
    };
    memcpy(p, all, sizeof all);
    return (int)(sizeof all / sizeof *all);
}

/* Seconds of forward, dx and dW of one linear map; the best of a few tries. */
static double time_product(const Product *p, float *x, float *w, float *y) {
    double best = 1e9;
    for (int i = 0; i < TRIES; i++) {
        const double begin = now_s();
        gemm_linear(y, p->out, x, p->in, w, false, p->rows, p->in, p->out);
        gemm_linear_dx(x, p->in, y, p->out, w, false, p->rows, p->in, p->out);
        gemm_linear_dw(w, y, p->out, x, p->in, p->rows, p->in, p->out);
        const double took = now_s() - begin;
        if (took < best) best = took;
        memset(w, 0, sizeof(float) * (size_t)p->in * (size_t)p->out);
    }
    return best;
}

static double time_products(double *flop, int distinct) {
    const size_t size = (size_t)2 * ROWS * 16 * 256;
    float *x = calloc(size, sizeof *x), *w = calloc(size, sizeof *w), *y = calloc(size, sizeof *y);
    Product list[32];
    const ModelConfig config = workspace_config();
    const int count = list_products(list, &config, distinct);
    double total = 0;
    *flop = 0;
    for (size_t i = 0; i < size; i++) x[i] = (float)(i % 13) * 0.01f;
    for (int i = 0; i < count; i++) {
        total += list[i].times * time_product(&list[i], x, w, y);
        *flop += 6.0 * list[i].rows * list[i].in * list[i].out * list[i].times;
    }
    free(x);
    free(w);
    free(y);
    return total;
}

/* ---- the trainer ---- */

static void make_corpus(Corpus *corpus) {
    Rng rng;
    rng_seed(&rng, 5);
    *corpus = (Corpus){0};
    for (int i = 0; i < 64; i++) {
        BarSequence bars = {.steps = BAR_STEPS};
        if (!bar_sequence_resize(&bars, 40, NULL)) exit(1);
        for (int t = 0; t < bars.count; t++)
            for (int s = 0; s < BAR_STEPS; s += 2)
                bars.bar[t].token[s] = (uint8_t)(BAR_ONSET + rng_below(&rng, 24));
        if (!corpus_add(corpus, "bench", "Bench", 4, 4, &bars, NULL)) exit(1);
        bar_sequence_deinit(&bars);
    }
}

/* Distinct slots of the first step. */
static int count_distinct(const Corpus *corpus) {
    Error err;
    Dataset dataset;
    DatasetBatch batch;
    Distinct distinct;
    if (!dataset_init(&dataset, corpus, TRAIN_OPTIONS_DEFAULT.seed, 0, &err) ||
        !dataset_batch_init(&batch, ROWS, 1, &err) || !distinct_init(&distinct, ROWS * BAR_SLOTS, &err)) {
        fprintf(stderr, "%s\n", err.text);
        exit(1);
    }
    dataset_fill(&batch, &dataset, 0, 0, WINDOWS, BARS, false);
    distinct_find(&distinct, batch.loss.model.tokens, batch.loss.n * BAR_SLOTS, BAR_SLOT_STEPS);
    const int count = distinct.count;
    distinct_deinit(&distinct);
    dataset_batch_deinit(&batch);
    dataset_deinit(&dataset);
    return count;
}

/* Seconds a step; the median of STEPS after two to warm up. */
static int compare(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static double time_step(const Corpus *corpus, int threads, bool substitution, long *bar_passes) {
    TrainOptions options = TRAIN_OPTIONS_DEFAULT;
    options.threads = threads;
    options.codec_steps = 0;
    options.bars = BARS;
    options.rows = ROWS;
    if (!substitution) options.weights.substitution = 0;
    Error err;
    const ModelConfig config = workspace_config();
    Model *model = model_new(&config, 1, &err);
    Train *train = model ? train_new(model, corpus, &options, &err) : NULL;
    if (!train) {
        fprintf(stderr, "%s\n", err.text);
        exit(1);
    }
    double took[STEPS];
    TrainReport report;
    for (int i = -2; i < STEPS; i++) {
        const double begin = now_s();
        train_step(train, &report);
        if (i >= 0) took[i] = now_s() - begin;
    }
    qsort(took, STEPS, sizeof *took, compare);
    *bar_passes = report.bar_passes;
    train_free(train);
    model_free(model);
    return took[STEPS / 2];
}

int main(int argc, char **argv) {
    (void)argc;
    blas_core_settle(argv);
    Corpus corpus;
    double flop;
    long passes, both;
    make_corpus(&corpus);
    if (!gemm_init(1, NULL)) return 1;
    const int distinct = count_distinct(&corpus);
    const double products = time_products(&flop, distinct), one = time_step(&corpus, 1, false, &passes);
    const double two = time_step(&corpus, 2, false, &passes),
                 substituted = time_step(&corpus, 2, true, &both);
    printf("OpenBLAS core            %s\n", gemm_core());
    printf("products alone           %.1f GFLOP/s, %.1f ms a step\n", flop / products * 1e-9, products * 1e3);
    printf("  a bar pass             %.1f MFLOP; %d of %d slots are distinct\n", flop / ROWS * 1e-6, distinct,
           ROWS * BAR_SLOTS);
    printf("train, 1 thread          %.0f bar passes/s, %.1f ms a step\n", (double)passes / one, one * 1e3);
    printf("  share of sgemm's speed %.1f %%\n", 100 * products / one);
    printf("  outside the products   %.1f %%\n", 100 * (1 - products / one));
    printf("train, 2 threads         %.0f bar passes/s, %.2f times one thread\n", (double)passes / two,
           one / two);
    printf("  with substitution      %.0f bar passes/s\n", (double)both / substituted);
    corpus_deinit(&corpus);
    return 0;
}
