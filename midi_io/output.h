/* Output: where MIDI goes. One interface, several doors: system MIDI (output_portmidi), the built-in synth
 * (output_synth), a recording for tests, and null, which swallows everything.
 *
 * An output is used by one thread at a time: the player owns it while playing. One output is opened or closed at a time, by
 * whichever thread: libraries below have no lock of their own. */
#ifndef REFRAIN_MIDI_IO_OUTPUT_H
#define REFRAIN_MIDI_IO_OUTPUT_H

#include <stddef.h>
#include <stdint.h>

#include "engine/base/error.h"
#include "engine/base/clock.h"

enum { OUTPUT_NAME_SIZE = 96 };

typedef struct MidiOutput MidiOutput;

struct MidiOutput {
    char name[OUTPUT_NAME_SIZE]; /* for people: "built-in synth (TimGM6mb, alsa)", "USB MIDI 1", "silent" */
    bool audible;                /* false for null, recording and ports with nothing behind them */
    /* One short message, to sound now. due_us is when it ought to sound on CLOCK_MONOTONIC, now or a moment ago: an output
     * with a clock of its own (the synth) evens out with it how late the sender woke up. False when the device is gone.
     * Does not block, allocate, lock or print. */
    bool (*send)(MidiOutput *self, int64_t due_us, uint8_t status, uint8_t data1, uint8_t data2);
    void (*close)(
        MidiOutput *
            self); /* waits until all that was sent is out, frees self; releasing notes is the sender's job */
};

typedef struct {
    char name[OUTPUT_NAME_SIZE];
    bool is_output, is_input;
    bool silent; /* "Midi Through" and the like: a port with nothing behind it */
} MidiDevice;

/* The best output: `wanted` by name (substring, case-insensitive; "synth" and "silent" are names too) when not null and
 * not empty, else the first real system port, else the built-in synth, else null with a message in note. Never fails: the
 * last resort is the null output. note (may be null) gets one sentence about what was chosen and why when it is not what
 * one expects, and "" otherwise. Never returns null, except when memory is out even for the null output.
 * No system MIDI output may be open when a device that was plugged in later is asked for. */
MidiOutput *output_open(const char *wanted, Error *note);
/* The one of that name, as above, and no other: null with the reason in note when it cannot be had. */
MidiOutput *output_open_named(const char *wanted, Error *note);
/* System MIDI devices now, malloc'ed; asks the system afresh. Returns the count, 0 without a sequencer. Any thread. */
int output_list(MidiDevice **devices);

MidiOutput *output_null_new(void);

/* Recording: every message with the time it was sent at. */
typedef struct {
    int64_t time_us; /* when it was sent */
    int64_t due_us;  /* when it ought to be */
    uint8_t status, data1, data2;
} RecordedMessage;
MidiOutput *output_recording_new(size_t capacity);
/* The same, timed by clock (borrowed); null = CLOCK_MONOTONIC. After fail_after messages the device is "gone". */
MidiOutput *output_recording_new_with_clock(size_t capacity, Clock *clock, size_t fail_after);
size_t output_recording_get(const MidiOutput *self,
                            const RecordedMessage **messages); /* call when nobody sends */

#endif
