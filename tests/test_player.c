#include "midi_io/outputs.h"
#include "midi_io/player.h"

#include <poll.h>
#include <pthread.h>
#include <stdlib.h>

#include "tests/support/check.h"
#include "tests/support/fake_clock.h"
#include "tests/support/midi_trace.h"
#include "tests/support/random_music.h"

enum { BAR = 4 * TIMELINE_DIVISION, T0 = 1000000, MESSAGES = 1 << 16 };

/* A player on a fake clock. What its output hears is kept after the output is closed. */
typedef struct {
    Clock *clock;
    MidiOutput *recording; /* lent to the player through a door that does not close it */
    Player *player;
    Track scale; /* four bars */
    int32_t quarter_us;
} Stage;

typedef struct {
    MidiOutput base;
    MidiOutput *behind;
    int *closed;
} Door;

static bool door_send(MidiOutput *self, int64_t due_us, uint8_t status, uint8_t data1, uint8_t data2) {
    MidiOutput *behind = ((Door *)self)->behind;
    return behind->send(behind, due_us, status, data1, data2);
}

static void door_close(MidiOutput *self) {
    if (((Door *)self)->closed) ++*((Door *)self)->closed;
    free(self);
}

static MidiOutput *door_to(MidiOutput *behind, int *closed) {
    Door *door = calloc(1, sizeof *door);
    *door = (Door){{.name = "door", .send = door_send, .close = door_close}, behind, closed};
    return &door->base;
}

static void open_stage(Stage *stage) {
    Error err = {""};
    stage->clock = fake_clock_new(T0);
    stage->recording = recording_new_with_clock(MESSAGES, stage->clock, SIZE_MAX);
    stage->player = player_new_with_clock(door_to(stage->recording, NULL), stage->clock, &err);
    if (!stage->player) fail_msg("player_new failed: %s", err.text);
    midi_trace_scale(&stage->scale, 16);
    stage->quarter_us = 0;
}

static Schedule *stage_schedule(const Stage *stage, ScheduleOptions options) {
    return midi_trace_schedule_at(&stage->scale, stage->quarter_us, (Meter){0}, options);
}

static void close_stage(Stage *stage) {
    player_free(stage->player);
    midi_trace_check_silent(stage->recording);
    stage->recording->close(stage->recording);
    track_deinit(&stage->scale);
}

static void play(Stage *stage, ScheduleOptions options, int32_t from_tick) {
    assert_true(player_play(stage->player, stage_schedule(stage, options), from_tick));
    fake_clock_settle(stage->clock);
}

static bool is_awake(const Player *player) {
    return poll(&(struct pollfd){.fd = player_wake_fd(player), .events = POLLIN}, 1, 0) == 1;
}

static bool collect(Stage *stage, Error *err) {
    fake_clock_settle(stage->clock);
    return player_collect(stage->player, err);
}

static void notes_sound_at_their_deadlines(void **state) {
    (void)state;
    Stage s;
    open_stage(&s);
    s.quarter_us = 434783;
    play(&s, (ScheduleOptions){0}, 0);
    fake_clock_advance(s.clock, 10000000);
    for (int i = 0; i < 16; i++)
        assert_int_equal(midi_trace_time(s.recording, 0x90, 60 + i, 0), T0 + (int64_t)i * 434783);
    assert_false(player_position(s.player).playing);
    close_stage(&s);
}

static void the_position_is_seen_from_outside(void **state) {
    (void)state;
    Stage s;
    open_stage(&s);
    fake_clock_settle(s.clock);
    PlayerPosition before = player_position(s.player);
    assert_false(before.playing);
    play(&s, (ScheduleOptions){.count_in_bars = 1}, BAR);
    assert_true(is_awake(s.player));
    assert_false(collect(&s, NULL));
    assert_false(is_awake(s.player));
    PlayerPosition counting = player_position(s.player);
    assert_true(counting.playing && counting.counting_in);
    assert_int_equal(counting.tick, BAR);
    assert_true(counting.generation > before.generation);
    fake_clock_advance(s.clock, 2000000);
    assert_true(is_awake(s.player)); /* the counting is over */
    collect(&s, NULL);
    fake_clock_advance(s.clock, 1100000);
    PlayerPosition now = player_position(s.player);
    assert_in_range(now.tick, BAR + 1056 - 30, BAR + 1056);
    assert_false(is_awake(s.player)); /* moving on is not news */
    fake_clock_advance(s.clock, 10000000);
    assert_true(is_awake(s.player));
    assert_int_equal(player_position(s.player).tick, 4 * BAR);
    close_stage(&s);
}

