/* Two songs meet: what is told of their keys and meters, how one is moved to fit, what is taken over. */
#include <stdlib.h>
#include <string.h>

#include "app/studio/actions.h"
#include "app/view.h"
#include "tests/support/scripted.h"

#define ODE "assets/demo/ode-to-joy.mid"      /* in D */
#define FRERE "assets/demo/frere-jacques.mid" /* in F */

static const char *fit_shown(void) {
    static ViewFrame frame;
    return view_build(&frame, &script.studio)->fit;
}

/* ---- the fit of two keys ---- */

static void two_keys_are_told_and_a_fit_is_offered(void **state) {
    (void)state;
    run("e " ODE ";context-file " FRERE);
    assert_non_null(strstr(told(), "The original is in D, the context in F: :align key fits them (+3)."));
    assert_int_equal(document()->fit.semitones, 0);
    assert_string_equal(fit_shown(), "");
    run("e " FRERE); /* a song that meets the context which is there */
    studio_script_answer(&script, 'n');
    assert_null(strstr(told(), ":align"));
    run("e " ODE);
    assert_non_null(strstr(told(), ":align key"));
}

static void two_meters_are_told(void **state) {
    (void)state;
    run("e " ODE ";context-file assets/demo/minuet-in-g.mid");
    assert_non_null(strstr(
        told(), "The original is in 4/4, the context in 3/4: a bar that is too long for its place is cut"));
}

static void a_fit_is_shown_and_kept_under_edits(void **state) {
    (void)state;
    run("e " ODE ";context-file " FRERE ";align key");
    assert_string_equal(fit_shown(), "D into F: +3");
    assert_screen("D into F: +3", true);
    for (int i = 0; i < 12; i++) { /* whatever becomes of the keys */
        run("select-all;pitch-down;cancel");
        assert_string_equal(fit_shown(), "D into F: +3");
    }
    run("key Eb");
    assert_int_equal(document()->fit.semitones, 3);
    run("align key"); /* until somebody asks again */
    assert_string_equal(fit_shown(), "Eb into F: +2");
    run("align none");
    assert_string_equal(fit_shown(), "");
    run("undo");
    assert_string_equal(fit_shown(), "Eb into F: +2");
}

static void a_fitted_result_is_in_the_key_it_was_fitted_to(void **state) {
    (void)state;
    run("e " ODE ";context-file assets/demo/twinkle.mid;align key;result");
    assert_string_equal(fit_shown(), "D into C: -2");
    assert_string_equal(key_name(editor_key(&script.studio.editor)), "C");
    run("from 1-4;result"); /* whatever the Ode's bars alone are taken for */
    assert_string_equal(key_name(editor_key(&script.studio.editor)), "C");
    run("key Am"); /* set for the result: the context's */
    assert_string_equal(key_name(editor_key(&script.studio.editor)), "Am");
}

static void another_song_is_another_decision(void **state) {
    (void)state;
    run("e " ODE ";context-file " FRERE ";align key;context-file assets/demo/twinkle.mid");
    assert_string_equal(fit_shown(), "");
    run("undo");
    assert_string_equal(fit_shown(), "D into F: +3");
}

static void a_fit_needs_two_melodies(void **state) {
    (void)state;
    studio_script_refused(&script, "align key");
    run("e " ODE);
    studio_script_refused(&script, "align key");
}

static void a_fit_is_saved_with_the_song(void **state) {
    (void)state;
    run("e " ODE ";context-file " FRERE ";align key;select-all;pitch-up;cancel");
    studio_script_do(&script, "w %s", temp_path(&script.temp, "fitted.mid"));
    run("new");
    studio_script_do(&script, "e %s", temp_path(&script.temp, "fitted.mid"));
    assert_string_equal(fit_shown(), "D into F: +3");
}

/* ---- sources ---- */

/* "o c o5": the kinds and bars of the recipe. */
static void assert_recipe(const char *words) {
    char *text = recipe_to_text(&document()->recipe), *line = strchr(text, '\n');
    assert_non_null(line);
    while (*line == '\n' || *line == ' ') line++;
    assert_string_equal(line, words);
    free(text);
}

static void any_bar_is_poured_into_any(void **state) {
    (void)state;
    studio_script_refused(&script, "from 1");
    run("e " ODE);
    run("context-file " FRERE);
    assert_recipe("o c c c c c c c");
    run("goto 3;from 5");
    assert_recipe("o c o5 c c c c c");
    assert_non_null(strstr(told(), "bar 3 is now bar 5 of the original"));
    run("goto 5;from 2-4");
    assert_recipe("o c o5 c o2 o3 o4 c");
    run("goto 7;from 1-4"); /* there are only two bars here */
    assert_recipe("o c o5 c o2 o3 o1 o2");
    assert_non_null(strstr(told(), "2 left"));
    run("goto 2;select-bars;goto 3;from 7;cancel");
    assert_recipe("o o7 o8 c o2 o3 o1 o2");
    run("goto 4;from 4;lock");
    assert_recipe("o o7 o8 o! o2 o3 o1 o2");
    static const char *const wrong[] = {"from",     "from x",     "from 9", "from 0",
                                        "from 4-2", "from 1-2-3", "from 1"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) studio_script_refused(&script, wrong[i]);
    run("undo;undo;undo;undo;undo;undo");
    assert_recipe("o c c c c c c c");
}

