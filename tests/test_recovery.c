/* A killed refrain's work is found again, and nobody's journal is overwritten or silently removed. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "app/studio/actions.h"
#include "app/studio/opening.h"
#include "app/studio/saving.h"
#include "app/studio/song.h"
#include "engine/base/file.h"
#include "midi_io/score_file.h"
#include "tests/support/check.h"
#include "tests/support/random_song.h"
#include "tests/support/temp.h"

static Temp temp;
static bool holds_more; /* what open_unsaved knows of the file */

static int set_up(void **state) {
    (void)state;
    temp_open(&temp);
    setenv("XDG_STATE_HOME", temp.folder, 1);
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    temp_close(&temp);
    return 0;
}

/* A studio with a random song as unsaved work, whose journal is due. */
static bool open_unsaved(Studio *studio, uint64_t seed, Error *err) {
    Rng rng;
    Document song = {0};
    rng_seed(&rng, seed);
    random_song(&song, &rng);
    bool ok = studio_init(studio, NULL, NULL, NULL, err) && recovery_init(&studio->recovery, err) &&
              session_open(&studio->editor.session, &song, true, err);
    song_file_set(&studio->file, temp_path(&temp, "song.mid"), file_stamp(temp_path(&temp, "song.mid")),
                  holds_more ? "4 bytes" : "");
    studio->now_ms = 1000;
    studio_follow(studio);
    studio->now_ms += RECOVERY_DELAY_MS;
    return ok;
}

/* A process that opens unsaved work, lets its journal be written, and is killed. */
static void live_and_die(uint64_t seed, int report) {
    Studio studio;
    Error err = {{0}};
    bool ok = open_unsaved(&studio, seed, &err);
    ok = ok && studio_journal(&studio, false) && studio.recovery.exists;
    ssize_t written = write(report, ok ? "y" : "n", 1);
    (void)written;
    for (;;) pause();
}

static pid_t make_victim(uint64_t seed) {
    int ends[2];
    char answer = 'n';
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0) live_and_die(seed, ends[1]);
    assert_int_equal(read(ends[0], &answer, 1), 1);
    assert_int_equal(answer, 'y');
    close(ends[0]);
    close(ends[1]);
    return child;
}

static void kill_hard(pid_t child) {
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
}

static void test_the_work_of_a_killed_process_comes_back(void **state) {
    (void)state;
    kill_hard(make_victim(11));
    Studio studio;
    Error err = {{0}};
    check_ok(studio_init(&studio, NULL, NULL, NULL, &err), &err);
    check_ok(recovery_init(&studio.recovery, &err), &err);
    studio.finds = recovery_find(&studio.recovery);
    assert_int_equal(studio.finds.count, 1);
    opening_offer_journal(&studio);
    assert_int_equal(studio.pending.question, PENDING_RECOVER);
    assert_true(opening_journal(&studio));
    Rng rng;
    Document song = {0};
    rng_seed(&rng, 11);
    random_song(&song, &rng);
    assert_true(document_equal(&song, editor_document(&studio.editor)));
    assert_true(session_modified(&studio.editor.session));
    assert_int_equal(access(studio.recovery.path, F_OK), 0); /* it is this process's journal now */
    recovery_remove(&studio.recovery);
    assert_int_not_equal(access(studio.recovery.path, F_OK), 0);
    document_deinit(&song);
    studio_deinit(&studio);
}

typedef enum { SAME, NEWER, OLDER, MORE } OnDisk;

