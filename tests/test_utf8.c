/* Characters come out as they went in, and texts that are too long are cut between them, wherever a person reads them. */
#include "app/studio/messages.h"
#include "engine/base/utf8.h"
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
            utf8_copy(copy, sizeof copy, text);
            check_cut(copy, sizeof copy, text, CHARACTERS[c], padding);
        }
    utf8_copy(small, sizeof small, CHARACTERS[1]);
    assert_string_equal(small, CHARACTERS[1]);
    utf8_copy(small, sizeof small, CHARACTERS[2]);
    assert_string_equal(small, "");
    utf8_copy(small, 1, "x");
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

static void every_codepoint_is_encoded_and_decoded(void **state) {
    (void)state;
    static const uint32_t codepoints[] = {1,      0x7f,   0x80,   0x7ff,   0x800,
                                          0xd7ff, 0xe000, 0xffff, 0x10000, 0x10ffff};
    for (size_t i = 0; i < sizeof codepoints / sizeof *codepoints; i++) {
        char bytes[5];
        uint32_t back;
        int size = utf8_write(bytes, codepoints[i]);
        assert_ptr_equal(utf8_next(bytes, &back), bytes + size);
        assert_int_equal(back, codepoints[i]);
    }
}

static void what_is_no_character_is_passed_over(void **state) {
    (void)state;
    static const struct {
        const char *text;
        int passed;
    } WRONG[] = {{"\xed\xa0\x80", 3}, {"\xc0\xaf", 1}, {"\xf5", 1},
                 {"\x80", 1},         {"\xe2\x96", 2}, {"\xf0\x9f.", 2}};
    for (size_t i = 0; i < sizeof WRONG / sizeof *WRONG; i++) {
        uint32_t codepoint;
        assert_ptr_equal(utf8_next(WRONG[i].text, &codepoint), WRONG[i].text + WRONG[i].passed);
        assert_int_equal(codepoint, 0xfffd);
        assert_int_equal(utf8_read(WRONG[i].text, strlen(WRONG[i].text), &codepoint), 0);
    }
    uint32_t codepoint;
    assert_int_equal(utf8_read(CHARACTERS[2], 2, &codepoint), 0);
    assert_int_equal(utf8_read(CHARACTERS[2], 3, &codepoint), 3);
    assert_int_equal(codepoint, 0x2588);
}

static void the_character_before_is_found(void **state) {
    (void)state;
    const char *text = "a\u00e9\u2588";
    assert_int_equal(utf8_before(text, 6), 3);
    assert_int_equal(utf8_before(text, 3), 1);
    assert_int_equal(utf8_before(text, 1), 0);
    assert_int_equal(utf8_before(text, 0), 0);
}

static void assert_cleaned(const char *text, const char *wanted) {
    char clean[32];
    utf8_clean(clean, sizeof clean, text, strlen(text));
    assert_string_equal(clean, wanted);
}

static void names_are_fit_for_a_terminal(void **state) {
    (void)state;
    assert_cleaned("Violin", "Violin");
    assert_cleaned("  Violin \t\r\n", "Violin");
    assert_cleaned("Fr\xc3\xa8re", "Frère");
    assert_cleaned("Fr\xe8re", "Frère"); /* Latin-1 */
    assert_cleaned("a\x1b[31mb", "a[31mb");
    assert_cleaned("a\xc2\x9b"
                   "b",
                   "ab"); /* C1 control */
    assert_cleaned("a\xe2\x80\xae"
                   "b",
                   "ab");                                   /* writes from right to left */
    assert_cleaned("\xef\xbb\xbfVox", "Vox");               /* byte order mark */
    assert_cleaned("\xed\xa0\x80", "í\u00a0");              /* a surrogate is no UTF-8 */
    assert_cleaned("\xc0\xaf", "À¯");                       /* nor is a long form */
    assert_cleaned("\xf0\x9f\x8e\xb5", "\xf0\x9f\x8e\xb5"); /* a note sign */
    assert_cleaned("0123456789012345678901234567890123", "0123456789012345678901234567890");
    assert_cleaned("012345678901234567890123456789\xc3\xa8", "012345678901234567890123456789");
    assert_cleaned("", "");
}

static void assert_shown(const char *text, const char *wanted) {
    char shown[64];
    utf8_show(shown, sizeof shown, text);
    assert_string_equal(shown, wanted);
}

static void what_cannot_be_seen_is_shown(void **state) {
    (void)state;
    assert_shown("Fr\xc3\xa8re \xf0\x9f\x8e\xb5 \\ <&>", "Frère \xf0\x9f\x8e\xb5 \\ <&>");
    assert_shown("a\x1b]0;x\a\n\r\t\x7f", "a\\x1b]0;x\\x07\\n\\r\\t\\x7f");
    assert_shown("\xff\xc3", "\\xff\\xc3");
    assert_shown("\xc2\x9b", "\\x9b");
    assert_shown("\u202e\u061c\u180e\u00ad\ufff9\ufeff\u200b",
                 "\\u202e\\u061c\\u180e\\xad\\ufff9\\ufeff\\u200b");
    assert_shown("\U000e0041", "\\U0e0041");
    char small[8]; /* nothing is cut in its middle */
    utf8_show(small, sizeof small, "ab\x1b\x1b");
    assert_string_equal(small, "ab\\x1b");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_copy_holds_whole_characters),
        cmocka_unit_test(a_message_holds_whole_characters),
        cmocka_unit_test(every_codepoint_is_encoded_and_decoded),
        cmocka_unit_test(what_is_no_character_is_passed_over),
        cmocka_unit_test(the_character_before_is_found),
        cmocka_unit_test(names_are_fit_for_a_terminal),
        cmocka_unit_test(what_cannot_be_seen_is_shown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
