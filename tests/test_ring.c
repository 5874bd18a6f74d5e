/* Ring: nothing lost, nothing twice, nothing out of order, alone and between two threads. */
#include "tests/support/check.h"

#include <pthread.h>
#include <sched.h>

#include "engine/base/ring.h"
#include "engine/base/rng.h"

static void it_fills_and_empties(void **state) {
    (void)state;
    Ring ring;
    Error err;
    check_ok(ring_init(&ring, 4, sizeof(int), &err), &err);
    int out = -1;
    assert_false(ring_pop(&ring, &out));
    for (int i = 0; i < 4; i++) assert_true(ring_push(&ring, &i));
    int more = 99;
    assert_false(ring_push(&ring, &more));
    for (int i = 0; i < 4; i++) {
        assert_true(ring_pop(&ring, &out));
        assert_int_equal(out, i);
    }
    assert_false(ring_pop(&ring, &out));
    ring_deinit(&ring);
}

static void capacity_is_rounded_up(void **state) {
    (void)state;
    static const size_t wanted[] = {0, 1, 2, 3, 5, 64, 65}, got[] = {1, 1, 2, 4, 8, 64, 128};
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        Ring ring;
        check_ok(ring_init(&ring, wanted[i], 3, NULL), &(Error){""});
        assert_int_equal(ring.capacity, got[i]);
        char item[3] = "ab";
        for (size_t k = 0; k < got[i]; k++) assert_true(ring_push(&ring, item));
        assert_false(ring_push(&ring, item));
        ring_deinit(&ring);
    }
}

static void impossible_sizes_are_refused(void **state) {
    (void)state;
    Ring ring;
    Error err;
    check_refused(ring_init(&ring, SIZE_MAX, 1, &err), &err);
    check_refused(ring_init(&ring, SIZE_MAX / 4, 64, &err), &err);
    ring_deinit(&ring);
    ring_deinit(&ring);
}

/* The counters may wrap; only their difference counts. */
static void it_survives_the_wrap_of_its_counters(void **state) {
    (void)state;
    Ring ring;
    Error err;
    check_ok(ring_init(&ring, 4, sizeof(int), &err), &err);
    atomic_store(&ring.written, SIZE_MAX - 1);
    atomic_store(&ring.read, SIZE_MAX - 1);
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < 4; i++) assert_true(ring_push(&ring, &i));
        assert_false(ring_push(&ring, &round));
        for (int i = 0, out; i < 4; i++) {
            assert_true(ring_pop(&ring, &out));
            assert_int_equal(out, i);
        }
    }
    ring_deinit(&ring);
}

/* An item that shows when half of it is old. */
typedef struct {
    uint64_t number, twice, hash;
} Item;

enum { ITEMS = 100000 };

static void *push_items(void *pointer) {
    Ring *ring = pointer;
    for (uint64_t i = 0; i < ITEMS; i++) {
        Item item = {i, 2 * i, i * 0x9E3779B97F4A7C15u};
        while (!ring_push(ring, &item)) sched_yield();
    }
    return NULL;
}

static void two_threads_see_every_item_once_and_whole(void **state) {
    (void)state;
    Ring ring;
    Error err;
    check_ok(ring_init(&ring, 8, sizeof(Item), &err), &err);
    pthread_t writer;
    assert_int_equal(pthread_create(&writer, NULL, push_items, &ring), 0);
    uint64_t wrong = 0;
    for (uint64_t i = 0; i < ITEMS; i++) {
        Item item = {0};
        while (!ring_pop(&ring, &item)) sched_yield();
        wrong += item.number != i || item.twice != 2 * i || item.hash != i * 0x9E3779B97F4A7C15u;
    }
    pthread_join(writer, NULL);
    assert_true(wrong == 0);
    Item none;
    assert_false(ring_pop(&ring, &none));
    ring_deinit(&ring);
}

/* Against a plain array: random pushes and pops. */
static void it_agrees_with_a_plain_queue(void **state) {
    (void)state;
    Rng rng;
    rng_seed(&rng, 3);
    Ring ring;
    Error err;
    check_ok(ring_init(&ring, 16, sizeof(int), &err), &err);
    int pushed = 0, popped = 0;
    for (int i = 0; i < 20000; i++) {
        if (rng_below(&rng, 2)) {
            bool fits = pushed - popped < 16;
            assert_true(ring_push(&ring, &pushed) == fits);
            pushed += fits;
        } else {
            int out = -1;
            bool some = pushed > popped;
            assert_true(ring_pop(&ring, &out) == some);
            if (some) assert_int_equal(out, popped++);
        }
    }
    ring_deinit(&ring);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_fills_and_empties),
        cmocka_unit_test(capacity_is_rounded_up),
        cmocka_unit_test(impossible_sizes_are_refused),
        cmocka_unit_test(it_survives_the_wrap_of_its_counters),
        cmocka_unit_test(two_threads_see_every_item_once_and_whole),
        cmocka_unit_test(it_agrees_with_a_plain_queue),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
