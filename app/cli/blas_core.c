#include "app/cli/blas_core.h"

#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/auxv.h>
#include <sys/resource.h>
#include <unistd.h>

#include "engine/nn/gemm.h"

/* Not where the dynamic loader was called by name and is itself what /proc/self/exe names. */
static bool can_start_anew(void) {
    return getauxval(AT_BASE) != 0;
}

/* By its path, so that the process keeps its name; by the link, where the file has been replaced meanwhile. */
static void start_anew(char **argv) {
    static const char SELF[] = "/proc/self/exe";
    char path[PATH_MAX];
    const ssize_t length = readlink(SELF, path, sizeof path - 1);
    if (length > 0) {
        path[length] = '\0';
        execv(path, argv);
    }
    execv(SELF, argv);
}

/* True when it had to be set. */
static bool settle(const char *variable, const char *value) {
    return value && !getenv(variable) && setenv(variable, value, 1) == 0;
}

/* Where memory is limited: the threads that OpenBLAS makes for itself before main begins, which nobody here needs, would try for
 * ever to get their buffers, and the process could not end. */
static const char *threads_wanted(void) {
    struct rlimit limit;
    return getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY ? "1" : NULL;
}

void blas_core_settle(char **argv) {
    if (!can_start_anew()) return;
    const bool other_core = settle("OPENBLAS_CORETYPE", gemm_better_core(gemm_core(), gemm_features()));
    if (settle("OPENBLAS_NUM_THREADS", threads_wanted()) || other_core) start_anew(argv);
}
