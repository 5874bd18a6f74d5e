/* Score file: songs on the disk and in pipes, whatever their format: the one place that reads any of them into a Score, with its
 * melody chosen, and writes a Score as any of them. What a format is told by: engine/music/format.h. */
#ifndef REFRAIN_MIDI_IO_SCORE_FILE_H
#define REFRAIN_MIDI_IO_SCORE_FILE_H

#include <stddef.h>

#include "engine/music/format.h"
#include "engine/music/key.h"
#include "midi_io/smf_report.h"

enum { SCORE_FILE_SIZE_MAX = 32 << 20 };

/* What of a file is wanted. Zeroed, or a null pointer = refrain chooses. */
typedef struct {
    const char *track; /* by its number or name (smf_rows.h), null = the melody */
    int tune;          /* of a file that holds several (ABC), from 1; 0 = the first */
} ScoreFileWish;

/* A whole file. The melody is its voice, or the track wanted; in
 * refrain's own songs (reading->state has a text) none is chosen unless one is wanted. A file of drums alone has its first track as
 * voice. out and reading are empty before, and to be deinited in any case. report may be null. Fails with one sentence that begins
 * with the path. */
bool score_file_open(Score *out, SmfReading *reading, const char *path, const ScoreFileWish *wish,
                     SmfReport *report, Error *err);
/* The same of bytes. name: what they are called, "" where there is no name; by its ending their format is guessed where they do
 * not tell it themselves. */
bool score_file_parse(Score *out, SmfReading *reading, const unsigned char *bytes, size_t size,
                      const char *name, const ScoreFileWish *wish, SmfReport *report, Error *err);

/* The voices of bytes, and which is the melody. out is empty before. */
bool score_file_rows(SmfRows *out, const unsigned char *bytes, size_t size, const char *name,
                     const ScoreFileWish *wish, Error *err);

/* A tune of a file that may hold several (ABC); of other formats the whole. */
typedef struct {
    const unsigned char *bytes; /* to be parsed by themselves; borrowed */
    size_t size;
    int number; /* from 1 */
    char title[TRACK_NAME_SIZE];
} ScoreFileTune;
typedef bool (*ScoreFileEach)(void *to, const ScoreFileTune *tune);
/* Calls each of them until it returns false; returns how many there were. Linear in size. */
int score_file_tunes(const unsigned char *bytes, size_t size, const char *name, ScoreFileEach each, void *to);

/* What a score is written as at this path: `wanted` unless that is FORMAT_OTHER, else what the name says, MIDI where it says
 * nothing. False with a sentence where that is no format of songs. */
bool score_file_format(Format *out, const char *path, Format wanted, Error *err);
/* A score in a format of songs, without any state of refrain's. key: of the song, where it is known. *bytes is malloc'ed. lost[] gets
 * what the format cannot hold, as parts of a sentence, "" for nothing. */
enum { SCORE_FILE_LOST_SIZE = 300 };
bool score_file_write(const Score *score, Key key, Format format, unsigned char **bytes, size_t *size,
                      char lost[SCORE_FILE_LOST_SIZE], Error *err);

#endif
