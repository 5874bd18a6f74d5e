#include "tests/support/check.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "engine/base/file.h"
#include "engine/latent.h"
#include "engine/nn/checkpoint.h"
#include "engine/nn/safetensors.h"
#include "engine/workspace.h"
#include "tests/support/temp.h"
#include "tests/support/tiny_model.h"

typedef struct {
    Temp temp;
    Model *model;
    unsigned char *bytes; /* of the model's file */
    size_t size;
} Fixture;

static int set_up(void **state) {
    Fixture *f = calloc(1, sizeof *f);
    Error err;
    temp_open(&f->temp);
    f->model = tiny_model(16, 1);
    check_ok(model_set_metadata(f->model, "corpus", "hymns \"and\" a käfer", &err), &err);
    check_ok(checkpoint_save(f->model, temp_path(&f->temp, "model"), &err), &err);
    check_ok(file_read(temp_path(&f->temp, "model"), 1 << 28, &f->bytes, &f->size, &err), &err);
    *state = f;
    return 0;
}

static int tear_down(void **state) {
    Fixture *f = *state;
    temp_close(&f->temp);
    model_free(f->model);
    free(f->bytes);
    free(f);
    return 0;
}

/* ---- there and back ---- */

static void test_a_model_comes_back_bit_for_bit(void **state) {
    Fixture *f = *state;
    Error err;
    Model *loaded = checkpoint_load(temp_path(&f->temp, "model"), &err);
    if (!loaded) fail_msg("%s", err.text);
    assert_memory_equal(model_config(loaded), model_config(f->model), sizeof(ModelConfig));
    assert_memory_equal(model_block(loaded), model_block(f->model),
                        model_size(model_config(loaded)) * sizeof(float));
    assert_int_equal(model_metadata_count(loaded), 1);
    assert_string_equal(model_metadata(loaded, "corpus"), "hymns \"and\" a käfer");
    model_free(loaded);
}

/* A model of the alphabet without triplets: with the widened one everything is as before, and triplets are unlikely. */
static void test_a_model_with_fewer_tokens_is_widened(void **state) {
    Fixture *f = *state;
    Error err;
    ModelConfig config = *model_config(f->model);
    config.tokens = BAR_TOKENS - 1;
    Model *narrow = model_new(&config, 7, &err);
    check_ok(model_set_metadata(narrow, "name", "old", &err), &err);
    check_ok(checkpoint_save(narrow, temp_path(&f->temp, "narrow"), &err), &err);
    Model *wide = workspace_load_model(temp_path(&f->temp, "narrow"), &err);
    if (!wide) fail_msg("%s", err.text);
    assert_int_equal(model_config(wide)->tokens, BAR_TOKENS);
    assert_string_equal(model_metadata(wide, "name"), "old");
    const int first[] = {0, 1};
    const Bar bar = {{20, 1, 1, 1, 22, 1, 24, 1, 0, 0, 30, 1, 2, 2, 2, 2}};
    const float z[LATENT_SIZE] = {1, -1, 0.5f};
    const uint8_t distance[BAR_SLOTS] = {0};
    const ModelBatch batch = {.B = 1, .first = first, .tokens = bar.token, .copy_distance = distance};
    Acts *old = acts_new(&config, 1, 1, false, &err), *new = acts_new(model_config(wide), 1, 1, false, &err);
    model_read(narrow, old, &batch);
    model_read(wide, new, &batch);
    model_decode(narrow, old, &batch, z);
    model_decode(wide, new, &batch, z);
    for (int s = 0; s < BAR_STEPS; s++) {
        const float *a = acts_logits(old) + s * config.tokens, *b = acts_logits(new) + s * BAR_TOKENS;
        for (int v = 0; v < config.tokens; v++) assert_float_equal(a[v], b[v], 1e-4);
        assert_float_equal(b[BAR_TRIPLET], -8, 1e-6);
    }
    acts_free(old);
    acts_free(new);
    model_free(narrow);
    model_free(wide);
}

