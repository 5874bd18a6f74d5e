#include "app/studio/mixer.h"

#include <stdlib.h>
#include <string.h>

static void drop(MixerStrip *strip) {
    free(strip->state);
    free(strip->silent);
    *strip = (MixerStrip){0};
}

void mixer_deinit(Mixer *mixer) {
    for (int i = 0; i < DOCUMENT_SCORES; i++) drop(&mixer->strip[i]);
    *mixer = (Mixer){0};
}

static void resize(MixerStrip *strip, int tracks) {
    if (tracks == strip->tracks) return;
    MixerStrip made = {calloc((size_t)tracks + 1, sizeof *made.state),
                       calloc((size_t)tracks + 1, sizeof *made.silent), tracks};
    if (!made.state || !made.silent) drop(&made);
    const int kept = made.tracks < strip->tracks ? made.tracks : strip->tracks;
    if (kept > 0) memcpy(made.state, strip->state, (size_t)kept * sizeof *made.state);
    drop(strip);
    *strip = made;
}

static void decide(Mixer *mixer, DocumentScore which, const Score *score) {
    MixerStrip *strip = &mixer->strip[which];
    bool solo = false;
    for (int i = 0; i < strip->tracks; i++) solo |= (strip->state[i] & VIEW_SOLO) != 0;
    for (int i = 0; i < strip->tracks; i++) {
        const uint8_t state = strip->state[i];
        const bool silent = (state & VIEW_MUTED) || (solo && !(state & VIEW_SOLO)) ||
                            (mixer->alone && score_voice_of(score, i) < 0);
        mixer->changes += silent != strip->silent[i];
        strip->silent[i] = silent;
        strip->state[i] = (uint8_t)(silent ? state | VIEW_SILENT : state & ~VIEW_SILENT);
    }
}

void mixer_follow(Mixer *mixer, const Document *document) {
    for (int i = 0; i < DOCUMENT_SCORES; i++) {
        resize(&mixer->strip[i], document->score[i].tracks);
        decide(mixer, (DocumentScore)i, &document->score[i]);
    }
}

bool mixer_toggle(Mixer *mixer, DocumentScore score, int track, ViewMix state) {
    MixerStrip *strip = &mixer->strip[score];
    if (track < 0 || track >= strip->tracks) return false;
    strip->state[track] ^= (uint8_t)state;
    return (strip->state[track] & state) != 0;
}

void mixer_clear(Mixer *mixer, DocumentScore score, ViewMix state) {
    MixerStrip *strip = &mixer->strip[score];
    for (int i = 0; i < strip->tracks; i++) strip->state[i] &= (uint8_t)~state;
}

void mixer_set_alone(Mixer *mixer, bool alone) {
    mixer->alone = alone;
}
