/* Headless: what the verbs share: melodies in and out, the model, and how they say what happened.
 *
 * Results go to stdout, everything else to stderr: reports as one line each, errors as one sentence. */
#ifndef REFRAIN_APP_VERBS_HEADLESS_H
#define REFRAIN_APP_VERBS_HEADLESS_H

#include "app/cli/options.h"
#include "engine/compose.h"
#include "midi_io/output.h"
#include "midi_io/score_file.h"

/* Prints the sentence; returns the exit status: 1, or 128 + n when signal n is why. */
int headless_fail(const Error *err);
/* The same for a command line that is wrong: 2. */
int headless_usage(const Error *err);

/* Everywhere below a path may be "-": standard input, or output. */

/* What a person calls it: the path, or "standard input"; the same without folders. */
const char *headless_path(const char *path);
const char *headless_name(const char *path);
/* That bars of `poured` do not have the length of those of `into`, and what becomes of them; nothing where they do. */
void headless_say_lengths(const BarSequence *poured, const char *poured_path, const BarSequence *into,
                          const char *into_path);
/* A whole file of any kind. Before signals are caught: who waits for a pipe may go at once. */
bool headless_bytes(const char *path, size_t limit, unsigned char **bytes, size_t *size, Error *err);
/* What of a file the options want. */
ScoreFileWish headless_wish(const Options *options);
/* The whole song of any file (midi_io/score_file.h) with its melody, or the track wanted, as voice, of refrain's own songs the
 * original; its report goes to stderr. wish null = the melody. From here on a signal sets the flag of app/cli/interrupt.h. */
bool headless_read(Score *score, const char *path, const ScoreFileWish *wish, Error *err);
/* The same without a word: what is to be said is in report. Of a file, and of bytes. */
bool headless_read_silently(Score *score, SmfReport *report, const char *path, const ScoreFileWish *wish,
                            Error *err);
bool headless_parse(Score *score, SmfReport *report, const unsigned char *bytes, size_t size,
                    const char *name, const ScoreFileWish *wish, Error *err);
/* Two of them: operand 0 as the options wish, and operand 1. Nothing is reported unless both can be read. */
bool headless_read_pair(Score *first, Score *second, const Options *options, Error *err);
/* That melody as bars; what had to be changed is said on stderr, by the name of the file. */
bool headless_bars(BarSequence *bars, const Score *score, const char *path, Error *err);
/* What reading a melody as bars had to change, as headless_bars says it. */
void headless_say_bars(const BarReport *report, const char *path);
/* A folder for several results; one that is there is fine. */
bool headless_make_folder(const char *path, Error *err);
/* Results: in a file, atomically, or to standard output. */
bool headless_save(const char *path, const void *bytes, size_t size, Error *err);
/* Bars as the only track, in the tempo and meter of like, in the format that --format or the path says; what that cannot hold is
 * said on stderr. */
bool headless_write(const Options *options, const BarSequence *bars, const Score *like,
                    const char *track_name, const char *path, Error *err);
/* False with a sentence where JSON and a picture would both go to standard output. */
bool headless_one_result(const Options *options, Error *err);
/* False with a sentence where -o is standard output: for verbs that write several files, or one again and again. */
bool headless_has_place(const Options *options, Error *err);

/* The output that plays, with a note about it or "". Whoever names one on the command line wants that one or none: null with
 * the reason in note when it cannot be had. */
MidiOutput *headless_output(const Options *options, Error *note);

/* --threads, else the number of cores, at most 16. */
int headless_threads(const Options *options);

/* The model that the options ask for, ready to work. */
typedef struct {
    Model *model;
    Reader *reader;
    char name[96]; /* the model's own name, else its file's */
} HeadlessModel;
bool headless_open(HeadlessModel *out, const Options *options, Error *err);
void headless_close(HeadlessModel *model);

#endif
