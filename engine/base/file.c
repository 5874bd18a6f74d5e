#include "engine/base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/file.h>
#include <sys/xattr.h>
#include <time.h>
#include <unistd.h>

enum { LINKS_MAX = 40, TEMPORARY_NAMES_MAX = 1000, READ_CHUNK = 1 << 16, SWEEP_AGE_S = 10 };

const char *file_reason(int error) {
    switch (error) {
    case ENOENT:
        return "there is no such file or folder";
    case EACCES:
    case EPERM:
        return "permission is denied";
    case EROFS:
        return "the file system is read-only";
    case ENOSPC:
    case EDQUOT:
        return "the disk is full";
    case EFBIG:
        return "the file would be larger than this process may make one (ulimit -f)";
    case ENAMETOOLONG:
        return "the name is too long";
    case ENOTDIR:
        return "a part of the path is not a folder";
    case ELOOP:
        return "its symbolic links go in circles";
    default:
        return strerror(error);
    }
}

/* As much of a path's end as leaves room for the reason. */
static const char *tail(const char *path) {
    enum { SHOWN_MAX = 250 };
    const size_t length = strlen(path);
    const char *from = path + (length > SHOWN_MAX ? length - SHOWN_MAX : 0);
    while ((*from & 0xc0) == 0x80) from++; /* not in the middle of a character */
    return from;
}

/* ---- reading ---- */

static int open_regular(const char *path, off_t *size, Error *err) {
    if (!path || !path[0]) {
        error_set(err, "The file name is empty: name a file.");
        return -1;
    }
    /* Without O_NONBLOCK the opening of a named pipe would wait for a writer that may never come. */
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    struct stat status;
    if (fd < 0 || fstat(fd, &status) != 0) {
        error_set(err, "Cannot read %s: %s.", tail(path), file_reason(errno));
    } else if (S_ISDIR(status.st_mode)) {
        error_set(err, "Cannot read %s: it is a folder, name a file in it.", tail(path));
    } else if (!S_ISREG(status.st_mode)) {
        error_set(err, "Cannot read %s: it is not an ordinary file.", tail(path));
    } else {
        *size = status.st_size;
        return fd;
    }
    if (fd >= 0) close(fd);
    return -1;
}

static bool refuse_size(const char *path, size_t limit, Error *err) {
    if (limit < 10240)
        return error_set(err, "%s is too large: at most %zu bytes can be read.", tail(path), limit);
    if (limit < 10485760)
        return error_set(err, "%s is too large: at most %zu KiB can be read.", tail(path), limit >> 10);
    return error_set(err, "%s is too large: at most %zu MiB can be read.", tail(path), limit >> 20);
}

/* The size is only a hint: the file may grow while it is read, and files of /proc say 0. */
static bool read_all(int fd, const char *path, size_t limit, size_t expected, unsigned char **bytes,
                     size_t *size, Error *err) {
    size_t capacity = expected + 2, used = 0;
    unsigned char *buffer = malloc(capacity);
    if (!buffer) return error_memory(err, tail(path));
    for (;;) {
        ssize_t got = read(fd, buffer + used, capacity - 1 - used);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) {
            error_set(err, "Cannot read %s: %s.", tail(path), file_reason(errno));
            break;
        }
        used += (size_t)got;
        if (used > limit) {
            refuse_size(path, limit, err);
            break;
        }
        if (got == 0) {
            buffer[used] = '\0';
            *bytes = buffer;
            *size = used;
            return true;
        }
        if (used < capacity - 1) continue;
        unsigned char *larger = realloc(buffer, capacity + capacity / 2 + READ_CHUNK);
        if (!larger) {
            error_memory(err, tail(path));
            break;
        }
        buffer = larger;
        capacity += capacity / 2 + READ_CHUNK;
    }
    free(buffer);
    return false;
}

bool file_read(const char *path, size_t limit, unsigned char **bytes, size_t *size, Error *err) {
    *bytes = NULL;
    *size = 0;
    off_t expected = 0;
    int fd = open_regular(path, &expected, err);
    if (fd < 0) return false;
    bool ok = (uintmax_t)expected > limit ? refuse_size(path, limit, err)
                                          : read_all(fd, path, limit, (size_t)expected, bytes, size, err);
    close(fd);
    return ok;
}

bool file_read_stream(int fd, const char *name, size_t limit, unsigned char **bytes, size_t *size,
                      Error *err) {
    *bytes = NULL;
    *size = 0;
    return read_all(fd, name, limit, READ_CHUNK, bytes, size, err);
}

/* ---- saving ---- */

/* Where a path leads when its last component is a symbolic link, also a dangling one (realpath refuses those,
 * but a save has to create the link's target). target holds PATH_MAX bytes. */
