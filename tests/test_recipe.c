/* Recipe: default sources, and a text that comes back exactly in every locale. */
#include "tests/support/check.h"

#include <locale.h>
#include <stdlib.h>

#include "engine/base/rng.h"
#include "engine/music/recipe.h"

static void check_text(const char *text) {
    Recipe recipe = {0};
    Error err;
    check_ok(recipe_from_text(&recipe, text, &err), &err);
    char *back = recipe_to_text(&recipe);
    assert_non_null(back);
    assert_string_equal(back, text);
    free(back);
    recipe_deinit(&recipe);
}

static void the_first_bar_comes_from_the_original(void **state) {
    (void)state;
    Recipe recipe = {0};
    Error err;
    check_ok(recipe_resize(&recipe, 3, true, &err), &err);
    assert_int_equal(recipe.bar[0].kind, RECIPE_ORIGINAL);
    assert_int_equal(recipe.bar[1].kind, RECIPE_CONTEXT);
    check_ok(recipe_resize(&recipe, 1, true, &err), &err);
    check_ok(recipe_resize(&recipe, 3, false, &err), &err);
    assert_int_equal(recipe.bar[2].kind, RECIPE_ORIGINAL);
    recipe_deinit(&recipe);
    recipe_deinit(&recipe);
}

static void texts_are_as_specified(void **state) {
    (void)state;
    check_text("refrain-recipe 2");
    check_text("refrain-recipe 2\no c c! m0.5 p7@1");
    check_text("refrain-recipe 2\no! m0! m1 n18446744073709551615@0.800000012! p0@0");
    check_text("refrain-recipe 2\no5 c12! ov2 c3v8! o65536");
    check_text("refrain-recipe 2\nk3c---40--.........~7 k................! "
               "k007f------------7f-~18446744073709551615!");
    check_text("refrain-recipe 2\no c! m0.5\nc4 o k3c---------------\nn7@1 o c");
    Recipe recipe = {0};
    Error err;
    check_ok(recipe_from_text(&recipe, "refrain-recipe 2\r\n\n c7v2 \to\n k3c-..............~0 c\n\n", &err),
             &err);
    assert_int_equal(recipe.voices, 2);
    assert_int_equal(recipe.count, 2);
    assert_int_equal(recipe.bar[0].bar, 7);
    assert_int_equal(recipe.bar[0].voice, 2);
    assert_int_equal(source_bar(&recipe.bar[0], 0), 6);
    assert_int_equal(source_bar(&recipe.bar[1], 1), 1);
    const BarSource *kept = &recipe.bar[2];
    assert_int_equal(kept->kind, RECIPE_NOTES);
    assert_true(kept->seeded && kept->seed == 0);
    assert_int_equal(kept->step[0], STEP_PITCH + 60);
    assert_int_equal(kept->step[1], STEP_HOLD);
    assert_int_equal(kept->step[15], STEP_REST);
    recipe_deinit(&recipe);
}

/* What songs of before say: one voice, wherever the lines end. */
static void old_texts_are_read(void **state) {
    (void)state;
    Recipe recipe = {0};
    Error err;
    check_ok(recipe_from_text(&recipe, "refrain-recipe 1\n  o\tc! \r\n m0.25\np7@1 n8@0.5!", &err), &err);
    char *text = recipe_to_text(&recipe);
    assert_non_null(text);
    assert_string_equal(text, "refrain-recipe 2\no c! m0.25 p7@1 n8@0.5!");
    free(text);
    check_ok(recipe_from_text(&recipe, "refrain-recipe 1", &err), &err);
    assert_int_equal(recipe.count, 0);
    recipe_deinit(&recipe);
}

static void check_is(const Recipe *recipe, const char *text) {
    char *is = recipe_to_text(recipe);
    assert_non_null(is);
    assert_string_equal(is, text);
    free(is);
}

static void all_rows_move_together(void **state) {
    (void)state;
    Recipe recipe = {0};
    Error err;
    check_ok(recipe_from_text(&recipe, "refrain-recipe 2\no1 o2 o3\nc1 c2 c3", &err), &err);
    check_ok(recipe_insert_bars(&recipe, 1, 2, true, &err), &err);
    check_is(&recipe, "refrain-recipe 2\no1 c c o2 o3\nc1 c c c2 c3");
    recipe_delete_bars(&recipe, 0, 2);
    check_is(&recipe, "refrain-recipe 2\nc o2 o3\nc c2 c3");
    check_ok(recipe_resize(&recipe, 2, true, &err), &err);
    check_is(&recipe, "refrain-recipe 2\nc o2\nc c2");
    check_ok(recipe_resize(&recipe, 4, false, &err), &err);
    check_is(&recipe, "refrain-recipe 2\nc o2 o o\nc c2 o o");
    recipe_deinit(&recipe);
}

