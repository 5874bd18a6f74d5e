#include "app/signals.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "app/log.h"
#include "ui/screen.h"

static const int POLLED[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGCONT, SIGWINCH};
static const int FATAL[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT};
enum { POLLED_COUNT = sizeof POLLED / sizeof *POLLED, FATAL_COUNT = sizeof FATAL / sizeof *FATAL };

static sigset_t mask_before;

int signals_open(Error *err) {
    sigset_t set;
    sigemptyset(&set);
    for (int i = 0; i < POLLED_COUNT; i++) sigaddset(&set, POLLED[i]);
    pthread_sigmask(SIG_BLOCK, &set, &mask_before);
    signal(SIGPIPE, SIG_IGN);
    int fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
    if (fd < 0) error_set(err, "cannot listen for signals: %s", strerror(errno));
    return fd;
}

void signals_close(int fd) {
    while (signals_take(fd)) continue; /* what ended the loop must not end the process again */
    close(fd);
    pthread_sigmask(SIG_SETMASK, &mask_before, NULL);
    signal(SIGPIPE, SIG_DFL);
}

int signals_take(int fd) {
    struct signalfd_siginfo info;
    return read(fd, &info, sizeof info) == (ssize_t)sizeof info ? (int)info.ssi_signo : 0;
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
