/* What waits: for an answer, for the engine, for the song to be saved. */
#include "app/studio/pending.h"
#include "tests/support/check.h"

static Messages messages;

static int tear_down(void **state) {
    (void)state;
    messages_deinit(&messages);
    return 0;
}

static void test_an_answer_takes_the_question_and_its_picture_away(void **state) {
    (void)state;
    Pending pending = {0};
    PendingQuestion question;
    Command asker;
    const Command quit = {.id = COMMAND_QUIT};
    pending_ask(&pending, PENDING_UNSAVED, &quit, "Save %s first?", "it");
    assert_string_equal(pending.text, "Save it first?");
    track_insert(&pending.preview, (Note){0, 480, 60, 80}, NULL);
    assert_int_equal(pending_answer(&pending, 1, &question, &asker), 'n');
    assert_int_equal(question, PENDING_UNSAVED);
    assert_int_equal(asker.id, COMMAND_QUIT);
    assert_int_equal(pending.question, PENDING_NONE);
    assert_int_equal(pending.preview.count, 0);
    pending_deinit(&pending);
}

static void test_whatever_is_no_answer_is_the_one_that_changes_nothing(void **state) {
    (void)state;
    Pending pending = {0};
    PendingQuestion question;
    Command asker;
    static const int others[] = {-1, 3, 99};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        pending_ask(&pending, PENDING_UNSAVED, NULL, "Well?");
        assert_int_equal(pending_answer(&pending, others[i], &question, &asker), 'c');
        assert_int_equal(asker.id, COMMAND_NONE);
    }
    assert_int_equal(pending_answer(&pending, 0, &question, &asker), '\0'); /* nothing was asked */
    assert_int_equal(question, PENDING_NONE);
    pending_deinit(&pending);
}

static void test_commands_wait_in_order_and_keep_their_consent(void **state) {
    (void)state;
    Pending pending = {0};
    PendingCommand next;
    const Command save = {.id = COMMAND_SAVE}, render = {.id = COMMAND_RENDER};
    assert_false(
        pending_wait(&pending, false, "the model", &save, &messages)); /* it can be performed at once */
    pending.consent = true;
    assert_true(pending_wait(&pending, true, "the model", &save, &messages));
    pending.consent = false;
    assert_true(pending_wait(&pending, true, "the model", &render, &messages));
    assert_true(pending_holds(&pending, COMMAND_SAVE));
    assert_true(pending_take(&pending, &next));
    assert_int_equal(next.command.id, COMMAND_SAVE);
    assert_true(next.consent);
    assert_false(pending_holds(&pending, COMMAND_SAVE));
    assert_true(pending_take(&pending, &next));
    assert_int_equal(next.command.id, COMMAND_RENDER);
    assert_false(next.consent);
    assert_false(pending_take(&pending, &next));
}

static void test_more_than_can_wait_is_refused(void **state) {
    (void)state;
    Pending pending = {0};
    const Command save = {.id = COMMAND_SAVE};
    for (int i = 0; i < PENDING_COMMANDS; i++) pending_wait(&pending, true, "the model", &save, &messages);
    assert_false(messages.is_error);
    assert_true(pending_wait(&pending, true, "the model", &save, &messages));
    assert_true(messages.is_error);
    assert_true(check_is_sentence(messages.current));
    assert_int_equal(pending.held_count, PENDING_COMMANDS);
}

static void test_giving_up_leaves_nobody_waiting(void **state) {
    (void)state;
    Pending pending = {0};
    Command after;
    const Command save = {.id = COMMAND_SAVE}, quit = {.id = COMMAND_QUIT};
    assert_false(pending_give_up(&pending));
    pending_save_first(&pending, &quit);
    pending_wait(&pending, true, "the model", &save, &messages);
    assert_true(pending_give_up(&pending));
    pending_note_saved(&pending); /* by a :w of later */
    assert_false(pending_take_after(&pending, &after));
}

static void test_what_follows_saving_does_so_once(void **state) {
    (void)state;
    Pending pending = {0};
    Command after;
    const Command quit = {.id = COMMAND_QUIT};
    pending_note_saved(&pending);
    assert_false(pending_take_after(&pending, &after));
    pending_save_first(&pending, &quit);
    assert_false(pending_take_after(&pending, &after));
    pending_note_saved(&pending);
    assert_true(pending_take_after(&pending, &after));
    assert_int_equal(after.id, COMMAND_QUIT);
    assert_false(pending_take_after(&pending, &after));
    pending_save_first(&pending, &quit);
    pending_forget_after(&pending);
    pending_note_saved(&pending);
    assert_false(pending_take_after(&pending, &after));
}

#define PENDING_TEST(name) cmocka_unit_test_teardown(name, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        PENDING_TEST(test_an_answer_takes_the_question_and_its_picture_away),
        PENDING_TEST(test_whatever_is_no_answer_is_the_one_that_changes_nothing),
        PENDING_TEST(test_commands_wait_in_order_and_keep_their_consent),
        PENDING_TEST(test_more_than_can_wait_is_refused),
        PENDING_TEST(test_giving_up_leaves_nobody_waiting),
        PENDING_TEST(test_what_follows_saving_does_so_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
