/* Sounding: every note that sounds on an output, and who started it. All of the player's messages go through here, so for
 * each channel and pitch note-ons and note-offs alternate, whatever happens: a note that begins where one sounds ends that
 * one first, and only the one who started a note last can end it.
 *
 * Belongs to the player's thread. Nothing here allocates or fails: once the output says that its device is gone, nothing
 * more is sent and nothing sounds any more. */
#ifndef REFRAIN_MIDI_IO_SOUNDING_H
#define REFRAIN_MIDI_IO_SOUNDING_H

#include "midi_io/output.h"

enum { SOUNDING_CHANNELS = 16, SOUNDING_PITCHES = 128 };

typedef enum {
    SOUNDING_FREE,
    SOUNDING_SONG, /* started by the schedule */
    SOUNDING_HAND, /* by entry or a MIDI keyboard */
} SoundingOwner;

typedef enum {
    SOUNDING_RING_OUT, /* sustain off, all notes off: what was released may fade */
    SOUNDING_CUT,      /* and all sound off */
} SoundingSilence;

typedef struct {
    MidiOutput *output;                                 /* borrowed */
    bool lost;                                          /* the device is gone */
    uint8_t owner[SOUNDING_CHANNELS][SOUNDING_PITCHES]; /* SoundingOwner */
    uint8_t program[SOUNDING_CHANNELS];                 /* as last sent, plus 1; 0 = never */
    uint16_t touched;                                   /* channels with notes since they were last cut */
    uint16_t steered;                                   /* channels whose controllers are not at rest */
} Sounding;

/* Starts anew with another output; what sounded on the old one must have been released. */
void sounding_init(Sounding *voices, MidiOutput *output);
void sounding_send(Sounding *voices, int64_t due_us, uint8_t status, uint8_t data1,
                   uint8_t data2); /* no notes */
void sounding_program(Sounding *voices, int64_t due_us, uint8_t channel,
                      uint8_t program); /* sent when it is news */
void sounding_on(Sounding *voices, int64_t due_us, SoundingOwner owner, uint8_t channel, uint8_t pitch,
                 uint8_t velocity);
void sounding_off(Sounding *voices, int64_t due_us, SoundingOwner owner, uint8_t channel, uint8_t pitch);
/* A controller, bend or pressure of the song. */
void sounding_steer(Sounding *voices, int64_t due_us, uint8_t status, uint8_t data1, uint8_t data2);
/* All controllers and bends that the song has moved are at rest again. */
void sounding_rest(Sounding *voices, int64_t due_us);
/* Ends every note of this owner; SOUNDING_FREE = everybody's. */
void sounding_release(Sounding *voices, int64_t due_us, SoundingOwner owner);
/* Ends everybody's notes, then silences the channels that were used, or all sixteen. */
void sounding_silence(Sounding *voices, int64_t due_us, SoundingSilence how, bool all_channels);

#endif
