#include "midi_io/sounding.h"

#include <string.h>

#include "midi_io/midi.h"

enum {
    RELEASE_VELOCITY = 64,
    VOLUME_AT_REST = 100,
    CENTRE = 64,
};

void sounding_init(Sounding *voices, MidiOutput *output) {
    *voices = (Sounding){.output = output};
}

void sounding_send(Sounding *voices, int64_t due_us, uint8_t status, uint8_t data1, uint8_t data2) {
    if (voices->lost || voices->output->send(voices->output, due_us, status, data1, data2)) return;
    voices->lost = true;
    memset(voices->owner, SOUNDING_FREE, sizeof voices->owner);
    voices->touched = 0;
}

void sounding_program(Sounding *voices, int64_t due_us, uint8_t channel, uint8_t program) {
    if (voices->program[channel] == program + 1) return;
    voices->program[channel] = program + 1;
    sounding_send(voices, due_us, MIDI_PROGRAM | channel, program, 0);
}

void sounding_steer(Sounding *voices, int64_t due_us, uint8_t status, uint8_t data1, uint8_t data2) {
    voices->steered |= (uint16_t)(1u << midi_channel(status));
    sounding_send(voices, due_us, status, data1, data2);
}

/* "Reset all controllers" leaves volume and pan as they are, and some synths the bend too (MMA RP-015). */
void sounding_rest(Sounding *voices, int64_t due_us) {
    for (uint8_t channel = 0; channel < SOUNDING_CHANNELS; channel++) {
        if (!(voices->steered >> channel & 1)) continue;
        sounding_send(voices, due_us, MIDI_CONTROLLER | channel, MIDI_RESET_CONTROLLERS, 0);
        sounding_send(voices, due_us, MIDI_CONTROLLER | channel, MIDI_VOLUME, VOLUME_AT_REST);
        sounding_send(voices, due_us, MIDI_CONTROLLER | channel, MIDI_PAN, CENTRE);
        sounding_send(voices, due_us, MIDI_BEND | channel, 0, CENTRE);
    }
    voices->steered = 0;
}

static void end_note(Sounding *voices, int64_t due_us, uint8_t channel, uint8_t pitch) {
    voices->owner[channel][pitch] = SOUNDING_FREE;
    sounding_send(voices, due_us, MIDI_NOTE_OFF | channel, pitch, RELEASE_VELOCITY);
}

void sounding_on(Sounding *voices, int64_t due_us, SoundingOwner owner, uint8_t channel, uint8_t pitch,
                 uint8_t velocity) {
    if (voices->owner[channel][pitch] != SOUNDING_FREE) end_note(voices, due_us, channel, pitch);
    if (voices->lost) return;
    voices->owner[channel][pitch] = (uint8_t)owner;
    voices->touched |= (uint16_t)(1u << channel);
    sounding_send(voices, due_us, MIDI_NOTE_ON | channel, pitch, velocity);
}

void sounding_off(Sounding *voices, int64_t due_us, SoundingOwner owner, uint8_t channel, uint8_t pitch) {
    if (voices->owner[channel][pitch] == owner) end_note(voices, due_us, channel, pitch);
}

void sounding_release(Sounding *voices, int64_t due_us, SoundingOwner owner) {
    for (uint8_t channel = 0; channel < SOUNDING_CHANNELS; channel++) {
        if (!(voices->touched >> channel & 1)) continue;
        for (uint8_t pitch = 0; pitch < SOUNDING_PITCHES; pitch++) {
            uint8_t held = voices->owner[channel][pitch];
            if (held != SOUNDING_FREE && (owner == SOUNDING_FREE || held == owner))
                end_note(voices, due_us, channel, pitch);
        }
    }
}

void sounding_silence(Sounding *voices, int64_t due_us, SoundingSilence how, bool all_channels) {
    sounding_release(voices, due_us, SOUNDING_FREE);
    for (uint8_t channel = 0; channel < SOUNDING_CHANNELS; channel++) {
        if (!all_channels && !(voices->touched >> channel & 1)) continue;
        sounding_send(voices, due_us, MIDI_CONTROLLER | channel, MIDI_SUSTAIN, 0);
        sounding_send(voices, due_us, MIDI_CONTROLLER | channel, MIDI_ALL_NOTES_OFF, 0);
        if (how == SOUNDING_CUT)
            sounding_send(voices, due_us, MIDI_CONTROLLER | channel, MIDI_ALL_SOUND_OFF, 0);
    }
    if (how == SOUNDING_CUT) voices->touched = 0;
}