/* The song's file may have been written by somebody else after the crash, with any date. */
static void check_saving_what_was_recovered(OnDisk disk) {
    const Command save = {.id = COMMAND_SAVE};
    const struct timespec times[2] = {{.tv_sec = 1000000}, {.tv_sec = 1000000}};
    temp_write(&temp, "song.mid", "before", 6);
    holds_more = disk == MORE;
    kill_hard(make_victim(14));
    holds_more = false;
    usleep(20000); /* the clock of a file system may be coarse */
    if (disk == NEWER || disk == OLDER) temp_write(&temp, "song.mid", "after", 5);
    if (disk == OLDER) assert_int_equal(utimensat(AT_FDCWD, temp_path(&temp, "song.mid"), times, 0), 0);
    Studio studio;
    Error err = {{0}};
    check_ok(studio_init(&studio, NULL, NULL, NULL, &err), &err);
    check_ok(recovery_init(&studio.recovery, &err), &err);
    studio.finds = recovery_find(&studio.recovery);
    assert_true(opening_journal(&studio));
    assert_true(saving_song(&studio, &save));
    assert_int_equal(session_modified(&studio.editor.session), disk != SAME);
    assert_int_equal(studio.pending.question, disk != SAME ? PENDING_OVERWRITE : PENDING_NONE);
    recovery_remove(&studio.recovery);
    studio_deinit(&studio);
}

static void test_a_recovered_song_asks_as_it_would_have_before(void **state) {
    (void)state;
    for (OnDisk disk = SAME; disk <= MORE; disk++) check_saving_what_was_recovered(disk);
}

static int count_finds(const Recovery *recovery) {
    RecoveryFinds finds = recovery_find(recovery);
    int count = finds.count;
    recovery_finds_deinit(&finds);
    return count;
}

static void test_the_journal_of_a_living_process_is_left_alone(void **state) {
    (void)state;
    pid_t child = make_victim(12);
    Recovery recovery;
    Error err = {{0}};
    check_ok(recovery_init(&recovery, &err), &err);
    assert_int_equal(count_finds(&recovery), 0);
    kill_hard(child);
    assert_int_equal(count_finds(&recovery), 1);
    recovery_deinit(&recovery);
}

static int count_locks(void) {
    int count = 0;
    DIR *folder = opendir(temp_path(&temp, "refrain/recovery"));
    assert_non_null(folder);
    for (struct dirent *entry; (entry = readdir(folder));) count += strstr(entry->d_name, ".lock") != NULL;
    closedir(folder);
    return count;
}

static bool is_there(const char *name) {
    return access(temp_path(&temp, name), F_OK) == 0;
}

static void test_a_number_is_no_identity(void **state) {
    (void)state;
    Recovery recovery, other;
    Error err = {{0}};
    char name[128];
    check_ok(recovery_init(&recovery, &err), &err);
    check_ok(recovery_init(&other, &err), &err); /* at the same second, with the same number */
    assert_string_not_equal(recovery.path, other.path);
    recovery_write(&other, NULL, 1, (unsigned char *)strdup("x"), 1);
    assert_int_equal(count_finds(&recovery), 0); /* it lives */
    recovery_remove(&other);
    /* Of a process in another container, or before the machine was started again: nobody holds its lock. */
    snprintf(name, sizeof name, "refrain/recovery/refrain-20260101-000000-%ld.mid", (long)getpid());
    temp_write(&temp, name, "x", 1);
    temp_write(&temp, "refrain/recovery/refrain-20260101-000000-1.mid", "x", 1);
    temp_write(&temp, "refrain/recovery/refrain-20260101-000000-1.lock", "", 0);
    temp_write(&temp, "refrain/recovery/refrain-20260101-000000-2.lock", "", 0);
    assert_int_equal(count_finds(&recovery), 2);
    assert_false(is_there("refrain/recovery/refrain-20260101-000000-2.lock"));
    recovery_deinit(&other);
    recovery_deinit(&recovery);
    assert_int_equal(count_locks(), 0);
}

static void test_what_is_thrown_away_lies_in_the_trash(void **state) {
    (void)state;
    Recovery recovery;
    Error err = {{0}};
    char *where;
    kill_hard(make_victim(16));
    check_ok(recovery_init(&recovery, &err), &err);
    RecoveryFinds finds = recovery_find(&recovery);
    assert_int_equal(finds.count, 1);
    check_ok(recovery_discard(&recovery, finds.find[0].path, &where, &err), &err);
    assert_int_not_equal(access(finds.find[0].path, F_OK), 0);
    assert_int_equal(access(where, F_OK), 0);
    assert_int_equal(count_finds(&recovery), 0);
    check_refused(recovery_discard(&recovery, finds.find[0].path, &(char *){NULL}, &err), &err);
    recovery_deinit(&recovery);
    check_ok(recovery_init(&recovery, &err), &err); /* a new start sweeps what is old, and only that */
    assert_int_equal(access(where, F_OK), 0);
    recovery_finds_deinit(&finds);
    recovery_deinit(&recovery);
    free(where);
}

