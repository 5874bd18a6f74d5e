#include "midi_io/voices.h"

#include <string.h>

enum {
    NOTE_OFF = 0x80,
    NOTE_ON = 0x90,
    CONTROLLER = 0xB0,
    PROGRAM = 0xC0,
    SUSTAIN = 64,
    ALL_SOUND_OFF = 120,
    ALL_NOTES_OFF = 123,
    RELEASE_VELOCITY = 64,
};

void voices_init(Voices *voices, MidiOutput *output) {
    *voices = (Voices){.output = output};
}

void voices_send(Voices *voices, int64_t due_us, uint8_t status, uint8_t data1, uint8_t data2) {
    if (voices->lost || voices->output->send(voices->output, due_us, status, data1, data2)) return;
    voices->lost = true;
    memset(voices->owner, VOICE_FREE, sizeof voices->owner);
    voices->touched = 0;
}

void voices_program(Voices *voices, int64_t due_us, uint8_t channel, uint8_t program) {
    if (voices->program[channel] == program + 1) return;
    voices->program[channel] = program + 1;
    voices_send(voices, due_us, PROGRAM | channel, program, 0);
}

static void end_note(Voices *voices, int64_t due_us, uint8_t channel, uint8_t pitch) {
    voices->owner[channel][pitch] = VOICE_FREE;
    voices_send(voices, due_us, NOTE_OFF | channel, pitch, RELEASE_VELOCITY);
}

void voices_on(Voices *voices, int64_t due_us, VoiceOwner owner, uint8_t channel, uint8_t pitch,
               uint8_t velocity) {
    if (voices->owner[channel][pitch] != VOICE_FREE) end_note(voices, due_us, channel, pitch);
    if (voices->lost) return;
    voices->owner[channel][pitch] = (uint8_t)owner;
    voices->touched |= (uint16_t)(1u << channel);
    voices_send(voices, due_us, NOTE_ON | channel, pitch, velocity);
}

void voices_off(Voices *voices, int64_t due_us, VoiceOwner owner, uint8_t channel, uint8_t pitch) {
    if (voices->owner[channel][pitch] == owner) end_note(voices, due_us, channel, pitch);
}

void voices_release(Voices *voices, int64_t due_us, VoiceOwner owner) {
    for (uint8_t channel = 0; channel < VOICES_CHANNELS; channel++) {
        if (!(voices->touched >> channel & 1)) continue;
        for (uint8_t pitch = 0; pitch < VOICES_PITCHES; pitch++) {
            uint8_t held = voices->owner[channel][pitch];
            if (held != VOICE_FREE && (owner == VOICE_FREE || held == owner))
                end_note(voices, due_us, channel, pitch);
        }
    }
}

void voices_silence(Voices *voices, int64_t due_us, VoicesSilence how, bool all_channels) {
    voices_release(voices, due_us, VOICE_FREE);
    for (uint8_t channel = 0; channel < VOICES_CHANNELS; channel++) {
        if (!all_channels && !(voices->touched >> channel & 1)) continue;
        voices_send(voices, due_us, CONTROLLER | channel, SUSTAIN, 0);
        voices_send(voices, due_us, CONTROLLER | channel, ALL_NOTES_OFF, 0);
        if (how == VOICES_CUT) voices_send(voices, due_us, CONTROLLER | channel, ALL_SOUND_OFF, 0);
    }
    if (how == VOICES_CUT) voices->touched = 0;
}
