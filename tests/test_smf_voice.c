/* Which voice of a foreign file is taken, as which bars it is read, and what is said about it. */
#include "tests/support/check.h"

#include <stdio.h>
#include <stdlib.h>

#include "engine/bar.h"
#include "tests/support/opened.h"

static MidiBytes bytes;
static Opened opened;
static BarSequence bars;
static BarReport reading; /* of the voice as bars */
static Track line;        /* what the bars have of it */

static int deinit_song(void **state) {
    (void)state;
    opened_deinit(&opened);
    bar_sequence_deinit(&bars);
    track_deinit(&line);
    return 0;
}

static bool parse(const char *wanted, Error *err) {
    return opened_read(&opened, bytes.at, bytes.size, wanted, err);
}

/* track 0 = choose */
static void import(int track) {
    Error err = {""};
    char wanted[12];
    snprintf(wanted, sizeof wanted, "%d", track);
    opened_take(&opened, &bytes, track ? wanted : NULL);
    const Timeline *timeline = opened.score.timeline;
    const Track *voice = opened_voice(&opened);
    check_ok(bar_sequence_from_track(&bars, timeline, voice, &reading, &err), &err);
    check_ok(bar_sequence_to_track(&line, &bars, timeline, voice, &err), &err);
}

/* As the bars have it: pitch@start+length in sixteenths. */
static void expect_notes(const char *wanted) {
    opened_expect(&opened, &line, wanted);
}

static void expect_report(const char *wanted) {
    assert_string_equal(opened.report.text, wanted);
}

static void expect_meter(int32_t tick, int beats, int unit) {
    assert_true(
        meter_equal(timeline_meter(opened.score.timeline, tick), (Meter){(uint8_t)beats, (uint16_t)unit}));
}

/* Sixteenths of the first model bars; the first one is a pickup, or it is not. */
static void expect_bars(bool pickup, const int *steps, int count) {
    assert_int_equal(timeline_bar_number(opened.score.timeline, 0), pickup ? 0 : 1);
    assert_true(bars.count >= count);
    for (int i = 0; i < count; i++) assert_int_equal(bar_steps(&bars.bar[i]), steps[i]);
}

/* A format 1 file with an open first track for tempo and meter. */
static void begin(int division) {
    midi_bytes_header(&bytes, 1, 2, division);
    midi_bytes_open_track(&bytes);
}

static void begin_notes(void) {
    midi_bytes_close_track(&bytes);
    midi_bytes_open_track(&bytes);
}

/* ---- which notes ---- */

static void write_five_tracks(void) {
    begin(480);
    midi_bytes_name(&bytes, "Quartet");
    midi_bytes_close_track(&bytes);
    static const char *names[] = {"Flute", "Violin", "", "Drums", "Bass"};
    static const int channels[] = {0, 1, 2, 9, 3}, notes[] = {2, 4, 3, 9, 1}, programs[] = {73, 40, 0, 0, 32};
    for (int i = 0; i < 5; i++) {
        midi_bytes_open_track(&bytes);
        if (names[i][0]) midi_bytes_name(&bytes, names[i]);
        MIDI_BYTES(&bytes, 0, (uint8_t)(0xc0 | channels[i]), (uint8_t)programs[i]);
        for (int n = 0; n < notes[i]; n++)
            midi_bytes_note(&bytes, 0, channels[i], 60 + i + (i == 1 ? 2 * n : 0),
                            480); /* the violin has a tune */
        midi_bytes_close_track(&bytes);
    }
}

static void test_the_most_melodic_track_is_taken_but_no_drums(void **state) {
    (void)state;
    write_five_tracks();
    import(0);
    expect_notes("61@0+4 63@4+4 65@8+4 67@12+4");
    expect_report("took track 2 \"Violin\" of 5, the most melodic, 4 notes");
    assert_int_equal(line.program, 40);
    assert_string_equal(line.name, "Violin");
    assert_int_equal(opened.report.track, 2);
    assert_int_equal(opened.report.tracks, 5);
}

static void test_the_track_asked_for_is_taken(void **state) {
    (void)state;
    write_five_tracks();
    static const int notes[] = {2, 4, 3, 9, 1};
    for (int track = 1; track <= 5; track++) {
        import(track);
        assert_int_equal(line.count, notes[track - 1]);
        assert_int_equal(opened.report.track, track);
    }
    import(3);
    assert_string_equal(line.name, ""); /* the track has none, only the file */
    assert_string_equal(opened.score.title, "Quartet");
    Error err = {""};
    check_refused(parse("6", &err), &err);
    assert_string_equal(err.text,
                        "There is no track 6: the file has 5 with notes; refrain tracks FILE lists them.");
    check_refused(parse("oboe", &err), &err);
    assert_string_equal(err.text, "No track with notes is called \"oboe\"; refrain tracks FILE lists them.");
    check_ok(parse("flu", &err), &err);
    assert_int_equal(opened.report.track, 1);
    check_ok(parse("bass", &err), &err);
    assert_int_equal(opened.report.track, 5);
}

