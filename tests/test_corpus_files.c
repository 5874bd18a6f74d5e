/* Corpus files: what is learned from a MIDI file is what every other verb reads in it. */
#include "tests/support/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "app/verbs/corpus_files.h"
#include "app/verbs/headless.h"
#include "tests/support/notes.h"
#include "tests/support/save_score.h"
#include "tests/support/temp.h"

static void read_files(Corpus *corpus, const char *path, CorpusFilesWhat what, CorpusFilesReport *report) {
    Error err;
    check_ok(corpus_files_read(corpus, &path, 1, what, report, &err), &err);
}

static void check_tune(const Corpus *corpus, int tune, const char *path) {
    Error err;
    Score score = {0};
    SmfReport report = {0};
    BarSequence bars = {0};
    check_ok(headless_read_silently(&score, &report, path, NULL, &err), &err);
    check_ok(bar_sequence_from_track(&bars, score.timeline, score_voice(&score, 0), NULL, &err), &err);
    assert_int_equal(corpus->tune[tune].count, bars.count);
    assert_int_equal(corpus->tune[tune].octave_shift, bars.octave_shift);
    for (int i = 0; i < bars.count; i++)
        assert_true(bar_equal(&corpus->bar[corpus->tune[tune].first + i], &bars.bar[i]));
    bar_sequence_deinit(&bars);
    score_deinit(&score);
}

static void a_folder_gives_what_the_verbs_read(void **state) {
    (void)state;
    Corpus corpus = {0};
    CorpusFilesReport report;
    char path[128];
    read_files(&corpus, "assets/demo", CORPUS_FILES_MELODIES, &report);
    assert_true(corpus.count > 10);
    assert_int_equal(report.files, corpus.count);
    assert_int_equal(report.kept_notes, report.line_notes);
    for (int i = 0; i < corpus.count; i++) {
        snprintf(path, sizeof path, "assets/demo/%s", corpus.tune[i].id);
        check_tune(&corpus, i, path);
    }
    corpus_deinit(&corpus);
}

/* 3/4 with a pickup, then 5/4; a triplet; a second track, and drums. */
static const char *write_song(const Temp *temp) {
    Error err;
    Score score = {0};
    const TimelineMeter meter[] = {{0, {1, 4}}, {480, {3, 4}}, {480 + 2 * 1440, {5, 4}}};
    score_set_title(&score, "Changing");
    score_set_timeline(&score, timeline_new(&(TimelineMap){.meter = meter, .meters = 3}, &err));
    for (int t = 0; t < 3; t++) {
        Track *track = track_new(&err);
        track->channel = (uint8_t)(t == 2 ? TRACK_DRUMS : t);
        for (int i = 0; i < 16; i++) notes_add(track, 480 * i, 480, 60 - 24 * t + i * 5 % 7);
        for (int i = 0; i < 3 && t == 0; i++) notes_add(track, 480 * 16 + 160 * i, 160, 62 + 2 * i);
        check_ok(score_add_track(&score, track, &err), &err);
    }
    const char *path = temp_path(temp, "changing.mid");
    check_ok(save_score(&score, path, &err), &err);
    score_deinit(&score);
    return path;
}

static void meters_and_triplets_are_learned_as_they_are(void **state) {
    (void)state;
    Temp temp;
    temp_open(&temp);
    Corpus corpus = {0};
    CorpusFilesReport report;
    const char *path = write_song(&temp);
    read_files(&corpus, path, CORPUS_FILES_MELODIES, &report);
    assert_int_equal(corpus.count, 1);
    check_tune(&corpus, 0, path);
    static const int STEPS[] = {4, 12, 12, 12, 8, 12, 8};
    for (int i = 0; i < 7; i++) assert_int_equal(bar_steps(&corpus.bar[i]), STEPS[i]);
    corpus_deinit(&corpus);
    read_files(&corpus, path, CORPUS_FILES_TRACKS, &report);
    assert_int_equal(corpus.count, 2); /* no drums */
    corpus_deinit(&corpus);
    temp_close(&temp);
}

static void drums_alone_are_no_melody(void **state) {
    (void)state;
    Temp temp;
    temp_open(&temp);
    Error err;
    Track drums = {.channel = TRACK_DRUMS};
    Score score = {0};
    notes_add(&drums, 0, 480, 38);
    check_ok(notes_score(&score, &drums, NULL, &err), &err);
    const char *path = temp_path(&temp, "drums.mid");
    check_ok(save_score(&score, path, &err), &err);
    for (int what = CORPUS_FILES_MELODIES; what <= CORPUS_FILES_TRACKS; what++) {
        Corpus corpus = {0};
        CorpusFilesReport report;
        check_refused(corpus_files_read(&corpus, &path, 1, (CorpusFilesWhat)what, &report, &err), &err);
        assert_non_null(strstr(err.text, "drums.mid has no notes but drums"));
        corpus_deinit(&corpus);
    }
    track_deinit(&drums);
    score_deinit(&score);
    temp_close(&temp);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_folder_gives_what_the_verbs_read),
        cmocka_unit_test(meters_and_triplets_are_learned_as_they_are),
        cmocka_unit_test(drums_alone_are_no_melody),
    };
    return cmocka_run_group_tests_name("corpus_files", tests, NULL, NULL);
}
