/* The demo melodies: the committed MIDI files are exactly what their text says, and good to compose with. */
#include "tests/support/check.h"

#include <stdio.h>
#include <stdlib.h>

#include "engine/bar.h"
#include "engine/base/file.h"
#include "midi_io/score_file.h"
#include "tests/support/demo_text.h"

enum { MELODIES_MAX = 64, BARS_MIN = 8, BARS_MAX = 32, PITCH_LOW = 55, PITCH_HIGH = 84, LEAP_MAX = 16 };

static DemoText demo[MELODIES_MAX];
static int demos;

static int read_text(void **state) {
    (void)state;
    Error err = {""};
    unsigned char *text = NULL;
    size_t size = 0;
    check_ok(file_read("assets/demo/melodies.txt", 1 << 20, &text, &size, &err), &err);
    for (char *line = strtok((char *)text, "\n"); line; line = strtok(NULL, "\n")) {
        if (line[0] == '#') continue;
        assert_true(demos < MELODIES_MAX);
        check_ok(demo_text_parse(&demo[demos++], line, &err), &err);
    }
    free(text);
    return 0;
}

static int free_text(void **state) {
    (void)state;
    while (demos > 0) demo_text_deinit(&demo[--demos]);
    return 0;
}

static const char *path_of(const DemoText *of) {
    static char path[128];
    snprintf(path, sizeof path, "assets/demo/%.63s.mid", of->file);
    return path;
}

static void test_files_are_what_the_text_says(void **state) {
    (void)state;
    for (int i = 0; i < demos; i++) {
        Error err = {""};
        unsigned char *built = NULL, *read = NULL;
        size_t built_size = 0, read_size = 0;
        check_ok(demo_text_build(&demo[i], &built, &built_size, &err), &err);
        check_ok(file_read(path_of(&demo[i]), 1 << 20, &read, &read_size, &err), &err);
        if (read_size != built_size || memcmp(read, built, read_size) != 0)
            fail_msg("%s is not what melodies.txt says: run make demo", path_of(&demo[i]));
        free(built);
        free(read);
    }
}

static void test_they_open_unchanged(void **state) {
    (void)state;
    for (int i = 0; i < demos; i++) {
        Error err = {""};
        Score score = {0};
        SmfReading reading = {0};
        SmfReport report;
        check_ok(score_file_open(&score, &reading, path_of(&demo[i]), NULL, &report, &err), &err);
        assert_true(track_equal(score_voice(&score, 0), score_voice(&demo[i].score, 0)));
        assert_true(timeline_equal(score.timeline, demo[i].score.timeline));
        assert_false(report.lost[0] || report.has_parts); /* there is nothing to say of it */
        score_deinit(&score);
        smf_read_deinit(&reading);
    }
}

static void read_bars(BarSequence *bars, const DemoText *of, BarReport *report) {
    Error err = {""};
    const Score *score = &of->score;
    check_ok(bar_sequence_from_track(bars, score->timeline, score_voice(score, 0), report, &err), &err);
}

static void test_the_model_can_read_them(void **state) {
    (void)state;
    for (int i = 0; i < demos; i++) {
        BarSequence bars = {0};
        BarReport report;
        read_bars(&bars, &demo[i], &report);
        assert_int_equal(bars.count, timeline_bar_count(demo[i].score.timeline, score_end(&demo[i].score)));
        assert_int_equal(report.quantised + report.dropped + report.cut + report.octave_shift + report.folded,
                         0);
        bar_sequence_deinit(&bars);
    }
}

static void test_they_are_melodies(void **state) {
    (void)state;
    for (int i = 0; i < demos; i++) {
        const Track *melody = score_voice(&demo[i].score, 0);
        int bars = timeline_bar_count(demo[i].score.timeline, score_end(&demo[i].score));
        if (bars < BARS_MIN || bars > BARS_MAX) fail_msg("%s has %d bars", demo[i].file, bars);
        for (int n = 0; n < melody->count; n++) {
            const Note *note = &melody->notes[n];
            bool overlaps = n > 0 && note[-1].start + note[-1].length > note->start;
            int leap = n > 0 ? abs(note->pitch - note[-1].pitch) : 0;
            if (note->pitch < PITCH_LOW || note->pitch > PITCH_HIGH || overlaps || leap > LEAP_MAX)
                fail_msg("%s, note %d: pitch %d, leap %d, overlaps %d", demo[i].file, n + 1, note->pitch,
                         leap, overlaps);
        }
    }
}

/* A melody shows context transfer when its first bar comes back, or when it has a first bar worth pouring in. */
static bool first_bar_recurs(const DemoText *of) {
    BarSequence bars = {0};
    read_bars(&bars, of, NULL);
    bool recurs = false;
    for (int i = 1; i < bars.count; i++) recurs |= bar_equal(&bars.bar[0], &bars.bar[i]);
    bar_sequence_deinit(&bars);
    return recurs;
}

static void test_two_meters_have_pairs_for_transfer(void **state) {
    (void)state;
    int four = 0, three = 0, six = 0;
    for (int i = 0; i < demos; i++) {
        const Meter meter = timeline_meter(demo[i].score.timeline, 0);
        int recurs = first_bar_recurs(&demo[i]);
        if (meter_unit(meter) == 8)
            six += recurs;
        else if (meter_beats(meter) == 3)
            three += recurs;
        else
            four += recurs;
    }
    assert_true(four >= 4);
    assert_true(three >= 2);
    assert_true(six >= 2);
}

static void test_bad_lines_are_refused(void **state) {
    (void)state;
    Error err = {""};
    DemoText text = {0};
    check_refused(demo_text_parse(&text, "one\tOne\t4/4\t120\t0\tC4:4 D4:4", &err), &err);
    check_refused(demo_text_parse(&text, "one\tOne\t4/4\t120\t0\tC4:8 H4:8", &err), &err);
    check_refused(demo_text_parse(&text, "one\tOne\t4/4\t120\t0\tC4 D4:12", &err), &err);
    check_refused(demo_text_parse(&text, "one\tOne\t4/4\t1200\t0\tC4:16", &err), &err);
    check_refused(demo_text_parse(&text, "nonsense", &err), &err);
    demo_text_deinit(&text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_files_are_what_the_text_says),
        cmocka_unit_test(test_they_open_unchanged),
        cmocka_unit_test(test_the_model_can_read_them),
        cmocka_unit_test(test_they_are_melodies),
        cmocka_unit_test(test_two_meters_have_pairs_for_transfer),
        cmocka_unit_test(test_bad_lines_are_refused),
    };
    return cmocka_run_group_tests_name("demo", tests, read_text, free_text);
}
