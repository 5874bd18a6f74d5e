/* What the files of abc.h share: a tune as it is written, before its repeats are played out. */
#ifndef REFRAIN_MIDI_IO_ABC_PRIVATE_H
#define REFRAIN_MIDI_IO_ABC_PRIVATE_H

#include <stdio.h>

#include "midi_io/abc.h"
#include "midi_io/sheet.h"

enum {
    ABC_LETTERS = 7,
    ABC_TIES_MAX = 16,
    ABC_GRACES_MAX = 16,
    ABC_ID_SIZE = 24,
    ABC_PARTS_SIZE = 256,
    ABC_TIME_MAX = 1 << 30, /* units of one voice */
    ABC_NUMBER_MAX = 9999,
};

/* A part of a line; borrowed. */
typedef struct {
    const char *at, *end;
} AbcSpan;

typedef struct {
    int8_t alter[ABC_LETTERS]; /* of C D E F G A B without an accidental of their own */
    int8_t sharps;             /* -7 .. 7 */
    bool minor;                /* as MIDI tells it */
    Key key;
    int octaves, semitones; /* that notes are moved by where the field says so */
} AbcKey;

typedef enum { ABC_NOTE, ABC_METER, ABC_KEY, ABC_TEMPO, ABC_CHORD } AbcKind;

typedef struct {
    AbcKind kind;
    bool tied, minor;
    uint8_t pitch, velocity;
    int8_t sharps;
    Meter meter;
    int64_t at, length; /* units, from the beginning of the voice as it is written */
    double bpm;
    int32_t word;  /* of a note: its first syllable, counted from 1; 0 = none */
    uint32_t text; /* of a chord symbol, in the tune's texts */
} AbcItem;

/* What stands between the bar line before it and the next one. */
typedef struct {
    int64_t at;
    int item;
    int closes;       /* how often what stands before its bar line is played again */
    bool opens, ends; /* a repeat begins at its bar line; a section ends there */
    uint32_t endings; /* bit n - 1: ending n begins here */
    char part;        /* P: label, or 0 */
} AbcBar;

typedef struct {
    uint32_t text;
    int verse;    /* from 0 */
    int32_t next; /* the same note's in another verse, from 1; 0 = none */
} AbcWord;

/* A note and what goes with it at one time, as it was read last. */
typedef struct {
    int first, count;             /* items; graces not among them */
    int64_t start, length, shift; /* shift: taken by graces */
} AbcGroup;

/* What has been read of a voice, and where its reading stands. */
typedef struct {
    char id[ABC_ID_SIZE], name[TRACK_NAME_SIZE];
    int program, channel; /* -1 = not told */
    AbcItem *item;        /* owned; by bars */
    int items, item_capacity;
    AbcBar *bar; /* owned; at least one */
    int bars, bar_capacity;
    int64_t at, longest; /* now, and the end of the longest layer of this bar */
    AbcKey key;
    Meter meter;
    bool free_meter; /* M:none */
    int64_t unit;
    int octaves, semitones; /* of V: */
    uint8_t velocity;
    bool has_accidental[ABC_LETTERS];
    int8_t accidental[ABC_LETTERS];
    struct {
        int position; /* letter + 7 * octave */
        uint8_t pitch;
        int64_t end;
    } tie[ABC_TIES_MAX];
    int ties;
    int tuplet_from, tuplet_to, tuplet_left; /* p notes in the time of q */
    int dots; /* > (1) or < (-1) waits for its second note: how often, with sign */
    AbcGroup last;
    uint8_t grace[ABC_GRACES_MAX];
    int graces;
    int *sung; /* owned; the notes of the last line that syllables go to, with -1 for bar lines */
    int sung_count, sung_capacity;
    int verses, word_at; /* that its last line has; where the last one stands among sung */
} AbcVoice;

