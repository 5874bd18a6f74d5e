#include "app/cli/paths.h"

#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

char *paths_join(const char *folder, const char *name) {
    size_t size = strlen(folder) + strlen(name) + 2;
    char *path = malloc(size);
    if (!path) return NULL;
    snprintf(path, size, name[0] ? "%s/%s" : "%s%s", folder, name);
    return path;
}

const char *paths_base(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static const char *home(void) {
    const char *from_environment = getenv("HOME");
    if (from_environment && from_environment[0] == '/') return from_environment;
    const struct passwd *entry = getpwuid(getuid());
    return entry ? entry->pw_dir : NULL;
}

static char *xdg(const char *variable, const char *fallback, const char *name) {
    const char *base = getenv(variable);
    const char *below = "refrain";
    if (!base || base[0] != '/') {
        base = home();
        below = fallback;
    }
    if (!base) return NULL;
    char *folder = paths_join(base, below);
    char *path = folder ? paths_join(folder, name) : NULL;
    free(folder);
    return path;
}

char *paths_config(const char *name) {
    return xdg("XDG_CONFIG_HOME", ".config/refrain", name);
}

char *paths_state(const char *name) {
    return xdg("XDG_STATE_HOME", ".local/state/refrain", name);
}

char *paths_data(const char *name) {
    return xdg("XDG_DATA_HOME", ".local/share/refrain", name);
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
    char *base = paths_join(program, folder);
    char *path = base ? paths_join(base, name) : NULL;
    free(base);
    return path;
}

char *paths_asset(const char *name) {
    static const char *const folders[] = {"../share/refrain", "../../assets", "../../../assets"};
    char *path = existing(paths_data(name));
    for (size_t i = 0; !path && i < sizeof folders / sizeof *folders; i++)
        path = existing(beside_program(folders[i], name));
    return path;
}

char *paths_model(void) {
    char *own = existing(paths_data("model.safetensors"));
    return own ? own : paths_asset("refrain.safetensors");
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
            ok = error_set(err, "cannot make the folder %s: %s", path, strerror(errno));
        *at = end;
        if (!end) break;
    }
    free(path);
    return ok;
}