static bool follow_links(char *target, const char *path, Error *err) {
    if ((size_t)snprintf(target, PATH_MAX, "%s", path) >= PATH_MAX)
        return error_set(err, "Cannot save %s: %s.", tail(path), file_reason(ENAMETOOLONG));
    for (int i = 0; i < LINKS_MAX; i++) {
        char link[PATH_MAX], joined[PATH_MAX];
        ssize_t length = readlink(target, link, sizeof link - 1);
        if (length < 0) return true; /* not a link, or not there: the next step says which */
        link[length] = '\0';
        const char *slash = strrchr(target, '/');
        int folder = link[0] == '/' || !slash ? 0 : (int)(slash - target + 1);
        if ((size_t)snprintf(joined, sizeof joined, "%.*s%s", folder, target, link) >= sizeof joined)
            return error_set(err, "Cannot save %s: %s.", tail(path), file_reason(ENAMETOOLONG));
        memcpy(target, joined, sizeof joined);
    }
    return error_set(err, "Cannot save %s: %s.", tail(path), file_reason(ELOOP));
}

/* A rename would silently replace what cannot be written to, so this asks first. */
static bool inspect_target(FileDraft *draft, const char *path, Error *err) {
    if (!path || !path[0]) return error_set(err, "The file name is empty: name a file to save to.");
    if (!follow_links(draft->target, path, err)) return false;
    snprintf(draft->path, sizeof draft->path, "%s", path);
    if (stat(draft->target, &draft->old) == 0) {
        if (S_ISDIR(draft->old.st_mode))
            return error_set(err, "Cannot save %s: it is a folder, name a file in it.", tail(path));
        if (!S_ISREG(draft->old.st_mode))
            return error_set(err, "Cannot save %s: it is not an ordinary file.", tail(path));
        if (euidaccess(draft->target, W_OK) != 0)
            return error_set(err, "Cannot save %s: %s.", tail(path), file_reason(errno));
    } else if (errno != ENOENT) {
        return error_set(err, "Cannot save %s: %s.", tail(path), file_reason(errno));
    } else {
        memset(&draft->old, 0, sizeof draft->old);
    }
    const char *slash = strrchr(draft->target, '/');
    if (slash && !slash[1])
        return error_set(err, "Cannot save %s: the name ends in a slash, name a file.", tail(path));
    int length = slash ? (int)(slash - draft->target) : 0;
    snprintf(draft->folder, sizeof draft->folder, "%.*s", length, draft->target);
    if (!slash || length == 0) snprintf(draft->folder, sizeof draft->folder, "%s", slash ? "/" : ".");
    return true;
}

/* ---- temporaries ---- */

/* A living saver holds a lock on its temporary file; one that nobody holds was left by a process that has died. The name's
 * number tells nothing: another container, or another start of the machine, has the same. One that has just been made may
 * not be locked yet. */
static void sweep_one(int folder, const char *name) {
    struct stat status;
    int fd = openat(folder, name, O_WRONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0) return;
    bool old = fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && status.st_uid == geteuid() &&
               time(NULL) - status.st_mtime > SWEEP_AGE_S;
    if (old && flock(fd, LOCK_EX | LOCK_NB) == 0) unlinkat(folder, name, 0);
    close(fd);
}

static void sweep(const char *path) {
    DIR *folder = opendir(path);
    if (!folder) return;
    for (struct dirent *entry; (entry = readdir(folder));) {
        int end = 0;
        if (sscanf(entry->d_name, ".refrain-%*d-%*d.tmp%n", &end) == 0 && end && !entry->d_name[end])
            sweep_one(dirfd(folder), entry->d_name);
    }
    closedir(folder);
}

