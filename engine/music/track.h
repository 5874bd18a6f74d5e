/* Track: notes with a name and an instrument: a voice that the model reads, or a part of the accompaniment.
 *
 * Notes are sorted by (start, pitch), in ticks of the score's timeline. A track holds any notes, chords and overlaps too; that
 * one note sounds at a time is the model's rule (engine/bar.h), not a track's.
 *
 * Two ways to have one. A Track in the caller's own storage (a zeroed one is valid and empty; track_deinit) belongs to one
 * thread and may be changed with the functions below. A Track from track_new is counted: score, undo, engine and player hold
 * the same one, from any thread (track_ref, track_unref). While more than one holds it, it is immutable, and nobody may pass it
 * to a function that takes a `Track *` to change: track_edit gives a copy to change instead, and only where it has to. So an
 * undo step costs the tracks that it touches, and whoever has a pointer has a constant. */
#ifndef REFRAIN_ENGINE_MUSIC_TRACK_H
#define REFRAIN_ENGINE_MUSIC_TRACK_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/base/error.h"

enum {
    TRACK_NAME_SIZE = 96,
    TRACK_NOTES_MAX = 1000000,
    TRACK_TICKS_MAX = (1 << 28) - 1, /* of a MIDI file: 139,000 bars of 4/4 at 480 ticks a quarter */
    TRACK_DRUMS = 9,                 /* the channel of General MIDI percussion */
};

typedef struct {
    int32_t start;    /* ticks from the beginning, >= 0 */
    int32_t length;   /* ticks, >= 1 */
    uint8_t pitch;    /* MIDI note number 0..127, 60 = middle C */
    uint8_t velocity; /* 1..127 */
} Note;

/* Which events of the file a track was read from (score.h, Score.chunk). An edited track keeps its origin: what is not a note
 * there (controllers, lyrics, bends) is still written from it. */
typedef struct {
    int16_t chunk;   /* from 1 among the score's chunks; 0 = the track was made here */
    uint8_t channel; /* the channel of that chunk whose notes these are */
    bool edited;     /* the notes are no longer those of the file */
} TrackOrigin;

typedef struct {
    Note *notes; /* sorted by start, then pitch; owned */
    int count;
    int capacity;
    uint8_t program; /* General MIDI program 0..127, where playing begins */
    uint8_t channel; /* 0..15, on which it sounds */
    TrackOrigin origin;
    char name[TRACK_NAME_SIZE]; /* UTF-8, no control characters */
    atomic_int references;      /* of a counted track; 0 in the caller's storage. Only track.c looks at it. */
} Track;

/* ---- life ---- */
void track_deinit(Track *track); /* of a Track in the caller's storage */
/* Notes, name, instrument and origin; to is deinited first, and empty on failure. */
bool track_copy(Track *to, const Track *from, Error *err);
/* An empty track with the name, instrument and origin of like (which may be the same track). */
void track_init_like(Track *track, const Track *like);

Track *track_new(Error *err); /* empty, with one reference; null when memory is short */
/* Puts a track of the caller's storage on the heap, with one reference; takes its notes on success. */
Track *track_share(Track *track, Error *err);
Track *track_ref(const Track *track); /* returns it; null stays null */
void track_unref(Track *track);
/* The track of *slot, to be changed: itself where nobody else holds it, else a copy that takes its place in the slot; a null
 * slot gets an empty one. Marked as edited. Null with a sentence when memory is short, the slot is then as before. */
Track *track_edit(Track **slot, Error *err);

/* Notes, name and instrument. Costs nothing where both are the same track. */
bool track_equal(const Track *a, const Track *b);
bool track_note_equal(Note a, Note b);
size_t track_bytes(const Track *track); /* memory that it takes */

/* ---- names ---- */
/* Copies what fits into to[size], without control characters and without half a UTF-8 sequence at the end. */
void track_write_name(char *to, size_t size, const char *text, size_t length);
void track_set_name(Track *track, const char *text); /* the same into its name */

/* ---- changing ---- */
/* Adds a note, clipped into range; returns its index, or -1 with err set when full or out of memory. O(1) at the end. */
int track_insert(Track *track, Note note, Error *err);
void track_remove(Track *track, int index);
/* Replaces a note and restores the order; returns the note's new index. */
int track_change(Track *track, int index, Note note);
/* The notes of from take the place of track's; from is empty then. */
void track_take_notes(Track *track, Track *from);
void track_transpose(Track *track, int semitones); /* notes that would leave 0..127 are moved by octaves */
/* Keeps one sounding note at a time, as the model wants it: at each onset the highest stays; a note that begins while a higher
 * one sounds is dropped unless it begins in the last legato_ticks of that note, which is then cut short; a higher note cuts a
 * lower one. Returns the number of notes dropped; *cut (may be null) counts the shortened ones. */
int track_make_monophonic(Track *track, int32_t legato_ticks, int *cut);

/* ---- asking ---- */
/* The note that sounds at tick with this pitch, or -1. pitch -1 means any: the highest. */
int track_find(const Track *track, int32_t tick, int pitch);
int track_sounding(const Track *track, int32_t tick); /* how many notes sound at tick */
/* Does a higher note sound in the time of this one? The model reads the higher one. */
bool track_is_covered(const Track *track, int index);
/* The first note that starts at or after tick / the last that starts before it; -1 if none. O(log n). */
int track_next(const Track *track, int32_t tick);
int track_previous(const Track *track, int32_t tick);
int32_t track_end(const Track *track); /* tick where the last note stops, 0 when empty; O(n) */

#endif
