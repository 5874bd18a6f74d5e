/* Grouping: how written bars are read as the model's bars.
 *
 * The model's bars have 16 sixteenths (4/4 and its kin) or 12 (3/4, 6/8). Bars of half that length are read two at a time
 * (2/4, 3/8), bars of twice that length as two halves (12/8, 4/2). Other meters, and songs whose meter changes, cannot be read
 * yet.
 *
 * Plain data; a zeroed Grouping is that of a song which cannot be read: there every written bar counts as one. Bars are counted
 * from 0. */
#ifndef REFRAIN_ENGINE_MUSIC_GROUPING_H
#define REFRAIN_ENGINE_MUSIC_GROUPING_H

#include "engine/music/timeline.h"

typedef struct {
    uint8_t steps;   /* sixteenths of a model bar, 16 or 12; 0 = the model cannot read it */
    uint8_t written; /* this many written bars .. (1 or 2; 0 = 1) */
    uint8_t model;   /* .. are this many model bars (1 or 2; 0 = 1) */
} Grouping;

Grouping grouping_of_meter(Meter meter);
Grouping grouping_of(const Timeline *timeline);
/* The same for a caller who must have one that can be read: false with a sentence that names the meter. */
bool grouping_read(Grouping *grouping, const Timeline *timeline, Error *err);

bool grouping_is_plain(Grouping grouping); /* a model bar is a written bar */
/* Ticks of one model bar. */
int32_t grouping_bar_ticks(Grouping grouping, const Timeline *timeline);
/* The written bar in which a model bar begins, and which half of it (0 or 1) it is. */
int grouping_written_bar(Grouping grouping, int bar);
int grouping_half(Grouping grouping, int bar);

#endif
