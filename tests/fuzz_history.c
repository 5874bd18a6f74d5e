/* Fuzz target: any bytes as the history of the command line. What is read is written and read again the same. */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ui/history.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool condition) {
    if (!condition) abort();
}

static void write_file(const char *path, const uint8_t *data, size_t size) {
    FILE *file = fopen(path, "w");
    check(file && fwrite(data, 1, size, file) == size && fclose(file) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static char path[64];
    History first, again;
    if (!path[0]) snprintf(path, sizeof path, "/dev/shm/refrain-fuzz-history-%ld", (long)getpid());
    write_file(path, data, size);
    history_load(&first, path);
    check(first.count >= 0 && first.count <= HISTORY_MAX);
    for (int i = 0; i < first.count; i++) {
        check(strlen(first.line[i]) < HISTORY_LINE_SIZE && !strchr(first.line[i], '\n'));
        for (int j = 0; j < i; j++) check(strcmp(first.line[i], first.line[j]) != 0);
    }
    if (first.count) {
        history_keep(path, first.line[first.count - 1]);
        history_load(&again, path);
        check(again.count == first.count);
        for (int i = 0; i < first.count; i++) check(strcmp(first.line[i], again.line[i]) == 0);
        history_deinit(&again);
    }
    history_deinit(&first);
    unlink(path);
    return 0;
}
