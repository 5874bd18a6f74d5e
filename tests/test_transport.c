#include "midi_io/transport.h"
#include "tests/support/check.h"
#include "tests/support/midi_trace.h"

enum { QUARTER = MELODY_QUARTER_TICKS, BAR = 4 * QUARTER, T0 = 1000000, MESSAGES = 4096 };

/* A transport on a recording, with the time that the recording stamps. */
typedef struct {
    Clock clock;
    int64_t now_us;
    MidiOutput *recording;
    Transport transport;
    Melody scale; /* four bars */
} Stage;

static int64_t stage_now_us(Clock *clock) {
    return ((Stage *)clock)->now_us;
}

static void open_stage(Stage *stage) {
    memset(stage, 0, sizeof *stage);
    stage->clock.now_us = stage_now_us;
    stage->now_us = T0;
    stage->recording = output_recording_new_with_clock(MESSAGES, &stage->clock, SIZE_MAX);
    transport_init(&stage->transport, stage->recording);
    midi_trace_scale(&stage->scale, 16);
}

static void close_stage(Stage *stage) {
    transport_stop(&stage->transport, stage->now_us);
    midi_trace_check_silent(stage->recording);
    schedule_free(stage->transport.schedule);
    stage->recording->close(stage->recording);
    melody_deinit(&stage->scale);
}

/* Walks from deadline to deadline, as the player's thread does. */
static void advance(Stage *stage, int64_t by_us) {
    int64_t until_us = stage->now_us + by_us;
    for (;;) {
        int64_t next_us = transport_run(&stage->transport, stage->now_us);
        assert_true(next_us > stage->now_us);
        if (next_us > until_us) break;
        stage->now_us = next_us;
    }
    stage->now_us = until_us;
}

static void play(Stage *stage, ScheduleOptions options, int32_t from_tick) {
    Schedule *schedule = midi_trace_schedule(&stage->scale, options);
    schedule_free(transport_play(&stage->transport, schedule, from_tick, stage->now_us));
}

static void switch_to(Stage *stage, const Melody *melody, ScheduleOptions options) {
    Schedule *schedule = midi_trace_schedule(melody, options);
    schedule_free(transport_switch(&stage->transport, schedule, stage->now_us));
}

static void every_note_sounds_at_its_microsecond(void **state) {
    (void)state;
    Stage s;
    open_stage(&s);
    s.scale.quarter_us = 631579; /* 95 bpm: no whole milliseconds */
    play(&s, (ScheduleOptions){0}, 0);
    advance(&s, 20000000);
    for (int i = 0; i < 16; i++) {
        assert_int_equal(midi_trace_time(s.recording, 0x90, 60 + i, 0), T0 + (int64_t)i * 631579);
        assert_int_equal(midi_trace_time(s.recording, 0x80, 60 + i, 0), T0 + (int64_t)(i + 1) * 631579);
    }
    assert_false(s.transport.playing);
    assert_int_equal(s.transport.tick, 4 * BAR);
    close_stage(&s);
}

static void the_program_is_told_before_the_first_note_wherever_it_begins(void **state) {
    (void)state;
    Stage s;
    open_stage(&s);
    s.scale.program = 73;
    play(&s, (ScheduleOptions){.channel = 2}, 2 * BAR);
    const RecordedMessage *message;
    assert_int_equal(output_recording_get(s.recording, &message), 2);
    assert_int_equal(message[0].status, 0xC2);
    assert_int_equal(message[0].data1, 73);
    assert_int_equal(message[1].status, 0x92);
    assert_int_equal(message[1].data1, 68);
    close_stage(&s);
}