static void check_holds(const char *path, uint64_t seed) {
    Rng rng;
    Document song = {0}, found = {0};
    Score score = {0}, result = {0};
    SmfReading reading = {0};
    SongFile file = {0};
    Error err = {{0}};
    rng_seed(&rng, seed);
    random_song(&song, &rng);
    check_ok(score_file_open(&score, &reading, path, NULL, NULL, &err), &err);
    check_ok(song_read(&found, &result, &file, &score, &reading, &err), &err);
    assert_true(document_equal(&song, &found));
    document_deinit(&song);
    document_deinit(&found);
    score_deinit(&score);
    score_deinit(&result);
    smf_read_deinit(&reading);
    song_file_deinit(&file);
}

static void recover(Studio *studio) {
    Error err = {{0}};
    check_ok(studio_init(studio, NULL, NULL, NULL, &err), &err);
    check_ok(recovery_init(&studio->recovery, &err), &err);
    studio->finds = recovery_find(&studio->recovery);
    assert_true(opening_journal(studio));
}

static void test_recovered_work_that_is_left_lies_in_the_trash(void **state) {
    (void)state;
    static const Command ways[] = {{.id = COMMAND_QUIT_NOW}, {.id = COMMAND_QUIT}, {.id = COMMAND_NEW}};
    for (uint64_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        Studio studio;
        kill_hard(make_victim(20 + i));
        recover(&studio);
        actions_go_on(&studio, &ways[i], true);
        assert_false(studio.recovery.exists);
        char *thrown = recovery_take_thrown(&studio.recovery);
        assert_non_null(thrown);
        assert_non_null(strstr(thrown, "/trash/"));
        check_holds(thrown, 20 + i);
        assert_null(recovery_take_thrown(&studio.recovery)); /* once */
        assert_int_equal(count_finds(&studio.recovery), 0);
        free(thrown);
        studio_deinit(&studio);
    }
}

static void test_recovered_work_outlives_a_trash_that_cannot_be(void **state) {
    (void)state;
    Studio studio;
    kill_hard(make_victim(24));
    recover(&studio);
    temp_write(&temp, "refrain/trash", "in the way", 10);
    actions_go_on(&studio, &(Command){.id = COMMAND_NEW}, true);
    assert_null(recovery_take_thrown(&studio.recovery));
    assert_int_equal(count_finds(&studio.recovery), 1); /* it is offered again */
    assert_non_null(studio.recovery.path);              /* and what comes next is kept elsewhere */
    studio_deinit(&studio);
}

static void test_recovered_work_that_is_saved_is_not_kept_twice(void **state) {
    (void)state;
    Studio studio;
    kill_hard(make_victim(25));
    recover(&studio);
    actions_go_on(&studio, &(Command){.id = COMMAND_SAVE}, true);
    assert_false(session_modified(&studio.editor.session));
    actions_go_on(&studio, &(Command){.id = COMMAND_QUIT_NOW}, true);
    assert_null(recovery_take_thrown(&studio.recovery));
    assert_false(is_there("refrain/trash"));
    studio_deinit(&studio);
}

static void test_the_trash_is_emptied_after_its_days(void **state) {
    (void)state;
    static const char *const old = "refrain/trash/refrain-20260101-000000-1.mid",
                             *const young = "refrain/trash/refrain-20260101-000000-2.mid",
                             *const foreign = "refrain/trash/song.mid";
    Recovery recovery;
    Error err = {{0}};
    check_ok(recovery_init(&recovery, &err), &err);
    recovery_deinit(&recovery);
    assert_int_equal(mkdir(temp_path(&temp, "refrain/trash"), 0700), 0);
    const char *const names[] = {old, young, foreign};
    for (int i = 0; i < 3; i++) {
        const time_t day = 86400, then = time(NULL) - RECOVERY_TRASH_DAYS * day + (i == 1 ? 60 : -60);
        const struct timespec times[2] = {{.tv_sec = then}, {.tv_sec = then}};
        assert_int_equal(utimensat(AT_FDCWD, temp_write(&temp, names[i], "x", 1), times, 0), 0);
    }
    check_ok(recovery_init(&recovery, &err), &err);
    assert_false(is_there(old));
    assert_true(is_there(young));
    assert_true(is_there(foreign));
    recovery_deinit(&recovery);
}

