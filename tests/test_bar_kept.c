/* What stays of the notes themselves where the model's bars come and go: edits of a result, and results that are taken over. */
#include <string.h>

#include "engine/bar.h"
#include "tests/support/check.h"

enum { BAR = 1920, QUARTER = 480 };

static void add(Track *track, int32_t start, int32_t length, int pitch, int velocity) {
    Error err;
    check_ok(track_insert(track, (Note){start, length, (uint8_t)pitch, (uint8_t)velocity}, &err) >= 0, &err);
}

/* Four quarters a bar, from a pitch on. */
static void fill(Track *track, int bars, int pitch) {
    for (int i = 0; i < 4 * bars; i++) add(track, QUARTER * i, QUARTER, pitch + i % 4, 80);
}

static Recipe recipe_of(const char *words) {
    char text[100] = "refrain-recipe 2\n";
    Recipe recipe = {0};
    Error err;
    strcat(text, words);
    check_ok(recipe_from_text(&recipe, text, &err), &err);
    return recipe;
}

static void a_changed_bar_alone_is_kept(void **state) {
    (void)state;
    Track before = {0}, after = {0};
    Error err = {{0}};
    BarReport report;
    Recipe recipe = recipe_of("o c c! c");
    fill(&before, 4, 60);
    check_ok(track_copy(&after, &before, &err), &err);
    track_remove(&after, 5);
    assert_int_equal(bar_keep_changes(&recipe, NULL, &before, &after, &report, &err), 1);
    assert_int_equal(recipe.bar[1].kind, RECIPE_NOTES);
    assert_int_equal(recipe.bar[1].step[0], STEP_PITCH + 60);
    assert_int_equal(recipe.bar[1].step[4], STEP_REST);
    assert_int_equal(recipe.bar[0].kind, RECIPE_ORIGINAL);
    track_remove(&after, 8); /* in the locked bar */
    check_refused(bar_keep_changes(&recipe, NULL, &before, &after, &report, &err) >= 0, &err);
    add(&before, 4 * BAR, QUARTER, 60, 80);
    check_refused(bar_keep_changes(&recipe, NULL, &after, &before, &report, &err) >= 0, &err);
    track_deinit(&before);
    track_deinit(&after);
    recipe_deinit(&recipe);
}

/* Bar 2 is another one, bar 3 the same from elsewhere; only bars 1 and 4 are the context's own. */
static void own_bars_stay_as_they_are_written(void **state) {
    (void)state;
    Track written = {0}, result = {0};
    Error err = {{0}};
    Recipe recipe = recipe_of("c c o c");
    for (int i = 0; i < 16; i++)
        add(&written, QUARTER * i + (i == 12 ? -7 : i % 3), QUARTER - 20, 60 + i % 4, 50 + i);
    add(&written, 1, BAR + 600, 48, 99); /* a long low note of a chord */
    fill(&result, 4, 60);
    track_change(&result, 5, (Note){BAR + QUARTER, QUARTER, 75, 80});
    check_ok(bar_keep_written(&result, NULL, &written, &recipe, RECIPE_CONTEXT, &err), &err);
    assert_int_equal(result.count, 17);
    assert_int_equal(result.notes[0].velocity, 50);
    int low = track_find(&result, 1, 48);
    assert_true(low >= 0);
    assert_int_equal(result.notes[low].length, BAR - 1); /* as far as its own bar */
    assert_int_equal(result.notes[track_find(&result, BAR + QUARTER, 75)].velocity, 80);
    assert_int_equal(result.notes[track_find(&result, 2 * BAR, -1)].velocity, 80);
    assert_int_equal(result.notes[13].start, 3 * BAR - 7); /* a little early, in the bar that it is read in */
    assert_int_equal(result.notes[16].velocity, 65);
    track_deinit(&written);
    track_deinit(&result);
    recipe_deinit(&recipe);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_changed_bar_alone_is_kept),
        cmocka_unit_test(own_bars_stay_as_they_are_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
