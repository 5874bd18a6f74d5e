#include <stdlib.h>

#include "tests/support/check.h"
#include "ui/canvas.h"

static Canvas make(int width, int height, bool ascii) {
    Canvas canvas = {.ascii = ascii};
    Error err;
    check_ok(canvas_init(&canvas, width, height, &err), &err);
    return canvas;
}

static void check_text(Canvas *canvas, const char *expected) {
    char *text = canvas_to_text(canvas, false);
    assert_string_equal(text, expected);
    free(text);
}

static void everything_outside_is_clipped(void **state) {
    (void)state;
    Canvas canvas = make(4, 2, false);
    canvas_put(&canvas, -1, 0, 'x', STYLE_NORMAL);
    canvas_put(&canvas, 4, 0, 'x', STYLE_NORMAL);
    canvas_put(&canvas, 0, -1, 'x', STYLE_NORMAL);
    canvas_put(&canvas, 0, 2, 'x', STYLE_NORMAL);
    canvas_fill(&canvas, -5, 1, 7, 9, '#', STYLE_NORMAL);
    canvas_text(&canvas, -2, 0, 9, "abcd", STYLE_NORMAL);
    canvas_tint(&canvas, -3, -3, 100, 100, STYLE_FOCUS);
    check_text(&canvas, "cd\n##\n");
    canvas_deinit(&canvas);
}

static void text_is_cut_with_an_ellipsis(void **state) {
    (void)state;
    Canvas canvas = make(10, 1, false);
    assert_int_equal(canvas_text(&canvas, 0, 0, 6, "abcdefgh", STYLE_NORMAL), 6);
    check_text(&canvas, "abcde\xe2\x80\xa6\n");
    assert_int_equal(canvas_text(&canvas, 0, 0, 8, "abcdefgh", STYLE_NORMAL), 8);
    check_text(&canvas, "abcdefgh\n");
    assert_int_equal(canvas_text(&canvas, 0, 0, 0, "abc", STYLE_NORMAL), 0);
    canvas_deinit(&canvas);
}

static void wide_glyphs_take_two_columns_and_are_never_halved(void **state) {
    (void)state;
    Canvas canvas = make(5, 1, false);
    assert_int_equal(canvas_text_width("\xe6\xa5\xbd"
                                       "a"),
                     3);
    canvas_text(&canvas, 0, 0, 5,
                "\xe6\xa5\xbd\xe6\xa5\xbd"
                "a",
                STYLE_NORMAL);
    check_text(&canvas, "\xe6\xa5\xbd\xe6\xa5\xbd"
                        "a\n");
    canvas_put(&canvas, 1, 0, 'x', STYLE_NORMAL); /* the right half of the first, whose left half must go */
    check_text(&canvas, " x\xe6\xa5\xbd"
                        "a\n");
    canvas_put(&canvas, 2, 0, 'y', STYLE_NORMAL); /* the left half of the second */
    check_text(&canvas, " xy a\n");
    canvas_put(&canvas, 4, 0, 0x697d, STYLE_NORMAL); /* no room for its right half */
    check_text(&canvas, " xy\n");
    canvas_deinit(&canvas);
}

static void bad_utf8_and_control_characters_do_no_harm(void **state) {
    (void)state;
    Canvas canvas = make(12, 1, false);
    canvas_text(&canvas, 0, 0, 12, "a\x1b[2Jb\xff\xc3", STYLE_NORMAL);
    check_text(&canvas, "a[2Jb\xef\xbf\xbd\xef\xbf\xbd\n");
    canvas_deinit(&canvas);
}

static void ascii_canvases_hold_only_ascii(void **state) {
    (void)state;
    Canvas canvas = make(40, 1, true);
    canvas_text(&canvas, 0, 0, 40, "\xe2\x94\x82\xe2\x96\x88\xc2\xb7\xe2\x86\x92\xe2\x86\xaa\xc3\xa9 ok",
                STYLE_NORMAL);
    check_text(&canvas, "|#.>*? ok\n");
    canvas_deinit(&canvas);
}

static void styles_are_told_apart_by_letters(void **state) {
    (void)state;
    Canvas canvas = make(3, 1, false);
    canvas_put(&canvas, 0, 0, 'a', STYLE_NORMAL);
    canvas_put(&canvas, 1, 0, 'b', STYLE_DIM);
    canvas_put(&canvas, 2, 0, ' ', STYLE_DIM);
    canvas_tint(&canvas, 2, 0, 1, 1, STYLE_STRONG);
    char *text = canvas_to_text(&canvas, true);
    assert_string_equal(text, "ab\n.ab\n");
    free(text);
    canvas_deinit(&canvas);
}

static void absurd_sizes_are_cut(void **state) {
    (void)state;
    Canvas canvas = {0};
    Error err;
    check_ok(canvas_init(&canvas, -3, 5, &err), &err);
    assert_int_equal(canvas.width, 0);
    check_text(&canvas, "\n\n\n\n\n");
    canvas_deinit(&canvas);
    check_ok(canvas_init(&canvas, 1 << 30, 1, &err), &err);
    assert_int_equal(canvas.width, 4096);
    canvas_deinit(&canvas);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_outside_is_clipped),
        cmocka_unit_test(text_is_cut_with_an_ellipsis),
        cmocka_unit_test(wide_glyphs_take_two_columns_and_are_never_halved),
        cmocka_unit_test(bad_utf8_and_control_characters_do_no_harm),
        cmocka_unit_test(ascii_canvases_hold_only_ascii),
        cmocka_unit_test(styles_are_told_apart_by_letters),
        cmocka_unit_test(absurd_sizes_are_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
