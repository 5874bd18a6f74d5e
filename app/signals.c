#include "app/signals.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/cli/log.h"
#include "ui/screen.h"

static const int POLLED[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGCONT, SIGWINCH};
static const int FATAL[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT};
enum { POLLED_COUNT = sizeof POLLED / sizeof *POLLED, FATAL_COUNT = sizeof FATAL / sizeof *FATAL };

static struct sigaction polled_before[POLLED_COUNT];
static int wake = -1; /* the pipe's writing end */

static void pass_on(int signal_number) {
    int saved_errno = errno;
    unsigned char byte = (unsigned char)signal_number;
    ssize_t written = write(wake, &byte, 1);
    (void)written; /* a full pipe holds enough reasons to wake up */
    errno = saved_errno;
}

int signals_open(Error *err) {
    int ends[2];
    if (pipe2(ends, O_NONBLOCK | O_CLOEXEC) != 0) {
        error_set(err, "cannot listen for signals: %s", strerror(errno));
        return -1;
    }
    wake = ends[1];
    struct sigaction action = {.sa_handler = pass_on, .sa_flags = SA_RESTART};
    sigfillset(&action.sa_mask);
    for (int i = 0; i < POLLED_COUNT; i++) sigaction(POLLED[i], &action, &polled_before[i]);
    signal(SIGPIPE, SIG_IGN);
    return ends[0];
}

void signals_close(int fd) {
    for (int i = 0; i < POLLED_COUNT; i++) sigaction(POLLED[i], &polled_before[i], NULL);
    signal(SIGPIPE, SIG_DFL);
    close(wake);
    close(fd);
    wake = -1;
}

int signals_take(int fd) {
    unsigned char byte;
    return read(fd, &byte, 1) == 1 ? byte : 0;
}

/* A dying process has one chance: what it needs lies ready here. */
static Player *guarded_player;
static char *signal_stack;
static struct sigaction fatal_before[FATAL_COUNT];

static void die(int signal_number) {
    static const char words[] =
        "refrain has crashed, sorry. Work that was not saved is offered at the next start.\r\n";
    signals_unguard(); /* what happens in here is fatal at once */
    if (guarded_player) player_emergency_stop(guarded_player);
    screen_emergency_restore();
    int terminal = log_terminal();
    ssize_t written = write(terminal >= 0 ? terminal : 2, words, sizeof words - 1);
    (void)written;
    raise(signal_number);
}

void signals_guard(Player *player) {
    enum { STACK_BYTES = 1 << 16 };
    guarded_player = player;
    signal_stack = malloc(STACK_BYTES);
    stack_t stack = {.ss_sp = signal_stack, .ss_size = STACK_BYTES};
    if (signal_stack) sigaltstack(&stack, NULL); /* a stack overflow needs another stack to end on */
    struct sigaction action = {.sa_handler = die, .sa_flags = SA_ONSTACK | SA_NODEFER};
    sigemptyset(&action.sa_mask);
    for (int i = 0; i < FATAL_COUNT; i++) sigaction(FATAL[i], &action, &fatal_before[i]);
}

void signals_unguard(void) {
    for (int i = 0; i < FATAL_COUNT; i++) sigaction(FATAL[i], &fatal_before[i], NULL);
}

void signals_stop_here(void) {
    raise(SIGSTOP);
}