static void after_the_end_the_last_note_rings_and_is_then_cut(void **state) {
    (void)state;
    Stage s;
    open_stage(&s);
    play(&s, (ScheduleOptions){0}, 3 * BAR);
    advance(&s, 2000000);
    assert_false(s.transport.playing);
    assert_int_equal(midi_trace_time(s.recording, 0xB0, 64, 0), T0 + 2000000);
    assert_int_equal(midi_trace_time(s.recording, 0xB0, 123, 0), T0 + 2000000);
    assert_int_equal(midi_trace_count(s.recording, 0xB0, 120), 0);
    midi_trace_check_silent(s.recording);
    advance(&s, 5000000);
    assert_int_equal(midi_trace_count(s.recording, 0xB0, 120), 1);
    assert_int_equal(transport_run(&s.transport, s.now_us), CLOCK_NEVER);
    close_stage(&s);
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
        open_stage(&s);
        play(&s, (ScheduleOptions){.metronome = true, .channel = 5}, 0);
        transport_note(&s.transport, 90, 100, 0, s.now_us);
        advance(&s, 510000); /* a note, a click and a held key sound */
        assert_int_equal(midi_trace_sounding(s.recording), 3);
        ENDINGS[i](&s);
        assert_int_equal(midi_trace_sounding(s.recording), 0);
        if (ENDINGS[i] != end_by_output_change) {
            midi_trace_check_cut(s.recording, 5);
            midi_trace_check_cut(s.recording, 9);
        }
        assert_int_equal(midi_trace_count(s.recording, 0xB0, 120), ENDINGS[i] == end_by_panic);
        close_stage(&s);
    }
}

static void pause_stays_and_stop_goes_back(void **state) {
    (void)state;
    Stage s;
    open_stage(&s);
    play(&s, (ScheduleOptions){0}, BAR);
    advance(&s, 1250000);
    transport_pause(&s.transport, s.now_us);
    assert_int_equal(transport_tick(&s.transport, s.now_us), BAR + 1200);
    play(&s, (ScheduleOptions){0}, BAR + 1200);
    advance(&s, 100000);
    transport_stop(&s.transport, s.now_us);
    assert_int_equal(transport_tick(&s.transport, s.now_us), BAR + 1200);
    close_stage(&s);
}

static void the_loop_has_clean_seams(void **state) {
    (void)state;
    Stage s;
    open_stage(&s);
    s.scale.quarter_us = 333333;
    Note across = {2 * BAR - QUARTER, BAR, 100, 80}; /* sounds across the loop's end */
    Error err;
    check_ok(melody_insert(&s.scale, across, &err) >= 0, &err);
    play(&s, (ScheduleOptions){.loop_start = BAR, .loop_end = 2 * BAR}, 0);
    int64_t bar_us = 4 * 333333;
    advance(&s, 6 * bar_us);
    assert_true(s.transport.playing);
    assert_int_equal(midi_trace_count(s.recording, 0x90, 60), 1);
    assert_int_equal(midi_trace_count(s.recording, 0x90, 68), 0); /* stands on the loop's end */
    for (int turn = 0; turn < 5; turn++) {
        int64_t turn_us = T0 + (turn + 1) * bar_us;
        assert_int_equal(midi_trace_time(s.recording, 0x90, 64, turn), turn_us);
        assert_int_equal(midi_trace_time(s.recording, 0x90, 67, turn), turn_us + 3 * (int64_t)333333);
        assert_int_equal(midi_trace_time(s.recording, 0x80, 67, turn), turn_us + bar_us);
        assert_int_equal(midi_trace_time(s.recording, 0x80, 100, turn), turn_us + bar_us);
    }
    close_stage(&s);
}

static void behind_the_loop_there_is_no_loop(void **state) {
    (void)state;
    Stage s;
    open_stage(&s);
    play(&s, (ScheduleOptions){.loop_start = 0, .loop_end = BAR}, 2 * BAR);
    advance(&s, 10000000);
    assert_false(s.transport.playing);
    close_stage(&s);
}

