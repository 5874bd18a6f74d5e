/* Threads and the pipe that wakes a sleeper. */
#include "engine/base/thread.h"
#include "engine/base/wake.h"
#include "tests/support/check.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

static void *read_mask(void *mask) {
    pthread_sigmask(SIG_BLOCK, NULL, mask);
    return NULL;
}

static void only_its_own_faults_reach_a_thread(void **state) {
    (void)state;
    sigset_t before, after, inside;
    Thread thread = {0};
    sigemptyset(&inside);
    pthread_sigmask(SIG_BLOCK, NULL, &before);
    assert_true(thread_start(&thread, read_mask, &inside));
    thread_join(&thread);
    static const int OUTSIDE[] = {SIGINT, SIGTERM, SIGHUP, SIGTSTP, SIGWINCH, SIGCONT, SIGCHLD};
    static const int OWN[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP, SIGSYS};
    for (size_t i = 0; i < sizeof OUTSIDE / sizeof *OUTSIDE; i++)
        assert_true(sigismember(&inside, OUTSIDE[i]));
    for (size_t i = 0; i < sizeof OWN / sizeof *OWN; i++) assert_false(sigismember(&inside, OWN[i]));
    pthread_sigmask(SIG_BLOCK, NULL, &after);
    for (int i = 1; i < SIGRTMIN; i++) assert_int_equal(sigismember(&before, i), sigismember(&after, i));
    thread_join(&thread); /* once more does nothing */
}

static bool is_readable(const Wake *wake, int patience_ms) {
    return poll(&(struct pollfd){.fd = wake_fd(wake), .events = POLLIN}, 1, patience_ms) == 1;
}

static void *call(void *wake) {
    wake_up(wake);
    return NULL;
}

static void a_call_is_heard_until_it_is_cleared(void **state) {
    (void)state;
    Wake wake = {0};
    Thread thread = {0};
    Error err;
    assert_int_equal(wake_fd(&wake), -1);
    check_ok(wake_open(&wake, &err), &err);
    assert_false(is_readable(&wake, 0));
    assert_true(thread_start(&thread, call, &wake));
    assert_true(is_readable(&wake, 10000));
    thread_join(&thread);
    wake_clear(&wake);
    assert_false(is_readable(&wake, 0));
    wake_close(&wake);
    assert_int_equal(wake_fd(&wake), -1);
    wake_close(&wake);
}

static void words_come_in_order_and_a_full_pipe_blocks_nobody(void **state) {
    (void)state;
    Wake wake = {0};
    Error err;
    check_ok(wake_open(&wake, &err), &err);
    wake_send(&wake, 15);
    wake_send(&wake, 2);
    assert_int_equal(wake_take(&wake), 15);
    assert_int_equal(wake_take(&wake), 2);
    assert_int_equal(wake_take(&wake), 0);
    errno = EDOM;
    for (int i = 0; i < 1 << 17; i++) wake_up(&wake);
    assert_int_equal(errno, EDOM); /* a handler must not change what it interrupts */
    assert_true(is_readable(&wake, 0));
    wake_clear(&wake);
    assert_false(is_readable(&wake, 0));
    wake_close(&wake);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_its_own_faults_reach_a_thread),
        cmocka_unit_test(a_call_is_heard_until_it_is_cleared),
        cmocka_unit_test(words_come_in_order_and_a_full_pipe_blocks_nobody),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