static void test_unset_metadata_leaves_the_rest_in_order(void **state) {
    Fixture *f = *state;
    Error err;
    const char *key, *value;
    check_ok(model_set_metadata(f->model, "figures", "{}", &err), &err);
    check_ok(model_set_metadata(f->model, "licence", "CC0", &err), &err);
    model_unset_metadata(f->model, "figures");
    model_unset_metadata(f->model, "figures");
    assert_null(model_metadata(f->model, "figures"));
    assert_int_equal(model_metadata_count(f->model), 2);
    model_metadata_at(f->model, 1, &key, &value);
    assert_string_equal(key, "licence");
    assert_string_equal(value, "CC0");
    model_unset_metadata(f->model, "licence");
    model_unset_metadata(f->model, "corpus");
    assert_int_equal(model_metadata_count(f->model), 0);
}

static void test_saving_what_was_loaded_gives_the_same_bytes(void **state) {
    Fixture *f = *state;
    Error err;
    Model *loaded = checkpoint_parse(f->bytes, f->size, &err);
    assert_non_null(loaded);
    check_ok(checkpoint_save(loaded, temp_path(&f->temp, "again"), &err), &err);
    unsigned char *bytes;
    size_t size;
    check_ok(file_read(temp_path(&f->temp, "again"), 1 << 28, &bytes, &size, &err), &err);
    assert_int_equal(size, f->size);
    assert_memory_equal(bytes, f->bytes, size);
    free(bytes);
    model_free(loaded);
}

static void test_numbers_begin_at_a_multiple_of_eight(void **state) {
    Fixture *f = *state;
    size_t length = (size_t)f->bytes[0] | (size_t)f->bytes[1] << 8 | (size_t)f->bytes[2] << 16;
    assert_int_equal(length % 8, 0);
    assert_int_equal(f->bytes[8], '{');
}

static void test_metadata_that_is_no_text_is_not_written(void **state) {
    Fixture *f = *state;
    Error err;
    check_ok(model_set_metadata(f->model, "title", "\xff\xfe", &err), &err);
    check_refused(checkpoint_save(f->model, temp_path(&f->temp, "bad"), &err), &err);
}

/* ---- hostile bytes ---- */

/* The file with the first `find` of its header replaced and the length put right. */
static unsigned char *edit_header(const Fixture *f, const char *find, const char *replace, size_t *size) {
    size_t length = (size_t)f->bytes[0] | (size_t)f->bytes[1] << 8 | (size_t)f->bytes[2] << 16;
    const char *header = (const char *)f->bytes + 8;
    const char *at = memmem(header, length, find, strlen(find));
    if (!at) fail_msg("the header holds no %s", find);
    size_t before = (size_t)(at - header), after = length - before - strlen(find);
    size_t new_length = before + strlen(replace) + after, data = f->size - 8 - length;
    unsigned char *bytes = calloc(1, 8 + new_length + data);
    for (int i = 0; i < 4; i++) bytes[i] = (unsigned char)(new_length >> (8 * i));
    memcpy(bytes + 8, header, before);
    memcpy(bytes + 8 + before, replace, strlen(replace));
    memcpy(bytes + 8 + before + strlen(replace), at + strlen(find), after);
    memcpy(bytes + 8 + new_length, f->bytes + 8 + length, data);
    *size = 8 + new_length + data;
    return bytes;
}

/* Bytes are copied into a block of exactly their size, so that a sanitizer sees any step beyond. */
static void check_bytes_refused(const unsigned char *bytes, size_t size, const char *because) {
    unsigned char *exact = malloc(size ? size : 1);
    memcpy(exact, bytes, size);
    Error err = {{0}};
    Model *model = checkpoint_parse(exact, size, &err);
    free(exact);
    if (model) fail_msg("accepted, wanted: %s", because);
    if (!strstr(err.text, because)) fail_msg("'%s' does not say '%s'", err.text, because);
}

