/* Soundfont: where the built-in synth's instruments are found.
 *
 * Looked for, in this order: the first font by name in $XDG_DATA_HOME/soundfonts (~/.local/share/soundfonts); then, folder
 * by folder, in /usr/share/sounds/sf2, /usr/share/sounds/sf3, /usr/share/soundfonts and /usr/local/share/soundfonts: the
 * General MIDI fonts of Debian, Fedora and Arch, which are default-GM, default, FluidR3_GM (each .sf2, then .sf3),
 * TimGM6mb.sf2 and GeneralUser-GS.sf2, else the first font by name. Fonts end in .sf2 or .sf3. */
#ifndef REFRAIN_MIDI_IO_SOUNDFONT_H
#define REFRAIN_MIDI_IO_SOUNDFONT_H

#include <stddef.h>

#include "engine/base/error.h"

/* Finds a readable soundfont; false with a sentence that says which package brings one. */
bool soundfont_find(char *path, size_t size, Error *err);
/* The font's name for people: the file's own name (through links) without folder and suffix. */
void soundfont_name(const char *path, char *name, size_t size);

#endif
