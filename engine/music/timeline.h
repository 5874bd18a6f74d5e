/* Timeline: the tempos and meters of a score over its ticks. The only place that knows where bar lines are, how ticks become
 * microseconds and back, and which bar is called bar 1.
 *
 * Ticks are the score's own: `division` of them are a quarter (a MIDI file's header says how many; new songs have
 * TIMELINE_DIVISION). They are never rescaled. A timeline goes on for ever: its last tempo and meter hold to the end of time.
 *
 * Bars are the written ones, counted from 0. A meter that begins in the middle of a bar cuts that bar short. A pickup is a
 * short first bar: it has index 0 and is shown as bar 0, and the first whole bar is bar 1; without a pickup index 0 is shown
 * as bar 1. There are two kinds: an explicit one (TimelineMap.pickup: the first bar of the first meter is that long), and a
 * first bar that is shorter than the second, as notation programs write it (1/4 for a bar, then 4/4).
 *
 * Immutable once made, and counted, so that undo, the engine and the player share one: take a reference with timeline_ref, give
 * it back with timeline_unref, from any thread. A change makes another timeline. Every question accepts null, which is what a
 * zeroed Score has: TIMELINE_DIVISION, 120 bpm, 4/4. Questions cost O(log n) in the number of tempo or meter events. */
#ifndef REFRAIN_ENGINE_MUSIC_TIMELINE_H
#define REFRAIN_ENGINE_MUSIC_TIMELINE_H

#include <stddef.h>

#include "engine/base/error.h"
#include "engine/music/meter.h"

enum {
    TIMELINE_DIVISION = 480,       /* of new songs */
    TIMELINE_DIVISION_MAX = 32767, /* as a MIDI file's header has it */
    TIMELINE_QUARTER_US = 500000,  /* 120 bpm, where no tempo is told */
    TIMELINE_QUARTER_US_MAX = 0xffffff,
    TIMELINE_QUARTER_US_MIN = 10000, /* faster is no music: such a tempo is kept, but played as this one */
    TIMELINE_EVENTS_MAX = 1000000,   /* tempos, and meters */
};

typedef struct {
    int32_t tick;
    int32_t quarter_us; /* microseconds a quarter */
} TimelineTempo;

typedef struct {
    int32_t tick;
    Meter meter;
} TimelineMeter;

/* What a timeline is made of; borrowed. Zeroed = the plain one. */
typedef struct {
    int division;   /* 0 = TIMELINE_DIVISION */
    int32_t pickup; /* ticks of a short first bar, 0 = none; ignored where it is not shorter than a bar */
    const TimelineTempo
        *tempo; /* by tick; of several at one tick the last counts; none at 0 = 120 bpm until the first */
    int tempos;
    const TimelineMeter
        *meter; /* the same; none at 0 = 4/4; a meter like the one before it changes nothing */
    int meters;
} TimelineMap;

typedef struct {
    int index;     /* from 0 */
    int32_t start; /* tick of its bar line */
    int32_t
        ticks; /* its own length: a pickup, or a bar that the next meter cuts, is shorter than its meter says */
    Meter meter;
} TimelineBar;

/* Where a tick is, as musicians count; all from 0. */
typedef struct {
    TimelineBar bar;
    int beat; /* felt beats (meter.h); in a pickup they are counted so that the last one is the bar's last */
    int32_t beat_start; /* tick */
    int32_t beat_ticks; /* of a whole felt beat */
} TimelinePlace;

typedef struct Timeline Timeline;

/* Null with a sentence: events out of order or out of range, too many of them, or no memory. Holds one reference. */
Timeline *timeline_new(const TimelineMap *map, Error *err);
/* One tempo and one meter for ever. */
Timeline *timeline_plain(int division, int32_t quarter_us, Meter meter, Error *err);
Timeline *timeline_ref(const Timeline *timeline); /* returns it; null stays null */
void timeline_unref(Timeline *timeline);
bool timeline_equal(const Timeline *a, const Timeline *b); /* same division, tempos, meters and pickup */

/* What it is made of, to be saved or changed; borrowed from the timeline. Redundant events are gone. */
TimelineMap timeline_map(const Timeline *timeline);
/* Copies with one change, holding one reference each. The tempo or meter holds from tick to the next one; a meter begins at
 * the bar line at or before tick. */
Timeline *timeline_with_tempo(const Timeline *timeline, int32_t tick, int32_t quarter_us, Error *err);
Timeline *timeline_with_meter(const Timeline *timeline, int32_t tick, Meter meter, Error *err);
/* Opens a gap of ticks at `at`: later events move up, what is told at `at` holds in the gap too. Negative ticks close [at, at - ticks): what was told in there last holds
 * behind it. */
Timeline *timeline_with_gap(const Timeline *timeline, int32_t at, int32_t ticks, Error *err);

int timeline_division(const Timeline *timeline);
size_t timeline_bytes(const Timeline *timeline); /* memory that it takes */

/* ---- tempo and meter at a tick; ticks before 0 read as 0 ---- */
int32_t timeline_quarter_us(const Timeline *timeline, int32_t tick);
double timeline_bpm(const Timeline *timeline, int32_t tick); /* quarters a minute */
Meter timeline_meter(const Timeline *timeline, int32_t tick);

/* ---- bars; a bar or tick before 0 reads as 0, what lies beyond INT32_MAX ticks ends there ---- */
TimelineBar timeline_bar(const Timeline *timeline, int index);
TimelineBar timeline_bar_at(const Timeline *timeline, int32_t tick); /* the bar that tick lies in */
/* Bars touched by a song that ends at this tick, at least 1. */
int timeline_bar_count(const Timeline *timeline, int32_t end);
/* What a person calls this bar: from 1, or from 0 where there is a pickup. */
int timeline_bar_number(const Timeline *timeline, int index);
int timeline_bar_index(const Timeline *timeline, int number); /* the inverse; at least 0 */
TimelinePlace timeline_place(const Timeline *timeline, int32_t tick);

/* ---- time; ticks and times before 0 go on at the first tempo (a count-in) ---- */
int64_t timeline_us_of_tick(const Timeline *timeline,
                            int64_t tick); /* to the nearest, exact over any number of tempos */
int64_t timeline_tick_of_us(const Timeline *timeline, int64_t us); /* the tick that us lies in */

#endif
