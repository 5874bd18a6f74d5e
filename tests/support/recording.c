#include "tests/support/recording.h"

#include <stdlib.h>

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

static void recording_close(MidiOutput *self) {
    free(self);
}

MidiOutput *recording_new_with_clock(size_t capacity, Clock *clock, size_t fail_after) {
    RecordingOutput *recording = calloc(1, sizeof *recording + capacity * sizeof recording->message[0]);
    if (!recording) return NULL;
    recording->base = (MidiOutput){.name = "recording", .send = recording_send, .close = recording_close};
    recording->clock = clock;
    recording->capacity = capacity;
    recording->fail_after = fail_after;
    return &recording->base;
}

MidiOutput *recording_new(size_t capacity) {
    return recording_new_with_clock(capacity, NULL, SIZE_MAX);
}

size_t recording_get(const MidiOutput *self, const RecordedMessage **messages) {
    const RecordingOutput *recording = (const RecordingOutput *)self;
    *messages = recording->message;
    return recording->count;
}