static void freeing_while_playing_releases_everything(void **state) {
    (void)state;
    Stage s;
    open_stage(&s);
    play(&s, (ScheduleOptions){.metronome = true}, 0);
    player_note(s.player, 90, 100, 0);
    fake_clock_advance(s.clock, 510000);
    assert_int_equal(midi_trace_sounding(s.recording), 3);
    player_free(s.player);
    midi_trace_check_silent(s.recording);
    midi_trace_check_cut(s.recording, 0);
    midi_trace_check_cut(s.recording, 9);
    s.recording->close(s.recording);
    track_deinit(&s.scale);
}

static void an_emergency_silences_and_keeps_silent(void **state) {
    (void)state;
    Stage s;
    open_stage(&s);
    play(&s, (ScheduleOptions){.channel = 7}, 0);
    fake_clock_advance(s.clock, 600000);
    player_emergency_stop(s.player);
    midi_trace_check_silent(s.recording);
    midi_trace_check_cut(s.recording, 7);
    int messages = midi_trace_count(s.recording, 0x97, -1);
    player_emergency_stop(s.player); /* once more does no harm */
    assert_true(player_play(s.player, midi_trace_schedule(&s.scale, (ScheduleOptions){.channel = 7}), 0));
    player_free(s.player);
    assert_int_equal(midi_trace_count(s.recording, 0x97, -1), messages);
    s.recording->close(s.recording);
    track_deinit(&s.scale);
}

static void a_full_ring_is_told_and_nothing_is_lost(void **state) {
    (void)state;
    Stage s;
    open_stage(&s);
    player_emergency_stop(s.player); /* now nobody takes commands any more */
    int taken = 0;
    while (player_switch(s.player, midi_trace_schedule(&s.scale, (ScheduleOptions){0}))) taken++;
    assert_int_equal(taken, 64);
    int closed = 0;
    assert_false(player_set_output(s.player, door_to(s.recording, &closed)));
    assert_int_equal(closed, 1);
    assert_false(player_stop(s.player));
    close_stage(&s); /* the sanitizer counts the schedules */
}

static void a_replaced_output_is_closed_on_the_callers_side(void **state) {
    (void)state;
    Stage s;
    open_stage(&s);
    int closed = 0;
    assert_true(player_set_output(s.player, door_to(s.recording, &closed)));
    play(&s, (ScheduleOptions){0}, 0);
    assert_string_equal(player_output_name(s.player), "door");
    assert_true(player_set_output(s.player, output_null_new()));
    fake_clock_settle(s.clock);
    assert_string_equal(player_output_name(s.player), "silent");
    midi_trace_check_silent(s.recording);
    midi_trace_check_cut(s.recording, 0);
    assert_int_equal(closed, 0);
    assert_false(collect(&s, NULL));
    assert_int_equal(closed, 1);
    assert_true(player_position(s.player).playing);
    close_stage(&s);
}

static void a_lost_device_is_told_once_with_its_name(void **state) {
    (void)state;
    Stage s;
    open_stage(&s);
    MidiOutput *failing = recording_new_with_clock(MESSAGES, s.clock, 5);
    assert_true(player_set_output(s.player, failing));
    play(&s, (ScheduleOptions){0}, 0);
    fake_clock_advance(s.clock, 3000000);
    assert_true(is_awake(s.player));
    Error event = {""};
    assert_true(collect(&s, &event));
    assert_non_null(strstr(event.text, "\"recording\" is gone"));
    assert_true(player_stop(s.player));
    assert_false(collect(&s, &event));
    PlayerPosition position = player_position(s.player);
    assert_false(position.playing);
    assert_true(player_set_output(s.player, door_to(s.recording, NULL)));
    play(&s, (ScheduleOptions){0}, position.tick);
    assert_false(collect(&s, &event));
    assert_int_equal(midi_trace_count(s.recording, 0x90, -1), 1);
    close_stage(&s);
}

