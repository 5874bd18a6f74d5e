#include "tests/support/check.h"
#include "tests/support/studio_script.h"

/* What the start has to warn of is not covered by what it has to tell, nor lost behind a question. */
static void a_warning_stands_until_it_could_be_read(void **state) {
    (void)state;
    StudioScript script;
    studio_script_open(&script, false);
    Messages *messages = &script.studio.messages;
    messages_warn(messages, "Line 2 is wrong.");
    messages_say(messages, "took track 1");
    assert_string_equal(messages->current, "Line 2 is wrong.");
    assert_string_equal(messages_last(messages), "took track 1");
    messages_warn(messages, "Nothing can be recovered.");
    assert_string_equal(messages->current, "Line 2 is wrong. | Nothing can be recovered.");
    assert_true(messages->is_error);
    pending_ask(&script.studio.pending, PENDING_QUANTISE, NULL, "Well?");
    studio_script_answer(&script, 'n');
    assert_string_equal(messages->current, "Line 2 is wrong. | Nothing can be recovered.");
    studio_script_do(&script, "goto 2");
    assert_string_equal(messages->current, "");
    messages_refuse(messages, "No.");
    messages_say(messages, "yes");
    assert_string_equal(messages->current, "yes");
    assert_false(messages->is_error);
    studio_script_close(&script);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_warning_stands_until_it_could_be_read),
    };
    return cmocka_run_group_tests_name("messages", tests, NULL, NULL);
}