static void a_switch_keeps_position_and_common_notes(void **state) {
    (void)state;
    Stage s;
    open_stage(&s);
    Melody other = {0};
    Error err;
    check_ok(melody_copy(&other, &s.scale, &err), &err);
    melody_transpose(&other, 12);
    play(&s, (ScheduleOptions){0}, 0);
    advance(&s, 750000); /* in the middle of 61 */
    switch_to(&s, &s.scale, (ScheduleOptions){.metronome = true});
    assert_int_equal(midi_trace_count(s.recording, 0x80, 61), 0); /* the same note goes on */
    assert_int_equal(midi_trace_count(s.recording, 0x90, 61), 1);
    switch_to(&s, &other, (ScheduleOptions){0});
    assert_int_equal(midi_trace_time(s.recording, 0x80, 61, 0), T0 + 750000);
    assert_int_equal(midi_trace_count(s.recording, 0x90, 73), 0); /* began too long ago */
    assert_int_equal(transport_tick(&s.transport, s.now_us), 720);
    advance(&s, 260000); /* 74 began 10 ms ago */
    switch_to(&s, &s.scale, (ScheduleOptions){0});
    assert_int_equal(midi_trace_time(s.recording, 0x90, 74, 0), T0 + 1000000);
    assert_int_equal(midi_trace_time(s.recording, 0x80, 74, 0), T0 + 1010000);
    assert_int_equal(midi_trace_time(s.recording, 0x90, 62, 0), T0 + 1010000);
    advance(&s, 10000000);
    assert_int_equal(midi_trace_time(s.recording, 0x90, 63, 0), T0 + 1500000);
    melody_deinit(&other);
    close_stage(&s);
}

static void a_new_tempo_keeps_the_tick(void **state) {
    (void)state;
    Stage s;
    open_stage(&s);
    play(&s, (ScheduleOptions){.loop_start = 0, .loop_end = 2 * BAR}, 0);
    advance(&s, 1250000); /* two and a half quarters */
    s.scale.quarter_us = 1000000;
    switch_to(&s, &s.scale, (ScheduleOptions){.loop_start = 0, .loop_end = 2 * BAR});
    assert_int_equal(transport_tick(&s.transport, s.now_us), 1200);
    assert_int_equal(midi_trace_count(s.recording, 0x80, 62), 0);
    advance(&s, 500000);
    assert_int_equal(midi_trace_time(s.recording, 0x80, 62, 0), T0 + 1750000);
    assert_int_equal(midi_trace_time(s.recording, 0x90, 63, 0), T0 + 1750000);
    advance(&s, 5000000);
    assert_int_equal(midi_trace_time(s.recording, 0x90, 60, 1), T0 + 1250000 + 5500000);
    close_stage(&s);
}

static void a_shorter_version_ends_where_it_is_over(void **state) {
    (void)state;
    Stage s;
    open_stage(&s);
    Melody one_bar;
    midi_trace_scale(&one_bar, 2);
    play(&s, (ScheduleOptions){0}, 2 * BAR);
    advance(&s, 100000);
    switch_to(&s, &one_bar, (ScheduleOptions){0});
    advance(&s, 1);
    assert_false(s.transport.playing);
    melody_deinit(&one_bar);
    close_stage(&s);
}

static void counting_in_leads_to_the_starting_point(void **state) {
    (void)state;
    Stage s;
    open_stage(&s);
    play(&s, (ScheduleOptions){.count_in_bars = 1}, BAR);
    assert_true(s.transport.counting_in);
    advance(&s, 1999999);
    assert_int_equal(transport_tick(&s.transport, s.now_us), BAR);
    assert_int_equal(midi_trace_count(s.recording, 0x90, -1), 0);
    assert_int_equal(midi_trace_count(s.recording, 0x99, 76), 1);
    assert_int_equal(midi_trace_count(s.recording, 0x99, 77), 3);
    advance(&s, 2);
    assert_false(s.transport.counting_in);
    assert_int_equal(midi_trace_time(s.recording, 0x90, 64, 0), T0 + 2000000);
    close_stage(&s);
}

