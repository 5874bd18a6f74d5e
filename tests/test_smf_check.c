/* Every class of bytes that libsmf dies of or misreads: read as what it says, or refused with a sentence. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/check.h"
#include "midi_io/smf_check.h"
#include "tests/support/opened.h"

static MidiBytes bytes;
static Opened opened;

static int deinit_song(void **state) {
    (void)state;
    opened_deinit(&opened);
    return 0;
}

static bool import(const void *data, size_t size, Error *err) {
    return opened_read(&opened, data, size, NULL, err);
}

static void read_bytes(void) {
    opened_take(&opened, &bytes, NULL);
}

static void expect_pitches(const char *wanted) {
    opened_expect(&opened, opened_voice(&opened), wanted);
}

static void expect_refusal(const void *data, size_t size, const char *wanted) {
    Error err = {""};
    assert_false(import(data, size, &err));
    if (!strstr(err.text, wanted)) fail_msg("\"%s\" does not say \"%s\"", err.text, wanted);
}

static void expect_said(const char *wanted) {
    opened_expect_said(&opened, wanted);
}

static void expect_first_tempo(int quarter_us) {
    assert_int_equal(timeline_quarter_us(opened.score.timeline, 0), quarter_us);
}

/* A format 0 file whose only track is open; two quarters are written by finish. */
static void begin(void) {
    midi_bytes_header(&bytes, 0, 1, 480);
    midi_bytes_open_track(&bytes);
}

static void finish(void) {
    midi_bytes_note(&bytes, 0, 0, 60, 480);
    midi_bytes_note(&bytes, 0, 0, 62, 480);
    midi_bytes_close_track(&bytes);
}

/* ---- refused ---- */

static void test_what_is_no_midi_file_is_refused(void **state) {
    (void)state;
    expect_refusal("", 0, "empty");
    expect_refusal("Dear diary, today I wrote a song.\n", 34, "not a MIDI file");
    expect_refusal("M", 1, "cut short");
    expect_refusal("MThd", 4, "cut short");
    expect_refusal("RIFF\4\0\0\0WAVEfmt ", 16, "a sound file, not a song");
    expect_refusal("RIFF\4\0\0\0RMID", 12, "not a MIDI file");
}

static void test_short_headers_are_refused(void **state) {
    (void)state;
    midi_bytes_header(&bytes, 0, 1, 480);
    for (size_t size = 4; size < 14; size++) expect_refusal(bytes.at, size, "cut short in its header");
    expect_refusal(bytes.at, 14, "cut short before its first note");
    expect_refusal("MThd\0\0\0\5\0\0\0\1\1\340MTrk\0\0\0\0", 22, "too short");
    expect_refusal("MThd\xff\xff\xff\xff\0\0\0\1\1\340", 14, "cut short");
}

static void test_files_without_notes_are_refused(void **state) {
    (void)state;
    begin();
    midi_bytes_tempo(&bytes, 0, 500000);
    MIDI_BYTES(&bytes, 0, 0x90, 60, 0); /* a note-on of velocity 0 is a note-off */
    midi_bytes_close_track(&bytes);
    expect_refusal(bytes.at, bytes.size, "no notes");
}

/* ---- cut short ---- */

static void test_every_cut_is_read_or_refused(void **state) {
    (void)state;
    begin();
    midi_bytes_name(&bytes, "Cut");
    midi_bytes_meter(&bytes, 0, 3, 2);
    size_t first_note = bytes.size + 4;
    finish();
    for (size_t size = 0; size < bytes.size; size++) {
        Error err = {""};
        uint8_t *copy = malloc(size + 1); /* so that reading beyond it shows under AddressSanitizer */
        memcpy(copy, bytes.at, size);
        bool done = import(copy, size, &err);
        free(copy);
        assert_int_equal(done, size >= first_note);
        if (done)
            expect_said("cut short");
        else
            assert_true(strlen(err.text) > 20);
    }
}

/* ---- what makes libsmf abort ---- */

static void test_end_of_track_may_be_missing(void **state) {
    (void)state;
    begin();
    midi_bytes_note(&bytes, 0, 0, 60, 480);
    midi_bytes_close_track_bare(&bytes);
    read_bytes();
    expect_pitches("60@0");
    opened_expect_silence(&opened);
}

