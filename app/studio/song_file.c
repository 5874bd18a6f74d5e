#include "app/studio/song_file.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/base/file.h"

void song_file_deinit(SongFile *file) {
    free(file->path);
    *file = (SongFile){0};
}

void song_file_set(SongFile *file, const char *path, int64_t written_ns, bool holds_more) {
    char *copy = path ? realpath(path, NULL) : NULL;
    if (path && !copy) copy = strdup(path); /* a file that is gone may come back */
    free(file->path);
    file->path = copy;
    file->written_ns = written_ns;
    file->holds_more = holds_more;
}

static bool same_file(const char *a, const char *b) {
    struct stat status_a, status_b;
    return a && b && stat(a, &status_a) == 0 && stat(b, &status_b) == 0 &&
           status_a.st_dev == status_b.st_dev && status_a.st_ino == status_b.st_ino;
}

const char *song_file_objection(const SongFile *file, const char *path, bool as_song) {
    if (access(path, F_OK) != 0) return NULL;
    if (!as_song || !same_file(path, file->path)) return "exists";
    if (file_written_ns(path) != file->written_ns) return "was changed since it was opened or saved here";
    return file->holds_more ? "holds more than refrain took from it" : NULL;
}
