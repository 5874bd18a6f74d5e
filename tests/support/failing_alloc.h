/* Failing alloc: makes the n-th allocation of a test fail, to prove that every builder cleans up after itself.
 *
 * Works only in a program linked with --wrap for malloc, calloc, realloc, aligned_alloc, posix_memalign and strdup, as the
 * Makefile does for test_failing_alloc; it counts the allocations of refrain's own objects, not those inside shared
 * libraries. */
#ifndef REFRAIN_TESTS_SUPPORT_FAILING_ALLOC_H
#define REFRAIN_TESTS_SUPPORT_FAILING_ALLOC_H

#include <stdbool.h>

/* From now on the n-th allocation (counted from 1) fails, and only that one; 0 = none fails. */
void failing_alloc_arm(long n);
/* Has the armed allocation been asked for? Disarms. */
bool failing_alloc_disarm(void);

#endif
