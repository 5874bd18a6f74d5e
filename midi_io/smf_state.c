#include "midi_io/smf_state.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static const uint8_t OWNER[9] = {0x7d, 'r', 'e', 'f', 'r', 'a', 'i', 'n', 0};

bool smf_state_is_part(const uint8_t *bytes, size_t size) {
    return size >= SMF_STATE_PREFIX && memcmp(bytes, OWNER, sizeof OWNER) == 0;
}

int smf_state_part_count(size_t text_length) {
    assert(text_length <= SMF_STATE_TEXT_MAX);
    if (text_length == 0) return 1;
    return (int)((text_length + SMF_STATE_PART_TEXT - 1) / SMF_STATE_PART_TEXT);
}

size_t smf_state_write_part(uint8_t *bytes, const char *text, int part) {
    size_t length = strlen(text);
    int parts = smf_state_part_count(length);
    assert(part >= 0 && part < parts);
    memcpy(bytes, OWNER, sizeof OWNER);
    bytes[9] = (uint8_t)(part >> 7);
    bytes[10] = (uint8_t)(part & 0x7f);
    bytes[11] = (uint8_t)(parts >> 7);
    bytes[12] = (uint8_t)(parts & 0x7f);
    size_t from = (size_t)part * SMF_STATE_PART_TEXT;
    size_t count = length - from < SMF_STATE_PART_TEXT ? length - from : SMF_STATE_PART_TEXT;
    memcpy(bytes + SMF_STATE_PREFIX, text + from, count);
    return SMF_STATE_PREFIX + count;
}

static int number_at(const uint8_t *bytes) {
    return (bytes[0] & 0x7f) << 7 | (bytes[1] & 0x7f);
}

bool smf_state_add(SmfState *state, const uint8_t *bytes, size_t size, Error *err) {
    assert(smf_state_is_part(bytes, size));
    int part = number_at(bytes + 9), parts = number_at(bytes + 11);
    size_t count = size - SMF_STATE_PREFIX;
    bool last = part == parts - 1;
    bool sound = part == state->parts_seen && part < parts && (parts == state->parts || part == 0) &&
                 count <= SMF_STATE_PART_TEXT && (last || count == SMF_STATE_PART_TEXT) &&
                 !memchr(bytes + SMF_STATE_PREFIX, 0, count);
    if (!sound || state->broken) {
        state->broken = true;
        return true;
    }
    size_t before = (size_t)part * SMF_STATE_PART_TEXT;
    char *grown = realloc(state->text, before + count + 1);
    if (!grown) return error_memory(err, "the song's own data");
    memcpy(grown + before, bytes + SMF_STATE_PREFIX, count);
    grown[before + count] = '\0';
    state->text = grown;
    state->parts = parts;
    state->parts_seen++;
    return true;
}

bool smf_state_is_whole(const SmfState *state) {
    return !state->broken && state->parts > 0 && state->parts_seen == state->parts;
}

void smf_state_deinit(SmfState *state) {
    free(state->text);
    *state = (SmfState){0};
}
