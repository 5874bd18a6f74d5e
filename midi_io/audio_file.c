#include "midi_io/audio_file.h"

#include <sndfile.h>
#include <stdlib.h>
#include <unistd.h>

#include "engine/base/file.h"

struct AudioFile {
    SNDFILE *sound;
    FileDraft draft;
    bool is_draft; /* else only its descriptor counts, which is the caller's */
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

/* ---- libsndfile's way to the draft, so that the reason of a failure is ours to tell ---- */

static sf_count_t size_of(void *data) {
    struct stat status;
    return fstat(((AudioFile *)data)->draft.fd, &status) == 0 ? status.st_size : -1;
}

static sf_count_t seek(sf_count_t offset, int whence, void *data) {
    return lseek(((AudioFile *)data)->draft.fd, offset, whence);
}

static sf_count_t read_none(void *bytes, sf_count_t size, void *data) {
    (void)bytes, (void)size, (void)data;
    return 0;
}

static sf_count_t write_draft(const void *bytes, sf_count_t size, void *data) {
    return file_write(&((AudioFile *)data)->draft, bytes, (size_t)size) ? size : 0;
}

static sf_count_t place(void *data) {
    return lseek(((AudioFile *)data)->draft.fd, 0, SEEK_CUR);
}

static bool refuse(const AudioFile *file, Error *err) {
    const FileDraft *draft = &file->draft;
    if (!draft->error)
        return error_set(err, "The sound library refuses this kind of sound: try the other, wav or flac.");
    return file->is_draft ? file_refuse(draft, err)
                          : error_set(err, "The sound cannot be written: %s.", file_reason(draft->error));
}

/* ---- files ---- */

static bool open_sound(AudioFile *file, Format format, int rate, Error *err) {
    static SF_VIRTUAL_IO io = {size_of, seek, read_none, write_draft, place};
    SF_INFO info = {.samplerate = rate, .channels = AUDIO_FILE_CHANNELS, .format = kind_of(format)};
    file->sound = sf_open_virtual(&io, SFM_WRITE, &info, file);
    if (!file->sound) return refuse(file, err);
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
    if (open_sound(file, format, rate, err)) return file;
    audio_file_discard(file);
    return NULL;
}

AudioFile *audio_file_open_stream(int fd, Format format, int rate, Error *err) {
    AudioFile *file = audio_file_new(err);
    if (file) file->draft.fd = fd;
    if (!file || open_sound(file, format, rate, err)) return file;
    free(file);
    return NULL;
}

bool audio_file_write(AudioFile *file, const float *samples, size_t frames, Error *err) {
    return sf_writef_float(file->sound, samples, (sf_count_t)frames) == (sf_count_t)frames ||
           refuse(file, err);
}

bool audio_file_close(AudioFile *file, Error *err) {
    const bool whole = sf_close(file->sound) == 0 && !file->draft.error;
    file->sound = NULL;
    if (!whole) {
        refuse(file, err);
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
