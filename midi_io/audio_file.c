#include "midi_io/audio_file.h"

#include <sndfile.h>
#include <stdlib.h>

#include "engine/base/file.h"
#include "engine/music/format.h"

struct AudioFile {
    SNDFILE *sound;
    FileDraft draft;
};

/* As libsndfile names it; 0 = none that it writes for us. */
static int kind_of(const char *path) {
    switch (format_of(path)) {
    case FORMAT_WAV:
        return SF_FORMAT_WAV | SF_FORMAT_PCM_16;
    case FORMAT_FLAC:
        return SF_FORMAT_FLAC | SF_FORMAT_PCM_16;
    default:
        return 0;
    }
}

bool audio_file_check(const char *path, Error *err) {
    return kind_of(path) ||
           error_set(
               err,
               "\"%.200s\" has to end in .wav or .flac, which are the kinds of sound that can be written.",
               path);
}

AudioFile *audio_file_open(const char *path, int rate, Error *err) {
    SF_INFO info = {.samplerate = rate, .channels = AUDIO_FILE_CHANNELS, .format = kind_of(path)};
    if (!audio_file_check(path, err)) return NULL;
    AudioFile *file = calloc(1, sizeof *file);
    if (!file) {
        error_memory(err, "an audio file");
        return NULL;
    }
    if (!file_begin(&file->draft, path, err)) {
        free(file);
        return NULL;
    }
    file->sound = sf_open_fd(file->draft.fd, SFM_WRITE, &info, SF_FALSE);
    if (!file->sound) {
        error_set(err, "\"%.200s\" cannot be written: %s.", path, sf_strerror(NULL));
        audio_file_discard(file);
        return NULL;
    }
    sf_command(file->sound, SFC_SET_CLIPPING, NULL, SF_TRUE);
    return file;
}

bool audio_file_write(AudioFile *file, const float *samples, size_t frames, Error *err) {
    if (sf_writef_float(file->sound, samples, (sf_count_t)frames) == (sf_count_t)frames) return true;
    return error_set(err, "\"%.200s\" cannot be written further: %s.", file->draft.path,
                     sf_strerror(file->sound));
}

bool audio_file_close(AudioFile *file, Error *err) {
    int wrong = sf_close(file->sound);
    file->sound = NULL;
    if (wrong) {
        error_set(err, "\"%.200s\" could not be finished: %s.", file->draft.path, sf_error_number(wrong));
        audio_file_discard(file);
        return false;
    }
    bool placed = file_commit(&file->draft, err);
    free(file);
    return placed;
}

void audio_file_discard(AudioFile *file) {
    if (!file) return;
    if (file->sound) sf_close(file->sound);
    file_abandon(&file->draft);
    free(file);
}
