/* SmfGuard: what libsmf is given of a file, so that it neither aborts nor reads beyond its buffers nor takes the square
 * of time, and how what it gives back becomes the file's events again.
 *
 * libsmf carries channel events and texts of up to 127 bytes. In the place of every other event (system exclusive, other
 * metas, End Of Track) it gets a token, a sequencer-specific event FF 7F with
 *
 *   7D                 the manufacturer number for anyone's own use
 *   "refrain" 01       whose event this is (00 is smf_state.h)
 *   ii ii ii ii        which of the list's events it stands for, seven bits a byte, high first
 *
 * and every track in pieces of at most SMF_GUARD_PIECE events, because deleting a track costs libsmf the square of its
 * events. The token of its End Of Track closes a track. */
#ifndef REFRAIN_MIDI_IO_SMF_GUARD_H
#define REFRAIN_MIDI_IO_SMF_GUARD_H

#include "midi_io/smf_events.h"

enum { SMF_GUARD_PIECE = 500 };

/* *bytes is malloc'ed. */
bool smf_guard_write(const SmfEvents *events, unsigned char **bytes, size_t *size, Error *err);
/* The event that libsmf's bytes (status first, metas as FF type length text) are, at that tick of that track; its text
 * is that of the list, or lies in bytes. */
SmfEvent smf_guard_read(const SmfEvents *events, const uint8_t *bytes, size_t size, int track, int32_t tick);

#endif
