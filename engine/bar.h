/* Bar: up to sixteen step tokens, the model's view of one bar of a melody; the only place that knows the token alphabet.
 *
 * Tokens: 0 rest, 1 hold (goes on with what sounds, across bar lines too), 2 pad (fills a bar of fewer than sixteen
 * steps, only at its end), 3..66 onset of pitch 36..99, 67 triplet. A hold where nothing sounds is written as a rest.
 *
 * A step is a sixteenth, but for a triplet: a slot (four steps from a multiple of four on, none of them a pad) whose last
 * token is the triplet marker holds three steps, each a third of a quarter long. The marker stands nowhere else.
 * A bar has 1..16 steps, those before its first pad.
 *
 * A BarSequence is what the engine reads and writes: the model bars of a song, whatever its meters (engine/music/grouping.h). */
#ifndef REFRAIN_ENGINE_BAR_H
#define REFRAIN_ENGINE_BAR_H

#include "engine/base/rng.h"
#include "engine/music/document.h"
#include "engine/music/grouping.h"

enum {
    BAR_STEPS = 16,
    BAR_SLOTS = 4, /* a bar's four groups of four steps, the unit of references */
    BAR_SLOT_STEPS = 4,
    BAR_PITCH_LOW = 36,
    BAR_PITCH_HIGH = 99,
    BAR_PITCH_MIDDLE = 67,
    BAR_MIDI_PITCHES = 128,
    BAR_REST = 0,
    BAR_HOLD = 1,
    BAR_PAD = 2,
    BAR_ONSET = 3,                                                /* the token of BAR_PITCH_LOW */
    BAR_TRIPLET = BAR_ONSET + BAR_PITCH_HIGH - BAR_PITCH_LOW + 1, /* the token after those of the pitches */
    BAR_TOKENS,
    BAR_WINDOW = 64, /* bars that the model sees at once */
    BAR_TRANSPOSE_MAX = 6,
};

typedef struct {
    uint8_t token[BAR_STEPS];
} Bar;

typedef struct {
    Bar *bar; /* owned */
    int count;
    int steps;        /* of the longest bar; new bars get so many */
    int octave_shift; /* semitones (a multiple of 12) that were added to the melody's pitches to fit 36..99 */
} BarSequence;

/* What reading a melody as bars had to change; all zero = nothing. */
typedef struct {
    int offset; /* ticks by which all notes stand behind the grid, before it below 0; they are taken out first */
    int quantised;    /* notes whose start or end was not on a sixteenth then */
    int fast;         /* notes left out because another one, before or after them, has the same step: runs */
    int graces;       /* the same of notes that are at most half as long as that one, their main note */
    int dropped;      /* notes left out because a higher one sounds */
    int cut;          /* notes shortened by a following note */
    int octave_shift; /* as in BarSequence */
    int folded;       /* single notes moved by octaves because the melody spans more than 64 semitones */
    int held, parts;  /* most written bars in one of the model's; most of the model's in a written one */
    int line, kept;   /* onsets of the track's upper line; those that are in the bars */
} BarReport;

bool bar_has_onset(const Bar *bar);
/* How many steps are no pads: 1..16 in a bar that bar_sequence_repair has seen. */
int bar_steps(const Bar *bar);
/* Pads from step `steps` on; where there were pads before it the last note goes on. */
void bar_set_steps(Bar *bar, int steps);
/* May this token stand at this step of a bar of `steps` steps, its slot's other tokens aside? */
bool bar_allows(int token, int step, int steps);
/* Can the next bar begin with a hold? */
bool bar_sounds_at_end(const Bar *bar);
bool bar_equal(const Bar *a, const Bar *b);
/* For the first bar of a passage: holds of a note that began before it become rests. */
void bar_cut_holds(Bar *bar);
/* Moves all onsets by one interval, drawn from those of at most BAR_TRANSPOSE_MAX semitones that keep them in the alphabet.
 * One draw; none when there are no onsets. */
void bar_transpose(Bar *bars, int count, Rng *rng);
/* The same by whole octaves, as far as the alphabet reaches. */
void bar_transpose_octaves(Bar *bars, int count, Rng *rng);
static inline bool bar_is_onset(int token) {
    return token >= BAR_ONSET && token < BAR_TRIPLET;
}
static inline int bar_pitch(int token) {
    return token - BAR_ONSET + BAR_PITCH_LOW;
}
/* Semitones (a multiple of 12) by which a melody is moved into 36..99: 0 where moving it would leave no fewer notes out; else, of
 * the shifts that leave fewest out, the one that brings its middle note nearest to BAR_PITCH_MIDDLE. notes: how many there are of
 * each pitch. */
int bar_octave_shift(const int notes[BAR_MIDI_PITCHES]);
/* The pitch that MIDI can say, moved by octaves. */
uint8_t bar_midi_pitch(int pitch);
/* The onset token of a pitch, which is moved by octaves when it is out of range. */
int bar_onset(int pitch);

/* The bar that a source of the kind RECIPE_NOTES keeps, of a sequence of `steps` and octave_shift; and the source, without a seed,
 * that keeps a bar of one. Where the pitches are in the alphabet the bar comes back the same. */
void bar_from_source(Bar *out, const BarSource *source, int steps, int octave_shift);
BarSource bar_to_source(const Bar *bar, int octave_shift);

/* The recipe of a result whose notes were edited: each bar that the edit has changed is kept as its notes from now on. Returns how
 * many; -1 with a sentence when one of them is locked or beyond the recipe's bars, which may then hold a part of them. report
 * (may be null): what reading the edited notes left out. */
int bar_keep_changes(Recipe *recipe, const Timeline *timeline, const Track *before, const Track *after,
                     BarReport *report, Error *err);

/* A result that is taken over: its bars that the recipe takes from the same bar of `written`, a voice of the score `own`, and that
 * read as that bar does, get the notes that stand there, with their chords, times off the grid and loudness. */
bool bar_keep_written(Track *result, const Timeline *timeline, const Track *written, const Recipe *recipe,
                      RecipeKind own, Error *err);

void bar_sequence_deinit(BarSequence *sequence);
bool bar_sequence_resize(BarSequence *sequence, int count,
                         Error *err); /* new bars are rests (with pads at 12 steps) */
bool bar_sequence_copy(BarSequence *to, const BarSequence *from, Error *err);
bool bar_sequence_equal(const BarSequence *a, const BarSequence *b);
/* Rewrites holds where nothing sounds (at the very start, after a rest) as rests, and what cannot stand where it does: pads
 * before another token, triplet markers out of place. */
void bar_sequence_repair(BarSequence *sequence);

/* A track in the time of its score -> bars. At least one bar. report may be null. Fails on meters that the model does not read
 * and out of memory. */
bool bar_sequence_from_track(BarSequence *out, const Timeline *timeline, const Track *track,
                             BarReport *report, Error *err);
/* The first voice of a score, or a track in its place (null = none), with the rests at the song's end. */
bool bar_sequence_from_score(BarSequence *out, const Score *score, const Track *track, BarReport *report,
                             Error *err);
/* bars -> a track with the name and instrument of like (which may be out itself); octave_shift is undone; velocity 80. A held
 * note across bar lines is one note. out is a Track of the caller's storage and deinited first. */
bool bar_sequence_to_track(Track *out, const BarSequence *bars, const Timeline *timeline, const Track *like,
                           Error *err);

/* document_normalise with the model's bars of each score: of its first voice, or the written ones where it cannot be read. */
bool bar_normalise(Document *document, Error *err);
/* How many model bars a score has; -1 when memory is short. */
int bar_count(const Score *score, Error *err);

#endif
