#include "tests/support/midi_bytes.h"

#include <assert.h>
#include <string.h>

void midi_bytes_put(MidiBytes *bytes, const void *data, size_t size) {
    assert(bytes->size + size <= sizeof bytes->at);
    memcpy(bytes->at + bytes->size, data, size);
    bytes->size += size;
}

static void put_number(MidiBytes *bytes, uint32_t value, int count) {
    for (int i = count - 1; i >= 0; i--) MIDI_BYTES(bytes, (uint8_t)(value >> (8 * i)));
}

void midi_bytes_header(MidiBytes *bytes, int format, int tracks, int division) {
    bytes->size = 0;
    midi_bytes_put(bytes, "MThd\0\0\0\6", 8);
    put_number(bytes, (uint32_t)format, 2);
    put_number(bytes, (uint32_t)tracks, 2);
    put_number(bytes, (uint32_t)division, 2);
}

void midi_bytes_open_track(MidiBytes *bytes) {
    midi_bytes_put(bytes, "MTrk\0\0\0\0", 8);
    bytes->track = bytes->size;
}

void midi_bytes_close_track_bare(MidiBytes *bytes) {
    size_t end = bytes->size;
    bytes->size = bytes->track - 4;
    put_number(bytes, (uint32_t)(end - bytes->track), 4);
    bytes->size = end;
}

void midi_bytes_close_track(MidiBytes *bytes) {
    midi_bytes_put(bytes, "\0\xff\x2f\0", 4);
    midi_bytes_close_track_bare(bytes);
}

void midi_bytes_delta(MidiBytes *bytes, uint32_t delta) {
    assert(delta < 1u << 28);
    for (int shift = 21; shift > 0; shift -= 7)
        if (delta >> shift) MIDI_BYTES(bytes, (uint8_t)(0x80 | (delta >> shift & 0x7f)));
    MIDI_BYTES(bytes, (uint8_t)(delta & 0x7f));
}

void midi_bytes_name(MidiBytes *bytes, const char *name) {
    MIDI_BYTES(bytes, 0, 0xff, 3, (uint8_t)strlen(name));
    midi_bytes_put(bytes, name, strlen(name));
}

void midi_bytes_tempo(MidiBytes *bytes, uint32_t delta, int quarter_us) {
    midi_bytes_delta(bytes, delta);
    MIDI_BYTES(bytes, 0xff, 0x51, 3);
    put_number(bytes, (uint32_t)quarter_us, 3);
}

void midi_bytes_meter(MidiBytes *bytes, uint32_t delta, int beats, int exponent) {
    midi_bytes_delta(bytes, delta);
    MIDI_BYTES(bytes, 0xff, 0x58, 4, (uint8_t)beats, (uint8_t)exponent, 24, 8);
}

void midi_bytes_note(MidiBytes *bytes, uint32_t delta, int channel, int pitch, uint32_t length) {
    midi_bytes_delta(bytes, delta);
    MIDI_BYTES(bytes, (uint8_t)(0x90 | channel), (uint8_t)pitch, 80);
    midi_bytes_delta(bytes, length);
    MIDI_BYTES(bytes, (uint8_t)(0x80 | channel), (uint8_t)pitch, 64);
}
