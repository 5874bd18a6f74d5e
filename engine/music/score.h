/* Score: a piece of music: one timeline, its tracks, and what its file said beyond them.
 *
 * Some tracks are voices: the model reads them, they are edited, poured, drawn again. The others are the accompaniment: heard and
 * saved with every version, read by nobody. Which tracks are voices is a choice and can change, so all tracks stand in one list in
 * the order of the file, and the voices are named by their places in it, from top to bottom.
 *
 * The file's chunks are kept event by event (events.h). A track knows which chunk and channel it was read from
 * (TrackOrigin); what it does not hold itself - controllers, bends, lyrics, foreign chunks - is found there when the file is
 * written again.
 *
 * A Score is plain data of one thread; a zeroed one is valid: no tracks, no title, 480 ticks a quarter, 120 bpm, 4/4. Its parts
 * are shared and counted: a copy costs one pointer a track, whatever its length, and may be handed to another thread. */
#ifndef REFRAIN_ENGINE_MUSIC_SCORE_H
#define REFRAIN_ENGINE_MUSIC_SCORE_H

#include "engine/music/events.h"
#include "engine/music/timeline.h"
#include "engine/music/track.h"

enum {
    SCORE_VOICES_MAX = 8,
    SCORE_RESTS_MAX = 16,         /* bars of rest at the end that are music */
    SCORE_TRACKS_MAX = 16 * 1024, /* (chunk, channel) pairs with notes */
};

typedef struct {
    Timeline *timeline; /* null = plain */
    Track **track;      /* in the order of the file; none is null */
    int tracks;
    int16_t voice[SCORE_VOICES_MAX]; /* indices into track, all different, the upper voice first */
    int voices;
    Events **chunk; /* of the file, in its order; empty in a new song */
    int chunks;
    int format;                  /* of the file, 0 or 1; where there are chunks */
    int32_t end;                 /* bar line where the song ends when rests follow its last note; else 0 */
    char title[TRACK_NAME_SIZE]; /* UTF-8, no control characters */
} Score;

void score_deinit(Score *score);
/* Shares everything. to is deinited first, and empty on failure (no memory for the lists). */
bool score_copy(Score *to, const Score *from, Error *err);
bool score_equal(const Score *a,
                 const Score *b); /* timeline, tracks, voices, end, title; O(1) for each shared part */
/* Memory that score holds and that before (may be null) does not share with it. */
size_t score_bytes_beside(const Score *score, const Score *before);

void score_set_title(Score *score, const char *text);
/* Takes the timeline's reference. */
void score_set_timeline(Score *score, Timeline *timeline);
/* The song plays at one tempo, from the beginning to the end. */
bool score_set_tempo(Score *score, int32_t quarter_us, Error *err);
/* All bars have this meter, a pickup aside. */
bool score_set_meter(Score *score, Meter meter, Error *err);
/* From the tick, or the bar line at or before it, on to the next change. */
bool score_set_tempo_at(Score *score, int32_t tick, int32_t quarter_us, Error *err);
bool score_set_meter_at(Score *score, int32_t tick, Meter meter, Error *err);
/* The first bar is a pickup of this length, and bar 1 begins behind it; a zeroed one takes the pickup away. Notes stay at their
 * ticks. Fails with a sentence where it is no shorter than a bar. */
bool score_set_pickup(Score *score, Meter length, Error *err);
/* Where a word is sung, or a marker or text stands that has these words in it, upper and lower case alike: the first after a tick,
 * else from the beginning; -1 = nowhere. */
int32_t score_find_words(const Score *score, const char *words, int32_t after);

/* ---- tracks ---- */
/* Adds to the end and takes the reference, on failure too. The new track is accompaniment until it is made a voice. */
bool score_add_track(Score *score, Track *track, Error *err);
bool score_add_chunk(Score *score, Events *chunk, Error *err); /* the same of a chunk */
/* Makes a track the last voice. False with a sentence when there are SCORE_VOICES_MAX. */
bool score_add_voice(Score *score, int track, Error *err);
int score_voice_of(const Score *score, int track); /* which voice a track is, -1 = accompaniment */

/* The notes of a voice; never null: a voice that the score does not have is an empty track. */
const Track *score_voice(const Score *score, int voice);
/* The same to be changed (see track_edit). A score without tracks gets one for voice 0. */
Track *score_edit_voice(Score *score, int voice, Error *err);
Track *score_edit_track(Score *score, int track, Error *err);
/* The bars of another score and the notes of its first voice, in the place of the score's own, in its own division; tempo,
 * instrument, the other tracks and all that the file said beside them stay. On failure the score is as it was or has the bars. */
bool score_take_voice(Score *score, const Score *from, Error *err);

/* ---- the whole ---- */
int32_t score_voices_end(const Score *score); /* tick where the last note of a voice stops, 0 without notes */
int32_t score_end(const Score *score); /* where the song ends: of any track, or of the rests behind them */
/* Where the bars end that the voices are shown and read in: with the song, when that goes on for at most SCORE_RESTS_MAX bars
 * behind their last note, else with that note. 0 without notes. */
int32_t score_bars_end(const Score *score);
/* The song ends at the last bar line at or before tick; not when that is no later than its last note, or further behind it than
 * SCORE_RESTS_MAX bars: a forgotten end hours later is none. */
void score_set_end(Score *score, int32_t tick);

#endif
