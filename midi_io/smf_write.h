/* SmfWrite: a Score as a MIDI file, in the form of smf_events.h.
 *
 * What was not changed is written as the file said it: each chunk event by event, in its place, with its ticks. What was
 * changed replaces only itself:
 *
 *   an edited track    its chunk keeps everything but the notes of its channel; its own notes take their place. Note-offs
 *                      come before what else stands at their tick, note-ons behind it. An instrument that was changed
 *                      replaces the first program change of the channel in the chunk, or stands at tick 0
 *   the time line      where it is not what the chunks say, their tempos and meters are left out and those of the score
 *                      stand in the first MTrk
 *   the key            the same of key signatures, where it is not the first of them
 *   the title          replaces the name of the first MTrk
 *   new tracks         (TrackOrigin.chunk 0, or none of the score's) are chunks of their own at the end, with their name and program
 *   refrain's state    stands at tick 0 of the first MTrk (smf_state.h)
 *
 * A score without chunks becomes a format 1 file: a chunk with title, tempos, meters and state, then one a track. */
#ifndef REFRAIN_MIDI_IO_SMF_WRITE_H
#define REFRAIN_MIDI_IO_SMF_WRITE_H

#include "engine/music/key.h"
#include "engine/music/score.h"
#include "midi_io/smf_state.h"

/* key: of the song, where it is known. *bytes is malloc'ed. state may be null: nothing of refrain's own. Fails out of memory, or with more events than a file may have. */
bool smf_write(const Score *score, Key key, const SmfState *state, unsigned char **bytes, size_t *size,
               Error *err);

#endif
