/* Output: where MIDI goes. One interface, several doors: system MIDI (output_portmidi), the built-in synth
 * (output_synth), a recording for tests and files, and null, which swallows everything.
 *
 * An output is opened and closed by whoever owns it and used by one thread at a time: the player owns it while playing. */
#ifndef REFRAIN_MIDI_IO_OUTPUT_H
#define REFRAIN_MIDI_IO_OUTPUT_H

#include <stddef.h>
#include <stdint.h>

#include "engine/base/error.h"

typedef struct MidiOutput MidiOutput;

struct MidiOutput {
    char name[96]; /* for people: "TimGM6mb synth (alsa)", "USB MIDI 1", "silent" */
    bool audible;  /* false for null and recording */
    /* One short message, to sound now. False when the device is gone. Must not block for long, allocate or print. */
    bool (*send)(MidiOutput *self, uint8_t status, uint8_t data1, uint8_t data2);
    void (*close)(MidiOutput *self); /* releases what sounds, waits until it is out, frees self */
};

typedef struct {
    char name[96];
    bool is_output, is_input;
    bool silent; /* "Midi Through" and the like: a port with nothing behind it */
} MidiDevice;

/* The best output: `wanted` by name (substring, case-insensitive; "synth", "silent" are names too) when not null, else the
 * first real system port, else the built-in synth, else null with a message in note. Never fails: the last resort is
 * the null output. note (may be null) gets one sentence about what was chosen and why when it is not what one expects. */
MidiOutput *output_open(const char *wanted, Error *note);
/* System MIDI devices now, malloc'ed; rescans. Returns the count, 0 without a sequencer. */
int output_list(MidiDevice **devices);

MidiOutput *output_null_new(void);

/* Recording: every message with the monotonic time it was sent at. */
typedef struct {
    int64_t time_us;
    uint8_t status, data1, data2;
} RecordedMessage;
MidiOutput *output_recording_new(size_t capacity);
size_t output_recording_get(const MidiOutput *self,
                            const RecordedMessage **messages); /* call when nobody sends */

#endif