static void test_edited_headers_are_refused(void **state) {
    static const struct {
        const char *find, *replace, *because;
    } edits[] = {
        {"refrain-model", "another-model", "not a refrain model"},
        {"\"version\":\"1\"", "\"version\":\"2\"", "version 2"},
        {"\"version\":\"1\",", "", "version unknown"},
        {"\"channels\":\"32\",", "", "lacks \"channels\""},
        {"\"channels\":\"32\"", "\"channels\":\"many\"", "\"channels\" is no usable number"},
        {"\"channels\":\"32\"", "\"channels\":\"99999999999999999999\"", "\"channels\" is no usable number"},
        {"\"channels\":\"32\"", "\"channels\":\"64\"", "another shape"},
        {"\"channels\":\"32\"", "\"channels\":\"2147483647\"", "configuration"},
        {"\"channels\":\"32\"", "\"channels\":\"0\"", "configuration"},
        {"\"channels\":\"32\"", "\"channels\":32", "not a text"},
        {"\"layers\":\"2\"", "\"layers\":\"3\"", "is missing"},
        {"\"layers\":\"2\"", "\"layers\":\"1\"", "belongs to no part"},
        {"\"token\":", "\"taken\":", "is missing"},
        {"\"F32\"", "\"I32\"", "another type than F32"},
        {"\"F32\"", "\"F16\"", "does not fit its numbers"},
        {"\"F32\"", "32", "has no type"},
        {"\"shape\":[68,8]", "\"shape\":[8,68]", "another shape"},
        {"\"shape\":[68,8]", "\"shape\":[544]", "another shape"},
        {"\"shape\":[68,8]", "\"shape\":[68,8,1]", "another shape"},
        {"\"shape\":[68,8]", "\"shape\":[68,9]", "does not fit its numbers"},
        {"\"shape\":[68,8]", "\"shape\":[68,-8]", "no readable shape"},
        {"\"shape\":[68,8]", "\"shape\":[68.0,8]", "no readable shape"},
        {"\"shape\":[68,8]", "\"shape\":68", "no readable shape"},
        {"\"shape\":[68,8]", "\"shape\":[4294967296,4294967296]", "larger than any file"},
        {"\"shape\":[68,8]", "\"shape\":[1,1,1,68,8]", "no readable shape"},
        {"\"data_offsets\":[0,2176]", "\"data_offsets\":[4,2180]", "gap"},
        {"\"data_offsets\":[2176,", "\"data_offsets\":[2172,", "does not fit its numbers"},
        {"\"data_offsets\":[2176,2448]", "\"data_offsets\":[2172,2444]", "overlaps"},
        {"\"data_offsets\":[0,2176]", "\"data_offsets\":[2176,0]", "outside the file"},
        {"\"data_offsets\":[0,2176]", "\"data_offsets\":[0,9007199254740991]", "outside the file"},
        {"\"data_offsets\":[0,2176]", "\"data_offsets\":[0]", "where its numbers are"},
        {"\"data_offsets\":[0,2176]", "\"data_offsets\":\"here\"", "where its numbers are"},
        {"{\"__metadata__\"", "[{\"__metadata__\"", "is no JSON"},
        {"\"__metadata__\":{", "\"__metadata__\":{\"corpus\":\"x\",", "is no JSON"},
        {"\"token\":", "\"token_bias\":", "is no JSON"},
        {"\"corpus\":\"", "\"corpus\":\"\xff", "is no JSON"},
        {"\"token\":", "\"to\\nken\":", "cannot be printed"},
        {"\"corpus\":", "\"cor\\u001bpus\":", "cannot be printed"},
        {"\"token\":{", "\"token\":null,\"x\":{", "has no type"},
    };
    Fixture *f = *state;
    for (size_t i = 0; i < sizeof edits / sizeof *edits; i++) {
        size_t size;
        unsigned char *bytes = edit_header(f, edits[i].find, edits[i].replace, &size);
        check_bytes_refused(bytes, size, edits[i].because);
        free(bytes);
    }
}

static void test_every_truncation_is_refused(void **state) {
    Fixture *f = *state;
    for (size_t size = 0; size < f->size; size = size < 64 ? size + 1 : size + 997)
        check_bytes_refused(f->bytes, size, "it");
    unsigned char *longer = calloc(1, f->size + 4);
    memcpy(longer, f->bytes, f->size);
    check_bytes_refused(longer, f->size + 4, "belong to no tensor");
    free(longer);
}

