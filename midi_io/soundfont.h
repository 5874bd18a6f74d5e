/* Soundfont: where the built-in synth's instruments are found.
 *
 * Looked for, in this order: *.sf2 and *.sf3 in $XDG_DATA_HOME/soundfonts (~/.local/share/soundfonts), by name; then the
 * system's General MIDI fonts of Debian, Fedora and Arch: default-GM, default, FluidR3_GM, TimGM6mb .. in
 * /usr/share/sounds/sf2, /usr/share/sounds/sf3, /usr/share/soundfonts. */
#ifndef REFRAIN_MIDI_IO_SOUNDFONT_H
#define REFRAIN_MIDI_IO_SOUNDFONT_H

#include <stddef.h>

#include "engine/base/error.h"

/* Finds a readable soundfont; false with a sentence that says which package brings one. */
bool soundfont_find(char *path, size_t size, Error *err);
/* The font's name for people: the file's own name (through links) without folder and suffix. */
void soundfont_name(const char *path, char *name, size_t size);

#endif
