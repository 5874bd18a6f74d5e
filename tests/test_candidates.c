/* Candidates: other bars for the result, stepped through, kept or dropped, as one step of the history. */

#include "tests/support/scripted.h"

static int set_up(void **state) {
    (void)state;
    studio_script_open(&script, true);
    studio_script_do(&script, "e %s", studio_script_file(&script, "a.mid", 1, 8));
    return 0;
}

static const BarSource *source(int bar) {
    return &document()->recipe.bar[bar];
}

static int steps_back(void) {
    int count = 0;
    while (session_undo(&script.studio.editor.session)) count++;
    for (int i = 0; i < count; i++) session_redo(&script.studio.editor.session);
    return count;
}

static void test_one_after_another_is_one_step(void **state) {
    (void)state;
    run("goto 3;seed 9");
    const int before = steps_back();
    BarSource seen[DRAWER_CANDIDATES];
    run("resample");
    const int choices = script.studio.candidates.choices;
    assert_in_range(choices, 2, DRAWER_CANDIDATES);
    for (int i = 0; i < choices; i++) {
        seen[i] = *source(2);
        assert_int_equal(seen[i].kind, RECIPE_NOTES);
        assert_true(seen[i].seeded && seen[i].seed == 9);
        for (int k = 0; k < i; k++) assert_true(memcmp(seen[i].step, seen[k].step, sizeof seen[i].step) != 0);
        run("resample");
    }
    assert_memory_equal(source(2)->step, seen[0].step, sizeof seen[0].step); /* round again */
    assert_int_equal(steps_back(), before + 1);
}

static void test_enter_keeps_and_places_no_note(void **state) {
    (void)state;
    run("goto 3;resample;resample");
    const BarSource chosen = *source(2);
    const int notes = document_voice(document(), DOCUMENT_ORIGINAL)->count;
    studio_script_keys(&script, "enter");
    assert_null(script.studio.candidates.source);
    assert_memory_equal(source(2)->step, chosen.step, sizeof chosen.step);
    assert_int_equal(document_voice(document(), DOCUMENT_ORIGINAL)->count, notes);
    /* A later edit elsewhere leaves the kept notes alone. */
    run("goto 1;resample");
    studio_script_keys(&script, "enter");
    assert_memory_equal(source(2)->step, chosen.step, sizeof chosen.step);
}

static void test_esc_drops_them_all(void **state) {
    (void)state;
    run("goto 3");
    const BarSource was = *source(2);
    const int before = steps_back();
    run("resample;resample;resample");
    studio_script_keys(&script, "esc");
    assert_int_equal(source(2)->kind, was.kind);
    assert_int_equal(steps_back(), before);
    assert_null(script.studio.candidates.source);
}

static void test_another_edit_keeps_the_one_that_is_heard(void **state) {
    (void)state;
    run("goto 3;resample;tempo 99");
    studio_script_keys(&script, "esc"); /* they are open no more */
    assert_int_equal(source(2)->kind, RECIPE_NOTES);
}

static void test_locked_bars_stay(void **state) {
    (void)state;
    run("goto 4;lock;goto 3;select-bars;goto 5;resample");
    assert_int_equal(source(2)->kind, RECIPE_NOTES);
    assert_int_equal(source(3)->kind, RECIPE_ORIGINAL);
    assert_int_equal(source(4)->kind, RECIPE_NOTES);
    run("cancel;cancel;goto 4");
    studio_script_refused(&script, "resample");
    studio_script_refused(&script, "vary");
}

static void test_variations_are_stepped_through_too(void **state) {
    (void)state;
    run("goto 2;vary 1");
    const BarSource first = *source(1);
    assert_int_equal(first.kind, RECIPE_NOTES);
    run("vary 1");
    assert_true(memcmp(source(1)->step, first.step, sizeof first.step) != 0);
    run("vary 3");
    assert_int_equal(script.studio.candidates.strength, 3);
}

static void test_a_song_is_gone_on_with_to_a_close(void **state) {
    (void)state;
    run("key C;seed 3;continue 4 end");
    const Editor *editor = &script.studio.editor;
    const Track *track = document_voice(document(), DOCUMENT_ORIGINAL);
    const int32_t bar = 4 * timeline_division(editor_timeline(editor));
    assert_int_equal(bar_count(&document()->score[DOCUMENT_ORIGINAL], NULL), 12);
    assert_int_equal(editor->session.cursor_tick, 8 * bar);
    assert_int_equal(track->notes[track->count - 1].pitch % 12, 0);
    for (int t = 8; t < 12; t++) {
        int notes = 0;
        for (int i = 0; i < track->count; i++) notes += track->notes[i].start / bar == t;
        assert_true(notes > 0);
    }
    studio_script_refused(&script, "continue 4 more");
    studio_script_refused(&script, "continue end");
}

static void test_one_bar_more_is_one_bar(void **state) {
    (void)state;
    run("seed 2;continue 1");
    assert_non_null(strstr(script.studio.messages.current, "The model wrote 1 more bar "));
    assert_int_equal(bar_count(&document()->score[DOCUMENT_ORIGINAL], NULL), 9);
}

static void test_the_first_bar_of_an_empty_song_can_be_drawn(void **state) {
    (void)state;
    run("new;resample");
    assert_true(document_voice(document(), DOCUMENT_ORIGINAL)->count > 0);
    assert_int_equal(bar_count(&document()->score[DOCUMENT_ORIGINAL], NULL), 1);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_one_after_another_is_one_step),
        TEST(test_enter_keeps_and_places_no_note),
        TEST(test_esc_drops_them_all),
        TEST(test_another_edit_keeps_the_one_that_is_heard),
        TEST(test_locked_bars_stay),
        TEST(test_variations_are_stepped_through_too),
        TEST(test_a_song_is_gone_on_with_to_a_close),
        TEST(test_one_bar_more_is_one_bar),
        TEST(test_the_first_bar_of_an_empty_song_can_be_drawn),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
