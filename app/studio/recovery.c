#include "app/studio/recovery.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "app/cli/paths.h"
#include "engine/base/file.h"

bool recovery_init(Recovery *recovery, Error *err) {
    *recovery = (Recovery){0};
    recovery->folder = paths_state("recovery");
    if (!recovery->folder)
        return error_set(err, "no home directory is known, so unsaved work is not kept safe");
    if (!paths_make(recovery->folder, err)) goto fail;
    char stamp[32], name[80];
    time_t now = time(NULL);
    struct tm local;
    localtime_r(&now, &local);
    strftime(stamp, sizeof stamp, "%Y%m%d-%H%M%S", &local);
    snprintf(name, sizeof name, "refrain-%s-%ld.mid", stamp, (long)getpid());
    recovery->path = file_join(recovery->folder, name);
    if (recovery->path) return true;
    error_memory(err, "the recovery file's name");
fail:
    recovery_deinit(recovery);
    return false;
}

static void conclude(Recovery *recovery) {
    free(recovery->bytes);
    recovery->bytes = NULL;
    recovery->failed = recovery->error.text[0] != '\0';
    if (!recovery->failed) recovery->exists = true;
}

static void join(Recovery *recovery) {
    if (!recovery->writing) return;
    thread_join(&recovery->thread);
    recovery->writing = false;
    conclude(recovery);
}

void recovery_deinit(Recovery *recovery) {
    join(recovery);
    free(recovery->folder);
    free(recovery->path);
    *recovery = (Recovery){0};
}

void recovery_note(Recovery *recovery, uint64_t revision, bool modified, int64_t now_ms) {
    if (!recovery->path) return;
    if (!modified) {
        recovery->due_ms = 0;
        recovery->revision = revision;
        if (recovery->exists || recovery->writing) recovery_remove(recovery);
    } else if (recovery->due_ms) {
        return; /* further edits do not put it off */
    } else if (revision != recovery->revision) {
        recovery->due_ms = now_ms + RECOVERY_DELAY_MS;
    } else if (recovery->failed) {
        recovery->due_ms = now_ms + RECOVERY_RETRY_MS;
    }
}

int recovery_wait_ms(const Recovery *recovery, int64_t now_ms) {
    int wait = !recovery->due_ms ? -1 : recovery->due_ms > now_ms ? (int)(recovery->due_ms - now_ms) : 0;
    if (recovery->writing && (wait < 0 || wait > RECOVERY_LOOK_MS)) wait = RECOVERY_LOOK_MS;
    return wait;
}

static void *write_journal(void *argument) {
    Recovery *recovery = argument;
    Error error = {{0}};
    file_save(recovery->path, recovery->bytes, recovery->size, &error);
    recovery->error = error;
    atomic_store(&recovery->finished, true);
    return NULL;
}

/* What the last write said, once. */
static bool tell(Recovery *recovery, Error *err) {
    Error last = recovery->error;
    recovery->error.text[0] = '\0';
    return !last.text[0] || error_set(err, "Unsaved work is not kept safe: %.300s", last.text);
}

bool recovery_write(Recovery *recovery, uint64_t revision, unsigned char *bytes, size_t size, Error *err) {
    join(recovery); /* the last write began seconds ago */
    bool ok = tell(recovery, err);
    recovery->bytes = bytes;
    recovery->size = size;
    recovery->revision = revision;
    recovery->due_ms = 0;
    atomic_store(&recovery->finished, false);
    recovery->writing = thread_start(&recovery->thread, write_journal, recovery);
    if (!recovery->writing) {
        write_journal(recovery);
        conclude(recovery);
    }
    return ok;
}

bool recovery_collect(Recovery *recovery, Error *err) {
    if (recovery->writing && !atomic_load(&recovery->finished)) return true;
    join(recovery);
    return tell(recovery, err);
}

bool recovery_flush(Recovery *recovery, Error *err) {
    join(recovery);
    if (!recovery->error.text[0]) return true;
    if (err) *err = recovery->error;
    return false;
}

void recovery_remove(Recovery *recovery) {
    join(recovery);
    if (recovery->path && recovery->exists) unlink(recovery->path);
    recovery->exists = recovery->failed = false;
    recovery->due_ms = 0;
    recovery->error.text[0] = '\0'; /* there is nothing to be kept any more */
}

/* The program that link leads to, by its bare name; false where nobody may look. The kernel marks one whose file has been
 * replaced, as an installation does. */
static bool program_of(const char *link, char *name, size_t size) {
    static const char mark[] = " (deleted)";
    char path[4096];
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length <= 0) return false;
    path[length] = '\0';
    size_t bare = (size_t)length - (sizeof mark - 1);
    if ((size_t)length > sizeof mark - 1 && strcmp(path + bare, mark) == 0) path[bare] = '\0';
    snprintf(name, size, "%s", file_base(path));
    return true;
}

/* Is the process that wrote this journal still there? A pid that another program has got since does not
 * count. */
static bool alive(long pid) {
    if (pid <= 0) return true; /* not a name of ours: leave it alone */
    if (kill((pid_t)pid, 0) != 0 && errno == ESRCH) return false;
    char link[64], other[256], self[256];
    snprintf(link, sizeof link, "/proc/%ld/exe", pid);
    if (!program_of(link, other, sizeof other) || !program_of("/proc/self/exe", self, sizeof self))
        return true;
    return strcmp(other, self) == 0;
}

static bool read_name(const char *name, RecoveryFind *find, long *pid) {
    int year, month, day, hour, minute, second, length = 0;
    if (sscanf(name, "refrain-%4d%2d%2d-%2d%2d%2d-%ld.mid%n", &year, &month, &day, &hour, &minute, &second,
               pid, &length) != 7)
        return false;
    if (length == 0 || name[length]) return false;
    snprintf(find->when, sizeof find->when, "%04d-%02d-%02d %02d:%02d:%02d", year % 10000, month % 100,
             day % 100, hour % 100, minute % 100, second % 100);
    return true;
}

static int by_date(const void *a, const void *b) {
    return strcmp(((const RecoveryFind *)a)->when, ((const RecoveryFind *)b)->when);
}

int recovery_find(const Recovery *recovery, RecoveryFind **finds) {
    *finds = NULL;
    DIR *folder = recovery->folder ? opendir(recovery->folder) : NULL;
    if (!folder) return 0;
    int count = 0;
    for (struct dirent *entry; (entry = readdir(folder));) {
        RecoveryFind find = {0};
        long pid = 0;
        if (!read_name(entry->d_name, &find, &pid) || pid == (long)getpid() || alive(pid)) continue;
        RecoveryFind *more = realloc(*finds, (size_t)(count + 1) * sizeof **finds);
        if (!more) break;
        *finds = more;
        find.path = file_join(recovery->folder, entry->d_name);
        if (!find.path) break;
        more[count++] = find;
    }
    closedir(folder);
    if (count) qsort(*finds, (size_t)count, sizeof **finds, by_date);
    return count;
}

void recovery_finds_free(RecoveryFind *finds, int count) {
    for (int i = 0; i < count; i++) free(finds[i].path);
    free(finds);
}

bool recovery_adopt(Recovery *recovery, const char *path, Error *err) {
    join(recovery);
    if (rename(path, recovery->path) != 0)
        return error_set(err, "cannot take over the recovery file %s: %s", path, strerror(errno));
    recovery->exists = true;
    return true;
}

void recovery_give_back(Recovery *recovery, const char *path) {
    if (recovery->exists && rename(recovery->path, path) == 0) recovery->exists = false;
}
