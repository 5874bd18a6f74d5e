/* Is there enough memory? */
#include "engine/base/memory.h"
#include "engine/nn/gemm.h"
#include "tests/support/check.h"

enum { NO_MACHINE_HAS = 2000000 }; /* so many threads' products */

static void what_is_there_is_there(void **state) {
    (void)state;
    Error err;
    check_ok(memory_is_left(1, "a byte", &err), &err);
    check_ok(memory_is_left(1 << 20, "a little", &err), &err);
    assert_true(memory_is_left(1 << 20, "a little", NULL));
}

static void what_is_not_is_refused_by_name(void **state) {
    (void)state;
    Error err;
    check_refused(memory_is_left((size_t)1 << 60, "everything", &err), &err);
    assert_non_null(strstr(err.text, "everything"));
    check_refused(gemm_init(NO_MACHINE_HAS, &err), &err);
    check_ok(gemm_init(1, &err), &err);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_there_is_there),
        cmocka_unit_test(what_is_not_is_refused_by_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
