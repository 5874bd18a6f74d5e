#include "tests/support/check.h"

#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include "engine/engine.h"
#include "engine/nn/checkpoint.h"
#include "tests/support/random_music.h"
#include "tests/support/temp.h"
#include "tests/support/tiny_model.h"

typedef struct {
    Temp temp;
    Engine *engine;
    Reader *reader; /* the same model, for what is expected */
    Model *model;
    Rng rng;
    Error err;
} Fixture;

static int set_up(void **state) {
    Fixture *f = calloc(1, sizeof *f);
    temp_open(&f->temp);
    rng_seed(&f->rng, 2);
    f->model = tiny_model(64, 3);
    check_ok(checkpoint_save(f->model, temp_path(&f->temp, "tiny.safetensors"), &f->err), &f->err);
    f->reader = reader_new(f->model, &f->err);
    f->engine = engine_new(&f->err);
    assert_non_null(f->engine);
    *state = f;
    return 0;
}

static int tear_down(void **state) {
    Fixture *f = *state;
    engine_free(f->engine);
    reader_free(f->reader);
    model_free(f->model);
    temp_close(&f->temp);
    free(f);
    return 0;
}

/* Sleeps until the next reply; a test that waits for what never comes is ended by the runner, not by a clock here. */
static EngineReply next_reply(Fixture *f) {
    EngineReply reply;
    while (!engine_take(f->engine, &reply)) {
        struct pollfd wake = {.fd = engine_wake_fd(f->engine), .events = POLLIN};
        poll(&wake, 1, -1);
    }
    return reply;
}

static uint64_t post_path(Fixture *f, const char *path) {
    EngineRequest request = {.kind = ENGINE_LOAD_MODEL, .path = strdup(path)};
    return engine_post(f->engine, &request);
}

static void load(Fixture *f) {
    uint64_t id = post_path(f, temp_path(&f->temp, "tiny.safetensors"));
    EngineReply reply = next_reply(f);
    assert_int_equal(reply.id, id);
    assert_int_equal(reply.kind, ENGINE_LOAD_MODEL);
    assert_true(reply.ok);
    assert_string_equal(reply.model_name, "tiny.safetensors");
    engine_reply_deinit(&reply);
}

static BarSequence copy_of(const BarSequence *bars) {
    BarSequence copy = {0};
    assert_true(bar_sequence_copy(&copy, bars, NULL));
    return copy;
}

static uint64_t post_bars(Fixture *f, EngineKind kind, const BarSequence *bars) {
    EngineRequest request = {.kind = kind, .bars = copy_of(bars)};
    uint64_t id = engine_post(f->engine, &request);
    assert_null(request.bars.bar);
    return id;
}

static uint64_t post_result(Fixture *f, const BarSequence *original, const BarSequence *context,
                            const Recipe *recipe) {
    EngineRequest request = {.kind = ENGINE_RESULT, .result = {.original = copy_of(original)}};
    if (context) request.result.context = copy_of(context);
    check_ok(recipe_copy(&request.result.recipe, recipe, &f->err), &f->err);
    return engine_post(f->engine, &request);
}

/* ---- answers ---- */

static void test_without_a_model_every_wish_is_answered_with_a_sentence(void **state) {
    Fixture *f = *state;
    BarSequence bars = {0};
    random_bars(&bars, &f->rng, 4, 16, 0.5);
    static const EngineKind KINDS[] = {ENGINE_ORIGINAL, ENGINE_CONTEXT, ENGINE_RESULT, ENGINE_CONTINUE};
    for (int i = 0; i < 4; i++) {
        uint64_t id = post_bars(f, KINDS[i], &bars);
        EngineReply reply = next_reply(f);
        assert_int_equal(reply.id, id);
        assert_false(reply.ok || reply.partial);
        assert_true(check_is_sentence(reply.error.text));
        engine_reply_deinit(&reply);
    }
    assert_false(engine_snapshot(f->engine).has_model);
    bar_sequence_deinit(&bars);
}

