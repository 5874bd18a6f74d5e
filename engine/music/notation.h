/* Notation: a track as people write it down: rows of notes and rests whose lengths are those of written notes, cut at bar lines and
 * tied over them, with tuplets where the music has them. What writes a notation (ABC) asks here how.
 *
 * Times are in units, NOTATION_QUARTER of them a quarter, so that thirds, fifths, sevenths and 128ths are whole numbers. Notes that
 * begin or end between all of these are moved to the nearest sixteenth or third of their quarter and counted.
 *
 * A track is laid out in layers: within one, what sounds together begins and ends together. A bar is written by halves: a stretch in
 * which all lengths are binary is written plainly, one in which they are thirds, fifths or sevenths is a tuplet, and what is
 * neither is divided, first where no note has to be cut.
 *
 * Plain data; a zeroed Notation and NotationBar are empty. */
#ifndef REFRAIN_ENGINE_MUSIC_NOTATION_H
#define REFRAIN_ENGINE_MUSIC_NOTATION_H

#include "engine/music/timeline.h"
#include "engine/music/track.h"

enum {
    NOTATION_QUARTER = 10080, /* 2^5 * 3^2 * 5 * 7 */
    NOTATION_WHOLE = 4 * NOTATION_QUARTER,
    NOTATION_LAYERS_MAX = 8,
    NOTATION_CHORD_MAX = 16,
};

/* What sounds together in one layer. */
typedef struct {
    int64_t start, end;
    int first, count; /* of its notes in Notation.pitch, ascending */
} NotationChord;

typedef struct {
    NotationChord *chord; /* sorted by start; owned */
    int chords;
} NotationLayer;

/* A whole track. */
typedef struct {
    NotationLayer layer[NOTATION_LAYERS_MAX];
    int layers;
    uint8_t *pitch; /* owned */
    int moved;      /* notes whose beginning or end was moved */
    int left;       /* notes left out: more than NOTATION_LAYERS_MAX layers */
} Notation;

/* One written note, chord or rest. */
typedef struct {
    int64_t at, length; /* as it sounds */
    int64_t written;    /* as it looks: longer than length within a tuplet */
    int chord;          /* of the layer, -1 = a rest */
    bool carried;       /* tied to the one before */
    bool goes_on;       /* tied to the next one */
    uint8_t from, to;   /* in a tuplet: `from` of them in the time of `to`; 0 = in none */
    uint8_t tuplet;     /* items that the tuplet has which begins here, 0 = none begins */
} NotationItem;

/* One bar of one layer. */
typedef struct {
    NotationItem *item; /* owned; from the bar line to the next without a gap */
    int count, capacity;
    int moved; /* ends of notes that no grid in common has */
} NotationBar;

/* out is empty before. */
bool notation_of_track(Notation *out, const Track *track, const Timeline *timeline, Error *err);
void notation_deinit(Notation *notation);

/* Ticks as units, to where something is likely to be written. */
int64_t notation_units(const Timeline *timeline, int32_t tick);
/* What a layer has between two bar lines, in beats of this length. cut: places, in order, where notes are to be divided too. out is used
 * again and again, and deinited by the caller. */
bool notation_write_bar(NotationBar *out, const NotationLayer *layer, int64_t from, int64_t to, int64_t beat,
                        const int64_t *cut, int cuts, Error *err);
void notation_bar_deinit(NotationBar *bar);

#endif