static void test_a_type_0_file_is_taken_apart_by_channel(void **state) {
    (void)state;
    midi_bytes_header(&bytes, 0, 1, 480);
    midi_bytes_open_track(&bytes);
    midi_bytes_name(&bytes, "Tune");
    MIDI_BYTES(&bytes, 0, 0xc2, 11, 0, 0xc4, 12);
    for (int i = 0; i < 4; i++) {
        midi_bytes_note(&bytes, 0, 2, 60 + i, 480);
        midi_bytes_note(&bytes, 0, 9, 38, 240);
        midi_bytes_note(&bytes, 0, 9, 38, 240);
        if (i < 2) midi_bytes_note(&bytes, 0, 4, 72, 480);
    }
    midi_bytes_close_track(&bytes);
    import(0);
    expect_notes("60@0+4 61@12+4 62@24+4 63@32+4");
    expect_report("took track 1 \"Tune\" of 3, by its name, 4 notes");
    assert_int_equal(line.program, 11);
    import(2);
    expect_notes("72@8+4 72@20+4");
    assert_int_equal(line.program, 12);
    import(3);
    assert_int_equal(line.count, 8);
}

static void test_drums_in_a_mixed_track_are_left_out(void **state) {
    (void)state;
    begin(480);
    midi_bytes_note(&bytes, 0, 0, 50, 480);
    begin_notes();
    for (int i = 0; i < 3; i++) {
        midi_bytes_note(&bytes, 0, 1, 60 + i, 240);
        midi_bytes_note(&bytes, 0, 9, 99, 240);
    }
    midi_bytes_close_track(&bytes);
    import(0);
    expect_notes("60@0+2 61@4+2 62@8+2");
}

static void test_of_drums_alone_the_first_track_is_the_voice(void **state) {
    (void)state;
    begin(480);
    begin_notes();
    midi_bytes_note(&bytes, 0, 9, 38, 480);
    midi_bytes_close_track(&bytes);
    for (int track = 0; track < 2; track++) {
        import(track);
        expect_notes("38@0+4");
        assert_int_equal(line.channel, TRACK_DRUMS);
    }
}

/* ---- one voice on the grid ---- */

static void test_chords_give_their_top_and_what_lies_below_is_dropped(void **state) {
    (void)state;
    begin(480);
    begin_notes();
    MIDI_BYTES(&bytes, 0, 0x90, 60, 80, 0, 64, 80, 0, 67, 80);                      /* a chord */
    MIDI_BYTES(&bytes, 0x83, 0x60, 60, 0, 0, 64, 0, 0, 67, 0);                      /* a quarter long */
    MIDI_BYTES(&bytes, 0, 72, 80, 0x81, 0x70, 62, 80, 0x81, 0x70, 62, 0, 0, 72, 0); /* 62 below 72 */
    MIDI_BYTES(&bytes, 0, 60, 80, 0x81, 0x70, 65, 80, 0x81, 0x70, 65, 0, 0, 60, 0); /* 65 cuts 60 */
    midi_bytes_close_track(&bytes);
    import(0);
    expect_notes("67@0+4 72@4+4 60@8+2 65@10+2");
    expect_report("took track 1 of 1, 7 notes");
    assert_int_equal(reading.dropped, 3);
    assert_int_equal(reading.cut, 1);
}

static void test_legato_overlaps_are_cut(void **state) {
    (void)state;
    begin(480);
    begin_notes();
    MIDI_BYTES(&bytes, 0, 0x90, 72, 80, 0x83, 0x60, 67, 80, 30, 72, 0, 0x83, 0x42, 67,
               0); /* 30 ticks too long */
    midi_bytes_close_track(&bytes);
    import(0);
    expect_notes("72@0+4 67@4+4");
    expect_report("took track 1 of 1, 2 notes");
    assert_int_equal(reading.quantised, 1);
}

static void test_notes_go_to_the_nearest_sixteenth(void **state) {
    (void)state;
    begin(480);
    begin_notes();
    midi_bytes_note(&bytes, 50, 0, 60, 400);  /* 50..450 -> 0..4 */
    midi_bytes_note(&bytes, 90, 0, 62, 10);   /* 540..550 -> 5..6, never nothing */
    midi_bytes_note(&bytes, 170, 0, 64, 240); /* 720..960 */
    midi_bytes_close_track(&bytes);
    import(0);
    expect_notes("60@0+4 62@5+1 64@6+2");
    expect_report("took track 1 of 1, 3 notes");
    assert_int_equal(reading.quantised, 2);
}

