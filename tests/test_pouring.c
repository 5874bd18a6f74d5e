/* Two songs meet: what is told of their keys and meters, how one is moved to fit, what is taken over. */
#include <stdlib.h>
#include <string.h>

#include "app/studio/actions.h"
#include "app/view.h"
#include "tests/support/check.h"
#include "tests/support/studio_script.h"

#define ODE "assets/demo/ode-to-joy.mid"      /* in D */
#define FRERE "assets/demo/frere-jacques.mid" /* in F */

static StudioScript script;

static int set_up(void **state) {
    (void)state;
    studio_script_open(&script, false);
    return 0;
}

static int set_up_with_engine(void **state) {
    (void)state;
    studio_script_open(&script, true);
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    studio_script_close(&script);
    return 0;
}

static void run(const char *lines) {
    studio_script_run(&script, lines);
}

static const Document *document(void) {
    return editor_document(&script.studio.editor);
}

static const char *told(void) {
    return script.studio.messages.current;
}

static const char *fit_shown(void) {
    static ViewFrame frame;
    return view_build(&frame, &script.studio)->fit;
}

static void assert_on_screen(const char *words) {
    char *screen = studio_script_screen(&script);
    if (!strstr(screen, words)) fail_msg("%s is not on the screen:\n%s", words, screen);
    free(screen);
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
    assert_non_null(
        strstr(told(), "The original is in 4/4, the context in 3/4: bars of one cannot stand in"));
}

static void a_fit_is_shown_and_kept_under_edits(void **state) {
    (void)state;
    run("e " ODE ";context-file " FRERE ";align key");
    assert_string_equal(fit_shown(), "D into F: +3");
    assert_on_screen("D into F: +3");
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

/* ---- taking over ---- */

static void a_fit_is_spent_when_the_result_is_taken_over(void **state) {
    (void)state;
    run("e " ODE ";key D;context-file " FRERE ";align key;result;take");
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
    run("result;take"); /* one tempo, two instruments */
    assert_int_equal(script.studio.pending.question, PENDING_TAKE);
    assert_non_null(strstr(script.studio.pending.text, "Accordion"));
    studio_script_answer(&script, 'c');
    assert_int_equal(script.studio.editor.version, VERSION_RESULT);
    run("take");
    studio_script_answer(&script, 'n');
    assert_int_equal(script.studio.editor.version, VERSION_ORIGINAL);
    assert_int_equal(document_voice(document(), DOCUMENT_ORIGINAL)->program, 40);
    run("undo;result;take");
    studio_script_answer(&script, 'y');
    assert_int_equal(document_voice(document(), DOCUMENT_ORIGINAL)->program, 21);
    run("result;take"); /* nothing differs any more */
    assert_int_equal(script.studio.pending.question, PENDING_NONE);
}

#define SILENT(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
#define THINKING(name) cmocka_unit_test_setup_teardown(name, set_up_with_engine, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        SILENT(two_keys_are_told_and_a_fit_is_offered),
        SILENT(two_meters_are_told),
        SILENT(a_fit_is_shown_and_kept_under_edits),
        SILENT(another_song_is_another_decision),
        SILENT(a_fit_needs_two_melodies),
        SILENT(a_fit_is_saved_with_the_song),
        THINKING(a_fit_is_spent_when_the_result_is_taken_over),
        THINKING(tempo_and_instrument_come_along_when_asked_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