static void test_a_bad_model_file_is_survived(void **state) {
    Fixture *f = *state;
    load(f);
    post_path(f, temp_write(&f->temp, "bad.safetensors", "not a model at all", 18));
    EngineReply reply = next_reply(f);
    assert_false(reply.ok);
    assert_true(check_is_sentence(reply.error.text));
    engine_reply_deinit(&reply);
    EngineSnapshot snapshot = engine_snapshot(f->engine);
    assert_true(snapshot.has_model);
    assert_string_equal(snapshot.model_name, "tiny.safetensors");
    BarSequence bars = {0};
    random_bars(&bars, &f->rng, 4, 16, 0.5);
    post_bars(f, ENGINE_ORIGINAL, &bars);
    reply = next_reply(f);
    assert_true(reply.ok);
    engine_reply_deinit(&reply);
    bar_sequence_deinit(&bars);
}

static void test_the_original_is_answered_whole_in_the_end_with_influence(void **state) {
    Fixture *f = *state;
    BarSequence bars = {0}, expected = {0};
    random_bars(&bars, &f->rng, 10, 12, 0.5);
    bars.octave_shift = -12;
    check_ok(compose_reconstruct(f->reader, &expected, &bars, NULL, &f->err), &f->err);
    load(f);
    uint64_t id = post_bars(f, ENGINE_ORIGINAL, &bars);
    /* On a busy machine the whole answer may have replaced the partial one before this thread came to take it. */
    for (bool whole = false; !whole;) {
        EngineReply reply = next_reply(f);
        whole = !reply.partial;
        assert_true(reply.ok);
        assert_int_equal(reply.id, id);
        assert_true(bar_sequence_equal(&reply.bars, &expected));
        assert_int_equal(analysis_count(reply.analysis), 10);
        assert_int_equal(analysis_has(reply.analysis, ANALYSIS_INFLUENCE), whole);
        if (whole) assert_true(analysis_cell(reply.analysis, ANALYSIS_INFLUENCE, 0, 0) > 0);
        engine_reply_deinit(&reply);
    }
    bar_sequence_deinit(&bars);
    bar_sequence_deinit(&expected);
}

static void test_a_result_is_what_the_verbs_compute(void **state) {
    Fixture *f = *state;
    BarSequence original = {0}, context = {0}, expected = {0};
    LatentSequence z = {0};
    Recipe recipe = {0};
    random_bars(&original, &f->rng, 6, 16, 0.5);
    random_bars(&context, &f->rng, 8, 16, 0.5);
    check_ok(recipe_resize(&recipe, 8, true, &f->err), &f->err);
    load(f);
    for (int round = 0; round < 3; round++) {
        recipe.bar[round].kind = round == 1 ? RECIPE_ORIGINAL : RECIPE_CONTEXT;
        const ComposeRequest request = {.original = original, .context = context, .recipe = recipe};
        check_ok(compose_result(f->reader, &expected, &z, &request, NULL, NULL, &f->err), &f->err);
        const uint64_t id = post_result(f, &original, &context, &recipe);
        /* The notes may come twice: first alone, then with what was measured of them. Both belong to this round. */
        for (bool whole = false; !whole;) {
            EngineReply reply = next_reply(f);
            whole = !reply.partial;
            assert_true(reply.ok);
            assert_int_equal(reply.id, id);
            assert_true(bar_sequence_equal(&reply.bars, &expected));
            engine_reply_deinit(&reply);
        }
    }
    bar_sequence_deinit(&original);
    bar_sequence_deinit(&context);
    bar_sequence_deinit(&expected);
    latent_sequence_deinit(&z);
    recipe_deinit(&recipe);
}

static EngineReply whole_result(Fixture *f) {
    EngineReply reply = next_reply(f);
    while (reply.kind != ENGINE_RESULT || reply.partial) {
        engine_reply_deinit(&reply);
        reply = next_reply(f);
    }
    return reply;
}

