#include "app/cli/setting.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "app/cli/config.h"
#include "app/cli/paths.h"
#include "engine/base/file.h"

static bool make_folder_of(const char *path, Error *err) {
    char *folder = strdup(path), *slash = folder ? strrchr(folder, '/') : NULL;
    if (slash) *slash = '\0';
    bool ok = folder ? !slash || paths_make(folder, err) : error_memory(err, "a path");
    free(folder);
    return ok;
}

static bool names_section(const char *line, const char *section) {
    size_t length = strlen(section);
    line += strspn(line, " \t");
    return line[0] == '[' && strncmp(line + 1, section, length) == 0 && line[1 + length] == ']';
}

static bool names_setting(const char *line, const char *name) {
    size_t length = strlen(name);
    line += strspn(line, " \t");
    if (strncmp(line, name, length) != 0) return false;
    line += length;
    line += strspn(line, " \t");
    return *line == '=' || *line == ':';
}

/* Writes text with one setting replaced or added. */
static void rewrite(FILE *out, const char *text, const char *section, const char *name, const char *value) {
    bool inside = false, done = false;
    while (*text) {
        size_t length = strcspn(text, "\n");
        bool heading = text[strspn(text, " \t")] == '[';
        if (heading && inside && !done) {
            fprintf(out, "%s = %s\n", name, value);
            done = true;
        }
        if (heading) inside = names_section(text, section);
        if (inside && !heading && names_setting(text, name)) {
            if (!done) fprintf(out, "%s = %s\n", name, value);
            done = true;
        } else {
            fprintf(out, "%.*s\n", (int)length, text);
        }
        text += length + (text[length] == '\n');
    }
    if (!done && !inside) fprintf(out, "[%s]\n", section);
    if (!done) fprintf(out, "%s = %s\n", name, value);
}

static bool store(const char *path, const char *section, const char *name, const char *value, Error *err) {
    struct stat status;
    unsigned char *bytes = NULL;
    size_t size = 0;
    if (stat(path, &status) == 0) {
        if (!file_read(path, CONFIG_FILE_LIMIT, &bytes, &size, err)) return false;
    }
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    if (out) rewrite(out, bytes ? (char *)bytes : "", section, name, value);
    bool ok =
        out && fclose(out) == 0 ? file_save(path, text, length, err) : error_memory(err, "the config file");
    free(text);
    free(bytes);
    return ok;
}

bool setting_store(const char *path, const char *section, const char *name, const char *value, Error *err) {
    if (!make_folder_of(path, err)) return false;
    FileLock lock = file_lock(path);
    bool ok = store(path, section, name, value, err);
    file_unlock(lock);
    return ok;
}
