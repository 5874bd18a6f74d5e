#include "midi_io/output.h"

#include <stdlib.h>
#include <string.h>

static bool null_send(MidiOutput *self, int64_t due_us, uint8_t status, uint8_t data1, uint8_t data2) {
    (void)self, (void)due_us, (void)status, (void)data1, (void)data2;
    return true;
}

static void null_close(MidiOutput *self) {
    free(self);
}

MidiOutput *output_null_new(void) {
    MidiOutput *self = calloc(1, sizeof *self);
    if (self) *self = (MidiOutput){.name = "silent", .send = null_send, .close = null_close};
    return self;
}

typedef struct {
    MidiOutput base;
    Clock *clock; /* borrowed, null = CLOCK_MONOTONIC */
    size_t count, capacity, fail_after;
    RecordedMessage message[];
} RecordingOutput;

static bool recording_send(MidiOutput *self, int64_t due_us, uint8_t status, uint8_t data1, uint8_t data2) {
    RecordingOutput *recording = (RecordingOutput *)self;
    if (recording->count >= recording->fail_after) return false;
    if (recording->count == recording->capacity) return true;
    int64_t now_us = recording->clock ? recording->clock->now_us(recording->clock) : clock_monotonic_us();
    recording->message[recording->count++] = (RecordedMessage){now_us, due_us, status, data1, data2};
    return true;
}

MidiOutput *output_recording_new_with_clock(size_t capacity, Clock *clock, size_t fail_after) {
    RecordingOutput *recording = calloc(1, sizeof *recording + capacity * sizeof recording->message[0]);
    if (!recording) return NULL;
    recording->base = (MidiOutput){.name = "recording", .send = recording_send, .close = null_close};
    recording->clock = clock;
    recording->capacity = capacity;
    recording->fail_after = fail_after;
    return &recording->base;
}

MidiOutput *output_recording_new(size_t capacity) {
    return output_recording_new_with_clock(capacity, NULL, SIZE_MAX);
}

size_t output_recording_get(const MidiOutput *self, const RecordedMessage **messages) {
    const RecordingOutput *recording = (const RecordingOutput *)self;
    *messages = recording->message;
    return recording->count;
}
