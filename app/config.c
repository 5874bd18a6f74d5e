#include "app/config.h"

#include <errno.h>
#include <ini.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "app/paths.h"
#include "engine/base/file.h"

enum { FILE_LIMIT = 64 * 1024, LINE_LIMIT = 1024 };

static const char *const COMMANDS[] = {
#define COMMAND(id, name, keys, group, argument, help) name,
#include "ui/commands.def"
#undef COMMAND
};

typedef struct {
    Config *config;
    const char *text; /* what is left to read */
    int line;         /* number of the line read last */
    bool failed;      /* out of memory */
} Reading;

void config_deinit(Config *config) {
    free(config->binding);
    *config = (Config){0};
}

void config_warn(Config *config, int line, const char *format, ...) {
    if (config->warning_count == CONFIG_WARNINGS_MAX) return;
    ConfigWarning *warning = &config->warning[config->warning_count++];
    warning->line = line;
    int used = snprintf(warning->text, sizeof warning->text, "Line %d of the config file: ", line);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(warning->text + used, sizeof warning->text - (size_t)used, format, arguments);
    va_end(arguments);
}

static bool command_exists(const char *name) {
    for (size_t i = 0; i < sizeof COMMANDS / sizeof *COMMANDS; i++)
        if (strcmp(COMMANDS[i], name) == 0) return true;
    return false;
}

static void set_text(Reading *r, char *to, const char *name, const char *value) {
    if (strlen(value) >= CONFIG_TEXT_SIZE)
        config_warn(r->config, r->line, "the value of %s is too long.", name);
    else
        memcpy(to, value, strlen(value) + 1);
}

static void set_switch(Reading *r, bool *to, bool when_on, const char *name, const char *value) {
    static const char *const on[] = {"on", "yes", "true", "1"}, *const off[] = {"off", "no", "false", "0"};
    for (int i = 0; i < 4; i++) {
        if (strcasecmp(value, on[i]) == 0) {
            *to = when_on;
            return;
        }
        if (strcasecmp(value, off[i]) == 0) {
            *to = !when_on;
            return;
        }
    }
    config_warn(r->config, r->line, "%s is on or off, not \"%.40s\".", name, value);
}

static void set_layout(Reading *r, const char *value) {
    static const char *const names[CONFIG_LAYOUTS] = {"qwerty", "qwertz", "azerty"};
    for (int i = 0; i < CONFIG_LAYOUTS; i++)
        if (strcasecmp(value, names[i]) == 0) {
            r->config->layout = (ConfigLayout)i;
            return;
        }
    config_warn(r->config, r->line, "layout is qwerty, qwertz or azerty, not \"%.40s\".", value);
}

static void add_binding(Reading *r, const char *name, const char *value) {
    Config *config = r->config;
    if (!command_exists(name)) {
        config_warn(config, r->line, "there is no command \"%.40s\"; refrain help --keys lists them.", name);
        return;
    }
    ConfigBinding *grown = realloc(config->binding, (size_t)(config->binding_count + 1) * sizeof *grown);
    if (!grown) {
        r->failed = true;
        return;
    }
    config->binding = grown;
    ConfigBinding *binding = &grown[config->binding_count++];
    *binding = (ConfigBinding){.line = r->line};
    snprintf(binding->command, sizeof binding->command, "%s", name);
    set_text(r, binding->keys, name, value);
}

/* inih's handler. Always succeeds, so that inih's own error numbers mean malformed lines and nothing else. */
static int handle(void *user, const char *section, const char *name, const char *value) {
    Reading *r = user;
    Config *config = r->config;
    bool sound = strcmp(section, "sound") == 0, screen = strcmp(section, "screen") == 0;
    if (strcmp(section, "keys") == 0)
        add_binding(r, name, value);
    else if (sound && strcmp(name, "output") == 0)
        set_text(r, config->output, name, value);
    else if (sound && strcmp(name, "midi_in") == 0)
        set_text(r, config->midi_in, name, value);
    else if (sound && strcmp(name, "program") == 0)
        set_text(r, config->program, name, value);
    else if (sound && strcmp(name, "clock") == 0)
        set_switch(r, &config->clock, true, name, value);
    else if (screen && strcmp(name, "ascii") == 0)
        set_switch(r, &config->ascii, true, name, value);
    else if (screen && strcmp(name, "mouse") == 0)
        set_switch(r, &config->no_mouse, false, name, value);
    else if (screen && strcmp(name, "colours") == 0)
        set_switch(r, &config->no_colour, false, name, value);
    else if (strcmp(section, "entry") == 0 && strcmp(name, "layout") == 0)
        set_layout(r, value);
    else
        config_warn(config, r->line, "there is no setting \"%.40s\" in [%.20s].", name, section);
    return 1;
}

/* Hands inih one line at a time, so that the handler knows which line it is in. */
static char *next_line(char *line, int size, void *stream) {
    Reading *r = stream;
    if (*r->text == '\0') return NULL;
    size_t length = strcspn(r->text, "\n"), kept = length;
    if (kept > (size_t)size - 2) kept = (size_t)size - 2;
    memcpy(line, r->text, kept);
    line[kept] = '\n';
    line[kept + 1] = '\0';
    r->text += length + (r->text[length] == '\n');
    r->line++;
    return line;
}

static char *line_at(char *text, int number) {
    while (number-- > 1 && text) {
        text = strchr(text, '\n');
        if (text) text++;
    }
    return text;
}

bool config_parse(Config *config, char *text, Error *err) {
    ini_allow_multiline = false;
    ini_allow_inline_comments = false;
    ini_use_stack = false;
    ini_max_line = LINE_LIMIT;
    ini_initial_alloc = LINE_LIMIT;
    /* inih reads on after a malformed line but tells only the first: note it, blank it, and look again until there is
     * none or enough have been told. */
    struct {
        int line[CONFIG_WARNINGS_MAX], count;
    } malformed = {0};
    for (;;) {
        config_deinit(config);
        Reading reading = {.config = config, .text = text};
        int bad = ini_parse_stream(next_line, &reading, handle, &reading);
        if (bad < 0 || reading.failed) return error_memory(err, "the config file");
        if (bad == 0 || malformed.count == CONFIG_WARNINGS_MAX) break;
        char *line = line_at(text, bad);
        memset(line, ' ', strcspn(line, "\n"));
        malformed.line[malformed.count++] = bad;
    }
    for (int i = 0; i < malformed.count; i++)
        config_warn(config, malformed.line[i], "neither a [section] nor a setting like name = value.");
    return true;
}

bool config_load(Config *config, const char *path, Error *err) {
    struct stat status;
    if (stat(path, &status) != 0 && (errno == ENOENT || errno == ENOTDIR)) return true;
    unsigned char *bytes = NULL;
    size_t size = 0;
    if (!file_read(path, FILE_LIMIT, &bytes, &size, err)) return false;
    bool ok = config_parse(config, (char *)bytes, err);
    free(bytes);
    return ok;
}

/* --- remembering one setting --- */

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

bool config_remember(const char *path, const char *section, const char *name, const char *value, Error *err) {
    struct stat status;
    unsigned char *bytes = NULL;
    size_t size = 0;
    if (stat(path, &status) == 0) {
        if (!file_read(path, FILE_LIMIT, &bytes, &size, err)) return false;
    } else if (!make_folder_of(path, err)) {
        return false;
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
