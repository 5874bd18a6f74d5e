#include "app/studio/song_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/base/utf8.h"

void song_file_deinit(SongFile *file) {
    free(file->path);
    *file = (SongFile){0};
}

void song_file_lose(SongFile *file, const char *lost) {
    char copy[SONG_FILE_LOST_SIZE]; /* lost may be the file's own */
    utf8_copy(copy, sizeof copy, lost);
    memcpy(file->lost, copy, sizeof copy);
}

void song_file_set(SongFile *file, const char *path, FileStamp stamp, const char *lost) {
    char *copy = path ? realpath(path, NULL) : NULL;
    if (path && !copy) copy = strdup(path); /* a file that is gone may come back */
    free(file->path);
    file->path = copy;
    file->stamp = stamp;
    song_file_lose(file, lost);
    file->read_only = NULL;
}

void song_file_title(const SongFile *file, char *out, size_t size) {
    utf8_copy(out, size, file->path ? file_base(file->path) : "untitled");
    char *dot = strrchr(out, '.');
    if (file->path && dot && dot != out) *dot = '\0';
}

static bool same_file(const char *a, const char *b) {
    struct stat status_a, status_b;
    return a && b && stat(a, &status_a) == 0 && stat(b, &status_b) == 0 &&
           status_a.st_dev == status_b.st_dev && status_a.st_ino == status_b.st_ino;
}

const char *song_file_read_only(const SongFile *file, const char *path) {
    return file->read_only && same_file(path, file->path) ? file->read_only : NULL;
}

bool song_file_objects(const SongFile *file, const char *path, bool as_song, char out[SONG_FILE_WORDS_SIZE]) {
    const char *why = NULL;
    out[0] = '\0';
    if (access(path, F_OK) != 0) return false;
    const FileStamp now = file_stamp(path);
    if (!as_song || !same_file(path, file->path))
        why = "exists";
    else if (!file_stamp_equal(&now, &file->stamp))
        why = "was changed since it was opened or saved here";
    else if (!file->lost[0] && now.links > 1)
        why = "has other names (hard links), which keep the old song";
    if (why)
        snprintf(out, SONG_FILE_WORDS_SIZE, "%s", why);
    else if (file->lost[0])
        snprintf(out, SONG_FILE_WORDS_SIZE, "holds what saving does not give back (%s)", file->lost);
    return out[0] != '\0';
}