static void a_seek_while_counting_in_moves_the_starting_point(void **state) {
    (void)state;
    Stage s;
    open_stage(&s);
    play(&s, (ScheduleOptions){.count_in_bars = 1}, BAR);
    advance(&s, 700000);
    transport_seek(&s.transport, 2 * BAR, s.now_us);
    s.scale.quarter_us = 250000; /* twice as fast from here on */
    switch_to(&s, &s.scale, (ScheduleOptions){.count_in_bars = 1});
    advance(&s, 1000000);
    assert_int_equal(midi_trace_time(s.recording, 0x90, 68, 0), T0 + 700000 + 650000);
    assert_int_equal(midi_trace_count(s.recording, 0x90, 64), 0);
    close_stage(&s);
}

static void a_seek_releases_and_goes_on_elsewhere(void **state) {
    (void)state;
    Stage s;
    open_stage(&s);
    play(&s, (ScheduleOptions){0}, 0);
    advance(&s, 600000);
    uint32_t generation = s.transport.generation;
    transport_seek(&s.transport, 3 * BAR, s.now_us);
    assert_int_not_equal(s.transport.generation, generation);
    assert_int_equal(midi_trace_time(s.recording, 0x80, 61, 0), T0 + 600000);
    assert_int_equal(midi_trace_time(s.recording, 0x90, 72, 0), T0 + 600000);
    assert_int_equal(midi_trace_count(s.recording, 0xB0, -1), 0);
    close_stage(&s);
}

static void hands_and_song_do_not_end_each_others_notes(void **state) {
    (void)state;
    Stage s;
    open_stage(&s);
    play(&s, (ScheduleOptions){0}, 0);
    advance(&s, 100000);
    transport_note(&s.transport, 60, 100, 0, s.now_us); /* takes the song's 60 over */
    assert_int_equal(midi_trace_time(s.recording, 0x80, 60, 0), T0 + 100000);
    advance(&s, 500000);
    assert_int_equal(midi_trace_count(s.recording, 0x80, 60), 1); /* the song's note-off is not the hand's */
    transport_note(&s.transport, 60, 0, 0, s.now_us);
    assert_int_equal(midi_trace_time(s.recording, 0x80, 60, 1), T0 + 600000);
    transport_note(&s.transport, 80, 100, 250000, s.now_us);
    advance(&s, 1000000);
    assert_int_equal(midi_trace_time(s.recording, 0x80, 80, 0), T0 + 850000);
    transport_note(&s.transport, 80, 0, 0, s.now_us); /* a late release changes nothing */
    assert_int_equal(midi_trace_count(s.recording, 0x80, 80), 1);
    close_stage(&s);
}

static void a_repeated_preview_ends_when_the_last_one_does(void **state) {
    (void)state;
    Stage s;
    open_stage(&s);
    transport_note(&s.transport, 64, 90, 300000, s.now_us);
    advance(&s, 200000);
    transport_note(&s.transport, 64, 90, 300000, s.now_us);
    advance(&s, 1000000);
    assert_int_equal(midi_trace_time(s.recording, 0x80, 64, 1), T0 + 500000);
    assert_int_equal(midi_trace_count(s.recording, 0x90, 64), 2);
    assert_int_equal(transport_run(&s.transport, s.now_us), CLOCK_NEVER);
    close_stage(&s);
}

static void a_stop_forgets_when_hand_notes_were_to_end(void **state) {
    (void)state;
    Stage s;
    open_stage(&s);
    transport_note(&s.transport, 64, 90, 300000, s.now_us);
    advance(&s, 100000);
    transport_stop(&s.transport, s.now_us);
    transport_note(&s.transport, 64, 90, 0, s.now_us);
    advance(&s, 1000000);
    assert_int_equal(midi_trace_sounding(s.recording), 1);
    close_stage(&s);
}