static BarSource random_source(Rng *rng) {
    BarSource source = {.kind = (RecipeKind)rng_below(rng, RECIPE_NOTES + 1), .locked = rng_below(rng, 2)};
    if (source.kind == RECIPE_ORIGINAL || source.kind == RECIPE_CONTEXT) {
        source.bar = rng_below(rng, 2) * rng_below(rng, 60000);
        source.voice = (uint8_t)(rng_below(rng, 2) * rng_below(rng, 9));
    }
    for (int i = 0; source.kind == RECIPE_NOTES && i < RECIPE_STEPS; i++)
        source.step[i] = (uint8_t)rng_below(rng, STEP_LAST + 1);
    if (source.kind == RECIPE_NOTES && (source.seeded = rng_below(rng, 2))) source.seed = rng_next(rng);
    if (source.kind == RECIPE_MIX) source.mix = (float)rng_uniform(rng);
    if (source.kind == RECIPE_POSTERIOR || source.kind == RECIPE_PRIOR) {
        source.seed = rng_next(rng) >> rng_below(rng, 64);
        source.temperature = 2 * (float)rng_uniform(rng);
    }
    return source;
}

static void any_recipe_comes_back(void **state) {
    (void)state;
    Rng rng;
    rng_seed(&rng, 51);
    for (int round = 0; round < 200; round++) {
        Recipe recipe = {0}, back = {0}, copy = {0};
        Error err;
        recipe.voices = 1 + rng_below(&rng, 8);
        check_ok(recipe_resize(&recipe, rng_below(&rng, 40), true, &err), &err);
        for (int t = 0; t < recipe.voices * recipe.count; t++) recipe.bar[t] = random_source(&rng);
        char *text = recipe_to_text(&recipe);
        check_ok(recipe_from_text(&back, text, &err), &err);
        assert_true(recipe_equal(&recipe, &back));
        check_ok(recipe_copy(&copy, &recipe, &err), &err);
        assert_true(recipe_equal(&recipe, &copy));
        if (recipe.count > 0) {
            copy.bar[recipe.count / 2].locked ^= true;
            assert_false(recipe_equal(&recipe, &copy));
        }
        free(text);
        recipe_deinit(&recipe);
        recipe_deinit(&back);
        recipe_deinit(&copy);
    }
}

static void what_is_not_used_does_not_count(void **state) {
    (void)state;
    BarSource a = {.kind = RECIPE_ORIGINAL, .seed = 5}, b = {.kind = RECIPE_ORIGINAL, .mix = 0.5f};
    assert_true(recipe_equal(&(Recipe){&a, 1, 1}, &(Recipe){&b, 1, 1}));
    a.kind = b.kind = RECIPE_NOTES;
    assert_true(recipe_equal(&(Recipe){&a, 1, 1}, &(Recipe){&b, 1, 1}));
    a.seeded = b.seeded = true;
    assert_false(recipe_equal(&(Recipe){&a, 1, 1}, &(Recipe){&b, 1, 1}));
    a.kind = b.kind = RECIPE_MIX;
    assert_false(recipe_equal(&(Recipe){&a, 1, 1}, &(Recipe){&b, 1, 1}));
    a.kind = b.kind = RECIPE_CONTEXT;
    assert_true(recipe_equal(&(Recipe){&a, 1, 1}, &(Recipe){&b, 1, 1}));
    b.bar = 3;
    assert_false(recipe_equal(&(Recipe){&a, 1, 1}, &(Recipe){&b, 1, 1}));
}

/* A point stays a point where people write a comma. */
static void texts_do_not_depend_on_the_locale(void **state) {
    (void)state;
    static const char *const names[] = {"de_DE.UTF-8", "fr_FR.UTF-8", "de_DE", "ru_RU.UTF-8"};
    bool found = false;
    for (size_t i = 0; i < sizeof names / sizeof *names && !found; i++)
        found = setlocale(LC_ALL, names[i]) != NULL;
    if (!found) skip();
    check_text("refrain-recipe 2\nm0.25 p7@0.5");
    setlocale(LC_ALL, "C");
}

static void check_each_refused(const char *const *texts, size_t count) {
    Recipe recipe = {0};
    Error err;
    check_ok(recipe_from_text(&recipe, "refrain-recipe 1 o c", &err), &err);
    for (size_t i = 0; i < count; i++) {
        check_refused(recipe_from_text(&recipe, texts[i], &err), &err);
        assert_int_equal(recipe.count, 2); /* what was there stays */
    }
    recipe_deinit(&recipe);
}

static void malformed_texts_are_refused(void **state) {
    (void)state;
    static const char *const texts[] = {
        "",
        "refrain",
        "refrain-recipe 3 o",
        "refrain-recipe 12",
        "refrain-recipe 1 x",
        "refrain-recipe 1 oo",
        "refrain-recipe 1 o!!",
        "refrain-recipe 1 !",
        "refrain-recipe 1 m",
        "refrain-recipe 1 m1.5",
        "refrain-recipe 1 m-0.5",
        "refrain-recipe 1 mnan",
        "refrain-recipe 1 minf",
        "refrain-recipe 1 m 0.5",
        "refrain-recipe 1 m0.5x",
        "refrain-recipe 1 p",
        "refrain-recipe 1 p7",
        "refrain-recipe 1 p7@",
        "refrain-recipe 1 p-7@1",
        "refrain-recipe 1 p7@1e9",
        "refrain-recipe 1 p7@-1",
        "refrain-recipe 1 p18446744073709551616@1",
        "refrain-recipe 1 n7@0.0000000000000000000000000000000000000000000000000000000000000000000001",
    };
    check_each_refused(texts, sizeof texts / sizeof *texts);
    Recipe recipe = {0};
    Error err;
    check_refused(recipe_from_text(&recipe, "refrain-recipe 1 o c m2", &err), &err);
    assert_non_null(strstr(err.text, "bar 3"));
    recipe_deinit(&recipe);
}

