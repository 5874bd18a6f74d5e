#include "tests/support/notes.h"

#include <string.h>

#include "tests/support/check.h"

void notes_add(Track *track, int start, int length, int pitch) {
    Error err;
    check_ok(track_insert(track, (Note){start, length, (uint8_t)pitch, 80}, &err) >= 0, &err);
}

bool notes_score(Score *out, const Track *track, Timeline *timeline, Error *err) {
    Track copy = {0};
    Track *voice = track_copy(&copy, track, err) ? track_share(&copy, err) : NULL;
    track_deinit(&copy);
    score_deinit(out);
    score_set_timeline(out, timeline);
    score_set_title(out, track->name);
    if (voice) memset(voice->name, 0, sizeof voice->name);
    if (voice && score_add_track(out, voice, err) && score_add_voice(out, 0, err)) return true;
    score_deinit(out);
    return false;
}
