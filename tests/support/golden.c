#include "tests/support/golden.h"

#include <stdio.h>
#include <stdlib.h>

#include "engine/base/file.h"
#include "tests/support/check.h"

enum { GOLDEN_SIZE_MAX = 1 << 20 };

static int line_length(const char *text) {
    return (int)strcspn(text, "\n");
}

static void fail_at_difference(const char *path, const char *expected, const char *got) {
    for (int line = 1;; line++) {
        int a = line_length(expected), b = line_length(got);
        if (a != b || memcmp(expected, got, (size_t)a) != 0 || expected[a] != got[b])
            fail_msg("%s:%d\nexpected: %.*s\n     got: %.*s\n", path, line, a, expected, b, got);
        expected += a + 1;
        got += b + 1;
    }
}

void golden_check(const char *name, const char *text) {
    char path[512];
    Error err = {0};
    unsigned char *expected = NULL;
    size_t size = 0;
    snprintf(path, sizeof path, "tests/data/golden/%s", name);
    const char *mode = getenv("REFRAIN_GOLDEN");
    if (mode && strcmp(mode, "write") == 0) {
        check_ok(file_save(path, text, strlen(text), &err), &err);
        return;
    }
    check_ok(file_read(path, GOLDEN_SIZE_MAX, &expected, &size, &err), &err);
    if (size != strlen(text) || memcmp(expected, text, size) != 0)
        fail_at_difference(path, (const char *)expected, text);
    free(expected);
}
