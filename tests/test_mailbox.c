#include "tests/support/check.h"

#include <poll.h>
#include <pthread.h>

#include "engine/mailbox.h"

static void *wait_for_work(void *data) {
    EngineRequest request = {0};
    assert_int_equal(mailbox_wait(data, &request, false, ENGINE_KINDS), MAILBOX_STOP);
    return NULL;
}

/* The reader takes the last reply and looks while the engine thread is still on its way to its next wait. */
static void the_end_of_work_wakes_the_reader(void **state) {
    (void)state;
    Mailbox mailbox;
    Error err = {{0}};
    check_ok(mailbox_init(&mailbox, &err), &err);
    EngineRequest request = {.kind = ENGINE_CONTINUE};
    mailbox_post(&mailbox, &request);
    assert_int_equal(mailbox_wait(&mailbox, &request, false, ENGINE_KINDS), MAILBOX_REQUEST);
    EngineReply reply = {.id = request.id, .kind = request.kind, .ok = true};
    assert_true(mailbox_answer(&mailbox, &reply));
    assert_true(mailbox_take_reply(&mailbox, &reply));
    struct pollfd wake = {.fd = wake_fd(&mailbox.wake), .events = POLLIN};
    assert_int_equal(poll(&wake, 1, 0), 0);
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, wait_for_work, &mailbox), 0);
    assert_int_equal(poll(&wake, 1, 10000), 1);
    assert_false(mailbox_take_reply(&mailbox, &reply));
    assert_false(mailbox_snapshot(&mailbox).busy);
    assert_int_equal(poll(&wake, 1, 0), 0); /* told once */
    mailbox_stop(&mailbox);
    pthread_join(thread, NULL);
    mailbox_deinit(&mailbox);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_end_of_work_wakes_the_reader),
    };
    return cmocka_run_group_tests_name("mailbox", tests, NULL, NULL);
}
