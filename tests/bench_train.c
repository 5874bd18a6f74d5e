/* The trainer's speed beside what the matrix products alone would allow.
 *
 * A step is 32 windows of 16 bars: forward, backward, Adam; with substitution as many again. "Products alone" times each matrix
 * product of a plain step by itself, at the same shapes and as often, through the same calls; a step with substitution would
 * take twice these if it shared nothing. One thread is timed by the processor's time, which others on the machine hardly
 * change, several by the clock. */
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

enum { WINDOWS = 32, BARS = 16, ROWS = WINDOWS * BARS, STEPS = 12, TRIES = 5, PHRASE = 8 };

static double seconds(clockid_t clock) {
    struct timespec t;
    clock_gettime(clock, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void print_processor(void) {
    char line[256];
    FILE *file = fopen("/proc/cpuinfo", "r");
    while (file && fgets(line, sizeof line, file)) {
        const char *colon = strchr(line, ':');
        if (strncmp(line, "model name", 10) != 0 || !colon) continue;
        printf("processor                %s", colon + 2);
        break;
    }
    if (file) fclose(file);
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
        const double begin = seconds(CLOCK_PROCESS_CPUTIME_ID);
        gemm_linear(y, p->out, x, p->in, w, false, p->rows, p->in, p->out);
        gemm_linear_dx(x, p->in, y, p->out, w, false, p->rows, p->in, p->out);
        gemm_linear_dw(w, y, p->out, x, p->in, p->rows, p->in, p->out);
        const double took = seconds(CLOCK_PROCESS_CPUTIME_ID) - begin;
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

/* Every phrase comes twice, so that bars are named, and replaced, where those of melodies are. */
static void make_corpus(Corpus *corpus) {
    Rng rng;
    rng_seed(&rng, 5);
    *corpus = (Corpus){0};
    for (int i = 0; i < 64; i++) {
        BarSequence bars = {.steps = BAR_STEPS};
        if (!bar_sequence_resize(&bars, 40, NULL)) exit(1);
        for (int t = 0; t < bars.count; t++)
            if (t % (2 * PHRASE) >= PHRASE)
                bars.bar[t] = bars.bar[t - PHRASE];
            else
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

typedef struct {
    double s;      /* of a step: with one thread by the processor's time, else by the clock */
    double passes; /* bars a step */
} Timing;

static int compare(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

/* The medians of STEPS after two to warm up. */
static Timing time_step(const Corpus *corpus, int threads, bool substitution) {
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
    const clockid_t clock = threads == 1 ? CLOCK_PROCESS_CPUTIME_ID : CLOCK_MONOTONIC;
    double took[STEPS];
    TrainReport report;
    for (int i = -2; i < STEPS; i++) {
        const double begin = seconds(clock);
        train_step(train, &report);
        if (i >= 0) took[i] = seconds(clock) - begin;
    }
    qsort(took, STEPS, sizeof *took, compare);
    train_free(train);
    model_free(model);
    return (Timing){took[STEPS / 2], (double)report.bar_passes};
}

static void print_speed(const char *name, Timing t) {
    printf("%-24s %.0f bar passes/s, %.1f ms a step\n", name, t.passes / t.s, t.s * 1e3);
}

int main(int argc, char **argv) {
    (void)argc;
    blas_core_settle(argv);
    Corpus corpus;
    double flop;
    make_corpus(&corpus);
    if (!gemm_init(1, NULL)) return 1;
    const int distinct = count_distinct(&corpus);
    const double products = time_products(&flop, distinct);
    const Timing one = time_step(&corpus, 1, false), both = time_step(&corpus, 1, true),
                 two = time_step(&corpus, 2, false), two_both = time_step(&corpus, 2, true);
    print_processor();
    printf("OpenBLAS core            %s\n", gemm_core());
    printf("products alone           %.1f GFLOP/s, %.1f ms a step\n", flop / products * 1e-9, products * 1e3);
    printf("  a bar pass             %.1f MFLOP; %d of %d slots are distinct\n", flop / ROWS * 1e-6, distinct,
           ROWS * BAR_SLOTS);
    print_speed("train, 1 thread", one);
    printf("  share of sgemm's speed %.1f %%\n", 100 * products / one.s);
    print_speed("substitution, 1 thread", both);
    printf("  share of sgemm's speed %.1f %%, shared bars counted twice\n", 100 * 2 * products / both.s);
    print_speed("train, 2 threads", two);
    print_speed("substitution, 2 threads", two_both);
    corpus_deinit(&corpus);
    return 0;
}
