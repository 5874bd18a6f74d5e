/* MIDI: the bytes of the wire (MIDI 1.0 Detailed Specification, 1996, tables 1 to 5), once for files, schedules and
 * devices. A channel message is a kind plus a channel, 0 .. 15, and one or two data bytes under 0x80. */
#ifndef REFRAIN_MIDI_IO_MIDI_H
#define REFRAIN_MIDI_IO_MIDI_H

enum {
    MIDI_NOTE_OFF = 0x80,
    MIDI_NOTE_ON = 0x90, /* with velocity 0 a note-off */
    MIDI_POLY_PRESSURE = 0xA0,
    MIDI_CONTROLLER = 0xB0,
    MIDI_PROGRAM = 0xC0,  /* one data byte */
    MIDI_PRESSURE = 0xD0, /* one data byte */
    MIDI_BEND = 0xE0,
    MIDI_SYSTEM = 0xF0, /* from here on no channel */
    MIDI_SONG_POSITION = 0xF2,
    MIDI_CLOCK_PULSE = 0xF8, /* 24 a quarter */
    MIDI_CLOCK_START = 0xFA,
    MIDI_CLOCK_CONTINUE = 0xFB,
    MIDI_CLOCK_STOP = 0xFC,
};

/* Numbers of controllers. */
enum {
    MIDI_DATA_ENTRY = 6,
    MIDI_VOLUME = 7,
    MIDI_PAN = 10,
    MIDI_SUSTAIN = 64,
    MIDI_NRPN_LOW = 98, /* 98 to 101 choose the parameter that data entry sets */
    MIDI_RPN_HIGH = 101,
    MIDI_ALL_SOUND_OFF = 120,
    MIDI_RESET_CONTROLLERS = 121,
    MIDI_ALL_NOTES_OFF = 123,
};

enum { MIDI_CHANNELS = 16, MIDI_DRUM_CHANNEL = 9, MIDI_DATA_MAX = 127 };

static inline int midi_kind(int status) {
    return status < MIDI_SYSTEM ? status & 0xF0 : status;
}

static inline int midi_channel(int status) {
    return status & 0x0F;
}

#endif
