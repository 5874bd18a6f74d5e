#include "app/cli/interrupt.h"

#include <signal.h>
#include <stdbool.h>

#include "engine/base/wake.h"

static atomic_bool flag;
static atomic_int signal_number;
static Wake wake;

static void note_signal(int number) {
    atomic_store(&signal_number, number);
    atomic_store(&flag, true);
    wake_up(&wake);
}

void interrupt_catch(void) {
    if (!wake.open) wake_open(&wake, NULL);
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
    return wake_fd(&wake);
}

int interrupt_status(void) {
    int number = atomic_load(&signal_number);
    return number ? 128 + number : 0;
}
