/* Takes: a list of recipes by name, which nobody who shares it sees change. */
#include <string.h>

#include "engine/music/takes.h"
#include "tests/support/check.h"

static Recipe recipe_of(const char *text) {
    Recipe recipe = {0};
    Error err;
    check_ok(recipe_from_text(&recipe, text, &err), &err);
    return recipe;
}

static void keep(Takes **takes, const char *name, const char *text) {
    Error err;
    Recipe recipe = recipe_of(text);
    check_ok(takes_keep(takes, name, &recipe, &err), &err);
    recipe_deinit(&recipe);
}

static void a_recipe_is_found_by_its_name_and_by_itself(void **state) {
    (void)state;
    Takes *takes = NULL;
    Error err = {{0}};
    assert_int_equal(takes_count(NULL), 0);
    keep(&takes, "verse", "refrain-recipe 2\no c");
    keep(&takes, "bridge", "refrain-recipe 2\nc o5!");
    assert_int_equal(takes_find(takes, "bridge"), 1);
    assert_int_equal(takes_find(takes, "x"), -1);
    Recipe recipe = recipe_of("refrain-recipe 2\nc o5!");
    assert_int_equal(takes_of(takes, &recipe), 1);
    keep(&takes, "bridge", "refrain-recipe 2\nc c"); /* in the place of the older one */
    assert_int_equal(takes_count(takes), 2);
    assert_int_equal(takes_of(takes, &recipe), -1);
    check_ok(takes_forget(&takes, 0, &err), &err);
    assert_string_equal(takes_name(takes, 0), "bridge");
    assert_int_equal(takes_recipe(takes, 0)->count, 2);
    recipe_deinit(&recipe);
    takes_unref(takes);
}

static void who_shares_a_list_keeps_it(void **state) {
    (void)state;
    Takes *takes = NULL;
    keep(&takes, "a", "refrain-recipe 2\no");
    Takes *shared = takes_ref(takes);
    keep(&takes, "b", "refrain-recipe 2\nc");
    assert_int_equal(takes_count(shared), 1);
    assert_int_equal(takes_count(takes), 2);
    assert_false(takes_equal(shared, takes));
    assert_true(takes_bytes(takes) > takes_bytes(shared));
    takes_unref(shared);
    takes_unref(takes);
}

static bool lock_all(Recipe *recipe, void *how, Error *err) {
    for (int i = 0; i < recipe->count; i++) recipe->bar[i].locked = true;
    return --*(int *)how >= 0 || error_set(err, "enough");
}

static void a_change_is_all_or_nothing(void **state) {
    (void)state;
    Takes *takes = NULL;
    Error err = {{0}};
    int allowed = 1;
    assert_true(takes_change(&takes, lock_all, &allowed, &err)); /* of nothing */
    keep(&takes, "a", "refrain-recipe 2\no");
    keep(&takes, "b", "refrain-recipe 2\nc");
    assert_false(takes_change(&takes, lock_all, &allowed, &err));
    assert_false(takes_recipe(takes, 0)->bar[0].locked);
    allowed = 2;
    assert_true(takes_change(&takes, lock_all, &allowed, &err));
    assert_true(takes_recipe(takes, 1)->bar[0].locked);
    takes_unref(takes);
}

static void there_is_an_end_to_it(void **state) {
    (void)state;
    Takes *takes = NULL;
    Error err = {{0}};
    Recipe recipe = recipe_of("refrain-recipe 2\no");
    for (int i = 0; i < TAKES_MAX; i++) {
        char name[] = {(char)('0' + i), '\0'};
        assert_true(takes_keep(&takes, name, &recipe, &err));
    }
    assert_false(takes_keep(&takes, "one more", &recipe, &err));
    assert_non_null(strstr(err.text, "64 takes"));
    assert_false(takes_keep(&takes, "", &recipe, &err));
    assert_non_null(strstr(err.text, "needs a name"));
    assert_true(takes_keep(&takes, "0", &recipe, &err));
    assert_int_equal(takes_count(takes), TAKES_MAX);
    recipe_deinit(&recipe);
    takes_unref(takes);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_recipe_is_found_by_its_name_and_by_itself),
        cmocka_unit_test(who_shares_a_list_keeps_it),
        cmocka_unit_test(a_change_is_all_or_nothing),
        cmocka_unit_test(there_is_an_end_to_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
