#include "engine/base/text.h"

#include <stdbool.h>
#include <string.h>

void text_drop_partial(char *text) {
    size_t length = strlen(text), start = length;
    while (start > 0 && length - start < 3 && ((unsigned char)text[start - 1] & 0xC0) == 0x80) start--;
    if (start == 0) return;
    unsigned char lead = (unsigned char)text[start - 1];
    size_t wanted = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
    if (length - (start - 1) < wanted) text[start - 1] = '\0';
}

void text_copy(char *to, size_t size, const char *from) {
    size_t length = strnlen(from, size);
    bool cut = length == size;
    if (cut) length--;
    memcpy(to, from, length);
    to[length] = '\0';
    if (cut) text_drop_partial(to);
}
