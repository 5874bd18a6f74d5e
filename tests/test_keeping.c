/* What several refrains keep in one file at the same time is all there in the end. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app/studio/keeping.h"
#include "app/studio/recent.h"
#include "engine/base/file.h"
#include "tests/support/check.h"
#include "tests/support/temp.h"
#include "ui/history.h"

enum { PROCESSES = 4, THINGS = 8 };

static Temp temp;

static int set_up(void **state) {
    (void)state;
    temp_open(&temp);
    setenv("XDG_STATE_HOME", temp.folder, 1);
    setenv("XDG_CONFIG_HOME", temp.folder, 1);
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    temp_close(&temp);
    return 0;
}

/* Runs it in PROCESSES processes at once. */
static void all_at_once(void (*work)(int process)) {
    for (int i = 0; i < PROCESSES; i++)
        if (fork() == 0) {
            work(i);
            _exit(0);
        }
    for (int i = 0, status; i < PROCESSES; i++) {
        assert_true(wait(&status) > 0);
        assert_int_equal(status, 0);
    }
}

static void keep_lines(int process) {
    char line[32], path[300];
    snprintf(path, sizeof path, "%s", temp_path(&temp, "history"));
    for (int i = 0; i < THINGS; i++) {
        snprintf(line, sizeof line, "goto %d%d", process, i);
        keeping_line(NULL, path, line);
    }
}

static void test_lines_of_all_are_kept(void **state) {
    (void)state;
    History history;
    struct stat status;
    all_at_once(keep_lines);
    history_load(&history, temp_path(&temp, "history"));
    assert_int_equal(history.count, PROCESSES * THINGS);
    history_deinit(&history);
    assert_int_equal(stat(temp_path(&temp, "history"), &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
}

static void keep_file(int process) {
    char name[32];
    snprintf(name, sizeof name, "%d.mid", process);
    keeping_recent(NULL, temp_write(&temp, name, "x", 1));
}

static void test_recent_files_of_all_are_kept(void **state) {
    (void)state;
    Recent recent;
    all_at_once(keep_file);
    recent_load(&recent);
    assert_int_equal(recent.count, PROCESSES);
    recent_deinit(&recent);
}

static void keep_setting(int process) {
    char name[32];
    Messages messages = {0};
    snprintf(name, sizeof name, "name%d", process);
    keeping_sound(NULL, &messages, name, "value");
    if (messages.is_error) _exit(1);
}

static void test_settings_of_all_are_kept(void **state) {
    (void)state;
    unsigned char *bytes;
    size_t size;
    Error err;
    all_at_once(keep_setting);
    check_ok(file_read(temp_path(&temp, "refrain/config"), 4096, &bytes, &size, &err), &err);
    for (int i = 0; i < PROCESSES; i++) {
        char line[32];
        snprintf(line, sizeof line, "name%d = value\n", i);
        assert_non_null(strstr((char *)bytes, line));
    }
    free(bytes);
}

#define KEEPING_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        KEEPING_TEST(test_lines_of_all_are_kept),
        KEEPING_TEST(test_recent_files_of_all_are_kept),
        KEEPING_TEST(test_settings_of_all_are_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
