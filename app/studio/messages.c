#include "app/studio/messages.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/cli/log.h"
#include "engine/base/utf8.h"

void messages_deinit(Messages *messages) {
    for (int i = 0; i < messages->count; i++) free(messages->text[i]);
    *messages = (Messages){0};
}

static void keep(Messages *messages, const char *text) {
    log_write("%s", text);
    char *copy = strdup(text);
    if (!copy) return;
    if (messages->count == MESSAGES_MAX) {
        free(messages->text[0]);
        memmove(messages->text, messages->text + 1, (MESSAGES_MAX - 1) * sizeof *messages->text);
        messages->count--;
    }
    messages->text[messages->count++] = copy;
}

static void show(Messages *messages, bool is_error, const char *text) {
    if (messages->warns && !is_error) return;
    const size_t used = messages->warns ? strlen(messages->current) : 0;
    snprintf(messages->current + used, sizeof messages->current - used, "%s%s", used ? " | " : "", text);
    utf8_drop_partial(messages->current);
    messages->is_error = is_error;
}

__attribute__((format(printf, 3, 0))) static void add(Messages *messages, bool is_error, const char *format,
                                                      va_list arguments) {
    char text[MESSAGES_SIZE];
    vsnprintf(text, sizeof text, format, arguments);
    utf8_drop_partial(text);
    show(messages, is_error, text);
    keep(messages, text);
}

void messages_say(Messages *messages, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    add(messages, false, format, arguments);
    va_end(arguments);
}

void messages_refuse(Messages *messages, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    add(messages, true, format, arguments);
    va_end(arguments);
}

void messages_warn(Messages *messages, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    add(messages, true, format, arguments);
    va_end(arguments);
    messages->warns = true;
}

void messages_note(Messages *messages, const char *format, ...) {
    char text[MESSAGES_SIZE];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    utf8_drop_partial(text);
    va_end(arguments);
    keep(messages, text);
    if (messages->current[0]) return;
    memcpy(messages->current, text, sizeof messages->current);
    messages->is_error = false;
}

void messages_clear(Messages *messages) {
    messages->current[0] = '\0';
    messages->is_error = messages->warns = false;
}

const char *messages_last(const Messages *messages) {
    return messages->count ? messages->text[messages->count - 1] : "";
}