static void reopening_closes_before_it_opens(void **state) {
    (void)state;
    Stage s;
    open_stage(&s);
    int closed = 0;
    assert_true(player_set_output(s.player, door_to(s.recording, &closed)));
    Error note = {"untouched"};
    while (player_is_replacing(s.player)) player_collect(s.player, NULL);
    assert_int_equal(closed, 0);
    assert_true(player_set_output(s.player, outputs_open("silent", &note)));
    assert_true(player_is_replacing(s.player));
    while (player_is_replacing(s.player)) player_collect(s.player, NULL);
    assert_int_equal(closed, 1);
    assert_string_equal(note.text, "");
    assert_string_equal(player_output_name(s.player), "silent");
    close_stage(&s);
}

/* As the loop does: asks, and sleeps until the player wakes it. */
static void settle(Player *player) {
    while (!player_is_settled(player)) {
        struct pollfd wake = {.fd = player_wake_fd(player), .events = POLLIN};
        if (poll(&wake, 1, 5000) == 0) fail_msg("the player does not report");
        player_collect(player, NULL);
    }
}

static void settling_waits_for_what_was_commanded(void **state) {
    (void)state;
    Error err = {""};
    MidiOutput *recording = recording_new(MESSAGES);
    Player *player = player_new(door_to(recording, NULL), &err);
    Track scale;
    midi_trace_scale(&scale, 16);
    for (int i = 0; i < 20; i++) {
        assert_true(player_play(player, midi_trace_schedule(&scale, (ScheduleOptions){0}), 0));
        settle(player);
        assert_int_equal(midi_trace_count(recording, 0x90, 60), i + 1);
        assert_true(player_pause(player));
        settle(player);
        midi_trace_check_silent(recording);
    }
    player_free(player);
    recording->close(recording);
    track_deinit(&scale);
}

static void notes_by_hand_sound_while_nothing_plays(void **state) {
    (void)state;
    Stage s;
    open_stage(&s);
    assert_true(player_set_program(s.player, 19));
    assert_true(player_note(s.player, 64, 90, 300000));
    fake_clock_settle(s.clock);
    assert_int_equal(midi_trace_count(s.recording, 0xC0, 19), 1);
    fake_clock_advance(s.clock, 1000000);
    assert_int_equal(midi_trace_time(s.recording, 0x80, 64, 0), T0 + 300000);
    close_stage(&s);
}

static void command_at_random(Stage *s, Rng *rng) {
    ScheduleOptions options = {.metronome = rng_below(rng, 2),
                               .count_in_bars = rng_below(rng, 8) == 0,
                               .channel = rng_below(rng, 6) == 0 ? 3 : 0};
    if (rng_below(rng, 2))
        options.loop_start = rng_below(rng, 2 * BAR), options.loop_end = rng_below(rng, 5 * BAR);
    s->quarter_us = 100000 + rng_below(rng, 700000);
    Schedule *schedule = stage_schedule(s, options);
    int32_t tick = rng_below(rng, 5 * BAR);
    int choice = rng_below(rng, 10);
    if (choice == 0 || choice == 6)
        assert_true(player_play(s->player, schedule, tick));
    else if (choice <= 3)
        assert_true(player_switch(s->player, schedule));
    else
        schedule_free(schedule);
    uint8_t pitch = (uint8_t)(60 + rng_below(rng, 12)), velocity = (uint8_t)rng_below(rng, 3);
    if (choice == 4) assert_true(player_pause(s->player));
    if (choice == 5) assert_true(player_stop(s->player));
    if (choice == 7) assert_true(player_set_clock(s->player, tick & 1));
    if (choice == 8) assert_true(player_note(s->player, pitch, velocity, rng_below(rng, 2) * 200000));
    if (choice == 9 && rng_below(rng, 4) == 0)
        assert_true(player_set_output(s->player, door_to(s->recording, NULL)));
}

