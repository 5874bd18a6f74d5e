#include "app/cli/interrupt.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <unistd.h>

static atomic_bool flag;
static atomic_int signal_number;
static int wake[2] = {-1, -1};

static void note_signal(int number) {
    int saved = errno;
    atomic_store(&signal_number, number);
    atomic_store(&flag, true);
    if (wake[1] >= 0 && write(wake[1], "", 1) < 0) errno = saved;
    errno = saved;
}

void interrupt_catch(void) {
    if (wake[0] < 0 && pipe2(wake, O_CLOEXEC | O_NONBLOCK) != 0) wake[0] = wake[1] = -1;
    struct sigaction action = {.sa_handler = note_signal, .sa_flags = (int)SA_RESETHAND | SA_RESTART};
    sigemptyset(&action.sa_mask);
    const int signals[] = {SIGINT, SIGTERM, SIGHUP};
    for (int i = 0; i < 3; i++) {
        struct sigaction old;
        /* A hang-up that the parent told us to ignore (nohup) stays ignored. */
        bool ignored = sigaction(signals[i], NULL, &old) == 0 && old.sa_handler == SIG_IGN;
        if (!ignored || signals[i] != SIGHUP) sigaction(signals[i], &action, NULL);
    }
}

atomic_bool *interrupt_flag(void) {
    return &flag;
}

int interrupt_fd(void) {
    return wake[0];
}

int interrupt_status(void) {
    int number = atomic_load(&signal_number);
    return number ? 128 + number : 0;
}
