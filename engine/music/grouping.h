/* Grouping: how written bars are read as the model's bars, which have 1 to 16 sixteenths.
 *
 * A longer bar is cut at its felt beats, into as few parts as can be, as even as can be, the longer ones first: 5/4 is 12 + 8
 * sixteenths, 7/4 16 + 12, 9/8 12 + 6, 12/8 12 + 12, 4/2 16 + 16. A run of equal bars of half that length or less is read
 * several at a time, as many as fit: two bars of 2/4 or 3/8, four of 1/4; the last ones of a run may be fewer. Every other bar is itself,
 * a pickup or one that a change of meter cuts short too. So bar lines never move, and every meter and every change can be read.
 *
 * Bars are counted from 0 and go on for ever, as the timeline does. Plain questions to a timeline (null is the plain one), each
 * O(number of meters). */
#ifndef REFRAIN_ENGINE_MUSIC_GROUPING_H
#define REFRAIN_ENGINE_MUSIC_GROUPING_H

#include "engine/music/timeline.h"

enum { GROUPING_STEPS_MAX = 16, GROUPING_PARTS_MAX = 64 };

typedef struct {
    int32_t start, ticks;
    int steps;       /* sixteenths, 1..16; a bar that is no whole number of them is rounded */
    bool beats;      /* its beats are quarters from its start on: then they may be triplets */
    int written;     /* the written bar in which it begins .. */
    int held;        /* .. and how many it holds; 1 where it is one or a part of one */
    int part, parts; /* it is the part-th, from 0, of so many parts of its written bar */
} GroupingBar;

/* Model bar `bar`; below 0 reads as 0. */
GroupingBar grouping_bar(const Timeline *timeline, int bar);
/* The model bar that the tick lies in; a tick before 0 reads as 0. */
int grouping_bar_at(const Timeline *timeline, int32_t tick);
/* Model bars touched by a song that ends at this tick, at least 1. */
int grouping_bar_count(const Timeline *timeline, int32_t end);
/* Is every model bar a written one? */
bool grouping_is_plain(const Timeline *timeline);

/* The parts of one bar of `sixteenths` in this meter: their lengths into steps[GROUPING_PARTS_MAX], as the rule above says;
 * returns how many. What is longer than so many parts is left out. */
int grouping_cut(Meter meter, int sixteenths, uint8_t *steps);

#endif
