/* Synth output: FluidSynth with a General MIDI soundfont, so that a machine without MIDI devices sounds too.
 *
 * Messages go through a lock-free ring to the audio thread, which is the only one that calls the synth. It places each at
 * the sample that belongs to its due time plus a constant latency: neither the audio buffer's size nor a late wake-up of
 * the sender is heard. FluidSynth computes 64 samples at a time, so 1.5 ms is the grain.
 *
 * FluidSynth's own player and file parsers are not used: notes come from a Schedule. */
#ifndef REFRAIN_MIDI_IO_OUTPUT_SYNTH_H
#define REFRAIN_MIDI_IO_OUTPUT_SYNTH_H

#include <stdatomic.h>

#include "engine/base/headway.h"
#include "midi_io/audio_file.h"
#include "midi_io/output.h"
#include "midi_io/schedule.h"

enum { OUTPUT_SYNTH_RATE = 44100 };

/* driver: a FluidSynth audio driver, or null = the first that works of pulseaudio, pipewire, alsa, oss, jack. Null with a
 * sentence where there is no soundfont or no sound. Takes 20 to 50 ms to load the font. */
MidiOutput *output_synth_open(const char *driver, Error *err);

/* The same without a driver: sound is made when asked for. Each call gives the next frames, for the moment now_us on
 * CLOCK_MONOTONIC. This is what the audio thread calls, and what tests do. */
MidiOutput *output_synth_open_pulled(Error *err);
void output_synth_pull(MidiOutput *self, int64_t now_us, float *left, float *right, int frames);

/* Renders a schedule, count-in first if it has one, loop ignored, into a sound file that was opened at OUTPUT_SYNTH_RATE, with the
 * release of the last note; faster than real time and without a device. Takes the file (null, as a failed opening gives it, is a
 * failure whose sentence stands in err). Fails with a sentence and leaves nothing behind, also when another thread sets
 * cancelled (may be null). headway (may be null) hears how much of it is written. */
bool output_synth_render(const Schedule *schedule, AudioFile *file, const atomic_bool *cancelled,
                         const Headway *headway, Error *err);

#endif
