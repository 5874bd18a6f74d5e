#include "midi_io/soundfont.h"

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/base/file.h"
#include "engine/base/home.h"
#include "engine/music/format.h"

static bool is_font_name(const char *name) {
    return name[0] != '.' && format_of(name) == FORMAT_SOUNDFONT;
}

/* The alphabetically first font in a folder, so that the choice does not depend on the file system. */
static bool find_in_folder(const char *folder, char *path, size_t size) {
    DIR *entries = opendir(folder);
    if (!entries) return false;
    char best[NAME_MAX + 1] = "";
    for (struct dirent *entry; (entry = readdir(entries));) {
        if (is_font_name(entry->d_name) && (!best[0] || strcmp(entry->d_name, best) < 0))
            snprintf(best, sizeof best, "%s", entry->d_name);
    }
    closedir(entries);
    return best[0] && snprintf(path, size, "%s/%s", folder, best) < (int)size && access(path, R_OK) == 0;
}

static bool find_of_user(char *path, size_t size) {
    char folder[PATH_MAX];
    return home_join(folder, sizeof folder, HOME_DATA, "soundfonts") && find_in_folder(folder, path, size);
}

bool soundfont_find(char *path, size_t size, Error *err) {
    static const char *const FOLDERS[] = {"/usr/share/sounds/sf2", "/usr/share/sounds/sf3",
                                          "/usr/share/soundfonts", "/usr/local/share/soundfonts"};
    static const char *const NAMES[] = {"default-GM.sf2", "default-GM.sf3",    "default.sf2",
                                        "default.sf3",    "FluidR3_GM.sf2",    "FluidR3_GM.sf3",
                                        "TimGM6mb.sf2",   "GeneralUser-GS.sf2"};
    if (find_of_user(path, size)) return true;
    for (size_t f = 0; f < sizeof FOLDERS / sizeof *FOLDERS; f++) {
        for (size_t n = 0; n < sizeof NAMES / sizeof *NAMES; n++) {
            int length = snprintf(path, size, "%s/%s", FOLDERS[f], NAMES[n]);
            if (length < (int)size && access(path, R_OK) == 0) return true;
        }
        if (find_in_folder(FOLDERS[f], path, size)) return true;
    }
    return error_set(
        err, "There is no soundfont for the built-in synth; install one (Debian: timgm6mb-soundfont).");
}

void soundfont_name(const char *path, char *name, size_t size) {
    char *real = realpath(path, NULL);
    snprintf(name, size, "%s", file_base(real ? real : path));
    char *dot = strrchr(name, '.');
    if (dot) *dot = '\0';
    free(real);
}
