/* Voices: every note that sounds on an output, and who started it. All of the player's messages go through here, so for
 * each channel and pitch note-ons and note-offs alternate, whatever happens: a note that begins where one sounds ends that
 * one first, and only the one who started a note last can end it.
 *
 * Belongs to the player's thread. Nothing here allocates or fails: once the output says that its device is gone, nothing
 * more is sent and nothing sounds any more. */
#ifndef REFRAIN_MIDI_IO_VOICES_H
#define REFRAIN_MIDI_IO_VOICES_H

#include "midi_io/output.h"

enum { VOICES_CHANNELS = 16, VOICES_PITCHES = 128 };

typedef enum {
    VOICE_FREE,
    VOICE_SONG, /* started by the schedule */
    VOICE_HAND, /* by entry or a MIDI keyboard */
} VoiceOwner;

typedef enum {
    VOICES_RING_OUT, /* sustain off, all notes off: what was released may fade */
    VOICES_CUT,      /* and all sound off */
} VoicesSilence;

typedef struct {
    MidiOutput *output;                             /* borrowed */
    bool lost;                                      /* the device is gone */
    uint8_t owner[VOICES_CHANNELS][VOICES_PITCHES]; /* VoiceOwner */
    uint8_t program[VOICES_CHANNELS];               /* as last sent, plus 1; 0 = never */
    uint16_t touched;                               /* channels with notes since they were last cut */
} Voices;

/* Starts anew with another output; what sounded on the old one must have been released. */
void voices_init(Voices *voices, MidiOutput *output);
void voices_send(Voices *voices, int64_t due_us, uint8_t status, uint8_t data1, uint8_t data2); /* no notes */
void voices_program(Voices *voices, int64_t due_us, uint8_t channel,
                    uint8_t program); /* sent when it is news */
void voices_on(Voices *voices, int64_t due_us, VoiceOwner owner, uint8_t channel, uint8_t pitch,
               uint8_t velocity);
void voices_off(Voices *voices, int64_t due_us, VoiceOwner owner, uint8_t channel, uint8_t pitch);
/* Ends every note of this owner; VOICE_FREE = everybody's. */
void voices_release(Voices *voices, int64_t due_us, VoiceOwner owner);
/* Ends everybody's notes, then silences the channels that were used, or all sixteen. */
void voices_silence(Voices *voices, int64_t due_us, VoicesSilence how, bool all_channels);

#endif
