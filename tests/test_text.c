/* Texts that are too long are cut between characters, wherever a person reads them. */
#include "app/studio/messages.h"
#include "engine/base/text.h"
#include "tests/support/check.h"

static const char *const CHARACTERS[] = {"x", "\u00e9", "\u2588", "\U0001d11e"};

/* Over 1000 bytes: some dots, then one character again and again. */
static void fill(char text[2000], const char *character, int padding) {
    memset(text, '.', (size_t)padding);
    text[padding] = '\0';
    while (strlen(text) < 1000) strcat(text, character);
}

static void check_cut(const char *cut, size_t size, const char *text, const char *character, int padding) {
    size_t length = strlen(cut), each = strlen(character);
    assert_in_range(length, size - each, size - 1);
    assert_int_equal((length - (size_t)padding) % each, 0);
    assert_memory_equal(cut, text, length);
}

static void a_copy_holds_whole_characters(void **state) {
    (void)state;
    char text[2000], copy[100], small[3];
    for (size_t c = 0; c < 4; c++)
        for (int padding = 0; padding < 5; padding++) {
            fill(text, CHARACTERS[c], padding);
            text_copy(copy, sizeof copy, text);
            check_cut(copy, sizeof copy, text, CHARACTERS[c], padding);
        }
    text_copy(small, sizeof small, CHARACTERS[1]);
    assert_string_equal(small, CHARACTERS[1]);
    text_copy(small, sizeof small, CHARACTERS[2]);
    assert_string_equal(small, "");
    text_copy(small, 1, "x");
    assert_string_equal(small, "");
}

static void a_message_holds_whole_characters(void **state) {
    (void)state;
    char text[2000];
    for (size_t c = 0; c < 4; c++)
        for (int padding = 0; padding < 5; padding++) {
            Messages messages = {0};
            fill(text, CHARACTERS[c], padding);
            messages_refuse(&messages, "%s", text);
            check_cut(messages.current, sizeof messages.current, text, CHARACTERS[c], padding);
            messages_clear(&messages);
            messages_note(&messages, "%s", text);
            check_cut(messages.current, sizeof messages.current, text, CHARACTERS[c], padding);
            messages_deinit(&messages);
        }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_copy_holds_whole_characters),
        cmocka_unit_test(a_message_holds_whole_characters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
