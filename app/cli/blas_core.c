#include "app/cli/blas_core.h"

#include <limits.h>
#include <stdlib.h>
#include <sys/auxv.h>
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

void blas_core_settle(char **argv) {
    const char *core = gemm_better_core(gemm_core(), gemm_features());
    if (!core || getenv("OPENBLAS_CORETYPE") || !can_start_anew()) return;
    if (setenv("OPENBLAS_CORETYPE", core, 1) == 0) start_anew(argv);
}
