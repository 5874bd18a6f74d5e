#include "app/signals.h"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "app/cli/log.h"
#include "engine/base/wake.h"
#include "ui/screen.h"

static const int POLLED[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGCONT, SIGWINCH};
static const int FATAL[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT};
enum { POLLED_COUNT = sizeof POLLED / sizeof *POLLED, FATAL_COUNT = sizeof FATAL / sizeof *FATAL };

static struct sigaction polled_before[POLLED_COUNT];
static Wake wake;

static void pass_on(int signal_number) {
    wake_send(&wake, (unsigned char)signal_number);
}

int signals_open(Error *err) {
    if (!wake_open(&wake, err)) return -1;
    struct sigaction action = {.sa_handler = pass_on, .sa_flags = SA_RESTART};
    sigfillset(&action.sa_mask);
    for (int i = 0; i < POLLED_COUNT; i++) sigaction(POLLED[i], &action, &polled_before[i]);
    signal(SIGPIPE, SIG_IGN);
    return wake_fd(&wake);
}

void signals_close(void) {
    for (int i = 0; i < POLLED_COUNT; i++) sigaction(POLLED[i], &polled_before[i], NULL);
    signal(SIGPIPE, SIG_DFL);
    wake_close(&wake);
}

int signals_take(void) {
    return wake_take(&wake);
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
