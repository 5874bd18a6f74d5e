#include "app/studio/recent.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "app/cli/paths.h"
#include "engine/base/file.h"

enum { FILE_BYTES_MAX = 1 << 20 };
static const char FILE_NAME[] = "memory.json";

static void read_json(Recent *recent, const json_t *root) {
    const json_t *list = json_object_get(root, "recent");
    for (size_t i = 0; i < json_array_size(list) && recent->count < RECENT_MAX; i++) {
        const char *path = json_string_value(json_array_get(list, i));
        char *copy = path ? strdup(path) : NULL;
        if (copy) recent->path[recent->count++] = copy;
    }
}

void recent_load(Recent *recent) {
    *recent = (Recent){0};
    char *path = paths_state(FILE_NAME);
    unsigned char *bytes = NULL;
    size_t size = 0;
    if (path && file_read(path, FILE_BYTES_MAX, &bytes, &size, NULL)) {
        json_t *root = json_loadb((const char *)bytes, size, 0, NULL);
        read_json(recent, root);
        json_decref(root);
    }
    free(bytes);
    free(path);
}

static void save(const Recent *recent, const char *path) {
    json_t *list = json_array();
    for (int i = 0; i < recent->count; i++) json_array_append_new(list, json_string(recent->path[i]));
    json_t *root = json_pack("{s:o}", "recent", list);
    char *text = root ? json_dumps(root, JSON_INDENT(1)) : NULL;
    if (text) file_save_private(path, text, strlen(text), NULL);
    free(text);
    json_decref(root);
}

void recent_keep(const char *path) {
    char *folder = paths_state(""), *file = paths_state(FILE_NAME);
    if (folder && file && paths_make(folder, NULL)) {
        Recent recent;
        FileLock lock = file_lock(file);
        recent_load(&recent);
        recent_add(&recent, path);
        save(&recent, file);
        recent_deinit(&recent);
        file_unlock(lock);
    }
    free(folder);
    free(file);
}

void recent_deinit(Recent *recent) {
    for (int i = 0; i < recent->count; i++) free(recent->path[i]);
    *recent = (Recent){0};
}

void recent_add(Recent *recent, const char *path) {
    char *absolute = realpath(path, NULL);
    if (!absolute) return;
    int at = 0;
    while (at < recent->count && strcmp(recent->path[at], absolute) != 0) at++;
    if (at == recent->count && at == RECENT_MAX) at--;
    if (at < recent->count)
        free(recent->path[at]);
    else
        recent->count++;
    memmove(recent->path + 1, recent->path, (size_t)at * sizeof *recent->path);
    recent->path[0] = absolute;
}

const char *const *recent_paths(const Recent *recent) {
    return (const char *const *)recent->path;
}
