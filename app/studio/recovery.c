#include "app/studio/recovery.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "app/cli/paths.h"
#include "engine/base/file.h"

/* ---- the lock ---- */

static void lock_name(char *lock, size_t size, const char *journal) {
    snprintf(lock, size, "%.*s.lock", (int)(strlen(journal) - strlen(".mid")), journal);
}

/* A lock that nobody could have taken away meanwhile, or -1. */
static int take_new_lock(const char *lock) {
    struct stat status;
    int fd = open(lock, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0) return -1;
    bool ours = flock(fd, LOCK_EX | LOCK_NB) == 0 && fstat(fd, &status) == 0 && status.st_nlink == 1;
    if (ours) return fd;
    close(fd);
    return -1;
}

/* Whoever wrote this journal, in this container or another, now or before the machine started: is it still there? It holds
 * the lock as long as it lives. */
static bool alive(const char *journal) {
    char lock[PATH_MAX];
    lock_name(lock, sizeof lock, journal);
    int fd = open(lock, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0) return errno != ENOENT;
    bool held = flock(fd, LOCK_EX | LOCK_NB) != 0;
    if (!held) unlink(lock);
    close(fd);
    return held;
}

/* ---- names ---- */

/* The process's number makes the name, and the next ones where another has the same. */
static bool take_name(Recovery *recovery, Error *err) {
    enum { NAMES_MAX = 100 };
    char stamp[32], name[80], lock[PATH_MAX];
    time_t now = time(NULL);
    struct tm local;
    localtime_r(&now, &local);
    strftime(stamp, sizeof stamp, "%Y%m%d-%H%M%S", &local);
    for (int i = 0; i < NAMES_MAX; i++) {
        snprintf(name, sizeof name, "refrain-%s-%ld.mid", stamp, (long)getpid() + i);
        recovery->path = file_join(recovery->folder, name);
        if (!recovery->path) return error_memory(err, "the recovery file's name");
        lock_name(lock, sizeof lock, recovery->path);
        recovery->lock_fd = take_new_lock(lock);
        if (recovery->lock_fd >= 0 && access(recovery->path, F_OK) != 0) return true;
        if (recovery->lock_fd >= 0) { /* the journal of a dead one with our number */
            unlink(lock);
            close(recovery->lock_fd);
        }
        free(recovery->path);
        recovery->path = NULL;
    }
    return error_set(err, "no recovery file can be made in %s: %s", recovery->folder, file_reason(errno));
}

static bool read_name(const char *name, RecoveryFind *find) {
    int year, month, day, hour, minute, second, length = 0;
    char number[20];
    if (sscanf(name, "refrain-%4d%2d%2d-%2d%2d%2d-%19[0-9].mid%n", &year, &month, &day, &hour, &minute,
               &second, number, &length) != 7)
        return false;
    if (length == 0 || name[length]) return false;
    snprintf(find->when, sizeof find->when, "%04d-%02d-%02d %02d:%02d:%02d", year % 10000, month % 100,
             day % 100, hour % 100, minute % 100, second % 100);
    return true;
}

/* What was thrown away long ago goes for good. */
static void sweep_trash(const Recovery *recovery) {
    DIR *trash = opendir(recovery->trash);
    if (!trash) return;
    for (struct dirent *entry; (entry = readdir(trash));) {
        RecoveryFind find;
        struct stat status;
        if (read_name(entry->d_name, &find) && fstatat(dirfd(trash), entry->d_name, &status, 0) == 0 &&
            (time(NULL) - status.st_mtime) / 86400 >= RECOVERY_TRASH_DAYS)
            unlinkat(dirfd(trash), entry->d_name, 0);
    }
    closedir(trash);
}

bool recovery_init(Recovery *recovery, Error *err) {
    *recovery = (Recovery){.lock_fd = -1};
    recovery->folder = paths_state("recovery");
    recovery->trash = paths_state("trash");
    bool ok = recovery->folder && recovery->trash
                  ? paths_make(recovery->folder, err) && take_name(recovery, err)
                  : error_set(err, "no home directory is known, so unsaved work is not kept safe");
    if (ok)
        sweep_trash(recovery);
    else
        recovery_deinit(recovery);
    return ok;
}

/* The journal stays as it is, and belongs to nobody. */
static void drop_name(Recovery *recovery) {
    char lock[PATH_MAX];
    if (recovery->path) {
        lock_name(lock, sizeof lock, recovery->path);
        unlink(lock);
        close(recovery->lock_fd);
    }
    free(recovery->path);
    recovery->path = NULL;
    recovery->lock_fd = -1;
}

void recovery_deinit(Recovery *recovery) {
    assert(!recovery->writing);
    drop_name(recovery);
    free(recovery->folder);
    free(recovery->trash);
    free(recovery->thrown);
    *recovery = (Recovery){0};
}

