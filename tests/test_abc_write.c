/* Scores as ABC and back. */
#include "tests/support/check.h"

#include <stdio.h>
#include <stdlib.h>

#include "engine/music/format.h"
#include "midi_io/abc.h"
#include "midi_io/sheet.h"
#include "midi_io/smf_events.h"
#include "midi_io/smf_tracks.h"
#include "tests/support/random_score.h"

enum { SCORES = 200 };

/* Reads what is written; returns the text, to be freed. */
static char *there_and_back(const Score *score, Key key, Score *back, Key *key_back,
                            char lost[ABC_LOST_SIZE]) {
    Error err;
    char *text, remarks[ABC_REMARKS_SIZE];
    size_t size;
    AbcTune tune = {0};
    check_ok(abc_write(score, key, NULL, &text, &size, lost, &err), &err);
    assert_int_equal(strlen(text), size);
    assert_int_equal(format_of_content(text, size), FORMAT_ABC);
    assert_true(abc_next(&tune, text, size));
    check_ok(abc_read(back, key_back, remarks, &tune, &err), &err);
    assert_string_equal(remarks, "");
    return text;
}

static void count_words(const Score *score, int count[2]) {
    for (int c = 0; c < score->chunks; c++)
        for (int i = 0; i < events_count(score->chunk[c]); i++) {
            const uint8_t *bytes = events_bytes(score->chunk[c], i);
            Key key;
            count[0] += bytes[0] == SMF_META && bytes[1] == SMF_META_LYRIC;
            count[1] += smf_tracks_is_key(bytes, events_at(score->chunk[c], i).size, &key);
        }
}

static void written_scores_have_the_same_notes(void **state) {
    (void)state;
    Rng rng;
    rng_seed(&rng, 15);
    for (int i = 0; i < SCORES; i++) {
        Score score = {0}, back = {0};
        Key key = {0};
        char lost[ABC_LOST_SIZE];
        random_score(&score, &rng);
        char *text = there_and_back(&score, (Key){0}, &back, &key, lost);
        const char *why = random_score_difference(&score, &back);
        if (why) fail_msg("score %d: %s\n%s", i, why, text);
        if (lost[0]) fail_msg("score %d: lost %s\n%s", i, lost, text);
        if (!timeline_equal(score.timeline, back.timeline))
            fail_msg("score %d has other bars or tempos\n%s", i, text);
        int words[2][2] = {{0}, {0}};
        count_words(&score, words[0]);
        count_words(&back, words[1]);
        if (words[0][0] != words[1][0])
            fail_msg("score %d: %d syllables, not %d\n%s", i, words[1][0], words[0][0], text);
        assert_true(key_equal(smf_tracks_key(&score), smf_tracks_key(&back)));
        assert_string_equal(back.title, "Random");
        free(text);
        score_deinit(&score);
        score_deinit(&back);
    }
}

/* One voice of sixteenths; pitch 0 is a rest. */
static void write_tune(Score *out, Meter meter, const int8_t (*note)[2], int count) {
    Error err;
    Sheet *sheet = sheet_new(&err);
    int64_t at = 0;
    check_ok(sheet_meter(sheet, 0, meter, &err), &err);
    assert_int_equal(sheet_add_voice(sheet, "Voice", &err), 0);
    for (int i = 0; i < count; i++) {
        const int64_t length = SHEET_QUARTER * note[i][1] / 4;
        if (note[i][0])
            check_ok(sheet_note(sheet, 0, (SheetNote){at, length, (uint8_t)note[i][0], 80, false}, &err),
                     &err);
        at += length;
    }
    check_ok(sheet_to_score(sheet, out, &err), &err);
    sheet_free(sheet);
}

static void expect_music(Meter meter, const char *key, const int8_t (*note)[2], int count,
                         const char *wanted) {
    Score score = {0};
    Key spelled = {0};
    char lost[ABC_LOST_SIZE], *text;
    size_t size;
    Error err;
    write_tune(&score, meter, note, count);
    assert_true(key_parse(&spelled, key));
    check_ok(abc_write(&score, spelled, &(AbcPart){0, 0, 2}, &text, &size, lost, &err), &err);
    const char *music = strstr(text, "K:");
    assert_non_null(music);
    assert_string_equal(strchr(music, '\n') + 1, wanted);
    free(text);
    score_deinit(&score);
}

static void notes_are_spelled_by_the_key(void **state) {
    (void)state;
    static const int8_t NOTES[][2] = {{66, 4}, {70, 4}, {61, 4}, {65, 4}, {66, 4}, {65, 4}, {84, 4}, {47, 4}};
    expect_music((Meter){4, 4}, "D", NOTES, 8, "F2 ^A2 C2 =F2 | F2 =F2 =c'2 B,,2 |]\n");
    expect_music((Meter){4, 4}, "Db", NOTES, 8, "G2 B2 D2 F2 | G2 F2 c'2 =B,,2 |]\n");
}

static void lengths_are_those_of_written_notes(void **state) {
    (void)state;
    static const int8_t TIED[][2] = {{60, 10}, {62, 12}, {0, 2}, {64, 8}};
    expect_music((Meter){4, 4}, "C", TIED, 4, "C4- C D3- | D3z E4 |]\n");
    static const int8_t COMPOUND[][2] = {{60, 2}, {62, 2}, {64, 2}, {65, 6}, {67, 4}, {69, 2}, {71, 6}};
    expect_music((Meter){6, 8}, "C", COMPOUND, 7, "CDE F3 | G2A B3 |]\n");
}

static void a_part_is_some_bars_of_a_track(void **state) {
    (void)state;
    static const int8_t NOTES[][2] = {{60, 16}, {62, 16}, {64, 24}, {65, 8}};
    Score score = {0};
    char lost[ABC_LOST_SIZE], *text;
    size_t size;
    Error err;
    write_tune(&score, (Meter){4, 4}, NOTES, 4);
    Key key = {0};
    assert_true(key_parse(&key, "C"));
    check_ok(abc_write(&score, key, &(AbcPart){0, 2, 1}, &text, &size, lost, &err), &err);
    assert_string_equal(text, "X:1\nM:4/4\nL:1/8\nK:C\nE8- |]\n");
    free(text);
    score_deinit(&score);
}

/* Between all grids: the nearest sixteenths, and it is said. */
static void what_no_grid_has_is_moved_and_told(void **state) {
    (void)state;
    Score score = {0}, back = {0};
    Key key = {0};
    Error err;
    char lost[ABC_LOST_SIZE];
    Track track = {0};
    for (int i = 0; i < 8; i++)
        assert_true(
            track_insert(&track, (Note){i * 240 + 7 * (i % 3), 200 + i, 60, (uint8_t)(60 + i)}, &err) >= 0);
    Track *shared = track_share(&track, &err);
    assert_non_null(shared);
    check_ok(score_add_track(&score, shared, &err), &err);
    char *text = there_and_back(&score, (Key){0}, &back, &key, lost);
    assert_int_equal(back.track[0]->count, 8);
    for (int i = 0; i < 8; i++) assert_int_equal(back.track[0]->notes[i].start, i * 240);
    assert_non_null(strstr(lost, "8 notes moved"));
    assert_non_null(strstr(lost, "how loud"));
    free(text);
    score_deinit(&score);
    score_deinit(&back);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(written_scores_have_the_same_notes),
        cmocka_unit_test(notes_are_spelled_by_the_key),
        cmocka_unit_test(lengths_are_those_of_written_notes),
        cmocka_unit_test(a_part_is_some_bars_of_a_track),
        cmocka_unit_test(what_no_grid_has_is_moved_and_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
