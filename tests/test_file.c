/* File: reads only what it may, and a save leaves the old or the new content, whole, whatever happens. */
#include "tests/support/check.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "engine/base/file.h"
#include "engine/base/rng.h"
#include "tests/support/temp.h"

static int open_temp(void **state) {
    static Temp temp;
    temp_open(&temp);
    *state = &temp;
    return 0;
}

static int close_temp(void **state) {
    temp_close(*state);
    return 0;
}

static void check_content(const char *path, const char *expected) {
    unsigned char *bytes;
    size_t size;
    Error err;
    check_ok(file_read(path, 1 << 20, &bytes, &size, &err), &err);
    assert_int_equal(size, strlen(expected));
    assert_memory_equal(bytes, expected, size + 1);
    free(bytes);
}

static int count_files(const Temp *temp) {
    int count = 0;
    DIR *folder = opendir(temp->folder);
    assert_non_null(folder);
    for (struct dirent *entry; (entry = readdir(folder));)
        count += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
    closedir(folder);
    return count;
}

static mode_t mode_of(const char *path) {
    struct stat status;
    assert_int_equal(stat(path, &status), 0);
    return status.st_mode & 07777;
}

/* ---- reading ---- */

static void what_is_written_is_read(void **state) {
    const Temp *temp = *state;
    static unsigned char big[300000];
    Rng rng;
    rng_seed(&rng, 1);
    for (size_t i = 0; i < sizeof big; i++) big[i] = (unsigned char)rng_next(&rng);
    static const size_t sizes[] = {0, 1, 4096, 65536, sizeof big};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        const char *path = temp_path(temp, "file");
        Error err;
        unsigned char *bytes;
        size_t size;
        check_ok(file_save(path, big, sizes[i], &err), &err);
        check_ok(file_read(path, sizes[i], &bytes, &size, &err), &err); /* the limit itself is allowed */
        assert_int_equal(size, sizes[i]);
        assert_memory_equal(bytes, big, size);
        assert_int_equal(bytes[size], 0);
        free(bytes);
        if (sizes[i] == 0) continue;
        check_refused(file_read(path, sizes[i] - 1, &bytes, &size, &err), &err);
        assert_null(bytes);
    }
}

static void what_cannot_be_read_is_refused_by_name(void **state) {
    const Temp *temp = *state;
    unsigned char *bytes;
    size_t size;
    Error err;
    check_refused(file_read("", 100, &bytes, &size, &err), &err);
    check_refused(file_read(temp_path(temp, "missing"), 100, &bytes, &size, &err), &err);
    assert_non_null(strstr(err.text, "missing"));
    check_refused(file_read(temp->folder, 100, &bytes, &size, &err), &err);
    assert_non_null(strstr(err.text, "folder"));
    check_refused(file_read(temp_path(temp, "a/b"), 100, &bytes, &size, &err), &err);
    char longer[6000];
    memset(longer, 'n', sizeof longer - 1);
    longer[sizeof longer - 1] = '\0';
    check_refused(file_read(longer, 100, &bytes, &size, &err), &err);
    assert_non_null(strstr(err.text, "nnn: the name is too long."));
    assert_int_equal(size, 0);
    assert_null(bytes);
}

/* Opening a named pipe that nobody writes to would wait for ever. */
static void a_pipe_is_refused_at_once(void **state) {
    const char *path = temp_path(*state, "pipe");
    assert_int_equal(mkfifo(path, 0600), 0);
    unsigned char *bytes;
    size_t size;
    Error err;
    check_refused(file_read(path, 100, &bytes, &size, &err), &err);
    check_refused(file_save(path, "x", 1, &err), &err);
}

/* The files of /proc say that they are empty. */
static void a_size_of_zero_is_not_believed(void **state) {
    (void)state;
    unsigned char *bytes;
    size_t size;
    Error err;
    if (access("/proc/self/status", R_OK) != 0) skip();
    check_ok(file_read("/proc/self/status", 1 << 20, &bytes, &size, &err), &err);
    assert_true(size > 100);
    free(bytes);
    check_refused(file_read("/proc/self/status", 10, &bytes, &size, &err), &err);
}

/* ---- saving ---- */

