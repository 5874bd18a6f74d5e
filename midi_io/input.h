/* Input: MIDI keyboards, for step entry and playing along. One thread (the UI thread), which polls input_fd; nothing is
 * polled on a timer, and nothing is lost between two looks.
 *
 * Keyboards are chosen by name and may come and go: one that is plugged in while the program runs is connected when its
 * name fits, one that is unplugged lets go of the keys that were held on it. This is the ALSA sequencer and not
 * PortMidi, which has no descriptor to poll and sees new devices only after everything that plays through it is closed. */
#ifndef REFRAIN_MIDI_IO_INPUT_H
#define REFRAIN_MIDI_IO_INPUT_H

#include <stdint.h>

#include "midi_io/output.h"

typedef struct MidiInput MidiInput;

typedef enum {
    INPUT_NOTE,    /* a key: pitch, velocity 1..127, or velocity 0 = let go */
    INPUT_ARRIVED, /* a keyboard has been connected: name */
    INPUT_LEFT,    /* a keyboard is gone: name */
    INPUT_PORT,    /* another program or device has brought a port, of whatever kind: name */
} InputKind;

typedef struct {
    InputKind kind;
    uint8_t pitch, velocity;
    char name[OUTPUT_NAME_SIZE];
} InputEvent;

/* Listens to every keyboard whose name holds `wanted` (case-insensitive); null or "" = every real one. Fails with a sentence
 * only where there is no sequencer; where no keyboard fits yet it waits for one, see input_name. */
MidiInput *input_open(const char *wanted, Error *err);
void input_close(MidiInput *input);   /* null is allowed */
int input_fd(const MidiInput *input); /* readable when input_take may have something */
/* The next event; false when there is none now. Keyboards that were there at the opening are announced too. */
bool input_take(MidiInput *input, InputEvent *event);
/* The first connected keyboard's name, "" while there is none; valid until the next call of any function here. */
const char *input_name(const MidiInput *input);

#endif