static void test_bars_that_change_with_another_bars_latent_are_marked(void **state) {
    Fixture *f = *state;
    BarSequence original = {0}, context = {0};
    Recipe recipe = {0};
    random_bars(&original, &f->rng, 12, 16, 0.5);
    random_bars(&context, &f->rng, 12, 16, 0.5);
    check_ok(recipe_resize(&recipe, 12, true, &f->err), &f->err);
    load(f);
    post_result(f, &original, &context, &recipe);
    EngineReply before = whole_result(f);
    assert_null(before.follows); /* nothing to compare with */
    recipe.bar[2].kind = RECIPE_ORIGINAL;
    post_result(f, &original, &context, &recipe);
    EngineReply after = whole_result(f);
    assert_non_null(after.follows);
    int marked = 0;
    for (int t = 0; t < 12; t++) {
        bool changed = !bar_equal(&before.bars.bar[t], &after.bars.bar[t]);
        assert_int_equal(after.follows[t], changed && t != 2);
        marked += after.follows[t];
    }
    assert_true(marked > 0);
    engine_reply_deinit(&before);
    engine_reply_deinit(&after);
    post_result(f, &context, &original, &recipe);
    after = whole_result(f);
    assert_null(after.follows); /* other melodies */
    engine_reply_deinit(&after);
    bar_sequence_deinit(&original);
    bar_sequence_deinit(&context);
    recipe_deinit(&recipe);
}

static void test_wishes_that_cannot_be_are_answered_with_a_sentence(void **state) {
    Fixture *f = *state;
    BarSequence original = {0}, context = {0}, none = {0};
    Recipe recipe = {0};
    random_bars(&original, &f->rng, 4, 16, 0.5);
    random_bars(&context, &f->rng, 4, 12, 0.5);
    check_ok(recipe_resize(&recipe, 5, true, &f->err), &f->err);
    load(f);
    for (int i = 0; i < 3; i++) {
        if (i == 0) post_result(f, &original, &context, &recipe);
        if (i == 1) post_result(f, &original, NULL, &recipe);
        if (i == 2) post_bars(f, ENGINE_ORIGINAL, &none);
        EngineReply reply = next_reply(f);
        assert_false(reply.ok);
        assert_true(check_is_sentence(reply.error.text));
        engine_reply_deinit(&reply);
    }
    bar_sequence_deinit(&original);
    bar_sequence_deinit(&context);
    recipe_deinit(&recipe);
}

static void test_a_continuation_is_what_the_verbs_compute(void **state) {
    Fixture *f = *state;
    BarSequence prime = {0}, expected = {0};
    random_bars(&prime, &f->rng, 5, 16, 0.5);
    check_ok(compose_continue(f->reader, &expected, &prime, 7,
                              (ComposeDrawing){.temperature = 0.8f, .seed = 21}, NULL, &f->err),
             &f->err);
    load(f);
    EngineRequest request = {
        .kind = ENGINE_CONTINUE, .bars = copy_of(&prime), .count = 7, .temperature = 0.8f, .seed = 21};
    engine_post(f->engine, &request);
    EngineReply reply = next_reply(f);
    assert_true(reply.ok && !reply.partial);
    assert_true(bar_sequence_equal(&reply.bars, &expected));
    engine_reply_deinit(&reply);
    bar_sequence_deinit(&prime);
    bar_sequence_deinit(&expected);
}

/* ---- order ---- */

static void test_the_newest_of_many_wins_and_is_always_answered(void **state) {
    Fixture *f = *state;
    enum { POSTS = 40 };
    BarSequence bars[POSTS] = {{0}}, expected = {0};
    for (int i = 0; i < POSTS; i++) random_bars(&bars[i], &f->rng, 3 + i % 5, 16, 0.5);
    load(f);
    uint64_t last = 0, seen = 0;
    for (int i = 0; i < POSTS; i++) last = post_bars(f, ENGINE_ORIGINAL, &bars[i]);
    int answers = 0;
    EngineReply reply = next_reply(f);
    for (;; reply = next_reply(f)) {
        assert_true(reply.ok && reply.id >= seen); /* never an older one after a newer one */
        seen = reply.id;
        if (reply.id == last && !reply.partial) break;
        answers++;
        engine_reply_deinit(&reply);
    }
    check_ok(compose_reconstruct(f->reader, &expected, &bars[POSTS - 1], NULL, &f->err), &f->err);
    assert_true(bar_sequence_equal(&reply.bars, &expected));
    assert_true(answers < 2 * POSTS);
    engine_reply_deinit(&reply);
    assert_false(engine_take(f->engine, &reply)); /* nothing comes after the newest */
    for (int i = 0; i < POSTS; i++) bar_sequence_deinit(&bars[i]);
    bar_sequence_deinit(&expected);
}

