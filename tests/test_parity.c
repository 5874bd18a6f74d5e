/* The engine against an independent PyTorch computation of a tiny network (tests/parity/): every named activation, every
 * part of the loss, every gradient and ten steps of Adam, tensor by tensor. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "engine/base/file.h"
#include "engine/nn/adam.h"
#include "engine/nn/layers.h"
#include "engine/nn/loss.h"
#include "engine/nn/model_private.h"
#include "engine/nn/safetensors.h"
#include "tests/support/check.h"

/* Of a tensor's largest number: two orders of summation in float32, through four layers. */
static const float TOLERANCE = 5e-5f;

enum { LAYER_FIELDS_MAX = 32, TENSORS_MAX = 200 };

/* Everything that the fixture feeds in, and the engine's workspaces for it. */
typedef struct {
    unsigned char *bytes;
    Safetensors file;
    Model *model;
    Acts *acts;
    float *gradient; /* as the model's block */
    LossBatch batch;
    LossWeights weights;
    int R;
    /* owned arrays behind batch */
    int *first;
    int *replaced;
    uint8_t *tokens, *copy_distance, *told_alike;
    float *noise;
} Fixture;

static const SafetensorsEntry *entry_named(const Fixture *f, const char *name) {
    const SafetensorsEntry *entry = safetensors_find(&f->file, name);
    if (!entry) fail_msg("the fixture has no tensor %s", name);
    return entry;
}

/* The numbers of a tensor, malloc'ed. */
static float *numbers(const SafetensorsEntry *entry) {
    Error err;
    float *out = malloc(sizeof(float) * (entry->size + 1));
    assert_non_null(out);
    check_ok(safetensors_read(entry, out, &err), &err);
    return out;
}

static uint8_t *small_numbers(const Fixture *f, const char *name) {
    const SafetensorsEntry *entry = entry_named(f, name);
    float *from = numbers(entry);
    uint8_t *out = malloc(entry->size);
    assert_non_null(out);
    for (size_t i = 0; i < entry->size; i++) out[i] = (uint8_t)from[i];
    free(from);
    return out;
}

static double setting(const Fixture *f, const char *key) {
    const char *text = safetensors_metadata(&f->file, key);
    if (!text) fail_msg("the fixture's metadata lacks %s", key);
    return strtod(text, NULL);
}

/* The fixture marks bar t0 among the bars of x. */
static int *replaced_bars(const Fixture *f, int windows) {
    uint8_t *swapped = small_numbers(f, "swapped");
    int *out = malloc(sizeof *out * (size_t)windows);
    assert_non_null(out);
    for (int w = 0; w < windows; w++) {
        const uint8_t *bar = memchr(swapped + f->first[w], 1, (size_t)(f->first[w + 1] - f->first[w]));
        out[w] = bar ? (int)(bar - swapped) - f->first[w] : -1;
    }
    free(swapped);
    return out;
}

static void make_model(Fixture *f) {
    Error err = {0};
    const ModelConfig config = {
        .tokens = (int)setting(f, "tokens"),
        .steps = (int)setting(f, "steps"),
        .slots = (int)setting(f, "slots"),
        .embedding = (int)setting(f, "embedding"),
        .codec_hidden = (int)setting(f, "codec_hidden"),
        .channels = (int)setting(f, "channels"),
        .latent = (int)setting(f, "latent"),
        .layers = (int)setting(f, "layers"),
        .heads = (int)setting(f, "heads"),
        .hidden = (int)setting(f, "hidden"),
        .reference = (int)setting(f, "reference"),
        .bars = (int)setting(f, "bars"),
    };
    f->model = model_new(&config, 1, &err);
    if (!f->model) fail_msg("%s", err.text);
    f->gradient = calloc(model_size(&config), sizeof(float));
    assert_non_null(f->gradient);
    f->acts = acts_new(&config, f->R, (int)setting(f, "sequence_bars"), true, &err);
    if (!f->acts) fail_msg("%s", err.text);
}

static int open_fixture(void **state) {
    Error err = {0};
    size_t size = 0;
    Fixture *f = calloc(1, sizeof *f);
    assert_non_null(f);
    *state = f;
    check_ok(file_read("tests/parity/fixture.safetensors", 1 << 20, &f->bytes, &size, &err), &err);
    check_ok(safetensors_parse(&f->file, f->bytes, size, &err), &err);
    const SafetensorsEntry *first = entry_named(f, "first");
    float *starts = numbers(first);
    f->first = calloc(first->size, sizeof *f->first);
    assert_non_null(f->first);
    for (size_t i = 0; i < first->size; i++) f->first[i] = (int)starts[i];
    free(starts);
    f->R = f->first[first->size - 1];
    f->tokens = small_numbers(f, "tokens");
    f->copy_distance = small_numbers(f, "copy_distance");
    f->replaced = replaced_bars(f, (int)(first->size - 1) / 2);
    f->told_alike = malloc((size_t)f->R);
    memset(f->told_alike, 1, (size_t)f->R);
    f->noise = numbers(entry_named(f, "noise"));
    f->weights = (LossWeights){
        .beta = (float)setting(f, "weight_beta"),
        .codec = (float)setting(f, "weight_codec"),
        .substitution = (float)setting(f, "weight_substitution"),
        .reference = (float)setting(f, "weight_reference"),
        .invariance = (float)setting(f, "weight_invariance"),
        .repeat_price = (float)setting(f, "weight_repeat_price"),
    };
    f->batch = (LossBatch){
        .model = {.B = (int)first->size - 1,
                  .first = f->first,
                  .tokens = f->tokens,
                  .copy_distance = f->copy_distance},
        .n = f->R / 2,
        .replaced = f->replaced,
        .named = f->copy_distance,
        .told_alike = f->told_alike,
        .noise = f->noise,
    };
    make_model(f);
    return 0;
}

