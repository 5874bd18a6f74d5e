#include "engine/base/wake.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

bool wake_open(Wake *wake, Error *err) {
    wake->open = pipe2(wake->fd, O_NONBLOCK | O_CLOEXEC) == 0;
    return wake->open ||
           error_set(err, "No more files can be opened (%s): close some programs.", strerror(errno));
}

void wake_close(Wake *wake) {
    if (!wake->open) return;
    close(wake->fd[0]);
    close(wake->fd[1]);
    *wake = (Wake){0};
}

int wake_fd(const Wake *wake) {
    return wake->open ? wake->fd[0] : -1;
}

void wake_up(const Wake *wake) {
    wake_send(wake, 1);
}

void wake_send(const Wake *wake, unsigned char byte) {
    if (!wake->open) return;
    int before = errno; /* of what a signal has interrupted */
    ssize_t written = write(wake->fd[1], &byte, 1);
    (void)written; /* the only failure is a full pipe, and that wakes the reader too */
    errno = before;
}

int wake_take(const Wake *wake) {
    unsigned char byte;
    return wake->open && read(wake->fd[0], &byte, 1) == 1 ? byte : 0;
}

void wake_clear(const Wake *wake) {
    char bytes[64];
    while (wake->open && read(wake->fd[0], bytes, sizeof bytes) > 0) continue;
}
