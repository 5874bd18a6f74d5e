/* MIDI trace: questions about what a recording output has heard. */
#ifndef REFRAIN_TESTS_SUPPORT_MIDI_TRACE_H
#define REFRAIN_TESTS_SUPPORT_MIDI_TRACE_H

#include "engine/music/timeline.h"
#include "midi_io/schedule.h"
#include "tests/support/recording.h"

/* Fails the test unless, for every channel and pitch, note-ons and note-offs alternate, and nothing sounds at the end. */
void midi_trace_check_silent(const MidiOutput *recording);
/* The same while things may sound; returns how many notes do. */
int midi_trace_sounding(const MidiOutput *recording);
/* How often this status (channel included) was sent; data1 -1 = any. */
int midi_trace_count(const MidiOutput *recording, int status, int data1);
/* When the n-th (from 0) message of this status and data1 (-1 = any) was sent; fails the test when there is none. */
int64_t midi_trace_time(const MidiOutput *recording, int status, int data1, int n);
/* Fails the test unless the last three messages on the channel are sustain off, all notes off, all sound off. */
void midi_trace_check_cut(const MidiOutput *recording, int channel);

/* `count` quarter notes one after another from pitch 60 upwards, each sounding for its whole length. */
void midi_trace_scale(Track *track, int count);
/* Both fail the test when they fail. At 120 bpm in 4/4; or as told, where 0 is the same. */
Schedule *midi_trace_schedule(const Track *track, ScheduleOptions options);
Schedule *midi_trace_schedule_at(const Track *track, int32_t quarter_us, Meter meter,
                                 ScheduleOptions options);

#endif
