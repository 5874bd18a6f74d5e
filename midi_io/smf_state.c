#include "midi_io/smf_state.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

static const uint8_t OWNER[SMF_STATE_OWNER - 1] = {0x7d, 'r', 'e', 'f', 'r', 'a', 'i', 'n'};

SmfStateKind smf_state_kind(const uint8_t *bytes, size_t size) {
    if (size < SMF_STATE_OWNER || memcmp(bytes, OWNER, sizeof OWNER) != 0) return SMF_STATE_NONE;
    int kind = bytes[sizeof OWNER];
    return kind <= SMF_STATE_RESULT ? (SmfStateKind)kind : SMF_STATE_NONE;
}

void smf_state_deinit(SmfState *state) {
    free(state->text);
    for (int i = 0; i < SMF_IMAGES; i++) free(state->image[i].bytes);
    *state = (SmfState){0};
}

bool smf_state_is_whole(const SmfState *state) {
    return !state->broken && state->text && state->parts_seen == state->parts;
}

/* ---- parts, of refrain 0.1 ---- */

static bool is_part(const uint8_t *bytes, size_t size) {
    return size >= SMF_STATE_PREFIX && smf_state_kind(bytes, size) == SMF_STATE_PART;
}

static void write_owner(uint8_t *bytes, SmfStateKind kind) {
    memcpy(bytes, OWNER, sizeof OWNER);
    bytes[sizeof OWNER] = (uint8_t)kind;
}

static int number_at(const uint8_t *bytes) {
    return (bytes[0] & 0x7f) << 7 | (bytes[1] & 0x7f);
}

static bool add_part(SmfState *state, const uint8_t *bytes, size_t size, Error *err) {
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

/* ---- streams ---- */

/* Unpacks what follows the owner; *whole is false where it is no stream, or one without end. A NUL stands behind it. */
static bool unpack(unsigned char **out, size_t *out_size, const uint8_t *bytes, size_t size, bool *whole,
                   Error *err) {
    z_stream stream = {.next_in = (Bytef *)(uintptr_t)(bytes + SMF_STATE_OWNER),
                       .avail_in = (uInt)(size - SMF_STATE_OWNER)};
    *whole = false;
    *out = NULL;
    if (inflateInit(&stream) != Z_OK) return error_memory(err, "the song's own data");
    size_t room = 4 * size + 1024, used = 0;
    int status = Z_OK;
    unsigned char *unpacked = NULL;
    while (status == Z_OK && room < SMF_STATE_BYTES_MAX) {
        unsigned char *grown = realloc(unpacked, room + 1);
        if (!grown) break;
        unpacked = grown;
        stream.next_out = unpacked + used;
        stream.avail_out = (uInt)(room - used);
        status = inflate(&stream, Z_NO_FLUSH);
        used = room - stream.avail_out;
        if (stream.avail_out == 0)
            room *= 2;
        else if (status == Z_OK)
            break; /* the bytes end before the stream */
    }
    inflateEnd(&stream);
    *whole = status == Z_STREAM_END;
    if (unpacked) unpacked[used] = '\0';
    *out = unpacked;
    *out_size = used;
    return unpacked || error_memory(err, "the song's own data");
}

static bool add_stream(SmfState *state, SmfStateKind kind, const uint8_t *bytes, size_t size, Error *err) {
    unsigned char *unpacked;
    size_t unpacked_size;
    bool whole;
    if (!unpack(&unpacked, &unpacked_size, bytes, size, &whole, err)) return false;
    if (kind == SMF_STATE_TEXT && whole) whole = !memchr(unpacked, 0, unpacked_size);
    if (!whole) {
        state->broken = true;
        free(unpacked);
    } else if (kind == SMF_STATE_TEXT) {
        free(state->text);
        state->text = (char *)unpacked;
        state->parts = state->parts_seen = 0;
    } else {
        SmfImage *image = &state->image[kind - SMF_STATE_CONTEXT];
        free(image->bytes);
        *image = (SmfImage){unpacked, unpacked_size};
    }
    return true;
}

bool smf_state_add(SmfState *state, const uint8_t *bytes, size_t size, Error *err) {
    SmfStateKind kind = smf_state_kind(bytes, size);
    if (is_part(bytes, size)) return add_part(state, bytes, size, err);
    if (kind >= SMF_STATE_TEXT) return add_stream(state, kind, bytes, size, err);
    return true;
}

void smf_state_write_mark(uint8_t mark[SMF_STATE_MARK], int channel) {
    write_owner(mark, SMF_STATE_RELEASES);
    mark[SMF_STATE_OWNER] = (uint8_t)channel;
}

uint8_t *smf_state_pack(SmfStateKind kind, const void *bytes, size_t size, size_t *packed_size, Error *err) {
    if (size > SMF_STATE_BYTES_MAX) {
        error_set(err, "The song's own data is too long for a MIDI file: save it in two songs.");
        return NULL;
    }
    uLongf room = compressBound((uLong)size);
    uint8_t *packed = malloc(SMF_STATE_OWNER + room);
    if (packed &&
        compress2(packed + SMF_STATE_OWNER, &room, bytes, (uLong)size, Z_BEST_COMPRESSION) == Z_OK) {
        write_owner(packed, kind);
        *packed_size = SMF_STATE_OWNER + room;
        return packed;
    }
    free(packed);
    error_memory(err, "the song's own data");
    return NULL;
}
