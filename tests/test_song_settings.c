/* What holds for a song, or from a place in it on: tempo, meter, pickup; and finding places by their words. */
#include <string.h>

#include "app/studio/actions.h"
#include "tests/support/scripted.h"

static const Timeline *timeline(void) {
    return editor_timeline(&script.studio.editor);
}

static int32_t cursor(void) {
    return script.studio.editor.session.cursor_tick;
}

static int bpm(int32_t tick) {
    return (int)(timeline_bpm(timeline(), tick) + 0.5);
}

static void a_tempo_holds_from_the_cursor_on(void **state) {
    (void)state;
    run("tempo 100;goto 3;tempo 60 here");
    assert_int_equal(bpm(0), 100);
    assert_int_equal(bpm(3839), 100);
    assert_int_equal(bpm(3840), 60);
    run("goto 5;tempo 200 here;undo");
    assert_int_equal(bpm(8000), 60);
    run("tempo 90");
    assert_int_equal(bpm(3840), 90);
}

static void a_meter_holds_from_the_bar_on(void **state) {
    (void)state;
    run("goto 3;right;meter 3/4 here");
    assert_int_equal(timeline_bar(timeline(), 2).start, 3840);
    assert_int_equal(timeline_bar(timeline(), 3).start, 3840 + 3 * 480);
    run("goto 5;meter 4/4 here");
    assert_int_equal(timeline_bar(timeline(), 5).start, 3840 + 6 * 480 + 4 * 480);
    run("meter 6/8");
    assert_int_equal(timeline_bar(timeline(), 3).start, 3 * 3 * 480);
}

static void a_pickup_is_bar_0(void **state) {
    (void)state;
    run("pickup 1/4");
    assert_int_equal(timeline_bar_number(timeline(), 0), 0);
    assert_int_equal(timeline_bar(timeline(), 1).start, 480);
    run("goto 3;meter 3/4 here;pickup 3/8");
    assert_int_equal(timeline_bar(timeline(), 1).start, 720);
    assert_int_equal(meter_beats(timeline_meter(timeline(), 720)), 4);
    run("meter 3/4"); /* of all bars but that one */
    assert_int_equal(timeline_bar(timeline(), 1).start, 720);
    assert_int_equal(timeline_bar(timeline(), 2).start, 720 + 1440);
    run("note"); /* saved and read back */
    studio_script_do(&script, "w %s", temp_path(&script.temp, "pickup.mid"));
    run("new");
    studio_script_do(&script, "e %s", temp_path(&script.temp, "pickup.mid"));
    assert_int_equal(timeline_bar_number(timeline(), 0), 0);
    assert_int_equal(timeline_bar(timeline(), 2).start, 720 + 1440);
    run("pickup 0");
    assert_int_equal(timeline_bar(timeline(), 1).start, 1440);
    studio_script_refused(&script, "pickup 3/4");
    assert_non_null(strstr(script.studio.messages.current, "shorter than a bar"));
}

static void a_hand_taps_the_tempo(void **state) {
    (void)state;
    for (int i = 0; i < 6; i++) {
        script.studio.now_ms = 1000 + 400 * i;
        studio_script_keys(&script, "#");
    }
    assert_int_equal(bpm(0), 150);
    run("undo"); /* one step, however many beats */
    assert_int_equal(bpm(0), 120);
}

static void every_refused_value_is_answered_by_what_it_takes(void **state) {
    (void)state;
    static const char *const wrong[][2] = {
        {"meter x", ":meter 3/4"},
        {"meter 3/4 there", ":meter 3/4"},
        {"tempo 999", ":tempo 20 to 400"},
        {"tempo 90 now", ":tempo 96 here"},
        {"pickup x", ":pickup 1/4"},
        {"key D mixed", ":key F#m or D dor"},
        {"grid 65", ":grid 16"},
        {"quantise 0", ":quantise GRID"},
        {"program kazoo band", "0 to 127 or a name"},
        {"temperature 9", "0.1 to 2"},
        {"seed -1", ":seed NUMBER"},
        {"align up", "none, key or register"},
        {"continue 0", ":continue 1 to"},
        {"vary 9", ":vary 1"},
        {"from x", ":from 5"},
        {"goto 99999", "they go from"},
        {"goto chorus", ":goto 5"},
        {"take x", ":take lists"},
        {"forget x", ":forget NAME"},
        {"clock x", "on"},
        {"help", ""},
    };
    for (size_t i = 0; wrong[i][1][0]; i++) {
        studio_script_refused(&script, wrong[i][0]);
        if (!strstr(script.studio.messages.current, wrong[i][1]))
            fail_msg(":%s is answered by \"%s\"", wrong[i][0], script.studio.messages.current);
    }
}

static void put_text(Score *score, int32_t tick, uint8_t type, const char *text) {
    Error err;
    Events *events = events_new("MTrk", &err);
    uint8_t bytes[40] = {0xff, type};
    memcpy(bytes + 2, text, strlen(text));
    check_ok(events_add(events, tick, bytes, 2 + strlen(text), &err), &err);
    check_ok(score_add_chunk(score, events, &err), &err);
}

static void places_are_found_by_their_words(void **state) {
    (void)state;
    run("note");
    Document *draft = editor_begin_document(&script.studio.editor, "words");
    Score *score = &draft->score[DOCUMENT_ORIGINAL];
    put_text(score, 1920, 6, "Chorus");
    put_text(score, 480, 5, "lu-");
    put_text(score, 5760, 6, "last chorus");
    put_text(score, 9600, 3, "Chorus"); /* the name of a track is no place */
    draft->seed++;
    assert_true(editor_commit(&script.studio.editor));
    run("goto chorus");
    assert_int_equal(cursor(), 1920);
    run("goto CHOR");
    assert_int_equal(cursor(), 5760);
    run("goto chorus"); /* around the end */
    assert_int_equal(cursor(), 1920);
    run("goto lu-");
    assert_int_equal(cursor(), 480);
    run("2");
    assert_int_equal(cursor(), 1920);
}

#define SILENT(name) cmocka_unit_test_setup_teardown(name, open_script, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        SILENT(a_tempo_holds_from_the_cursor_on),
        SILENT(a_meter_holds_from_the_bar_on),
        SILENT(a_pickup_is_bar_0),
        SILENT(a_hand_taps_the_tempo),
        SILENT(every_refused_value_is_answered_by_what_it_takes),
        SILENT(places_are_found_by_their_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
