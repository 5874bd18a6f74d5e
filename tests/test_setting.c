/* One choice is stored in the config file and nothing else there moves. */
#include <stdlib.h>

#include "app/cli/setting.h"
#include "engine/base/file.h"
#include "tests/support/check.h"
#include "tests/support/temp.h"

static void assert_stored(const char *before, const char *section, const char *name, const char *value,
                          const char *after) {
    Temp temp;
    Error err = {{0}};
    unsigned char *bytes;
    size_t size;
    temp_open(&temp);
    const char *path =
        before ? temp_write(&temp, "config", before, strlen(before)) : temp_path(&temp, "new/config");
    check_ok(setting_store(path, section, name, value, &err), &err);
    check_ok(file_read(path, 1000, &bytes, &size, &err), &err);
    assert_string_equal((char *)bytes, after);
    free(bytes);
    temp_close(&temp);
}

static void test_a_new_file_and_its_folder(void **state) {
    (void)state;
    assert_stored(NULL, "sound", "output", "synth", "[sound]\noutput = synth\n");
}

static void test_a_setting_is_replaced_in_its_section(void **state) {
    (void)state;
    assert_stored("# mine\n[keys]\noutput = x\n\n[sound]\n; why\noutput=old\nclock = on\n[screen]\n", "sound",
                  "output", "USB",
                  "# mine\n[keys]\noutput = x\n\n[sound]\n; why\noutput = USB\nclock = on\n[screen]\n");
}

static void test_a_setting_is_added_to_its_section(void **state) {
    (void)state;
    assert_stored("[sound]\nclock = on\n[screen]\nascii = on", "sound", "midi_in", "Keys",
                  "[sound]\nclock = on\nmidi_in = Keys\n[screen]\nascii = on\n");
    assert_stored("[screen]\nascii = on\n", "sound", "midi_in", "off",
                  "[screen]\nascii = on\n[sound]\nmidi_in = off\n");
}

static void test_a_folder_in_its_place_is_refused(void **state) {
    (void)state;
    Temp temp;
    Error err = {{0}};
    temp_open(&temp);
    check_refused(setting_store(temp.folder, "sound", "output", "synth", &err), &err);
    temp_close(&temp);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_new_file_and_its_folder),
        cmocka_unit_test(test_a_setting_is_replaced_in_its_section),
        cmocka_unit_test(test_a_setting_is_added_to_its_section),
        cmocka_unit_test(test_a_folder_in_its_place_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
