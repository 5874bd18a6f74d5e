#include "midi_io/output.h"

#include <stdlib.h>
#include <string.h>

#include "midi_io/output_portmidi.h"
#include "midi_io/output_synth.h"
#include "midi_io/ports.h"

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

int output_list(MidiDevice **devices) {
    return ports_list(devices);
}

/* The name of the first port that sounds, or "" when there is none. */
static void first_real_port(char name[OUTPUT_NAME_SIZE]) {
    name[0] = '\0';
    MidiDevice *devices;
    int count = ports_list(&devices);
    for (int i = 0; i < count && !name[0]; i++) {
        if (devices[i].is_output && !devices[i].silent) memcpy(name, devices[i].name, OUTPUT_NAME_SIZE);
    }
    free(devices);
}

static bool same_word(const char *wanted, const char *word) {
    return wanted && strcasecmp(wanted, word) == 0;
}

/* What plays when nothing is asked for, or what was asked for is not there. */
static MidiOutput *open_default(const char *tried, const char *why, Error *note) {
    Error trouble = {""};
    char port[OUTPUT_NAME_SIZE];
    first_real_port(port);
    MidiOutput *output = port[0] && !same_word(tried, port) ? output_portmidi_open(port, &trouble) : NULL;
    if (!output && !same_word(tried, "synth")) output = output_synth_open(NULL, &trouble);
    if (output) {
        if (why[0]) error_set(note, "%.250s Playing through %.100s instead.", why, output->name);
        return output;
    }
    error_set(note, "%.250s Playing is silent: connect a MIDI device or a sound card.",
              why[0] ? why : trouble.text);
    return output_null_new();
}

static bool is_synth(const char *wanted) {
    return same_word(wanted, "synth") || strncasecmp(wanted, "built-in synth", 14) == 0;
}

MidiOutput *output_open_named(const char *wanted, Error *note) {
    if (note) note->text[0] = '\0';
    if (same_word(wanted, "silent")) return output_null_new();
    MidiOutput *output =
        is_synth(wanted) ? output_synth_open(NULL, note) : output_portmidi_open(wanted, note);
    if (output && !output->audible)
        error_set(note, "%s has nothing behind it unless another program listens there.", output->name);
    return output;
}

MidiOutput *output_open(const char *wanted, Error *note) {
    if (note) note->text[0] = '\0';
    if (!wanted || !wanted[0]) return open_default(NULL, "", note);
    Error why = {""};
    MidiOutput *output = output_open_named(wanted, &why);
    if (!output) return open_default(is_synth(wanted) ? "synth" : wanted, why.text, note);
    if (note) *note = why;
    return output;
}
