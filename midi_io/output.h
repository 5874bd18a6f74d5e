/* Output: where MIDI goes. One interface, several doors: system MIDI (output_portmidi), the built-in synth
 * (output_synth), and here null, which swallows everything. outputs.h chooses among them.
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
    bool audible;                /* false for null and for ports with nothing behind them */
    /* One short message, to sound now. due_us is when it ought to sound on CLOCK_MONOTONIC, now or a moment ago: an output
     * with a clock of its own (the synth) evens out with it how late the sender woke up. False when the device is gone.
     * Does not block, allocate, lock or print. */
    bool (*send)(MidiOutput *self, int64_t due_us, uint8_t status, uint8_t data1, uint8_t data2);
    void (*close)(
        MidiOutput *
            self); /* waits until all that was sent is out, frees self; releasing notes is the sender's job */
};

MidiOutput *output_null_new(void);

#endif