static void test_system_exclusive_events_are_kept_with_their_time(void **state) {
    (void)state;
    begin();
    MIDI_BYTES(&bytes, 0x81, 0x70, 0xf0, 3, 0x43, 0x12, 0xf7); /* 240 ticks */
    MIDI_BYTES(&bytes, 0x81, 0x70, 0xf7, 2, 0xf3, 1);
    finish();
    read_bytes();
    expect_pitches("60@4 62@8");
}

static void test_running_status_goes_on_after_system_and_meta_events(void **state) {
    (void)state;
    begin();
    MIDI_BYTES(&bytes, 0, 0x90, 60, 80, 0x83, 0x60, 60, 0);
    MIDI_BYTES(&bytes, 0, 0xf0, 1, 0xf7);
    MIDI_BYTES(&bytes, 0, 62, 80, 0x83, 0x60, 62, 0);
    MIDI_BYTES(&bytes, 0, 0xff, 1, 2, 'h', 'i');
    MIDI_BYTES(&bytes, 0, 64, 80, 0x83, 0x60, 64, 0);
    midi_bytes_close_track(&bytes);
    read_bytes();
    expect_pitches("60@0 62@4 64@8");
    opened_expect_silence(&opened);
}

static void test_running_status_without_a_status_ends_the_track(void **state) {
    (void)state;
    begin();
    MIDI_BYTES(&bytes, 0, 60, 80);
    finish();
    expect_refusal(bytes.at, bytes.size, "no notes");
}

static void test_enormous_lengths_are_bounded(void **state) {
    (void)state;
    begin();
    finish();
    memcpy(bytes.at + 18, "\xff\xff\xff\xff", 4);
    read_bytes();
    expect_pitches("60@0 62@4");
    expect_said("cut short");
    begin();
    midi_bytes_note(&bytes, 0, 0, 60, 480);
    MIDI_BYTES(&bytes, 0, 0xff, 1, 0xff, 0xff, 0xff, 0x7f, 'x');
    midi_bytes_close_track(&bytes);
    read_bytes();
    expect_pitches("60@0");
    expect_said("damaged");
}

static void test_time_beyond_all_bounds_ends_the_track(void **state) {
    (void)state;
    begin();
    midi_bytes_note(&bytes, 0, 0, 60, 480);
    for (int i = 0; i < 20; i++) MIDI_BYTES(&bytes, 0xff, 0xff, 0xff, 0x7f, 0x90, 64, 80);
    midi_bytes_close_track(&bytes);
    read_bytes();
    expect_pitches("60@0");
    expect_said("too long");
}

/* ---- chunks ---- */

static void test_foreign_chunks_are_kept_apart(void **state) {
    (void)state;
    midi_bytes_header(&bytes, 1, 2, 480);
    midi_bytes_put(&bytes, "XFIH\0\0\0\4abcd", 12);
    midi_bytes_open_track(&bytes);
    midi_bytes_note(&bytes, 0, 0, 60, 480);
    midi_bytes_close_track(&bytes);
    midi_bytes_put(&bytes, "junk\0\0\0\0", 8);
    midi_bytes_open_track(&bytes);
    midi_bytes_note(&bytes, 0, 1, 70, 480);
    midi_bytes_note(&bytes, 0, 1, 71, 480);
    midi_bytes_close_track(&bytes);
    read_bytes();
    expect_pitches("70@0 71@4");
    expect_said("took track 2 of 2, the most melodic");
}

static void test_the_declared_number_of_tracks_is_not_believed(void **state) {
    (void)state;
    for (int declared = 0; declared < 4; declared++) {
        midi_bytes_header(&bytes, 1, declared, 480);
        midi_bytes_open_track(&bytes);
        midi_bytes_tempo(&bytes, 0, 600000);
        midi_bytes_close_track(&bytes);
        midi_bytes_open_track(&bytes);
        midi_bytes_note(&bytes, 0, 0, 60, 480);
        midi_bytes_close_track(&bytes);
        read_bytes();
        expect_pitches("60@0");
        expect_first_tempo(600000);
    }
}

static void test_empty_tracks_do_no_harm(void **state) {
    (void)state;
    midi_bytes_header(&bytes, 1, 4, 480);
    midi_bytes_put(&bytes, "MTrk\0\0\0\0", 8);
    midi_bytes_open_track(&bytes);
    midi_bytes_note(&bytes, 0, 0, 60, 480);
    midi_bytes_close_track(&bytes);
    midi_bytes_open_track(&bytes);
    midi_bytes_close_track(&bytes);
    midi_bytes_put(&bytes, "MTrk\0\0\0\0", 8);
    read_bytes();
    expect_pitches("60@0");
}

