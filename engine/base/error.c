#include "engine/base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "engine/base/utf8.h"

bool error_set(Error *err, const char *format, ...) {
    if (!err) return false;
    va_list arguments;
    va_start(arguments, format);
    /* Through a copy, because a caller may quote the old text in the new one. */
    char text[sizeof err->text];
    int length = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (length >= (int)sizeof text) utf8_drop_partial(text);
    const size_t end = strlen(text);
    if (end > 1 && strcmp(text + end - 2, "..") == 0)
        text[end - 1] = '\0'; /* it ends by quoting a sentence */
    memcpy(err->text, text, sizeof text);
    return false;
}

static const char NO_MEMORY[] = "There is not enough memory for ";

bool error_memory(Error *err, const char *what) {
    return error_set(err, "%s%s: close other programs and try again.", NO_MEMORY, what);
}

bool error_is_memory(const Error *err) {
    return strncmp(err->text, NO_MEMORY, strlen(NO_MEMORY)) == 0;
}