static void a_save_replaces_and_keeps_the_mode(void **state) {
    const Temp *temp = *state;
    const char *path = temp_write(temp, "song", "old", 3);
    assert_int_equal(chmod(path, 0640), 0);
    Error err;
    check_ok(file_save(path, "new and longer", 14, &err), &err);
    check_content(path, "new and longer");
    assert_int_equal(mode_of(path), 0640);
    check_ok(file_save(path, "", 0, &err), &err);
    check_content(path, "");
    assert_int_equal(count_files(temp), 1);
}

static void a_new_file_gets_the_mode_of_the_umask(void **state) {
    const char *path = temp_path(*state, "new");
    Error err;
    mode_t before = umask(027);
    check_ok(file_save(path, "x", 1, &err), &err);
    umask(before);
    assert_int_equal(mode_of(path), 0640);
}

static void a_link_stays_and_its_target_is_replaced(void **state) {
    const Temp *temp = *state;
    assert_int_equal(mkdir(temp_path(temp, "below"), 0700), 0);
    const char *target = temp_write(temp, "below/song", "old", 3), *link = temp_path(temp, "link");
    assert_int_equal(symlink("below/middle", link), 0);
    assert_int_equal(symlink("song", temp_path(temp, "below/middle")), 0);
    Error err;
    check_ok(file_save(link, "new", 3, &err), &err);
    struct stat status;
    assert_int_equal(lstat(link, &status), 0);
    assert_true(S_ISLNK(status.st_mode));
    assert_int_equal(lstat(target, &status), 0);
    assert_true(S_ISREG(status.st_mode));
    check_content(target, "new");
}

static void a_dangling_link_gets_its_target(void **state) {
    const Temp *temp = *state;
    const char *target = temp_path(temp, "far"), *link = temp_path(temp, "link");
    assert_int_equal(symlink(target, link), 0);
    Error err;
    check_ok(file_save(link, "new", 3, &err), &err);
    check_content(target, "new");
    check_content(link, "new");
}

static void what_cannot_be_saved_is_refused(void **state) {
    const Temp *temp = *state;
    Error err;
    check_refused(file_save("", "x", 1, &err), &err);
    check_refused(file_save(temp->folder, "x", 1, &err), &err);
    check_refused(file_save(temp_path(temp, "no/such/folder"), "x", 1, &err), &err);
    check_refused(file_save(temp_path(temp, "slash/"), "x", 1, &err), &err);
    assert_int_equal(symlink("b", temp_path(temp, "a")), 0);
    assert_int_equal(symlink("a", temp_path(temp, "b")), 0);
    check_refused(file_save(temp_path(temp, "a"), "x", 1, &err), &err);
    assert_int_equal(count_files(temp), 2);
}

static void a_name_of_full_length_can_be_saved(void **state) {
    char name[256];
    memset(name, 'n', 255);
    name[255] = '\0';
    const char *path = temp_path(*state, name);
    Error err;
    check_ok(file_save(path, "x", 1, &err), &err);
    check_content(path, "x");
}

/* Permissions do not bind root, so root becomes someone else for the length of a call. */
static bool save_as_nobody(const char *path, Error *err) {
    bool root = geteuid() == 0;
    if (root) assert_int_equal(seteuid(65534), 0);
    bool ok = file_save(path, "new", 3, err);
    if (root) assert_int_equal(seteuid(0), 0);
    return ok;
}

static void a_read_only_folder_keeps_the_old_file(void **state) {
    const Temp *temp = *state;
    const char *path = temp_write(temp, "song", "old", 3);
    assert_int_equal(chmod(path, 0666), 0);
    assert_int_equal(chmod(temp->folder, 0555), 0);
    Error err;
    check_refused(save_as_nobody(path, &err), &err);
    assert_int_equal(chmod(temp->folder, 0700), 0);
    assert_non_null(strstr(err.text, "permission"));
    check_content(path, "old");
    assert_int_equal(count_files(temp), 1);
}

static void a_write_protected_file_is_not_replaced(void **state) {
    const Temp *temp = *state;
    const char *path = temp_write(temp, "song", "old", 3);
    assert_int_equal(chmod(path, 0444), 0);
    assert_int_equal(chmod(temp->folder, 0777), 0);
    Error err;
    check_refused(save_as_nobody(path, &err), &err);
    check_content(path, "old");
}

