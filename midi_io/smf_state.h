/* SmfState: refrain's own text inside a MIDI file, for everything that MIDI has no words for (recipe, loop, key ..).
 *
 * The text is cut into parts, each in one sequencer-specific meta event (FF 7F) at tick 0 of the first track, in order:
 *
 *   7D                 the manufacturer number for anyone's own use
 *   "refrain" 00       whose event this is
 *   pp pp              number of this part from 0, seven bits a byte, high first
 *   nn nn              number of parts, at least 1, likewise
 *   ...                1 to SMF_STATE_PART_TEXT bytes of UTF-8 without NUL (none if the whole text is empty)
 *
 * A part stays within the 127 bytes that libsmf survives. Parts that are missing or out of order make the whole text
 * invalid: a song is then read as what its notes say. */
#ifndef REFRAIN_MIDI_IO_SMF_STATE_H
#define REFRAIN_MIDI_IO_SMF_STATE_H

#include <stddef.h>
#include <stdint.h>

#include "engine/base/error.h"

enum {
    SMF_STATE_PART_TEXT = 112,
    SMF_STATE_PREFIX = 13,
    SMF_STATE_PARTS_MAX = 0x3fff,
    SMF_STATE_TEXT_MAX = SMF_STATE_PART_TEXT * SMF_STATE_PARTS_MAX,
};

/* Puts parts together as they come. Zeroed = nothing seen yet. */
typedef struct {
    char *text; /* owned, NUL-terminated */
    int parts_seen;
    int parts; /* 0 = none announced */
    bool broken;
} SmfState;

bool smf_state_is_part(const uint8_t *bytes, size_t size);
int smf_state_part_count(size_t text_length);
/* Writes part `part` of text into bytes (SMF_STATE_PREFIX + SMF_STATE_PART_TEXT of them); returns its size. */
size_t smf_state_write_part(uint8_t *bytes, const char *text, int part);
bool smf_state_add(SmfState *state, const uint8_t *bytes, size_t size,
                   Error *err); /* fails only out of memory */
bool smf_state_is_whole(const SmfState *state);
void smf_state_deinit(SmfState *state);

#endif