static void any_sequence_of_commands_leaves_silence_at_every_stop(void **state) {
    (void)state;
    Rng rng;
    rng_seed(&rng, 17);
    Stage s;
    open_stage(&s);
    for (int i = 0; i < 1500; i++) {
        command_at_random(&s, &rng);
        fake_clock_settle(s.clock);
        fake_clock_advance(s.clock, rng_below(&rng, 400000));
        midi_trace_sounding(s.recording); /* ons and offs alternate */
        if (i % 50 != 49) continue;
        assert_true(rng_below(&rng, 2) ? player_stop(s.player) : player_pause(s.player));
        fake_clock_settle(s.clock);
        if (!player_position(s.player).playing)
            assert_true(player_panic(s.player)); /* hands may still hold */
        fake_clock_settle(s.clock);
        midi_trace_check_silent(s.recording);
    }
    const RecordedMessage *message;
    assert_in_range(recording_get(s.recording, &message), 1000, MESSAGES - 1);
    close_stage(&s);
}

static void *ask_for_positions(void *data) {
    const Player *player = data;
    for (PlayerPosition position = {0}; position.generation < 400;) {
        position = player_position(player);
        assert_in_range(position.tick, 0, 6 * BAR);
    }
    return NULL;
}

/* Real time and real threads; for ThreadSanitizer, and for the wait and the wake of the real clock. */
static void it_works_in_real_time(void **state) {
    (void)state;
    Error err = {""};
    MidiOutput *recording = recording_new(MESSAGES);
    Player *player = player_new(door_to(recording, NULL), &err);
    if (!player) fail_msg("player_new failed: %s", err.text);
    Track scale;
    midi_trace_scale(&scale, 16);
    pthread_t reader;
    assert_int_equal(pthread_create(&reader, NULL, ask_for_positions, player), 0);
    for (int i = 0; i < 400; i++) {
        while (!player_play(player, midi_trace_schedule_at(&scale, 10000, (Meter){0}, (ScheduleOptions){0}),
                            (i % 4) * BAR))
            poll(NULL, 0, 1);
        if (i % 16 == 0) poll(NULL, 0, 3);
        if (i % 7 == 0) player_collect(player, &err);
    }
    pthread_join(reader, NULL);
    do poll(&(struct pollfd){.fd = player_wake_fd(player), .events = POLLIN}, 1, -1);
    while (player_collect(player, &err) || player_position(player).playing);
    player_free(player);
    midi_trace_check_silent(recording);
    const RecordedMessage *message;
    size_t count = recording_get(recording, &message);
    for (size_t i = 0; i < count; i++) assert_true(message[i].time_us >= message[i].due_us);
    recording->close(recording);
    track_deinit(&scale);
}

static void a_player_without_an_output_is_refused(void **state) {
    (void)state;
    Error err;
    check_refused(player_new(NULL, &err), &err);
    player_free(NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(notes_sound_at_their_deadlines),
        cmocka_unit_test(the_position_is_seen_from_outside),
        cmocka_unit_test(freeing_while_playing_releases_everything),
        cmocka_unit_test(an_emergency_silences_and_keeps_silent),
        cmocka_unit_test(a_full_ring_is_told_and_nothing_is_lost),
        cmocka_unit_test(a_replaced_output_is_closed_on_the_callers_side),
        cmocka_unit_test(a_lost_device_is_told_once_with_its_name),
        cmocka_unit_test(reopening_closes_before_it_opens),
        cmocka_unit_test(settling_waits_for_what_was_commanded),
        cmocka_unit_test(notes_by_hand_sound_while_nothing_plays),
        cmocka_unit_test(any_sequence_of_commands_leaves_silence_at_every_stop),
        cmocka_unit_test(it_works_in_real_time),
        cmocka_unit_test(a_player_without_an_output_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
