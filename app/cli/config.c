#include "app/cli/config.h"

#include <errno.h>
#include <ini.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "engine/music/instrument.h"
#include "engine/base/file.h"
#include "engine/base/utf8.h"
#include "ui/keymap.h"

enum { LINE_LIMIT = 1024 };

typedef struct {
    Config *config;
    const char *text; /* what is left to read */
    int line;         /* number of the line read last */
    bool failed;      /* out of memory */
    Keymap keys;      /* only to find out whether a binding is one, and what it leaves to others */
    struct {
        int line; /* 0 = by none */
        CommandId by;
        KeymapChord key;
    } emptied[COMMAND_COUNT]; /* by whose binding a command lost its last key */
} Reading;

void config_deinit(Config *config) {
    free(config->binding);
    *config = (Config){0};
}

__attribute__((format(printf, 3, 4))) static void warn(Config *config, int line, const char *format, ...) {
    if (config->warning_count == CONFIG_WARNINGS_MAX) return;
    ConfigWarning *warning = &config->warning[config->warning_count++];
    warning->line = line;
    int used = snprintf(warning->text, sizeof warning->text, "Line %d of the config file: ", line);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(warning->text + used, sizeof warning->text - (size_t)used, format, arguments);
    va_end(arguments);
}

static void set_text(Reading *r, char *to, const char *name, const char *value) {
    if (strlen(value) >= CONFIG_TEXT_SIZE)
        warn(r->config, r->line, "the value of %s is too long.", name);
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
    warn(r->config, r->line, "%s is on or off, not \"%.40s\".", name, value);
}

static void set_layout(Reading *r, const char *value) {
    const char *name;
    for (int i = 0; (name = keymap_layout_name(i)); i++)
        if (strcasecmp(value, name) == 0) {
            r->config->layout = name;
            return;
        }
    warn(r->config, r->line, "layout is qwerty, qwertz, azerty or letters, not \"%.40s\".", value);
}

static void set_program(Reading *r, const char *value) {
    int program = instrument_find(value);
    if (program < 0)
        warn(r->config, r->line, "program is a General MIDI number from 0 to 127 or a name, not \"%.40s\".",
             value);
    else
        r->config->program = program;
}

/* Called after a binding: keeps in mind who has lost the last key by it. */
static void note_emptied(Reading *r, const Keymap *before, CommandId bound) {
    r->emptied[bound].line = 0;
    for (int id = 0; id < COMMAND_COUNT; id++) {
        if (id == (int)bound || before->count[id] == 0 || r->keys.count[id] > 0) continue;
        r->emptied[id].line = r->line;
        r->emptied[id].by = bound;
        r->emptied[id].key = before->chord[id][0];
    }
}

/* A later line may have given them other keys, so this is told at the end. */
static void warn_of_emptied(Reading *r) {
    for (int id = 0; id < COMMAND_COUNT; id++) {
        char key[16];
        if (r->emptied[id].line == 0 || r->keys.count[id] > 0) continue;
        keymap_print(key, r->emptied[id].key);
        warn(r->config, r->emptied[id].line, "%s takes %s from :%s, which now has no key.",
             commands_get(r->emptied[id].by)->name, key, commands_get((CommandId)id)->name);
    }
}

static void add_binding(Reading *r, const char *name, const char *value) {
    Config *config = r->config;
    const char *keys = strcmp(value, "none") == 0 ? "" : value;
    Error why = {0};
    const Keymap before = r->keys;
    if (strlen(value) >= CONFIG_TEXT_SIZE || !keymap_bind(&r->keys, name, keys, &why)) {
        warn(config, r->line, "%.150s", why.text[0] ? why.text : "the list of keys is too long.");
        return;
    }
    note_emptied(r, &before, commands_find(name, NULL));
    ConfigBinding *grown = realloc(config->binding, (size_t)(config->binding_count + 1) * sizeof *grown);
    if (!grown) {
        r->failed = true;
        return;
    }
    config->binding = grown;
    ConfigBinding *binding = &grown[config->binding_count++];
    *binding = (ConfigBinding){0};
    snprintf(binding->command, sizeof binding->command, "%.90s", name);
    snprintf(binding->keys, sizeof binding->keys, "%.90s", keys);
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
        set_program(r, value);
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
        warn(config, r->line, "there is no setting \"%.40s\" in [%.20s].", name, section);
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
        keymap_init(&reading.keys, NULL);
        int bad = ini_parse_stream(next_line, &reading, handle, &reading);
        if (bad < 0 || reading.failed) return error_memory(err, "the config file");
        warn_of_emptied(&reading);
        if (bad == 0 || malformed.count == CONFIG_WARNINGS_MAX) break;
        char *line = line_at(text, bad);
        memset(line, ' ', strcspn(line, "\n"));
        malformed.line[malformed.count++] = bad;
    }
    for (int i = 0; i < malformed.count; i++)
        warn(config, malformed.line[i], "neither a [section] nor a setting like name = value.");
    return true;
}

bool config_load(Config *config, const char *path, Error *err) {
    struct stat status;
    if (stat(path, &status) != 0 && (errno == ENOENT || errno == ENOTDIR)) return true;
    unsigned char *bytes = NULL;
    size_t size = 0;
    if (!file_read(path, CONFIG_FILE_LIMIT, &bytes, &size, err)) return false;
    bool ok = config_parse(config, (char *)bytes, err);
    free(bytes);
    return ok;
}

void config_warn(Config *config, const char *text) {
    if (config->warning_count == CONFIG_WARNINGS_MAX) return;
    ConfigWarning *warning = &config->warning[config->warning_count++];
    *warning = (ConfigWarning){0};
    utf8_copy(warning->text, sizeof warning->text, text);
}
