#include "midi_io/schedule.h"
#include "tests/support/check.h"
#include "tests/support/midi_trace.h"
#include "tests/support/random_music.h"

enum { QUARTER = TIMELINE_DIVISION };

static void add(Track *melody, int start, int length, int pitch, int velocity) {
    Error err;
    check_ok(track_insert(melody, (Note){start, length, (uint8_t)pitch, (uint8_t)velocity}, &err) >= 0, &err);
}

static void check_event(const Schedule *schedule, int index, int64_t time_us, int status, int pitch) {
    assert_true(index < schedule->count);
    assert_int_equal(schedule->event[index].time_us, time_us);
    assert_int_equal(schedule->event[index].status, status);
    assert_int_equal(schedule->event[index].data1, pitch);
}

static void notes_become_sorted_events_with_offs_before_ons(void **state) {
    (void)state;
    Track melody;
    midi_trace_scale(&melody, 2);
    melody.program = 40;
    Schedule *schedule = midi_trace_schedule(&melody, (ScheduleOptions){.channel = 3});
    assert_int_equal(schedule->count, 4);
    check_event(schedule, 0, 0, 0x93, 60);
    check_event(schedule, 1, 500000, 0x83, 60);
    check_event(schedule, 2, 500000, 0x93, 61);
    check_event(schedule, 3, 1000000, 0x83, 61);
    assert_int_equal(schedule->program, 40);
    assert_int_equal(schedule->length_us, 2000000);
    assert_int_equal(timeline_bar(schedule->timeline, 0).ticks, 4 * QUARTER);
    schedule_free(schedule);
    track_deinit(&melody);
}

static void a_pitch_never_sounds_twice(void **state) {
    (void)state;
    Track melody = {0};
    add(&melody, 0, 4 * QUARTER, 60, 80); /* cut by the next */
    add(&melody, QUARTER, QUARTER, 60, 90);
    add(&melody, 0, QUARTER, 67, 70); /* of these two the longer stays */
    add(&melody, 0, 2 * QUARTER, 67, 71);
    Schedule *schedule = midi_trace_schedule(&melody, (ScheduleOptions){0});
    assert_int_equal(schedule->count, 6);
    check_event(schedule, 0, 0, 0x90, 60);
    check_event(schedule, 1, 0, 0x90, 67);
    assert_int_equal(schedule->event[1].data2, 71);
    check_event(schedule, 2, 500000, 0x80, 60);
    check_event(schedule, 3, 500000, 0x90, 60);
    check_event(schedule, 4, 1000000, 0x80, 60);
    check_event(schedule, 5, 1000000, 0x80, 67);
    schedule_free(schedule);
    track_deinit(&melody);
}

/* The clicks of one empty bar: times and keys, velocities falling from accent to subdivision. */
static void check_clicks(int beats, int unit, int quarter_us, int count, const int *ticks, const int *keys) {
    const Meter meter = {(uint8_t)beats, (uint16_t)unit};
    Schedule *schedule =
        midi_trace_schedule_at(&(Track){0}, quarter_us, meter, (ScheduleOptions){.metronome = true});
    assert_int_equal(schedule->count, 2 * count);
    for (int i = 0; i < count; i++) {
        check_event(schedule, 2 * i, schedule_us_of_tick(schedule, ticks[i]), 0x99, keys[i]);
        assert_int_equal(schedule->event[2 * i + 1].status, 0x89);
    }
    schedule_free(schedule);
}

static void clicks_follow_the_meter(void **state) {
    (void)state;
    check_clicks(4, 4, 500000, 4, (int[]){0, 480, 960, 1440}, (int[]){76, 77, 77, 77});
    check_clicks(3, 4, 700000, 3, (int[]){0, 480, 960}, (int[]){76, 77, 77});
    check_clicks(2, 2, 500000, 2, (int[]){0, 960}, (int[]){76, 77});
    check_clicks(3, 8, 500000, 1, (int[]){0}, (int[]){76});
    check_clicks(3, 8, 700000, 3, (int[]){0, 240, 480}, (int[]){76, 77, 77});
    check_clicks(9, 8, 400000, 3, (int[]){0, 720, 1440}, (int[]){76, 77, 77});
    check_clicks(6, 8, 500000, 2, (int[]){0, 720}, (int[]){76, 77});
    check_clicks(12, 8, 400000, 4, (int[]){0, 720, 1440, 2160}, (int[]){76, 77, 77, 77});
    check_clicks(6, 8, 900000, 6, (int[]){0, 240, 480, 720, 960, 1200}, (int[]){76, 77, 77, 77, 77, 77});
}

