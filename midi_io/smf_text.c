#include "midi_io/smf_text.h"

#include <iconv.h>
#include <stdbool.h>
#include <uchardet.h>

#include "engine/base/utf8.h"

enum {
    DETECT_BYTES = 1024,
    FOREIGN_MIN = 3,   /* fewer bytes beyond ASCII tell nothing: an accent or two */
    FOREIGN_MAX = 512, /* bytes of a text that is not UTF-8 which are looked at */
};

/* Texts of a MIDI file are too short to be told apart by how often letters occur; said again and again they are not. */
static const char *detect(uchardet_t detector, const uint8_t *bytes, size_t length) {
    for (size_t fed = 0; fed < DETECT_BYTES; fed += length + 1) {
        if (uchardet_handle_data(detector, (const char *)bytes, length) != 0) return "";
        uchardet_handle_data(detector, "\n", 1);
    }
    uchardet_data_end(detector);
    return uchardet_get_charset(detector);
}

/* Bytes of the UTF-8 text in to[size], or 0 if the bytes are none of that encoding. */
static size_t convert(char *to, size_t size, const char *encoding, const uint8_t *bytes, size_t length) {
    iconv_t conversion = encoding[0] ? iconv_open("UTF-8", encoding) : (iconv_t)-1;
    if (conversion == (iconv_t)-1) return 0;
    char *from = (char *)(uintptr_t)bytes, *out = to;
    size_t from_left = length, out_left = size;
    bool done = iconv(conversion, &from, &from_left, &out, &out_left) != (size_t)-1;
    iconv_close(conversion);
    return done ? size - out_left : 0;
}

/* Counts bytes beyond ASCII; *valid tells whether all of them are UTF-8. */
static size_t count_foreign(const uint8_t *bytes, size_t length, bool *valid) {
    size_t count = 0;
    uint32_t codepoint;
    *valid = true;
    for (size_t at = 0, size; at < length; at += size) {
        size = utf8_read(bytes + at, length - at, &codepoint);
        if (size != 1) count += size ? size : 1;
        if (size == 0) *valid = false;
        if (size == 0) size = 1;
    }
    return count;
}

void smf_text_read(char *to, size_t size, const uint8_t *bytes, size_t length) {
    char utf8[4 * FOREIGN_MAX];
    bool valid;
    size_t foreign = count_foreign(bytes, length, &valid), written = 0;
    if (!valid && length > FOREIGN_MAX) length = FOREIGN_MAX;
    uchardet_t detector = valid || foreign < FOREIGN_MIN ? NULL : uchardet_new();
    /* A cut may go through a character: then iconv fails, and Latin-1 does not. */
    if (detector) {
        written = convert(utf8, sizeof utf8, detect(detector, bytes, length), bytes, length);
        uchardet_delete(detector);
    }
    utf8_clean(to, size, written ? (const void *)utf8 : bytes, written ? written : length);
}
