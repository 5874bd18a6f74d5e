/* Slow work goes on beside the loop, ends early when that is asked, and is told of on the loop's own thread. */
#include <poll.h>
#include <pthread.h>
#include <unistd.h>

#include "app/studio/errands.h"
#include "tests/support/check.h"

typedef struct {
    atomic_bool started, may_end; /* the test lets it go */
    bool saw_cancel, is_done;
    pthread_t worked_on, done_on;
} Work;

static void work_until_told(void *data, const atomic_bool *cancelled) {
    Work *work = data;
    work->worked_on = pthread_self();
    atomic_store(&work->started, true);
    while (!atomic_load(&work->may_end) && !atomic_load(cancelled)) usleep(500);
    work->saw_cancel = atomic_load(cancelled);
}

static void note_done(void *data) {
    Work *work = data;
    assert_false(work->is_done); /* once */
    work->is_done = true;
    work->done_on = pthread_self();
}

static Errands *open_errands(void) {
    Error err = {{0}};
    Errands *errands = errands_new(&err);
    if (!errands) fail_msg("%s", err.text);
    return errands;
}

static void start(Errands *errands, Work *work) {
    Error err = {{0}};
    check_ok(errands_start(errands, (Errand){work_until_told, note_done, work}, &err), &err);
}

static bool is_readable(const Errands *errands, int wait_ms) {
    struct pollfd wake = {.fd = errands_wake_fd(errands), .events = POLLIN};
    return poll(&wake, 1, wait_ms) == 1;
}

static void test_the_end_wakes_the_loop_and_is_told_there(void **state) {
    (void)state;
    Errands *errands = open_errands();
    Work work = {0};
    start(errands, &work);
    errands_collect(errands);
    assert_false(work.is_done);
    assert_false(is_readable(errands, 0));
    atomic_store(&work.may_end, true);
    assert_true(is_readable(errands, 10000));
    assert_false(work.is_done); /* not before it is collected */
    errands_finish(errands);
    assert_true(work.is_done);
    assert_true(pthread_equal(work.done_on, pthread_self()));
    assert_false(pthread_equal(work.worked_on, pthread_self()));
    assert_false(work.saw_cancel);
    errands_free(errands);
}

static void test_cancelling_ends_what_runs_and_nothing_else(void **state) {
    (void)state;
    Errands *errands = open_errands();
    Work work[2] = {0}, later = {0};
    for (int i = 0; i < 2; i++) start(errands, &work[i]);
    errands_cancel(errands);
    errands_finish(errands);
    for (int i = 0; i < 2; i++) assert_true(work[i].is_done && work[i].saw_cancel);
    start(errands, &later); /* in a slot that was cancelled */
    atomic_store(&later.may_end, true);
    errands_free(errands);
    assert_true(later.is_done && !later.saw_cancel);
}

static void test_work_that_must_be_done_is_done_at_once_when_there_is_no_room(void **state) {
    (void)state;
    Errands *errands = open_errands();
    Error err = {{0}};
    Work work[ERRANDS_MAX] = {0}, one_more = {.may_end = true}, refused = {0};
    for (int i = 0; i < ERRANDS_MAX; i++) start(errands, &work[i]);
    check_refused(errands_start(errands, (Errand){work_until_told, note_done, &refused}, &err), &err);
    errands_do(errands, (Errand){work_until_told, note_done, &one_more});
    assert_true(one_more.is_done);
    assert_false(refused.is_done);
    assert_false(atomic_load(&refused.started));
    errands_cancel(errands);
    errands_free(errands);
    for (int i = 0; i < ERRANDS_MAX; i++) assert_true(work[i].is_done);
}

static void test_without_errands_everything_is_done_at_once(void **state) {
    (void)state;
    Work work = {.may_end = true};
    start(NULL, &work);
    assert_true(work.is_done);
    errands_cancel(NULL);
    errands_finish(NULL);
    errands_free(NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_end_wakes_the_loop_and_is_told_there),
        cmocka_unit_test(test_cancelling_ends_what_runs_and_nothing_else),
        cmocka_unit_test(test_work_that_must_be_done_is_done_at_once_when_there_is_no_room),
        cmocka_unit_test(test_without_errands_everything_is_done_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
