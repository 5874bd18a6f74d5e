/* What meets the song from outside: notes by hand, programs, MIDI clock, other and lost outputs. */
#include "midi_io/transport.h"
#include "tests/support/check.h"
#include "tests/support/midi_trace.h"
#include "tests/support/stage.h"

static void hands_and_song_do_not_end_each_others_notes(void **state) {
    (void)state;
    Stage s;
    stage_open(&s);
    stage_play(&s, (ScheduleOptions){0}, 0);
    stage_advance(&s, 100000);
    transport_note(&s.transport, 60, 100, 0, s.now_us); /* takes the song's 60 over */
    assert_int_equal(midi_trace_time(s.recording, 0x80, 60, 0), STAGE_T0 + 100000);
    stage_advance(&s, 500000);
    assert_int_equal(midi_trace_count(s.recording, 0x80, 60), 1); /* the song's note-off is not the hand's */
    transport_note(&s.transport, 60, 0, 0, s.now_us);
    assert_int_equal(midi_trace_time(s.recording, 0x80, 60, 1), STAGE_T0 + 600000);
    transport_note(&s.transport, 80, 100, 250000, s.now_us);
    stage_advance(&s, 1000000);
    assert_int_equal(midi_trace_time(s.recording, 0x80, 80, 0), STAGE_T0 + 850000);
    transport_note(&s.transport, 80, 0, 0, s.now_us); /* a late release changes nothing */
    assert_int_equal(midi_trace_count(s.recording, 0x80, 80), 1);
    stage_close(&s);
}

static void a_repeated_preview_ends_when_the_last_one_does(void **state) {
    (void)state;
    Stage s;
    stage_open(&s);
    transport_note(&s.transport, 64, 90, 300000, s.now_us);
    stage_advance(&s, 200000);
    transport_note(&s.transport, 64, 90, 300000, s.now_us);
    stage_advance(&s, 1000000);
    assert_int_equal(midi_trace_time(s.recording, 0x80, 64, 1), STAGE_T0 + 500000);
    assert_int_equal(midi_trace_count(s.recording, 0x90, 64), 2);
    assert_int_equal(transport_run(&s.transport, s.now_us), CLOCK_NEVER);
    stage_close(&s);
}

static void a_stop_forgets_when_hand_notes_were_to_end(void **state) {
    (void)state;
    Stage s;
    stage_open(&s);
    transport_note(&s.transport, 64, 90, 300000, s.now_us);
    stage_advance(&s, 100000);
    transport_stop(&s.transport, s.now_us);
    transport_note(&s.transport, 64, 90, 0, s.now_us);
    stage_advance(&s, 1000000);
    assert_int_equal(midi_trace_sounding(s.recording), 1);
    stage_close(&s);
}

static void another_channel_leaves_no_hand_note_behind(void **state) {
    (void)state;
    Stage s;
    stage_open(&s);
    transport_note(&s.transport, 64, 90, 0, s.now_us);
    transport_note(&s.transport, 67, 90, 300000, s.now_us);
    stage_switch_to(&s, &s.scale, (ScheduleOptions){.channel = 3});
    assert_int_equal(midi_trace_sounding(s.recording), 0);
    transport_note(&s.transport, 67, 90, 0, s.now_us);
    stage_advance(&s, 1000000);
    assert_int_equal(midi_trace_sounding(s.recording), 1);
    stage_close(&s);
}

static void the_program_is_told_only_when_it_is_news(void **state) {
    (void)state;
    Stage s;
    stage_open(&s);
    stage_play(&s, (ScheduleOptions){0}, 0);
    stage_switch_to(&s, &s.scale, (ScheduleOptions){.metronome = true});
    stage_play(&s, (ScheduleOptions){0}, 0);
    assert_int_equal(midi_trace_count(s.recording, 0xC0, 0), 1);
    s.scale.program = 5;
    stage_switch_to(&s, &s.scale, (ScheduleOptions){0});
    assert_int_equal(midi_trace_count(s.recording, 0xC0, 5), 1);
    transport_program(&s.transport, 6, s.now_us);
    assert_int_equal(midi_trace_count(s.recording, 0xC0, 6), 1);
    stage_close(&s);
}

