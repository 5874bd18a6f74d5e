#include "engine/music/melody.h"

#include <string.h>

void melody_init(Melody *melody) {
    *melody = (Melody){.quarter_us = MELODY_DEFAULT_QUARTER_US, .meter_beats = 4, .meter_unit = 4};
}

bool melody_equal(const Melody *a, const Melody *b) {
    return melody_quarter_us(a) == melody_quarter_us(b) && meter_equal(melody_meter(a), melody_meter(b)) &&
           track_equal(a, b);
}

int melody_make_monophonic(Melody *melody, int *cut) {
    return track_make_monophonic(melody, MELODY_STEP_TICKS, cut);
}

Meter melody_meter(const Melody *melody) {
    return (Meter){melody->meter_beats, melody->meter_unit};
}

Timeline *melody_timeline(const Melody *melody, Error *err) {
    return timeline_plain(MELODY_QUARTER_TICKS, melody->quarter_us, melody_meter(melody), err);
}

int32_t melody_quarter_us(const Melody *melody) {
    return melody->quarter_us > 0 ? melody->quarter_us : MELODY_DEFAULT_QUARTER_US;
}

int melody_beats(const Melody *melody) {
    return meter_beats(melody_meter(melody));
}

int melody_unit(const Melody *melody) {
    return meter_unit(melody_meter(melody));
}

int32_t melody_bar_ticks(const Melody *melody) {
    return meter_bar_ticks(melody_meter(melody), MELODY_QUARTER_TICKS);
}

int melody_bar_count(const Melody *melody) {
    int32_t bar = melody_bar_ticks(melody), end = track_end(melody);
    return end > 0 ? (end + bar - 1) / bar : 1;
}

bool melody_to_score(Score *to, const Melody *from, Error *err) {
    score_deinit(to);
    Track copy = {0};
    Track *track = track_copy(&copy, from, err) ? track_share(&copy, err) : NULL;
    track_deinit(&copy);
    if (track) memset(track->name, 0, sizeof track->name); /* it is the score's title */
    score_set_title(to, from->name);
    if (track && score_add_track(to, track, err) && score_add_voice(to, 0, err) &&
        (to->timeline = melody_timeline(from, err)))
        return true;
    score_deinit(to);
    return false;
}
