#include "app/studio/recovery.h"

#include <assert.h>
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

void recovery_deinit(Recovery *recovery) {
    assert(!recovery->writing);
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
    if (!recovery->due_ms || recovery->writing) return -1;
    return recovery->due_ms > now_ms ? (int)(recovery->due_ms - now_ms) : 0;
}

/* ---- writing ---- */

typedef struct {
    Recovery *recovery;
    const char *path; /* the recovery's, which outlives its errand */
    unsigned char *bytes;
    size_t size;
    Error error;
} Journal;

static void write_journal(void *data, const atomic_bool *cancelled) {
    (void)cancelled; /* the end of the program is when it is needed most */
    Journal *journal = data;
    file_save_private(journal->path, journal->bytes, journal->size, &journal->error);
}

static void journal_written(void *data) {
    Journal *journal = data;
    Recovery *recovery = journal->recovery;
    recovery->writing = false;
    recovery->error = journal->error;
    recovery->failed = journal->error.text[0] != '\0';
    if (!recovery->failed) recovery->exists = true;
    free(journal->bytes);
    free(journal);
    if (recovery->dropped) recovery_remove(recovery);
}

void recovery_write(Recovery *recovery, Errands *errands, uint64_t revision, unsigned char *bytes,
                    size_t size) {
    assert(!recovery->writing);
    recovery->revision = revision;
    recovery->due_ms = 0;
    Journal *journal = malloc(sizeof *journal);
    if (!journal) {
        recovery->failed = true;
        error_memory(&recovery->error, "the recovery file");
        free(bytes);
        return;
    }
    *journal = (Journal){.recovery = recovery, .path = recovery->path, .bytes = bytes, .size = size};
    recovery->writing = true;
    errands_do(errands, (Errand){write_journal, journal_written, journal});
}

bool recovery_tell(Recovery *recovery, Error *err) {
    if (!recovery->error.text[0] || !err) return true;
    error_set(err, "Unsaved work is not kept safe: %.300s", recovery->error.text);
    recovery->error.text[0] = '\0';
    return false;
}

void recovery_remove(Recovery *recovery) {
    recovery->dropped = recovery->writing;
    if (recovery->path && recovery->exists) unlink(recovery->path);
    recovery->exists = recovery->failed = false;
    recovery->due_ms = 0;
    recovery->error.text[0] = '\0'; /* there is nothing to be kept any more */
}

/* ---- journals of others ---- */

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

static bool add_find(RecoveryFinds *finds, const Recovery *recovery, const char *name) {
    RecoveryFind find = {0};
    long pid = 0;
    if (!read_name(name, &find, &pid) || pid == (long)getpid() || alive(pid)) return true;
    RecoveryFind *more = realloc(finds->find, (size_t)(finds->count + 1) * sizeof *more);
    if (!more) return false;
    finds->find = more;
    find.path = file_join(recovery->folder, name);
    if (find.path) more[finds->count++] = find;
    return find.path != NULL;
}

RecoveryFinds recovery_find(const Recovery *recovery) {
    RecoveryFinds finds = {0};
    DIR *folder = recovery->folder ? opendir(recovery->folder) : NULL;
    if (!folder) return finds;
    for (struct dirent *entry; (entry = readdir(folder)) && add_find(&finds, recovery, entry->d_name);)
        continue;
    closedir(folder);
    if (finds.count) qsort(finds.find, (size_t)finds.count, sizeof *finds.find, by_date);
    return finds;
}

void recovery_finds_deinit(RecoveryFinds *finds) {
    for (int i = 0; i < finds->count; i++) free(finds->find[i].path);
    free(finds->find);
    *finds = (RecoveryFinds){0};
}

bool recovery_adopt(Recovery *recovery, const char *path, Error *err) {
    if (recovery->writing)
        return error_set(err, "unsaved work is being kept safe just now; try again in a moment");
    if (rename(path, recovery->path) != 0)
        return error_set(err, "cannot take over the recovery file %s: %s", path, strerror(errno));
    recovery->exists = true;
    return true;
}

void recovery_give_back(Recovery *recovery, const char *path) {
    if (recovery->exists && rename(recovery->path, path) == 0) recovery->exists = false;
}
