#include "midi_io/transport.h"
#include "tests/support/check.h"
#include "tests/support/midi_trace.h"
#include "tests/support/stage.h"

static void every_note_sounds_at_its_microsecond(void **state) {
    (void)state;
    Stage s;
    stage_open(&s);
    s.quarter_us = 631579; /* 95 bpm: no whole milliseconds */
    stage_play(&s, (ScheduleOptions){0}, 0);
    stage_advance(&s, 20000000);
    for (int i = 0; i < 16; i++) {
        assert_int_equal(midi_trace_time(s.recording, 0x90, 60 + i, 0), STAGE_T0 + (int64_t)i * 631579);
        assert_int_equal(midi_trace_time(s.recording, 0x80, 60 + i, 0), STAGE_T0 + (int64_t)(i + 1) * 631579);
    }
    assert_false(s.transport.playing);
    assert_int_equal(s.transport.tick, 4 * STAGE_BAR);
    stage_close(&s);
}

static void the_program_is_told_before_the_first_note_wherever_it_begins(void **state) {
    (void)state;
    Stage s;
    stage_open(&s);
    s.scale.program = 73;
    stage_play(&s, (ScheduleOptions){.channel = 2}, 2 * STAGE_BAR);
    const RecordedMessage *message;
    assert_int_equal(recording_get(s.recording, &message), 2);
    assert_int_equal(message[0].status, 0xC2);
    assert_int_equal(message[0].data1, 73);
    assert_int_equal(message[1].status, 0x92);
    assert_int_equal(message[1].data1, 68);
    stage_close(&s);
}

static void after_the_end_the_last_note_rings_and_is_then_cut(void **state) {
    (void)state;
    Stage s;
    stage_open(&s);
    stage_play(&s, (ScheduleOptions){0}, 3 * STAGE_BAR);
    stage_advance(&s, 2000000);
    assert_false(s.transport.playing);
    assert_int_equal(midi_trace_time(s.recording, 0xB0, 64, 0), STAGE_T0 + 2000000);
    assert_int_equal(midi_trace_time(s.recording, 0xB0, 123, 0), STAGE_T0 + 2000000);
    assert_int_equal(midi_trace_count(s.recording, 0xB0, 120), 0);
    midi_trace_check_silent(s.recording);
    stage_advance(&s, 5000000);
    assert_int_equal(midi_trace_count(s.recording, 0xB0, 120), 1);
    assert_int_equal(transport_run(&s.transport, s.now_us), CLOCK_NEVER);
    stage_close(&s);
}

typedef void Ending(Stage *stage);
static void end_by_pause(Stage *s) {
    transport_pause(&s->transport, s->now_us);
}
static void end_by_stop(Stage *s) {
    transport_stop(&s->transport, s->now_us);
}
static void end_by_panic(Stage *s) {
    transport_panic(&s->transport, s->now_us);
}
static void end_by_output_change(Stage *s) {
    MidiOutput *null = output_null_new();
    assert_ptr_equal(transport_set_output(&s->transport, null, s->now_us), s->recording);
    transport_stop(&s->transport, s->now_us);
    assert_ptr_equal(transport_set_output(&s->transport, s->recording, s->now_us), null);
    null->close(null);
}

static void every_way_of_stopping_silences_what_sounds(void **state) {
    (void)state;
    static Ending *const ENDINGS[] = {end_by_pause, end_by_stop, end_by_panic, end_by_output_change};
    for (size_t i = 0; i < sizeof ENDINGS / sizeof *ENDINGS; i++) {
        Stage s;
        stage_open(&s);
        stage_play(&s, (ScheduleOptions){.metronome = true, .channel = 5}, 0);
        transport_note(&s.transport, 90, 100, 0, s.now_us);
        stage_advance(&s, 510000); /* a note, a click and a held key sound */
        assert_int_equal(midi_trace_sounding(s.recording), 3);
        ENDINGS[i](&s);
        assert_int_equal(midi_trace_sounding(s.recording), 0);
        if (ENDINGS[i] != end_by_output_change) {
            midi_trace_check_cut(s.recording, 5);
            midi_trace_check_cut(s.recording, 9);
        }
        assert_int_equal(midi_trace_count(s.recording, 0xB0, 120), ENDINGS[i] == end_by_panic);
        stage_close(&s);
    }
}

