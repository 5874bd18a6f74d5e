#include "tests/support/temp.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "tests/support/check.h"

void temp_open(Temp *temp) {
    const char *base = getenv("TMPDIR");
    snprintf(temp->folder, sizeof temp->folder, "%s/refrain-test-XXXXXX", base && base[0] ? base : "/tmp");
    if (!mkdtemp(temp->folder)) fail_msg("no temporary folder %s", temp->folder);
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *place) {
    (void)status, (void)kind, (void)place;
    return remove(path);
}

void temp_close(Temp *temp) {
    if (temp->folder[0]) nftw(temp->folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    temp->folder[0] = '\0';
}

const char *temp_path(const Temp *temp, const char *name) {
    static char path[8][512];
    static int next;
    next = (next + 1) % 8;
    snprintf(path[next], sizeof path[next], "%s/%s", temp->folder, name);
    return path[next];
}

const char *temp_write(const Temp *temp, const char *name, const void *bytes, size_t size) {
    const char *path = temp_path(temp, name);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
    return path;
}