static void another_channel_leaves_no_hand_note_behind(void **state) {
    (void)state;
    Stage s;
    open_stage(&s);
    transport_note(&s.transport, 64, 90, 0, s.now_us);
    transport_note(&s.transport, 67, 90, 300000, s.now_us);
    switch_to(&s, &s.scale, (ScheduleOptions){.channel = 3});
    assert_int_equal(midi_trace_sounding(s.recording), 0);
    transport_note(&s.transport, 67, 90, 0, s.now_us);
    advance(&s, 1000000);
    assert_int_equal(midi_trace_sounding(s.recording), 1);
    close_stage(&s);
}

static void the_program_is_told_only_when_it_is_news(void **state) {
    (void)state;
    Stage s;
    open_stage(&s);
    play(&s, (ScheduleOptions){0}, 0);
    switch_to(&s, &s.scale, (ScheduleOptions){.metronome = true});
    play(&s, (ScheduleOptions){0}, 0);
    assert_int_equal(midi_trace_count(s.recording, 0xC0, 0), 1);
    s.scale.program = 5;
    switch_to(&s, &s.scale, (ScheduleOptions){0});
    assert_int_equal(midi_trace_count(s.recording, 0xC0, 5), 1);
    transport_program(&s.transport, 6, s.now_us);
    assert_int_equal(midi_trace_count(s.recording, 0xC0, 6), 1);
    close_stage(&s);
}

static void a_suspended_process_goes_on_where_it_was(void **state) {
    (void)state;
    Stage s;
    open_stage(&s);
    play(&s, (ScheduleOptions){0}, 0);
    advance(&s, 100000);
    s.now_us += 3600 * (int64_t)1000000;
    transport_run(&s.transport, s.now_us);
    assert_true(s.transport.playing);
    assert_int_equal(midi_trace_count(s.recording, 0x90, -1), 2);
    advance(&s, 500000);
    assert_int_equal(midi_trace_time(s.recording, 0x90, 62, 0),
                     T0 + 100000 + 3600 * (int64_t)1000000 + 500000);
    close_stage(&s);
}

static void the_clock_pulses_24_times_a_quarter(void **state) {
    (void)state;
    Stage s;
    open_stage(&s);
    transport_set_clock(&s.transport, true, s.now_us);
    play(&s, (ScheduleOptions){0}, 0);
    advance(&s, 999999);
    assert_int_equal(midi_trace_time(s.recording, 0xFA, -1, 0), T0);
    assert_int_equal(midi_trace_count(s.recording, 0xF8, -1), 48);
    assert_int_equal(midi_trace_time(s.recording, 0xF8, -1, 24), T0 + 500000);
    transport_pause(&s.transport, s.now_us);
    assert_int_equal(midi_trace_count(s.recording, 0xFC, -1), 1);
    play(&s, (ScheduleOptions){0}, BAR + 60); /* half a sixteenth: the pulses wait for the next one */
    const RecordedMessage *message;
    size_t count = output_recording_get(s.recording, &message);
    const RecordedMessage *position = NULL;
    for (size_t i = 0; i < count; i++) {
        if (message[i].status == 0xF2) position = &message[i];
    }
    assert_non_null(position);
    assert_int_equal(position->data1 | position->data2 << 7, 17);
    assert_int_equal(position[1].status, 0xFB);
    int64_t begun_us = s.now_us;
    advance(&s, 1000000);
    assert_int_equal(midi_trace_time(s.recording, 0xF8, -1, 48), begun_us + 62500);
    transport_set_clock(&s.transport, false, s.now_us);
    int pulses = midi_trace_count(s.recording, 0xF8, -1);
    advance(&s, 1000000);
    assert_int_equal(midi_trace_count(s.recording, 0xF8, -1), pulses);
    assert_int_equal(midi_trace_count(s.recording, 0xFC, -1), 2);
    close_stage(&s);
}

static void the_clock_stops_with_the_song(void **state) {
    (void)state;
    Stage s;
    open_stage(&s);
    transport_set_clock(&s.transport, true, s.now_us);
    play(&s, (ScheduleOptions){0}, 0);
    advance(&s, 10000000);
    assert_int_equal(midi_trace_count(s.recording, 0xF8, -1), 16 * 24);
    assert_int_equal(midi_trace_time(s.recording, 0xFC, -1, 0), T0 + 8000000);
    close_stage(&s);
}

