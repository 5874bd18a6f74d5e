#include "engine/base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* A cut in the middle of a UTF-8 sequence would put a broken character on the screen. */
static void drop_partial_character(char *text) {
    size_t length = strlen(text), start = length;
    while (start > 0 && length - start < 3 && ((unsigned char)text[start - 1] & 0xC0) == 0x80) start--;
    if (start == 0) return;
    unsigned char lead = (unsigned char)text[start - 1];
    size_t wanted = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
    if (length - (start - 1) < wanted) text[start - 1] = '\0';
}

bool error_set(Error *err, const char *format, ...) {
    if (!err) return false;
    va_list arguments;
    va_start(arguments, format);
    /* Through a copy, because a caller may quote the old text in the new one. */
    char text[sizeof err->text];
    int length = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (length >= (int)sizeof text) drop_partial_character(text);
    memcpy(err->text, text, sizeof text);
    return false;
}

bool error_memory(Error *err, const char *what) {
    return error_set(err, "There is not enough memory for %s: close other programs and try again.", what);
}