static void test_an_edit_brings_a_retry_forward(void **state) {
    (void)state;
    Recovery recovery;
    Error err = {{0}};
    check_ok(recovery_init(&recovery, &err), &err);
    assert_int_equal(rename(recovery.folder, temp_path(&temp, "elsewhere")), 0);
    recovery_note(&recovery, 1, true, 0);
    recovery_write(&recovery, NULL, 1, (unsigned char *)strdup("x"), 1);
    check_refused(recovery_tell(&recovery, &err), &err);
    recovery_note(&recovery, 1, true, 1000);
    assert_int_equal(recovery_wait_ms(&recovery, 1000), RECOVERY_RETRY_MS);
    recovery_note(&recovery, 2, true, 2000);
    assert_int_equal(recovery_wait_ms(&recovery, 2000), RECOVERY_DELAY_MS);
    recovery_note(&recovery, 3, true, 3000); /* and going on editing does not put it off */
    assert_int_equal(recovery_wait_ms(&recovery, 3000), RECOVERY_DELAY_MS - 1000);
    recovery_deinit(&recovery);
}

static void test_only_one_can_adopt_a_journal(void **state) {
    (void)state;
    kill_hard(make_victim(13));
    Recovery recovery;
    Error err = {{0}};
    check_ok(recovery_init(&recovery, &err), &err);
    RecoveryFinds finds = recovery_find(&recovery);
    assert_int_equal(finds.count, 1);
    const char *path = finds.find[0].path;
    check_ok(recovery_adopt(&recovery, path, &err), &err);
    check_refused(recovery_adopt(&recovery, path, &err), &err);
    recovery_give_back(&recovery, path);
    recovery_remove(&recovery); /* it is not this process's any more */
    check_ok(recovery_adopt(&recovery, path, &err), &err);
    recovery_finds_deinit(&finds);
    recovery_deinit(&recovery);
}

static void test_a_journal_is_due_soon_and_goes_when_saved(void **state) {
    (void)state;
    Recovery recovery;
    Error err = {{0}};
    check_ok(recovery_init(&recovery, &err), &err);
    assert_int_equal(recovery_wait_ms(&recovery, 0), -1);
    recovery_note(&recovery, 5, true, 10000);
    assert_int_equal(recovery_wait_ms(&recovery, 10000), RECOVERY_DELAY_MS);
    recovery_note(&recovery, 6, true, 11000); /* further edits do not put it off */
    assert_int_equal(recovery_wait_ms(&recovery, 11000), RECOVERY_DELAY_MS - 1000);
    assert_int_equal(recovery_wait_ms(&recovery, 99000), 0);
    recovery_write(&recovery, NULL, 6, (unsigned char *)strdup("journal"), 7);
    check_ok(recovery_tell(&recovery, &err), &err);
    assert_int_equal(recovery_wait_ms(&recovery, 99000), -1);
    recovery_note(&recovery, 6, true, 99000); /* nothing new */
    assert_int_equal(recovery_wait_ms(&recovery, 99000), -1);
    unsigned char *bytes;
    size_t size;
    check_ok(file_read(recovery.path, 100, &bytes, &size, &err), &err);
    assert_string_equal((char *)bytes, "journal");
    free(bytes);
    recovery_note(&recovery, 7, false, 99000);
    assert_int_not_equal(access(recovery.path, F_OK), 0);
    recovery_deinit(&recovery);
}

