/* Open MPI: how the processes that mpirun started find each other and add their numbers. Only in refrain-mpi (make mpi); in refrain
 * itself a process is always alone, and says so where it was started as one of several.
 *
 * From open_mpi_join to open_mpi_leave; one thread. When one of the processes is gone, the others end with a sentence and status 1. */
#ifndef REFRAIN_APP_VERBS_OPEN_MPI_H
#define REFRAIN_APP_VERBS_OPEN_MPI_H

#include <stdbool.h>

#include "engine/base/error.h"
#include "engine/learn/ranks.h"

/* Who this process is among those that mpirun started; alone where it did not. Fails where this refrain is built for one process. */
bool open_mpi_join(Ranks *ranks, Error *err);
/* All processes together, after their work. One that has failed ends without it, and mpirun ends the others. */
void open_mpi_leave(void);
/* Seconds spent so far in adding numbers, waiting for the others included. */
double open_mpi_seconds(void);

#endif
