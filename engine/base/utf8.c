#include "engine/base/utf8.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { REPLACEMENT = 0xfffd };

static bool continues(unsigned char byte) {
    return (byte & 0xc0) == 0x80;
}

/* How many bytes a character has by its first one; 0 where none begins so. */
static int size_by_lead(unsigned char lead) {
    return lead < 0x80                   ? 1
           : lead >= 0xc2 && lead < 0xe0 ? 2
           : lead >= 0xe0 && lead < 0xf0 ? 3
           : lead >= 0xf0 && lead < 0xf5 ? 4
                                         : 0;
}

/* Returns the bytes that belong together, at least 1; *codepoint becomes U+FFFD, and *whole false, where they are no
 * character. */
static size_t scan(const unsigned char *bytes, size_t length, uint32_t *codepoint, bool *whole) {
    static const uint32_t LEAST[] = {0, 0, 0x80, 0x800, 0x10000};
    const int size = size_by_lead(bytes[0]);
    *codepoint = REPLACEMENT;
    *whole = false;
    if (size == 0) return 1;
    uint32_t value = size == 1 ? bytes[0] : bytes[0] & (0x7fu >> size);
    for (int i = 1; i < size; i++) {
        if ((size_t)i >= length || !continues(bytes[i])) return (size_t)i;
        value = value << 6 | (bytes[i] & 0x3fu);
    }
    *whole = value >= LEAST[size] && value <= 0x10ffff && (value < 0xd800 || value > 0xdfff);
    if (*whole) *codepoint = value;
    return (size_t)size;
}

size_t utf8_read(const void *bytes, size_t length, uint32_t *codepoint) {
    bool whole = false;
    size_t size = length ? scan(bytes, length, codepoint, &whole) : 0;
    return whole ? size : 0;
}

const char *utf8_next(const char *text, uint32_t *codepoint) {
    bool whole;
    return text +
           scan((const unsigned char *)text, SIZE_MAX, codepoint, &whole); /* the NUL ends any character */
}

size_t utf8_before(const char *text, size_t at) {
    if (at > 0) at--;
    while (at > 0 && continues((unsigned char)text[at])) at--;
    return at;
}

int utf8_write(char out[5], uint32_t codepoint) {
    static const unsigned char LEAD[] = {0, 0, 0xc0, 0xe0, 0xf0};
    const int size = codepoint < 0x80 ? 1 : codepoint < 0x800 ? 2 : codepoint < 0x10000 ? 3 : 4;
    for (int i = size - 1; i > 0; i--, codepoint >>= 6) out[i] = (char)(0x80 | (codepoint & 0x3f));
    out[0] = (char)(LEAD[size] | codepoint);
    out[size] = '\0';
    return size;
}

void utf8_drop_partial(char *text) {
    size_t length = strlen(text), start = utf8_before(text, length);
    if (length > start && length - start < (size_t)size_by_lead((unsigned char)text[start]))
        text[start] = '\0';
}

void utf8_copy(char *to, size_t size, const char *from) {
    size_t length = strnlen(from, size);
    bool cut = length == size;
    if (cut) length--;
    memcpy(to, from, length);
    to[length] = '\0';
    if (cut) utf8_drop_partial(to);
}

/* ---- text from outside ---- */

static bool is_utf8(const unsigned char *bytes, size_t length) {
    uint32_t codepoint;
    for (size_t at = 0, size; at < length; at += size)
        if ((size = utf8_read(bytes + at, length - at, &codepoint)) == 0) return false;
    return true;
}

/* Controls, and what changes a text without being seen (Unicode 15: Cc, Cf, Zl, Zp, noncharacters, fillers). */
static bool is_unfit(uint32_t code) {
    static const struct {
        uint32_t first, last;
    } unfit[] = {
        {0, 0x1f},          {0x7f, 0x9f},       {0xad, 0xad},       {0x34f, 0x34f},   {0x61c, 0x61c},
        {0x115f, 0x1160},   {0x17b4, 0x17b5},   {0x180b, 0x180e},   {0x200b, 0x200f}, {0x2028, 0x202e},
        {0x2060, 0x206f},   {0x3164, 0x3164},   {0xfeff, 0xfeff},   {0xffa0, 0xffa0}, {0xfff0, 0xfffb},
        {0x1bca0, 0x1bca3}, {0x1d173, 0x1d17a}, {0xe0000, 0xe0fff},
    };
    for (size_t i = 0; i < sizeof unfit / sizeof *unfit; i++)
        if (code >= unfit[i].first && code <= unfit[i].last) return true;
    return (code & 0xfffe) == 0xfffe;
}

void utf8_clean(char *to, size_t size, const void *from, size_t length) {
    const unsigned char *bytes = from;
    bool utf8 = is_utf8(bytes, length);
    size_t count = 0, end = 0;
    while (length > 0) {
        uint32_t code = bytes[0];
        size_t taken = utf8 ? utf8_read(bytes, length, &code) : 1;
        bytes += taken;
        length -= taken;
        char character[5];
        if (is_unfit(code) || (code == ' ' && count == 0)) continue;
        size_t wide = (size_t)utf8_write(character, code);
        if (count + wide >= size) break;
        memcpy(to + count, character, wide);
        count += wide;
        if (code != ' ') end = count;
    }
    to[end] = '\0';
}

/* What stands for a character, or for one byte that is none; returns how many bytes that one took. */
static size_t show_one(char shown[12], const char *from, size_t length) {
    uint32_t code;
    size_t taken = utf8_read(from, length, &code);
    if (taken == 0) {
        snprintf(shown, 12, "\\x%02x", (unsigned char)*from);
        return 1;
    }
    if (!is_unfit(code)) {
        memcpy(shown, from, taken);
        shown[taken] = '\0';
    } else if (code == '\n' || code == '\t' || code == '\r') {
        snprintf(shown, 12, "\\%c", code == '\n' ? 'n' : code == '\t' ? 't' : 'r');
    } else {
        snprintf(shown, 12,
                 code < 0x100     ? "\\x%02x"
                 : code < 0x10000 ? "\\u%04x"
                                  : "\\U%06x",
                 (unsigned)code);
    }
    return taken;
}

void utf8_show(char *to, size_t size, const char *from) {
    size_t used = 0, length = strlen(from);
    while (length > 0) {
        char shown[12];
        size_t taken = show_one(shown, from, length), wide = strlen(shown);
        if (used + wide >= size) break;
        memcpy(to + used, shown, wide);
        used += wide;
        from += taken;
        length -= taken;
    }
    to[used] = '\0';
}
