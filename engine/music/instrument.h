/* Instrument: the 128 General MIDI sounds by number and name (General MIDI System Level 1, MMA 1991). */
#ifndef REFRAIN_ENGINE_MUSIC_INSTRUMENT_H
#define REFRAIN_ENGINE_MUSIC_INSTRUMENT_H

enum { INSTRUMENT_COUNT = 128 };

const char *instrument_name(int program); /* 0..127 */
/* "0".."127", a name, or a part of one, whatever the case; -1 when it is none. A whole name wins over parts; where several
 * names have the part, the lowest number does. */
int instrument_find(const char *text);

#endif