static void test_saving_outruns_a_journal_that_is_being_written(void **state) {
    (void)state;
    Recovery recovery;
    Error err = {{0}};
    check_ok(recovery_init(&recovery, &err), &err);
    Errands *errands = errands_new(&err);
    if (!errands) fail_msg("%s", err.text);
    recovery_note(&recovery, 1, true, 0);
    recovery_write(&recovery, errands, 1, (unsigned char *)strdup("x"), 1);
    assert_true(recovery.writing);
    recovery_note(&recovery, 2, true, 0);
    assert_int_equal(recovery_wait_ms(&recovery, 99000), -1); /* its end wakes the loop */
    recovery_note(&recovery, 2, false, 0);
    errands_free(errands);
    assert_false(recovery.writing);
    assert_int_not_equal(access(recovery.path, F_OK), 0);
    recovery_deinit(&recovery);
}

static void test_foreign_files_in_the_folder_are_ignored(void **state) {
    (void)state;
    static const char *const names[] = {
        "refrain-.mid",     "refrain-20260101-000000-.mid",   "x.mid",
        "refrain-2026.mid", "refrain-20260101-000000--5.mid", "refrain-20260101-000000-1.mid.tmp"};
    Recovery recovery;
    Error err = {{0}};
    check_ok(recovery_init(&recovery, &err), &err);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char name[128];
        snprintf(name, sizeof name, "refrain/recovery/%s", names[i]);
        temp_write(&temp, name, "x", 1);
    }
    assert_int_equal(count_finds(&recovery), 0);
    recovery_deinit(&recovery);
}

static void test_a_failed_write_is_told(void **state) {
    (void)state;
    Recovery recovery;
    Error err = {{0}};
    check_ok(recovery_init(&recovery, &err), &err);
    assert_int_equal(rename(recovery.folder, temp_path(&temp, "elsewhere")), 0);
    recovery_write(&recovery, NULL, 1, (unsigned char *)strdup("x"), 1);
    check_refused(recovery_tell(&recovery, &err), &err);
    check_ok(recovery_tell(&recovery, &err), &err); /* once */
    assert_false(recovery.exists);
    recovery_note(&recovery, 1, true, 5000); /* nothing new, but it is not on disk */
    assert_int_equal(recovery_wait_ms(&recovery, 5000), RECOVERY_RETRY_MS);
    recovery_write(&recovery, NULL, 2, (unsigned char *)strdup("x"), 1);
    check_refused(recovery_tell(&recovery, &err), &err);
    recovery_deinit(&recovery);
}

/* The disk is full, and nothing is edited any more: the loop's turns alone bring it to light. */
static void test_a_failed_write_is_told_without_another_one(void **state) {
    (void)state;
    Studio studio;
    Error err = {{0}};
    check_ok(open_unsaved(&studio, 15, &err), &err);
    if (!(studio.errands = errands_new(&err))) fail_msg("%s", err.text);
    assert_int_equal(rename(studio.recovery.folder, temp_path(&temp, "elsewhere")), 0);
    assert_true(studio_journal(&studio, false));
    errands_free(studio.errands);
    studio.errands = NULL;
    assert_false(studio_journal(&studio, false));
    assert_true(studio_journal(&studio, false)); /* once */
    assert_true(studio.messages.is_error);
    assert_non_null(strstr(studio.messages.current, "not kept safe"));
    studio_deinit(&studio);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_the_work_of_a_killed_process_comes_back, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_recovered_song_asks_as_it_would_have_before, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_the_journal_of_a_living_process_is_left_alone, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_a_number_is_no_identity, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_what_is_thrown_away_lies_in_the_trash, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_recovered_work_that_is_left_lies_in_the_trash, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_recovered_work_outlives_a_trash_that_cannot_be, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_recovered_work_that_is_saved_is_not_kept_twice, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_the_trash_is_emptied_after_its_days, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_an_edit_brings_a_retry_forward, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_only_one_can_adopt_a_journal, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_journal_is_due_soon_and_goes_when_saved, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_saving_outruns_a_journal_that_is_being_written, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_foreign_files_in_the_folder_are_ignored, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_failed_write_is_told, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_failed_write_is_told_without_another_one, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
