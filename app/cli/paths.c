#include "app/cli/paths.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/base/file.h"
#include "engine/base/home.h"

/* refrain's own folder below one of the user's, and a name in it. */
static char *own(HomeFolder folder, const char *name) {
    char refrain[PATH_MAX];
    return home_join(refrain, sizeof refrain, folder, "refrain") ? file_join(refrain, name) : NULL;
}

char *paths_config(const char *name) {
    return own(HOME_CONFIG, name);
}

char *paths_state(const char *name) {
    return own(HOME_STATE, name);
}

static char *data(const char *name) {
    return own(HOME_DATA, name);
}

/* Returns path when something is there, else frees it. */
static char *existing(char *path) {
    if (path && access(path, R_OK) == 0) return path;
    free(path);
    return NULL;
}

/* folder/name, where folder is relative to the directory of the running program. */
static char *beside_program(const char *folder, const char *name) {
    char program[4096];
    ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    if (length <= 0) return NULL;
    program[length] = '\0';
    char *slash = strrchr(program, '/');
    if (!slash) return NULL;
    *slash = '\0';
    char *base = file_join(program, folder);
    char *path = base ? file_join(base, name) : NULL;
    free(base);
    return path;
}

/* Where the desktop keeps data of all programs (XDG base directories): also for a program that cannot tell where it lies itself. */
static char *in_data_folders(const char *name) {
    const char *folders = getenv("XDG_DATA_DIRS");
    if (!folders || !*folders) folders = "/usr/local/share:/usr/share";
    char *path = NULL;
    while (!path && *folders) {
        const size_t length = strcspn(folders, ":");
        char *folder = strndup(folders, length),
             *base = folder && *folder ? file_join(folder, "refrain") : NULL;
        path = base ? existing(file_join(base, name)) : NULL;
        free(base);
        free(folder);
        folders += length + (folders[length] == ':');
    }
    return path;
}

char *paths_asset(const char *name) {
    static const char *const folders[] = {"../share/refrain", "../../assets", "../../../assets"};
    char *path = existing(data(name));
    for (size_t i = 0; !path && i < sizeof folders / sizeof *folders; i++)
        path = existing(beside_program(folders[i], name));
    return path ? path : in_data_folders(name);
}

char *paths_model(void) {
    char *users = existing(data("model.safetensors"));
    return users ? users : paths_asset("refrain.safetensors");
}

bool paths_make(const char *folder, Error *err) {
    char *path = strdup(folder);
    if (!path) return error_memory(err, "a folder name");
    bool ok = true;
    for (char *at = path + 1; ok; at++) {
        if (*at && *at != '/') continue;
        char end = *at;
        *at = '\0';
        if (mkdir(path, 0700) != 0 && errno != EEXIST)
            ok = error_set(err, "cannot make the folder %s: %s", path, file_reason(errno));
        *at = end;
        if (!end) break;
    }
    free(path);
    return ok;
}

char *paths_typed(const char *typed, const char *suffix) {
    while (*typed == ' ') typed++;
    size_t length = strlen(typed);
    while (length && typed[length - 1] == ' ') length--;
    char *trimmed = strndup(typed, length), *path = trimmed ? home_expand(trimmed) : NULL;
    free(trimmed);
    if (!path || strchr(file_base(path), '.') || !file_base(path)[0]) return path;
    char *whole = malloc(strlen(path) + strlen(suffix) + 1);
    if (whole) strcat(strcpy(whole, path), suffix);
    free(path);
    return whole;
}

char *paths_target(const char *typed, const char *suffix, Error *err) {
    struct stat status;
    char *path = paths_typed(typed, "");
    bool folder =
        path && path[0] && (!file_base(path)[0] || (stat(path, &status) == 0 && S_ISDIR(status.st_mode)));
    if (folder)
        error_set(err, "\"%.200s\" is a folder: name a file in it.", path);
    else if (!path)
        error_set(err, "Out of memory.");
    free(path);
    return folder || !path ? NULL : paths_typed(typed, suffix);
}
