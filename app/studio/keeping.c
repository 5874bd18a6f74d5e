#include "app/studio/keeping.h"

#include <stdlib.h>
#include <string.h>

#include "app/cli/paths.h"
#include "app/cli/setting.h"
#include "app/studio/recent.h"
#include "ui/history.h"

/* What is to be kept: two words, and who hears of a failure. */
typedef struct {
    char *first, *second;
    Messages *messages;
    Error error;
} Keepsake;

static void kept(void *data) {
    Keepsake *keepsake = data;
    if (keepsake->error.text[0])
        messages_refuse(keepsake->messages, "This choice is not remembered: %s", keepsake->error.text);
    free(keepsake->first);
    free(keepsake->second);
    free(keepsake);
}

static void keep(Errands *errands, void (*work)(void *, const atomic_bool *), Messages *messages,
                 const char *first, const char *second) {
    Keepsake *keepsake = calloc(1, sizeof *keepsake);
    if (!keepsake) return;
    *keepsake = (Keepsake){.first = strdup(first), .second = strdup(second), .messages = messages};
    if (keepsake->first && keepsake->second)
        errands_do(errands, (Errand){work, kept, keepsake});
    else
        kept(keepsake);
}

static void keep_line(void *data, const atomic_bool *cancelled) {
    (void)cancelled;
    const Keepsake *keepsake = data;
    history_keep(keepsake->first, keepsake->second);
}

static void keep_recent(void *data, const atomic_bool *cancelled) {
    (void)cancelled;
    const Keepsake *keepsake = data;
    recent_keep(keepsake->first);
}

static void keep_sound(void *data, const atomic_bool *cancelled) {
    (void)cancelled;
    Keepsake *keepsake = data;
    char *path = paths_config("config");
    if (path) setting_store(path, "sound", keepsake->first, keepsake->second, &keepsake->error);
    free(path);
}

void keeping_line(Errands *errands, const char *path, const char *line) {
    keep(errands, keep_line, NULL, path, line);
}

void keeping_recent(Errands *errands, const char *path) {
    keep(errands, keep_recent, NULL, path, "");
}

void keeping_sound(Errands *errands, Messages *messages, const char *name, const char *value) {
    keep(errands, keep_sound, messages, name, value);
}
