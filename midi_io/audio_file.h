/* Audio file: stereo sound written as WAV or FLAC (16 bits).
 *
 * What is written is a draft (engine/base/file.h): only audio_file_close puts it in place, so a rendering that is given up
 * leaves the old file whole. An AudioFile belongs to one thread. */
#ifndef REFRAIN_MIDI_IO_AUDIO_FILE_H
#define REFRAIN_MIDI_IO_AUDIO_FILE_H

#include <stddef.h>

#include "engine/base/error.h"
#include "engine/music/format.h"

enum { AUDIO_FILE_CHANNELS = 2 };

typedef struct AudioFile AudioFile;

/* What sound is written as at this path: `wanted` unless that is FORMAT_OTHER, else what the ending of its name says. False with a
 * sentence where that is no sound. */
bool audio_file_format(Format *out, const char *path, Format wanted, Error *err);
/* Fails with a sentence for formats that are no sound and for places that cannot be written to. */
AudioFile *audio_file_open(const char *path, Format format, int rate, Error *err);
/* The same into a descriptor that can seek; the caller's, whatever happens. */
AudioFile *audio_file_open_stream(int fd, Format format, int rate, Error *err);
/* Interleaved left and right, -1..1; louder samples are clipped. */
bool audio_file_write(AudioFile *file, const float *samples, size_t frames, Error *err);
bool audio_file_close(AudioFile *file, Error *err); /* puts the file in place; frees it either way */
void audio_file_discard(AudioFile *file);           /* leaves nothing behind; null is allowed */

#endif
