/* Headless: what the verbs share: melodies in and out, the model, and how they say what happened.
 *
 * Results go to stdout, everything else to stderr: reports as one line each, errors as one sentence. */
#ifndef REFRAIN_APP_VERBS_HEADLESS_H
#define REFRAIN_APP_VERBS_HEADLESS_H

#include "app/cli/options.h"
#include "engine/compose.h"
#include "midi_io/output.h"
#include "midi_io/smf_report.h"

/* Prints the sentence; returns the exit status: 1, or 128 + n when signal n is why. */
int headless_fail(const Error *err);
/* The same for a command line that is wrong: 2. */
int headless_usage(const Error *err);

/* Any MIDI file as it is, with its melody, or the track that is wanted by number or name, as voice, and a report on stderr; of
 * refrain's own songs the original. */
bool headless_read(Score *score, const char *path, const char *track, Error *err);
/* The same without a word: what is to be said is in report. */
bool headless_read_silently(Score *score, SmfReport *report, const char *path, const char *track, Error *err);
/* Two of them: operands 0, with --track, and 1. Nothing is reported unless both can be read. */
bool headless_read_pair(Score *first, Score *second, const Options *options, Error *err);
/* That melody as bars; what had to be changed is said on stderr, by the name of the file. */
bool headless_bars(BarSequence *bars, const Score *score, const char *path, Error *err);
/* What reading a melody as bars had to change, as headless_bars says it. */
void headless_say_bars(const BarReport *report, const char *path);
/* A folder for several results; one that is there is fine. */
bool headless_make_folder(const char *path, Error *err);
/* Bars as the only track, in the tempo and meter of like. Atomic. */
bool headless_write(const BarSequence *bars, const Score *like, const char *track_name, const char *path,
                    Error *err);

/* The output that plays, with a note about it or "". Whoever names one on the command line wants that one or none: null with
 * the reason in note when it cannot be had. */
MidiOutput *headless_output(const Options *options, Error *note);

/* --threads, else the number of cores, at most 16. */
int headless_threads(const Options *options);

/* The model that the options ask for, ready to work. Also begins to catch signals. */
typedef struct {
    Model *model;
    Reader *reader;
    char name[96]; /* the model's own name, else its file's */
} HeadlessModel;
bool headless_open(HeadlessModel *out, const Options *options, Error *err);
void headless_close(HeadlessModel *model);

#endif
