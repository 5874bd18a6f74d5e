/* Schedule: music as an immutable sorted list of MIDI events in microseconds, ready for the player.
 *
 * Made by the UI thread, read by the player thread, freed by the UI thread after the player has retired it.
 *
 * Every note-on has exactly one note-off of the same channel and pitch behind it, and a pitch never sounds twice at once:
 * a note that begins while the same pitch sounds cuts it, and of two that begin together the longer one stays.
 * The program of the voice is not an event: whoever plays sends it first, wherever it begins. Programs, controllers, bends and
 * pressures of an accompaniment are; whoever begins in the middle has to send what they come to (transport.h). At one moment
 * note-offs come first, then what is no note in the order of the file, then note-ons. Mode messages (controllers from 120 on)
 * are left out: silence is the player's business.
 *
 * Clicks are wood blocks on channel 9: the high one (76) on the first beat of a bar, the low one (77) on the others. They
 * fall on the felt beats of the timeline's bars (meter.h), and in compound meters (3/8, 6/8, 9/8, 12/8) softly on the eighths
 * between them where a beat takes longer than 0.9 s, as one counts slow six. */
#ifndef REFRAIN_MIDI_IO_SCHEDULE_H
#define REFRAIN_MIDI_IO_SCHEDULE_H

#include "engine/music/score.h"

enum {
    SCHEDULE_CLICK_CHANNEL = 9,
    SCHEDULE_CLICK_ACCENT = 76,
    SCHEDULE_CLICK_BEAT = 77,
};

typedef struct {
    int64_t time_us; /* from the beginning of the melody; count-in events are negative */
    uint8_t status, data1, data2;
    uint32_t order; /* among what is no note at one moment */
} ScheduleEvent;

typedef struct {
    bool metronome;
    int count_in_bars;            /* bars of clicks before the starting point */
    int32_t loop_start, loop_end; /* ticks; equal = no loop */
    uint8_t channel;              /* 0..15 for the melody; clicks go to channel 9 */
} ScheduleOptions;

/* What is to sound; borrowed. */
typedef struct {
    const Timeline *timeline;
    const Track *voice;
    const Score *with;   /* whose other tracks accompany it, in the same ticks; null = none do */
    const bool *silent;  /* of each track of with, its voice standing for `voice`; null = all are heard */
    const Track *chords; /* played along on its own channel; null = nothing */
} ScheduleMusic;

typedef struct {
    ScheduleEvent *event; /* sorted by time, note-offs before note-ons of the same time; owned */
    int count;
    int count_in_events; /* that many come first, at negative times; time 0 is then the starting point, wherever it is */
    int64_t count_in_us;                /* how long the count-in takes */
    int64_t length_us;                  /* end of the last bar */
    int64_t loop_start_us, loop_end_us; /* equal = no loop; the end may lie behind length_us */
    Timeline *timeline;                 /* one reference */
    int count_in_bars;
    bool metronome;
    uint8_t channel, program;
} Schedule;

/* One track on a timeline. options may be null: no clicks, no loop, channel 0. Fails only for want of memory. */
Schedule *schedule_of_track(const Timeline *timeline, const Track *track, const ScheduleOptions *options,
                            Error *err);
/* A voice with its accompaniment: all tracks of `with` but its voices, each on its own channel, and what the file says on their
 * channels beside notes. The voice sounds on its own channel. options may be null. */
Schedule *schedule_of_music(const ScheduleMusic *music, const ScheduleOptions *options, Error *err);
void schedule_free(Schedule *schedule); /* null is allowed */

int64_t schedule_us_of_tick(const Schedule *schedule, int32_t tick); /* rounded to the nearest */
int32_t schedule_tick_of_us(const Schedule *schedule, int64_t us);   /* the tick that us lies in */
/* The moment of `now` that is the same place in the music as us in `before`, between two ticks too. */
int64_t schedule_same_us(const Schedule *now, const Schedule *before, int64_t us);
/* The first event at or after us that is not part of the count-in. O(log n). */
int schedule_find(const Schedule *schedule, int64_t us);

#endif