void recovery_note(Recovery *recovery, uint64_t revision, bool modified, int64_t now_ms) {
    if (!recovery->path) return;
    if (!modified) {
        recovery->due_ms = 0;
        recovery->revision = revision;
        if (recovery->exists || recovery->writing) recovery_remove(recovery);
        return;
    }
    int64_t due_ms = now_ms;
    if (revision != recovery->revision)
        due_ms += RECOVERY_DELAY_MS;
    else if (recovery->failed)
        due_ms += RECOVERY_RETRY_MS;
    else
        return;
    /* Further edits do not put it off, but one brings a retry forward. */
    if (!recovery->due_ms || due_ms < recovery->due_ms) recovery->due_ms = due_ms;
}

int recovery_wait_ms(const Recovery *recovery, int64_t now_ms) {
    if (!recovery->due_ms || recovery->writing) return -1;
    return recovery->due_ms > now_ms ? (int)(recovery->due_ms - now_ms) : 0;
}

/* ---- writing ---- */

/* Nothing is kept any more, nor is to be. */
static void forget(Recovery *recovery) {
    recovery->exists = recovery->failed = recovery->adopted = false;
    recovery->error.text[0] = '\0';
}

static void throw_away(Recovery *recovery) {
    char *where;
    if (recovery_discard(recovery, recovery->path, &where, NULL)) {
        free(recovery->thrown);
        recovery->thrown = where;
        forget(recovery);
        return;
    }
    drop_name(recovery);
    forget(recovery);
    take_name(recovery, &recovery->error);
}

static void drop(Recovery *recovery) {
    recovery->dropped = recovery->writing;
    if (recovery->writing) return;
    if (recovery->exists && recovery->adopted) {
        throw_away(recovery);
        return;
    }
    if (recovery->exists) unlink(recovery->path);
    forget(recovery);
}

void recovery_remove(Recovery *recovery) {
    recovery->due_ms = 0;
    if (!recovery->dropped) recovery->adopted = false; /* what was left before is not saved by this */
    drop(recovery);
}

void recovery_leave(Recovery *recovery) {
    recovery->due_ms = 0;
    drop(recovery);
}

char *recovery_take_thrown(Recovery *recovery) {
    char *thrown = recovery->thrown;
    recovery->thrown = NULL;
    return thrown;
}

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
    if (recovery->dropped) drop(recovery);
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

/* ---- journals of others ---- */

static int by_date(const void *a, const void *b) {
    return strcmp(((const RecoveryFind *)a)->when, ((const RecoveryFind *)b)->when);
}

static bool add_find(RecoveryFinds *finds, const Recovery *recovery, const char *name) {
    RecoveryFind find = {0};
    if (!read_name(name, &find)) return true;
    find.path = file_join(recovery->folder, name);
    if (!find.path || alive(find.path)) {
        free(find.path);
        return true;
    }
    RecoveryFind *more = realloc(finds->find, (size_t)(finds->count + 1) * sizeof *more);
    if (!more) {
        free(find.path);
        return false;
    }
    finds->find = more;
    more[finds->count++] = find;
    return true;
}

/* A process that died without a journal leaves its lock. */
static void sweep_lock(const Recovery *recovery, const char *name) {
    char journal[PATH_MAX];
    const size_t length = strlen(name), tail = strlen(".lock");
    if (length < tail || strcmp(name + length - tail, ".lock") != 0) return;
    snprintf(journal, sizeof journal, "%s/%.*s.mid", recovery->folder, (int)(length - tail), name);
    if (access(journal, F_OK) != 0) (void)alive(journal);
}

RecoveryFinds recovery_find(const Recovery *recovery) {
    RecoveryFinds finds = {0};
    DIR *folder = recovery->folder ? opendir(recovery->folder) : NULL;
    if (!folder) return finds;
    for (struct dirent *entry; (entry = readdir(folder)) && add_find(&finds, recovery, entry->d_name);)
        sweep_lock(recovery, entry->d_name);
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
        return error_set(err, "cannot take over the recovery file %s: %s", path, file_reason(errno));
    recovery->exists = recovery->adopted = true;
    return true;
}

void recovery_give_back(Recovery *recovery, const char *path) {
    if (recovery->exists && rename(recovery->path, path) == 0) recovery->exists = recovery->adopted = false;
}

/* A link and no renaming: nothing that lies there is replaced. Where the name is taken, its number gets more digits. */
static char *link_into(const char *trash, const char *path) {
    enum { NAMES_MAX = 100 };
    const char *base = file_base(path);
    char name[NAME_MAX + 1];
    snprintf(name, sizeof name, "%s", base);
    for (int i = 0; i < NAMES_MAX; i++) {
        char *where = file_join(trash, name);
        if (!where || link(path, where) == 0) return where;
        free(where);
        if (errno != EEXIST) return NULL;
        snprintf(name, sizeof name, "%.*s%02d.mid", (int)(strlen(base) - strlen(".mid")), base, i);
    }
    return NULL;
}

bool recovery_discard(const Recovery *recovery, const char *path, char **where, Error *err) {
    *where = NULL;
    if (!paths_make(recovery->trash, err)) return false;
    *where = link_into(recovery->trash, path);
    if (*where && unlink(path) == 0) {
        utimensat(AT_FDCWD, *where, NULL, 0); /* its days in the trash begin now */
        return true;
    }
    error_set(err, "The recovery file %.250s could not be moved to the trash: %s.", path, file_reason(errno));
    free(*where);
    *where = NULL;
    return false;
}
