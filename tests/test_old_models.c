/* Models that were trained before still open and work: each kind of file that a version of refrain has written, at a size that
 * tests can afford. (tests/cli/test_old_models.sh opens the very files, where the repository's history is at hand.) */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/file.h"
#include "engine/compose.h"
#include "engine/nn/checkpoint.h"
#include "engine/nn/prior.h"
#include "tests/support/check.h"
#include "tests/support/temp.h"
#include "tests/support/tiny_model.h"
#include "tests/support/tiny_prior.h"

enum { TOKENS_FIRST = 67 /* before there were triplets */, BYTES_MAX = 1 << 24, BARS = 20 };

typedef struct {
    Temp temp;
    Error err;
} Fixture;

static int set_up(void **state) {
    Fixture *f = calloc(1, sizeof *f);
    temp_open(&f->temp);
    *state = f;
    return 0;
}

static int tear_down(void **state) {
    Fixture *f = *state;
    temp_close(&f->temp);
    free(f);
    return 0;
}

/* A file as training writes it, of a model with so many tokens and bars. */
static const char *write_model(Fixture *f, int tokens, int bars, bool prior) {
    Model *like = tiny_model(bars, 5);
    ModelConfig config = *model_config(like);
    config.tokens = tokens;
    Model *model = model_new(&config, 5, &f->err);
    assert_non_null(model);
    check_ok(model_set_metadata(model, "name", "an old one", &f->err), &f->err);
    if (prior) {
        Corpus corpus = {0};
        tiny_corpus(&corpus, 12, 1);
        model_set_prior(model, tiny_prior(&corpus, 20, 1));
        corpus_deinit(&corpus);
    }
    check_ok(checkpoint_save(model, temp_path(&f->temp, "model"), &f->err), &f->err);
    model_free(like);
    model_free(model);
    return temp_path(&f->temp, "model");
}

/* Adds a tensor, as the prior of 0.1.0 had some, behind those that are there. */
static void add_tensor(Fixture *f, const char *path, const char *name) {
    const float data[] = {0.5f, -1, 2, 0};
    unsigned char *bytes = NULL;
    size_t size;
    uint64_t length;
    check_ok(file_read(path, BYTES_MAX, &bytes, &size, &f->err), &f->err);
    memcpy(&length, bytes, 8);
    json_t *header = json_loadb((char *)bytes + 8, length, 0, NULL);
    assert_non_null(header);
    const json_int_t end = (json_int_t)(size - 8 - length);
    json_object_set_new(header, name,
                        json_pack("{s:s, s:[i, i], s:[I, I]}", "dtype", "F32", "shape", 2, 2, "data_offsets",
                                  end, end + (json_int_t)sizeof data));
    char *text = json_dumps(header, JSON_COMPACT);
    const uint64_t text_length = strlen(text);
    const size_t whole = 8 + text_length + (size_t)end + sizeof data;
    unsigned char *out = malloc(whole);
    memcpy(out, &text_length, 8);
    memcpy(out + 8, text, text_length);
    memcpy(out + 8 + text_length, bytes + 8 + length, (size_t)end);
    memcpy(out + whole - sizeof data, data, sizeof data);
    check_ok(file_save(path, out, whole, &f->err), &f->err);
    free(out);
    free(text);
    free(bytes);
    json_decref(header);
}

/* It opens under its name, reads, decodes, pours and goes on; and what is saved of it opens again. */
static void check_it_works(Fixture *f, const char *path) {
    Model *model = workspace_load_model(path, &f->err);
    if (!model) fail_msg("%s", f->err.text);
    assert_string_equal(model_metadata(model, "name"), "an old one");
    Reader *reader = reader_new(model, &f->err);
    BarSequence bars = {.steps = BAR_STEPS}, out = {0};
    ComposeRequest request = {0};
    LatentSequence z = {0};
    check_ok(bar_sequence_resize(&bars, BARS, &f->err), &f->err);
    for (int t = 0; t < BARS; t++)
        for (int s = 0; s < BAR_STEPS; s += 4)
            bars.bar[t].token[s] = (uint8_t)(BAR_ONSET + 20 + (t * 7 + s) % 13);
    check_ok(compose_reconstruct(reader, &out, &bars, NULL, &f->err), &f->err);
    assert_int_equal(out.count, BARS);
    check_ok(bar_sequence_copy(&request.original, &bars, &f->err) &&
                 bar_sequence_copy(&request.context, &out, &f->err) &&
                 recipe_resize(&request.recipe, BARS, true, &f->err) &&
                 compose_result(reader, &out, &z, &request, NULL, NULL, &f->err),
             &f->err);
    check_ok(compose_continue(reader, &out, &bars, 4, (ComposeDrawing){.temperature = 1, .seed = 1}, NULL,
                              &f->err),
             &f->err);
    assert_int_equal(out.count, BARS + 4);
    check_ok(checkpoint_save(model, temp_path(&f->temp, "again"), &f->err), &f->err);
    Model *again = workspace_load_model(temp_path(&f->temp, "again"), &f->err);
    if (!again) fail_msg("%s", f->err.text);
    model_free(again);
    compose_request_deinit(&request);
    latent_sequence_deinit(&z);
    bar_sequence_deinit(&bars);
    bar_sequence_deinit(&out);
    reader_free(reader);
    model_free(model);
}

static void test_the_first_alphabet(void **state) {
    check_it_works(*state, write_model(*state, TOKENS_FIRST, BAR_WINDOW, false));
}

static void test_the_first_alphabet_with_the_prior_of_then(void **state) {
    const char *path = write_model(*state, TOKENS_FIRST, BAR_WINDOW, false);
    add_tensor(*state, path, "prior.input.weight");
    add_tensor(*state, path, "prior.block.0.norm.weight");
    check_it_works(*state, path);
}

static void test_the_first_alphabet_with_a_prior_of_today(void **state) {
    check_it_works(*state, write_model(*state, TOKENS_FIRST, BAR_WINDOW, true));
}

static void test_the_alphabet_of_today(void **state) {
    check_it_works(*state, write_model(*state, BAR_TOKENS, BAR_WINDOW, false));
    check_it_works(*state, write_model(*state, BAR_TOKENS, BAR_WINDOW, true));
}

static void test_a_model_that_sees_fewer_bars(void **state) {
    check_it_works(*state, write_model(*state, TOKENS_FIRST, 16, false));
    check_it_works(*state, write_model(*state, BAR_TOKENS, 32, true));
}

static void test_a_tensor_that_no_version_had_is_refused(void **state) {
    Fixture *f = *state;
    const char *path = write_model(f, BAR_TOKENS, BAR_WINDOW, false);
    add_tensor(f, path, "posterior.input.weight");
    check_refused(workspace_load_model(path, &f->err), &f->err);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_the_first_alphabet, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_the_first_alphabet_with_the_prior_of_then, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_the_first_alphabet_with_a_prior_of_today, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_the_alphabet_of_today, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_model_that_sees_fewer_bars, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_tensor_that_no_version_had_is_refused, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
