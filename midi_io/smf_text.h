/* SmfText: names out of MIDI files, fit for a terminal.
 *
 * MIDI files do not say how their texts are encoded. What is valid UTF-8 is taken as it is, anything else as Latin-1.
 * Control characters, line and paragraph separators, and marks that change the direction of writing are left out, blanks at
 * both ends trimmed, and what is too long is cut between characters. */
#ifndef REFRAIN_MIDI_IO_SMF_TEXT_H
#define REFRAIN_MIDI_IO_SMF_TEXT_H

#include <stddef.h>
#include <stdint.h>

/* to holds size bytes, at least 1, and is always terminated. */
void smf_text_clean(char *to, size_t size, const uint8_t *bytes, size_t length);

#endif