static void test_any_division_lands_on_the_same_grid(void **state) {
    (void)state;
    static const int divisions[] = {4, 24, 96, 100, 120, 192, 220, 384, 480, 960, 1024, 15360, 32767};
    for (size_t i = 0; i < sizeof divisions / sizeof *divisions; i++) {
        uint32_t division = (uint32_t)divisions[i];
        begin(divisions[i]);
        begin_notes();
        uint32_t now = 0;
        for (uint32_t step = 0; step < 64; step++) {
            uint32_t start = (step * division + 2) / 4, end = ((step + 1) * division + 2) / 4;
            midi_bytes_note(&bytes, start - now, 0, 60 + (int)step % 12, end - start);
            now = end;
        }
        midi_bytes_close_track(&bytes);
        import(0);
        assert_int_equal(bars.count, 4);
        for (int n = 0; n < 64; n++) assert_int_equal(bars.bar[n / 16].token[n % 16], bar_onset(60 + n % 12));
        expect_report("took track 1 of 1, 64 notes");
    }
}

static void test_notes_that_never_end_get_a_quarter(void **state) {
    (void)state;
    begin(96);
    begin_notes();
    MIDI_BYTES(&bytes, 0, 0x90, 72, 80);
    midi_bytes_note(&bytes, 96, 0, 60, 96);
    midi_bytes_note(&bytes, 0, 0, 62, 96);
    midi_bytes_close_track(&bytes);
    import(0);
    expect_notes("72@0+4 60@4+4 62@8+4");
    expect_report("took track 1 of 1, 3 notes; 1 note never ended and got a quarter");
}

/* ---- bar lines ---- */

/* first meter for `ticks`, then the second, and quarters of a rising scale from the beginning. */
static void write_pickup(int beats, int exponent, uint32_t ticks, int next_beats, int next_exponent,
                         int quarters) {
    begin(480);
    midi_bytes_meter(&bytes, 0, beats, exponent);
    midi_bytes_meter(&bytes, ticks, next_beats, next_exponent);
    begin_notes();
    for (int i = 0; i < quarters; i++) midi_bytes_note(&bytes, 0, 0, 60 + i % 12, 480);
    midi_bytes_close_track(&bytes);
}

static void test_a_pickup_of_a_quarter_before_three_four(void **state) {
    (void)state;
    write_pickup(1, 2, 480, 3, 2, 4);
    import(0);
    expect_meter(480, 3, 4);
    expect_bars(true, (int[]){4, 12}, 2);
    expect_notes("60@0+4 61@4+4 62@8+4 63@12+4");
}

static void test_a_pickup_of_an_eighth_before_six_eight(void **state) {
    (void)state;
    begin(480);
    midi_bytes_meter(&bytes, 0, 1, 3);
    midi_bytes_meter(&bytes, 240, 6, 3);
    begin_notes();
    midi_bytes_note(&bytes, 0, 0, 60, 240);
    midi_bytes_note(&bytes, 0, 0, 65, 720);
    midi_bytes_note(&bytes, 0, 0, 67, 720);
    midi_bytes_close_track(&bytes);
    import(0);
    expect_meter(240, 6, 8);
    expect_bars(true, (int[]){2, 12}, 2);
    expect_notes("60@0+2 65@2+6 67@8+6");
}

static void test_a_pickup_of_three_sixteenths_before_four_four(void **state) {
    (void)state;
    write_pickup(3, 4, 360, 4, 2, 8);
    import(0);
    expect_meter(360, 4, 4);
    expect_bars(true, (int[]){3, 16, 16}, 3);
    assert_int_equal(reading.quantised, 0);
}

/* The first meter event may already be the main meter, standing where the pickup ends. */
static void test_a_pickup_without_a_meter_of_its_own(void **state) {
    (void)state;
    begin(480);
    midi_bytes_meter(&bytes, 960, 3, 2);
    begin_notes();
    for (int i = 0; i < 8; i++) midi_bytes_note(&bytes, 0, 0, 60 + i, 480);
    midi_bytes_close_track(&bytes);
    import(0);
    expect_meter(960, 3, 4);
    expect_bars(true, (int[]){8, 12, 12}, 3);
}

static void test_after_a_pickup_every_meter_has_its_bars(void **state) {
    (void)state;
    begin(480);
    midi_bytes_meter(&bytes, 0, 1, 2);
    midi_bytes_meter(&bytes, 480, 2, 2);  /* one bar of 2/4 */
    midi_bytes_meter(&bytes, 960, 3, 2);  /* four bars of 3/4 from tick 1440 */
    midi_bytes_meter(&bytes, 5760, 4, 2); /* one of 4/4 */
    begin_notes();
    for (int i = 0; i < 19; i++) midi_bytes_note(&bytes, 0, 0, 60 + i, 480);
    midi_bytes_close_track(&bytes);
    import(0);
    expect_bars(true, (int[]){4, 8, 12, 12, 12, 12, 16}, 7);
    assert_int_equal(reading.quantised, 0);
}

