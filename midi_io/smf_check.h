/* SmfCheck: any bytes -> every event of a MIDI file, and what had to be repaired for it.
 *
 * Read as a Standard MIDI File of format 0, 1 or 2, bare, inside a RIFF file (.rmi: form type RMID, chunk "data"), or
 * behind a MacBinary header of 128 bytes. Everything in it is kept: tracks without notes, all channel, meta and system
 * exclusive events with all their bytes, chunks that are no tracks. What is repaired, and told in SmfRepairs:
 *
 *   chunks      tracks beyond the declared number count where they are whole; other bytes behind the last are left out
 *   lengths     every length is bounded by the bytes that are there; of a track that is cut short or turns into
 *               nonsense, the whole events before that are kept
 *   events      running status is resolved, also across meta and system events; data bytes over 127 are masked to seven
 *               bits; system common and real-time events, which no file may hold, are left out
 *   tracks      what stands in or follows an End Of Track is left out, and one that is missing is added
 *   division    0 is read as 480
 *   format 2    the first pattern that has notes becomes a format 0 file
 *   SMPTE       time in frames becomes 480 ticks a quarter at the file's first tempo, or 120 bpm; later tempos are
 *               dropped because they do not change such a file's time
 *   limits      SMF_TICK_MAX, SMF_EVENTS_MAX, SMF_CHUNKS_MAX: what goes beyond is dropped; any number of texts leaves half of
 *               the events to notes, controllers and the like
 *
 * Refused, with a sentence: an empty file, bytes that are no MIDI file, files without a note (other than refrain's own
 * songs) or cut short before it. */
#ifndef REFRAIN_MIDI_IO_SMF_CHECK_H
#define REFRAIN_MIDI_IO_SMF_CHECK_H

#include "midi_io/smf_events.h"

typedef struct {
    bool cut_short; /* the file ends in the middle */
    bool damaged;   /* a track holds something that is no MIDI event */
    bool too_long;
    bool frames;  /* time was in SMPTE frames */
    int patterns; /* of a format 2 file, otherwise 0 */
    int masked;   /* channel events with data bytes over 127 */
    int stray;    /* system common and real-time events */
    int behind;   /* bytes left out in or behind the end of a track, or behind that of the file */
} SmfRepairs;

/* out is empty before and borrows from bytes. Costs time and memory linear in size. */
bool smf_check(SmfEvents *out, const unsigned char *bytes, size_t size, SmfRepairs *repairs, Error *err);

/* Why a file that was repaired so must not be saved over by what was read from it; null when it may (asked or not). */
const char *smf_check_read_only(const SmfRepairs *repairs);

#endif
