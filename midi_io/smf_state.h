/* SmfState: what refrain keeps for itself in a MIDI file: everything that MIDI has no words for (recipe, takes, stored bars, loop,
 * key ..) and the context. Nothing of it sounds in another program.
 *
 * It stands in sequencer-specific meta events (FF 7F) whose text begins with
 *
 *   7D                 the manufacturer number for anyone's own use
 *   "refrain"          whose event this is
 *   kk                 its kind
 *
 *   kind 00   a part of the text of refrain 0.1, at tick 0 of the first track:
 *               pp pp     number of this part from 0, seven bits a byte, high first
 *               nn nn     number of parts, at least 1, likewise
 *               ...       1 to SMF_STATE_PART_TEXT bytes of UTF-8 without NUL (none if the whole text is empty)
 *             Parts that are missing or out of order make the whole text invalid: a song is then read as what its notes say.
 *   kind 01   never in a file: a token for libsmf (smf_guard.h)
 *   kind 02   cc: in this chunk the note-offs of channel cc say by their release velocity which note they end (smf_tracks.h)
 *   kind 03   the text of now, at tick 0 of the first MTrk: a zlib stream (RFC 1950) of UTF-8 without NUL. song.h says what is in it
 *   kind 04   the context, likewise: a zlib stream of a MIDI file in the form of smf_write.h
 *   kind 05   the result, likewise, so that it is heard where there is no model
 *
 * Of kinds 03 to 05 the last one counts. A stream that is damaged, or longer than SMF_STATE_BYTES_MAX once unpacked, makes the
 * whole state invalid. */
#ifndef REFRAIN_MIDI_IO_SMF_STATE_H
#define REFRAIN_MIDI_IO_SMF_STATE_H

#include <stddef.h>
#include <stdint.h>

#include "engine/base/error.h"

enum {
    SMF_STATE_OWNER = 9, /* bytes up to and with the kind */
    SMF_STATE_PART_TEXT = 112,
    SMF_STATE_PREFIX = 13,
    SMF_STATE_PARTS_MAX = 0x3fff,
    SMF_STATE_TEXT_MAX = SMF_STATE_PART_TEXT * SMF_STATE_PARTS_MAX,
    SMF_STATE_MARK = 10, /* bytes of a mark of kind 02 */
    SMF_STATE_BYTES_MAX = 64 << 20,
};

typedef enum {
    SMF_STATE_NONE = -1, /* somebody else's event */
    SMF_STATE_PART = 0,
    SMF_STATE_TOKEN = 1,
    SMF_STATE_RELEASES = 2,
    SMF_STATE_TEXT = 3,
    SMF_STATE_CONTEXT = 4, /* + SmfImageKind */
    SMF_STATE_RESULT = 5,
} SmfStateKind;

/* MIDI files within the file. */
typedef enum { SMF_IMAGE_CONTEXT, SMF_IMAGE_RESULT, SMF_IMAGES } SmfImageKind;

typedef struct {
    unsigned char *bytes; /* a MIDI file; owned, or null */
    size_t size;
} SmfImage;

/* What has been read, or is to be written. Zeroed = nothing. */
typedef struct {
    char *text; /* owned, NUL-terminated, or null */
    SmfImage image[SMF_IMAGES];
    int parts_seen;
    int parts; /* of kind 00, 0 = none announced */
    bool broken;
} SmfState;

/* Of the text of an FF 7F event. */
SmfStateKind smf_state_kind(const uint8_t *bytes, size_t size);
/* An own event of any kind; what it does not keep is ignored. Fails only out of memory. */
bool smf_state_add(SmfState *state, const uint8_t *bytes, size_t size, Error *err);
bool smf_state_is_whole(const SmfState *state); /* there is a text, and it is whole */
void smf_state_deinit(SmfState *state);

/* The mark of kind 02. */
void smf_state_write_mark(uint8_t mark[SMF_STATE_MARK], int channel);
/* The text of an event of kind 03 to 05, malloc'ed; null with a sentence. */
uint8_t *smf_state_pack(SmfStateKind kind, const void *bytes, size_t size, size_t *packed_size, Error *err);

#endif
