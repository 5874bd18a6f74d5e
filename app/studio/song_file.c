#include "app/studio/song_file.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/base/utf8.h"

void song_file_deinit(SongFile *file) {
    free(file->path);
    *file = (SongFile){0};
}

void song_file_set(SongFile *file, const char *path, FileStamp stamp, bool holds_more) {
    char *copy = path ? realpath(path, NULL) : NULL;
    if (path && !copy) copy = strdup(path); /* a file that is gone may come back */
    free(file->path);
    file->path = copy;
    file->stamp = stamp;
    file->holds_more = holds_more;
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

const char *song_file_objection(const SongFile *file, const char *path, bool as_song) {
    if (access(path, F_OK) != 0) return NULL;
    if (!as_song || !same_file(path, file->path)) return "exists";
    const FileStamp now = file_stamp(path);
    if (!file_stamp_equal(&now, &file->stamp)) return "was changed since it was opened or saved here";
    if (file->holds_more) return "is not as a MIDI file should be, and what was repaired is lost";
    return now.links > 1 ? "has other names (hard links), which keep the old song" : NULL;
}
