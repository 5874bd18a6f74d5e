/* Corpus: melodies to learn from, as bars in one array.
 *
 * File format (.tsv, or .tsv.gz; recognised by content): UTF-8, one melody a line, no header, tab-separated
 *   id  title  meter  key  steps  events [events ...]
 * meter is written 4/4; steps are the sixteenths of a bar, 1 to 64. Bars of more than 16 steps are read as several of the
 * model's (engine/music/grouping.h: 20 steps of 5/4 as 12 + 8), shorter ones as they are. key is a tonic and a mode, G:maj,
 * Eb:maj, F#:min, A:dor; min, dor, phr, aeo and loc count as minor, other modes as major; any other word, such as none, tells no key.
 * events are bars separated by "|"; a bar is tokens separated by blanks, which together last exactly `steps` steps:
 *   pitch:n    a note of MIDI pitch 0..127 lasting n steps
 *   r:n        a rest
 *   _:n        the note before goes on; only first in a bar and behind a triplet
 *   pitch:n/3  n thirds of a quarter, likewise r and _ (anywhere in a triplet): together they fill a quarter, which begins a
 *              multiple of four steps after the beginning of the bar, or of its part
 * Example: folk_7<TAB>Little Song<TAB>3/4<TAB>G:maj<TAB>12<TAB>r:8 67:4|72:8 74:4|_:8 r:4
 * A score of several voices has a column of events for each: they are read as so many melodies. Empty lines are skipped. What
 * cannot be read is refused with file and line; nothing of such a file is kept.
 *
 * Melodies are moved by whole octaves into the token range. Those without a single note are left out; nothing else is:
 * who wants at least four bars looks at count. A Corpus belongs to one thread while it is built and may be read by
 * several afterwards. */
#ifndef REFRAIN_ENGINE_LEARN_CORPUS_H
#define REFRAIN_ENGINE_LEARN_CORPUS_H

#include <stddef.h>

#include "engine/bar.h"
#include "engine/music/key.h"

enum {
    CORPUS_ID_SIZE = 64,
    CORPUS_BAR_STEPS_MAX = 64,
    CORPUS_TUNE_BARS_MAX = 1 << 13,
    CORPUS_BARS_MAX = 1 << 24,
    CORPUS_BYTES_MAX = 1 << 26, /* of one file, unpacked */
};

typedef struct {
    char id[CORPUS_ID_SIZE]; /* texts are cut to fit and hold no control characters */
    char title[TRACK_NAME_SIZE];
    uint8_t meter_beats, meter_unit;
    uint8_t steps;        /* of its longest bar */
    int16_t octave_shift; /* semitones added to fit the range */
    Key key;              /* as the file tells it; unknown for tunes from elsewhere */
    int first, count;     /* bars corpus->bar[first .. first + count - 1] */
} CorpusTune;

typedef struct {
    CorpusTune *tune; /* owned */
    int count, capacity;
    Bar *bar; /* owned; the bars of all tunes, one after another */
    int bar_count, bar_capacity;
} Corpus;

void corpus_deinit(Corpus *corpus); /* a zeroed Corpus is empty */

/* Appends the tunes of a file, packed or not, of at most CORPUS_BYTES_MAX; name is what the error sentences call it. On failure the
 * corpus is as it was. */
bool corpus_parse(Corpus *corpus, const char *name, const unsigned char *bytes, size_t size, Error *err);
/* Appends a tune from elsewhere (a MIDI file); bars without any onset are left out and that is no failure. */
bool corpus_add(Corpus *corpus, const char *id, const char *title, int meter_beats, int meter_unit,
                const BarSequence *bars, Error *err);

#endif