static void pause_stays_and_stop_goes_back(void **state) {
    (void)state;
    Stage s;
    stage_open(&s);
    stage_play(&s, (ScheduleOptions){0}, STAGE_BAR);
    stage_advance(&s, 1250000);
    transport_pause(&s.transport, s.now_us);
    assert_int_equal(transport_tick(&s.transport, s.now_us), STAGE_BAR + 1200);
    stage_play(&s, (ScheduleOptions){0}, STAGE_BAR + 1200);
    stage_advance(&s, 100000);
    transport_stop(&s.transport, s.now_us);
    assert_int_equal(transport_tick(&s.transport, s.now_us), STAGE_BAR + 1200);
    stage_close(&s);
}

static void the_loop_has_clean_seams(void **state) {
    (void)state;
    Stage s;
    stage_open(&s);
    s.quarter_us = 333333;
    Note across = {2 * STAGE_BAR - STAGE_QUARTER, STAGE_BAR, 100, 80}; /* sounds across the loop's end */
    Error err;
    check_ok(track_insert(&s.scale, across, &err) >= 0, &err);
    stage_play(&s, (ScheduleOptions){.loop_start = STAGE_BAR, .loop_end = 2 * STAGE_BAR}, 0);
    int64_t bar_us = 4 * 333333;
    stage_advance(&s, 6 * bar_us);
    assert_true(s.transport.playing);
    assert_int_equal(midi_trace_count(s.recording, 0x90, 60), 1);
    assert_int_equal(midi_trace_count(s.recording, 0x90, 68), 0); /* stands on the loop's end */
    for (int turn = 0; turn < 5; turn++) {
        int64_t turn_us = STAGE_T0 + (turn + 1) * bar_us;
        assert_int_equal(midi_trace_time(s.recording, 0x90, 64, turn), turn_us);
        assert_int_equal(midi_trace_time(s.recording, 0x90, 67, turn), turn_us + 3 * (int64_t)333333);
        assert_int_equal(midi_trace_time(s.recording, 0x80, 67, turn), turn_us + bar_us);
        assert_int_equal(midi_trace_time(s.recording, 0x80, 100, turn), turn_us + bar_us);
    }
    stage_close(&s);
}

static void behind_the_loop_there_is_no_loop(void **state) {
    (void)state;
    Stage s;
    stage_open(&s);
    stage_play(&s, (ScheduleOptions){.loop_start = 0, .loop_end = STAGE_BAR}, 2 * STAGE_BAR);
    stage_advance(&s, 10000000);
    assert_false(s.transport.playing);
    stage_close(&s);
}

static void a_switch_keeps_position_and_common_notes(void **state) {
    (void)state;
    Stage s;
    stage_open(&s);
    Track other = {0};
    Error err;
    check_ok(track_copy(&other, &s.scale, &err), &err);
    track_transpose(&other, 12);
    stage_play(&s, (ScheduleOptions){0}, 0);
    stage_advance(&s, 750000); /* in the middle of 61 */
    stage_switch_to(&s, &s.scale, (ScheduleOptions){.metronome = true});
    assert_int_equal(midi_trace_count(s.recording, 0x80, 61), 0); /* the same note goes on */
    assert_int_equal(midi_trace_count(s.recording, 0x90, 61), 1);
    stage_switch_to(&s, &other, (ScheduleOptions){0});
    assert_int_equal(midi_trace_time(s.recording, 0x80, 61, 0), STAGE_T0 + 750000);
    assert_int_equal(midi_trace_count(s.recording, 0x90, 73), 0); /* began too long ago */
    assert_int_equal(transport_tick(&s.transport, s.now_us), 720);
    stage_advance(&s, 260000); /* 74 began 10 ms ago */
    stage_switch_to(&s, &s.scale, (ScheduleOptions){0});
    assert_int_equal(midi_trace_time(s.recording, 0x90, 74, 0), STAGE_T0 + 1000000);
    assert_int_equal(midi_trace_time(s.recording, 0x80, 74, 0), STAGE_T0 + 1010000);
    assert_int_equal(midi_trace_time(s.recording, 0x90, 62, 0), STAGE_T0 + 1010000);
    stage_advance(&s, 10000000);
    assert_int_equal(midi_trace_time(s.recording, 0x90, 63, 0), STAGE_T0 + 1500000);
    track_deinit(&other);
    stage_close(&s);
}