static void a_range_takes_what_there_is(void **state) {
    (void)state;
    studio_script_do(&script, "e %s", studio_script_file(&script, "short.mid", 1, 3));
    studio_script_do(&script, "context-file %s", studio_script_file(&script, "long.mid", 2, 6));
    run("context;select-all;swap-bars"); /* of several sources: all from the original that are there */
    assert_recipe("o o o c c c");
    assert_non_null(strstr(told(), "3 changed, 3 left: The original has only 3 bars"));
    run("swap-bars");
    assert_recipe("c c c c c c");
    run("swap-bars");
    assert_recipe("o o o c c c");
    run("goto 5");
    studio_script_refused(&script, "swap");
}

static void another_context_keeps_the_recipe(void **state) {
    (void)state;
    studio_script_do(&script, "e %s", studio_script_file(&script, "one.mid", 1, 8));
    studio_script_do(&script, "context-file %s", studio_script_file(&script, "two.mid", 2, 8));
    run("goto 2;from 7;goto 3;swap;goto 8;swap");
    assert_recipe("o o7 o c c c c o");
    studio_script_do(&script, "context-file %s", studio_script_file(&script, "three.mid", 3, 8));
    assert_recipe("o o7 o c c c c o");
    assert_non_null(strstr(told(), "The recipe stays."));
    studio_script_do(&script, "context-file %s", studio_script_file(&script, "four.mid", 4, 4));
    assert_recipe("o o7 o c");
    assert_non_null(strstr(told(), "1 chosen source of bars that it does not have is dropped."));
}

static void the_first_bar_poured_has_a_note(void **state) {
    (void)state;
    studio_script_do(&script, "e %s", studio_script_file(&script, "one.mid", 1, 4));
    run("goto 1;insert-bar;insert-bar");
    studio_script_do(&script, "context-file %s", studio_script_file(&script, "two.mid", 2, 4));
    assert_recipe("o3 c c c");
    run("swap;restore");
    assert_recipe("o3 c c c");
}

static void another_original_keeps_the_recipe(void **state) {
    (void)state;
    studio_script_do(&script, "e %s", studio_script_file(&script, "one.mid", 1, 8));
    studio_script_do(&script, "context-file %s", studio_script_file(&script, "two.mid", 2, 8));
    run("goto 2;from 7;goto 3;swap;keep mine");
    session_mark_saved(&script.studio.editor.session, session_stamp(&script.studio.editor.session));
    studio_script_do(&script, "e %s", studio_script_file(&script, "three.mid", 3, 8));
    assert_recipe("o o7 o c c c c c");
    assert_non_null(strstr(told(), "The recipe stays."));
    studio_script_do(&script, "e %s", studio_script_file(&script, "four.mid", 4, 4));
    assert_recipe("o c o c c c c c");
    assert_non_null(strstr(told(), "1 chosen source of bars that it does not have is dropped."));
    assert_int_equal(takes_count(document()->takes), 1);
}

/* ---- takes ---- */

static const char *take_shown(void) {
    static ViewFrame frame;
    return view_build(&frame, &script.studio)->take;
}

static void takes_are_kept_and_stepped_through(void **state) {
    (void)state;
    studio_script_refused(&script, "take");
    studio_script_refused(&script, "next-take");
    studio_script_do(&script, "e %s", studio_script_file(&script, "one.mid", 1, 4));
    studio_script_do(&script, "context-file %s", studio_script_file(&script, "two.mid", 2, 4));
    run("keep plain;goto 2;swap");
    assert_string_equal(take_shown(), "");
    studio_script_keys(&script, "\"");
    assert_string_equal(take_shown(), "take 1");
    assert_screen("take take 1", false);
    assert_screen("  take 1", true);
    studio_script_keys(&script, "&");
    assert_recipe("o c c c");
    assert_string_equal(told(), "take 1 of 2: plain");
    studio_script_keys(&script, "&");
    assert_recipe("o o c c");
    run("goto 3;swap;next-take");
    assert_recipe("o c c c");
    assert_non_null(strstr(told(), "was not kept: u brings it back"));
    run("undo");
    assert_recipe("o o o c");
    run("keep plain;take take 1"); /* in the place of the older one */
    assert_recipe("o o c c");
    run("take plain");
    assert_recipe("o o o c");
    run("take");
    assert_non_null(strstr(told(), "takes: plain (this one), take 1."));
    studio_script_refused(&script, "take x");
    studio_script_refused(&script, "forget x");
    run("forget plain");
    assert_int_equal(takes_count(document()->takes), 1);
    run("undo");
    assert_int_equal(takes_count(document()->takes), 2);
}

