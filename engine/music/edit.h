/* Edit: what a musician does to the notes in a range of a track. Pure functions on notes; the session makes them undoable.
 *
 * A range is a rectangle of time and pitch; a note belongs to it by its start. Functions return how many notes changed,
 * or -1 with a sentence in err when the whole edit cannot be done; the track is then as it was. */
#ifndef REFRAIN_ENGINE_MUSIC_EDIT_H
#define REFRAIN_ENGINE_MUSIC_EDIT_H

#include "engine/music/grid.h"
#include "engine/music/key.h"
#include "engine/music/track.h"

typedef struct {
    int32_t start, end; /* ticks, end excluded */
    int low, high;      /* pitches, both included */
} EditRange;

int edit_count(const Track *track, const EditRange *range);

int edit_transpose(Track *track, const EditRange *range, int semitones, Error *err);
int edit_scale_step(Track *track, const EditRange *range, Key key, int steps, Error *err);
/* Longer by ticks (shorter when negative); no note gets shorter than a 32nd or longer than 64 quarters of division ticks. */
int edit_lengthen(Track *track, const EditRange *range, int32_t ticks, int division, Error *err);
int edit_louder(Track *track, const EditRange *range, int amount, Error *err); /* 1..127 is kept */
/* Starts and ends move to the nearest lines of the grid, by strength 0..1 of the way; no note gets shorter than a step. */
int edit_quantise(Track *track, const EditRange *range, Grid grid, const Timeline *timeline, double strength,
                  Error *err);

int edit_delete(Track *track, const EditRange *range);
/* clip becomes the range's notes with their starts counted from range->start; name and instrument come along. */
int edit_copy(Track *clip, const Track *track, const EditRange *range, Error *err);
/* Adds clip's notes at tick, moved by semitones. */
int edit_paste(Track *track, const Track *clip, int32_t tick, int semitones, Error *err);

/* Opens a gap of ticks: notes from `at` on start later, notes that sound there end at `at`. */
int edit_insert_time(Track *track, int32_t at, int32_t ticks, Error *err);
/* The same until rests have taken the gap up: each rest behind `at` gets shorter by what is left of it, and what stands behind the
 * last one that was needed stays. */
int edit_push(Track *track, int32_t at, int32_t ticks, Error *err);
/* Closes [start, end): notes that begin there go, later ones move up, notes that reach in get shorter. */
int edit_delete_time(Track *track, int32_t start, int32_t end, Error *err);

#endif
