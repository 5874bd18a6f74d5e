/* Corpus files: what people name as a corpus on the command line, read into a Corpus.
 *
 * A path is a table of melodies, packed or not (engine/learn/corpus.h), a song (midi_io/score_file.h), both told by their content,
 * "-" for one of them on standard input, or a folder, which is read with its subfolders in the order of names. A file named directly must be readable; in folders, those that cannot be
 * read (no notes, an odd meter, another kind of table) are left out and counted, and files of other kinds are passed
 * over.
 *
 * Of a song either the melody is read, as every other verb reads it, or every track with notes as a melody of its own; drums
 * (channel 10) are none. */
#ifndef REFRAIN_APP_VERBS_CORPUS_FILES_H
#define REFRAIN_APP_VERBS_CORPUS_FILES_H

#include "engine/learn/corpus.h"

typedef enum { CORPUS_FILES_MELODIES, CORPUS_FILES_TRACKS } CorpusFilesWhat;

typedef struct {
    int files;                   /* files read */
    int left_out;                /* files in folders that could not be read */
    Error first_error;           /* why the first of them could not */
    long line_notes, kept_notes; /* of MIDI files: onsets of the upper lines; those that the bars have */
} CorpusFilesReport;

/* Fails when a named path cannot be read or when there is not one melody in all of them. */
bool corpus_files_read(Corpus *corpus, const char *const *paths, int count, CorpusFilesWhat what,
                       CorpusFilesReport *report, Error *err);
/* One line on stderr: how many melodies and bars, what was left out and why. */
void corpus_files_say(const Corpus *corpus, const CorpusFilesReport *report);

#endif