/* For its owner alone until it is whole; O_EXCL keeps two savers apart. */
static int open_temporary(FileDraft *draft) {
    for (int i = 0; i < TEMPORARY_NAMES_MAX; i++) {
        snprintf(draft->temporary, sizeof draft->temporary, "%s/.refrain-%ld-%d.tmp", draft->folder,
                 (long)getpid(), i);
        int fd = open(draft->temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
        if (fd >= 0) flock(fd, LOCK_EX | LOCK_NB);
        if (fd >= 0 || errno != EEXIST) return fd;
    }
    return -1;
}

bool file_write(FileDraft *draft, const void *bytes, size_t size) {
    for (const unsigned char *next = bytes; size > 0 && !draft->error;) {
        ssize_t put = write(draft->fd, next, size);
        if (put < 0 && errno != EINTR) draft->error = errno;
        if (put <= 0) continue;
        next += put;
        size -= (size_t)put;
    }
    return !draft->error;
}

bool file_write_stream(int fd, const char *name, const void *bytes, size_t size, Error *err) {
    FileDraft stream = {.fd = fd};
    return file_write(&stream, bytes, size) ||
           error_set(err, "Cannot write %s: %s.", name, file_reason(stream.error));
}

/* Extended attributes, access control lists among them. What the file system here does not take is left out. */
static void copy_attributes(int to, const char *from) {
    char names[4096], value[4096];
    ssize_t length = listxattr(from, names, sizeof names);
    for (const char *name = names; length > 0 && name < names + length; name += strlen(name) + 1) {
        ssize_t size = getxattr(from, name, value, sizeof value);
        if (size >= 0) (void)!fsetxattr(to, name, value, (size_t)size, 0);
    }
}

/* What the user's umask leaves of a new file's mode, without setting it, as umask() would for all threads. */
static mode_t new_mode(void) {
    unsigned int mask = 077;
    char line[128];
    FILE *status = fopen("/proc/self/status", "re");
    while (status && fgets(line, sizeof line, status))
        if (sscanf(line, "Umask: %o", &mask) == 1) break;
    if (status) fclose(status);
    return 0666 & ~(mode_t)mask;
}

/* The last thing before the rename: until now nobody else could read it. */
static bool widen(const FileDraft *draft) {
    if (draft->is_private) return true;
    if (draft->old.st_mode == 0) return fchmod(draft->fd, new_mode()) == 0;
    /* Only root may give files away; for anyone else a file saved in a shared folder becomes the saver's own. */
    mode_t mode = draft->old.st_mode & 07777;
    if (fchown(draft->fd, draft->old.st_uid, draft->old.st_gid) != 0) mode &= 0777;
    if (fchmod(draft->fd, mode) != 0) return false;
    copy_attributes(draft->fd, draft->target);
    return true;
}

/* Without this a crash may forget the rename itself. Some file systems cannot fsync a folder; the rename
 * stands anyway. */
static void sync_folder(const char *folder) {
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return;
    fsync(fd);
    close(fd);
}

bool file_refuse(const FileDraft *draft, Error *err) {
    return error_set(err, "Cannot save %s: %s. The file on disk is unchanged.", tail(draft->path),
                     file_reason(draft->error));
}

bool file_begin(FileDraft *draft, const char *path, Error *err) {
    draft->is_private = false;
    draft->error = 0;
    if (!inspect_target(draft, path, err)) return false;
    sweep(draft->folder);
    draft->fd = open_temporary(draft);
    if (draft->fd >= 0) return true;
    return error_set(err, "Cannot save %s: no file can be made in its folder: %s.", tail(path),
                     file_reason(errno));
}

static bool step(FileDraft *draft, bool done) {
    if (!done && !draft->error) draft->error = errno;
    return !draft->error;
}

bool file_commit(FileDraft *draft, Error *err) {
    if (step(draft, true)) step(draft, widen(draft) && fsync(draft->fd) == 0);
    step(draft, close(draft->fd) == 0);
    if (step(draft, true)) step(draft, rename(draft->temporary, draft->target) == 0);
    if (draft->error) {
        unlink(draft->temporary);
        return file_refuse(draft, err);
    }
    sync_folder(draft->folder);
    return true;
}

void file_abandon(FileDraft *draft) {
    close(draft->fd);
    unlink(draft->temporary);
}

static bool save(const char *path, bool is_private, const void *bytes, size_t size, Error *err) {
    FileDraft draft;
    if (!file_begin(&draft, path, err)) return false;
    draft.is_private = is_private;
    file_write(&draft, bytes, size);
    return file_commit(&draft, err);
}

bool file_save(const char *path, const void *bytes, size_t size, Error *err) {
    return save(path, false, bytes, size, err);
}

bool file_save_private(const char *path, const void *bytes, size_t size, Error *err) {
    return save(path, true, bytes, size, err);
}

/* ---- locking ---- */

FileLock file_lock(const char *path) {
    enum { TRIES = 200, PAUSE_MS = 10 };
    const char *name = file_base(path);
    char folder[PATH_MAX] = ".";
    if (name > path) snprintf(folder, sizeof folder, "%.*s", (int)(name - path), path);
    FileLock lock = {open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    for (int i = 0; lock.fd >= 0 && i < TRIES && flock(lock.fd, LOCK_EX | LOCK_NB) != 0; i++)
        nanosleep(&(struct timespec){.tv_nsec = PAUSE_MS * 1000000L}, NULL);
    return lock;
}

void file_unlock(FileLock lock) {
    if (lock.fd >= 0) close(lock.fd);
}

/* ---- what is there ---- */

FileStamp file_stamp(const char *path) {
    struct stat status;
    if (stat(path, &status) != 0) return (FileStamp){0};
    return (FileStamp){
        .written_ns = (int64_t)status.st_mtim.tv_sec * 1000000000 + status.st_mtim.tv_nsec,
        .size = status.st_size,
        .inode = (int64_t)status.st_ino,
        .links = (int)status.st_nlink,
    };
}

bool file_stamp_equal(const FileStamp *a, const FileStamp *b) {
    return a->written_ns == b->written_ns && a->size == b->size && a->inode == b->inode;
}

/* ---- names ---- */

bool file_has_ending(const char *path, const char *ending) {
    size_t length = strlen(path), tail = strlen(ending);
    return length > tail && strcasecmp(path + length - tail, ending) == 0;
}

char *file_join(const char *folder, const char *name) {
    size_t size = strlen(folder) + strlen(name) + 2;
    char *path = malloc(size);
    if (!path) return NULL;
    snprintf(path, size, name[0] ? "%s/%s" : "%s%s", folder, name);
    return path;
}

const char *file_base(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}
