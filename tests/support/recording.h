/* Recording: an output that keeps every message with the time it was sent at. */
#ifndef REFRAIN_TESTS_SUPPORT_RECORDING_H
#define REFRAIN_TESTS_SUPPORT_RECORDING_H

#include "midi_io/output.h"

typedef struct {
    int64_t time_us; /* when it was sent */
    int64_t due_us;  /* when it ought to be */
    uint8_t status, data1, data2;
} RecordedMessage;
MidiOutput *recording_new(size_t capacity);
/* The same, timed by clock (borrowed); null = CLOCK_MONOTONIC. After fail_after messages the device is "gone". */
MidiOutput *recording_new_with_clock(size_t capacity, Clock *clock, size_t fail_after);
size_t recording_get(const MidiOutput *self, const RecordedMessage **messages); /* call when nobody sends */

#endif
