#include "tests/support/stage.h"

#include "tests/support/check.h"
#include "tests/support/midi_trace.h"

static int64_t stage_now_us(Clock *clock) {
    return ((Stage *)clock)->now_us;
}

void stage_open(Stage *stage) {
    memset(stage, 0, sizeof *stage);
    stage->clock.now_us = stage_now_us;
    stage->now_us = STAGE_T0;
    stage->recording = recording_new_with_clock(STAGE_MESSAGES, &stage->clock, SIZE_MAX);
    transport_init(&stage->transport, stage->recording);
    midi_trace_scale(&stage->scale, 16);
}

void stage_close(Stage *stage) {
    transport_stop(&stage->transport, stage->now_us);
    midi_trace_check_silent(stage->recording);
    schedule_free(stage->transport.schedule);
    stage->recording->close(stage->recording);
    track_deinit(&stage->scale);
}

void stage_advance(Stage *stage, int64_t by_us) {
    int64_t until_us = stage->now_us + by_us;
    for (;;) {
        int64_t next_us = transport_run(&stage->transport, stage->now_us);
        assert_true(next_us > stage->now_us);
        if (next_us > until_us) break;
        stage->now_us = next_us;
    }
    stage->now_us = until_us;
}

void stage_play(Stage *stage, ScheduleOptions options, int32_t from_tick) {
    Schedule *schedule = midi_trace_schedule_at(&stage->scale, stage->quarter_us, (Meter){0}, options);
    schedule_free(transport_play(&stage->transport, schedule, from_tick, stage->now_us));
}

void stage_switch_to(Stage *stage, const Track *track, ScheduleOptions options) {
    Schedule *schedule = midi_trace_schedule_at(track, stage->quarter_us, (Meter){0}, options);
    schedule_free(transport_switch(&stage->transport, schedule, stage->now_us));
}
