/* SmfTracks: what the chunks of a Score say, as its tracks, timeline and title.
 *
 * One track for each channel of each MTrk that has notes, in file order. Note-offs end the oldest sounding note of their channel
 * and pitch or, in songs of refrain 0.1 and where a mark says so (smf_state.h), the one that the release velocity names: several
 * notes of one pitch may sound at once there, and SMF_RELEASE + k ends the k-th oldest of them, k = 0 .. 63. A note that is never ended gets a quarter.
 * A track's program is the last one of its channel in any chunk at or before its first note. Tempos and meters count wherever
 * they stand; what is no tempo (0) or no meter (0/4) is kept in its chunk and means nothing. */
#ifndef REFRAIN_MIDI_IO_SMF_TRACKS_H
#define REFRAIN_MIDI_IO_SMF_TRACKS_H

#include "engine/music/key.h"
#include "engine/music/score.h"

enum { SMF_RELEASE = 64 };

/* Fills score, which has its chunks and format and nothing else. *endless counts notes that were never ended. Fails out of
 * memory, or with more tracks than a score can have. */
bool smf_tracks_read(Score *score, int division, bool releases, int *endless, Error *err);
/* A track without notes of this chunk (from 1) and channel, in its place: returns it, or -1 where there is no such MTrk, it has such
 * a track already, or memory is short. */
int smf_tracks_add_silent(Score *score, int chunk, int channel, Error *err);
/* The timeline that the chunks tell of, by itself; null with a sentence. */
Timeline *smf_tracks_timeline(const Score *score, int division, Error *err);
/* The title that the chunks tell of: the name of the first MTrk where that has no notes, else "". */
void smf_tracks_title(char title[TRACK_NAME_SIZE], const Score *score);
/* Is it a key signature (FF 59) with a meaning? Of an event as events.h has it. */
bool smf_tracks_is_key(const uint8_t *bytes, uint32_t size, Key *key);
/* The first key signature (FF 59), major or minor; not known where there is none. */
Key smf_tracks_key(const Score *score);
bool smf_tracks_is_mtrk(const Events *chunk);

#endif
