/* Outputs: the choice among them. Here a new kind of output is listed, and nowhere else.
 *
 * Any thread, one at a time: see output.h. */
#ifndef REFRAIN_MIDI_IO_OUTPUTS_H
#define REFRAIN_MIDI_IO_OUTPUTS_H

#include "midi_io/output.h"

/* The best output: `wanted` by name (substring, case-insensitive; "synth" and "silent" are names too) when not null and
 * not empty, else the first real system port, else the built-in synth, else null with a message in note. Never fails: the
 * last resort is the null output. note (may be null) gets one sentence about what was chosen and why when it is not what
 * one expects, and "" otherwise. Never returns null, except when memory is out even for the null output.
 * No system MIDI output may be open when a device that was plugged in later is asked for. */
MidiOutput *outputs_open(const char *wanted, Error *note);
/* The one of that name, as above, and no other: null with the reason in note when it cannot be had. */
MidiOutput *outputs_open_named(const char *wanted, Error *note);

#endif