static void the_clock_follows_the_loop(void **state) {
    (void)state;
    Stage s;
    open_stage(&s);
    transport_set_clock(&s.transport, true, s.now_us);
    play(&s, (ScheduleOptions){.loop_start = BAR, .loop_end = 2 * BAR, .count_in_bars = 1}, BAR);
    assert_int_equal(midi_trace_count(s.recording, 0xFB, -1), 0);
    advance(&s, 2000000 + 3 * 2000000 - 1);
    assert_int_equal(midi_trace_count(s.recording, 0xFB, -1), 3);
    assert_int_equal(midi_trace_count(s.recording, 0xF2, 16), 3);
    assert_int_equal(midi_trace_count(s.recording, 0xFC, -1), 2);
    assert_int_equal(midi_trace_count(s.recording, 0xF8, -1), 3 * 96);
    close_stage(&s);
}

static void another_output_is_told_the_program_and_goes_on(void **state) {
    (void)state;
    Stage s;
    open_stage(&s);
    s.scale.program = 11;
    play(&s, (ScheduleOptions){0}, 0);
    advance(&s, 600000);
    MidiOutput *second = output_recording_new_with_clock(MESSAGES, &s.clock, SIZE_MAX), *first = s.recording;
    assert_ptr_equal(transport_set_output(&s.transport, second, s.now_us), first);
    midi_trace_check_silent(first);
    midi_trace_check_cut(first, 0);
    assert_int_equal(midi_trace_count(second, 0xC0, 11), 1);
    advance(&s, 1000000);
    assert_int_equal(midi_trace_time(second, 0x90, 62, 0), T0 + 1000000);
    first->close(first);
    s.recording = second;
    close_stage(&s);
}

static void a_lost_device_stops_the_song_and_hears_no_more(void **state) {
    (void)state;
    Stage s;
    open_stage(&s);
    MidiOutput *failing = output_recording_new_with_clock(MESSAGES, &s.clock, 6);
    s.recording->close(transport_set_output(&s.transport, failing, s.now_us));
    s.recording = failing;
    play(&s, (ScheduleOptions){0}, 0);
    advance(&s, 10000000);
    assert_false(s.transport.playing);
    assert_true(s.transport.voices.lost);
    const RecordedMessage *message;
    assert_int_equal(output_recording_get(failing, &message), 6);
    MidiOutput *again = output_recording_new_with_clock(MESSAGES, &s.clock, SIZE_MAX);
    failing->close(transport_set_output(&s.transport, again, s.now_us));
    s.recording = again;
    play(&s, (ScheduleOptions){0}, 0);
    advance(&s, 10000000);
    assert_int_equal(midi_trace_count(again, 0x90, -1), 16);
    close_stage(&s);
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
        cmocka_unit_test(a_seek_while_counting_in_moves_the_starting_point),
        cmocka_unit_test(a_seek_releases_and_goes_on_elsewhere),
        cmocka_unit_test(hands_and_song_do_not_end_each_others_notes),
        cmocka_unit_test(a_repeated_preview_ends_when_the_last_one_does),
        cmocka_unit_test(a_stop_forgets_when_hand_notes_were_to_end),
        cmocka_unit_test(another_channel_leaves_no_hand_note_behind),
        cmocka_unit_test(the_program_is_told_only_when_it_is_news),
        cmocka_unit_test(a_suspended_process_goes_on_where_it_was),
        cmocka_unit_test(the_clock_pulses_24_times_a_quarter),
        cmocka_unit_test(the_clock_stops_with_the_song),
        cmocka_unit_test(the_clock_follows_the_loop),
        cmocka_unit_test(another_output_is_told_the_program_and_goes_on),
        cmocka_unit_test(a_lost_device_stops_the_song_and_hears_no_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
