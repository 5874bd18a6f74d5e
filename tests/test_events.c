/* What a file said, event by event, when time is opened or closed in it. */
#include <stdlib.h>
#include <string.h>

#include "engine/music/events.h"
#include "tests/support/check.h"

enum { BAR = 1920 };

static Events *events;

static void add(int32_t tick, const char *bytes, size_t size) {
    Error err = {{0}};
    check_ok(events_add(events, tick, (const uint8_t *)bytes, size, &err), &err);
}

/* A note, a word, a program and a tempo at each of three bar lines; controllers within the second bar. */
static int set_up(void **state) {
    (void)state;
    Error err = {{0}};
    events = events_new("MTrk", &err);
    for (int bar = 0; bar < 3; bar++) {
        if (bar > 0) add(bar * BAR, "\x80\x3c\x40", 3);
        add(bar * BAR, "\xff\x51\x07\xa1\x20", 5);
        add(bar * BAR, "\xff\x05la", 4);
        add(bar * BAR, bar == 0 ? "\xc0\x01" : bar == 1 ? "\xc0\x02" : "\xc0\x03", 2);
        add(bar * BAR, "\x90\x3c\x50", 3);
        if (bar != 1) continue;
        add(BAR + 100, "\xb0\x07\x10", 3);
        add(BAR + 200, "\xb0\x07\x20", 3);
        add(BAR + 300, "\xb0\x06\x01", 3);
        add(BAR + 400, "\xb0\x06\x02", 3);
        add(BAR + 500, "\xf0\x7e\x7f\xf7", 4);
    }
    add(3 * BAR, "\x80\x3c\x40", 3);
    add(3 * BAR, "\xff\x2f", 2);
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    events_unref(events);
    return 0;
}

/* How many events of this status, and second byte unless -1, stand at a tick. */
static int at(const Events *list, int32_t tick, int status, int second) {
    int count = 0;
    for (int i = events_next(list, tick); i < events_count(list) && events_at(list, i).tick == tick; i++) {
        const uint8_t *bytes = events_bytes(list, i);
        count += bytes[0] == status && (second < 0 || bytes[1] == second);
    }
    return count;
}

static void a_gap_moves_what_begins_and_leaves_what_is_set(void **state) {
    (void)state;
    Error err = {{0}};
    Events *opened = events_with_gap(events, BAR, BAR, &err);
    assert_int_equal(events_count(opened), events_count(events));
    assert_int_equal(at(opened, BAR, 0x80, -1), 1); /* the note before ends where it did */
    assert_int_equal(at(opened, BAR, 0xff, 0x51), 1);
    assert_int_equal(at(opened, BAR, 0xc0, 2), 1);
    assert_int_equal(at(opened, BAR, 0x90, -1) + at(opened, BAR, 0xff, 5), 0);
    assert_int_equal(at(opened, 2 * BAR, 0x90, -1) + at(opened, 2 * BAR, 0xff, 5), 2);
    assert_int_equal(at(opened, 2 * BAR + 200, 0xb0, 7), 1);
    assert_int_equal(at(opened, 4 * BAR, 0xff, 0x2f), 1);
    events_unref(opened);
}

static void a_gap_at_the_beginning_keeps_the_setting_up(void **state) {
    (void)state;
    Error err = {{0}};
    Events *opened = events_with_gap(events, 0, BAR, &err);
    assert_int_equal(at(opened, 0, 0xff, 0x51) + at(opened, 0, 0xc0, 1), 2);
    assert_int_equal(at(opened, 0, 0x90, -1), 0);
    assert_int_equal(at(opened, BAR, 0x90, -1) + at(opened, BAR, 0xff, 5), 2);
    events_unref(opened);
}

static void what_is_taken_out_leaves_its_last_settings(void **state) {
    (void)state;
    Error err = {{0}};
    Events *closed = events_with_gap(events, BAR, -BAR, &err);
    assert_int_equal(at(closed, BAR, 0x80, -1),
                     2); /* of the bar before; of the bar behind, which has come here */
    assert_int_equal(at(closed, BAR, 0xff, 0x05), 1); /* that of the bar behind */
    assert_int_equal(at(closed, BAR, 0xc0, 2), 1);    /* held from there on, before .. */
    assert_int_equal(at(closed, BAR, 0xc0, 3), 1);    /* .. that of the bar behind */
    assert_int_equal(at(closed, BAR, 0xb0, 7), 1);    /* the last volume */
    assert_int_equal(at(closed, BAR, 0xb0, 6), 2);    /* data entry builds on what was before */
    assert_int_equal(at(closed, BAR, 0xf0, -1), 1);
    assert_int_equal(at(closed, 2 * BAR, 0xff, 0x2f), 1);
    Events *none = events_with_gap(events, 0, -3 * BAR, &err);
    assert_int_equal(at(none, 0, 0x90, -1), 0);
    assert_int_equal(at(none, 0, 0xff, 0x2f), 1);
    events_unref(none);
    events_unref(closed);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_gap_moves_what_begins_and_leaves_what_is_set, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_gap_at_the_beginning_keeps_the_setting_up, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_taken_out_leaves_its_last_settings, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
