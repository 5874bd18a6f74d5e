#include "ui/history.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/file.h"

enum { HISTORY_BYTES_MAX = 1 << 18 };

void history_add(History *history, const char *line) {
    if (line[strspn(line, " ")] == '\0') return;
    char **lines = history->line;
    int at = 0;
    while (at < history->count && strcmp(lines[at], line) != 0) at++;
    char *newest = at < history->count ? lines[at] : strdup(line);
    if (!newest) return;
    if (at == HISTORY_MAX) {
        free(lines[0]);
        at = 0;
    } else if (at == history->count) {
        history->count++;
    }
    memmove(lines + at, lines + at + 1, (size_t)(history->count - 1 - at) * sizeof *lines);
    lines[history->count - 1] = newest;
}

void history_load(History *history, const char *path) {
    unsigned char *bytes = NULL;
    size_t size = 0;
    *history = (History){0};
    if (!path || !file_read(path, HISTORY_BYTES_MAX, &bytes, &size, NULL)) return;
    for (char *line = (char *)bytes, *end; line < (char *)bytes + size; line = end + 1) {
        end = line + strcspn(line, "\n");
        *end = '\0';
        if (end - line < HISTORY_LINE_SIZE) history_add(history, line);
    }
    free(bytes);
}

void history_deinit(History *history) {
    for (int i = 0; i < history->count; i++) free(history->line[i]);
    *history = (History){0};
}

static void save(const History *history, const char *path) {
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    if (!out) return;
    for (int i = 0; i < history->count; i++) fprintf(out, "%s\n", history->line[i]);
    if (fclose(out) == 0) file_save_private(path, text, size, NULL);
    free(text);
}

void history_keep(const char *path, const char *line) {
    History history;
    FileLock lock = file_lock(path);
    history_load(&history, path);
    history_add(&history, line);
    save(&history, path);
    history_deinit(&history);
    file_unlock(lock);
}
