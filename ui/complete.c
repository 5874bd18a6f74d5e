#include "ui/complete.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "engine/base/file.h"
#include "engine/base/home.h"
#include "engine/music/format.h"

enum { ITEMS_MAX = 2000 };

void complete_list_deinit(CompleteList *list) {
    for (int i = 0; i < list->count; i++) free(list->item[i]);
    free(list->item);
    memset(list, 0, sizeof *list);
}

void complete_deinit(Complete *complete) {
    for (int id = 0; id < COMMAND_COUNT; id++) complete_list_deinit(&complete->choices[id]);
}

/* Out of memory costs a completion, nothing else. */
static void append(CompleteList *list, const char *text) {
    if (list->count >= ITEMS_MAX) return;
    char **item = realloc(list->item, ((size_t)list->count + 1) * sizeof *item);
    if (!item) return;
    list->item = item;
    char *copy = strdup(text);
    if (copy) list->item[list->count++] = copy;
}

static int by_text(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void sort(CompleteList *list) {
    if (list->count > 1) qsort(list->item, (size_t)list->count, sizeof *list->item, by_text);
}

void complete_set(Complete *complete, CommandId id, const char *const *choices, int count) {
    complete_list_deinit(&complete->choices[id]);
    for (int i = 0; i < count; i++) append(&complete->choices[id], choices[i]);
}

static bool is_listed(const char *name) {
    const Format format = format_of(name);
    return format_is_score(format) || format_is_sound(format) || format == FORMAT_MODEL;
}

/* The folder that a typed path lies in, of which the first `size` bytes name it; malloc'ed. */
static char *folder_of(const char *word, int size) {
    char *typed = size ? strndup(word, (size_t)size) : strdup(".");
    char *folder = typed ? home_expand(typed) : NULL;
    free(typed);
    return folder;
}

static void find_paths(const char *word, CompleteList *out) {
    const char *name = file_base(word);
    const int size = (int)(name - word);
    char path[2048], item[2048], *folder = folder_of(word, size);
    DIR *dir = folder ? opendir(folder) : NULL;
    for (struct dirent *entry; dir && (entry = readdir(dir));) {
        struct stat status;
        if (strncmp(entry->d_name, name, strlen(name)) != 0 || (entry->d_name[0] == '.' && name[0] != '.'))
            continue;
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        bool folder_here = stat(path, &status) == 0 && S_ISDIR(status.st_mode);
        if (!folder_here && !is_listed(entry->d_name)) continue;
        snprintf(item, sizeof item, "%.*s%s%s", size, word, entry->d_name, folder_here ? "/" : "");
        append(out, item);
    }
    if (dir) closedir(dir);
    free(folder);
}

static void find_names(const char *word, CompleteList *out) {
    for (int id = 0; id < COMMAND_COUNT; id++) {
        const char *name = commands_get((CommandId)id)->name;
        if (strncmp(name, word, strlen(word)) == 0) append(out, name);
    }
}

static void find_choices(const CompleteList *choices, const char *word, CompleteList *out) {
    for (int i = 0; i < choices->count; i++)
        if (strncasecmp(choices->item[i], word, strlen(word)) == 0) append(out, choices->item[i]);
}

void complete_find(const Complete *complete, const char *text, int *from, CompleteList *out) {
    memset(out, 0, sizeof *out);
    size_t start = strspn(text, " :"), word = strcspn(text + start, " ");
    *from = (int)start;
    if (text[start + word] == '\0') {
        find_names(text + start, out);
        sort(out);
        return;
    }
    char name[64];
    snprintf(name, sizeof name, "%.*s", (int)word, text + start);
    CommandId id = commands_find(name, NULL);
    if (id == COMMAND_NONE) return;
    size_t argument = start + word + strspn(text + start + word, " ");
    *from = (int)argument;
    if (commands_get(id)->argument == COMMANDS_ARGUMENT_PATH)
        find_paths(text + argument, out);
    else
        find_choices(&complete->choices[id], text + argument, out);
    sort(out);
}
