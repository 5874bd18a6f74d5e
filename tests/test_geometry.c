#include "engine/base/rng.h"
#include "tests/support/check.h"
#include "ui/geometry.h"
#include "ui/layout.h"

static Geometry make(bool halves) {
    return (Geometry){
        .x = 6, .y = 2, .width = 64, .height = 12, .column_ticks = 120, .top_pitch = 83, .halves = halves};
}

static void ticks_and_columns_are_inverse(void **state) {
    (void)state;
    Geometry geometry = make(false);
    geometry.left_tick = 1920;
    assert_int_equal(geometry_column(&geometry, 1920), 6);
    assert_int_equal(geometry_column(&geometry, 1920 + 119), 6);
    assert_int_equal(geometry_column(&geometry, 1919), 5);
    assert_int_equal(geometry_column(&geometry, 0), 6 - 16);
    for (int column = -20; column < 200; column++)
        assert_int_equal(geometry_column(&geometry, geometry_tick(&geometry, column)), column);
    assert_int_equal(geometry_end_tick(&geometry), 1920 + 64 * 120);
}

static void pitches_and_rows_are_inverse(void **state) {
    (void)state;
    for (int halves = 0; halves < 2; halves++) {
        Geometry geometry = make(halves);
        assert_int_equal(geometry_pitches(&geometry), halves ? 24 : 12);
        for (int pitch = 0; pitch < 128; pitch++) {
            int row = geometry_row(&geometry, pitch), upper = geometry_pitch(&geometry, row);
            assert_true(upper == pitch || (halves && upper == pitch + 1));
            assert_int_equal(geometry_sees_pitch(&geometry, pitch), row >= 2 && row < 14);
        }
    }
}

/* Whatever is asked for is seen afterwards, within the music's limits, and asking again changes nothing. */
static void revealing_shows_what_is_asked_for(void **state) {
    (void)state;
    Rng rng;
    rng_seed(&rng, 4);
    for (int round = 0; round < 20000; round++) {
        Geometry geometry = {.x = 6,
                             .y = 1,
                             .width = 1 + rng_below(&rng, 200),
                             .height = 1 + rng_below(&rng, 60),
                             .column_ticks = geometry_zoom(rng_below(&rng, 1000), 1),
                             .top_pitch = rng_below(&rng, 128),
                             .left_tick = 120 * rng_below(&rng, 2000),
                             .halves = rng_below(&rng, 2)};
        int pitch = rng_below(&rng, 128);
        int32_t tick = rng_below(&rng, 400000), page = rng_below(&rng, 2) ? 1920 : 1440;
        geometry_reveal_tick(&geometry, tick, page);
        assert_true(geometry_sees_column(&geometry, geometry_column(&geometry, tick)));
        assert_true(geometry.left_tick >= 0);
        geometry_reveal_pitch(&geometry, pitch, rng_below(&rng, 4));
        if (geometry_pitches(&geometry) <= 128) assert_true(geometry_sees_pitch(&geometry, pitch));
        Geometry before = geometry;
        geometry_reveal_tick(&geometry, tick, page);
        assert_int_equal(before.left_tick, geometry.left_tick);
        assert_true(geometry.top_pitch <= 127 || geometry_pitches(&geometry) > 128);
    }
}

static void scrolling_goes_by_whole_bars(void **state) {
    (void)state;
    Geometry geometry = make(false);
    geometry_reveal_tick(&geometry, 5 * 1920 + 480, 1920);
    assert_int_equal(geometry.left_tick % 1920, 0);
    geometry_reveal_tick(&geometry, 0, 1920);
    assert_int_equal(geometry.left_tick, 0);
}

static void zoom_goes_through_all_levels_and_stops(void **state) {
    (void)state;
    int32_t ticks = 120;
    for (int i = 0; i < 10; i++) ticks = geometry_zoom(ticks, 1);
    assert_int_equal(ticks, 30);
    int levels = 1;
    for (int32_t next; (next = geometry_zoom(ticks, -1)) != ticks; ticks = next) levels++;
    assert_int_equal(levels, 6);
    assert_int_equal(ticks, 960);
}

static int bottom(Rect rect) {
    return rect.y + rect.height;
}

static void panes_fill_the_screen_without_overlap(void **state) {
    (void)state;
    for (int height = LAYOUT_HEIGHT_MIN; height < 80; height++)
        for (int width = LAYOUT_WIDTH_MIN; width < 240; width += 7)
            for (int kind = 0; kind < 4; kind++) {
                Layout layout = layout_make(width, height, kind & 1, kind & 2 ? width / 2 : 0);
                assert_false(layout.too_small);
                bool in_place = layout.roll.height == 0;
                Rect upper = in_place ? layout.matrix : layout.roll;
                assert_true(upper.height >= 2);
                assert_int_equal(in_place ? upper.y : layout.ruler.y, 1);
                if (layout.lanes.height > 0) assert_int_equal(bottom(upper), layout.lanes.y);
                assert_int_equal(layout.lanes.height > 0 ? bottom(layout.lanes) : bottom(upper),
                                 layout.status.y);
                assert_int_equal(layout.message.y, layout.status.y + 1);
                assert_int_equal(layout.hints.height ? bottom(layout.hints) : bottom(layout.message), height);
                if (kind & 2 && !in_place) assert_true(layout.matrix.x > layout.roll.width - 1);
            }
    assert_true(layout_make(39, 24, true, 0).too_small);
    assert_true(layout_make(80, 9, true, 0).too_small);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ticks_and_columns_are_inverse),
        cmocka_unit_test(pitches_and_rows_are_inverse),
        cmocka_unit_test(revealing_shows_what_is_asked_for),
        cmocka_unit_test(scrolling_goes_by_whole_bars),
        cmocka_unit_test(zoom_goes_through_all_levels_and_stops),
        cmocka_unit_test(panes_fill_the_screen_without_overlap),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
