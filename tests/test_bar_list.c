#include "app/verbs/bar_list.h"
#include "tests/support/check.h"

static void lists_are_read(void **state) {
    (void)state;
    BarList list;
    Error err = {0};
    check_ok(bar_list_parse(&list, "1,3-4,9", &err), &err);
    static const bool expected[] = {false, true, false, true, true, false, false, false, false, true, false};
    for (int bar = 0; bar < 11; bar++) assert_int_equal(bar_list_has(&list, bar), expected[bar]);
    assert_int_equal(bar_list_last(&list), 9);
    check_ok(bar_list_parse(&list, "7-7,2", &err), &err);
    assert_true(bar_list_has(&list, 7) && bar_list_has(&list, 2) && !bar_list_has(&list, 6));
    assert_int_equal(bar_list_last(&list), 7);
}

static void nonsense_is_refused(void **state) {
    (void)state;
    static const char *const bad[] = {"",
                                      "0",
                                      "-1",
                                      "1,",
                                      ",1",
                                      "1-",
                                      "4-3",
                                      "1 2",
                                      "a",
                                      "1,,2",
                                      "1-2-3",
                                      "10000",
                                      "99999999999999999999",
                                      "+1",
                                      " 1",
                                      "1.5"};
    BarList list;
    Error err = {0};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        check_refused(bar_list_parse(&list, bad[i], &err), &err);
    char many[400] = "1";
    for (int i = 0; i < BAR_LIST_RANGES_MAX; i++) strcat(many, ",1");
    check_refused(bar_list_parse(&list, many, &err), &err);
    many[strlen(many) - 2] = '\0';
    check_ok(bar_list_parse(&list, many, &err), &err);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(lists_are_read),
                                       cmocka_unit_test(nonsense_is_refused)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
