/* SmfText: names and words out of MIDI files, as UTF-8 that is fit for a terminal.
 *
 * MIDI files do not say how their texts are encoded. What is valid UTF-8 is taken as it is; of anything else libuchardet tells
 * the encoding by the bytes themselves (Shift-JIS, GB18030, Windows-1251 ..) and iconv converts it; where they do not know
 * either it is read as Latin-1. Then it is cleaned as utf8_clean does. */
#ifndef REFRAIN_MIDI_IO_SMF_TEXT_H
#define REFRAIN_MIDI_IO_SMF_TEXT_H

#include <stddef.h>
#include <stdint.h>

/* to holds size bytes, at least 1, and is always terminated. Any thread. Some 0.1 ms where it is not UTF-8. */
void smf_text_read(char *to, size_t size, const uint8_t *bytes, size_t length);

#endif
