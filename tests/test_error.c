/* Error: sentences are cut to fit between characters, and nobody has to want them. */
#include "tests/support/check.h"

static void a_sentence_is_formatted(void **state) {
    (void)state;
    Error err;
    assert_false(error_set(&err, "%s has %d bars.", "Song", 12));
    assert_string_equal(err.text, "Song has 12 bars.");
}

static void a_null_error_is_allowed(void **state) {
    (void)state;
    assert_false(error_set(NULL, "Nobody reads %s.", "this"));
    assert_false(error_memory(NULL, "this"));
}

static void an_error_may_quote_itself(void **state) {
    (void)state;
    Error err;
    error_set(&err, "The disk is full.");
    error_set(&err, "Nothing was saved: %s", err.text);
    assert_string_equal(err.text, "Nothing was saved: The disk is full.");
}

static void a_quoted_sentence_ends_once(void **state) {
    (void)state;
    Error err;
    error_set(&err, "The model cannot be used: %s.", "The disk is full.");
    assert_string_equal(err.text, "The model cannot be used: The disk is full.");
    error_set(&err, "The model cannot be used: %s.", "it is too short");
    assert_string_equal(err.text, "The model cannot be used: it is too short.");
}

static void memory_is_named(void **state) {
    (void)state;
    Error err;
    assert_false(error_memory(&err, "the corpus"));
    assert_non_null(strstr(err.text, "memory"));
    assert_non_null(strstr(err.text, "the corpus"));
    assert_true(error_is_memory(&err));
    error_set(&err, "The corpus is damaged.");
    assert_false(error_is_memory(&err));
}

/* Whatever stands at the cut, the text ends with a whole character and loses as little as it must. */
static void a_long_text_is_cut_between_characters(void **state) {
    (void)state;
    const char *characters[] = {"x", "\u00e9", "\u2588", "\U0001d11e"};
    for (size_t c = 0; c < 4; c++)
        for (int padding = 0; padding < 5; padding++) {
            char text[2000] = "";
            memset(text, '.', (size_t)padding);
            while (strlen(text) < 1000) strcat(text, characters[c]);
            Error err;
            error_set(&err, "%s", text);
            size_t length = strlen(err.text), size = strlen(characters[c]);
            assert_in_range(length, sizeof err.text - size, sizeof err.text - 1);
            assert_int_equal((length - (size_t)padding) % size, 0);
            assert_memory_equal(err.text, text, length);
        }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sentence_is_formatted),   cmocka_unit_test(a_null_error_is_allowed),
        cmocka_unit_test(an_error_may_quote_itself), cmocka_unit_test(a_quoted_sentence_ends_once),
        cmocka_unit_test(memory_is_named),           cmocka_unit_test(a_long_text_is_cut_between_characters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
