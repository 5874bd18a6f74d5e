/* SmfRows: the tracks of a Score as a person lists them, one row for each channel of each track of its file that has notes, in
 * file order, and which of them is the melody.
 *
 * The melody is, among all rows but channel 10:
 *   lyrics  the row whose notes begin where syllables stand (F of 0.55 and more); the track's own lyrics, else those of the
 *           track that has most, lyric events before karaoke texts. Of several nearly as good the rules below decide.
 *   name    the row named like a melody ("Melody", "Vocals", "Soprano" .., and not "Backing vocals"), with enough notes
 *   score   the most melodic row: many onsets, one note at a time, often the highest that sounds, neither deep nor a bass
 *           or an effect, with some range
 * Measured by tests/melody_rules.py. */
#ifndef REFRAIN_MIDI_IO_SMF_ROWS_H
#define REFRAIN_MIDI_IO_SMF_ROWS_H

#include "engine/music/score.h"

typedef struct {
    char name[TRACK_NAME_SIZE]; /* of its track, may be "" */
    int chunk;                  /* which track of the file, from 1; 0 = of none */
    int channel;                /* from 0 */
    int program;                /* at the first note, 0 where there is none */
    int notes;
    int low, high;    /* pitches */
    int onsets;       /* places where notes begin */
    double chords;    /* share of them where several begin */
    double overlaps;  /* share of the notes that begin well before the end of one before */
    double mean, top; /* mean pitch; share of the onsets where no other row sounds higher */
    int pitches;      /* different ones */
    double variety;   /* different figures of four notes, a share of the onsets: a riff has few */
    double steps;     /* share of the moves from onset to onset that are no leaps */
    bool lyrics;      /* has syllables */
    double sung;      /* F of onsets and syllables, 0 .. 1 */
    double melodic;   /* the score, 0 for drums */
} SmfRow;

typedef enum { SMF_BY_NOTHING, SMF_BY_BEING_ALONE, SMF_BY_LYRICS, SMF_BY_NAME, SMF_BY_SCORE } SmfReason;

typedef struct {
    SmfRow *row; /* owned */
    int count;
    int melody; /* index, -1 = all are drums, or there are none */
    SmfReason reason;
} SmfRows;

void smf_rows_deinit(SmfRows *rows);
/* One row for each track of score, in its order. out is empty before. O(n log n) in the notes. */
bool smf_rows_list(SmfRows *out, const Score *score, Error *err);
/* The row that a person asks for by its number, from 1, or by (part of) its track's name; -1 with a sentence. */
int smf_rows_find(const SmfRows *rows, const char *wanted, Error *err);
/* "by its lyrics" .., for a sentence; "" where there was nothing to choose. */
const char *smf_rows_reason(SmfReason reason);

/* Syllables of one chunk. */
typedef struct {
    int32_t *tick; /* in order; owned */
    int count;
    bool texts; /* plain texts (karaoke), not lyric events */
} SmfWords;

/* The rules: fill lyrics, sung and melodic, melody and reason. words: of each of the score's chunks. Only smf_rows_list calls
 * it. */
void smf_rows_choose(SmfRows *rows, const Score *score, const SmfWords *words);

#endif