static void slow_six_stresses_its_two_beats(void **state) {
    (void)state;
    Schedule *schedule =
        midi_trace_schedule_at(&(Track){0}, 900000, (Meter){6, 8}, (ScheduleOptions){.metronome = true});
    const ScheduleEvent *event = schedule->event;
    assert_true(event[0].data2 > event[6].data2);
    assert_true(event[6].data2 > event[2].data2);
    assert_int_equal(event[2].data2, event[10].data2);
    schedule_free(schedule);
}

static void count_in_clicks_come_before_the_beginning(void **state) {
    (void)state;
    Track melody;
    midi_trace_scale(&melody, 1);
    Schedule *schedule =
        midi_trace_schedule_at(&melody, 0, (Meter){3, 4}, (ScheduleOptions){.count_in_bars = 2});
    assert_int_equal(schedule->count_in_us, 3000000);
    assert_int_equal(schedule->count_in_events, 12);
    assert_int_equal(schedule->count, 14);
    check_event(schedule, 0, -3000000, 0x99, SCHEDULE_CLICK_ACCENT);
    check_event(schedule, 2, -2500000, 0x99, SCHEDULE_CLICK_BEAT);
    check_event(schedule, 6, -1500000, 0x99, SCHEDULE_CLICK_ACCENT);
    check_event(schedule, 12, 0, 0x90, 60);
    assert_int_equal(schedule_find(schedule, 0), 12);
    assert_int_equal(schedule_find(schedule, 1), 13);
    schedule_free(schedule);
    track_deinit(&melody);
}

static void the_loop_may_reach_beyond_the_song_and_is_clicked_there(void **state) {
    (void)state;
    Track melody;
    midi_trace_scale(&melody, 2);
    ScheduleOptions options = {.metronome = true, .loop_start = 4 * QUARTER, .loop_end = 12 * QUARTER};
    Schedule *schedule = midi_trace_schedule(&melody, options);
    assert_int_equal(schedule->loop_start_us, 2000000);
    assert_int_equal(schedule->loop_end_us, 6000000);
    assert_int_equal(schedule->event[schedule->count - 2].time_us, 5500000);
    schedule_free(schedule);
    options = (ScheduleOptions){.loop_start = 100, .loop_end = 101}; /* a buzz is no loop */
    schedule = midi_trace_schedule(&melody, options);
    assert_int_equal(schedule->loop_end_us, schedule->loop_start_us);
    schedule_free(schedule);
    options = (ScheduleOptions){.loop_start = 5000, .loop_end = 100};
    schedule = midi_trace_schedule(&melody, options);
    assert_int_equal(schedule->loop_end_us, schedule->loop_start_us);
    schedule_free(schedule);
    track_deinit(&melody);
}

static void ticks_survive_the_way_to_microseconds_and_back(void **state) {
    (void)state;
    static const int QUARTERS_US[] = {10000, 333333, 500000, 631579, 16777215};
    for (size_t q = 0; q < sizeof QUARTERS_US / sizeof *QUARTERS_US; q++) {
        Error err;
        Schedule schedule = {.timeline = timeline_plain(QUARTER, QUARTERS_US[q], (Meter){4, 4}, &err)};
        for (int32_t tick = -20000; tick < 1 << 24; tick += 7919) {
            int64_t us = schedule_us_of_tick(&schedule, tick);
            assert_int_equal(schedule_tick_of_us(&schedule, us), tick);
            assert_int_equal(schedule_tick_of_us(&schedule, us - 1), tick - 1);
        }
        timeline_unref(schedule.timeline);
    }
}

static void an_empty_melody_is_a_silent_bar(void **state) {
    (void)state;
    Track melody = {0};
    Error err;
    Schedule *schedule = schedule_of_track(NULL, &melody, NULL, &err);
    assert_non_null(schedule);
    assert_int_equal(schedule->count, 0);
    assert_int_equal(schedule->length_us, 2000000);
    schedule_free(schedule);
}