/* ---- metas ---- */

static void test_short_metas_mean_nothing(void **state) {
    (void)state;
    begin();
    MIDI_BYTES(&bytes, 0, 0xff, 0x51, 0, 0, 0xff, 0x51, 1, 7, 0, 0xff, 0x51, 2, 7, 7);
    MIDI_BYTES(&bytes, 0, 0xff, 0x51, 3, 0, 0, 0);             /* no tempo at all */
    MIDI_BYTES(&bytes, 0, 0xff, 0x58, 1, 3, 0, 0xff, 0x58, 0); /* half a meter, none */
    MIDI_BYTES(&bytes, 0, 0xff, 0x58, 4, 3, 200, 24, 8);       /* 3 over 2^200 */
    MIDI_BYTES(&bytes, 0, 0xff, 0x58, 4, 0, 2, 24, 8);         /* 0/4 */
    finish();
    read_bytes();
    expect_pitches("60@0 62@4");
    expect_first_tempo(500000);
    assert_true(meter_equal(timeline_meter(opened.score.timeline, 0), (Meter){4, 4}));
}

static void test_long_texts_are_cut_between_characters(void **state) {
    (void)state;
    begin();
    MIDI_BYTES(&bytes, 0, 0xff, 1, 0x81, 0x7f); /* 255 bytes of text */
    for (int i = 0; i < 255; i++) MIDI_BYTES(&bytes, 'x');
    MIDI_BYTES(&bytes, 0, 0xff, 3, 0x81, 0x49); /* a name of 201 bytes: a and 100 times o with dots */
    MIDI_BYTES(&bytes, 'a');
    for (int i = 0; i < 100; i++) MIDI_BYTES(&bytes, 0xc3, 0xb6);
    finish();
    read_bytes();
    expect_pitches("60@0 62@4");
    assert_int_equal(strlen(opened_voice(&opened)->name), 95);
    assert_string_equal(opened_voice(&opened)->name + 93, "\xc3\xb6");
}

static void test_many_tempos_cost_little(void **state) {
    (void)state;
    begin();
    for (int i = 0; i < 9000; i++) midi_bytes_tempo(&bytes, 0, 400000 + i);
    finish();
    read_bytes();
    expect_pitches("60@0 62@4");
}

/* ---- kinds of files ---- */

static void test_riff_and_macbinary_are_unpacked(void **state) {
    (void)state;
    static MidiBytes plain, packed;
    begin();
    finish();
    plain = bytes;
    packed.size = 0;
    midi_bytes_put(&packed, "RIFF\0\0\0\0RMIDINFO\3\0\0\0abc\0data", 28);
    MIDI_BYTES(&packed, (uint8_t)plain.size, 0, 0, 0);
    midi_bytes_put(&packed, plain.at, plain.size);
    bytes = packed;
    read_bytes();
    expect_pitches("60@0 62@4");
    memset(bytes.at, 0, 128);
    memcpy(bytes.at + 128, plain.at, plain.size);
    bytes.size = 128 + plain.size;
    read_bytes();
    expect_pitches("60@0 62@4");
}

static void test_format_2_gives_its_first_pattern(void **state) {
    (void)state;
    midi_bytes_header(&bytes, 2, 3, 480);
    for (int pattern = 0; pattern < 3; pattern++) {
        midi_bytes_open_track(&bytes);
        midi_bytes_tempo(&bytes, 0, 400000 + 100000 * pattern);
        for (int i = 0; i < pattern; i++) midi_bytes_note(&bytes, 0, 0, 60 + pattern, 480);
        midi_bytes_close_track(&bytes);
    }
    read_bytes();
    expect_pitches("61@0");
    expect_first_tempo(500000);
    expect_said("first pattern");
}

