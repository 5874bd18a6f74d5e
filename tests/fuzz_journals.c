/* Fuzz target: a file of any name in the folder of recovery files. What is offered is a path in that folder and a date that can
 * be shown; nothing is removed but locks that nobody holds. */
#include <dirent.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/studio/recovery.h"
#include "engine/base/file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool condition) {
    if (!condition) abort();
}

static Recovery recovery;

static void remove_folder(void) {
    char command[128];
    snprintf(command, sizeof command, "rm -rf /dev/shm/refrain-fuzz-journals-%ld", (long)getpid());
    check(system(command) == 0);
}

static void prepare(void) {
    char folder[64];
    snprintf(folder, sizeof folder, "/dev/shm/refrain-fuzz-journals-%ld", (long)getpid());
    setenv("XDG_STATE_HOME", folder, 1);
    check(recovery_init(&recovery, NULL));
    atexit(remove_folder);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char name[200];
    size_t length = size < sizeof name - 1 ? size : sizeof name - 1;
    if (!recovery.path) prepare();
    memcpy(name, data, length);
    name[length] = '\0';
    if (strchr(name, '/') || !name[0] || name[0] == '.') return -1;
    char *path = file_join(recovery.folder, name);
    FILE *file = path && access(path, F_OK) != 0 ? fopen(path, "w") : NULL;
    if (!file) {
        free(path);
        return -1;
    }
    fclose(file);
    RecoveryFinds finds = recovery_find(&recovery);
    check(finds.count <= 1);
    if (finds.count) {
        check(strcmp(finds.find[0].path, path) == 0 && access(path, F_OK) == 0);
        check(strlen(finds.find[0].when) == strlen("2026-11-23 06:55:05"));
        for (const char *c = finds.find[0].when; *c; c++)
            check((*c >= '0' && *c <= '9') || strchr("- :", *c));
    }
    recovery_finds_deinit(&finds);
    unlink(path);
    free(path);
    return 0;
}
