/* SmfReport: what is to be said about a file that was opened: one line for people, and what decides whether it may be saved over.
 *
 * Everything that opening does not carry over is listed here and nowhere else: the line and the question before saving come
 * from the same list. */
#ifndef REFRAIN_MIDI_IO_SMF_REPORT_H
#define REFRAIN_MIDI_IO_SMF_REPORT_H

#include "midi_io/smf_read.h"
#include "midi_io/smf_rows.h"

typedef struct {
    char text[600]; /* "took track 1 "Voice" of 3, by its lyrics, 32 notes; .." */
    int track;      /* row that was taken, from 1 */
    int tracks;     /* rows */
    char lost
        [200]; /* what of the file's bytes saving would not give back, "" = all is there: so it is asked first */
    const char
        *read_only; /* why the file must not be saved over at all, as half a sentence; null when it may */
    bool has_parts; /* of text, behind what was taken */
} SmfReport;

/* Begins the line. reason: why this track, "" = there was nothing to choose. */
void smf_report_taken(SmfReport *report, const SmfRows *rows, int row, const char *reason, int notes);
/* What the file itself was like. */
void smf_report_repairs(SmfReport *report, const SmfReading *reading);

#endif
