/* SmfImport: one melody out of a foreign MIDI file, and the line that says what was taken and changed.
 *
 * Which voice: the one asked for, or the melody (smf_rows.h). Then, in this order: starts and ends go to the nearest sixteenth
 * (no note gets shorter than one), the bar lines of the main meter are made bar lines of the melody by a rest on the
 * left, and one note at a time is kept (melody_make_monophonic).
 *
 * The main meter is the first, unless its stretch is a single bar of it, or shorter than one bar of the next (a
 * pickup, a count-in): then it is that of the longest stretch after it, if longer. Tempo: the one at the first note. */
#ifndef REFRAIN_MIDI_IO_SMF_IMPORT_H
#define REFRAIN_MIDI_IO_SMF_IMPORT_H

#include "engine/music/melody.h"
#include "midi_io/smf_report.h"

/* out is deinited first. wanted null = choose, else smf_rows_find. Fails if there is no such track, only percussion, or no
 * memory.
 * In songs of refrain 0.1 the melody is the track "original". */
bool smf_import(Melody *out, const Score *score, const SmfReading *reading, const char *wanted,
                SmfReport *report, Error *err);

#endif
