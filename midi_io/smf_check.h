/* SmfCheck: the guard in front of libsmf, which aborts or reads beyond its buffers on many files. Every byte that
 * libsmf sees was written by smf_events_write; this file decides what goes in.
 *
 * Accepted: any bytes. Read as a Standard MIDI File of format 0, 1 or 2, bare, inside a RIFF file (.rmi: form type
 * RMID, chunk "data"), or behind a MacBinary header of 128 bytes. What is repaired:
 *
 *   chunks      foreign chunks are skipped; the declared number of tracks is ignored, the MTrk chunks count
 *   lengths     every length is bounded by the bytes that are there; of a track that is cut short or turns into
 *               nonsense, the whole events before that are kept (repairs.cut_short, repairs.damaged)
 *   events      running status is resolved, also across meta and system events; system exclusive (F0, F7), system
 *               common and real-time events are dropped, and of the channel events all but notes and programs
 *   metas       kept are texts 01..07 (cut to 127 bytes), tempo, meter and refrain's own FF 7F parts (smf_state.h) of
 *               their right length; the rest is dropped, and what was dropped adds its delta to the next event
 *   values      a tempo of 0 or a meter of 0/x or x/65536 and beyond is dropped; a division of 0 is read as 480
 *   format 2    the first pattern that has notes becomes a format 0 file (repairs.patterns counts them all)
 *   SMPTE       time in frames becomes 480 ticks a quarter at the file's first tempo, or 120 bpm; later tempos are
 *               dropped because they do not change such a file's time
 *   limits      SMF_TICK_MAX, SMF_EVENTS_MAX, SMF_TRACK_EVENTS_MAX, SMF_TEMPO_EVENTS_MAX, 512
 *               tracks: what goes beyond is dropped (repairs.too_long)
 *
 * Produced: a canonical file (smf_events.h) with at least one note, or one of refrain's own songs, which may be empty.
 * Refused, with a sentence: an empty file, bytes that are no MIDI file, files without a note or cut short before it. */
#ifndef REFRAIN_MIDI_IO_SMF_CHECK_H
#define REFRAIN_MIDI_IO_SMF_CHECK_H

#include <stddef.h>

#include "engine/base/error.h"

typedef struct {
    bool cut_short; /* the file ends in the middle */
    bool damaged;   /* a track holds something that is no MIDI event */
    bool too_long;
    bool frames;  /* time was in SMPTE frames */
    int patterns; /* of a format 2 file, otherwise 0 */
} SmfRepairs;

/* *out is malloc'ed. Costs time and memory linear in size. */
bool smf_check(unsigned char **out, size_t *out_size, const unsigned char *bytes, size_t size,
               SmfRepairs *repairs, Error *err);

#endif
