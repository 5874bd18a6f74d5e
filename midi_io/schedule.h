/* Schedule: a melody as an immutable sorted list of MIDI events in microseconds, ready for the player.
 *
 * Made by the UI thread, read by the player thread, freed by the UI thread after the player has retired it. */
#ifndef REFRAIN_MIDI_IO_SCHEDULE_H
#define REFRAIN_MIDI_IO_SCHEDULE_H

#include "engine/melody.h"

typedef struct {
    int64_t time_us; /* from the beginning of the melody; count-in events are negative */
    uint8_t status, data1, data2;
} ScheduleEvent;

typedef struct {
    bool metronome;
    int count_in_bars;            /* bars of clicks before the starting point */
    int32_t loop_start, loop_end; /* ticks; equal = no loop */
    uint8_t channel;              /* 0..15 for the melody; clicks go to channel 9 */
} ScheduleOptions;

typedef struct {
    ScheduleEvent *event; /* sorted by time, note-offs before note-ons of the same time; owned */
    int count;
    int64_t length_us;                  /* end of the last bar */
    int64_t loop_start_us, loop_end_us; /* equal = no loop */
    int32_t quarter_us;
    int32_t bar_ticks;
    int count_in_bars;
    bool metronome;
    uint8_t channel, program;
    uint8_t meter_beats, meter_unit;
} Schedule;

Schedule *schedule_new(const Melody *melody, const ScheduleOptions *options, Error *err);
void schedule_free(Schedule *schedule);
int64_t schedule_us_of_tick(const Schedule *schedule, int32_t tick);
int32_t schedule_tick_of_us(const Schedule *schedule, int64_t us);

#endif
