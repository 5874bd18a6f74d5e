#include "engine/base/home.h"

#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/base/file.h"

const char *home_path(void) {
    const char *named = getenv("HOME");
    if (named && named[0] == '/') return named;
    static _Thread_local char text[4096];
    struct passwd entry, *found = NULL;
    return getpwuid_r(getuid(), &entry, text, sizeof text, &found) == 0 && found ? entry.pw_dir : NULL;
}

bool home_join(char *path, size_t size, HomeFolder folder, const char *name) {
    static const struct {
        const char *variable, *otherwise;
    } FOLDERS[] = {
        [HOME_CONFIG] = {"XDG_CONFIG_HOME", ".config"},
        [HOME_STATE] = {"XDG_STATE_HOME", ".local/state"},
        [HOME_DATA] = {"XDG_DATA_HOME", ".local/share"},
    };
    const char *named = getenv(FOLDERS[folder].variable);
    const char *home = named && named[0] == '/' ? NULL : home_path();
    int length = home ? snprintf(path, size, "%s/%s/%s", home, FOLDERS[folder].otherwise, name)
                 : named && named[0] == '/' ? snprintf(path, size, "%s/%s", named, name)
                                            : -1;
    return length >= 0 && (size_t)length < size;
}

char *home_expand(const char *typed) {
    const char *home = strncmp(typed, "~/", 2) == 0 ? home_path() : NULL;
    return home ? file_join(home, typed + 2) : strdup(typed);
}