static void a_new_tempo_keeps_the_tick(void **state) {
    (void)state;
    Stage s;
    stage_open(&s);
    stage_play(&s, (ScheduleOptions){.loop_start = 0, .loop_end = 2 * STAGE_BAR}, 0);
    stage_advance(&s, 1250000); /* two and a half quarters */
    s.quarter_us = 1000000;
    stage_switch_to(&s, &s.scale, (ScheduleOptions){.loop_start = 0, .loop_end = 2 * STAGE_BAR});
    assert_int_equal(transport_tick(&s.transport, s.now_us), 1200);
    assert_int_equal(midi_trace_count(s.recording, 0x80, 62), 0);
    stage_advance(&s, 500000);
    assert_int_equal(midi_trace_time(s.recording, 0x80, 62, 0), STAGE_T0 + 1750000);
    assert_int_equal(midi_trace_time(s.recording, 0x90, 63, 0), STAGE_T0 + 1750000);
    stage_advance(&s, 5000000);
    assert_int_equal(midi_trace_time(s.recording, 0x90, 60, 1), STAGE_T0 + 1250000 + 5500000);
    stage_close(&s);
}

static void a_shorter_version_ends_where_it_is_over(void **state) {
    (void)state;
    Stage s;
    stage_open(&s);
    Track one_bar;
    midi_trace_scale(&one_bar, 2);
    stage_play(&s, (ScheduleOptions){0}, 2 * STAGE_BAR);
    stage_advance(&s, 100000);
    stage_switch_to(&s, &one_bar, (ScheduleOptions){0});
    stage_advance(&s, 1);
    assert_false(s.transport.playing);
    track_deinit(&one_bar);
    stage_close(&s);
}

static void counting_in_leads_to_the_starting_point(void **state) {
    (void)state;
    Stage s;
    stage_open(&s);
    stage_play(&s, (ScheduleOptions){.count_in_bars = 1}, STAGE_BAR);
    assert_true(s.transport.counting_in);
    stage_advance(&s, 1999999);
    assert_int_equal(transport_tick(&s.transport, s.now_us), STAGE_BAR);
    assert_int_equal(midi_trace_count(s.recording, 0x90, -1), 0);
    assert_int_equal(midi_trace_count(s.recording, 0x99, 76), 1);
    assert_int_equal(midi_trace_count(s.recording, 0x99, 77), 3);
    stage_advance(&s, 2);
    assert_false(s.transport.counting_in);
    assert_int_equal(midi_trace_time(s.recording, 0x90, 64, 0), STAGE_T0 + 2000000);
    stage_close(&s);
}

static void playing_anew_cuts_and_begins_elsewhere(void **state) {
    (void)state;
    Stage s;
    stage_open(&s);
    stage_play(&s, (ScheduleOptions){0}, 0);
    stage_advance(&s, 600000);
    uint32_t generation = s.transport.generation;
    stage_play(&s, (ScheduleOptions){0}, 3 * STAGE_BAR);
    assert_int_not_equal(s.transport.generation, generation);
    assert_int_equal(midi_trace_time(s.recording, 0x80, 61, 0), STAGE_T0 + 600000);
    assert_int_equal(midi_trace_time(s.recording, 0x90, 72, 0), STAGE_T0 + 600000);
    assert_int_equal(midi_trace_count(s.recording, 0xB0, 120), 1); /* what rings is cut */
    stage_close(&s);
}

static void a_suspended_process_goes_on_where_it_was(void **state) {
    (void)state;
    Stage s;
    stage_open(&s);
    stage_play(&s, (ScheduleOptions){0}, 0);
    stage_advance(&s, 100000);
    s.now_us += 3600 * (int64_t)1000000;
    transport_run(&s.transport, s.now_us);
    assert_true(s.transport.playing);
    assert_int_equal(midi_trace_count(s.recording, 0x90, -1), 2);
    stage_advance(&s, 500000);
    assert_int_equal(midi_trace_time(s.recording, 0x90, 62, 0),
                     STAGE_T0 + 100000 + 3600 * (int64_t)1000000 + 500000);
    stage_close(&s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_note_sounds_at_its_microsecond),
        cmocka_unit_test(the_program_is_told_before_the_first_note_wherever_it_begins),
        cmocka_unit_test(after_the_end_the_last_note_rings_and_is_then_cut),
        cmocka_unit_test(every_way_of_stopping_silences_what_sounds),
        cmocka_unit_test(pause_stays_and_stop_goes_back),
        cmocka_unit_test(the_loop_has_clean_seams),
        cmocka_unit_test(behind_the_loop_there_is_no_loop),
        cmocka_unit_test(a_switch_keeps_position_and_common_notes),
        cmocka_unit_test(a_new_tempo_keeps_the_tick),
        cmocka_unit_test(a_shorter_version_ends_where_it_is_over),
        cmocka_unit_test(counting_in_leads_to_the_starting_point),
        cmocka_unit_test(playing_anew_cuts_and_begins_elsewhere),
        cmocka_unit_test(a_suspended_process_goes_on_where_it_was),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
