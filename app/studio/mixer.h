/* Mixer: which tracks of the open song are heard: muted ones are silent, and where some are solo all others are; the melody is a
 * track like the others here. alone: everything but the melody is silent.
 *
 * A matter of listening: no edit, not undone, not saved; another song begins with everything heard. A track keeps its state
 * when it becomes the melody or stops being it. UI thread. Zeroed = everything is heard. */
#ifndef REFRAIN_APP_STUDIO_MIXER_H
#define REFRAIN_APP_STUDIO_MIXER_H

#include "engine/music/document.h"
#include "ui/view.h"

typedef struct {
    uint8_t *state; /* (tracks) VIEW_MUTED, VIEW_SOLO, VIEW_SILENT; owned */
    bool *silent;   /* (tracks) whether the last is set; owned */
    int tracks;
} MixerStrip;

typedef struct {
    MixerStrip strip[DOCUMENT_SCORES];
    bool alone;
    uint64_t changes; /* grows when something else is heard */
} Mixer;

void mixer_deinit(Mixer *mixer);
/* The tracks are those of document: new ones are heard. Out of memory all of them are. */
void mixer_follow(Mixer *mixer, const Document *document);
/* Turns one state of a track over; whether it is set now. A track that the mixer does not follow has none. */
bool mixer_toggle(Mixer *mixer, DocumentScore score, int track, ViewMix state);
void mixer_clear(Mixer *mixer, DocumentScore score, ViewMix state); /* of all tracks */
void mixer_set_alone(Mixer *mixer, bool alone);

#endif
