/* ABC in the composer: opened, shown at the cursor, exported, never saved over. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "app/studio/actions.h"
#include "engine/base/file.h"
#include "tests/support/check.h"
#include "tests/support/golden.h"
#include "tests/support/studio_script.h"

static const char TUNES[] = "X:1\nT:The First\nM:3/4\nL:1/4\nQ:1/4=100\nK:Ddor\n"
                            "A | d e f | g2 a | =b (3_b/a/g/ f | e3 | d2 e | d2 |]\nw:When I came\n"
                            "X:2\nT:The Second\nK:G\nGABc|\n";

static StudioScript script;

static int open_script(void **state) {
    (void)state;
    studio_script_open(&script, false);
    studio_script_do(&script, "e %s", temp_write(&script.temp, "tunes.abc", TUNES, sizeof TUNES - 1));
    return 0;
}

static int close_script(void **state) {
    (void)state;
    studio_script_close(&script);
    return 0;
}

static const Score *original(void) {
    return &editor_document(&script.studio.editor)->score[DOCUMENT_ORIGINAL];
}

static void a_tune_is_opened(void **state) {
    (void)state;
    assert_string_equal(original()->title, "The First");
    assert_int_equal(score_voice(original(), 0)->count, 15);
    assert_int_equal(timeline_bar_number(original()->timeline, 0), 0);
    assert_string_equal(key_name(editor_key(&script.studio.editor)), "D dor");
}

static void its_bars_are_shown_as_text(void **state) {
    (void)state;
    studio_script_run(&script, "goto 2;abc");
    char *screen = studio_script_screen(&script);
    golden_check("abc-80x24.txt", screen);
    free(screen);
    studio_script_keys(&script, "esc");
    screen = studio_script_screen(&script);
    assert_null(strstr(screen, "L:1/8"));
    free(screen);
}

static void it_is_exported_and_not_saved_over(void **state) {
    (void)state;
    unsigned char *bytes;
    size_t size;
    Error err;
    const char *out = temp_path(&script.temp, "out.abc");
    studio_script_do(&script, "export %s", out);
    check_ok(file_read(out, 4096, &bytes, &size, &err), &err);
    assert_non_null(strstr((char *)bytes, "K:D dor\n"));
    assert_non_null(strstr((char *)bytes, "w:When I came"));
    free(bytes);
    studio_script_run(&script, "note");
    studio_script_do(&script, "w");
    assert_true(script.studio.messages.is_error);
    assert_non_null(strstr(script.studio.messages.current, "it is ABC"));
    studio_script_do(&script, "w %s", temp_path(&script.temp, "other.abc"));
    assert_true(script.studio.messages.is_error);
    assert_int_equal(access(temp_path(&script.temp, "other.abc"), F_OK), -1);
    studio_script_do(&script, "w %s", temp_path(&script.temp, "song.mid"));
    assert_false(session_modified(&script.studio.editor.session));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_tune_is_opened, open_script, close_script),
        cmocka_unit_test_setup_teardown(its_bars_are_shown_as_text, open_script, close_script),
        cmocka_unit_test_setup_teardown(it_is_exported_and_not_saved_over, open_script, close_script),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
