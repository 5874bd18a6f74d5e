/* Standard MIDI files on the disk: opened as a Score with its melody chosen, and saved. */
#ifndef REFRAIN_MIDI_IO_SMF_FILE_H
#define REFRAIN_MIDI_IO_SMF_FILE_H

#include <stddef.h>

#include "midi_io/smf_report.h"

/* A whole file (smf_read.h). The melody is its voice, or the track wanted by number or name (null = choose, smf_rows.h); in
 * refrain's own songs (reading->state has a text) none is chosen unless one is wanted. A file of drums alone has its first track as
 * voice. out and reading are empty before, and to be deinited in any case. report may be null. Fails with one sentence that begins
 * with the path. */
bool smf_file_open(Score *out, SmfReading *reading, const char *path, const char *wanted, SmfReport *report,
                   Error *err);
/* The same of bytes. */
bool smf_file_parse(Score *out, SmfReading *reading, const unsigned char *bytes, size_t size,
                    const char *wanted, SmfReport *report, Error *err);

/* The voices of any .mid, and which is the melody. out is empty before. */
bool smf_file_rows(SmfRows *out, const char *path, Error *err);

bool smf_file_save(const Score *score, const char *path, Error *err); /* atomic; without any state */

#endif