static void test_measuring_gives_way_and_is_finished_later(void **state) {
    Fixture *f = *state;
    BarSequence original = {0}, context = {0};
    Recipe recipe = {0};
    random_bars(&original, &f->rng, 64, 16,
                0.5); /* 128 decodings of 64 bars: long enough to be interrupted */
    random_bars(&context, &f->rng, 8, 16, 0.5);
    check_ok(recipe_resize(&recipe, 8, true, &f->err), &f->err);
    load(f);
    uint64_t measured = post_bars(f, ENGINE_ORIGINAL, &original);
    EngineReply reply = next_reply(f);
    assert_true(reply.ok && reply.partial);
    engine_reply_deinit(&reply);
    uint64_t urgent = post_bars(f, ENGINE_CONTEXT, &context);
    bool measured_whole = false, urgent_whole = false;
    while (!measured_whole || !urgent_whole) {
        reply = next_reply(f);
        assert_true(reply.ok);
        if (!reply.partial) {
            assert_true(analysis_has(reply.analysis, ANALYSIS_INFLUENCE));
            assert_true(analysis_cell(reply.analysis, ANALYSIS_INFLUENCE, 0, 0) > 0);
            measured_whole |= reply.id == measured;
            urgent_whole |= reply.id == urgent;
        }
        engine_reply_deinit(&reply);
    }
    bar_sequence_deinit(&original);
    bar_sequence_deinit(&context);
    recipe_deinit(&recipe);
}

static void test_an_engine_is_freed_while_it_works(void **state) {
    Fixture *f = *state;
    BarSequence bars = {0};
    random_bars(&bars, &f->rng, 20, 16, 0.5);
    load(f);
    for (int i = 0; i < 4; i++) {
        Engine *engine = engine_new(&f->err);
        EngineRequest request = {.kind = ENGINE_LOAD_MODEL,
                                 .path = strdup(temp_path(&f->temp, "tiny.safetensors"))};
        engine_post(engine, &request);
        for (int kind = ENGINE_ORIGINAL; kind < ENGINE_KINDS; kind++) {
            request = (EngineRequest){.kind = (EngineKind)kind, .bars = copy_of(&bars), .count = 8};
            if (kind == ENGINE_RESULT) request.result.original = copy_of(&bars);
            engine_post(engine, &request);
        }
        if (i % 2) {
            struct pollfd wake = {.fd = engine_wake_fd(engine), .events = POLLIN};
            poll(&wake, 1, -1);
        }
        engine_free(engine);
    }
    post_bars(f, ENGINE_ORIGINAL, &bars); /* and the fixture's, busy, is freed by tear_down */
    bar_sequence_deinit(&bars);
}

static void test_the_wake_pipe_is_quiet_when_nothing_waits(void **state) {
    Fixture *f = *state;
    load(f);
    EngineReply reply;
    assert_false(engine_take(f->engine, &reply));
    struct pollfd wake = {.fd = engine_wake_fd(f->engine), .events = POLLIN};
    assert_int_equal(poll(&wake, 1, 0), 0);
}

static void test_freeing_nothing_is_fine(void **state) {
    (void)state;
    engine_free(NULL);
    EngineReply reply = {0};
    EngineRequest request = {0};
    engine_reply_deinit(&reply);
    engine_request_deinit(&request);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_without_a_model_every_wish_is_answered_with_a_sentence),
        TEST(test_a_bad_model_file_is_survived),
        TEST(test_the_original_is_answered_whole_in_the_end_with_influence),
        TEST(test_a_result_is_what_the_verbs_compute),
        TEST(test_bars_that_change_with_another_bars_latent_are_marked),
        TEST(test_wishes_that_cannot_be_are_answered_with_a_sentence),
        TEST(test_a_continuation_is_what_the_verbs_compute),
        TEST(test_the_newest_of_many_wins_and_is_always_answered),
        TEST(test_measuring_gives_way_and_is_finished_later),
        TEST(test_an_engine_is_freed_while_it_works),
        TEST(test_the_wake_pipe_is_quiet_when_nothing_waits),
        cmocka_unit_test(test_freeing_nothing_is_fine),
    };
    return cmocka_run_group_tests_name("engine", tests, NULL, NULL);
}
