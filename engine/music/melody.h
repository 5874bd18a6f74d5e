/* Melody: a track with a tempo and a meter of its own, as smf_import hands it out for a corpus.
 * Everything else works on a Score (score.h), whose timeline is the song's: melody_to_score is the way there. */
#ifndef REFRAIN_ENGINE_MUSIC_MELODY_H
#define REFRAIN_ENGINE_MUSIC_MELODY_H

#include "engine/music/score.h"

enum {
    MELODY_QUARTER_TICKS = TIMELINE_DIVISION,
    MELODY_STEP_TICKS = MELODY_QUARTER_TICKS / 4, /* a sixteenth */
    MELODY_DEFAULT_QUARTER_US = TIMELINE_QUARTER_US,
    MELODY_NAME_SIZE = TRACK_NAME_SIZE,
    MELODY_NOTES_MAX = 20000,
    MELODY_TICKS_MAX = 1 << 24, /* over 8,000 bars of 4/4 */
};

typedef Track Melody;

#define melody_deinit track_deinit
#define melody_note_equal track_note_equal
#define melody_write_name track_write_name
#define melody_set_name track_set_name
#define melody_insert track_insert
#define melody_remove track_remove
#define melody_change track_change
#define melody_find track_find
#define melody_next track_next
#define melody_previous track_previous
#define melody_end track_end
#define melody_transpose track_transpose
#define melody_copy track_copy

void melody_init(Melody *melody);
bool melody_equal(const Melody *a, const Melody *b); /* notes, tempo, meter, program, name */
int melody_make_monophonic(Melody *melody, int *cut);

/* To a score of one voice, whose title is the melody's name. to is deinited first. */
bool melody_to_score(Score *to, const Melody *from, Error *err);

/* The same as a timeline; null when memory is short. */
Timeline *melody_timeline(const Melody *melody, Error *err);
Meter melody_meter(const Melody *melody);

/* Tempo and meter as they are played and drawn: what is 0, as in a zeroed Melody, reads as 120 bpm and 4/4. */
int32_t melody_quarter_us(const Melody *melody);
int melody_beats(const Melody *melody);
int melody_unit(const Melody *melody);
int32_t melody_bar_ticks(const Melody *melody); /* ticks of one bar of its meter */
int melody_bar_count(const Melody *melody);     /* bars touched by notes, at least 1 */

#endif
