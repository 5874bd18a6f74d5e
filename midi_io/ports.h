/* Ports: the MIDI ports of the system, asked afresh from the ALSA sequencer every time. PortMidi sees only the ports that
 * were there when it was initialised, and cannot be initialised again while it plays.
 *
 * Any thread: every call has a sequencer handle of its own, and at the start an errand's thread asks beside the UI's. */
#ifndef REFRAIN_MIDI_IO_PORTS_H
#define REFRAIN_MIDI_IO_PORTS_H

#include "midi_io/output.h"

typedef struct {
    char name[OUTPUT_NAME_SIZE];
    bool is_output, is_input;
    bool silent; /* "Midi Through" and the like: a port with nothing behind it */
} MidiDevice;

/* All ports but the system's own and refrain's, malloc'ed; a port that reads and writes is one device. Returns the count;
 * 0 and null without a sequencer or memory. */
int ports_list(MidiDevice **devices);
/* True for ports that lead nowhere unless somebody connects them: "Midi Through", "VirMIDI". */
bool ports_silent(const char *name);
/* Stops libasound from writing its complaints to stderr, for this process; any number of times. */
void ports_quiet(void);

#endif
