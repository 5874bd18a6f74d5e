#include "midi_io/smf_guard.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum {
    SAFE_TEXT_MAX = 127, /* libsmf loses the rest of the track at 128 */
    META_HEADER_SIZE = 3,
    OWNER_SIZE = 9,
    TOKEN_SIZE = OWNER_SIZE + 4,
};

static const uint8_t OWNER[OWNER_SIZE] = {0x7d, 'r', 'e', 'f', 'r', 'a', 'i', 'n', 1};

static bool is_safe(const SmfEvent *event) {
    if (smf_event_is_channel(event->status)) return true;
    return event->status == SMF_META && event->data[0] >= SMF_META_TEXT &&
           event->data[0] <= SMF_META_LAST_TEXT && event->size <= SAFE_TEXT_MAX;
}

static void write_token(uint8_t *token, int index) {
    memcpy(token, OWNER, OWNER_SIZE);
    for (int i = 0; i < 4; i++) token[OWNER_SIZE + i] = (uint8_t)(index >> (21 - 7 * i) & 0x7f);
}

static bool close_piece(SmfEvents *guarded, int32_t tick, Error *err) {
    SmfEvent end = {
        .tick = tick, .track = (uint16_t)guarded->tracks, .status = SMF_META, .data = {SMF_META_END, 0}};
    guarded->tracks++;
    return smf_events_add(guarded, end, err);
}

/* token: room for one for each event. */
static bool guard_events(SmfEvents *guarded, const SmfEvents *events, uint8_t *token, Error *err) {
    int in_piece = 0;
    for (int i = 0; i < events->count; i++) {
        SmfEvent event = events->event[i];
        event.track = (uint16_t)guarded->tracks;
        bool last = smf_event_is_meta(&event, SMF_META_END);
        if (!is_safe(&event)) {
            write_token(token, i);
            event.status = SMF_META;
            event.data[0] = SMF_META_OWN;
            event.text = token;
            event.size = TOKEN_SIZE;
            token += TOKEN_SIZE;
        }
        if (!smf_events_add(guarded, event, err)) return false;
        if (++in_piece < SMF_GUARD_PIECE && !last) continue;
        if (!close_piece(guarded, event.tick, err)) return false;
        in_piece = 0;
    }
    return true;
}

bool smf_guard_write(const SmfEvents *events, unsigned char **bytes, size_t *size, Error *err) {
    SmfEvents guarded = {.format = 1, .ppqn = events->ppqn};
    uint8_t *tokens = malloc((size_t)events->count * TOKEN_SIZE + 1);
    bool done =
        tokens ? guard_events(&guarded, events, tokens, err) : error_memory(err, "the events of a MIDI file");
    if (done) done = smf_events_write(&guarded, bytes, size, err);
    smf_events_deinit(&guarded);
    free(tokens);
    return done;
}

static int token_index(const uint8_t *token) {
    int index = 0;
    for (int i = 0; i < 4; i++) index = index << 7 | token[OWNER_SIZE + i];
    return index;
}

SmfEvent smf_guard_read(const SmfEvents *events, const uint8_t *bytes, size_t size, int track, int32_t tick) {
    assert(size >= 2);
    SmfEvent event = {.tick = tick, .track = (uint16_t)track, .status = bytes[0], .data = {bytes[1], 0}};
    if (event.status != SMF_META) {
        event.data[1] = size > 2 ? bytes[2] : 0;
        return event;
    }
    assert(size >= META_HEADER_SIZE && size - META_HEADER_SIZE == bytes[2]);
    event.text = bytes + META_HEADER_SIZE;
    event.size = bytes[2];
    if (event.data[0] != SMF_META_OWN) return event;
    int index = token_index(event.text);
    assert(event.size == TOKEN_SIZE && index < events->count);
    return events->event[index];
}