/* A limit on the size of files fails writes in the middle, as a full disk does. */
static void a_full_disk_keeps_the_old_file(void **state) {
    const Temp *temp = *state;
    const char *path = temp_write(temp, "song", "old", 3);
    static char big[50000];
    struct rlimit before, small = {10000, 10000};
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    small.rlim_max = before.rlim_max;
    void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    Error err;
    bool saved = file_save(path, big, sizeof big, &err);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    signal(SIGXFSZ, handler);
    assert_false(saved);
    assert_true(check_is_sentence(err.text));
    check_content(path, "old");
    assert_int_equal(count_files(temp), 1);
}

static void a_draft_is_seen_only_when_it_is_committed(void **state) {
    const Temp *temp = *state;
    const char *path = temp_write(temp, "song", "old", 3);
    Error err;
    FileDraft draft;
    check_ok(file_begin(&draft, path, &err), &err);
    assert_int_equal(write(draft.fd, "given up", 8), 8);
    file_abandon(&draft);
    check_content(path, "old");
    assert_int_equal(count_files(temp), 1);
    check_ok(file_begin(&draft, path, &err), &err);
    assert_int_equal(write(draft.fd, "new", 3), 3);
    check_content(path, "old");
    check_ok(file_commit(&draft, &err), &err);
    check_content(path, "new");
    assert_int_equal(count_files(temp), 1);
}

/* A process that saves two contents in turn is killed at random moments. */
static void a_killed_saver_leaves_one_whole_content(void **state) {
    const char *path = temp_path(*state, "song");
    enum { SIZE = 20000 };
    static char a[SIZE], b[SIZE];
    memset(a, 'a', SIZE);
    memset(b, 'b', SIZE);
    Rng rng;
    rng_seed(&rng, 8);
    Error err;
    check_ok(file_save(path, a, SIZE, &err), &err);
    for (int i = 0; i < 40; i++) {
        pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0)
            for (;;)
                if (!file_save(path, b, SIZE, NULL) || !file_save(path, a, SIZE, NULL)) _exit(1);
        usleep((useconds_t)rng_below(&rng, 4000));
        kill(child, SIGKILL);
        int status;
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFSIGNALED(status));
        unsigned char *bytes;
        size_t size;
        check_ok(file_read(path, SIZE, &bytes, &size, &err), &err);
        assert_int_equal(size, SIZE);
        assert_true(memcmp(bytes, a, SIZE) == 0 || memcmp(bytes, b, SIZE) == 0);
        free(bytes);
    }
    check_ok(file_save(path, "done", 4, &err), &err); /* what the killed left behind is in nobody's way */
    check_content(path, "done");
}

static void a_stamp_tells_one_content_from_another(void **state) {
    Error err;
    char path[300];
    snprintf(path, sizeof path, "%s", temp_path(*state, "timed"));
    FileStamp none = file_stamp(path), empty = {0};
    assert_true(file_stamp_equal(&none, &empty));
    check_ok(file_save(path, "a", 1, &err), &err);
    FileStamp first = file_stamp(path), again = file_stamp(path);
    assert_true(first.written_ns > 0 && first.links == 1 && file_stamp_equal(&first, &again));
    usleep(20000); /* the clock of a file system may be coarse */
    check_ok(file_save(path, "b", 1, &err), &err);
    FileStamp second = file_stamp(path);
    assert_true(second.written_ns > first.written_ns && !file_stamp_equal(&first, &second));
    /* Another size, with the time set back as cp -p does. */
    const struct timespec times[2] = {{.tv_nsec = UTIME_OMIT},
                                      {second.written_ns / 1000000000, second.written_ns % 1000000000}};
    int fd = open(path, O_WRONLY | O_APPEND);
    assert_int_equal(write(fd, "c", 1), 1);
    assert_int_equal(futimens(fd, times), 0);
    close(fd);
    FileStamp third = file_stamp(path);
    assert_true(third.written_ns == second.written_ns && !file_stamp_equal(&second, &third));
    assert_int_equal(link(path, temp_path(*state, "other name")), 0);
    assert_int_equal(file_stamp(path).links, 2);
}