static void malformed_rows_are_refused(void **state) {
    (void)state;
    static const char *const texts[] = {
        "refrain-recipe 1 o5",
        "refrain-recipe 1 cv2",
        "refrain-recipe 1 k................",
        "refrain-recipe 2 o0",
        "refrain-recipe 2 o65537",
        "refrain-recipe 2 o-1",
        "refrain-recipe 2 ov",
        "refrain-recipe 2 ov0",
        "refrain-recipe 2 ov9",
        "refrain-recipe 2 o5v2v2",
        "refrain-recipe 2 m0.5v2",
        "refrain-recipe 2 k",
        "refrain-recipe 2 k...............",
        "refrain-recipe 2 k.................",
        "refrain-recipe 2 k...............3",
        "refrain-recipe 2 k...............80",
        "refrain-recipe 2 k...............3C",
        "refrain-recipe 2 k................~",
        "refrain-recipe 2 k................~-1",
        "refrain-recipe 2\no c\no",
        "refrain-recipe 2\no\no c",
        "refrain-recipe 2\no c\no\no c",
        "refrain-recipe 2\no\no\no\no\no\no\no\no\no",
    };
    check_each_refused(texts, sizeof texts / sizeof *texts);
    Recipe recipe = {0};
    Error err;
    check_refused(recipe_from_text(&recipe, "refrain-recipe 2\no c\no c\no\no c", &err), &err);
    assert_non_null(strstr(err.text, "line 3"));
}

static void an_endless_text_is_refused(void **state) {
    (void)state;
    size_t words = 70000;
    char *text = malloc(32 + 2 * words);
    assert_non_null(text);
    strcpy(text, "refrain-recipe 1");
    for (size_t i = 0; i < words; i++) memcpy(text + 16 + 2 * i, " o", 3);
    Recipe recipe = {0};
    Error err;
    check_refused(recipe_from_text(&recipe, text, &err), &err);
    free(text);
}

static void check_words(BarSource source, const char *sign, const char *brief, const char *full) {
    char words[80];
    source_words(words, sizeof words, &source, SOURCE_SIGN);
    assert_string_equal(words, sign);
    source_words(words, sizeof words, &source, SOURCE_SHORT);
    assert_string_equal(words, brief);
    source_words(words, sizeof words, &source, SOURCE_LONG);
    assert_string_equal(words, full);
}

static void sources_have_words_of_three_lengths(void **state) {
    (void)state;
    check_words((BarSource){.kind = RECIPE_ORIGINAL, .locked = true}, "1", "1 original", "the original");
    check_words((BarSource){.kind = RECIPE_CONTEXT}, "2", "2 context", "the context");
    check_words((BarSource){.kind = RECIPE_MIX, .mix = 0.25f}, "25%", "25% of 2",
                "a mix: 25% context, 75% original");
    check_words((BarSource){.kind = RECIPE_POSTERIOR, .seed = 7, .temperature = 0.8f}, "~", "~vary 7 @0.8",
                "a variation of its default source, seed 7, temperature 0.8");
    check_words((BarSource){.kind = RECIPE_PRIOR, .seed = 7, .temperature = 0.8f}, "~n", "~new 7 @0.8",
                "drawn anew, seed 7, temperature 0.8");
    check_words((BarSource){.kind = RECIPE_ORIGINAL, .bar = 5}, "1:5", "1 bar 5", "bar 5 of the original");
    check_words((BarSource){.kind = RECIPE_CONTEXT, .bar = 5, .voice = 2}, "2v2:5", "2 voice 2 bar 5",
                "bar 5 of voice 2 of the context");
    check_words((BarSource){.kind = RECIPE_CONTEXT, .voice = 2}, "2v2", "2 voice 2",
                "voice 2 of the context");
    check_words((BarSource){.kind = RECIPE_NOTES, .seed = 7}, "=", "=kept", "kept notes");
    check_words((BarSource){.kind = RECIPE_NOTES, .seeded = true, .seed = 7}, "=", "=kept 7",
                "kept notes, seed 7");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_bar_comes_from_the_original),
        cmocka_unit_test(sources_have_words_of_three_lengths),
        cmocka_unit_test(texts_are_as_specified),
        cmocka_unit_test(old_texts_are_read),
        cmocka_unit_test(all_rows_move_together),
        cmocka_unit_test(any_recipe_comes_back),
        cmocka_unit_test(what_is_not_used_does_not_count),
        cmocka_unit_test(texts_do_not_depend_on_the_locale),
        cmocka_unit_test(malformed_texts_are_refused),
        cmocka_unit_test(malformed_rows_are_refused),
        cmocka_unit_test(an_endless_text_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
