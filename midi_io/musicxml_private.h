/* What the files of musicxml.h share: parts as they are written, before their repeats are played out. */
#ifndef REFRAIN_MIDI_IO_MUSICXML_PRIVATE_H
#define REFRAIN_MIDI_IO_MUSICXML_PRIVATE_H

#include "midi_io/musicxml.h"
#include "midi_io/sheet.h"
#include "midi_io/xml.h"

enum { MUSICXML_GRACES_MAX = 16 };

typedef enum {
    MUSICXML_NOTE,
    MUSICXML_WORD,
    MUSICXML_METER,
    MUSICXML_KEY,
    MUSICXML_TEMPO,
    MUSICXML_CHORD
} MusicXmlKind;

typedef struct {
    MusicXmlKind kind;
    bool tied, minor;
    int8_t sharps;
    uint8_t pitch, velocity;
    int staff;          /* from 0, of a note or word */
    int verse;          /* from 0, of a word */
    int64_t at, length; /* units (sheet.h), from the beginning of the measure */
    Meter meter;
    double bpm;
    uint32_t text; /* in the texts, of a word or chord symbol */
} MusicXmlItem;

/* Of one part. */
typedef struct {
    int item;         /* its first */
    int64_t length;   /* units */
    int closes;       /* how often the repeat that ends here is played, 0 = none ends */
    bool opens;       /* a repeat begins here */
    uint32_t endings; /* bit n - 1: it is in ending n */
} MusicXmlMeasure;

typedef struct {
    char id[64], name[TRACK_NAME_SIZE];
    MusicXmlItem *item; /* owned */
    int items, item_capacity;
    MusicXmlMeasure *measure; /* owned */
    int measures, measure_capacity;
    int staves, program, channel; /* -1 = not told */
    int drum;                     /* pitch of what is not pitched, -1 = not told */
} MusicXmlPart;

typedef struct {
    MusicXmlPart *part; /* owned */
    int parts, part_capacity;
    char *texts; /* owned; each ends in NUL */
    size_t texts_used, texts_room;
    char title[TRACK_NAME_SIZE];
    int wrong, wrong_line; /* elements that mean nothing, the line of the first */
    char wrong_name[32];
    int graces, jumps, lost_parts;
    Key key; /* the first */
} MusicXmlScan;

/* Where the reading of a part stands. */
typedef struct {
    MusicXmlScan *scan;
    MusicXmlPart *part;
    Error *err;
    double divisions;  /* of a quarter */
    double at, before; /* units in the measure: now, and where the last note began */
    double furthest;
    int chromatic; /* semitones that the part sounds higher */
    uint32_t endings;
    struct {
        uint8_t pitch;
        int staff;
    } grace[MUSICXML_GRACES_MAX];
    int graces;
    int64_t taken; /* by graces, of the chord that was read last */
    uint8_t velocity;
} MusicXmlCursor;

/* Room for one more thing of a list. */
bool musicxml_grow(void *list, int count, int *capacity, size_t size, Error *err);
/* A number within bounds; `otherwise` where there is none. */
double musicxml_number(const char *text, double low, double high, double otherwise);
int musicxml_whole(const char *text, int low, int high, int otherwise);

/* ---- of the reading ---- */
int64_t musicxml_now(const MusicXmlCursor *cursor); /* units */
double musicxml_units(const MusicXmlCursor *cursor, const char *duration);
void musicxml_move(MusicXmlCursor *cursor, double at);
bool musicxml_keep(MusicXmlCursor *cursor, MusicXmlItem item);
bool musicxml_keep_text(MusicXmlCursor *cursor, uint32_t *at, const char *text);
void musicxml_wrong(MusicXmlCursor *cursor, const XmlNode *node); /* it means nothing */
bool musicxml_note(MusicXmlCursor *cursor, const XmlNode *note);
int musicxml_white(const char *step); /* the pitch class of C D E F G A B, or -1 */

/* What is written, played out. */
bool musicxml_play(const MusicXmlScan *scan, Sheet *sheet, Error *err);

#endif