static void any_melody_makes_a_balanced_schedule(void **state) {
    (void)state;
    Rng rng;
    rng_seed(&rng, 6);
    for (int round = 0; round < 50; round++) {
        Track melody = {0};
        const int32_t quarter_us = 10000 + rng_below(&rng, 2000000);
        for (int i = 0; i < 200; i++)
            add(&melody, rng_below(&rng, 4000), 1 + rng_below(&rng, 2000), 60 + rng_below(&rng, 6),
                rng_below(&rng, 128));
        ScheduleOptions options = {.metronome = round & 1, .count_in_bars = round % 3};
        Schedule *schedule = midi_trace_schedule_at(&melody, quarter_us, (Meter){0}, options);
        MidiOutput *recording = recording_new((size_t)schedule->count);
        for (int i = 0; i < schedule->count; i++) {
            const ScheduleEvent *event = &schedule->event[i];
            if (i > 0) assert_true(event[-1].time_us <= event->time_us);
            recording->send(recording, 0, event->status, event->data1, event->data2);
        }
        midi_trace_check_silent(recording);
        recording->close(recording);
        schedule_free(schedule);
        track_deinit(&melody);
    }
}

/* A voice on channel 4 and a bass with a program, a pedal and a bend: each on its own channel, what is no note before the
 * note-ons of its moment, in the order of the file. */
static void the_accompaniment_plays_along(void **state) {
    (void)state;
    Error err = {{0}};
    static const uint8_t EVENT[][3] = {
        {0xc1, 33, 0}, {0xb1, 64, 127}, {0xe1, 0, 80}, {0xb1, 123, 0}, {0x91, 40, 90}};
    Score score = {0};
    Events *chunk = events_new("MTrk", &err);
    for (int i = 0; i < 5; i++)
        check_ok(events_add(chunk, 0, EVENT[i], EVENT[i][0] == 0xc1 ? 2 : 3, &err), &err);
    check_ok(score_add_chunk(&score, chunk, &err), &err);
    for (int t = 0; t < 2; t++) {
        Track *track = track_new(&err);
        track->channel = t ? 1 : 3;
        track_insert(track, (Note){0, QUARTER, t ? 40 : 70, 90}, &err);
        check_ok(score_add_track(&score, track, &err), &err);
    }
    check_ok(score_add_voice(&score, 0, &err), &err);
    ScheduleMusic music = {.voice = score_voice(&score, 0), .with = &score};
    Schedule *schedule = schedule_of_music(&music, NULL, &err);
    assert_int_equal(schedule->count, 7); /* all notes off is the player's business */
    check_event(schedule, 0, 0, 0xc1, 33);
    check_event(schedule, 1, 0, 0xb1, 64);
    check_event(schedule, 2, 0, 0xe1, 0);
    check_event(schedule, 3, 0, 0x91, 40);
    check_event(schedule, 4, 0, 0x93, 70);
    schedule_free(schedule);
    music.silent = (const bool[]){false, true};
    schedule = schedule_of_music(&music, NULL, &err);
    assert_int_equal(schedule->count, 5);
    schedule_free(schedule);
    music.silent = (const bool[]){true, false}; /* the melody itself */
    schedule = schedule_of_music(&music, NULL, &err);
    assert_int_equal(schedule->count, 5);
    check_event(schedule, 3, 0, 0x91, 40);
    schedule_free(schedule);
    score_deinit(&score);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(notes_become_sorted_events_with_offs_before_ons),
        cmocka_unit_test(a_pitch_never_sounds_twice),
        cmocka_unit_test(clicks_follow_the_meter),
        cmocka_unit_test(slow_six_stresses_its_two_beats),
        cmocka_unit_test(count_in_clicks_come_before_the_beginning),
        cmocka_unit_test(the_loop_may_reach_beyond_the_song_and_is_clicked_there),
        cmocka_unit_test(ticks_survive_the_way_to_microseconds_and_back),
        cmocka_unit_test(an_empty_melody_is_a_silent_bar),
        cmocka_unit_test(any_melody_makes_a_balanced_schedule),
        cmocka_unit_test(the_accompaniment_plays_along),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
