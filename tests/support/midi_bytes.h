/* MidiBytes: MIDI files written by hand, legal and illegal ones, for the tests of the readers.
 *
 * Independent of midi_io's own writer. Fixed size; running over it fails the test. */
#ifndef REFRAIN_TESTS_SUPPORT_MIDI_BYTES_H
#define REFRAIN_TESTS_SUPPORT_MIDI_BYTES_H

#include <stddef.h>
#include <stdint.h>

typedef struct {
    uint8_t at[1 << 20];
    size_t size;
    size_t track; /* where the open track's length stands */
} MidiBytes;

void midi_bytes_header(MidiBytes *bytes, int format, int tracks, int division); /* empties bytes first */
void midi_bytes_open_track(MidiBytes *bytes);
void midi_bytes_close_track(MidiBytes *bytes);      /* with End Of Track */
void midi_bytes_close_track_bare(MidiBytes *bytes); /* without */
void midi_bytes_put(MidiBytes *bytes, const void *data, size_t size);
#define MIDI_BYTES(bytes, ...) \
    midi_bytes_put(bytes, (const uint8_t[]){__VA_ARGS__}, sizeof((const uint8_t[]){__VA_ARGS__}))
void midi_bytes_delta(MidiBytes *bytes, uint32_t delta);
void midi_bytes_name(MidiBytes *bytes, const char *name);
void midi_bytes_tempo(MidiBytes *bytes, uint32_t delta, int quarter_us);
void midi_bytes_meter(MidiBytes *bytes, uint32_t delta, int beats, int exponent);
/* Rest of `delta` ticks, then a note of `length` ticks; channel from 0. */
void midi_bytes_note(MidiBytes *bytes, uint32_t delta, int channel, int pitch, uint32_t length);

#endif
