#include "midi_io/smf_text.h"

#include <stdbool.h>
#include <string.h>

/* Bytes of the UTF-8 character at bytes and its code point; 0 if there is none (RFC 3629: no surrogates, no long
 * forms, nothing beyond U+10FFFF). */
static size_t decode(const uint8_t *bytes, size_t length, uint32_t *code) {
    static const uint32_t least[5] = {0, 0, 0x80, 0x800, 0x10000};
    size_t size = bytes[0] < 0x80    ? 1
                  : bytes[0] >= 0xf0 ? 4
                  : bytes[0] >= 0xe0 ? 3
                  : bytes[0] >= 0xc0 ? 2
                                     : 0;
    if (size == 0 || size > length || bytes[0] > 0xf4) return 0;
    if (size == 1) {
        *code = bytes[0];
        return 1;
    }
    *code = bytes[0] & (0x7fu >> size);
    for (size_t i = 1; i < size; i++) {
        if ((bytes[i] & 0xc0) != 0x80) return 0;
        *code = *code << 6 | (bytes[i] & 0x3f);
    }
    bool sound = *code >= least[size] && *code <= 0x10ffff && (*code < 0xd800 || *code > 0xdfff);
    return sound ? size : 0;
}

static size_t encode(char *to, uint32_t code) {
    if (code < 0x80) {
        to[0] = (char)code;
        return 1;
    }
    size_t size = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    for (size_t i = size - 1; i > 0; i--, code >>= 6) to[i] = (char)(0x80 | (code & 0x3f));
    to[0] = (char)((0xf00u >> size & 0xf0u) | code);
    return size;
}

static bool is_utf8(const uint8_t *bytes, size_t length) {
    uint32_t code;
    for (size_t at = 0, size; at < length; at += size)
        if ((size = decode(bytes + at, length - at, &code)) == 0) return false;
    return true;
}

static bool is_unfit(uint32_t code) {
    return code < 0x20 || (code >= 0x7f && code < 0xa0) /* controls */
           || (code >= 0x200b && code <= 0x200f)        /* no width, direction marks */
           || (code >= 0x2028 && code <= 0x202e)        /* separators, direction overrides */
           || (code >= 0x2060 && code <= 0x206f) || code == 0xfeff || (code & 0xfffe) == 0xfffe;
}

void smf_text_clean(char *to, size_t size, const uint8_t *bytes, size_t length) {
    bool utf8 = is_utf8(bytes, length);
    size_t count = 0, end = 0;
    while (length > 0) {
        uint32_t code = bytes[0];
        size_t taken = utf8 ? decode(bytes, length, &code) : 1;
        bytes += taken;
        length -= taken;
        char character[4];
        if (is_unfit(code) || (code == ' ' && count == 0)) continue;
        size_t wide = encode(character, code);
        if (count + wide >= size) break;
        memcpy(to + count, character, wide);
        count += wide;
        if (code != ' ') end = count;
    }
    to[end] = '\0';
}