static int close_fixture(void **state) {
    Fixture *f = *state;
    acts_free(f->acts);
    model_free(f->model);
    free(f->gradient);
    free(f->first), free(f->tokens), free(f->copy_distance), free(f->replaced), free(f->told_alike),
        free(f->noise);
    safetensors_deinit(&f->file);
    free(f->bytes);
    free(f);
    return 0;
}

/* How far `got` (times scale) is from the fixture's tensor, as a part of the tensor's largest number. width 0 = all of it;
 * otherwise rows of `width` numbers of which only the bars up to the row's own exist, `bars` to a group. */
static void compare(const Fixture *f, const char *name, const float *got, double scale, int bars) {
    const SafetensorsEntry *entry = entry_named(f, name);
    float *want = numbers(entry);
    const size_t width = entry->rank > 1 ? entry->shape[1] : 1;
    double largest = 1e-6, worst = 0;
    for (size_t i = 0; i < entry->size; i++) largest = fmax(largest, fabs((double)want[i]));
    for (size_t i = 0; i < entry->size; i++) {
        int b = 0, row = (int)(i / width);
        while (bars && f->first[b + 1] <= row) b++;
        if (bars && (int)(i % (size_t)bars) > row - f->first[b]) continue; /* the future */
        const double off = fabs((double)want[i] - (double)got[i] * scale);
        if (!(off <= worst)) worst = off; /* NaN too */
    }
    free(want);
    if (!(worst <= (double)TOLERANCE * largest))
        fail_msg("%s is off by %.2g of its largest number %.4g", name, worst / largest, largest);
}

static void set_parameters(const Fixture *f) {
    static ModelTensor tensor[TENSORS_MAX];
    const int count = model_tensors(model_config(f->model), tensor, TENSORS_MAX);
    int in_fixture = 0;
    Error err;
    for (int i = 0; i < f->file.count; i++) in_fixture += strncmp(f->file.entry[i].name, "param.", 6) == 0;
    assert_int_equal(count, in_fixture);
    for (int i = 0; i < count; i++) {
        const SafetensorsEntry *entry = &f->file.entry[i]; /* the same order, too */
        assert_string_equal(entry->name + strlen("param."), tensor[i].name);
        assert_int_equal(entry->rank, tensor[i].rank);
        for (int axis = 0; axis < entry->rank; axis++)
            assert_int_equal(entry->shape[axis], tensor[i].shape[axis]);
        check_ok(safetensors_read(entry, model_block(f->model) + tensor[i].offset, &err), &err);
    }
}

typedef struct {
    char name[64];
    const float *data;
} Named;

