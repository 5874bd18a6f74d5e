#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "app/cli/json_text.h"
#include "app/verbs/svg_text.h"
#include "tests/support/check.h"

static void any_bytes_are_valid_xml(void **state) {
    (void)state;
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    assert_non_null(out);
    svg_text(out, "<a&b> p\xff\x01\ufffe\u202e \xc3\xa4");
    fclose(out);
    assert_string_equal(text, "&lt;a&amp;b&gt; p\\xff\\x01\\ufffe\\u202e \xc3\xa4");
    free(text);
}

static void any_bytes_are_valid_json(void **state) {
    (void)state;
    json_t *bad = json_text("p\xff\x1b"), *good = json_text("\xc3\xa4\n");
    assert_string_equal(json_string_value(bad), "p\\xff\\x1b");
    assert_string_equal(json_string_value(good), "\xc3\xa4\n");
    json_decref(bad);
    json_decref(good);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_bytes_are_valid_xml),
        cmocka_unit_test(any_bytes_are_valid_json),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
