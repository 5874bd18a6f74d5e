/* SmfLibrary: a file's events, as libsmf reads them. Behind smf_check and smf_guard: libsmf itself aborts or reads beyond its
 * buffers on many files. The only file that knows it. */
#ifndef REFRAIN_MIDI_IO_SMF_LIBRARY_H
#define REFRAIN_MIDI_IO_SMF_LIBRARY_H

#include "midi_io/smf_events.h"

/* False stops the reading, with err set. */
typedef bool SmfTake(void *to, const SmfEvent *event, Error *err);

/* Gives every event of the list to take, track by track in order. Any thread, one at a time. */
bool smf_library_pass(const SmfEvents *events, SmfTake *take, void *to, Error *err);

#endif
