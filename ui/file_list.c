#include "ui/file_list.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "engine/base/file.h"
#include "engine/music/format.h"
#include "ui/status.h"

enum { ENTRIES_MAX = 5000 };

static void clear(FileList *files) {
    for (int i = 0; i < files->count; i++) free(files->entry[i].name);
    free(files->entry);
    files->entry = NULL;
    files->count = files->chosen = files->top = 0;
    files->problem[0] = '\0';
}

static void clear_recent(FileList *files) {
    for (int i = 0; i < files->recent_count; i++) free(files->recent[i]);
    free(files->recent);
    files->recent = NULL;
    files->recent_count = 0;
}

void file_list_deinit(FileList *files) {
    clear(files);
    clear_recent(files);
    memset(files, 0, sizeof *files);
}

void file_list_set_folder(FileList *files, const char *folder) {
    char *real = realpath(folder && *folder ? folder : ".", NULL);
    snprintf(files->folder, sizeof files->folder, "%s",
             real && strlen(real) < FILE_LIST_PATH_SIZE ? real : ".");
    free(real);
}

void file_list_set_recent(FileList *files, const char *const *recent, int count) {
    clear_recent(files);
    files->recent = calloc(count > 0 ? (size_t)count : 1, sizeof *files->recent);
    for (int i = 0; i < count && files->recent; i++)
        if ((files->recent[files->recent_count] = strdup(recent[i]))) files->recent_count++;
}

static void add(FileList *files, const char *name, bool folder) {
    if (files->count >= ENTRIES_MAX) return;
    FileListEntry *entry = realloc(files->entry, ((size_t)files->count + 1) * sizeof *entry);
    if (!entry) return;
    files->entry = entry;
    char *copy = strdup(name);
    if (copy) files->entry[files->count++] = (FileListEntry){copy, folder};
}

/* Folders first, then by name as people sort. */
static int by_name(const void *a, const void *b) {
    const FileListEntry *x = a, *y = b;
    if (x->folder != y->folder) return x->folder ? -1 : 1;
    int order = strcasecmp(x->name, y->name);
    return order ? order : strcmp(x->name, y->name);
}

static void read_folder(FileList *files) {
    if (files->folder[0] == '\0') file_list_set_folder(files, ".");
    clear(files);
    DIR *dir = opendir(files->folder);
    if (!dir) {
        snprintf(files->problem, sizeof files->problem, "This folder cannot be read: %s.",
                 file_reason(errno));
        return;
    }
    for (struct dirent *entry; (entry = readdir(dir));) {
        char path[FILE_LIST_PATH_SIZE + 300];
        struct stat status;
        if (entry->d_name[0] == '.') continue;
        snprintf(path, sizeof path, "%s/%s", files->folder, entry->d_name);
        if (stat(path, &status) != 0) continue;
        if (S_ISDIR(status.st_mode) || format_is_score(format_of(entry->d_name)))
            add(files, entry->d_name, S_ISDIR(status.st_mode));
    }
    closedir(dir);
    if (files->count > 1) qsort(files->entry, (size_t)files->count, sizeof *files->entry, by_name);
    if (files->count == 0) snprintf(files->problem, sizeof files->problem, "No folders and no songs here.");
}

static void read_recent(FileList *files) {
    clear(files);
    for (int i = 0; i < files->recent_count; i++) add(files, files->recent[i], false);
    if (files->count == 0) snprintf(files->problem, sizeof files->problem, "Nothing has been opened yet.");
}

void file_list_show(FileList *files, bool recent, bool as_context) {
    files->show_recent = recent;
    files->as_context = as_context;
    recent ? read_recent(files) : read_folder(files);
}

static void choose(FileList *files, const char *name) {
    for (int i = 0; i < files->count; i++)
        if (strcmp(files->entry[i].name, name) == 0) files->chosen = i;
}

static void go_up(FileList *files) {
    char left[FILE_LIST_PATH_SIZE], *slash = strrchr(files->folder, '/');
    if (files->show_recent || !slash || files->folder[1] == '\0') return;
    snprintf(left, sizeof left, "%s", slash + 1);
    slash[slash == files->folder ? 1 : 0] = '\0';
    read_folder(files);
    choose(files, left);
}

/* Opens the chosen entry: true with a command for a file; a folder is entered. */
static bool open_chosen(FileList *files, bool context, Command *command) {
    if (files->chosen >= files->count) return false;
    const FileListEntry *entry = &files->entry[files->chosen];
    const char *folder = files->show_recent ? "" : files->folder;
    char path[sizeof command->text];
    int size = snprintf(path, sizeof path, "%s%s%s", folder, *folder && folder[1] ? "/" : "", entry->name);
    if (size >= (int)sizeof path) return false;
    if (entry->folder) {
        file_list_set_folder(files, path);
        read_folder(files);
        return false;
    }
    memset(command, 0, sizeof *command);
    command->id = COMMAND_OPEN_FILE;
    command->has_argument = true;
    command->number = context ? 1 : 0;
    strcpy(command->text, path);
    return true;
}