/* All activations by the fixture's names; returns how many. */
static int name_activations(const Acts *acts, Named *out) {
    int count = 0;
#define ACT(field, width)                                       \
    snprintf(out[count].name, sizeof out->name, "act." #field); \
    out[count++].data = acts->field;
#include "engine/nn/tensors.def"
    for (int side = 0; side < 2; side++)
        for (int l = 0; l < acts->config.layers; l++) {
            const LayerActs *layer = side ? &acts->decoder[l] : &acts->encoder[l];
            const char *prefix = side ? "decoder" : "encoder";
#define LAYER_ACT(field, width)                                                  \
    snprintf(out[count].name, sizeof out->name, "act.%s.%d." #field, prefix, l); \
    out[count++].data = layer->field;
#define INTER_ACT(field, width) LAYER_ACT(field, width)
#include "engine/nn/tensors.def"
        }
    return count;
}

/* The engine computes equal slots once; the fixture has them all. Bars in the fixture's way, from the slot of each that
 * `slot_at` names. */
static float *spread(const Fixture *f, const SafetensorsEntry *entry, const float *got,
                     long (*slot_at)(const Fixture *f, long slot)) {
    const size_t slots = (size_t)f->acts->config.slots, width = entry->shape[1] / slots;
    float *out = malloc(sizeof *out * entry->size);
    assert_non_null(out);
    for (size_t slot = 0; slot < entry->shape[0] * slots; slot++)
        memcpy(out + slot * width, got + (size_t)slot_at(f, (long)slot) * width, sizeof *out * width);
    return out;
}

static long slot_read(const Fixture *f, long slot) {
    return f->acts->distinct.of[slot];
}

/* The codes of x come after the decoded slots. */
static long slot_written(const Fixture *f, long slot) {
    const long decoded = (long)f->R * f->acts->config.slots;
    return slot < decoded ? slot : decoded + f->acts->distinct.of[slot - decoded];
}

static void compare_activation(const Fixture *f, const SafetensorsEntry *entry, const float *got) {
    static const char *const READ[] = {"act.embedded", "act.read_hidden"};
    static const char *const WRITTEN[] = {"act.blend", "act.write_hidden", "act.decoded", "act.logits"};
    float *all = NULL;
    for (size_t i = 0; i < sizeof READ / sizeof *READ; i++)
        if (!strcmp(entry->name, READ[i])) all = spread(f, entry, got, slot_read);
    for (size_t i = 0; i < sizeof WRITTEN / sizeof *WRITTEN; i++)
        if (!strcmp(entry->name, WRITTEN[i])) all = spread(f, entry, got, slot_written);
    const bool over_bars =
        strstr(entry->name, "attention") || (strstr(entry->name, "pointer") && !strstr(entry->name, "query"));
    compare(f, entry->name, all ? all : got, 1, over_bars ? acts_bars(f->acts) : 0);
    free(all);
}

static void activations_agree(void **state) {
    const Fixture *f = *state;
    static Named named[TENSORS_MAX];
    set_parameters(f);
    loss_pass(f->model, f->acts, NULL, &f->batch, &f->weights);
    const int count = name_activations(f->acts, named);
    int compared = 0;
    for (int i = 0; i < f->file.count; i++) {
        const char *name = f->file.entry[i].name;
        if (strncmp(name, "act.", 4) != 0) continue;
        int k = 0;
        while (k < count && strcmp(named[k].name, name) != 0) k++;
        if (k == count) fail_msg("the engine has no activation %s", name);
        compare_activation(f, &f->file.entry[i], named[k].data);
        compared++;
    }
    assert_in_range(compared, 60, TENSORS_MAX);
}

static void compare_number(const Fixture *f, const char *name, double got) {
    const float number = (float)got;
    compare(f, name, &number, 1, 0);
}

static void losses_agree(void **state) {
    const Fixture *f = *state;
    set_parameters(f);
    const LossParts p = loss_pass(f->model, f->acts, NULL, &f->batch, &f->weights);
    compare_number(f, "loss.reconstruction", p.reconstruction / p.bars);
    compare_number(f, "loss.kl", p.kl / p.bars);
    compare_number(f, "loss.repeat_kl", p.repeat_kl / p.bars);
    compare_number(f, "loss.codec", p.codec / p.bars);
    compare_number(f, "loss.substitution", p.substitution / p.bars);
    compare_number(f, "loss.substituted_kl", p.substituted_kl / p.bars);
    compare_number(f, "loss.reference", p.reference / p.bars);
    compare_number(f, "loss.invariance", p.invariance / p.bars);
    compare_number(f, "loss.total", loss_total(&p, &f->weights));
}

static double gradient_pass(const Fixture *f) {
    Params grads;
    memset(f->gradient, 0, sizeof(float) * model_size(model_config(f->model)));
    tensors_lay(&grads, model_config(f->model), f->gradient);
    const LossParts parts = loss_pass(f->model, f->acts, &grads, &f->batch, &f->weights);
    return loss_total(&parts, &f->weights);
}

static void gradients_agree(void **state) {
    const Fixture *f = *state;
    static ModelTensor tensor[TENSORS_MAX];
    set_parameters(f);
    gradient_pass(f);
    const int count = model_tensors(model_config(f->model), tensor, TENSORS_MAX);
    for (int i = 0; i < count; i++) {
        char name[64];
        snprintf(name, sizeof name, "grad.%.58s", tensor[i].name);
        compare(f, name, f->gradient + tensor[i].offset, 1.0 / f->batch.n, 0);
    }
}

/* Ten steps as the fixture took them: the loss before each, gradients averaged and clipped by their common norm. */
static void optimizer_agrees(void **state) {
    const Fixture *f = *state;
    float losses[16];
    const SafetensorsEntry *entry = entry_named(f, "adam.losses");
    const size_t size = model_size(model_config(f->model));
    const double clip = setting(f, "adam_clip"), rate = setting(f, "adam_rate");
    float *moments = calloc(2 * size, sizeof *moments);
    assert_non_null(moments);
    assert_in_range(entry->size, 10, sizeof losses / sizeof *losses);
    set_parameters(f);
    for (size_t step = 0; step < entry->size; step++) {
        losses[step] = (float)gradient_pass(f);
        const double norm = sqrt(vector_square_sum(f->gradient, (long)size)) / f->batch.n;
        const double scale = fmin(1, clip / norm) / f->batch.n;
        adam_update(model_block(f->model), moments, moments + size, f->gradient, (float)scale, (float)rate,
                    (long)step + 1, (long)size);
    }
    free(moments);
    compare(f, "adam.losses", losses, 1, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(activations_agree, open_fixture, close_fixture),
        cmocka_unit_test_setup_teardown(losses_agree, open_fixture, close_fixture),
        cmocka_unit_test_setup_teardown(gradients_agree, open_fixture, close_fixture),
        cmocka_unit_test_setup_teardown(optimizer_agrees, open_fixture, close_fixture),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
