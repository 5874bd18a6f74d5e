#include "engine/base/home.h"
#include "tests/support/check.h"

#include <stdlib.h>

static void check_join(HomeFolder folder, const char *name, const char *wanted) {
    char path[64];
    assert_true(home_join(path, sizeof path, folder, name));
    assert_string_equal(path, wanted);
    assert_false(home_join(path, strlen(wanted), folder, name)); /* no room for the NUL */
}

static void check_expand(const char *typed, const char *wanted) {
    char *path = home_expand(typed);
    assert_string_equal(path, wanted);
    free(path);
}

static void folders_are_those_of_the_specification(void **state) {
    (void)state;
    setenv("HOME", "/h", 1);
    unsetenv("XDG_CONFIG_HOME");
    setenv("XDG_STATE_HOME", "relative", 1);
    setenv("XDG_DATA_HOME", "/d", 1);
    check_join(HOME_CONFIG, "refrain", "/h/.config/refrain");
    check_join(HOME_STATE, "refrain", "/h/.local/state/refrain");
    check_join(HOME_DATA, "soundfonts", "/d/soundfonts");
}

static void a_typed_tilde_is_the_home_directory(void **state) {
    (void)state;
    setenv("HOME", "/h", 1);
    check_expand("~/a.mid", "/h/a.mid");
    check_expand("~/", "/h");
    check_expand("~other/a.mid", "~other/a.mid");
    check_expand("a~/b", "a~/b");
    check_expand("", "");
}

static void without_home_the_password_database_is_asked(void **state) {
    (void)state;
    unsetenv("HOME");
    assert_true(home_path() && home_path()[0] == '/');
    setenv("HOME", "not/absolute", 1);
    assert_true(home_path() && home_path()[0] == '/');
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(folders_are_those_of_the_specification),
        cmocka_unit_test(a_typed_tilde_is_the_home_directory),
        cmocka_unit_test(without_home_the_password_database_is_asked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
