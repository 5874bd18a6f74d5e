/* What refrain knows of the file that the song is saved in, and when it asks before it writes. */
#include <stdio.h>
#include <unistd.h>

#include "app/studio/song_file.h"
#include "engine/base/file.h"
#include "tests/support/check.h"
#include "tests/support/temp.h"

static Temp temp;

static int set_up(void **state) {
    (void)state;
    temp_open(&temp);
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    temp_close(&temp);
    return 0;
}

static void assert_objection(const SongFile *file, const char *path, bool as_song, const char *expected) {
    char words[SONG_FILE_WORDS_SIZE];
    assert_int_equal(song_file_objects(file, path, as_song, words), expected[0] != '\0');
    assert_string_equal(words, expected);
}

static void test_its_own_file_is_overwritten_unasked(void **state) {
    (void)state;
    SongFile file = {0};
    char path[300];
    snprintf(path, sizeof path, "%s", temp_path(&temp, "song.mid"));
    assert_objection(&file, path, true, ""); /* there is nothing to overwrite */
    temp_write(&temp, "song.mid", "song", 4);
    assert_objection(&file, path, true, "exists");
    song_file_set(&file, path, file_stamp(path), "");
    assert_objection(&file, path, true, "");
    assert_objection(&file, path, false, "exists"); /* an export of it */
    song_file_deinit(&file);
}

static void test_a_file_of_another_name_may_be_the_same_one(void **state) {
    (void)state;
    SongFile file = {0};
    temp_write(&temp, "song.mid", "song", 4);
    char path[300];
    snprintf(path, sizeof path, "%s", temp_path(&temp, "song.mid"));
    song_file_set(&file, path, file_stamp(path), "");
    assert_int_equal(symlink(path, temp_path(&temp, "alias.mid")), 0);
    assert_objection(&file, temp_path(&temp, "alias.mid"), true, "");
    song_file_deinit(&file);
}

static void test_what_would_be_lost_is_told(void **state) {
    (void)state;
    SongFile file = {0};
    temp_write(&temp, "song.mid", "song", 4);
    char path[300];
    snprintf(path, sizeof path, "%s", temp_path(&temp, "song.mid"));
    FileStamp other = file_stamp(path);
    other.size++; /* the time may be the same */
    song_file_set(&file, path, other, "");
    assert_objection(&file, path, true, "was changed since it was opened or saved here");
    song_file_set(&file, path, file_stamp(path), "4 bytes");
    assert_objection(&file, path, true, "holds what saving does not give back (4 bytes)");
    assert_int_equal(link(path, temp_path(&temp, "other name.mid")), 0);
    song_file_set(&file, path, file_stamp(path), "");
    assert_objection(&file, path, true, "has other names (hard links), which keep the old song");
    song_file_deinit(&file);
}

static void test_a_file_that_is_gone_is_saved_where_it_was(void **state) {
    (void)state;
    SongFile file = {0};
    song_file_set(&file, temp_path(&temp, "gone.mid"), (FileStamp){0}, "");
    assert_string_equal(file.path, temp_path(&temp, "gone.mid"));
    song_file_set(&file, NULL, (FileStamp){0}, "");
    assert_null(file.path);
    song_file_deinit(&file);
}

#define FILE_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        FILE_TEST(test_its_own_file_is_overwritten_unasked),
        FILE_TEST(test_a_file_of_another_name_may_be_the_same_one),
        FILE_TEST(test_what_would_be_lost_is_told),
        FILE_TEST(test_a_file_that_is_gone_is_saved_where_it_was),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
