/* Blas core: which of its kernels OpenBLAS runs, and on how many threads of its own.
 *
 * OpenBLAS looks the processor's model up when it is loaded, and for one younger than itself it falls back on kernels that
 * know nothing later than SSE3, at a third to a sixth of the speed. It can be told better by OPENBLAS_CORETYPE only,
 * before it is loaded: https://github.com/OpenMathLib/OpenBLAS#switching-the-target-in-dynamic_arch-mode */
#ifndef REFRAIN_APP_CLI_BLAS_CORE_H
#define REFRAIN_APP_CLI_BLAS_CORE_H

/* The first thing in main: where OpenBLAS fell back, or memory is limited, starts the program anew with the right core named and
 * one thread. Returns where there is nothing to do, or it cannot be done. Whoever set OPENBLAS_CORETYPE or OPENBLAS_NUM_THREADS is
 * not overruled. */
void blas_core_settle(char **argv);

#endif
