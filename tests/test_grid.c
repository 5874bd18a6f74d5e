/* Grid: lines in every division, triplets too, never across a bar line. */
#include "tests/support/check.h"

#include "engine/music/grid.h"

static void a_zeroed_grid_has_sixteenths(void **state) {
    (void)state;
    Grid grid = {0};
    assert_int_equal(grid_step(grid, 480), 120);
    assert_int_equal(grid_floor(grid, NULL, 359), 240);
    assert_int_equal(grid_nearest(grid, NULL, 299), 240);
    assert_int_equal(grid_nearest(grid, NULL, 300), 360);
    assert_int_equal(grid_move(grid, NULL, 240, 2), 480);
    assert_int_equal(grid_move(grid, NULL, 250, 1), 360);
    assert_int_equal(grid_move(grid, NULL, 250, -1), 240);
    assert_int_equal(grid_move(grid, NULL, 240, -1), 120);
    assert_int_equal(grid_move(grid, NULL, 120, -5), 0);
    assert_int_equal(grid_floor(grid, NULL, -7), 0);
}

static void triplets_divide_a_quarter_in_three(void **state) {
    (void)state;
    Grid grid = grid_of(12);
    assert_int_equal(grid_step(grid, 480), 160);
    assert_int_equal(grid_move(grid, NULL, 0, 4), 640);
    assert_int_equal(grid_nearest(grid, NULL, 500), 480);
}

/* A division of 100 has no whole sixth: errors must not add up over a bar. */
static void lines_are_rounded_once(void **state) {
    (void)state;
    Error err;
    Timeline *timeline = timeline_plain(100, 500000, (Meter){4, 4}, &err);
    Grid grid = grid_of(24);
    int32_t tick = 0;
    for (int k = 1; k <= 48; k++) {
        int32_t next = grid_move(grid, timeline, tick, 1);
        assert_int_equal(next, (k % 24 * 100 + 3) / 6 + k / 24 * 400);
        assert_int_equal(grid_move(grid, timeline, next, -1), tick);
        assert_int_equal(grid_floor(grid, timeline, next), next);
        assert_int_equal(grid_nearest(grid, timeline, next - 1), next);
        tick = next;
    }
    timeline_unref(timeline);
}

/* One tick a quarter cannot be divided: every tick is a line. */
static void a_division_of_one_still_moves(void **state) {
    (void)state;
    Error err;
    Timeline *timeline = timeline_plain(1, 500000, (Meter){4, 4}, &err);
    assert_int_equal(grid_move(grid_of(16), timeline, 0, 3), 3);
    assert_int_equal(grid_move(grid_of(16), timeline, 3, -3), 0);
    assert_int_equal(grid_step(grid_of(64), 1), 1);
    timeline_unref(timeline);
}

static void bar_lines_are_lines(void **state) {
    (void)state;
    Error err;
    Timeline *timeline = timeline_new(&(TimelineMap){.division = 480, .pickup = 100}, &err);
    Grid grid = grid_of(4);
    assert_int_equal(grid_move(grid, timeline, 0, 1), 100);
    assert_int_equal(grid_move(grid, timeline, 100, 1), 580);
    assert_int_equal(grid_nearest(grid, timeline, 90), 100);
    assert_int_equal(grid_floor(grid, timeline, 579), 100);
    timeline_unref(timeline);
}

/* As musicians name them: lines in a whole note. */
static void a_whole_note_has_so_many_lines(void **state) {
    (void)state;
    static const struct {
        int lines, step;
    } grids[] = {{1, 1920}, {2, 960},  {3, 640},  {4, 480}, {6, 320},
                 {8, 240},  {12, 160}, {16, 120}, {20, 96}, {24, 80}};
    for (size_t i = 0; i < sizeof grids / sizeof *grids; i++) {
        Grid grid = grid_of(grids[i].lines);
        assert_int_equal(grid_lines(grid), grids[i].lines);
        assert_int_equal(grid_step(grid, 480), grids[i].step);
        assert_int_equal(grid_move(grid, NULL, 0, grids[i].lines), 1920);
    }
    assert_int_equal(grid_lines((Grid){0}), 16);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_whole_note_has_so_many_lines),     cmocka_unit_test(a_zeroed_grid_has_sixteenths),
        cmocka_unit_test(triplets_divide_a_quarter_in_three), cmocka_unit_test(lines_are_rounded_once),
        cmocka_unit_test(a_division_of_one_still_moves),      cmocka_unit_test(bar_lines_are_lines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
