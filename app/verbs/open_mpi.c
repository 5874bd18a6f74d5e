#include "app/verbs/open_mpi.h"

#include <stdlib.h>

#ifdef REFRAIN_MPI

#include <mpi.h>
#include <sched.h>
#include <time.h>
#include <unistd.h>

#include "app/cli/console.h"
#include "app/cli/interrupt.h"
#include "engine/base/clock.h"

enum {
    FAREWELL_US =
        600 * 1000, /* for a last sum, once this process was told to end; mpirun kills after a second */
    SPINS = 2000,   /* looks before the first nap: on a crowded machine others need the core */
    NAP_NS = 20 * 1000,
    PART = 1 << 28, /* numbers of one message */
};

static bool joined;
static int64_t busy_us;

/* MPI's own farewell would wait for the one that is gone. */
static void give_up(void) {
    console_complain("Another process of this training has ended; --resume goes on from the last save.");
    console_close();
    _exit(EXIT_FAILURE);
}

static void wait_for(MPI_Request *request) {
    int64_t told_us = 0;
    int done = 0;
    for (long turn = 0; !done; turn++) {
        if (MPI_Test(request, &done, MPI_STATUS_IGNORE) != MPI_SUCCESS) give_up();
        if (!done && interrupt_status()) {
            const int64_t now_us = clock_monotonic_us();
            if (told_us == 0) told_us = now_us;
            if (now_us - told_us > FAREWELL_US) give_up();
        }
        if (!done && turn < SPINS)
            sched_yield();
        else if (!done)
            nanosleep(&(struct timespec){.tv_nsec = NAP_NS}, NULL);
    }
}

static void sum(void *context, float *data, size_t count) {
    (void)context;
    const int64_t began_us = clock_monotonic_us();
    for (size_t at = 0; at < count; at += PART) {
        const int part = count - at < PART ? (int)(count - at) : PART;
        MPI_Request request;
        if (MPI_Iallreduce(MPI_IN_PLACE, data + at, part, MPI_FLOAT, MPI_SUM, MPI_COMM_WORLD, &request) !=
            MPI_SUCCESS)
            give_up();
        wait_for(&request);
    }
    busy_us += clock_monotonic_us() - began_us;
}

bool open_mpi_join(Ranks *ranks, Error *err) {
    *ranks = (Ranks){0};
    if (!getenv("OMPI_COMM_WORLD_SIZE")) return true;
    int level;
    if (MPI_Init_thread(NULL, NULL, MPI_THREAD_FUNNELED, &level) != MPI_SUCCESS)
        return error_set(err, "Open MPI does not start; try without mpirun.");
    joined = true;
    MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
    MPI_Comm_rank(MPI_COMM_WORLD, &ranks->rank);
    MPI_Comm_size(MPI_COMM_WORLD, &ranks->count);
    ranks->sum = sum;
    return true;
}

void open_mpi_leave(void) {
    if (joined) MPI_Finalize();
    joined = false;
}

double open_mpi_seconds(void) {
    return (double)busy_us * 1e-6;
}

#else

/* Several processes that know nothing of each other would write the same file. */
bool open_mpi_join(Ranks *ranks, Error *err) {
    const char *size = getenv("OMPI_COMM_WORLD_SIZE");
    *ranks = (Ranks){0};
    return !size || atoi(size) < 2 ||
           error_set(err,
                     "This refrain trains in one process: \"make mpi\" builds refrain-mpi, for several.");
}

void open_mpi_leave(void) {}

double open_mpi_seconds(void) {
    return 0;
}

#endif
