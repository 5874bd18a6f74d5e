/* The chord row in the composer: shown above the bars, set, saved, exported, heard. */
#include <stdio.h>
#include <stdlib.h>

#include "app/studio/actions.h"
#include "engine/base/file.h"
#include "tests/support/check.h"
#include "tests/support/golden.h"
#include "tests/support/studio_script.h"

static const char TUNE[] = "X:1\nT:With chords\nM:4/4\nL:1/4\nK:C\n"
                           "\"C\"CE\"Am\"GE | \"F\"F2 \"G7\"G2 | \"C\"c4 | \"Dm7/G\"d2 \"N.C.\"B2 |]\n";

static StudioScript script;

static int open_script(void **state) {
    (void)state;
    studio_script_open(&script, false);
    studio_script_do(&script, "e %s", temp_write(&script.temp, "tune.abc", TUNE, sizeof TUNE - 1));
    return 0;
}

static int close_script(void **state) {
    (void)state;
    studio_script_close(&script);
    return 0;
}

/* The symbols of the first half bars, with blanks between, "-" for none. */
static const char *row(int halves) {
    static char text[200];
    text[0] = '\0';
    for (int h = 0; h < halves; h++) {
        char name[CHORD_NAME_SIZE];
        const Editor *editor = &script.studio.editor;
        const int32_t tick = h * 2 * timeline_division(editor_timeline(editor));
        chord_name(harmony_at(editor_harmony(editor), tick), editor_key(editor), name);
        snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s", h ? " " : "", name[0] ? name : "-");
    }
    return text;
}

static void chords_stand_above_the_bars(void **state) {
    (void)state;
    assert_string_equal(row(8), "C Am F G7 C C Dm7/G -");
    char *screen = studio_script_screen(&script);
    golden_check("chords-80x24.txt", screen);
    free(screen);
}

static void chords_are_set_saved_and_exported(void **state) {
    (void)state;
    unsigned char *bytes;
    size_t size;
    Error err;
    studio_script_run(&script, "goto 2;chord Bb/D");
    assert_string_equal(row(4), "C Am Bb/D G7");
    studio_script_run(&script, "chord none");
    assert_string_equal(row(4), "C Am - G7");
    studio_script_run(&script, "undo;undo");
    assert_string_equal(row(4), "C Am F G7");
    studio_script_run(&script, "redo");
    assert_string_equal(row(4), "C Am Bb/D G7");
    studio_script_do(&script, "chord nonsense");
    assert_true(script.studio.messages.is_error);
    studio_script_do(&script, "chord");
    assert_non_null(strstr(script.studio.messages.current, "The chord here is Bb/D"));
    studio_script_do(&script, "w %s", temp_path(&script.temp, "song.mid"));
    studio_script_run(&script, "new");
    assert_string_equal(row(2), "- -");
    studio_script_do(&script, "e %s", temp_path(&script.temp, "song.mid"));
    assert_string_equal(row(8), "C Am Bb/D G7 C C Dm7/G -");
    studio_script_do(&script, "export %s", temp_path(&script.temp, "out.abc"));
    check_ok(file_read(temp_path(&script.temp, "out.abc"), 4096, &bytes, &size, &err), &err);
    assert_non_null(strstr(
        (char *)bytes, "\"C\"C2 E2 \"Am\"G2 E2 | \"Bb/D\"F4 \"G7\"G4 | \"C\"c8 | \"Dm7/G\"d4 \"N.C.\"B4 |]"));
    free(bytes);
    studio_script_run(&script, "new;note;chord G7"); /* one alone, in a song without a file */
    assert_string_equal(row(2), "G7 G7");
    studio_script_do(&script, "w %s", temp_path(&script.temp, "one.mid"));
    studio_script_run(&script, "new");
    studio_script_do(&script, "e %s", temp_path(&script.temp, "one.mid"));
    assert_string_equal(row(1), "G7");
}

/* Notes on the channel of the chords, in what would be played. */
static int heard(void) {
    Error err;
    const ScheduleMusic music = editor_music(&script.studio.editor);
    Schedule *schedule = schedule_of_music(&music, NULL, &err);
    int notes = 0;
    assert_non_null(schedule);
    for (int i = 0; i < schedule->count; i++)
        if (schedule->event[i].status == (0x90 | HARMONY_CHANNEL)) {
            assert_int_equal(schedule->event[i].data2, HARMONY_VELOCITY);
            notes++;
        }
    schedule_free(schedule);
    return notes;
}

static void chords_are_heard_when_wanted(void **state) {
    (void)state;
    assert_int_equal(heard(), 0);
    studio_script_run(&script, "chords");
    assert_int_equal(heard(), 4 + 4 + 4 + 5 + 4 + 5); /* a bass, and three or four notes */
    studio_script_run(&script, "goto 4;chord none");
    assert_int_equal(heard(), 4 + 4 + 4 + 5 + 4);
    studio_script_run(&script, "chords");
    assert_int_equal(heard(), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(chords_stand_above_the_bars, open_script, close_script),
        cmocka_unit_test_setup_teardown(chords_are_set_saved_and_exported, open_script, close_script),
        cmocka_unit_test_setup_teardown(chords_are_heard_when_wanted, open_script, close_script),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