static void test_frames_become_quarters(void **state) {
    (void)state;
    midi_bytes_header(&bytes, 0, 1, 0xe728); /* 25 frames a second of 40 ticks: milliseconds */
    midi_bytes_open_track(&bytes);
    midi_bytes_note(&bytes, 0, 0, 60, 500);
    midi_bytes_note(&bytes, 250, 0, 62, 250);
    midi_bytes_close_track(&bytes);
    read_bytes();
    expect_pitches("60@0 62@6");
    expect_said("frames");
    midi_bytes_header(&bytes, 0, 1, 0xe728);
    midi_bytes_open_track(&bytes);
    midi_bytes_tempo(&bytes, 0, 1000000);
    midi_bytes_note(&bytes, 0, 0, 60, 1000);
    midi_bytes_tempo(&bytes, 0, 250000); /* means nothing here */
    midi_bytes_note(&bytes, 500, 0, 62, 500);
    midi_bytes_close_track(&bytes);
    read_bytes();
    expect_pitches("60@0 62@6");
    expect_first_tempo(1000000);
}

static void test_a_division_of_nothing_is_480(void **state) {
    (void)state;
    begin();
    finish();
    bytes.at[12] = bytes.at[13] = 0;
    read_bytes();
    expect_pitches("60@0 62@4");
    bytes.at[12] = 0x80; /* frames of nothing */
    read_bytes();
}

/* ---- values ---- */

static void test_data_bytes_above_127_are_masked(void **state) {
    (void)state;
    begin();
    MIDI_BYTES(&bytes, 0, 0xc0, 0xff);
    midi_bytes_note(&bytes, 0, 0, 60, 480);
    finish();
    read_bytes();
    expect_pitches("60@0 60@4 62@8");
    assert_int_equal(opened_voice(&opened)->program, 127);
    expect_said("1 event with impossible values repaired");
}

/* A name of no letters is no chunk behind the last track, whatever number of tracks was declared: else it would be kept now and gone
 * after the next saving. */
static void test_a_nameless_chunk_at_the_end_is_nothing_at_once(void **state) {
    (void)state;
    for (int declared = 1; declared < 4; declared++) {
        SmfEvents events = {0};
        SmfRepairs repairs;
        Error err = {{0}};
        midi_bytes_header(&bytes, 1, declared, 480);
        midi_bytes_open_track(&bytes);
        midi_bytes_note(&bytes, 0, 0, 60, 480);
        midi_bytes_close_track(&bytes);
        MIDI_BYTES(&bytes, 1, 2, 3, 4, 0, 0, 0, 2, 8, 9);
        check_ok(smf_check(&events, bytes.at, bytes.size, &repairs, &err), &err);
        assert_int_equal(events.chunks, 0);
        assert_int_equal(repairs.behind, 10);
        smf_events_deinit(&events);
    }
}

static void test_bytes_behind_the_last_track_are_left_out(void **state) {
    (void)state;
    for (int junk = 1; junk < 40; junk++) {
        begin();
        finish();
        for (int i = 0; i < junk; i++) MIDI_BYTES(&bytes, (uint8_t)(37 * i));
        read_bytes();
        expect_pitches("60@0 62@4");
        expect_said("behind the end left out");
        assert_null(strstr(opened.report.text, "cut short"));
    }
}

static void test_system_events_no_file_may_hold_are_left_out(void **state) {
    (void)state;
    begin();
    MIDI_BYTES(&bytes, 0, 0xf8, 0, 0xf2, 1, 2, 0, 0xf3, 9);
    finish();
    read_bytes();
    expect_pitches("60@0 62@4");
    expect_said("3 system events");
}

/* Neither the time that they take nor their number keeps the notes behind them from being read. */
static void test_a_great_many_texts_leave_room_for_notes(void **state) {
    (void)state;
    enum { TEXTS = SMF_EVENTS_MAX, TEXT_BYTES = 5 };
    static uint8_t many[14 + 8 + TEXTS * TEXT_BYTES + 64];
    begin();
    const size_t head = bytes.size;
    memcpy(many, bytes.at, head);
    for (size_t i = 0; i < TEXTS; i++) memcpy(many + head + i * TEXT_BYTES, "\0\xff\x01\1x", TEXT_BYTES);
    uint8_t *end = many + head + TEXTS * TEXT_BYTES;
    memcpy(end, "\0\x90\x3c\x50\x60\x80\x3c\x40\0\xff\x2f\0", 12);
    memset(many + 18, 0x7f, 4);
    Error err = {""};
    if (!import(many, (size_t)(end + 12 - many), &err)) fail_msg("%s", err.text);
    expect_pitches("60@0");
    expect_said("too long");
    for (uint8_t *at = many + head; at < end; at += 4) memcpy(at, "\0\xb0\x07\x40", 4); /* controllers */
    expect_refusal(many, (size_t)(end + 12 - many),
                   "longer than refrain's limits, and before them it has no");
}