static void test_a_length_that_lies_is_refused(void **state) {
    Fixture *f = *state;
    static const unsigned char lies[][8] = {{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff},
                                            {0, 0, 0, 0, 0, 0, 0, 0x80},
                                            {0},
                                            {1},
                                            {0xff, 0xff, 0x7f}};
    for (size_t i = 0; i < sizeof lies / sizeof *lies; i++) {
        unsigned char saved[8];
        memcpy(saved, f->bytes, 8);
        memcpy(f->bytes, lies[i], 8);
        check_bytes_refused(f->bytes, f->size, "it");
        memcpy(f->bytes, saved, 8);
    }
}

static void test_numbers_that_are_none_are_refused(void **state) {
    Fixture *f = *state;
    static const unsigned char bad[][4] = {{0, 0, 0xc0, 0x7f}, {0, 0, 0x80, 0x7f}, {0, 0, 0x80, 0xff}};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        unsigned char saved[4], *last = f->bytes + f->size - 4;
        memcpy(saved, last, 4);
        memcpy(last, bad[i], 4);
        check_bytes_refused(f->bytes, f->size, "not finite");
        memcpy(last, saved, 4);
    }
}

static void test_deep_json_is_refused(void **state) {
    (void)state;
    enum { DEPTH = 200000 };
    unsigned char *bytes = malloc(8 + DEPTH);
    memset(bytes, 0, 8);
    for (int i = 0; i < 4; i++) bytes[i] = (unsigned char)(DEPTH >> (8 * i));
    memset(bytes + 8, '[', DEPTH);
    check_bytes_refused(bytes, 8 + DEPTH, "is no JSON");
    free(bytes);
}

static void test_files_that_are_none_are_refused_by_name(void **state) {
    Fixture *f = *state;
    Error err;
    check_refused(checkpoint_load(temp_path(&f->temp, "missing"), &err), &err);
    check_refused(checkpoint_load(f->temp.folder, &err), &err);
    check_refused(checkpoint_load(temp_write(&f->temp, "empty", "", 0), &err), &err);
    check_refused(
        checkpoint_load(temp_write(&f->temp, "words", "once upon a time there was a file", 33), &err), &err);
    assert_non_null(strstr(err.text, "words"));
}

/* ---- blocks ---- */

static void test_blocks_come_back_by_name(void **state) {
    Fixture *f = *state;
    Error err;
    float a[3] = {1, -2, 3.5f}, b[1] = {1e-30f}, a2[3], b2[1];
    CheckpointBlock out[] = {{"first moment", a, 3}, {"second moment", b, 1}};
    const char *metadata[] = {"step", "12", "seed", "7"};
    const char *path = temp_path(&f->temp, "state");
    check_ok(checkpoint_save_blocks(path, out, 2, metadata, 2, &err), &err);
    CheckpointBlock in[] = {{"second moment", b2, 1}, {"first moment", a2, 3}};
    char *json;
    check_ok(checkpoint_load_blocks(path, in, 2, &json, &err), &err);
    assert_memory_equal(a, a2, sizeof a);
    assert_memory_equal(b, b2, sizeof b);
    assert_string_equal(json, "{\"step\":\"12\",\"seed\":\"7\"}");
    free(json);
    in[0].size = 2;
    check_refused(checkpoint_load_blocks(path, in, 2, NULL, &err), &err);
    in[0] = (CheckpointBlock){"third moment", b2, 1};
    check_refused(checkpoint_load_blocks(path, in, 2, NULL, &err), &err);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_model_comes_back_bit_for_bit, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_saving_what_was_loaded_gives_the_same_bytes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_numbers_begin_at_a_multiple_of_eight, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_model_with_fewer_tokens_is_widened, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_unset_metadata_leaves_the_rest_in_order, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_metadata_that_is_no_text_is_not_written, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_edited_headers_are_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_every_truncation_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_length_that_lies_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_numbers_that_are_none_are_refused, set_up, tear_down),
        cmocka_unit_test(test_deep_json_is_refused),
        cmocka_unit_test_setup_teardown(test_files_that_are_none_are_refused_by_name, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_blocks_come_back_by_name, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("checkpoint", tests, NULL, NULL);
}