static void takes_are_saved_with_the_song(void **state) {
    (void)state;
    studio_script_do(&script, "e %s", studio_script_file(&script, "one.mid", 1, 4));
    run("keep alone"); /* without a context too */
    studio_script_do(&script, "context-file %s", studio_script_file(&script, "two.mid", 2, 4));
    run("goto 2;from 4;keep poured");
    studio_script_do(&script, "w %s", temp_path(&script.temp, "takes.mid"));
    run("new");
    assert_int_equal(takes_count(document()->takes), 0);
    studio_script_do(&script, "e %s", temp_path(&script.temp, "takes.mid"));
    assert_int_equal(takes_count(document()->takes), 2);
    assert_string_equal(take_shown(), "poured");
    run("take alone");
    assert_recipe("o o o o");
}

static void takes_follow_inserted_bars(void **state) {
    (void)state;
    studio_script_do(&script, "e %s", studio_script_file(&script, "one.mid", 1, 4));
    studio_script_do(&script, "context-file %s", studio_script_file(&script, "two.mid", 2, 4));
    run("goto 2;from 4;keep a;restore;context;goto 1;insert-bar;take a");
    assert_recipe("o o o4 c c");
    run("goto 1;delete-bar;take a");
    assert_recipe("o o4 c c");
    run("original;goto 2;insert-bar;take a");
    assert_recipe("o o5 c c");
}

/* ---- taking over ---- */

static void a_fit_is_spent_when_the_result_is_taken_over(void **state) {
    (void)state;
    run("e " ODE ";key D;context-file " FRERE ";align key;result;take-over");
    if (script.studio.pending.question == PENDING_TAKE) studio_script_answer(&script, 'y');
    assert_int_equal(script.studio.editor.version, VERSION_ORIGINAL);
    assert_string_equal(fit_shown(), "");
    assert_false(document()->key[DOCUMENT_ORIGINAL].known); /* D was the key of other notes */
    run("undo");
    assert_string_equal(fit_shown(), "D into F: +3");
}

static void tempo_and_instrument_come_along_when_asked_for(void **state) {
    (void)state;
    run("e " ODE ";context-file " FRERE ";tempo 100;original;program violin;context;program accordion");
    run("result;take-over"); /* one tempo, two instruments */
    assert_int_equal(script.studio.pending.question, PENDING_TAKE);
    assert_non_null(strstr(script.studio.pending.text, "Accordion"));
    studio_script_answer(&script, 'c');
    assert_int_equal(script.studio.editor.version, VERSION_RESULT);
    run("take-over");
    studio_script_answer(&script, 'n');
    assert_int_equal(script.studio.editor.version, VERSION_ORIGINAL);
    assert_int_equal(document_voice(document(), DOCUMENT_ORIGINAL)->program, 40);
    run("undo;result;take-over");
    studio_script_answer(&script, 'y');
    assert_int_equal(document_voice(document(), DOCUMENT_ORIGINAL)->program, 21);
    run("result;take-over"); /* nothing differs any more */
    assert_int_equal(script.studio.pending.question, PENDING_NONE);
}

#define SILENT(name) cmocka_unit_test_setup_teardown(name, open_script, tear_down)
#define THINKING(name) cmocka_unit_test_setup_teardown(name, open_script_with_engine, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        SILENT(two_keys_are_told_and_a_fit_is_offered),
        SILENT(two_meters_are_told),
        SILENT(a_fit_is_shown_and_kept_under_edits),
        SILENT(another_song_is_another_decision),
        SILENT(a_fit_needs_two_melodies),
        SILENT(a_fit_is_saved_with_the_song),
        SILENT(any_bar_is_poured_into_any),
        SILENT(a_range_takes_what_there_is),
        SILENT(another_context_keeps_the_recipe),
        SILENT(the_first_bar_poured_has_a_note),
        SILENT(another_original_keeps_the_recipe),
        SILENT(takes_are_kept_and_stepped_through),
        SILENT(takes_are_saved_with_the_song),
        SILENT(takes_follow_inserted_bars),
        THINKING(a_fitted_result_is_in_the_key_it_was_fitted_to),
        THINKING(a_fit_is_spent_when_the_result_is_taken_over),
        THINKING(tempo_and_instrument_come_along_when_asked_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