static void test_a_later_meter_is_read_where_it_begins(void **state) {
    (void)state;
    write_pickup(4, 2, 4 * 1920, 3, 2, 80); /* four bars of 4/4, then 3/4 for longer */
    import(0);
    expect_bars(false, (int[]){16, 16, 16, 16, 12, 12}, 6);
}

static void test_equal_meters_one_after_another_are_no_change(void **state) {
    (void)state;
    begin(480);
    for (int i = 0; i < 5; i++) midi_bytes_meter(&bytes, i ? 1440 : 0, 3, 2);
    begin_notes();
    for (int i = 0; i < 20; i++) midi_bytes_note(&bytes, 0, 0, 60 + i % 12, 480);
    midi_bytes_close_track(&bytes);
    import(0);
    assert_int_equal(timeline_map(opened.score.timeline).meters, 1);
    expect_bars(false, (int[]){12, 12, 12}, 3);
}

static void test_unusual_meters(void **state) {
    (void)state;
    begin(480);
    midi_bytes_meter(&bytes, 0, 12, 5); /* 12/32 = 6/16 */
    begin_notes();
    midi_bytes_note(&bytes, 0, 0, 60, 480);
    midi_bytes_close_track(&bytes);
    import(0);
    expect_meter(0, 12, 32);
    expect_bars(false, (int[]){12}, 1); /* two of them in one */
    assert_int_equal(reading.held, 2);
    begin(480);
    midi_bytes_meter(&bytes, 0, 9, 5);
    begin_notes();
    midi_bytes_note(&bytes, 0, 0, 60, 480);
    midi_bytes_close_track(&bytes);
    import(0);
    expect_meter(0, 9, 32);
    expect_bars(false, (int[]){15}, 1); /* three, each rounded to 5 */
    assert_int_equal(reading.held, 3);
}

/* ---- tempo ---- */

static void test_every_tempo_is_kept(void **state) {
    (void)state;
    begin(480);
    midi_bytes_tempo(&bytes, 0, 500000);
    midi_bytes_tempo(&bytes, 1920, 600000);
    midi_bytes_tempo(&bytes, 480, 600000);
    midi_bytes_tempo(&bytes, 480, 700000);
    begin_notes();
    midi_bytes_note(&bytes, 1920, 0, 60, 1920);
    midi_bytes_close_track(&bytes);
    import(0);
    assert_int_equal(timeline_map(opened.score.timeline).tempos, 3);
    assert_int_equal(timeline_quarter_us(opened.score.timeline, line.notes[0].start), 600000);
    assert_int_equal(timeline_quarter_us(opened.score.timeline, 2880), 700000);
}

static void test_damaged_songs_are_opened(void **state) {
    (void)state;
    begin(480);
    MIDI_BYTES(&bytes, 0, 0xff, 0x7f, 14, 0x7d, 'r', 'e', 'f', 'r', 'a', 'i', 'n', 0, 0, 1, 0, 2, '}');
    begin_notes();
    midi_bytes_note(&bytes, 0, 0, 60, 480);
    midi_bytes_close_track(&bytes);
    import(0);
    expect_report("took track 1 of 1, 1 note; refrain's own data in it is damaged and was left out");
}

int main(void) {
#define TEST(name) cmocka_unit_test_teardown(test_##name, deinit_song)
    const struct CMUnitTest tests[] = {
        TEST(the_most_melodic_track_is_taken_but_no_drums),
        TEST(the_track_asked_for_is_taken),
        TEST(a_type_0_file_is_taken_apart_by_channel),
        TEST(drums_in_a_mixed_track_are_left_out),
        TEST(of_drums_alone_the_first_track_is_the_voice),
        TEST(chords_give_their_top_and_what_lies_below_is_dropped),
        TEST(legato_overlaps_are_cut),
        TEST(notes_go_to_the_nearest_sixteenth),
        TEST(any_division_lands_on_the_same_grid),
        TEST(notes_that_never_end_get_a_quarter),
        TEST(a_pickup_of_a_quarter_before_three_four),
        TEST(a_pickup_of_an_eighth_before_six_eight),
        TEST(a_pickup_of_three_sixteenths_before_four_four),
        TEST(a_pickup_without_a_meter_of_its_own),
        TEST(after_a_pickup_every_meter_has_its_bars),
        TEST(a_later_meter_is_read_where_it_begins),
        TEST(equal_meters_one_after_another_are_no_change),
        TEST(unusual_meters),
        TEST(every_tempo_is_kept),
        TEST(damaged_songs_are_opened),
    };
    return cmocka_run_group_tests_name("smf_voice", tests, NULL, NULL);
}