typedef struct {
    Error *err;
    AbcVoice *voice; /* owned */
    int voices, now; /* now: that is being read */
    char *texts;     /* owned; each ends in NUL */
    size_t texts_used, texts_room;
    AbcWord *word; /* owned */
    int words, word_capacity;
    char title[TRACK_NAME_SIZE], parts[ABC_PARTS_SIZE];
    AbcVoice header; /* what the header says of every voice; no lists */
    double bpm;      /* of the header, 0 = not told */
    bool in_body, has_unit, has_key, no_memory;
    bool goes_on; /* the line before ended in a backslash */
    int line;     /* of the text */
    char last_field;
    int wrong, wrong_line; /* lines with something that means nothing, and the first of them */
    char wrong_words[48];
    int graces, jumps, lost_voices;
} AbcScan;

/* ---- fields: a value to what it means; false where it means nothing ---- */
AbcSpan abc_trim(AbcSpan span);
bool abc_field_meter(AbcSpan value, Meter *meter, bool *free_meter);
bool abc_field_unit(AbcSpan value, int64_t *unit);
bool abc_field_tempo(AbcSpan value, double *quarters_a_minute);
bool abc_field_key(AbcSpan value, AbcKey *key); /* in place: what it does not tell stays */
bool abc_number(AbcSpan *span, int *number);    /* takes digits; false where there are none */
/* The next "name=text", or name alone, of a K: or V: field; what of it moves notes. */
bool abc_property(AbcSpan *value, AbcSpan *name, AbcSpan *text);
void abc_field_moves(AbcSpan name, AbcSpan text, int *octaves, int *semitones);

/* ---- a tune's lines, into the voices; false when memory is short ---- */
bool abc_scan_music(AbcScan *scan, AbcSpan line);
void abc_scan_words(AbcScan *scan, AbcSpan value, bool goes_on);
bool abc_scan_field(AbcScan *scan, char letter, AbcSpan value);
AbcVoice *abc_scan_voice(AbcScan *scan);
uint32_t abc_scan_text(AbcScan *scan, AbcSpan text); /* keeps it */
void abc_scan_wrong(AbcScan *scan, AbcSpan what);
bool abc_add_item(AbcScan *scan, AbcVoice *voice, AbcItem item);
bool abc_add_bar(AbcScan *scan, AbcVoice *voice);
bool abc_grow(AbcScan *scan, void *list, int count, int *capacity, size_t size);

/* ---- what is written, played out ---- */
bool abc_play(const AbcScan *scan, Sheet *sheet, Error *err);

/* ---- what a score says beside its notes, for the writer ---- */

typedef struct {
    int64_t at; /* units */
    char *text; /* as the file has it; owned */
} AbcSyllable;

/* The syllables of a track, in order. */
typedef struct {
    AbcSyllable *syllable; /* owned */
    int count, next;
    bool blanks; /* blanks end words, as in karaoke; else hyphens go on with them */
} AbcWords;

/* Of the track's own chunk; of the melody, else of the chunk without notes that has most, as karaoke files have one. */
bool abc_words_of(AbcWords *out, const Score *score, const Track *track, bool leads, Error *err);
void abc_words_deinit(AbcWords *words);
/* The syllable at a place, or null; asked in order. */
const char *abc_words_at(AbcWords *words, int64_t at);
void abc_words_put(const AbcWords *words, FILE *line, const char *syllable);

/* A tempo or a chord symbol, as it stands among the notes. */
typedef struct {
    int64_t at; /* units */
    char text[48];
} AbcMark;

typedef struct {
    int64_t at; /* units, of a bar line */
    Key key;
} AbcKeyMark;

typedef struct {
    AbcMark *mark; /* by time; owned */
    int marks;
    AbcKeyMark *key; /* by time, the first at 0; owned */
    int keys;
} AbcMarks;

bool abc_marks_of(AbcMarks *out, const Score *score, Key key, Error *err);
void abc_marks_deinit(AbcMarks *marks);
Key abc_marks_key(const AbcMarks *marks, int64_t at);
/* What of the score ABC has no words for. */
void abc_lost_of(char lost[ABC_LOST_SIZE], const Score *score, const AbcPart *part, int moved, int left);

#endif
