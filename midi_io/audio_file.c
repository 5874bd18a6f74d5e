#include "midi_io/audio_file.h"

#include <limits.h>
#include <sndfile.h>
#include <stdlib.h>

#include "engine/base/file.h"
#include "engine/base/utf8.h"

struct AudioFile {
    SNDFILE *sound;
    FileDraft draft;
    bool is_draft; /* else a stream of the caller's */
    char name[PATH_MAX];
};

/* As libsndfile names it; 0 = none that it writes for us. */
static int kind_of(Format format) {
    switch (format) {
    case FORMAT_WAV:
        return SF_FORMAT_WAV | SF_FORMAT_PCM_16;
    case FORMAT_FLAC:
        return SF_FORMAT_FLAC | SF_FORMAT_PCM_16;
    default:
        return 0;
    }
}

bool audio_file_format(Format *out, const char *path, Format wanted, Error *err) {
    *out = wanted != FORMAT_OTHER ? wanted : format_of(path);
    return kind_of(*out) ||
           error_set(
               err,
               "\"%.200s\" has to end in .wav or .flac, which are the kinds of sound that can be written.",
               path);
}

static bool open_sound(AudioFile *file, int fd, const char *name, Format format, int rate, Error *err) {
    SF_INFO info = {.samplerate = rate, .channels = AUDIO_FILE_CHANNELS, .format = kind_of(format)};
    utf8_copy(file->name, sizeof file->name, name);
    file->sound = sf_open_fd(fd, SFM_WRITE, &info, SF_FALSE);
    if (!file->sound) return error_set(err, "\"%.200s\" cannot be written: %s.", name, sf_strerror(NULL));
    sf_command(file->sound, SFC_SET_CLIPPING, NULL, SF_TRUE);
    return true;
}

static AudioFile *audio_file_new(Error *err) {
    AudioFile *file = calloc(1, sizeof *file);
    if (!file) error_memory(err, "an audio file");
    return file;
}

AudioFile *audio_file_open(const char *path, Format format, int rate, Error *err) {
    AudioFile *file = audio_file_format(&format, path, format, err) ? audio_file_new(err) : NULL;
    if (!file) return NULL;
    if (!file_begin(&file->draft, path, err)) {
        free(file);
        return NULL;
    }
    file->is_draft = true;
    if (open_sound(file, file->draft.fd, path, format, rate, err)) return file;
    audio_file_discard(file);
    return NULL;
}

AudioFile *audio_file_open_stream(int fd, Format format, int rate, Error *err) {
    AudioFile *file = audio_file_new(err);
    if (!file || open_sound(file, fd, "standard output", format, rate, err)) return file;
    free(file);
    return NULL;
}

bool audio_file_write(AudioFile *file, const float *samples, size_t frames, Error *err) {
    if (sf_writef_float(file->sound, samples, (sf_count_t)frames) == (sf_count_t)frames) return true;
    return error_set(err, "\"%.200s\" cannot be written further: %s.", file->name, sf_strerror(file->sound));
}

bool audio_file_close(AudioFile *file, Error *err) {
    int wrong = sf_close(file->sound);
    file->sound = NULL;
    if (wrong) {
        error_set(err, "\"%.200s\" could not be finished: %s.", file->name, sf_error_number(wrong));
        audio_file_discard(file);
        return false;
    }
    bool placed = !file->is_draft || file_commit(&file->draft, err);
    free(file);
    return placed;
}

void audio_file_discard(AudioFile *file) {
    if (!file) return;
    if (file->sound) sf_close(file->sound);
    if (file->is_draft) file_abandon(&file->draft);
    free(file);
}
