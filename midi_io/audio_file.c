#include "midi_io/audio_file.h"

#include <errno.h>
#include <sndfile.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

struct AudioFile {
    SNDFILE *sound;
    int descriptor;
    char *path, *temporary;
};

static int format_of(const char *path) {
    const char *dot = strrchr(path, '.');
    if (dot && strcasecmp(dot, ".wav") == 0) return SF_FORMAT_WAV | SF_FORMAT_PCM_16;
    if (dot && strcasecmp(dot, ".flac") == 0) return SF_FORMAT_FLAC | SF_FORMAT_PCM_16;
    return 0;
}

/* mkstemp's files are private; a rendering gets the mode that any new file would get, or that of the file it replaces. */
static void give_usual_mode(int descriptor, const char *path) {
    struct stat old;
    mode_t mask = umask(0);
    umask(mask);
    fchmod(descriptor, stat(path, &old) == 0 ? old.st_mode & 0777 : 0666 & ~mask);
}

static bool open_temporary(AudioFile *file, const char *path, Error *err) {
    struct stat there;
    if (stat(path, &there) == 0 && !S_ISREG(there.st_mode))
        return error_set(err, "\"%.200s\" is not a file that sound can be written to.", path);
    file->path = realpath(path, NULL); /* a link keeps pointing at what it points at */
    if (!file->path) file->path = strdup(path);
    if (!file->path || asprintf(&file->temporary, "%s.XXXXXX", file->path) < 0) {
        file->temporary = NULL;
        return error_memory(err, "an audio file");
    }
    file->descriptor = mkstemp(file->temporary);
    if (file->descriptor < 0) {
        free(file->temporary);
        file->temporary = NULL; /* nothing there to remove */
        return error_set(err, "\"%.200s\" cannot be written: %s.", path, strerror(errno));
    }
    give_usual_mode(file->descriptor, file->path);
    return true;
}

AudioFile *audio_file_open(const char *path, int rate, Error *err) {
    SF_INFO info = {.samplerate = rate, .channels = AUDIO_FILE_CHANNELS, .format = format_of(path)};
    if (!info.format) {
        error_set(err,
                  "\"%.200s\" has to end in .wav or .flac, which are the kinds of sound that can be written.",
                  path);
        return NULL;
    }
    AudioFile *file = calloc(1, sizeof *file);
    if (!file) {
        error_memory(err, "an audio file");
        return NULL;
    }
    file->descriptor = -1;
    if (!open_temporary(file, path, err)) goto fail;
    file->sound = sf_open_fd(file->descriptor, SFM_WRITE, &info, SF_FALSE);
    if (!file->sound) {
        error_set(err, "\"%.200s\" cannot be written: %s.", path, sf_strerror(NULL));
        goto fail;
    }
    sf_command(file->sound, SFC_SET_CLIPPING, NULL, SF_TRUE);
    return file;
fail:
    audio_file_discard(file);
    return NULL;
}

bool audio_file_write(AudioFile *file, const float *samples, size_t frames, Error *err) {
    if (sf_writef_float(file->sound, samples, (sf_count_t)frames) == (sf_count_t)frames) return true;
    return error_set(err, "\"%.200s\" cannot be written further: %s.", file->path, sf_strerror(file->sound));
}

bool audio_file_close(AudioFile *file, Error *err) {
    bool whole = sf_close(file->sound) == 0;
    file->sound = NULL;
    whole = fsync(file->descriptor) == 0 && whole;
    whole = whole && rename(file->temporary, file->path) == 0;
    if (!whole) error_set(err, "\"%.200s\" could not be finished: %s.", file->path, strerror(errno));
    if (whole) {
        free(file->temporary);
        file->temporary = NULL;
    }
    audio_file_discard(file);
    return whole;
}

void audio_file_discard(AudioFile *file) {
    if (!file) return;
    if (file->sound) sf_close(file->sound);
    if (file->descriptor >= 0) close(file->descriptor);
    if (file->temporary) unlink(file->temporary);
    free(file->temporary);
    free(file->path);
    free(file);
}
