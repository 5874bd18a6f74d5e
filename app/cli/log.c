#include "app/cli/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "app/cli/paths.h"
#include "engine/base/file.h"
#include "engine/base/utf8.h"

enum { LOG_BYTES_MAX = 1 << 20 };

static int log_fd = -1;
static int saved_out = -1, saved_err = -1;

static int open_file(Error *err) {
    char *folder = paths_state("");
    char *path = paths_state("refrain.log");
    int fd = -1;
    if (!folder || !path) {
        error_set(err, "no home directory is known, so there is nowhere to write the log; set HOME");
    } else if (paths_make(folder, err)) {
        struct stat status;
        int fresh = stat(path, &status) == 0 && status.st_size > LOG_BYTES_MAX ? O_TRUNC : 0;
        fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | fresh, 0600);
        if (fd < 0) error_set(err, "cannot write the log %s: %s", path, file_reason(errno));
    }
    free(folder);
    free(path);
    return fd;
}

bool log_open(Error *err) {
    int fd = open_file(err);
    bool ok = fd >= 0;
    /* Foreign words must stay off the screen even where no log can be written. */
    if (!ok) fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
    if (fd < 0) return ok;
    fflush(NULL);
    saved_out = fcntl(1, F_DUPFD_CLOEXEC, 3);
    saved_err = fcntl(2, F_DUPFD_CLOEXEC, 3);
    dup2(fd, 1);
    dup2(fd, 2);
    log_fd = fd;
    return ok;
}

static void give_back(int *saved, int fd) {
    if (*saved >= 0) {
        dup2(*saved, fd);
        close(*saved);
    }
    *saved = -1;
}

void log_close(void) {
    if (log_fd < 0) return;
    fflush(NULL);
    give_back(&saved_out, 1);
    give_back(&saved_err, 2);
    close(log_fd);
    log_fd = -1;
}

void log_write(const char *format, ...) {
    if (log_fd < 0) return;
    char line[1024], shown[1024];
    time_t now = time(NULL);
    struct tm local;
    localtime_r(&now, &local);
    size_t used = strftime(line, sizeof line, "%F %T ", &local);
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(line + used, sizeof line - used, format, arguments);
    va_end(arguments);
    if (length < 0) return;
    utf8_show(shown, sizeof shown - 1, line); /* a log is read in a terminal */
    used = strlen(shown);
    shown[used++] = '\n';
    ssize_t written = write(log_fd, shown, used);
    (void)written; /* a full disk must not stop the music */
}

int log_terminal(void) {
    return saved_out;
}

int log_descriptor(void) {
    return log_fd;
}
