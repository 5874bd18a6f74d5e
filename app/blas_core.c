#include "app/blas_core.h"

#include <stdlib.h>
#include <sys/auxv.h>
#include <unistd.h>

#include "engine/nn/gemm.h"

/* Not where the dynamic loader was called by name and is itself what /proc/self/exe names. */
static bool can_start_anew(void) {
    return getauxval(AT_BASE) != 0;
}

void blas_core_settle(char **argv) {
    const char *core = gemm_better_core(gemm_core(), gemm_features());
    if (!core || getenv("OPENBLAS_CORETYPE") || !can_start_anew()) return;
    if (setenv("OPENBLAS_CORETYPE", core, 1) == 0) execv("/proc/self/exe", argv);
}
