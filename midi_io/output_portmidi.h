/* PortMidi output: the system's MIDI ports. Opened and closed one at a time, as output.h says (PortMidi is not thread safe
 * and looks for new devices only while none of its streams is open); used by the player's thread in between. */
#ifndef REFRAIN_MIDI_IO_OUTPUT_PORTMIDI_H
#define REFRAIN_MIDI_IO_OUTPUT_PORTMIDI_H

#include "midi_io/output.h"

/* name: a port's name or a part of it, case-insensitive. Null with a sentence when there is none or it is busy. */
MidiOutput *output_portmidi_open(const char *name, Error *err);

#endif
