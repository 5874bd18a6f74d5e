#include "tests/support/old_state.h"

#include <string.h>

int old_state_parts(size_t text_length) {
    return text_length == 0 ? 1 : (int)((text_length + SMF_STATE_PART_TEXT - 1) / SMF_STATE_PART_TEXT);
}

size_t old_state_write(uint8_t bytes[OLD_STATE_SIZE], const char *text, int part) {
    const size_t length = strlen(text), from = (size_t)part * SMF_STATE_PART_TEXT;
    const size_t count = length - from < SMF_STATE_PART_TEXT ? length - from : SMF_STATE_PART_TEXT;
    const int parts = old_state_parts(length);
    memcpy(bytes, "\x7drefrain\0", SMF_STATE_OWNER);
    bytes[9] = (uint8_t)(part >> 7);
    bytes[10] = (uint8_t)(part & 0x7f);
    bytes[11] = (uint8_t)(parts >> 7);
    bytes[12] = (uint8_t)(parts & 0x7f);
    memcpy(bytes + SMF_STATE_PREFIX, text + from, count);
    return SMF_STATE_PREFIX + count;
}
