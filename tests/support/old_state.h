/* Old state: the text of a song as refrain 0.1 wrote it, in parts (midi_io/smf_state.h, kind 00). */
#ifndef REFRAIN_TESTS_SUPPORT_OLD_STATE_H
#define REFRAIN_TESTS_SUPPORT_OLD_STATE_H

#include "midi_io/smf_state.h"

enum { OLD_STATE_SIZE = SMF_STATE_PREFIX + SMF_STATE_PART_TEXT }; /* of a part */

int old_state_parts(size_t text_length);
/* Returns the size of this part. */
size_t old_state_write(uint8_t bytes[OLD_STATE_SIZE], const char *text, int part);

#endif