static void test_a_great_many_events_are_capped(void **state) {
    (void)state;
    begin();
    for (int i = 0; i < 40; i++) MIDI_BYTES(&bytes, 0, 0x90, 60, 80);
    midi_bytes_close_track(&bytes);
    SmfRepairs repairs;
    SmfEvents events = {0};
    Error err = {""};
    static uint8_t many[14 + 40 + 3 * SMF_EVENTS_MAX + 16]; /* a million running note-ons behind the first */
    size_t head = bytes.size - 4;
    memcpy(many, bytes.at, head);
    for (size_t i = head; i + 3 <= sizeof many; i += 3) many[i] = 0, many[i + 1] = 60, many[i + 2] = 80;
    memset(many + 18, 0x7f, 4);
    assert_true(smf_check(&events, many, sizeof many, &repairs, &err));
    assert_true(repairs.too_long && events.count <= SMF_EVENTS_MAX);
    assert_non_null(smf_check_read_only(&repairs));
    smf_events_deinit(&events);
}

static void test_a_great_many_tracks_are_capped(void **state) {
    (void)state;
    midi_bytes_header(&bytes, 1, 5000, 480);
    for (int i = 0; i < 5000; i++) {
        midi_bytes_open_track(&bytes);
        midi_bytes_note(&bytes, 0, 0, 60, 480);
        midi_bytes_close_track(&bytes);
    }
    read_bytes();
    expect_pitches("60@0");
    expect_said("took track 1 of 4096");
    expect_said("too long");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_no_midi_file_is_refused),
        cmocka_unit_test(test_short_headers_are_refused),
        cmocka_unit_test(test_files_without_notes_are_refused),
        cmocka_unit_test_teardown(test_every_cut_is_read_or_refused, deinit_song),
        cmocka_unit_test_teardown(test_end_of_track_may_be_missing, deinit_song),
        cmocka_unit_test_teardown(test_system_exclusive_events_are_kept_with_their_time, deinit_song),
        cmocka_unit_test_teardown(test_running_status_goes_on_after_system_and_meta_events, deinit_song),
        cmocka_unit_test_teardown(test_running_status_without_a_status_ends_the_track, deinit_song),
        cmocka_unit_test_teardown(test_enormous_lengths_are_bounded, deinit_song),
        cmocka_unit_test_teardown(test_time_beyond_all_bounds_ends_the_track, deinit_song),
        cmocka_unit_test_teardown(test_foreign_chunks_are_kept_apart, deinit_song),
        cmocka_unit_test_teardown(test_the_declared_number_of_tracks_is_not_believed, deinit_song),
        cmocka_unit_test_teardown(test_empty_tracks_do_no_harm, deinit_song),
        cmocka_unit_test_teardown(test_short_metas_mean_nothing, deinit_song),
        cmocka_unit_test_teardown(test_long_texts_are_cut_between_characters, deinit_song),
        cmocka_unit_test_teardown(test_many_tempos_cost_little, deinit_song),
        cmocka_unit_test_teardown(test_riff_and_macbinary_are_unpacked, deinit_song),
        cmocka_unit_test_teardown(test_format_2_gives_its_first_pattern, deinit_song),
        cmocka_unit_test_teardown(test_frames_become_quarters, deinit_song),
        cmocka_unit_test_teardown(test_a_division_of_nothing_is_480, deinit_song),
        cmocka_unit_test_teardown(test_data_bytes_above_127_are_masked, deinit_song),
        cmocka_unit_test_teardown(test_a_nameless_chunk_at_the_end_is_nothing_at_once, deinit_song),
        cmocka_unit_test_teardown(test_bytes_behind_the_last_track_are_left_out, deinit_song),
        cmocka_unit_test_teardown(test_system_events_no_file_may_hold_are_left_out, deinit_song),
        cmocka_unit_test_teardown(test_a_great_many_texts_leave_room_for_notes, deinit_song),
        cmocka_unit_test_teardown(test_a_great_many_events_are_capped, deinit_song),
        cmocka_unit_test_teardown(test_a_great_many_tracks_are_capped, deinit_song),
    };
    return cmocka_run_group_tests_name("smf_check", tests, NULL, NULL);
}
