/* Tap: a tempo from beats in time, which a pause begins anew. */
#include "tests/support/check.h"

#include "app/studio/tap.h"

static void even_beats_are_their_tempo(void **state) {
    (void)state;
    Tap tap = {0};
    assert_true(tap_beat(&tap, 1000) == 0);
    assert_true(tap_beat(&tap, 1500) == 0);
    assert_true(tap_beat(&tap, 2000) == 120);
    for (int i = 1; i <= 20; i++) assert_true(tap_beat(&tap, 2000 + 500 * i) == 120);
}

static void one_may_get_faster(void **state) {
    (void)state;
    Tap tap = {0};
    int64_t now_ms = 0;
    for (int i = 0; i < 20; i++) tap_beat(&tap, now_ms += 600);
    for (int i = 0; i < TAP_LAST - 2; i++) tap_beat(&tap, now_ms += 300);
    assert_true(tap_beat(&tap, now_ms + 300) == 200); /* what was slower is forgotten */
}

static void a_pause_begins_anew(void **state) {
    (void)state;
    Tap tap = {0};
    for (int i = 0; i < 5; i++) tap_beat(&tap, 500 * i);
    assert_true(tap_beat(&tap, 2000 + TAP_PAUSE_MS + 1) == 0);
    assert_int_equal(tap.count, 1);
}

static void two_taps_at_once_tell_nothing(void **state) {
    (void)state;
    Tap tap = {0};
    for (int i = 0; i < 5; i++) assert_true(tap_beat(&tap, 7) == 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(even_beats_are_their_tempo),
        cmocka_unit_test(one_may_get_faster),
        cmocka_unit_test(a_pause_begins_anew),
        cmocka_unit_test(two_taps_at_once_tell_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