static void move(FileList *files, int to) {
    if (to >= files->count) to = files->count - 1;
    files->chosen = to < 0 ? 0 : to;
}

static FileListResult letter(FileList *files, uint32_t c, Command *command) {
    if (c == 'q') return FILE_LIST_CLOSE;
    if (c == 'j') move(files, files->chosen + 1);
    if (c == 'k') move(files, files->chosen - 1);
    if (c == 'h') go_up(files);
    if (c == 'r') file_list_show(files, !files->show_recent, files->as_context);
    if (c == 'l') return open_chosen(files, files->as_context, command) ? FILE_LIST_OPEN : FILE_LIST_STAY;
    if (c == 'c' || c == '2') return open_chosen(files, true, command) ? FILE_LIST_OPEN : FILE_LIST_STAY;
    if (c == 'o' || c == '1') return open_chosen(files, false, command) ? FILE_LIST_OPEN : FILE_LIST_STAY;
    return FILE_LIST_STAY;
}

static FileListResult mouse(FileList *files, const UiKey *key, Rect rect, Command *command) {
    if (key->mouse == UI_MOUSE_WHEEL_UP) move(files, files->chosen - 3);
    if (key->mouse == UI_MOUSE_WHEEL_DOWN) move(files, files->chosen + 3);
    int at = files->top + key->y - rect.y - 1;
    if (key->mouse != UI_MOUSE_PRESS || key->y <= rect.y || !layout_has(rect, key->x, key->y) ||
        at >= files->count)
        return FILE_LIST_STAY;
    bool again = at == files->chosen;
    move(files, at);
    return again && open_chosen(files, files->as_context, command) ? FILE_LIST_OPEN : FILE_LIST_STAY;
}

FileListResult file_list_key(FileList *files, const UiKey *key, Rect rect, Command *command) {
    int page = rect.height > 2 ? rect.height - 2 : 1;
    switch (key->kind) {
    case UI_KEY_ESCAPE:
        return FILE_LIST_CLOSE;
    case UI_KEY_UP:
        move(files, files->chosen - 1);
        break;
    case UI_KEY_DOWN:
        move(files, files->chosen + 1);
        break;
    case UI_KEY_PAGEUP:
        move(files, files->chosen - page);
        break;
    case UI_KEY_PAGEDOWN:
        move(files, files->chosen + page);
        break;
    case UI_KEY_HOME:
        move(files, 0);
        break;
    case UI_KEY_END:
        move(files, files->count - 1);
        break;
    case UI_KEY_LEFT:
    case UI_KEY_BACKSPACE:
        go_up(files);
        break;
    case UI_KEY_RIGHT:
    case UI_KEY_ENTER:
        return open_chosen(files, files->as_context, command) ? FILE_LIST_OPEN : FILE_LIST_STAY;
    case UI_KEY_MOUSE:
        return mouse(files, key, rect, command);
    case UI_KEY_CHAR:
        return key->control ? FILE_LIST_STAY : letter(files, key->codepoint, command);
    default:
        break;
    }
    return FILE_LIST_STAY;
}

void file_list_draw(FileList *files, Canvas *canvas, Rect rect) {
    canvas_fill(canvas, rect.x, rect.y, rect.width, rect.height, ' ', STYLE_NORMAL);
    const char *what = files->as_context ? "Open as the context: " : "Open: ";
    int used = canvas_text(canvas, rect.x + 1, rect.y, rect.width - 2, what, STYLE_STRONG);
    canvas_text(canvas, rect.x + 1 + used, rect.y, rect.width - 2 - used,
                files->show_recent ? "recent files" : files->folder, STYLE_HINT_KEY);
    int rows = rect.height - 1;
    if (files->chosen < files->top) files->top = files->chosen;
    if (files->chosen >= files->top + rows) files->top = files->chosen - rows + 1;
    if (files->problem[0])
        canvas_text(canvas, rect.x + 2, rect.y + 2, rect.width - 3, files->problem, STYLE_DIM);
    for (int row = 0; row < rows && files->top + row < files->count; row++) {
        const FileListEntry *entry = &files->entry[files->top + row];
        bool chosen = files->top + row == files->chosen;
        int y = rect.y + 1 + row;
        Style style = chosen ? STYLE_CHOSEN : entry->folder ? STYLE_HEADING : STYLE_NORMAL;
        if (chosen) canvas_fill(canvas, rect.x, y, rect.width, 1, ' ', STYLE_CHOSEN);
        canvas_put(canvas, rect.x + 1, y, chosen ? 0x25b8 : ' ', style);
        int width = canvas_text(canvas, rect.x + 3, y, rect.width - 5, entry->name, style);
        if (entry->folder) canvas_put(canvas, rect.x + 3 + width, y, '/', style);
    }
}

void file_list_draw_hints(Canvas *canvas, Rect hints) {
    static const char *const keys[][2] = {{"enter", "open"},
                                          {"c", "as context"},
                                          {"h", "folder above"},
                                          {"r", "recent files"},
                                          {"esc", "close"}};
    int x = hints.x + 1;
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        x = status_draw_hint(canvas, hints, x, keys[i][0], keys[i][1]);
}
