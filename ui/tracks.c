#include "ui/tracks.h"

#include <stdio.h>

static const char *mix_words(const View *view, int track) {
    const uint8_t mix = view->mix ? view->mix[track] : 0;
    return (mix & VIEW_MUTED)    ? ", muted"
           : (mix & VIEW_SOLO)   ? ", solo"
           : (mix & VIEW_SILENT) ? ", silent"
                                 : "";
}

static void range_words(const View *view, const Track *track, char *out, size_t size) {
    int low = 127, high = 0;
    for (int i = 0; i < track->count; i++) {
        if (track->notes[i].pitch < low) low = track->notes[i].pitch;
        if (track->notes[i].pitch > high) high = track->notes[i].pitch;
    }
    char from[KEY_SPELLING_SIZE], to[KEY_SPELLING_SIZE];
    key_spell(view->key, low, from);
    key_spell(view->key, high, to);
    snprintf(out, size, ", %s to %s", from, to);
}

static void write_track(Pager *pager, const View *view, int index) {
    const Track *track = view->with->track[index];
    const bool melody = score_voice_of(view->with, index) >= 0, drums = track->channel == TRACK_DRUMS;
    char key[16], range[40] = "";
    snprintf(key, sizeof key, "%s%d", melody ? "* " : "  ", index + 1);
    if (track->count > 0 && !drums) range_words(view, track, range, sizeof range);
    pager_addf(pager,
               melody                      ? STYLE_STRONG
               : mix_words(view, index)[0] ? STYLE_DIM
                                           : STYLE_NORMAL,
               key, "%s%schannel %d, %s %d, %d note%s%s%s", track->name, track->name[0] ? ": " : "",
               track->channel + 1, drums ? "drums, program" : "program", track->program, track->count,
               track->count == 1 ? "" : "s", range, mix_words(view, index));
}

void tracks_write(Pager *pager, const View *view) {
    pager_clear(pager);
    snprintf(pager->title, sizeof pager->title, "Tracks (* is the melody)");
    for (int i = 0; view->with && i < view->with->tracks; i++) write_track(pager, view, i);
    if (!view->with || view->with->tracks == 0) {
        pager_add(pager, STYLE_DIM, NULL, "There are no tracks yet: Enter places a note.");
        return;
    }
    pager_add(pager, STYLE_DIM, NULL, "");
    pager_add(pager, STYLE_DIM, NULL,
              ":track N or NAME makes another one the melody; :mute and :solo turn one off and on.");
}
