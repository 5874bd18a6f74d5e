/* Stage: a transport on a recording output, walked through time by the test itself. */
#ifndef REFRAIN_TESTS_SUPPORT_STAGE_H
#define REFRAIN_TESTS_SUPPORT_STAGE_H

#include "engine/music/timeline.h"
#include "midi_io/transport.h"

enum {
    STAGE_QUARTER = TIMELINE_DIVISION,
    STAGE_BAR = 4 * STAGE_QUARTER,
    STAGE_T0 = 1000000, /* the time at the opening */
    STAGE_MESSAGES = 4096,
};

typedef struct {
    Clock clock; /* what the recording stamps messages with: now_us */
    int64_t now_us;
    MidiOutput *recording;
    Transport transport;
    Track scale;        /* four bars, see midi_trace_scale */
    int32_t quarter_us; /* of what is played and switched to; 0 = 120 bpm */
} Stage;

void stage_open(Stage *stage);
void stage_close(Stage *stage); /* stops, and fails the test when anything still sounds */
/* Walks from deadline to deadline, as the player's thread does. */
void stage_advance(Stage *stage, int64_t by_us);
void stage_play(Stage *stage, ScheduleOptions options, int32_t from_tick); /* the scale */
void stage_switch_to(Stage *stage, const Track *track, ScheduleOptions options);

#endif