static void a_draft_is_for_its_owner_alone(void **state) {
    Error err;
    FileDraft draft;
    char path[300];
    snprintf(path, sizeof path, "%s", temp_path(*state, "secret"));
    mode_t before = umask(0);
    check_ok(file_save(path, "old", 3, &err), &err);
    assert_int_equal(mode_of(path), 0666);
    check_ok(file_begin(&draft, path, &err), &err);
    assert_int_equal(mode_of(draft.temporary), 0600);
    check_ok(file_commit(&draft, &err), &err);
    assert_int_equal(mode_of(path), 0666);
    check_ok(file_save_private(path, "new", 3, &err), &err);
    assert_int_equal(mode_of(path), 0600);
    umask(before);
}

static void attributes_are_kept(void **state) {
    Error err;
    char path[300], value[8] = "";
    snprintf(path, sizeof path, "%s", temp_path(*state, "tagged"));
    check_ok(file_save(path, "old", 3, &err), &err);
    if (setxattr(path, "user.tag", "blue", 4, 0) != 0) skip(); /* not every file system has them */
    check_ok(file_save(path, "new", 3, &err), &err);
    assert_int_equal(getxattr(path, "user.tag", value, sizeof value), 4);
    assert_string_equal(value, "blue");
}

static void make_old(const char *path) {
    const struct timespec times[2] = {{.tv_nsec = UTIME_OMIT}, {.tv_sec = 1000000}};
    assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
}

static void what_the_dead_left_is_swept(void **state) {
    Error err;
    FileDraft living;
    char path[300], left[300], fresh[300];
    snprintf(path, sizeof path, "%s", temp_path(*state, "song"));
    snprintf(left, sizeof left, "%s", temp_path(*state, ".refrain-1-0.tmp"));
    snprintf(fresh, sizeof fresh, "%s", temp_path(*state, ".refrain-1-1.tmp"));
    temp_write(*state, ".refrain-1-0.tmp", "x", 1);
    temp_write(*state, ".refrain-1-1.tmp", "x", 1);
    temp_write(*state, ".refrain-1-0.tmp.mid", "x", 1);
    temp_write(*state, ".refrain.tmp", "x", 1);
    make_old(left);
    check_ok(file_begin(&living, path, &err), &err);
    make_old(living.temporary);
    make_old(temp_path(*state, ".refrain-1-0.tmp.mid"));
    make_old(temp_path(*state, ".refrain.tmp"));
    check_ok(file_save(path, "done", 4, &err), &err);
    assert_int_not_equal(access(left, F_OK), 0);
    assert_int_equal(access(fresh, F_OK), 0); /* its saver may not have locked it yet */
    assert_int_equal(access(living.temporary, F_OK), 0);
    file_abandon(&living);
    assert_int_equal(count_files(*state), 4); /* the fresh one, two that are none, the song */
}

/* ---- names ---- */

static void names_are_taken_apart_and_joined(void **state) {
    (void)state;
    assert_string_equal(file_base("/a/b.mid"), "b.mid");
    assert_string_equal(file_base("b.mid"), "b.mid");
    assert_string_equal(file_base("/a/"), "");
    char *whole = file_join("/a", "b.mid"), *folder = file_join("/a", "");
    assert_string_equal(whole, "/a/b.mid");
    assert_string_equal(folder, "/a");
    free(whole);
    free(folder);
}

#define test(f) cmocka_unit_test_setup_teardown(f, open_temp, close_temp)

int main(void) {
    const struct CMUnitTest tests[] = {
        test(what_is_written_is_read),
        test(what_cannot_be_read_is_refused_by_name),
        test(a_pipe_is_refused_at_once),
        test(a_size_of_zero_is_not_believed),
        test(a_save_replaces_and_keeps_the_mode),
        test(a_new_file_gets_the_mode_of_the_umask),
        test(a_link_stays_and_its_target_is_replaced),
        test(a_dangling_link_gets_its_target),
        test(what_cannot_be_saved_is_refused),
        test(a_name_of_full_length_can_be_saved),
        test(a_read_only_folder_keeps_the_old_file),
        test(a_write_protected_file_is_not_replaced),
        test(a_full_disk_keeps_the_old_file),
        test(a_draft_is_seen_only_when_it_is_committed),
        test(a_killed_saver_leaves_one_whole_content),
        test(a_stamp_tells_one_content_from_another),
        test(a_draft_is_for_its_owner_alone),
        test(attributes_are_kept),
        test(what_the_dead_left_is_swept),
        test(names_are_taken_apart_and_joined),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
