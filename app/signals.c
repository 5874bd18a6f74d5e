#include "app/signals.h"

#include <execinfo.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/cli/log.h"
#include "engine/base/wake.h"
#include "ui/screen.h"

/* What a thread brings upon itself: nothing can go on behind it. */
static bool is_fault(int number) {
    static const int FAULTS[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGTRAP, SIGSYS};
    for (size_t i = 0; i < sizeof FAULTS / sizeof *FAULTS; i++)
        if (FAULTS[i] == number) return true;
    return false;
}

/* Everything that would end, stop or resize the program, rather than a list of what comes to mind. */
static bool is_polled(int number) {
    static const int OTHERS[] = {SIGKILL, SIGSTOP, SIGTTIN, SIGTTOU, SIGCHLD, SIGURG, SIGPIPE, SIGXFSZ};
    for (size_t i = 0; i < sizeof OTHERS / sizeof *OTHERS; i++)
        if (OTHERS[i] == number) return false;
    return !is_fault(number);
}

static struct sigaction before[NSIG];
static Wake wake;

static void pass_on(int number) {
    wake_send(&wake, (unsigned char)number);
}

static void take_over(bool (*kind)(int), void (*handler)(int), int flags) {
    struct sigaction action = {.sa_handler = handler, .sa_flags = flags};
    if (kind == is_polled) sigfillset(&action.sa_mask);
    for (int i = 1; i < NSIG; i++)
        if (kind(i)) sigaction(i, &action, &before[i]); /* refused for the C library's own two */
}

static void let_go(bool (*kind)(int)) {
    for (int i = 1; i < NSIG; i++)
        if (kind(i)) sigaction(i, &before[i], NULL);
}

int signals_open(Error *err) {
    if (!wake_open(&wake, err)) return -1;
    take_over(is_polled, pass_on, SA_RESTART);
    signal(SIGPIPE, SIG_IGN);
    return wake_fd(&wake);
}

void signals_close(void) {
    let_go(is_polled);
    signal(SIGPIPE, SIG_DFL);
    wake_close(&wake);
}

int signals_take(void) {
    return wake_take(&wake);
}

/* ---- the end that nobody wanted ---- */

/* A dying process has one chance: what it needs lies ready here. */
static Player *guarded_player;
static char *signal_stack;
static bool guarded;

static void tell(const char *words) {
    int terminal = log_terminal();
    ssize_t written = write(terminal >= 0 ? terminal : STDERR_FILENO, words, strlen(words));
    (void)written;
}

static void give_back(void) {
    if (guarded_player) player_emergency_stop(guarded_player);
    screen_emergency_restore();
}

/* Two digits and the way here; nothing in it allocates, once backtrace has been called before. */
static void log_crash(int number) {
    enum { FRAMES = 40 };
    char words[] = "refrain has crashed by signal 00:\n";
    void *frame[FRAMES];
    char *digits = words + sizeof words - sizeof "00:\n";
    digits[0] = (char)('0' + number / 10);
    digits[1] = (char)('0' + number % 10);
    int log = log_descriptor();
    if (log < 0) return;
    ssize_t written = write(log, words, sizeof words - 1);
    (void)written;
    backtrace_symbols_fd(frame, backtrace(frame, FRAMES), log);
}

static void die(int number) {
    let_go(is_fault); /* what happens in here is fatal at once */
    guarded = false;
    give_back();
    tell("refrain has crashed, sorry. Work that was not saved is offered at the next start.\r\n");
    log_crash(number);
    raise(number);
}

/* Some libraries call exit() when memory runs out. */
static void at_exit(void) {
    if (!guarded) return;
    guarded = false;
    give_back();
    tell(
        "refrain was ended by a library, sorry; the log says more. Work that was not saved is offered at the "
        "next start.\r\n");
}

void signals_guard(Player *player) {
    enum { STACK_BYTES = 1 << 16 };
    static bool registered;
    void *frame[1];
    guarded_player = player;
    if (!signal_stack) signal_stack = malloc(STACK_BYTES);
    stack_t stack = {.ss_sp = signal_stack, .ss_size = STACK_BYTES};
    if (signal_stack) sigaltstack(&stack, NULL); /* a stack overflow needs another stack to end on */
    (void)backtrace(frame, 1);                   /* loads what it needs while all is well */
    if (!registered) registered = atexit(at_exit) == 0;
    take_over(is_fault, die, SA_ONSTACK | SA_NODEFER);
    guarded = true;
}

void signals_unguard(void) {
    if (guarded) let_go(is_fault);
    guarded = false;
    guarded_player = NULL;
}

/* ---- the end that takes too long ---- */

static int last_status;

static void go_without(int number) {
    (void)number;
    give_back();
    tell("refrain: Something in the background did not end in time; refrain goes without it.\r\n");
    _exit(last_status);
}

void signals_end_soon(int status) {
    enum { LIMIT_S = 10 };
    static bool called;
    struct sigaction action = {.sa_handler = go_without};
    sigfillset(&action.sa_mask);
    last_status = status ? status : EXIT_FAILURE;
    sigaction(SIGALRM, &action, NULL);
    before[SIGALRM] = action; /* letting go of the others leaves this one */
    if (!called) alarm(LIMIT_S);
    called = true;
}

void signals_stop_here(void) {
    raise(SIGSTOP);
}