static void the_clock_pulses_24_times_a_quarter(void **state) {
    (void)state;
    Stage s;
    stage_open(&s);
    transport_set_clock(&s.transport, true, s.now_us);
    stage_play(&s, (ScheduleOptions){0}, 0);
    stage_advance(&s, 999999);
    assert_int_equal(midi_trace_time(s.recording, 0xFA, -1, 0), STAGE_T0);
    assert_int_equal(midi_trace_count(s.recording, 0xF8, -1), 48);
    assert_int_equal(midi_trace_time(s.recording, 0xF8, -1, 24), STAGE_T0 + 500000);
    transport_pause(&s.transport, s.now_us);
    assert_int_equal(midi_trace_count(s.recording, 0xFC, -1), 1);
    stage_play(&s, (ScheduleOptions){0},
               STAGE_BAR + 60); /* half a sixteenth: the pulses wait for the next one */
    const RecordedMessage *message;
    size_t count = recording_get(s.recording, &message);
    const RecordedMessage *position = NULL;
    for (size_t i = 0; i < count; i++) {
        if (message[i].status == 0xF2) position = &message[i];
    }
    assert_non_null(position);
    assert_int_equal(position->data1 | position->data2 << 7, 17);
    assert_int_equal(position[1].status, 0xFB);
    int64_t begun_us = s.now_us;
    stage_advance(&s, 1000000);
    assert_int_equal(midi_trace_time(s.recording, 0xF8, -1, 48), begun_us + 62500);
    transport_set_clock(&s.transport, false, s.now_us);
    int pulses = midi_trace_count(s.recording, 0xF8, -1);
    stage_advance(&s, 1000000);
    assert_int_equal(midi_trace_count(s.recording, 0xF8, -1), pulses);
    assert_int_equal(midi_trace_count(s.recording, 0xFC, -1), 2);
    stage_close(&s);
}

static void the_clock_stops_with_the_song(void **state) {
    (void)state;
    Stage s;
    stage_open(&s);
    transport_set_clock(&s.transport, true, s.now_us);
    stage_play(&s, (ScheduleOptions){0}, 0);
    stage_advance(&s, 10000000);
    assert_int_equal(midi_trace_count(s.recording, 0xF8, -1), 16 * 24);
    assert_int_equal(midi_trace_time(s.recording, 0xFC, -1, 0), STAGE_T0 + 8000000);
    stage_close(&s);
}

static void the_clock_follows_the_loop(void **state) {
    (void)state;
    Stage s;
    stage_open(&s);
    transport_set_clock(&s.transport, true, s.now_us);
    stage_play(&s, (ScheduleOptions){.loop_start = STAGE_BAR, .loop_end = 2 * STAGE_BAR, .count_in_bars = 1},
               STAGE_BAR);
    assert_int_equal(midi_trace_count(s.recording, 0xFB, -1), 0);
    stage_advance(&s, 2000000 + 3 * 2000000 - 1);
    assert_int_equal(midi_trace_count(s.recording, 0xFB, -1), 3);
    assert_int_equal(midi_trace_count(s.recording, 0xF2, 16), 3);
    assert_int_equal(midi_trace_count(s.recording, 0xFC, -1), 2);
    assert_int_equal(midi_trace_count(s.recording, 0xF8, -1), 3 * 96);
    stage_close(&s);
}

static void another_output_is_told_the_program_and_goes_on(void **state) {
    (void)state;
    Stage s;
    stage_open(&s);
    s.scale.program = 11;
    stage_play(&s, (ScheduleOptions){0}, 0);
    stage_advance(&s, 600000);
    MidiOutput *second = recording_new_with_clock(STAGE_MESSAGES, &s.clock, SIZE_MAX), *first = s.recording;
    assert_ptr_equal(transport_set_output(&s.transport, second, s.now_us), first);
    midi_trace_check_silent(first);
    midi_trace_check_cut(first, 0);
    assert_int_equal(midi_trace_count(second, 0xC0, 11), 1);
    stage_advance(&s, 1000000);
    assert_int_equal(midi_trace_time(second, 0x90, 62, 0), STAGE_T0 + 1000000);
    first->close(first);
    s.recording = second;
    stage_close(&s);
}

static void a_lost_device_stops_the_song_and_hears_no_more(void **state) {
    (void)state;
    Stage s;
    stage_open(&s);
    MidiOutput *failing = recording_new_with_clock(STAGE_MESSAGES, &s.clock, 6);
    s.recording->close(transport_set_output(&s.transport, failing, s.now_us));
    s.recording = failing;
    stage_play(&s, (ScheduleOptions){0}, 0);
    stage_advance(&s, 10000000);
    assert_false(s.transport.playing);
    assert_true(s.transport.voices.lost);
    const RecordedMessage *message;
    assert_int_equal(recording_get(failing, &message), 6);
    MidiOutput *again = recording_new_with_clock(STAGE_MESSAGES, &s.clock, SIZE_MAX);
    failing->close(transport_set_output(&s.transport, again, s.now_us));
    s.recording = again;
    stage_play(&s, (ScheduleOptions){0}, 0);
    stage_advance(&s, 10000000);
    assert_int_equal(midi_trace_count(again, 0x90, -1), 16);
    stage_close(&s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hands_and_song_do_not_end_each_others_notes),
        cmocka_unit_test(a_repeated_preview_ends_when_the_last_one_does),
        cmocka_unit_test(a_stop_forgets_when_hand_notes_were_to_end),
        cmocka_unit_test(another_channel_leaves_no_hand_note_behind),
        cmocka_unit_test(the_program_is_told_only_when_it_is_news),
        cmocka_unit_test(the_clock_pulses_24_times_a_quarter),
        cmocka_unit_test(the_clock_stops_with_the_song),
        cmocka_unit_test(the_clock_follows_the_loop),
        cmocka_unit_test(another_output_is_told_the_program_and_goes_on),
        cmocka_unit_test(a_lost_device_stops_the_song_and_hears_no_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
