/* SmfSong <-> MIDI file, exactly: the layout that smf_file.h describes. Only smf_file.c calls it. */
#ifndef REFRAIN_MIDI_IO_SMF_SONG_H
#define REFRAIN_MIDI_IO_SMF_SONG_H

#include "midi_io/smf_file.h"
#include "midi_io/smf_score.h"

/* *bytes is malloc'ed. Fails if the state is longer than SMF_STATE_TEXT_MAX, or out of memory. */
bool smf_song_write(const SmfSong *song, unsigned char **bytes, size_t *size, Error *err);
/* out is empty before; on failure the caller deinits it. score is a song (smf_score_is_song); its state text is taken. */
bool smf_song_restore(SmfSong *out, SmfScore *score, SmfReport *report, Error *err);

#endif
