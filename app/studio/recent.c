#include "app/studio/recent.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "app/cli/paths.h"
#include "engine/base/file.h"

enum { MEMORY_BYTES_MAX = 1 << 20 };
static const char FILE_NAME[] = "memory.json";

static void read_json(Recent *memory, const json_t *root) {
    const json_t *recent = json_object_get(root, "recent");
    for (size_t i = 0; i < json_array_size(recent) && memory->recent_count < RECENT_MAX; i++) {
        const char *path = json_string_value(json_array_get(recent, i));
        char *copy = path ? strdup(path) : NULL;
        if (copy) memory->recent[memory->recent_count++] = copy;
    }
}

void recent_load(Recent *memory) {
    *memory = (Recent){0};
    char *path = paths_state(FILE_NAME);
    unsigned char *bytes = NULL;
    size_t size = 0;
    if (path && file_read(path, MEMORY_BYTES_MAX, &bytes, &size, NULL)) {
        json_t *root = json_loadb((const char *)bytes, size, 0, NULL);
        read_json(memory, root);
        json_decref(root);
    }
    free(bytes);
    free(path);
}

bool recent_save(const Recent *memory, Error *err) {
    json_t *recent = json_array();
    for (int i = 0; i < memory->recent_count; i++)
        json_array_append_new(recent, json_string(memory->recent[i]));
    json_t *root = json_pack("{s:o}", "recent", recent);
    char *text = root ? json_dumps(root, JSON_INDENT(1)) : NULL;
    char *folder = paths_state(""), *path = paths_state(FILE_NAME);
    bool ok = text && folder && path ? paths_make(folder, err) && file_save(path, text, strlen(text), err)
                                     : error_memory(err, "the list of recent files");
    free(text);
    free(folder);
    free(path);
    json_decref(root);
    return ok;
}

void recent_deinit(Recent *memory) {
    for (int i = 0; i < memory->recent_count; i++) free(memory->recent[i]);
    *memory = (Recent){0};
}

void recent_add(Recent *memory, const char *path) {
    char *absolute = realpath(path, NULL);
    if (!absolute) return;
    int at = 0;
    while (at < memory->recent_count && strcmp(memory->recent[at], absolute) != 0) at++;
    if (at == memory->recent_count && at == RECENT_MAX) at--;
    if (at < memory->recent_count)
        free(memory->recent[at]);
    else
        memory->recent_count++;
    memmove(memory->recent + 1, memory->recent, (size_t)at * sizeof *memory->recent);
    memory->recent[0] = absolute;
    memory->changed = true;
}

const char *const *recent_paths(const Recent *memory) {
    return (const char *const *)memory->recent;
}
